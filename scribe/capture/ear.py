"""Whether what the microphone gives can be of use: silence, a level too low, mute, a call with only one side heard."""

from __future__ import annotations

from scribe.capture.sound import SILENCE_DBFS, Pcm, duration_ms, peak_dbfs

QUIET_MS = 10_000  # silence, or a level too low, for so long is worth a word
LOUD_MS = 30_000  # … and for so long a loud one
MUTED_MS = 1_500  # of nothing but zeros, which no open microphone gives
ONE_SIDE_MS = 30_000
_SILENT_DBFS = -50.0
_LOW_DBFS = -40.0  # speech that never gets above this is hard to recognise
_HEARD_DBFS = -45.0  # above it, a side of a call counts as heard


class Ear:
    """Listens to what comes in, block by block.

    `level` is 0 to 1, the peak of the last block on a scale of decibels.
    """

    def __init__(self) -> None:
        self.level = 0.0
        self._silent_ms = self._low_ms = self._zero_ms = 0
        self._sounded = False  # many begin with zeros
        self._gates = False  # it gives zeros whenever nobody speaks, as headsets do that take out noise
        self._unheard_ms = [0, 0]

    def hear(self, block: Pcm) -> None:
        """Takes a block of shape (n,), or (n, 2) of a call: this side and the other."""
        ms = duration_ms(len(block))
        near = block if block.ndim == 1 else block[:, 0]
        loudness = peak_dbfs(block)
        self.level = max(0.0, 1 + loudness / 60)
        self._silent_ms = 0 if loudness > _SILENT_DBFS else self._silent_ms + ms
        self._low_ms = 0 if loudness > _LOW_DBFS else self._low_ms + ms
        if peak_dbfs(near) > SILENCE_DBFS:
            self._gates |= self._sounded and 0 < self._zero_ms < MUTED_MS
            self._zero_ms, self._sounded = 0, True
        else:
            self._zero_ms += ms
        if block.ndim == 2:
            for side in (0, 1):
                heard = peak_dbfs(block[:, side]) > _HEARD_DBFS
                self._unheard_ms[side] = 0 if heard else self._unheard_ms[side] + ms

    @property
    def problem(self) -> str:
        """Empty, or "muted", "silent", "quiet", "only-here", "only-there"."""
        if self._zero_ms >= MUTED_MS and not self._gates:
            return "muted"
        if self._silent_ms >= QUIET_MS:
            return "silent"
        if self._low_ms >= QUIET_MS:
            return "quiet"
        here, there = self._unheard_ms
        if here >= ONE_SIDE_MS > there:
            return "only-there"
        if there >= ONE_SIDE_MS > here:
            return "only-here"
        return ""

    @property
    def urgent(self) -> bool:
        """Whether it has lasted so long that it must be said loudly."""
        return max(self._silent_ms, self._low_ms, self._zero_ms) >= LOUD_MS
