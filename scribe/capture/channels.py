"""How loud each of two channels is over time, where people sat at a microphone each, or at the ends of a line.

The sound that is kept and recognised is one channel; this little beside it tells who spoke.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scribe.capture.sound import SAMPLES_PER_MS, Pcm
from scribe.records import Word
from scribe.store.seal import derive, seal, unseal

STEP_MS = 50
_QUIET_DB = -96
_DIFFER_DB = 4.0  # between the channels, while one person speaks
_OFTEN = 0.1  # share of what is said in which the quieter person's channel is the louder one
_SHARP = 0.5  # log odds for each decibel
_MOST = 6.0  # log odds; no single word is surer than this
_BOTH_DB = 6.0  # two people speak where both channels come this near to their usual speech


@dataclass(frozen=True)
class Channels:
    """Args: levels: decibels below full scale of both channels every 50 ms, shape (steps, 2)."""

    levels: NDArray[np.int8]

    def sides(self, spans_ms: Sequence[tuple[int, int]]) -> NDArray[np.float64] | None:
        """Log odds, for each word, that it came to the first channel; None where the channels do not differ."""
        odds = np.array([self._difference(start, end) for start, end in spans_ms])
        usual = float(np.median(odds[odds > _DIFFER_DB])) if np.any(odds > _DIFFER_DB) else 0.0
        other = float(np.median(odds[odds < -_DIFFER_DB])) if np.any(odds < -_DIFFER_DB) else 0.0
        if not usual or not other or min(np.mean(odds > _DIFFER_DB), np.mean(odds < -_DIFFER_DB)) < _OFTEN:
            return None
        return np.asarray(np.clip((odds - (usual + other) / 2) * _SHARP, -_MOST, _MOST))

    def both(self, words: Sequence[Word]) -> NDArray[np.bool_]:
        """Whether during each of the words both channels are as loud as when somebody speaks at their microphone."""
        speech = np.percentile(self.levels.astype(float), 90, axis=0) - _BOTH_DB
        at_once = ((2 * there.sum(), len(there)) for there in (self._both_at(word, speech) for word in words))
        return np.array([twice > steps for twice, steps in at_once], np.bool_)

    def _both_at(self, word: Word, speech: NDArray[np.float64]) -> NDArray[np.bool_]:
        there = self._at(word.start_ms, word.end_ms)
        return np.asarray(np.all(there > speech, axis=1) & (np.abs(there[:, 0] - there[:, 1]) < _DIFFER_DB))

    def _difference(self, start_ms: int, end_ms: int) -> float:
        there = 10 ** (self._at(start_ms, end_ms) / 10)
        if not len(there):
            return 0.0
        left, right = there.sum(axis=0)
        return float(10 * np.log10(left / right))

    def _at(self, start_ms: int, end_ms: int) -> NDArray[np.float64]:
        return self.levels[start_ms // STEP_MS : -(-end_ms // STEP_MS)].astype(float)


def measure(path: Path) -> Channels | None:
    """Listens through a file with two channels; None for any other.

    Raises:
        Fixable: as `scribe.capture.decode.probe`.
    """
    from scribe.capture.decode import two_channels  # late: the window opens without the decoders

    return of(two_channels(path))


def of(sound: Iterator[Pcm]) -> Channels | None:
    """Listens through sound of two channels, shape (n, 2) each piece; None where there is none."""
    step = STEP_MS * SAMPLES_PER_MS
    found: list[NDArray[np.int8]] = []
    left_over = np.zeros((0, 2), np.int16)
    for piece in sound:
        both = np.concatenate([left_over, piece])
        whole = len(both) // step * step
        power = np.mean((both[:whole].astype(np.float32) / 32768.0).reshape(-1, step, 2) ** 2, axis=1)
        found.append(np.clip(10 * np.log10(power + 1e-12), _QUIET_DB, 0).astype(np.int8))
        left_over = both[whole:]
    return Channels(np.concatenate(found)) if found else None


class Following:
    """How loud both channels are in a recording that goes on; each time it is asked it listens only to what is new.

    Args:
        sound: gives the sound from a millisecond on to what is there now, as `of` takes it.
    """

    def __init__(self, sound: Callable[[int], Iterator[Pcm]]) -> None:
        self._sound = sound
        self._levels = np.zeros((0, 2), np.int8)

    def so_far(self) -> Channels | None:
        """None where there are not two channels, or nothing yet."""
        if new := of(self._sound(len(self._levels) * STEP_MS)):
            self._levels = np.concatenate([self._levels, new.levels])
        return Channels(self._levels) if len(self._levels) else None


def keep(channels: Channels, folder: Path, key: bytes, recording_id: str) -> None:
    """Writes them beside the sealed sound, sealed with its key; both go together."""
    (folder / f"{recording_id}.channels").write_bytes(seal(_key(key), channels.levels.tobytes(), _place(recording_id)))


def kept(folder: Path, key: bytes, recording_id: str) -> Channels | None:
    """What `keep` wrote, or None."""
    path = folder / f"{recording_id}.channels"
    if not path.is_file():
        return None
    plain = unseal(_key(key), path.read_bytes(), _place(recording_id))
    return Channels(np.frombuffer(plain, np.int8).reshape(-1, 2))


def _key(sound_key: bytes) -> bytes:
    return derive(sound_key, "scribe channels")


def _place(recording_id: str) -> str:
    return f"channels/{recording_id}"
