"""What was taken back in the same breath never becomes a plain line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.corrections import after_corrections
from scribe.extract.ledger import build
from scribe.extract.numerals import digits
from scribe.records import Evidence, Outcome, Reason, Turn, Verdict
from tests.fakes import fact


def turn(text: str) -> Turn:
    return turns_from_numbered({"id": "x", "utterances": [{"n": 1, "speaker": "patient", "text": text}]})[0]


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("It's my right knee. No, sorry, the left one.", "Right knee pain", "Left knee pain"),
        ("Twenty milligrams, I think. No, tell a lie, it's forty.", "20 milligrams", "40 milligrams"),
        (
            "I've had it three weeks. No, sorry, four weeks, since half-term.",
            "Has had it 3 weeks",
            "Has had it 4 weeks",
        ),
        ("Mum had a stroke. No, hang on, that was my nan.", "Mother: stroke", "Nan: stroke"),
        ("Furosemide, forty. No, sorry, eighty, in the morning.", "Furosemide, 40", "Furosemide, 80"),
        (
            "It's the cream. No, sorry, I mean the ointment.",
            "Uses the cream",
            "Uses the cream",
        ),  # nothing to tell which
    ],
)
def test_what_was_taken_back_is_asked_about_and_says_what_was_meant(text: str, wrong: str, right: str) -> None:
    said = turn(text)
    stands, verdict = after_corrections(replace(fact(said), statement=wrong), {said.id: said})
    assert stands.statement == right
    assert verdict is not None and (verdict.outcome, verdict.reason) == (Outcome.CHECK, Reason.CONTRADICTED)


def test_who_was_not_taken_back_keeps_what_was_said_of_them() -> None:
    said = turn("My dad had a heart attack and my mum had a stroke. No, hang on, that was my nan.")
    about = {said.id: said}
    assert after_corrections(replace(fact(said), statement="Father: heart attack"), about)[1] is None
    assert after_corrections(replace(fact(said), statement="Mother: stroke"), about)[1] is not None


@pytest.mark.parametrize("text", ["No, sorry, I don't smoke.", "No. No, none of those.", "Sorry I'm late, no bother."])
def test_an_answer_takes_nothing_back(text: str) -> None:
    said = turn(text)
    assert after_corrections(fact(said), {said.id: said})[1] is None


def test_a_number_to_ring_stays_whole() -> None:
    assert digits(["ring", "nine", "nine", "nine."]) == ["ring", "999."]
    assert digits(["or", "1-1-1", "if", "closed"]) == ["or", "111", "if", "closed"]


@pytest.mark.slow
def test_no_plain_line_names_the_side_that_was_taken_back() -> None:
    said = "Well, it's my right knee. No, sorry, the left one. It's been about six months. It aches going down stairs."
    turns = turns_from_numbered(
        {
            "id": "x",
            "utterances": [
                {"n": 1, "speaker": "clinician", "text": "So, tell me about the knee."},
                {"n": 2, "speaker": "patient", "text": said},
            ],
        }
    )
    plain = [e.fact.statement for e in build(turns).entries if e.verdict.outcome is Outcome.SUPPORTED]
    assert plain and not any("right" in statement.lower() for statement in plain)


def talk(*said: tuple[str, str]) -> tuple[Turn, ...]:
    return turns_from_numbered(
        {"id": "x", "utterances": [{"n": n, "speaker": who, "text": text} for n, (who, text) in enumerate(said, 1)]}
    )


def verdict_of(turns: tuple[Turn, ...]) -> Verdict | None:
    return after_corrections(fact(turns[0]), {turn.id: turn for turn in turns})[1]


@pytest.mark.parametrize("reply", ["Actually, no, good question.", "No.", "Oh no, you must not."])
def test_what_the_clinician_denies_next_is_in_doubt(reply: str) -> None:
    verdict = verdict_of(talk(("patient", "And I can take it with the simvastatin."), ("clinician", reply)))
    assert verdict is not None and verdict.reason is Reason.CONTRADICTED


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("I don't take the simvastatin any more.", "No."),  # an echo
        ("I take simvastatin.", "No? Since when?"),
        ("I take simvastatin.", "Okay, and you have no allergies?"),
        ("I take simvastatin. No, nothing else.", "No, good."),
    ],
)
def test_an_echo_or_the_next_question_denies_nothing(said: str, reply: str) -> None:
    assert verdict_of(talk(("patient", said), ("clinician", reply))) is None


def test_what_was_put_right_stands_and_what_was_taken_back_does_not() -> None:
    said = turn("It's my right knee. No, sorry, the left one. The right one's fine.")
    for statement, asked in (("Left knee pain", False), ("Right knee pain", True)):
        _, verdict = after_corrections(replace(fact(said), statement=statement), {said.id: said})
        assert (verdict is not None) is asked


@pytest.mark.parametrize(
    ("between", "asked"), [("Do you drink any alcohol?", True), ("Sorry, the line is bad.", False)]
)
def test_an_answer_belongs_to_the_question_before_it(between: str, asked: bool) -> None:
    turns = talk(("clinician", "And do you smoke?"), ("clinician", between), ("patient", "The odd sherry."))
    cited = tuple(Evidence(one.id, one.number, 0, len(one.words)) for one in (turns[0], turns[2]))
    _, verdict = after_corrections(
        replace(fact(turns[0]), statement="Smokes the odd sherry", evidence=cited), {one.id: one for one in turns}
    )
    assert (verdict is not None) is asked
