"""Finds speech in a stream of sound and cuts it at pauses into windows that a recogniser can take.

Whisper looks at 30 seconds at a time, whatever it is given, so windows are filled up to 28 seconds of speech
where talk goes on, and are closed early where it rests; while people talk, they are closed much sooner. Pauses inside a window are shortened: a recogniser
that hears nothing invents something. Voice activity is Silero's, which comes with faster-whisper, run here
frame by frame so that the sound never has to be whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scribe.capture.sound import SAMPLE_RATE, Pcm, duration_ms

_FRAME = 512  # samples; Silero takes no other length at 16 kHz
_FRAME_MS = _FRAME * 1000 // SAMPLE_RATE
_PAD = 400 // _FRAME_MS  # frames kept before and after speech, so that no first or last sound is lost
_GAP = 2000 // _FRAME_MS  # frames of silence that are left inside a piece
_SHORTEST = 200 // _FRAME_MS  # frames of speech below which it was a click or a cough
_SPEECH = 0.5
_STILL_SPEECH = 0.35


@dataclass(frozen=True, slots=True)
class Pace:
    """When a window is closed, in milliseconds: long windows are heard best and cheapest, short ones soonest.

    Attributes:
        full_ms: so much speech closes a window in the middle of talk, where it is quietest.
        enough_ms, rest_ms: with so much speech in it, so short a pause closes it.
        long_rest_ms: so long a pause closes any window.
    """

    full_ms: int
    enough_ms: int
    rest_ms: int
    long_rest_ms: int


WHOLE = Pace(28_000, 20_000, 1_500, 6_000)
"""For sound that is all there."""

LIVE = Pace(5_000, 2_000, 350, 800)
"""For sound that is being recorded, so that text follows speech within seconds."""


class VoiceActivity(Protocol):
    """Says how likely each frame of 512 samples is speech, remembering what came before."""

    def __call__(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Takes frames of shape (n, 512) within ±1 and returns n probabilities."""
        ...


class Silero:
    """The voice activity model that comes with faster-whisper, with its state kept between calls."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model

        self._session = get_vad_model().session
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros((1, 64), np.float32)

    def __call__(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        context = np.concatenate([self._context, frames[:-1, -64:]])
        self._context = frames[-1:, -64:].copy()
        given = {"input": np.concatenate([context, frames], axis=1), "h": self._h, "c": self._c}
        probabilities, self._h, self._c = self._session.run(None, given)
        return np.asarray(probabilities, np.float32).reshape(-1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of sound without a long pause."""

    start_ms: int
    pcm: Pcm

    @property
    def end_ms(self) -> int:
        return self.start_ms + duration_ms(len(self.pcm))


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of speech that are recognised together."""

    pieces: tuple[Piece, ...]

    @property
    def pcm(self) -> Pcm:
        return np.concatenate([piece.pcm for piece in self.pieces])

    def span_ms(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Turns seconds within `pcm` into milliseconds of the recording; a span stays within one piece."""
        begun_ms = 0
        for piece in self.pieces:
            length_ms = piece.end_ms - piece.start_ms
            if start_s * 1000 < begun_ms + length_ms or piece is self.pieces[-1]:
                start = piece.start_ms + round(start_s * 1000) - begun_ms
                end = piece.start_ms + round(end_s * 1000) - begun_ms
                return min(start, piece.end_ms), min(max(end, start), piece.end_ms)
            begun_ms += length_ms
        raise ValueError("a window without pieces")


