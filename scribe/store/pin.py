"""PINs: which are good enough, and how long the next try must wait after wrong ones."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import pairwise

from scribe.errors import Fixable

MIN_PIN = 6

_FREE_TRIES = 3
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)


def require_good(pin: str) -> None:
    """Refuses a PIN that a colleague would try first.

    Raises:
        Fixable: "pin-weak".
    """
    if len(pin) < MIN_PIN or len(set(pin)) < 3 or _is_run(pin):
        raise Fixable(
            f"A PIN needs at least {MIN_PIN} characters, not all alike and not in a row like 123456.",
            do="Choose another. Letters are allowed.",
            code="pin-weak",
        )


def _is_run(pin: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    return steps in ({1}, {-1})


def require_turn(wrong_pins: int, last_wrong: datetime | None, now: datetime) -> None:
    """Refuses a try that comes too soon: three are free, then 30 s, doubling up to 15 minutes.

    There is no lock-out: a colleague could use it to keep someone from their notes.

    Raises:
        Fixable: "pin-wait".
    """
    if wrong_pins < _FREE_TRIES or last_wrong is None:
        return
    wait = min(_FIRST_WAIT * 2 ** min(wrong_pins - _FREE_TRIES, 10), _LONGEST_WAIT)
    # A clock that was set back must not lock anybody out for longer than the wait itself.
    left = min(last_wrong + wait - now, wait)
    if left > timedelta(0):
        raise Fixable(
            f"Too many wrong PINs. The next try is possible in {_in_words(left)}.",
            safe="A recording that is running goes on.",
            do="Wait, or use your recovery code.",
            code="pin-wait",
        )


def refused() -> Fixable:
    return Fixable("That PIN is not right.", do="Try again.", code="pin-wrong")


def _in_words(left: timedelta) -> str:
    seconds = math.ceil(left.total_seconds())
    if seconds < 60:
        return f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
