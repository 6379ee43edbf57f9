"""One fact against its evidence: the checks in their order, the first that fails decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scribe.attribute.interruption import about_another
from scribe.extract.verify import checks, medicines
from scribe.extract.verify.claim import read
from scribe.extract.verify.heard import hear
from scribe.records import Fact, Mode, Outcome, Reason, Turn, Verdict

SUPPORTED = Verdict(Outcome.SUPPORTED)


def verify(
    fact: Fact,
    turns_by_id: Mapping[str, Turn],
    mode: Mode = Mode.FACE_TO_FACE,
    known_medicines: Sequence[str] = (),
) -> Verdict:
    """Whether the words that a fact cites prove what it states.

    Args:
        fact: the statement and its evidence.
        turns_by_id: every turn of the recording by its id.
        mode: how they met; by telephone or video there are no findings but what was measured and said.
        known_medicines: what this patient is known to take. It tells what a name is, and what a misheard one may
            have been; it proves nothing.

    Returns:
        SUPPORTED; CHECK with the reason and the word concerned, for the reviewer to settle; or REJECTED, where
        the evidence is missing or says nothing of the kind.
    """
    if not fact.statement.strip() or not fact.evidence:
        return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED)
    if any(one.turn_id not in turns_by_id for one in fact.evidence):
        return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED)
    for proof in fact.evidence:
        if aside := about_another(proof, turns_by_id.values()):
            return Verdict(Outcome.CHECK, Reason.OTHER_PATIENT, aside)
    heard = hear(fact.evidence, turns_by_id, medicines.first_names(known_medicines))
    if not heard.cited:
        return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED)
    claim = read(fact.statement)
    for check in checks.ALL:
        verdict = check(fact, claim, heard, mode)
        if verdict is not None:
            return verdict
    return SUPPORTED
