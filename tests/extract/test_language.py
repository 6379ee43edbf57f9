"""Answers are heard line by line, each by itself, whatever is written beside it."""

from __future__ import annotations

from math import log
from pathlib import Path
from types import SimpleNamespace

import pytest

from scribe import models
from scribe.engine.workers import load_language
from scribe.extract import language
from scribe.extract.language import DOUBTED, LONGEST_ANSWER, LONGEST_PROMPT, SLOTS, LanguageModel, _Answer, _Token
from scribe.extract.writer import Said
from scribe.models import LARGE, SMALL, convert
from tests.models.test_convert import write_gguf


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that mean nothing, but of the right form."""
    place = tmp_path_factory.mktemp("weights")
    convert.convert(write_gguf(place / "model.gguf"), None, "source", lambda share: None)
    return place / convert.CONVERTED


def answers(model: LanguageModel, prompts: list[str]) -> list[list[Said]]:
    found = dict(model.write(prompts, lambda: True))
    return [found[place] for place in range(len(prompts))]


def test_an_answer_depends_on_nothing_but_its_prompt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = LanguageModel(folder)
    monkeypatch.setattr(language._Answer, "written", lambda answer: answer.lines)  # babble has no ends of lines
    monkeypatch.setattr(language, "LONGEST_ANSWER", 40)
    prompts = [f"{'he' * (n % 7)}{chr(97 + n)}hell" for n in range(2 * SLOTS + 3)]
    together = answers(model, prompts)
    alone = [answers(model, [prompt])[0] for prompt in prompts]
    assert together == alone
    assert len({str(one) for one in together}) > SLOTS, "they are not all alike"


def test_writing_stops_when_it_is_told_to(folder: Path) -> None:
    asked = 0

    def go_on() -> bool:
        nonlocal asked
        asked += 1
        return asked <= 5

    assert not list(LanguageModel(folder).write(["hello"] * 3, go_on))
    assert asked == 6
    assert not list(LanguageModel(folder).write([], lambda: True))


def test_a_word_without_end_has_no_answer_and_does_no_harm(folder: Path) -> None:
    model = LanguageModel(folder)
    endless = "a" * (LONGEST_PROMPT + 1)
    assert answers(model, ["hello", endless, "hell"]) == [*answers(model, ["hello"]), [], *answers(model, ["hell"])]


Step = tuple[str, float] | tuple[str, float, str, float]
"""A token with its chance, and what was next likely there with its own."""


def hear(answer: _Answer, *steps: Step) -> None:
    for text, chance, other, its in ((*step, "other", 0.001)[:4] for step in steps):
        answer.hear(token(text, chance), token(other, its))
        if answer.over:
            break


def token(text: str, chance: float) -> _Token:
    return _Token(sum(map(ord, text)), log(chance), "" if text == "END" else text)


def lines(answer: _Answer) -> list[tuple[str, float | None]]:
    """What becomes of tokens: each line, and the verdict on it."""
    return [
        ("".join(one.text for one in line.tokens), line.right and round(line.right, 2)) for line in answer.written()
    ]


def heard(*steps: Step) -> list[tuple[str, float | None]]:
    answer = _Answer(0)
    hear(answer, *steps)
    return lines(answer)


def test_the_verdict_after_a_line_belongs_to_it_and_not_to_the_next() -> None:
    line = (("1", 0.9), (" history: Cough", 0.8), ("\u010a", 1.0))
    other = (("2", 0.9), (" plan: Rest", 0.8), ("\u010a", 1.0))
    assert heard(*line, ("+", 0.9), *other, ("-", 0.7), ("END", 1.0)) == [
        ("1 history: Cough", 0.9),
        ("2 plan: Rest", 0.3),
    ]


def test_a_model_that_gives_no_verdicts_is_heard_as_well_and_a_line_said_again_ends_the_answer() -> None:
    line = (("1", 0.9), (" history: Cough", 0.8), ("\u010a", 1.0))
    assert heard(*line, *line, *line) == [("1 history: Cough", None)]
    assert heard(*line, ("+", 0.9), *line, ("+", 0.9), *line) == [("1 history: Cough", 0.9)]
    assert heard(*line, ("+", 0.9), ("2", 0.9)) == [("1 history: Cough", 0.9)], "a line that was broken off is not one"


def test_an_answer_that_never_ends_is_ended() -> None:
    answer = _Answer(0)
    for number in range(LONGEST_ANSWER):
        assert not answer.over
        answer.hear(_Token(number, -1.0, "a"), _Token(0, -2.0, "b"))
    assert answer.over and not answer.written()


NEW = "\u010a"  # the end of a line
DOUBTED_LINE: tuple[Step, ...] = (
    ("1", 1.0, "2", 0.4),  # where it stands is no other way to say it
    (" history", 0.9, " plan", 0.1),
    (":", 1.0),
    (" No", 0.9, " Some", 0.1),
    (" cough", 0.6, " wheeze", 0.3),
    (" today", 0.8, NEW, 0.2),
    (NEW, 1.0),
)


def doubting(*after: Step) -> _Answer:
    answer = _Answer(0, DOUBTED)
    hear(answer, *DOUBTED_LINE, ("-", 0.8), *after)
    return answer


def test_a_line_that_it_doubts_is_written_once_more_from_where_it_was_least_decided() -> None:
    answer = doubting()
    assert answer.last == token(" wheeze", 0.3).number
    assert answer.gone_back() == 3, "cough, today, and the end of the line"
    assert answer.gone_back() == 0
    assert lines(answer) == [("1 history: No cough today", 0.2)], "it stands until another is better"


def test_of_two_ways_the_better_stands() -> None:
    assert lines(doubting((NEW, 1.0), ("+", 0.9))) == [("1 history: No wheeze", 0.9)]
    assert lines(doubting((NEW, 1.0), ("-", 0.9))) == [("1 history: No cough today", 0.2)]
    assert lines(doubting(("END", 1.0))) == [("1 history: No cough today", 0.2)]


def test_a_line_is_written_no_more_than_twice() -> None:
    answer = doubting((NEW, 1.0))
    answer.gone_back()
    hear(answer, ("-", 0.7), ("2", 1.0), (" plan: Rest", 1.0), (NEW, 1.0), ("+", 0.9))
    assert answer.gone_back() == 0
    assert lines(answer) == [("1 history: No wheeze", 0.3), ("2 plan: Rest", 0.9)]


def test_what_was_said_already_is_no_other_way_to_say_it() -> None:
    answer = _Answer(0, DOUBTED)
    hear(answer, ("1", 1.0), (" history", 1.0), (":", 1.0), (" No", 1.0), (" wheeze", 1.0), (NEW, 1.0), ("+", 0.9))
    hear(
        answer,
        *DOUBTED_LINE,
        ("-", 0.8),
        (NEW, 1.0),
        ("+", 0.9),
        ("2", 1.0),
        (" plan: Rest", 1.0),
        (NEW, 1.0),
        ("+", 0.9),
    )
    assert lines(answer) == [("1 history: No wheeze", 0.9), ("1 history: No cough today", 0.2), ("2 plan: Rest", 0.9)]


def test_a_line_may_end_where_it_was_least_decided() -> None:
    answer = _Answer(0, DOUBTED)
    hear(answer, *DOUBTED_LINE[:4], (" cough", 0.6), (" today", 0.6, NEW, 0.4), (NEW, 1.0), ("-", 0.8), ("+", 0.9))
    assert lines(answer) == [("1 history: No cough", 0.9)]


def test_nothing_else_is_tried_where_there_is_nothing_else() -> None:
    answer = _Answer(0, DOUBTED)
    hear(
        answer,
        ("1", 1.0),
        (" history", 1.0),
        (":", 1.0),
        (" Dry", 1.0),
        (" cough", 0.9, "END", 0.1),
        (NEW, 1.0),
        ("-", 0.8),
    )
    assert answer.gone_back() == 0 and lines(answer) == [("1 history: Dry cough", 0.2)]


def test_no_line_is_written_twice_where_nobody_asked_for_it() -> None:
    answer = _Answer(0)
    hear(answer, *DOUBTED_LINE, ("-", 0.8), ("END", 1.0))
    assert answer.gone_back() == 0 and lines(answer) == [("1 history: No cough today", 0.2)]


def test_what_an_answer_goes_back_over_is_forgotten_where_it_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_back: list[tuple[int, int]] = []
    monkeypatch.setattr(_Answer, "gone_back", lambda answer: 1 if answer.length == 3 else 0)
    monkeypatch.setattr(language._Slots, "back", lambda slots, slot, tokens: went_back.append((slot, tokens)))
    monkeypatch.setattr(language, "LONGEST_ANSWER", 6)
    answers(LanguageModel(folder), ["hello", "hell"])
    assert {one for one in went_back if one[1]} == {(0, 1), (1, 1)}


def test_only_the_larger_writer_writes_what_it_doubts_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    def make(path: Path, made_by: str, threads: int, doubted: float) -> SimpleNamespace:
        made.append(doubted)
        return SimpleNamespace(made_by=made_by)

    monkeypatch.setattr(models, "list_models", lambda: [SimpleNamespace(name=n, present=True) for n in (SMALL, LARGE)])
    monkeypatch.setattr(models, "installed", lambda name: SimpleNamespace(path=folder, made_by=name))
    monkeypatch.setattr(language, "LanguageModel", make)
    for name in (SMALL, LARGE):
        load_language(name)
    assert made == [0.0, DOUBTED]
