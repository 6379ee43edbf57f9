"""What the clinician puts right about who spoke: a turn, a stretch of turns, or a whole voice. Turns keep their numbers.

Every function gives back all turns; those that were changed are certain, and have a new revision. `changed` tells
which they are, so that only the exchanges concerned need to be worked through again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from scribe.records import Present, Role, Turn

Turns = tuple[Turn, ...]

BY_HAND = "clinician"  # what made a turn that was put right
_SWAPPED = {Role.CLINICIAN: Role.PATIENT, Role.PATIENT: Role.CLINICIAN}


def assign(turns: Sequence[Turn], numbers: Collection[int], role: Role, who: Present | None = None) -> Turns:
    """Says who spoke the turns with these numbers. `who` tells which other person, for the role OTHER."""
    return _each(turns, numbers, lambda turn: replace(turn, role=role, who=who if role is Role.OTHER else None))


def assign_voice(turns: Sequence[Turn], number: int, role: Role, who: Present | None = None) -> Turns:
    """Says whose the voice of turn `number` is, wherever it was heard.

    Where voices could not be told apart, it is that one turn. What was put right by hand before stays.
    """
    voice = next(turn.voice for turn in turns if turn.number == number)
    if not voice:
        return assign(turns, {number}, role, who)
    theirs = {turn.number for turn in turns if turn.voice == voice and (turn.made_by != BY_HAND)}
    return assign(turns, theirs | {number}, role, who)


def swap(turns: Sequence[Turn], numbers: Collection[int]) -> Turns:
    """Makes clinician and patient change places in the turns with these numbers."""
    return _each(turns, numbers, lambda turn: replace(turn, role=_SWAPPED.get(turn.role, turn.role)))


def swap_all(turns: Sequence[Turn]) -> Turns:
    """Makes clinician and patient change places throughout, where the two voices were taken for each other."""
    return swap(turns, {turn.number for turn in turns})


def leave_out(turns: Sequence[Turn], numbers: Collection[int], out: bool = True) -> Turns:
    """Takes turns out, such as a colleague at the door, or puts them back. They stay in the transcript, and no fact
    comes from them."""
    return tuple(
        replace(turn, left_out=out, revision=turn.revision + 1) if turn.number in numbers else turn for turn in turns
    )


def changed(before: Sequence[Turn], after: Sequence[Turn]) -> frozenset[int]:
    """The numbers of the turns that differ."""
    known = {turn.number: turn for turn in before}
    return frozenset(turn.number for turn in after if known.get(turn.number) != turn)


def _each(turns: Sequence[Turn], numbers: Collection[int], change: Callable[[Turn], Turn]) -> Turns:
    return tuple(_by_hand(turn, change(turn)) if turn.number in numbers else turn for turn in turns)


def _by_hand(before: Turn, after: Turn) -> Turn:
    if (before.role, before.who) == (after.role, after.who) and before.made_by == BY_HAND:
        return before
    return replace(after, confidence=1.0, made_by=BY_HAND, revision=before.revision + 1)
