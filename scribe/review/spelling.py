"""British spelling, medical words among it: which words of a line are not known, and what may have been meant.

Hunspell reads `dictionary/en_GB` (SCOWL, British with -ise; its licence lies beside it). To that come the medicines
that Scribe knows and `dictionary/medical.txt`. A word that is not known is not said to be wrong: names are not known
either, so it is marked, and nothing is ever replaced by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path

from hunspell import Hunspell

from scribe.extract.verify import lexicon, medicines

FOLDER = Path(__file__).parent / "dictionary"
MOST = 5  # suggestions: so many keys, 1 to 5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\s/–—-]+")
_ABBREVIATION = re.compile(r"\d|[^\W\d_][A-Z]")  # HbA1c, eGFR, ENT: these are not spelt but known


class Speller:
    """Knows words. Made once; takes a tenth of a second."""

    def __init__(self) -> None:
        self._known = Hunspell("en_GB", hunspell_data_dir=str(FOLDER))
        added = set(_medical())
        for word in added:
            self._known.add(word)
        self._clinical = added | set(_of_complaints())

    def knows(self, word: str) -> bool:
        """Whether a word stands in the dictionary, in this form, with a small or a capital letter."""
        plain = word.replace("’", "'")
        return bool(self._known.spell(plain) or self._known.spell(plain.removesuffix("'s")))

    def unknown(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where the words stand that are not known: (first character, character after the last)."""
        return tuple(
            (start, start + len(word)) for start, word in _words(text) if len(word) > 1 and not self.knows(word)
        )

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
        for word in _WORD.finditer(token[0]):
            yield token.start() + word.start(), word[0]


def _of_complaints() -> Iterator[str]:
    """The words of the verifier's lists: what patients and clinicians call things."""
    for members in (*lexicon.EQUIVALENT, *lexicon.RELATED, lexicon.BODY):
        for member in members:
            yield from (word for word in _WORD.findall(member) if len(word) > 3)  # not "the" and "one"


def _medical() -> Iterator[str]:
    written = resources.files("scribe.review").joinpath("dictionary/medical.txt").read_text(encoding="utf-8")
    lines = [line for line in written.splitlines() if not line.startswith("#")]
    for name in (*lines, *medicines.names()):
        yield from _WORD.findall(name)
