"""Whisper, by faster-whisper, one window of speech at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scribe.capture.sound import Pcm
from scribe.records import ENGLISH, Segment, Word, new_id
from scribe.transcribe import expected
from scribe.transcribe.language import GAP, by_language
from scribe.transcribe.plausible import is_speech, without_loops
from scribe.transcribe.windows import LIVE, Pace, SpeechWindows, Window

_BEAM = 5
_TEMPERATURES = (0.0, 0.2, 0.4)  # the next is tried where the words loop or are very unsure
_LEAST_FRAMES = 1000  # of 10 ms, which the encoder is given at the least: told of less, it makes words up
_QUIET_FRAMES = 200  # of silence after the sound


def load(folder: Path, threads: int) -> Any:
    """Loads a CTranslate2 Whisper model (a `faster_whisper.WhisperModel`) with 8-bit weights."""
    from faster_whisper import WhisperModel
    from faster_whisper.audio import pad_or_trim

    class Remembering(WhisperModel):  # type: ignore[misc]
        """Encodes sound once, for its language and for its words: that is the dearest step."""

        short = False
        """Whether the encoder is to look no further than the sound goes, instead of at 30 seconds always: four times as
        quick for a few seconds of speech, and a little less exact."""

        _last: tuple[Any, Any] = (np.zeros(0), None)

        def encode(self, features: Any) -> Any:
            if self.short:
                features = without_silence(features)
            known, encoded = self._last
            if not np.array_equal(known, features):
                encoded = super().encode(features)
                self._last = features.copy(), encoded
            return encoded

        def languages(self, sound: Any) -> dict[str, float]:
            """How likely each language is in the first 30 seconds; empty for a model that knows English alone."""
            if not self.model.is_multilingual:
                return {}
            features = pad_or_trim(self.feature_extractor(sound)[..., :-1])  # as `transcribe` cuts them
            (chances,) = self.model.detect_language(self.encode(features))
            return {token.strip("<|>"): float(chance) for token, chance in chances}

    return Remembering(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)


def without_silence(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features as the encoder takes them, shape (bands, frames), without most of the silence that they were filled up
    with; the number of frames is even."""
    filled = np.flatnonzero(features.any(axis=0))
    wanted = max(_LEAST_FRAMES, int(filled[-1]) + 1 + _QUIET_FRAMES if len(filled) else 0)
    return np.ascontiguousarray(features[:, : wanted + wanted % 2])


class WhisperTranscriber:
    """A `Transcriber` for one recording.

    Args:
        model: what `load` returned; it may serve one recording after another.
        recording_id: the recording that the segments belong to.
        made_by: the model's name and hash, for the segments.
        start_ms: where in the recording the sound that is fed begins.
        next_number: the number of the first segment, so that work can go on after an interruption.
        expected_words: words that are likely to be said, the most important first (`scribe.transcribe.expected`).
        medicine: names the medicine that a word is, or sounds like.
    """

    def __init__(
        self,
        model: Any,
        *,
        recording_id: str,
        made_by: str,
        start_ms: int = 0,
        next_number: int = 1,
        expected_words: Sequence[str] = (),
        medicine: Callable[[str], str] = lambda word: "",
    ) -> None:
        self._model = model
        self._medicine = medicine
        self._expected = expected.fitting(expected_words, self._tokens)
        self._recording_id = recording_id
        self._made_by = made_by
        self._windows = SpeechWindows(start_ms)
        self._number = next_number
        self._last_texts: tuple[str, str] = ("", "")

    @property
    def pace(self) -> Pace:
        return self._windows.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._windows.pace = pace

    def feed(self, pcm: Pcm) -> Iterator[Segment]:
        return self._segments(self._windows.feed(pcm))

    def finish(self) -> Iterator[Segment]:
        return self._segments(self._windows.finish())

    def _segments(self, windows: Iterable[Window]) -> Iterator[Segment]:
        for window, language in (part for whole in windows for part in self._parts(whole)):
            if language != ENGLISH:
                gap = Word(GAP, window.pieces[0].start_ms, window.pieces[-1].end_ms, 0.0)
                yield self._segment((gap,), GAP, language)
                continue
            for found in self._recognise(window):
                heard = self._expecting(window, _words(window, found.words or ()))
                words = without_loops(heard)
                text = " ".join(word.text for word in words)
                if not is_speech(words, found.no_speech_prob, found.avg_logprob) or self._repeats(text):
                    continue
                yield self._segment(words, text)

    def _parts(self, window: Window) -> Iterator[tuple[Window, str]]:
        self._model.short = self.pace is LIVE
        return by_language(self._model, window)

    def _expecting(self, window: Window, heard: Sequence[Word]) -> Sequence[Word]:
        """What was heard, with expected words put right that a second hearing confirms."""
        places = expected.places(heard, self._expected, self._medicine)
        if not places:
            return heard
        told = dict.fromkeys(place.word for place in places)
        again = [
            word
            for found in self._recognise(window, expected.as_prompt(told))
            for word in _words(window, found.words or ())
        ]
        return expected.corrected(heard, again, places)

    def _recognise(self, window: Window, told: str | None = None) -> Iterator[Any]:
        """Whisper's segments. Told of words it gets one try: a second hearing that is unsure confirms nothing."""
        found, _ = self._model.transcribe(
            window.pcm.astype(np.float32) / 32768.0,
            language="en",
            beam_size=_BEAM,
            temperature=_TEMPERATURES[:1] if told else _TEMPERATURES,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            hotwords=told,
        )
        return iter(found)

    def _tokens(self, text: str) -> int:
        return len(self._model.hf_tokenizer.encode(f" {text}", add_special_tokens=False).ids)

    def _repeats(self, text: str) -> bool:
        """Whether a longer sentence comes for the third time in a row."""
        again = text.count(" ") >= 2 and self._last_texts == (text, text)
        self._last_texts = (self._last_texts[1], text)
        return again

    def _segment(self, words: Sequence[Word], text: str, language: str = ENGLISH) -> Segment:
        segment = Segment(
            id=new_id(),
            recording_id=self._recording_id,
            number=self._number,
            start_ms=words[0].start_ms,
            end_ms=words[-1].end_ms,
            text=text,
            words=tuple(words),
            made_by=self._made_by,
            language=language,
        )
        self._number += 1
        return segment


def _words(window: Window, found: Iterable[Any]) -> list[Word]:
    """Whisper's pieces as words: one without a space before it ("X" and "-ray") belongs to the word before."""
    words: list[Word] = []
    for piece in found:
        text = piece.word.strip()
        if not text:
            continue
        start_ms, end_ms = window.span_ms(piece.start, piece.end)
        probability = round(float(piece.probability), 4)
        if words and not piece.word[0].isspace():
            whole = words.pop()
            text, start_ms = whole.text + text, whole.start_ms
            probability = min(whole.probability, probability)
        words.append(Word(text, start_ms, end_ms, probability))
    return words
