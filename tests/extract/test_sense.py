"""A candidate that is no line of a note never becomes one, and nothing is put into the wrong mouth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe.extract.sense import makes_sense
from scribe.records import Evidence, Section
from tests.extract.talk import fact, turns


def sense(statement: str, *said: str, section: Section = Section.HISTORY, confidence: float = 1.0) -> bool:
    heard = turns(*said, confidence=confidence)
    return makes_sense(fact(statement, heard, section=section), heard)


@pytest.mark.parametrize(
    "statement",
    [
        "I, for instance cycling, at the weekend",
        "You mentioned a few days",
        "It's, watery",
        "He's going ahead, nothing",
        "Other than that has, yeah, been sleeping",
        "Feels, generally tired",
        "Blocked nose and blocked nose",
        "Has to take like baths every day",
        "Because it has spread since, the rash",
        "Rubbing cream on it",
        "Ever smoked",
        "The right one's fine",
        "Left sleeve roll-up, feet flat on floor",
        "Close gown now",
        "Finalize the note",
        "On physical examination",
        "As far as breathing",
        "To do a quick physical exam",
        "Neck exam",
        "To see heart exam on heart exam",
        "Review of heart and lungs",
        "Let patient take a look",
        "Lodapine, right, morning or night",
        "Smashing",
        "Mother: stroke, no family history",
        "All day",
        "Monday, Tuesday",
        "The past 3 days",
        "3-4 days ago",
        "Stopped",
        "Can hear patient",
        "Best wishes",
        "Patient to take care today",
        "In a private place",
        "Full name Ann Example",
        "GP to write to GP",
        "Someone will see I, and reassure",
        "Sore down here",
        "Has been about 2 months now",
        "Lives on her own with her husband",
        "Shortness",
        "Family history, no",
        "Had something like that, a year back",
        "To the side",
        "For hay fever, when it comes",
        "Maybe ankle",
        "Does not know it might be the new pillow",
        "3 March 1980",
        "Died of a stroke",
        "The most important thing",
        "Swelling itself",
        "To it's called a splint",
        "The knee is is sore",
        "Explanation understood",
        "Alone, able to speak now",
        "Talk privately",
        "Speaks openly today",
        "Signal dropped",
        "Home address confirmed",
        "Given that he smokes",
        "With the cough has now gone",
        "Under his chin",
        "20s",
        "Take a deep breath in",
        "Lie down on the couch for me",
        "Show me the x-ray",
        "Pain in the arm, where exactly",
    ],
)
def test_the_remains_of_speech_are_no_line(statement: str) -> None:
    assert not sense(statement, f"P: {statement}.")


@pytest.mark.parametrize(
    "statement",
    [
        "Sore throat for 5 days",
        "Sometimes tired",
        "Some swelling over the hip",
        "Asthma in childhood, thought had grown out of it",
        "Lives with mother, mother's partner and 2 older siblings",
        "Well until 2 days ago",
        "Checks peak flow every now and then",
        "Wants to know what caused it and how to treat it",
        "Cough for 3 weeks",
        "Type I diabetes",
        "Shortness of breath",
        "Lives alone with 2 children",
        "Able to speak in full sentences",
        "Within normal limits",
        "Within 2 hours of eating",
        "Private physiotherapy arranged",
        "Order repeat prescription in the app",
        "Lives 40 minutes' drive away from hospital",
        "Given oral steroids",
        "Given rescue pack of antibiotics",
        "Not worried about the mole",
        "Had something removed from the back in 2010",
        "Something like electric shocks down the leg",
        "Mostly evenings",
        "Mainly nocturnal",
        "Runs",
        "Running",
        "To the left of the sternum",
        "Video call with diabetic nurse next week",
        "Address cardiovascular risk",
        "Send photo by e-mail",
        "Confidential chlamydia test",
        "Does not know dose",
        "Does not know name of tablet",
        "Cannot lie down flat",
        "Headache worse when lie down",
        "Lie down in a dark room",
        "Pain on taking a deep breath",
        "Struggles to take care of children",
        "Dictated letter to cardiology",
        "Since starting ramipril, dry cough",
        "Since taking ibuprofen has had indigestion",
        "Under the care of cardiology",
        "Under her breast, an itchy rash",
        "Noted on chest x-ray, nodule",
        "Probably due to a virus",
    ],
)
def test_terse_clinical_lines_stay(statement: str) -> None:
    assert sense(statement, f"P: {statement}.")


@pytest.mark.parametrize(
    "statement",
    [
        "Advised to know warning signs of stroke",
        "Advised to feel for lumps monthly",
        "Advised to think about stopping smoking",
        "Aim to lose 10 pounds",
        "Lost 12 pounds, keep going",
        "Lie down if faint",
        "To see how BP is in a month",
    ],
)
def test_what_is_to_be_done_stays(statement: str) -> None:
    assert sense(statement, f"C: {statement}.", section=Section.PLAN)


def test_who_died_in_a_family_is_asked_and_not_dropped() -> None:
    said = "P: He died of a stroke."
    assert sense("Died of a stroke", said, section=Section.FAMILY_HISTORY)
    assert not sense("Died of a stroke", said, section=Section.PAST_HISTORY)


def test_a_medicine_stays_in_whatever_words() -> None:
    assert sense("I, have, lisinopril", "P: I, have, lisinopril.", section=Section.MEDICATION)


def test_a_patients_habit_is_no_advice() -> None:
    said = "P: On Fridays I'll go to the pub and have six pints."
    assert not sense("Advised to go to the pub and have 6 pints", said, section=Section.PLAN)
    assert sense("Advised to drink plenty", "C: Make sure that you drink plenty.", section=Section.PLAN)


def test_what_the_clinician_takes_for_granted_is_no_advice() -> None:
    said = "C: I take it you don't drive."
    assert not sense("Advised not to drive", said, section=Section.PLAN)


def test_who_the_patient_is_is_no_line() -> None:
    asked = "C: Could you confirm your full name for me?"
    assert not sense("Ann Mary Example confirmed", asked, "P: I'm Ann Mary Example.")
    assert not sense("Ann Example", asked, "P: Ann Example.")
    assert sense("Epley Manoeuvre helped", "C: What helped?", "P: The Epley Manoeuvre.")


def test_to_think_or_to_hope_is_no_advice() -> None:
    said = "C: I hope that you feel better tomorrow."
    assert not sense("Advised to hope for better tomorrow", said, section=Section.PLAN)
    assert not sense("Advised to know that this is common", "C: You know that this is common.", section=Section.PLAN)


def test_what_we_will_do_is_not_given_to_the_patient() -> None:
    assert not sense("Patient to consider other causes", "C: We can consider other causes.", section=Section.PLAN)
    assert sense("Patient to ring for the results", "C: You ring us for the results.", section=Section.PLAN)


def test_a_suspicion_is_no_past_history() -> None:
    said = "C: I wonder whether you might have gout."
    assert not sense("Gout before", said, section=Section.PAST_HISTORY)


def test_clinicians_work_is_not_the_patients() -> None:
    assert not sense(
        "Works for the surgery", "C: I'm one of those who work for the surgery.", section=Section.SOCIAL_HISTORY
    )


def test_what_to_watch_out_for_is_no_history() -> None:
    for section in (Section.HISTORY, Section.ASSESSMENT):
        assert not sense("Spreading rash", "C: Such as any worsening, a spreading rash.", section=section)


def test_the_words_of_a_question_are_no_finding() -> None:
    assert not sense("Bringing up any phlegm", "C: Are you bringing up any phlegm?", "P: Yeah.")


def test_what_the_clinician_tells_back_is_history() -> None:
    assert sense("Pain mainly on the left", "C: So you've got pain mainly on the left, which could be anything.")


def test_a_doubtful_speaker_is_left_for_the_verifier_to_ask_about() -> None:
    assert sense("Drink plenty of fluids", "P: Drink plenty of fluids.", section=Section.PLAN, confidence=0.4)


def test_what_is_denied_after_the_cited_words_is_not_stated() -> None:
    heard = turns("C: An x-ray now isn't needed.", "C: The ibuprofen gel, use that, won't you?")
    cited = [
        replace(fact(statement, heard, section=Section.PLAN), evidence=(Evidence(turn, number, 0, end),))
        for statement, turn, number, end in (
            ("X-ray now", "t1", 1, 3),
            ("X-ray not needed", "t1", 1, 3),
            ("Use ibuprofen gel", "t2", 2, 5),
        )
    ]
    assert [makes_sense(each, heard) for each in cited] == [False, True, True]


@pytest.mark.parametrize(
    ("statement", "said", "section"),
    [
        ("Knee bent slightly", "C: If you can just bend your knee slightly.", Section.EXAMINATION),
        ("To stop driving", "P: I've had to stop driving.", Section.HISTORY),
        ("Brace for 30 pounds", "C: You can get a brace for 30 pounds.", Section.PLAN),
    ],
)
def test_a_request_an_errand_and_a_price_are_no_finding_history_or_plan(
    statement: str, said: str, section: Section
) -> None:
    assert not sense(statement, said, section=section)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("C: Let's take a look at that knee.", False),
        ("C: I'd like to see that knee again in a month.", True),
        ("C: We'll review the knee.", True),
    ],
)
def test_a_look_at_the_knee_is_no_plan_to_review_it(said: str, kept: bool) -> None:
    assert sense("Review knee", said, section=Section.PLAN) is kept


def test_marks_without_a_word_are_no_line() -> None:
    heard = turns("P: Hm?")
    assert not makes_sense(fact("?", heard), heard)
