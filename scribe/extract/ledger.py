"""Turns → ledger: the one way in. Exchange by exchange, so that it can run while people still talk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from scribe.extract import coverage, problems
from scribe.extract.asking import spared
from scribe.extract.corrections import after_corrections
from scribe.extract.extractor import Extractor, Watch
from scribe.extract.merge import merge
from scribe.extract.verify import verify
from scribe.records import Fact, Ledger, Mode, Role, Section, Turn

Progress = Callable[[int, int], None]
_ABOUT_ALLERGY = re.compile(r"^(?:allergic to|(?:no|nil) (?:known )?(?:\w+ )?allerg|nkda)", re.IGNORECASE)


def build(
    turns: Sequence[Turn],
    *,
    mode: Mode = Mode.FACE_TO_FACE,
    extractor: Extractor | None = None,
    known_medicines: Sequence[str] = (),
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Ledger:
    """Finds, verifies and merges the facts of a consultation.

    Args:
        turns: the consultation in order, of one recording.
        mode: how they met; the verifier admits fewer findings by telephone.
        extractor: the span extractor by default.
        known_medicines: what this patient is known to take; helps the verifier to tell what a medicine is.
        on_progress: called with (exchanges done, exchanges in all).
        cancelled: asked between exchanges; once it says so, an empty ledger comes back.

    Returns:
        Every fact with its verdict, those that failed too, and what was said and yielded no supported fact.
    """
    said = [turn for turn in turns if turn.words]
    if extractor is None:
        from scribe.extract.spans import SpanExtractor

        extractor = SpanExtractor()
    recording_id = said[0].recording_id if said else ""
    watch = Watch(on_progress or Watch().progress, cancelled or Watch().cancelled)
    found = list(extractor.extract(said, watch))
    if watch.cancelled():
        return Ledger(recording_id, ())
    by_id = {turn.id: turn for turn in said}
    named = [
        replace(finding, fact=_ranked(replace(_told(finding.fact, by_id), recording_id=recording_id)))
        for finding in problems.titled(found, by_id)
    ]
    corrected = {f.fact.id: after_corrections(f.fact, by_id) for f in named}
    verdicts = {key: asked or verify(fact, by_id, mode, known_medicines) for key, (fact, asked) in corrected.items()}
    standing = [replace(finding, fact=corrected[finding.fact.id][0]) for finding in named]
    entries = spared(merge(standing, verdicts))
    return Ledger(recording_id, entries, coverage.omissions(said, entries, extractor.worth))


def _told(fact: Fact, turns: Mapping[str, Turn]) -> Fact:
    """Names the informant where it is neither clinician nor patient but somebody known: a parent, an interpreter …"""
    named = {turns[one.turn_id].who for one in fact.evidence if one.turn_id in turns} - {None}
    (who,) = named if len(named) == 1 else (None,)
    return replace(fact, informant=who) if who and fact.informant != Role.CLINICIAN else fact


def _ranked(fact: Fact) -> Fact:
    """No note is so short that an allergy may be left out of it."""
    if _ABOUT_ALLERGY.match(fact.statement):
        fact = replace(fact, section=Section.ALLERGY)
    return replace(fact, importance=max(fact.importance, 0.99)) if fact.section is Section.ALLERGY else fact
