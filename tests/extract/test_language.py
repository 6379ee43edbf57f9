"""Answers are heard line by line, each by itself, whatever is written beside it."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from scribe.extract import language
from scribe.extract.language import LONGEST_ANSWER, LONGEST_PROMPT, SLOTS, LanguageModel, _Answer
from scribe.extract.writer import Said
from scribe.models import convert
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


def heard(*steps: tuple[str, float]) -> list[tuple[str, float | None]]:
    """What becomes of tokens with their chances: each line, and the verdict on it."""
    answer = _Answer(0)
    tokens = list(dict.fromkeys(token for token, _ in steps))
    for token, chance in steps:
        answer.hear(tokens.index(token), log(chance), "" if token == "END" else token)
        if answer.over:
            break
    return [
        ("".join(tokens[token] for token, _ in line.tokens), line.right and round(line.right, 2))
        for line in answer.written()
    ]


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
    for token in range(LONGEST_ANSWER):
        assert not answer.over
        answer.hear(token, -1.0, "a")
    assert answer.over and not answer.written()
