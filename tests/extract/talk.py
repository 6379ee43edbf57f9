"""Short dialogues and facts for tests: what was said, and a statement that cites all of it."""

from __future__ import annotations

from typing import Any

from scribe.extract.verify import verify
from scribe.records import (
    Certainty,
    Evidence,
    Experiencer,
    Fact,
    Mode,
    Polarity,
    Role,
    Section,
    Status,
    Turn,
    Verdict,
    Word,
)

ROLES = {"C": Role.CLINICIAN, "P": Role.PATIENT, "O": Role.OTHER}


def turns(*said: str, confidence: float = 1.0, unsure: tuple[str, ...] = ()) -> dict[str, Turn]:
    """Turns from "C: ..." and "P: ..."; words in `unsure` were heard with little certainty."""
    found: dict[str, Turn] = {}
    for number, line in enumerate(said, 1):
        who, text = line.split(": ", 1)
        spoken = tuple(
            Word(word, place * 300, place * 300 + 250, 0.2 if word.strip(".,?") in unsure else 0.95)
            for place, word in enumerate(text.split())
        )
        found[f"t{number}"] = Turn(f"t{number}", "r", number, ROLES[who], confidence, spoken)
    return found


def fact(statement: str, heard: dict[str, Turn], **changes: Any) -> Fact:
    """A fact that cites every word that was heard; denials are told by how the statement begins."""
    denied = statement.split()[0].lower() in {"no", "not", "denies", "does", "never"}
    values: dict[str, Any] = {
        "id": f"fact {statement}",
        "recording_id": "r",
        "problem": "",
        "section": Section.HISTORY,
        "statement": statement,
        "polarity": Polarity.ABSENT if denied else Polarity.PRESENT,
        "certainty": Certainty.CERTAIN,
        "status": Status.CURRENT,
        "experiencer": Experiencer.PATIENT,
        "informant": "patient",
        "evidence": tuple(Evidence(turn.id, turn.number, 0, len(turn.words)) for turn in heard.values()),
        "made_by": "test",
    }
    return Fact(**(values | changes))


def verdict(statement: str, *said: str, mode: Mode = Mode.FACE_TO_FACE, **changes: Any) -> Verdict:
    """What the verifier says to a statement that cites all that was said."""
    heard = turns(*said)
    return verify(fact(statement, heard, **changes), heard, mode)
