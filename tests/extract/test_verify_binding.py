"""Words that were all said, but not of each other, make no supported statement."""

from __future__ import annotations

from typing import Any

import pytest

from scribe.records import Outcome, Section
from tests.extract.talk import verdict

EXAM, MED, ALLERGY = (
    {"section": Section.EXAMINATION},
    {"section": Section.MEDICATION},
    {"section": Section.ALLERGY},
)

HELD: list[tuple[str, list[str], dict[str, Any]]] = [
    ("Right knee not as bad as the left", ["P: The left knee is not as bad as the right."], {}),
    ("Pain more than 3/10", ["C: So would you call it mild, about a three out of ten?", "P: Yes."], {}),
    ("Weight gain of over 6 kg", ["P: I've put on six kilos, weight gain like that is new."], {}),
    ("Had a stroke in 10 years", ["P: He had a stroke ten years ago."], {}),
    ("No headaches", ["C: Anything that brings your headaches on?", "P: No."], {}),
    ("Worried about stress", ["P: I was worried. I'd pass it on. It went. I don't blame stress."], {}),
    ("Knee checked out", ["C: So let's get your knee checked out."], EXAM),
    ("Smoking at school", ["C: Any trouble at school?", "P: No.", "C: And are you smoking?", "P: I am."], {}),
    ("Ramipril not given phone", ["P: I haven't got my phone with me. So it's ramipril I'm given?"], MED),
    ("Ramipril called amlodipine", ["P: It's called, it's like ramipril. And amlodipine."], MED),
    ("No cough", ["C: Are you coughing up anything?", "P: No."], {}),
    ("Not throwing", ["C: Are you throwing anything up?", "P: No."], {}),
    ("Food allergies", ["C: Food allergies?", "P: Milk may not agree with me."], ALLERGY),
    ("Advised to cut down on cholesterol", ["C: As to your cholesterol, cut down if you can."], {}),
]
KEPT: list[tuple[str, list[str], dict[str, Any]]] = [
    ("Left knee not as bad as the right", ["P: The left knee is not as bad as the right."], {}),
    ("Pain more than 3/10", ["P: It's more than three out of ten, the pain."], {}),
    ("Review in 2 weeks", ["C: I'll review you in two weeks."], {"section": Section.PLAN}),
    ("No cough", ["C: Any cough?", "P: No."], {}),
    ("Not throwing up", ["C: Are you throwing up?", "P: No."], {}),
    ("Results in 2 weeks", ["C: The results will be here in two weeks."], {"section": Section.PLAN}),
    ("Worried about cancer", ["P: My worry is that it could be cancer."], {}),
    ("No chest pain", ["C: Any chest pain?", "P: No."], {}),
    ("Swelling not painful", ["P: There's a swelling on my elbow. It's not painful."], {}),
    ("Redness behind left ear", ["C: I can see some redness behind the left ear."], EXAM),
    ("Working from home", ["C: Are you working from home?", "P: Yes."], {}),
    ("Metformin not taken today", ["P: I haven't taken the metformin today."], MED),
    ("Ventolin called salbutamol", ["P: Ventolin. It's called salbutamol."], MED),
    ("Advised to cut down on cheese", ["C: Try to cut down on cheese."], {"section": Section.PLAN}),
]


@pytest.mark.parametrize(("statement", "said", "changes"), HELD, ids=[one[0] for one in HELD])
def test_what_was_not_said_of_each_other_is_held_back(statement: str, said: list[str], changes: dict[str, Any]) -> None:
    assert verdict(statement, *said, **changes).outcome is not Outcome.SUPPORTED


@pytest.mark.parametrize(("statement", "said", "changes"), KEPT, ids=[one[0] for one in KEPT])
def test_what_was_said_so_stands(statement: str, said: list[str], changes: dict[str, Any]) -> None:
    assert verdict(statement, *said, **changes).outcome is Outcome.SUPPORTED
