"""What a denial, a condition, an advice to avoid and a safety net reach, and no further."""

from __future__ import annotations

import pytest

from scribe.records import Outcome, Section
from tests.extract.talk import verdict


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("No allergy to latex", ["C: Any allergies to any medication?", "P: Uh, no, just latex."]),
        ("No allergies to plasters", ["C: Any allergies?", "P: No, nothing apart from plasters."]),
        ("No cream", ["C: Do you remember the name of the cream?", "P: No, sorry."]),
    ],
)
def test_a_denial_does_not_reach_its_exception_nor_what_was_only_to_be_remembered(
    statement: str, said: list[str]
) -> None:
    assert verdict(statement, *said, section=Section.ALLERGY).outcome is not Outcome.SUPPORTED


def test_a_plain_denial_still_holds() -> None:
    assert verdict("No allergies", "C: Any allergies?", "P: No.", section=Section.ALLERGY).outcome is Outcome.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "said", "supported"),
    [
        ("Start antibiotics if worse", "C: If it gets worse, start the antibiotics.", True),
        (
            "Antibiotics if chest infection",
            "C: I won't give antibiotics. You have no chest infection. Ring if worried.",
            False,
        ),
        ("Avoid spicy food", "C: Just have plain food. Avoid anything spicy, spicy food makes it worse.", True),
        ("Avoid plain food", "C: Just have plain food. Avoid anything spicy.", False),
    ],
)
def test_conditions_and_what_to_avoid_are_held_to_their_own_sentence(
    statement: str, said: str, supported: bool
) -> None:
    assert (verdict(statement, said, section=Section.PLAN).outcome is Outcome.SUPPORTED) is supported


def test_a_trigger_without_its_action_is_no_safety_net() -> None:
    said = "C: If you cough up blood, call nine nine nine."
    assert verdict("Coughing up blood", said, section=Section.SAFETY_NET).outcome is Outcome.REJECTED
    assert verdict("Call 999 if coughing up blood", said, section=Section.SAFETY_NET).outcome is Outcome.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("No travel, working from home", ["C: Have you had any travel?", "P: No, I've been working from home."]),
        ("No weight change, a bit less hungry", ["P: I'm less hungry, but no, no weight change."]),
        ("No swelling of knee", ["C: I'll look at the knee. There's no swelling."]),
        ("Really bad toothache", ["P: No I have a really bad toothache."]),
        ("No pain on bending", ["C: What about bending?", "P: No, that doesn't cause any pain."]),
        ("No allergies", ["P: Oh, allergies, no."]),
        ("No allergies", ["P: Ohh, allergies. Uh, no."]),
        ("No phlegm", ["C: and chest cough shortness of breath phlegm anything like that", "P: No."]),
        ("Cough began 2 weeks ago", ["C: When?", "P: Two weeks ago.", "C: Any wheeze with the cough?", "P: No."]),
        ("Another GP", ["C: It won't be with me, it'll be another GP."]),
        ("No tiredness", ["P: I haven had any tiredness."]),
        ("Problem with hearing", ["C: Any problems with your hearing?", "P: Yes."]),
        ("Working at the moment", ["C: And are you working at the moment?", "P: Uh, I am."]),
        ("Able to fully bend leg", ["C: Can you straighten the leg?", "P: Yes.", "C: And fully bend it?", "P: Yes."]),
        (
            "Loose stool",
            ["C: What do you mean?", "P: Yeah, so it's like loose stool, going to the toilet quite often, you know?"],
        ),
        ("Swelling of knee", ["C: If you don't. There is a swelling of the knee."]),
        ("Some pain in lower stomach", ["P: um and like some pain in my, like, lower stomach?"]),
    ],
)
def test_a_denial_ends_where_something_else_is_told(statement: str, said: list[str]) -> None:
    assert verdict(statement, *said).outcome is Outcome.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("Chills", ["P: No fever or chills."]),
        ("Toothache", ["C: Any toothache?", "P: No."]),
        ("Cough", ["C: Any cough?", "P: No."]),
        ("No cough", ["P: No wheeze, it'll be the cough."]),
        ("Allergies", ["P: Ohh, allergies. Uh, no."]),
        ("No penicillin allergy", ["P: Penicillin allergy. No idea why."]),
        ("Smoking at school", ["C: Do you smoke?", "P: Yes.", "C: Any trouble at school?", "P: Yes."]),
        (
            "Smoking at school",
            ["C: Do you smoke?", "P: Yes.", "C: Any cough?", "P: Yes.", "C: Any trouble with it at school?", "P: Yes."],
        ),
        ("Pain in chest", ["P: Pain in the chest at night time?"]),
        ("Takes metformin", ["P: So, it's, metformin?"]),
        ("Operations", ["C: Any operations at all?", "P: Uh, operations."]),
        ("Arthritis", ["C: I advise surgery. If you don't. It can lead to arthritis."]),
        ("Flat feet", ["C: If you don't. It can lead to arthritis. You can also get flat feet."]),
        ("Problem in rehab", ["P: Yeah. No problem in, uh, rehab and recovery."]),
        ("Stop the warfarin", ["P: So I'm going to stop the warfarin tonight?"]),
        ("Clot in leg", ["P: Well it's a clot in the leg then, is it?"]),
        ("Pain in back", ["P: It's normal to have some pain in my back?"]),
        ("No swelling of knee", ["P: My knee has a swelling."]),
    ],
)
def test_and_no_sooner(statement: str, said: list[str]) -> None:
    assert verdict(statement, *said).outcome is not Outcome.SUPPORTED
