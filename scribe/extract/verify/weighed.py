"""The verifier's verdict beside the extractor's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scribe.extract.verify.verify import SUPPORTED, verify
from scribe.records import Fact, Mode, Reason, Section, Turn, Verdict

# Doubts that rules of grammar raise. Of the lines that they held back and that the writer had not seen in training, readers
# found 25 of 32 right, and one untrue, where it gave itself a chance of 0.9; below that hardly half were right. Numbers,
# units, medicines, allergies, sides, sites and persons are never argued about.
_OF_READING = frozenset({Reason.POLARITY_UNCLEAR, Reason.NOT_SUPPORTED, Reason.HYPOTHETICAL})
SURE = 0.9


def weighed(
    fact: Fact,
    turns_by_id: Mapping[str, Turn],
    mode: Mode = Mode.FACE_TO_FACE,
    known_medicines: Sequence[str] = (),
) -> Verdict:
    """As `verify`, but that a doubt about how a sentence is to be read gives way where the extractor, which reads whole
    passages, is sure of what it stated."""
    verdict = verify(fact, turns_by_id, mode, known_medicines)
    arguable = verdict.reason in _OF_READING and not fact.slots.drug and fact.section is not Section.ALLERGY
    return SUPPORTED if arguable and fact.right is not None and fact.right >= SURE else verdict