class SpeechWindows:
    """Cuts a stream into windows of speech.

    Args:
        start_ms: where in the recording the first sample lies.
        voice_activity: the model that tells speech from everything else; Silero where none is given.
    """

    def __init__(self, start_ms: int = 0, voice_activity: VoiceActivity | None = None) -> None:
        self.pace = WHOLE
        self._voice_activity = voice_activity or Silero()
        self._start_ms = start_ms
        self._base = 0  # frames dropped before the first one held
        self._sound: list[Pcm] = []  # one entry a frame
        self._chance: list[float] = []  # of speech, one entry a frame
        self._spoken: list[bool] = []  # one entry a frame
        self._rest = np.zeros(0, np.int16)  # samples that do not fill a frame yet
        self._speaking = False
        self._begun = False
        self._goes_on = False  # what is held begins where a window was cut in the middle of talk
        self._silence = 0  # frames since speech was last heard
        self._kept = 0  # frames that the window will have, or slightly fewer

    def feed(self, pcm: Pcm) -> Iterator[Window]:
        """Takes the next samples and yields the windows that they complete."""
        pcm = np.concatenate([self._rest, pcm])
        whole = len(pcm) // _FRAME * _FRAME
        self._rest = pcm[whole:]
        if not whole:
            return
        frames = pcm[:whole].reshape(-1, _FRAME)
        for frame, chance in zip(frames, self._voice_activity(_as_float(frames)), strict=True):
            yield from self._take(frame, float(chance))

    def finish(self) -> Iterator[Window]:
        """Yields what is left."""
        if len(self._rest):
            yield from self.feed(np.zeros(_FRAME - len(self._rest), np.int16))
        if self._begun:
            yield from self._cut(len(self._sound))

    def _take(self, frame: Pcm, chance: float) -> Iterator[Window]:
        self._speaking = chance >= (_STILL_SPEECH if self._speaking else _SPEECH)
        self._sound.append(frame)
        self._chance.append(chance)
        self._spoken.append(self._speaking)
        if self._speaking:
            self._begun, self._silence = True, 0
        else:
            self._silence += 1
        if not self._begun:
            self._drop(len(self._sound) - _PAD)
            return
        self._kept += self._silence <= _GAP
        silence_ms, kept_ms = self._silence * _FRAME_MS, self._kept * _FRAME_MS
        pace = self.pace
        if silence_ms >= pace.long_rest_ms or (silence_ms >= pace.rest_ms and kept_ms >= pace.enough_ms):
            yield from self._cut(len(self._sound))
        elif kept_ms >= pace.full_ms:
            yield from self._cut(self._quietest())

    def _quietest(self) -> int:
        """The frame in the later half of what is held where cutting hurts least."""
        chance = np.asarray(self._chance)
        around = np.convolve(chance, np.ones(9) / 9, mode="same")
        half = len(chance) // 2
        return half + int(np.argmin(around[half : len(chance) - 4])) + 1

    def _cut(self, end: int) -> Iterator[Window]:
        """Yields the window before frame `end` and begins the next one there."""
        pieces = tuple(self._pieces(end))
        # What is left of a word after a cut in the middle of talk may be short, and is still talk.
        if sum(self._spoken[:end]) >= _SHORTEST or (self._goes_on and pieces):
            yield Window(pieces)
        self._goes_on = end < len(self._sound)
        self._drop(end)
        self._begun = any(self._spoken)
        if self._begun:
            self._kept = len(self._sound)
        else:
            self._kept = 0
            self._drop(len(self._sound) - _PAD)

    def _pieces(self, end: int) -> Iterator[Piece]:
        spoken = np.flatnonzero(self._spoken[:end])
        for run in np.split(spoken, np.flatnonzero(np.diff(spoken) > _GAP) + 1):
            first, last = max(0, int(run[0]) - _PAD), min(end, int(run[-1]) + 1 + _PAD)
            start_ms = self._start_ms + (self._base + first) * _FRAME_MS
            yield Piece(start_ms, np.concatenate(self._sound[first:last]))

    def _drop(self, frames: int) -> None:
        if frames <= 0:
            return
        del self._sound[:frames], self._chance[:frames], self._spoken[:frames]
        self._base += frames


def _as_float(pcm: Pcm) -> NDArray[np.float32]:
    return pcm.astype(np.float32) / 32768.0
