"""Spelling for the reviewer: which words of a line are not known, and what may have been meant.

A word that is not known is marked, and nothing is ever replaced by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scribe.extract.verify import lexicon
from scribe.extract.verify.spelled import WORD, dictionary, knows, medical

MOST = 5  # suggestions: so many keys, 1 to 5
_TOKEN = re.compile(r"[^\s/–—-]+")
_ABBREVIATION = re.compile(r"\d|[^\W\d_][A-Z]")  # HbA1c, eGFR, ENT: these are not spelt but known


class Speller:
    """Knows words. Made once; takes a tenth of a second."""

    def __init__(self) -> None:
        self._known = dictionary()
        self._clinical = medical() | set(_of_complaints())

    def unknown(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where the words stand that are not known: (first character, character after the last)."""
        return tuple((start, start + len(word)) for start, word in _words(text) if len(word) > 1 and not knows(word))

    def suggestions(self, word: str) -> tuple[str, ...]:
        """SLOW (a tenth of a second): what may have been meant; what is said of complaints and medicines comes first."""
        found = dict.fromkeys(self._known.suggest(word.replace("’", "'")))
        return tuple(sorted(found, key=lambda one: one.lower() not in self._clinical))[:MOST]


@lru_cache(maxsize=1)
def speller() -> Speller:
    """The one speller of this program."""
    return Speller()


def _words(text: str) -> Iterator[tuple[int, str]]:
    for token in _TOKEN.finditer(text):
        if _ABBREVIATION.search(token[0]):
            continue
        for word in WORD.finditer(token[0]):
            yield token.start() + word.start(), word[0]


def _of_complaints() -> Iterator[str]:
    """The words of the verifier's lists: what patients and clinicians call things."""
    for members in (*lexicon.EQUIVALENT, *lexicon.RELATED, lexicon.BODY):
        for member in members:
            yield from (word for word in WORD.findall(member) if len(word) > 3)  # not "the" and "one"
