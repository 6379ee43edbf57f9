"""Cuts a stream of words into units: what one person says in one go, a sentence or less."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scribe.records import Word

_PAUSE_MS = 500
_LONGEST = 40  # words; recognisers may forget full stops for a long time
_ENDS = (".", "?", "!")
_TITLES = {"dr.", "mr.", "mrs.", "ms.", "e.g.", "i.e.", "vs.", "st."}


def cut(words: Iterable[Word]) -> list[tuple[Word, ...]]:
    """Ends a unit after a sentence, before a pause of half a second, and where it grows too long."""
    units: list[list[Word]] = []
    for word in words:
        if not units or _ended(units[-1]) or word.start_ms - units[-1][-1].end_ms >= _PAUSE_MS:
            units.append([])
        units[-1].append(word)
    return [tuple(unit) for unit in units]


def _ended(unit: Sequence[Word]) -> bool:
    last = unit[-1].text.lower()
    return len(unit) >= _LONGEST or (last.endswith(_ENDS) and last not in _TITLES)
