"""Speech played faster at its own pitch: overlapping pieces, each laid where it fits the one before best."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scribe.capture.sound import SAMPLE_RATE, Pcm

_Wave = npt.NDArray[np.float32]
_PIECE = SAMPLE_RATE * 40 // 1000  # long enough for two periods of a deep voice
_OVERLAP = _PIECE // 2
_SEEK = SAMPLE_RATE * 8 // 1000
_FADE = np.linspace(0.0, 1.0, _OVERLAP, dtype=np.float32)


def faster(sound: Iterator[Pcm], speed: float) -> Iterator[Pcm]:
    """The same speech in less time.

    Args:
        sound: 16 kHz mono, piece by piece.
        speed: 1 changes nothing; up to 2.
    """
    if speed == 1:
        yield from sound
        return
    step = int(_OVERLAP * speed)
    held = np.zeros(0, np.float32)
    tail: _Wave | None = None
    for piece in sound:
        held = np.concatenate((held, piece.astype(np.float32)))
        out = []
        while len(held) >= max(step, _SEEK) + _PIECE + _SEEK:
            at = 0 if tail is None else _best(held, tail)
            part = held[at : at + _PIECE]
            lead = part[:_OVERLAP] if tail is None else part[:_OVERLAP] * _FADE + tail * (1 - _FADE)
            out.append(lead)
            tail = part[_OVERLAP:]
            held = held[step:]
        if out:
            yield _samples(np.concatenate(out))
    if tail is not None:
        lead = held[:_OVERLAP]
        fade = _FADE[: len(lead)]
        held = np.concatenate((lead * fade + tail[: len(lead)] * (1 - fade), held[_OVERLAP:]))
    yield _samples(held)


def _best(held: _Wave, tail: _Wave) -> int:
    """Where, within a few milliseconds, the sound goes on most like the end of the piece before."""
    return int(np.argmax(np.correlate(held[: _SEEK + _OVERLAP], tail, "valid")))


def _samples(sound: _Wave) -> Pcm:
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
