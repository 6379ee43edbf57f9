"""Words of time, doubt and degree that a statement lost are put back, and nothing is added that was not said."""

from __future__ import annotations

import pytest

from scribe.extract.tidy import tidied
from scribe.records import Section
from tests.extract.talk import fact, turns

EXAM, PAST, PLAN, HISTORY = Section.EXAMINATION, Section.PAST_HISTORY, Section.PLAN, Section.HISTORY
IDEAS, IMPRESSION = Section.IDEAS_CONCERNS_EXPECTATIONS, Section.ASSESSMENT


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
        (
            "Echocardiogram: leaky valve",
            ["C: The echocardiogram last year was fine. Today's echocardiogram shows a leaky valve."],
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
        ("Needs the loo now", ["P: I need the loo now and then."], HISTORY, "Needs the loo now and then"),
        ("Wants to stay at home", ["P: I need to stay at home."], HISTORY, "Needs to stay at home"),
        ("Wants to stay at home", ["P: I'd like to, I need to stay at home."], HISTORY, "Wants to stay at home"),
        ("Thinks there is a leak", ["P: Is there a leak?"], IDEAS, "Asks whether there is a leak"),
        ("Thinks there is a leak", ["P: I think there is a leak. Is it bad?"], IDEAS, "Thinks there is a leak"),
        ("Recurrent stones", ["C: It looks like recurrent stones."], IMPRESSION, "Looks like recurrent stones"),
        ("Pneumonia", ["C: This is most likely pneumonia."], IMPRESSION, "Probable pneumonia"),
        ("Pneumonia", ["C: This is pneumonia. It might take a week."], IMPRESSION, "Pneumonia"),
        ("Heart normal", ["C: A quiet murmur, otherwise normal heart."], EXAM, "Heart otherwise normal"),
    ],
)
def test_what_bounds_a_statement_stays_with_it(statement: str, said: list[str], section: Section, right: str) -> None:
    heard = turns(*said)
    assert tidied(fact(statement, heard, section=section), heard).statement == right
