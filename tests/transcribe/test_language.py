"""Speech that is not English becomes a gap, and English never does for want of certainty."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scribe.transcribe.language import GAP, by_language
from scribe.transcribe.whisper import WhisperTranscriber
from scribe.transcribe.windows import Piece, Window

SECOND = 16_000
ENGLISH, POLISH = 1000, 2000  # samples that stand for one language or the other


class FakeModel:
    """Hears English in samples of one value, Polish in those of another, and says how much of the sound is which."""

    supported_languages = ("en", "pl")

    def __init__(self) -> None:
        self.recognised: list[np.ndarray] = []

    def detect_language(self, sound: np.ndarray) -> tuple[str, float, list[tuple[str, float]]]:
        loud = np.round(np.abs(sound) * 32768)
        english, polish = np.sum(loud == ENGLISH), np.sum(loud == POLISH)
        chance = float(english / max(1, english + polish))
        return ("en" if chance > 0.5 else "pl"), max(chance, 1 - chance), [("en", chance), ("pl", 1 - chance)]

    def transcribe(self, sound: np.ndarray, **options: Any) -> tuple[Iterator[Any], None]:
        assert options["language"] == "en"
        self.recognised.append(sound)
        words = [SimpleNamespace(word=" hello", start=0.0, end=0.4, probability=0.9)]
        return iter([SimpleNamespace(words=words, no_speech_prob=0.0, avg_logprob=-0.1)]), None


def said(*parts: tuple[int, float]) -> Window:
    """One piece without a long pause; a quarter of a second of quiet stands between the parts."""
    sounds = []
    for value, seconds in parts:
        sounds += [np.full(int(seconds * SECOND), value, np.int16), np.zeros(SECOND // 4, np.int16)]
    return Window((Piece(10_000, np.concatenate(sounds)),))


def languages(window: Window, model: Any) -> list[tuple[str, int, int]]:
    return [
        (language, part.pieces[0].start_ms, part.pieces[-1].end_ms) for part, language in by_language(model, window)
    ]


def test_english_stays_in_one_part() -> None:
    assert languages(said((ENGLISH, 20)), FakeModel()) == [("en", 10_000, 30_250)]


def test_a_foreign_window_is_one_gap() -> None:
    assert languages(said((POLISH, 20)), FakeModel()) == [("pl", 10_000, 30_250)]


def test_an_interpreters_sentences_are_told_from_the_patients() -> None:
    found = languages(said((ENGLISH, 6), (POLISH, 6), (ENGLISH, 6)), FakeModel())
    assert [language for language, _, _ in found] == ["en", "pl", "en"]
    assert found[0][1] == 10_000 and found[-1][2] == 28_750
    assert all(a[2] == b[1] for a, b in itertools.pairwise(found))
    assert abs(found[1][1] - 16_100) < 400 and abs(found[1][2] - 22_400) < 400


@pytest.mark.parametrize("model", [SimpleNamespace(), SimpleNamespace(supported_languages=["en"])])
def test_a_model_that_knows_english_alone_hears_english(model: Any) -> None:
    assert [language for language, *_ in languages(said((POLISH, 9)), model)] == ["en"]


def test_a_word_or_two_are_never_dropped() -> None:
    assert [language for language, *_ in languages(said((POLISH, 1.2)), FakeModel())] == ["en"]


def test_the_gap_is_a_segment_without_any_of_its_words() -> None:
    model = FakeModel()
    transcriber = WhisperTranscriber(model, recording_id="r", made_by="fake")
    transcriber._windows._voice_activity = lambda frames: np.ones(len(frames), np.float32)
    segments = [*transcriber.feed(np.full(9 * SECOND, POLISH, np.int16)), *transcriber.finish()]
    assert [(segment.text, segment.language, len(segment.words)) for segment in segments] == [(GAP, "pl", 1)]
    assert model.recognised == []
    assert segments[0].start_ms == 0 and segments[0].end_ms >= 9000
