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
        "You said a couple of weeks",
        "It's, watery",
        "He's going ahead, nothing",
        "Other than that has, yeah, been sleeping",
        "Feels, generally tired",
        "Blocked nose and blocked nose",
        "Has to take like baths every day",
        "Because it's got worse recently, symptoms",
        "Trying to avoid it",
        "Ever smoked",
        "The right one's fine",
        "Left sleeve roll-up, feet flat on floor",
        "Close gown now",
        "Finalize the note",
        "On physical examination",
        "As far as breathing",
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
        "Jaw feels a bit numb round here",
        "Has been a few weeks now",
        "Lives alone with partner",
        "Shortness",
        "Past medical history, no",
        "Had something like that, a year back",
        "To the side",
        "For hay fever, when it comes",
        "Mostly ankle",
        "Does not know it was just one of those colds",
        "3 March 1980",
        "Died of a stroke",
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
    ],
)
def test_terse_clinical_lines_stay(statement: str) -> None:
    assert sense(statement, f"P: {statement}.")


def test_a_medicine_stays_in_whatever_words() -> None:
    assert sense("I, have, lisinopril", "P: I, have, lisinopril.", section=Section.MEDICATION)


def test_a_patients_habit_is_no_advice() -> None:
    said = "P: Once or twice a month I'll go out with my friends and drink a lot."
    assert not sense("Advised to go out with friends and drink a lot", said, section=Section.PLAN)
    assert sense("Advised to drink plenty", "C: Make sure that you drink plenty.", section=Section.PLAN)


def test_what_the_clinician_takes_for_granted_is_no_advice() -> None:
    said = "C: I'll take it you don't take any regular medicines."
    assert not sense("Advised not to take regular medicines", said, section=Section.PLAN)


def test_who_the_patient_is_is_no_line() -> None:
    asked = "C: Could you confirm your full name for me?"
    assert not sense("Ann Mary Example confirmed", asked, "P: I'm Ann Mary Example.")
    assert not sense("Ann Example", asked, "P: Ann Example.")
    assert sense("Epley Manoeuvre helped", "C: What helped?", "P: The Epley Manoeuvre.")


def test_to_think_or_to_hope_is_no_advice() -> None:
    said = "C: I think there's no harm if you're still breathless."
    assert not sense("Advised to think there is no harm if still breathless", said, section=Section.PLAN)


def test_what_we_will_do_is_not_given_to_the_patient() -> None:
    assert not sense("Patient to consider other causes", "C: We can consider other causes.", section=Section.PLAN)
    assert sense("Patient to ring for the results", "C: You ring us for the results.", section=Section.PLAN)


def test_a_suspicion_is_no_past_history() -> None:
    said = "C: I wonder whether you may have something called dermatitis."
    assert not sense("Dermatitis before", said, section=Section.PAST_HISTORY)


def test_clinicians_work_is_not_the_patients() -> None:
    assert not sense(
        "Works for the surgery", "C: I'm one of those who work for the surgery.", section=Section.SOCIAL_HISTORY
    )


def test_what_to_watch_out_for_is_no_history() -> None:
    for section in (Section.HISTORY, Section.ASSESSMENT):
        assert not sense("Worsening breathlessness", "C: Like worsening breathlessness.", section=section)


def test_the_words_of_a_question_are_no_finding() -> None:
    assert not sense("Bringing up any phlegm", "C: Are you bringing up any phlegm?", "P: Yeah.")


def test_what_the_clinician_tells_back_is_history() -> None:
    assert sense("Pain mainly on the left", "C: So you've got pain mainly on the left, which could be anything.")


def test_a_doubtful_speaker_is_left_for_the_verifier_to_ask_about() -> None:
    assert sense("Drink plenty of fluids", "P: Drink plenty of fluids.", section=Section.PLAN, confidence=0.4)


def test_what_is_denied_after_the_cited_words_is_not_stated() -> None:
    heard = turns("C: Paracetamol on this occasion, wouldn't be helpful.", "C: The ibuprofen gel, use that, won't you?")
    cited = [
        replace(fact(statement, heard, section=Section.PLAN), evidence=(Evidence(turn, number, 0, end),))
        for statement, turn, number, end in (
            ("Paracetamol on this occasion", "t1", 1, 4),
            ("Paracetamol would not be helpful", "t1", 1, 4),
            ("Use ibuprofen gel", "t2", 2, 5),
        )
    ]
    assert [makes_sense(each, heard) for each in cited] == [False, True, True]


@pytest.mark.parametrize(
    ("statement", "said", "section"),
    [
        ("Knee bent slightly", "C: If you can just bend your knee slightly.", Section.EXAMINATION),
        ("To do less lifting", "P: I've had to do less lifting.", Section.HISTORY),
        ("Spacer is about 9 pounds", "C: A spacer is about 9 pounds.", Section.PLAN),
    ],
)
def test_a_request_an_errand_and_a_price_are_no_finding_history_or_plan(
    statement: str, said: str, section: Section
) -> None:
    assert not sense(statement, said, section=section)
