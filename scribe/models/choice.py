"""Which language model drafts where nobody chose one."""

from __future__ import annotations

import psutil

from scribe.models.shelf import left_out, present

SMALL, LARGE = "qwen-0.5b", "qwen-1.5b"
ROOMY = 12e9  # bytes of memory: with less, what else a clinician has open would wait for the larger one


def is_roomy() -> bool:
    """Whether this computer has memory enough for the larger one beside what else is open."""
    return psutil.virtual_memory().total >= ROOMY


def larger_suits() -> bool:
    """SLOW, some 0.3 s: whether set-up should fetch the larger one: there is room for it, its sums of bytes will be quick and
    right, so that it writes in time, and nobody removed it."""
    from scribe.sums import quick_ones_are_right

    return is_roomy() and not left_out(LARGE) and quick_ones_are_right()


def drafting() -> str:
    """The larger one where memory allows and it is here, as after set-up where it suits; the smaller one elsewhere."""
    return LARGE if is_roomy() and present(LARGE) else SMALL
