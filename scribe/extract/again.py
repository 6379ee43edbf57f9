"""A ledger made anew, after somebody put right who spoke: what says the same as before is the same fact."""

from __future__ import annotations

from dataclasses import replace

from scribe.records import Evidence, Fact, Ledger


def known_again(ledger: Ledger, before: Ledger | None) -> Ledger:
    """The ledger with the ids that its facts had before, where they state the same of the same words.

    So the lines that the clinician edited, removed or looked at stay what they are.
    """
    if before is None:
        return ledger
    old: dict[tuple[str, str, tuple[Evidence, ...]], list[str]] = {}
    for entry in before.entries:
        old.setdefault(_said(entry.fact), []).append(entry.fact.id)
    ids: dict[str, str] = {}
    for entry in ledger.entries:
        if known := old.get(_said(entry.fact)):
            ids[entry.fact.id] = known.pop(0)
    entries = tuple(
        replace(
            entry,
            fact=replace(entry.fact, id=ids.get(entry.fact.id, entry.fact.id)),
            replaced_by=ids.get(entry.replaced_by, entry.replaced_by),
        )
        for entry in ledger.entries
    )
    return replace(ledger, entries=entries)


def _said(fact: Fact) -> tuple[str, str, tuple[Evidence, ...]]:
    return fact.statement, fact.informant, fact.evidence
