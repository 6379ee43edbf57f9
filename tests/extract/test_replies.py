"""What the turns around the cited words take back, or leave unanswered, waits to be checked. All talk is ours."""

from __future__ import annotations

from typing import Any

import pytest

from scribe.extract.corrections import after_corrections
from scribe.records import Evidence, Outcome, Section
from tests.extract.talk import fact, turns


def judged(statement: str, said: list[str], cited: tuple[int, ...], **changes: Any) -> Outcome | None:
    heard = turns(*said)
    evidence = tuple(Evidence(f"t{number}", number, 0, len(heard[f"t{number}"].words)) for number in cited)
    _, found = after_corrections(fact(statement, heard, evidence=evidence, **changes), heard)
    return found.outcome if found else None


TAKEN_BACK = [
    # the question was never answered, or only asked back
    ("No itchy eyelids", ["C: Are your eyelids itchy?", "C: Any drops on the eyelids?", "P: Nah."], (1, 3)),
    ("History of gout", ["C: So you have a history of gout?", "P: What was that, sorry?", "P: My toe hurts."], (1, 2)),
    # the answer turns round
    ("Never had a stone", ["C: Have you ever had a kidney stone?", "P: Not here, but I did in 2011."], (1, 2)),
    ("No alcohol", ["C: And alcohol?", "P: No.", "P: Um, occasionally, at Christmas."], (1, 2)),
    (
        "No other symptoms",
        ["C: Any other symptoms?", "P: Not that I, not that I've noticed.", "P: I think, sometimes a ringing."],
        (1, 2),
    ),
    ("Bringing up phlegm", ["C: Are you bringing up phlegm?", "P: Yeah.", "P: No, no, it's dry."], (1, 2)),
    ("Rash all over back", ["C: So the rash is all over your back.", "P: Mm.", "P: No, just the shoulder."], (1,)),
    # a number, a word that sounds alike, and what is told after all
    ("Started 5 days ago", ["C: So it all started five days ago.", "P: Seven days ago."], (1,)),
    (
        "Father: hyperthyroidism",
        ["P: Hypothyroidism, my dad has.", "C: So he has hyperthyroidism.", "P: Mm."],
        (2,),
    ),
    # the other side, named more often
    (
        "Right knee bends fully",
        ["P: It's my left knee.", "C: Does the left knee hurt?", "P: Yes.", "C: Your right knee bends fully."],
        (4,),
    ),
    # denied in part
    ("No symptoms", ["C: Any symptoms? Chest pain?", "P: No, none of those. My ankles do swell a bit."], (1, 2)),
    ("No bruising", ["C: Any bruising?", "P: No.", "C: On your arms?", "P: I do get some bruising there."], (1, 2)),
]
STANDS = [
    (
        "Right knee normal",
        ["P: It's my left knee.", "C: Does the left knee hurt?", "P: Yes.", "C: Your right knee is normal."],
        (4,),
    ),
    (
        "Right knee bends fully",
        ["P: It's my right knee, the left knee is fine.", "C: Your right knee bends fully."],
        (2,),
    ),
    ("No symptoms", ["C: Any symptoms?", "P: No, none at all."], (1, 2)),
    ("No itchy eyelids", ["C: Are your eyelids itchy?", "P: No.", "C: Do you wear lenses?", "P: Yes."], (1, 2)),
    ("No lenses", ["C: Are your eyelids itchy?", "C: Do you wear lenses?", "P: Nah."], (2, 3)),
    ("No headaches", ["C: Any headaches?", "P: No, but he has had a temperature."], (1, 2)),
    ("No alcohol", ["C: And alcohol?", "P: No.", "C: How about smoking, do you smoke?", "P: Occasionally."], (1, 2)),
    ("Rash on back", ["C: So the rash is on your back.", "P: Yes.", "C: Any on your face?", "P: No."], (1,)),
    ("Started 5 days ago", ["C: So it all started five days ago.", "P: Yes, five days."], (1,)),
    ("Father: hypothyroidism", ["P: Hypothyroidism, my dad has.", "C: So he has hyperthyroidism."], (1,)),
    ("No bruising", ["C: Any bruising?", "P: No.", "C: On your arms?", "P: My wife had some bruising."], (1, 2)),
]


@pytest.mark.parametrize(("statement", "said", "cited"), TAKEN_BACK)
def test_what_the_talk_around_takes_back_is_asked_about(
    statement: str, said: list[str], cited: tuple[int, ...]
) -> None:
    assert judged(statement, said, cited) is Outcome.CHECK


@pytest.mark.parametrize(("statement", "said", "cited"), STANDS)
def test_what_the_talk_around_leaves_alone_stands(statement: str, said: list[str], cited: tuple[int, ...]) -> None:
    assert judged(statement, said, cited) is None


def test_a_plan_is_not_taken_back_by_a_polite_no() -> None:
    said = ["C: I'll send you for a scan.", "P: No, that's fine."]
    assert judged("Scan to be arranged", said, (1,), section=Section.PLAN) is None
