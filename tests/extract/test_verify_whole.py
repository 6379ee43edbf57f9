"""What is no statement, or would be read as something that was not said, is held back by its kind."""

from __future__ import annotations

from typing import Any

import pytest

from scribe.extract.corrections import after_corrections
from scribe.extract.verify import verify
from scribe.records import Evidence, Experiencer, Outcome, Polarity, Reason, Section, Status
from tests.extract.talk import fact, turns, verdict

MED, ALLERGY, PLAN, ASSESS, FAMILY, PAST = (
    {"section": Section.MEDICATION},
    {"section": Section.ALLERGY},
    {"section": Section.PLAN, "status": Status.PLANNED},
    {"section": Section.ASSESSMENT},
    {"section": Section.FAMILY_HISTORY, "experiencer": Experiencer.RELATIVE},
    {"section": Section.PAST_HISTORY},
)
IDEAS = {"section": Section.IDEAS_CONCERNS_EXPECTATIONS}

HELD: list[tuple[str, list[str], dict[str, Any]]] = [
    # the text of a question, and answers that say nothing of it
    ("Triggers: on Sunday", ["C: Have you noticed any triggers?", "P: On Sunday afternoon."], {}),
    ("Allergic to ooh, allergies", ["C: Do you have any allergies?", "P: Ooh, allergies."], ALLERGY),
    ("Itching or swelling", ["C: Have you had any itching or swelling?", "P: Yes."], {}),
    ("No trouble breathing", ["C: Any trouble breathing, or a cough?", "P: No cough, but I'm puffed."], {}),
    # conditions, with and without their "if"
    ("If it's the gallbladder", ["C: Because if it's the gallbladder, that would fit."], ASSESS),
    ("Vomiting is getting worse", ["C: And the vomiting's getting worse, then you'd need to ring us."], PLAN),
    ("Fever", ["C: If you get a fever, ring us."], ASSESS),
    # what people have in general, what things can do
    ("Someone might have a trapped nerve", ["C: Someone might have a trapped nerve with this."], ASSESS),
    ("Kidney stones", ["C: Sometimes you can get kidney stones with that."], ASSESS),
    # remains of sentences
    ("Which makes it ache", ["P: Which makes it ache."], {}),
    ("If the swelling starts, then needs", ["C: If the swelling starts, then you need."], PLAN),
    ("Standing at the sink", ["P: It's when I'm lifting or standing at the sink."], {"first": 5}),
    ("Leads to a stiff neck", ["P: Leads to a stiff neck."], {}),
    ("The it aches", ["P: The it aches."], {}),
    ("No down", ["C: Any numbness, down, the leg?", "P: No."], {}),
    # who it is about
    ("Had the same thing", ["P: My neighbour no, my sister had the same thing."], {"first": 5}),
    ("He died of a stroke", ["P: He died of a stroke."], FAMILY),
    ("Died of a stroke", ["P: My uncle, he died of a stroke."], FAMILY),
    ("Advised to ring patient", ["C: I'd like you to ring me."], PLAN),
    ("Loves hill walking", ["C: Oh, I love hill walking."], {"section": Section.SOCIAL_HISTORY}),
    ("Can sit up", ["C: Okay, you can sit up."], {"section": Section.EXAMINATION}),
    (
        "Can breathe normally",
        ["C: And again. You can breathe normally. Take one more deep breath."],
        {"section": Section.EXAMINATION},
    ),
    ("Smokes", ["P: My wife smokes."], {"section": Section.SOCIAL_HISTORY}),
    # what is not named
    ("Twice a day", ["P: Twice a day."], MED),
    ("Allergy", ["P: I've got an allergy."], ALLERGY),
    ("Allergic to tramadol makes patient sick", ["C: Any allergies?", "P: Tramadol makes me sick."], ALLERGY),
    # doubt, and a disease that nobody named
    ("Gallstones", ["P: They said it was maybe gallstones."], PAST),
    ("Gout, painful toe", ["P: It's a painful toe."], ASSESS),
    # numbers and sides of something else
    ("Bisoprolol 5 mg", ["P: Ramipril, five milligrams, and bisoprolol, ten milligrams."], MED),
    ("Right calf swollen", ["P: My left calf's swollen, and the right one's fine."], {}),
    # degrees
    ("Always wears gloves", ["P: I don't always wear gloves."], {"section": Section.SOCIAL_HISTORY}),
    ("No pain", ["P: I don't have very much pain."], {}),
]

