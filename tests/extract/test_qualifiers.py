"""Words of time, doubt and degree that a statement lost are put back, and nothing is added that was not said."""

from __future__ import annotations

import pytest

from scribe.extract.tidy import tidied
from scribe.records import Section
from tests.extract.talk import fact, turns

EXAM, PAST, PLAN, HISTORY = Section.EXAMINATION, Section.PAST_HISTORY, Section.PLAN, Section.HISTORY


@pytest.mark.parametrize(
    ("statement", "said", "section", "right"),
    [
        (
            "Ejection fraction about 50",
            ["C: Your ejection fraction is about 50 %."],
            EXAM,
            "Ejection fraction about 50%",
        ),
        ("Pain 5", ["C: The pain is 5 out of ten."], HISTORY, "Pain 5"),
        (
            "Echocardiogram: leaky valve",
            ["C: We did an echocardiogram last year. It shows a leaky valve."],
            EXAM,
            "Echocardiogram last year: leaky valve",
        ),
        (
            "Echocardiogram: leaky valve",
            ["C: Last year you fell. Today's echocardiogram shows a leaky valve."],
            EXAM,
            "Echocardiogram: leaky valve",
        ),
        ("No kidney disease", ["C: I see no evidence of kidney disease."], EXAM, "No evidence of kidney disease"),
        ("No kidney disease", ["C: You have no kidney disease."], EXAM, "No kidney disease"),
        ("Asthma bad", ["C: How bad was it when you were a child?", "P: Bad."], PAST, "Asthma bad as a child"),
        ("Asthma bad", ["C: How bad is it?", "P: Bad."], PAST, "Asthma bad"),
        ("Very dizzy on the stairs", ["P: I was very dizzy on the stairs."], HISTORY, "Was very dizzy on the stairs"),
        ("Very dizzy on the stairs", ["P: I'm very dizzy on the stairs."], HISTORY, "Very dizzy on the stairs"),
        (
            "Feverish with chills",
            ["P: I feel feverish with chills at times."],
            HISTORY,
            "Feverish with chills at times",
        ),
        ("Colonoscopy scheduled", ["C: Let's get a colonoscopy scheduled."], PLAN, "Colonoscopy to be scheduled"),
        ("Colonoscopy scheduled", ["C: Your colonoscopy is scheduled."], PLAN, "Colonoscopy scheduled"),
        ("On a stronger tablet", ["C: You should be on a stronger tablet."], PLAN, "Should be on a stronger tablet"),
        ("Surgery for hip", ["C: I'd recommend surgery for the hip."], PLAN, "Recommended: surgery for hip"),
        ("Heart normal", ["C: A quiet murmur, otherwise normal heart."], EXAM, "Heart otherwise normal"),
    ],
)
def test_what_bounds_a_statement_stays_with_it(statement: str, said: list[str], section: Section, right: str) -> None:
    heard = turns(*said)
    assert tidied(fact(statement, heard, section=section), heard).statement == right
