"""Which problems a talk has, how they are titled, and what stands under each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe.extract.extractor import Finding
from scribe.extract.problems import titled
from scribe.extract.topics import any_of, topics
from scribe.records import Evidence, Section, Turn
from tests.extract.talk import fact, turns

KNEE_AND_PRESSURE = (
    "C: What can I do for you?",
    "P: It's my knee, the right one. And I had a letter about my blood pressure.",
    "C: Okay. Does the knee swell?",
    "P: In the evenings.",
    "C: And the blood pressure, are you taking the amlodipine?",
    "P: Most days.",
    "C: Any headaches?",
    "P: No headaches.",
    "C: Going back to the knee, does it lock?",
    "P: Once or twice.",
    "C: For the blood pressure, we'll go up to ten milligrams. And the knee, see the physio.",
    "P: Okay.",
)


def _under(heard: dict[str, Turn], *found: tuple[str, Section, int]) -> list[str]:
    """The problem of each statement that cites all words of a turn, by the number of the turn."""
    findings = []
    for statement, section, number in found:
        turn = heard[f"t{number}"]
        cited = fact(statement, heard, section=section, evidence=(Evidence(turn.id, number, 0, len(turn.words)),))
        findings.append(Finding(replace(cited, id=f"{statement} {number}")))
    return [finding.fact.problem for finding in titled(findings, heard)]


def _titles(*said: str) -> list[str]:
    """The titles that a talk's turns are filed under, in the order in which they come up."""
    heard = turns(*said)
    under = _under(heard, *((turn.text, Section.HISTORY, turn.number) for turn in heard.values()))
    return list(dict.fromkeys(each for each in under if each))


def test_talk_that_goes_to_and_fro_is_filed_where_it_belongs() -> None:
    assert _under(
        turns(*KNEE_AND_PRESSURE),
        ("Swells in the evenings", Section.HISTORY, 4),
        ("Takes it most days", Section.HISTORY, 6),
        ("No headaches", Section.HISTORY, 8),
        ("Locks once or twice", Section.HISTORY, 10),
    ) == ["Knee", "Blood pressure", "Blood pressure", "Knee"]


def test_plans_go_to_the_problem_that_they_name_or_that_their_medicine_is_for() -> None:
    assert _under(
        turns(*KNEE_AND_PRESSURE),
        ("Amlodipine increased to 10 mg", Section.PLAN, 11),
        ("Knee physio", Section.PLAN, 11),
    ) == ["Blood pressure", "Knee"]


@pytest.mark.parametrize(
    "section",
    [
        Section.PAST_HISTORY,
        Section.MEDICATION,
        Section.ALLERGY,
        Section.FAMILY_HISTORY,
        Section.SOCIAL_HISTORY,
    ],
)
def test_background_belongs_to_no_problem(section: Section) -> None:
    assert _under(turns(*KNEE_AND_PRESSURE), ("Swells in the evenings", section, 4)) == [""]


def test_one_problem_needs_no_title() -> None:
    assert _titles("C: What is it?", "P: My knee hurts.", "C: Is the knee swollen?", "P: A bit.") == []


@pytest.mark.parametrize(
    "aside",
    [
        ("C: Any trouble with your bowels or waterworks?", "P: No, all working."),
        ("C: Any numbness in the foot?", "P: No. My mum had bad feet."),
        ("C: Any other medical problems?", "P: I've got diabetes and asthma."),
        ("C: Does it go anywhere?", "P: Into my leg, round my hip, down to the foot."),
        ("C: Any headaches with it?", "P: No headaches."),
    ],
)
def test_what_is_asked_in_passing_is_no_problem_of_its_own(aside: tuple[str, str]) -> None:
    assert _titles("C: Hello.", "P: It's my back pain again.", *aside, "C: The back's a strain.", "P: Okay.") == []


def test_symptoms_of_one_complaint_are_one_problem() -> None:
    assert (
        _titles(
            "C: Hello.",
            "P: I've got a cough and a sore throat, and a runny nose.",
            "C: How long have you had the cough?",
            "P: A week. I'm a bit short of breath.",
            "C: And the sore throat?",
            "P: That's going.",
            "C: For the cough, fluids. For the sore throat, paracetamol.",
        )
        == []
    )


def test_another_matter_that_is_announced_is_a_problem() -> None:
    assert _titles(
        "C: Hello.",
        "P: It's this cough.",
        "C: How long have you had the cough?",
        "P: Three weeks. While I'm here, I wanted to show you this mole.",
        "C: Where's the mole?",
        "P: On my arm.",
        "C: The mole looks fine. And the cough should go by itself.",
    ) == ["Cough", "Mole"]


