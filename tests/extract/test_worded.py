"""Questions and the pieces of sentences are no statements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.verify import verify
from scribe.records import Evidence, Fact, Outcome, Polarity, Section, Turn
from tests.fakes import fact


def turns(*said: tuple[str, str]) -> tuple[Turn, ...]:
    return turns_from_numbered(
        {"id": "x", "utterances": [{"n": n, "speaker": who, "text": text} for n, (who, text) in enumerate(said, 1)]}
    )


def stated(statement: str, said: tuple[Turn, ...], section: Section = Section.HISTORY, *, absent: bool = False) -> Fact:
    proof = tuple(Evidence(turn.id, turn.number, 0, len(turn.words)) for turn in said)
    polarity = Polarity.ABSENT if absent else Polarity.PRESENT
    return replace(fact(said[0]), statement=statement, section=section, polarity=polarity, evidence=proof)


def outcome(one: Fact, said: tuple[Turn, ...]) -> Outcome:
    return verify(one, {turn.id: turn for turn in said}).outcome


@pytest.mark.parametrize(
    ("asked", "statement"),
    [
        ("Are you bringing up phlegm?", "Bringing up phlegm"),
        ("Any shortness of breath, chest pain?", "Any shortness of breath, chest pain"),
    ],
)
def test_a_question_alone_is_no_finding(asked: str, statement: str) -> None:
    said = turns(("clinician", asked))
    assert outcome(stated(statement, said), said) is Outcome.REJECTED


def test_a_question_with_its_answer_is_one() -> None:
    said = turns(("clinician", "Are you bringing up phlegm?"), ("patient", "Yes, I am."))
    assert outcome(stated("Bringing up phlegm", said), said) is Outcome.SUPPORTED


def test_a_request_put_as_a_question_stays_a_plan() -> None:
    said = turns(("clinician", "Could you book a blood test at the desk?"))
    assert outcome(stated("Book a blood test at the desk", said, Section.PLAN), said) is not Outcome.REJECTED


@pytest.mark.parametrize("statement", ["No no headaches", "No in the night", "No anything when the knee swells"])
def test_a_denial_that_does_not_hold_together_is_no_line(statement: str) -> None:
    said = turns(("clinician", "Headaches, in the night, when the knee swells?"), ("patient", "No, no."))
    assert outcome(stated(statement, said, absent=True), said) is Outcome.REJECTED


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("5 milligrams, 1 tablet once a day", Outcome.CHECK),
        ("Giving a torver statin instead, 20 mg once a day", Outcome.CHECK),
        ("Amlodipine 5 milligrams once a day", Outcome.SUPPORTED),
        ("Advised under 14 units a week", Outcome.SUPPORTED),
    ],
)
def test_a_dose_without_its_medicine_is_asked_about(statement: str, expected: Outcome) -> None:
    said = turns(("clinician", f"{statement}."))
    assert outcome(stated(statement, said, Section.MEDICATION), said) is expected
