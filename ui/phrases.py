"""The clinician's own phrases: an abbreviation, typed as a word of its own, becomes what it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping

_current: dict[str, str] = {}
_LAST_WORD = re.compile(r"\S+$")


def use(phrases: Mapping[str, str]) -> None:
    """Puts the phrases of whoever is at the desk in the place of those before."""
    _current.clear()
    _current.update(phrases)


def at_end_of(text: str) -> tuple[str, str] | None:
    """The abbreviation that a text ends with and what it stands for, if it ends with one."""
    if (word := _LAST_WORD.search(text)) and (phrase := _current.get(word[0])):
        return word[0], phrase
    return None


def written(phrases: Mapping[str, str]) -> str:
    """The phrases as they are typed in Settings, one a line."""
    return "\n".join(f"{short} = {phrase}" for short, phrase in phrases.items())


def read(text: str) -> dict[str, str]:
    """Phrases as they were typed, "abbreviation = words", one a line; what lacks a half has it empty."""
    found = {}
    for line in text.splitlines():
        short, _, phrase = line.partition("=")
        if line.strip():
            found[short.strip()] = " ".join(phrase.split())
    return found