PASSES: list[tuple[str, list[str], dict[str, Any]]] = [
    ("Other problems: the diabetes", ["C: Any other problems?", "P: Just the diabetes."], PAST),
    ("Allergies: penicillin", ["C: Any allergies?", "P: Penicillin."], ALLERGY),
    ("Latex allergy", ["C: Any allergies?", "P: No, just latex."], ALLERGY),
    ("Asks about the risk of infection", ["P: What's the risk of infection?"], IDEAS),
    ("Knee sprain", ["C: So what I want to tell you is that you have a knee sprain."], ASSESS),
    ("Most likely to need surgery", ["C: You're most likely going to need surgery."], ASSESS),
    ("Swelling since Tuesday", ["P: There's some swelling. Since Tuesday."], {}),
    ("Haemoglobin low for somebody of her age", ["C: Haemoglobin low for somebody of your age."], ASSESS),
    ("Loves gardening", ["C: I know you love gardening.", "P: Yes."], {}),
    ("Does not drink much", ["C: Do you drink much?", "P: No."], {"polarity": Polarity.ABSENT}),
    ("Cannot hear very well", ["P: I can't hear very well."], {"polarity": Polarity.ABSENT}),
    ("No problems with bowels", ["C: Any problems with your bowels?", "P: They're fine."], {}),
    ("Poor sleep", ["P: I can't sleep."], {}),
    ("No difficulty swallowing", ["C: Any difficulty swallowing?", "P: No."], {}),
    ("Uses E45 cream", ["P: I use E forty-five cream."], MED),
    ("Folic acid 5 mg", ["C: Take folic acid, five milligrams."], MED),
    ("Tablets can be taken with or without food", ["C: Take the tablets with or without food."], PLAN),
    ("If not better in a week, come back", ["C: If you're not better in a week, come back."], PLAN),
    ("Appetite all right", ["P: My appetite's all right."], {}),
]


def judged(statement: str, said: list[str], changes: dict[str, Any]) -> Outcome:
    first = changes.get("first", 0)
    rest = {name: value for name, value in changes.items() if name != "first"}
    heard = turns(*said)
    if first:
        last = next(reversed(heard.values()))
        rest["evidence"] = (Evidence(last.id, last.number, first, len(last.words)),)
    return verify(fact(statement, heard, **rest), heard).outcome


@pytest.mark.parametrize(("statement", "said", "changes"), HELD, ids=[case[0] for case in HELD])
def test_what_would_mislead_is_held_back(statement: str, said: list[str], changes: dict[str, Any]) -> None:
    assert judged(statement, said, changes) is not Outcome.SUPPORTED


@pytest.mark.parametrize(("statement", "said", "changes"), PASSES, ids=[case[0] for case in PASSES])
def test_what_was_said_passes_all_the_same(statement: str, said: list[str], changes: dict[str, Any]) -> None:
    assert judged(statement, said, changes) is Outcome.SUPPORTED


def test_a_denial_that_the_patient_takes_back_next_is_asked_about() -> None:
    heard = turns("C: Any headaches?", "P: Um, no.", "P: But it's a sort of headache, I suppose.")
    denied = fact("No headaches", heard, evidence=(Evidence("t1", 1, 0, 2), Evidence("t2", 2, 0, 2)))
    _, found = after_corrections(denied, heard)
    assert found is not None
    assert (found.outcome, found.reason) == (Outcome.CHECK, Reason.CONTRADICTED)


def test_what_was_said_in_an_interruption_is_another_patients() -> None:
    said = [
        "P: It's my knee.",
        "O: Sorry to interrupt, Mrs Ash has a fever.",
        "C: Give her paracetamol.",
        "C: Sorry about that.",
    ]
    heard = turns(*said, "C: So it's the knee?")
    given = fact("Paracetamol given", heard, evidence=(Evidence("t3", 3, 0, 3),))
    assert verify(given, heard).reason is Reason.OTHER_PATIENT
    knee = fact("Knee", heard, evidence=(Evidence("t5", 5, 0, 4), Evidence("t1", 1, 0, 3)))
    assert verify(knee, heard).reason is not Reason.OTHER_PATIENT


def test_a_number_that_is_spelled_with_a_hyphen_is_heard_once() -> None:
    assert verdict("Ibuprofen 21 mg", "C: Take ibuprofen, four hundred and twenty-one milligrams.").reason is (
        Reason.NUMBER_NOT_SAID
    )
