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
from scribe.extract.verify.verify import SUPPORTED
from scribe.records import Fact, Ledger, Mode, Reason, Role, Section, Turn, Verdict

Progress = Callable[[int, int], None]
# Doubts that rules of grammar raise. Of lines that were not seen in training and that they held back, readers found 25 of 32
# right, and one untrue, where the writer gave itself a chance of 0.9; below that hardly half were right. Numbers, units,
# medicines, sides, sites and persons are never argued about.
_OF_READING = frozenset({Reason.POLARITY_UNCLEAR, Reason.NOT_SUPPORTED, Reason.HYPOTHETICAL})
SURE = 0.9
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
    verdicts = {
        key: asked or _heeded(fact, verify(fact, by_id, mode, known_medicines))
        for key, (fact, asked) in corrected.items()
    }
    standing = [replace(finding, fact=corrected[finding.fact.id][0]) for finding in named]
    entries = spared(merge(standing, verdicts))
    return Ledger(recording_id, entries, coverage.omissions(said, entries, extractor.worth))


def _heeded(fact: Fact, verdict: Verdict) -> Verdict:
    """The verifier's verdict, but for a doubt about the reading of a sentence where the extractor, which reads whole
    passages, is sure."""
    arguable = verdict.reason in _OF_READING and not fact.slots.drug and fact.section is not Section.ALLERGY
    return SUPPORTED if arguable and fact.right is not None and fact.right >= SURE else verdict


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
