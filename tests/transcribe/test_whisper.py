"""What Whisper gives back becomes words as a reader would count them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from scribe.transcribe.whisper import WhisperTranscriber, without_silence
from scribe.transcribe.windows import LIVE, WHOLE

SECOND = 16_000


class FakeModel:
    """Hears the same pieces in every window, each with its own leading space or none."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces
        self.options: dict[str, Any] = {}

    def languages(self, sound: Any) -> dict[str, float]:
        return {"en": 1.0}

    def transcribe(self, sound: Any, **options: Any) -> tuple[Iterator[Any], None]:
        self.options = options
        words = [
            SimpleNamespace(word=piece, start=at * 0.2, end=at * 0.2 + 0.2, probability=0.9 - at / 100)
            for at, piece in enumerate(self._pieces)
        ]
        return iter([SimpleNamespace(words=words, no_speech_prob=0.01, avg_logprob=-0.2)]), None


def heard(model: FakeModel) -> list[Any]:
    """One window of sound that the voice activity takes for speech throughout."""
    transcriber = WhisperTranscriber(model, recording_id="r", made_by="fake")
    transcriber._windows._voice_activity = lambda frames: np.ones(len(frames), np.float32)
    found = [*transcriber.feed(np.ones(3 * SECOND, np.int16)), *transcriber.finish()]
    assert len(found) == 1
    return list(found[0].words)


def test_pieces_without_a_space_before_them_are_one_word() -> None:
    words = heard(FakeModel(" A", " chest", " X", "-ray", " and", " 1", "-1", "-1."))
    assert [word.text for word in words] == ["A", "chest", "X-ray", "and", "1-1-1."]
    assert words[2].end_ms - words[2].start_ms == 400
    assert words[2].probability == min(0.88, 0.87)


def test_nothing_said_before_is_held_against_what_comes() -> None:
    model = FakeModel(" Hello", " there,", " doctor.")
    heard(model)
    assert model.options["condition_on_previous_text"] is False
    assert model.options["word_timestamps"] is True


def test_the_encoder_is_shown_no_more_silence_than_it_needs() -> None:
    filled = np.zeros((80, 3000), np.float32)
    filled[:, :1201] = 0.5
    assert without_silence(filled).shape == (80, 1402)
    assert np.array_equal(without_silence(filled), filled[:, :1402])
    assert without_silence(np.zeros((80, 3000), np.float32)).shape == (80, 1000)
    assert without_silence(np.ones((80, 3000), np.float32)).shape == (80, 3000)


def test_only_sound_that_was_said_just_now_is_encoded_in_short() -> None:
    for pace, short in ((LIVE, True), (WHOLE, False)):
        model = FakeModel(" Hello", " there,", " doctor.")
        transcriber = WhisperTranscriber(model, recording_id="r", made_by="fake")
        transcriber.pace = pace
        transcriber._windows._voice_activity = lambda frames: np.ones(len(frames), np.float32)
        assert [*transcriber.feed(np.ones(3 * SECOND, np.int16)), *transcriber.finish()]
        assert model.short is short
