"""The verifier's second look: whether a line, as it now reads, says more than was said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scribe.extract.verify import verify
from scribe.records import (
    Certainty,
    Experiencer,
    Fact,
    Ledger,
    Line,
    Mode,
    Outcome,
    Polarity,
    Section,
    Status,
    Turn,
    Verdict,
)

# "Allergies: penicillin": the label is the template's, not something that was said.
_LABEL = re.compile(r"^[^\W\d]+(?: [^\W\d]+){0,3}: ")


def look_again(
    line: Line, ledger: Ledger | None, turns_by_id: Mapping[str, Turn], mode: Mode, *, before: str = ""
) -> Verdict | None:
    """What the words that prove a line do not say of it.

    Args:
        line: as it reads now.
        ledger: the facts that it came from.
        turns_by_id: every turn of the recording by its id.
        mode: how they met.
        before: how the line read before it was edited; what was wrong with that already is not said again.

    Returns:
        The verdict on the first part of the line that says more than was said; None where all of it was said, or
        where the line has no evidence to be held against.
    """
    if not line.evidence:
        return None
    facts = [entry.fact for entry in ledger.entries if entry.fact.id in line.fact_ids] if ledger else []
    known = {verify(claim(part, line, facts), turns_by_id, mode) for part in parts(before)}
    for part in parts(line.text):
        verdict = verify(claim(part, line, facts), turns_by_id, mode)
        if verdict.outcome is not Outcome.SUPPORTED and verdict not in known:
            return verdict
    return None


def parts(text: str) -> list[str]:
    """The statements that share a line, without the template's label."""
    return [part.strip() for part in _LABEL.sub("", text).split(";") if part.strip()]


def claim(part: str, line: Line, facts: Sequence[Fact], section: Section = Section.HISTORY) -> Fact:
    """What a part of a line states, as a fact that cites what the line cites.

    Args:
        part: a statement of the line.
        line: as it reads now.
        facts: those that it came from; what the words do not show is taken from the first.
        section: where there is no such fact.
    """
    first = facts[0] if facts else None
    return Fact(
        id="again",
        recording_id=first.recording_id if first else "",
        problem=line.problem,
        section=first.section if first else section,
        statement=part,
        polarity=Polarity.ABSENT if re.match(r"(?i)(no|not|denies|never|nil)\b", part) else Polarity.PRESENT,
        certainty=first.certainty if first else Certainty.CERTAIN,
        status=first.status if first else Status.CURRENT,
        experiencer=first.experiencer if first else Experiencer.PATIENT,
        informant=first.informant if first else "patient",
        evidence=line.evidence,
        made_by="clinician",
    )