def test_a_diagnosis_is_a_title_only_if_the_patient_said_it() -> None:
    theirs = (
        "C: Hello.",
        "P: It's my big toe, and I need my pill.",
        "C: Is the toe red?",
        "P: Yes.",
        "C: And the pill, which is it?",
        "P: The mini pill.",
        "C: The toe is gout. I'll do the pill.",
    )
    assert _titles(*theirs)[0] == "Big toe"
    said = [line.replace("It's my big toe", "It's my gout") for line in theirs]
    assert _titles(*said)[0] == "Gout"


@pytest.mark.parametrize(
    "doubt", ["I think it's gout, my toe.", "Could it be gout, my toe?", "It's not gout, it's my toe."]
)
def test_a_diagnosis_that_the_patient_doubts_is_no_title(doubt: str) -> None:
    said = (
        "C: Hello.",
        f"P: {doubt} And I need my pill.",
        "C: Is the toe red?",
        "P: Yes.",
        "C: And the pill?",
        "P: Mini.",
    )
    assert _titles(*said, "C: I'll do the pill. Rest the toe.")[0] == "Toe"


def test_what_a_patient_is_asked_to_come_for_is_a_problem_even_if_only_the_clinician_names_it() -> None:
    assert _titles(
        "C: So it's your COPD review, I've got your breathing test.",
        "P: That's it. But it's really my knee.",
        "C: We'll come to the knee. How far can you walk?",
        "P: To the shop.",
        "C: Right, the knee then. Does it lock?",
        "P: No.",
        "C: For the COPD, carry on with the inhaler. And the knee needs an x-ray.",
    ) == ["COPD", "Knee"]


def test_a_list_at_the_outset_is_a_list_of_problems() -> None:
    assert _titles(
        "C: Hello.",
        "P: Two things, sorry. My ear's blocked. And I need my pill.",
        "C: Let's look at the ear. So it's wax, use olive oil.",
        "P: Okay.",
        "C: And the pill, any trouble with it?",
        "P: No.",
    ) == ["Ear", "Pill"]


def test_every_title_was_said() -> None:
    heard = " ".join(turn.text for turn in turns(*KNEE_AND_PRESSURE).values()).lower()
    titles = _titles(*KNEE_AND_PRESSURE)
    assert len(titles) == 2
    assert all(title.lower() in heard for title in titles)


# ---------------------------------------------------------------- what is known of complaints


def test_complaints_name_each_other_and_each_has_names() -> None:
    keys = {topic.key for topic in topics()}
    for topic in topics():
        assert topic.names, topic.key
        assert topic.within <= keys, topic.within - keys


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("knee", "both knees", True),
        ("knee", "kneeling", False),
        ("kneel*", "kneeling", True),
        ("blood pressure", "blood-pressure", True),
        ("ear", "my ear's blocked", True),
        ("ear", "last year", False),
    ],
)
def test_a_star_stands_for_the_rest_of_a_word_and_a_plural_is_understood(word: str, text: str, found: bool) -> None:
    assert bool(any_of([word]).search(text)) is found


def test_more_than_no_to_anything_else_is_another_matter() -> None:
    said = (
        "C: Hello.",
        "P: It's this cough.",
        "C: How long have you had the cough?",
        "P: A week.",
        "C: Anything else?",
    )
    assert _titles(*said, "P: There's a mole on my arm.", "C: The mole's fine. The cough too.") == ["Cough", "Mole"]
    assert _titles(*said, "P: No, no mole or anything.", "C: The cough will go.") == []


def test_what_the_clinician_says_the_visit_is_about_is_a_problem_and_a_result_is_none() -> None:
    titles = _titles(
        "C: So is it about your blood pressure readings?",
        "P: Yes, and my knee, if there's time.",
        "C: We'll do both. Any headaches?",
        "P: No.",
        "C: Your cholesterol was 4.8. So we start a tablet for the blood pressure.",
        "P: Right.",
        "C: And the knee, does it swell?",
        "P: It does, the knee is stiff in the mornings.",
        "C: I want the cholesterol again in three months. I'll print exercises for the knee.",
    )
    assert titles == ["Blood pressure", "Knee"]


def test_no_title_is_something_that_was_denied() -> None:
    titles = _titles(
        "C: What brings you?",
        "P: My knee hurts. And while I'm here, I get short of breath on the stairs.",
        "C: Any wheezing?",
        "P: No wheezing.",
        "C: How long have you been short of breath?",
        "P: A month. I'm short of breath most days.",
        "C: And the knee?",
        "P: The knee clicks.",
    )
    assert "Wheezing" not in titles and len(titles) == 2
