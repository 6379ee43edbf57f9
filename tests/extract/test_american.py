"""Talk and spelling of the United States: consultations there are read like those here."""

from __future__ import annotations

import pytest

from scribe.attribute.interruption import about_another
from scribe.extract import coverage
from scribe.extract.clauses import sentences
from scribe.extract.verify.medicines import british
from scribe.extract.verify.spelled import abroad, knows
from scribe.records import Evidence, Outcome, Reason, Section, Status
from tests.extract.talk import turns, verdict


@pytest.mark.parametrize("word", ["edema", "anemia", "color", "finalize", "fiber", "hemoglobin"])
def test_an_american_spelling_is_no_misheard_medicine(word: str) -> None:
    assert any(knows(one) for one in abroad(word))
    assert verdict(f"Takes iron for {word}", f"P: I take iron for {word}.").outcome is Outcome.SUPPORTED


@pytest.mark.parametrize(("here", "there"), [("amlodipine", "norvasc"), ("paracetamol", "tylenol")])
def test_american_names_are_known(here: str, there: str) -> None:
    assert british(there) == here


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("I want you to take it once a day, okay?", False),
        ("We'll see you in a month, all right?", False),
        ("You still take it, right?", True),
        ("Is that okay?", True),
        ("Okay?", True),
    ],
)
def test_a_word_that_asks_for_a_nod_makes_no_question(said: str, asks: bool) -> None:
    (sentence,) = sentences(turns(f"C: {said}")["t1"])
    assert sentence.asks is asks


def test_a_finding_is_proved_though_the_clinician_asks_for_a_nod() -> None:
    said = ("C: On your heart exam, I hear a three out of six murmur, and your lungs are clear, okay?", "P: Okay.")
    found = verdict("3 out of 6 murmur", *said, section=Section.EXAMINATION)
    assert found.outcome is Outcome.SUPPORTED


def test_a_finding_is_told_from_what_will_be_looked_at() -> None:
    told = verdict(
        "Bruising of right foot",
        "C: I'm gonna do my foot exam, so on the right foot there is some bruising.",
        section=Section.EXAMINATION,
    )
    assert told.outcome is Outcome.SUPPORTED
    planned = verdict(
        "Bruising of right foot", "C: Let's see if there is bruising of the right foot.", section=Section.EXAMINATION
    )
    assert planned.reason is Reason.NOT_DONE_YET


def test_the_patient_who_is_announced_is_this_one() -> None:
    heard = turns("C: The next patient is Anna Example. She has a cough.", "P: It's been a week.")
    assert not about_another(Evidence("t2", 2, 0, 4), heard.values())
    heard = turns("C: Your next patient is waiting in room four.", "P: It's been a week.")
    assert about_another(Evidence("t2", 2, 0, 4), heard.values())


def test_a_clause_is_not_cut_before_its_last_words() -> None:
    said = turns("C: and I want to go ahead and increase your furosemide to 80 mg once a day.")["t1"]
    assert [clause.end_word for clause in coverage.clauses(said)] == [len(said.words)]


SPOKEN = "C: There is some wheezing. On your heart exam, you have a murmur. No bruits. Your lung exam, some crackles."


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        ("Murmur on heart exam", Outcome.SUPPORTED),
        ("Heart exam: murmur", Outcome.SUPPORTED),
        ("Wheezing on heart exam", Outcome.REJECTED),
        ("Heart exam: crackles", Outcome.REJECTED),
        ("No bruits or lung exam", Outcome.REJECTED),
    ],
)
def test_a_finding_belongs_to_the_part_that_was_being_examined(statement: str, outcome: Outcome) -> None:
    assert verdict(statement, SPOKEN, section=Section.EXAMINATION).outcome is outcome


def test_what_somebody_has_completed_is_done_and_what_they_will_complete_is_not() -> None:
    done = verdict("Has completed the vaccine", "C: So you have completed the vaccine.", status=Status.DONE)
    assert done.outcome is Outcome.SUPPORTED
    planned = verdict("Has completed the vaccine", "C: You will complete the vaccine.", status=Status.DONE)
    assert planned.reason is Reason.NOT_DONE_YET
