"""Small slips are put right from what was said, and nothing else is touched."""

from __future__ import annotations

import pytest

from scribe.extract.tidy import tidied
from scribe.records import Section
from tests.extract.talk import fact, turns


@pytest.mark.parametrize(
    ("statement", "said", "right"),
    [
        ("A wee bit stiff in the mornings", "P: It's a wee bit stiff in the mornings.", "A bit stiff in the mornings"),
        ("Cough keeps him up at night", "P: The cough keeps me up at night.", "Cough keeps patient up at night"),
        ("Hurts his knee", "P: It hurts my knee.", "Hurts knee"),
        ("Cough keeps him up", "O: His cough keeps him up.", "Cough keeps him up"),
        ("Allergic to cats, stuff", "P: I'm allergic to cats, stuff.", "Allergic to cats"),
        ("Aches and things like that", "P: Aches and things like that.", "Aches"),
        ("Something called gout", "C: It's something called gout.", "Gout"),
        ("Cannot stop shaking", "P: I just couldn't stop shaking.", "Could not stop shaking"),
        ("Cannot stop shaking", "P: I can't stop shaking.", "Cannot stop shaking"),
        ("Advised to examine knee", "C: We're going to examine your knee.", "Examine knee"),
        ("Number 2 is to rest the ankle", "C: Number 2 is to rest the ankle.", "Rest the ankle"),
        ("Advised to rest", "C: I'd like you to rest.", "Advised to rest"),
        ("Advised to drink fluids", "C: You need to drink fluids.", "Advised to drink fluids"),
        ("Right lungs clear", "C: All right. Lungs clear.", "Lungs clear"),
        ("Right knee swollen", "C: All right. The right knee is swollen.", "Right knee swollen"),
        ("Most likely re- related to bone", "C: Most likely re- related to bone.", "Most likely related to bone"),
        ("Not swollen", "P: Right now it's not swollen.", "Not swollen right now"),
        ("No pain", "P: I have no pain.", "No pain"),
        ("162/98 over 98", "C: That's 162 over 98.", "162/98"),
        ("Mums got diabetes", "P: Mums got diabetes.", "Mum has diabetes"),
        ("Brothers had his knee replaced", "P: My brothers had his knee replaced.", "Brother had his knee replaced"),
        ("Brothers had measles", "P: My brothers had measles.", "Brothers had measles"),
        ("Hey, dragon, order an x-ray", "C: Hey, dragon, order an x-ray.", "Order an x-ray"),
        ("Advised to number one lose weight", "C: Number one, lose weight.", "Advised to lose weight"),
        ("Pain comes and goes", "P: The pain comes and goes.", "Pain comes and goes"),
    ],
)
def test_a_slip_is_put_right(statement: str, said: str, right: str) -> None:
    heard = turns(said)
    found = tidied(fact(statement, heard), heard)
    assert found.statement == right


def test_what_stands_under_past_history_needs_no_past() -> None:
    heard = turns("C: You have a past medical history of diabetes and gout.")
    told = tidied(fact("Past diabetes and gout", heard, section=Section.PAST_HISTORY), heard)
    assert told.statement == "Diabetes and gout"
    assert tidied(fact("Past smoker", heard, section=Section.SOCIAL_HISTORY), heard).statement == "Past smoker"
