"""Whether the computer slept, or somebody set its clock, since one last looked."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

_SLEPT_S = 1.0  # that the clock which counts sleep runs ahead of the one that does not
_STOPPED_S = 5.0  # without a look, where no clock tells sleep apart
_MOMENT_S = 0.05
_TRIES = 20
_SET_S = 2.0  # clocks are corrected by less than this all day long


def _since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


@dataclass(frozen=True, slots=True)
class Clocks:
    """Three clocks, in seconds. `awake` stands still while the computer sleeps, where the system can tell; `since_boot`
    never does; `wall` is what people set."""

    awake: Callable[[], float] = time.monotonic
    since_boot: Callable[[], float] = _since_boot
    wall: Callable[[], float] = time.time


class ClockWatch:
    """Looks at the clocks, ten times a second."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._last = self._read()

    def look(self, sound_waits: bool) -> list[tuple[str, int]]:
        """What happened since the last look: "slept" or "clock-changed", each with seconds.

        Args:
            sound_waits: sound came in meanwhile, so that it was only this process that was held up.
        """
        before, self._last = self._last, self._read()
        awake, since_boot, wall = (now - then for now, then in zip(self._last, before, strict=True))
        found = []
        if since_boot - awake > _SLEPT_S or (since_boot > _STOPPED_S and not sound_waits):
            found.append(("slept", round(since_boot)))
        if abs(wall - since_boot) > _SET_S:
            found.append(("clock-changed", round(wall - since_boot)))
        return found

    def _read(self) -> tuple[float, float, float]:
        """All three at one moment: read anew where this process was held up in between."""
        for _ in range(_TRIES):
            awake = self._clocks.awake()
            read = awake, self._clocks.since_boot(), self._clocks.wall()
            if self._clocks.awake() - awake < _MOMENT_S:
                break
        return read
