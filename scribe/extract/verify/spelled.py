"""Which words are words: British spelling, and medical words among it.

Hunspell reads `dictionary/en_GB` (SCOWL, British with -ise; its licence lies beside it). To that come the medicines
that Scribe knows and `dictionary/medical.txt`. A word that is not known is not said to be wrong: names are not known either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path

from hunspell import Hunspell

from scribe.extract.verify import medicines

FOLDER = Path(__file__).parent / "dictionary"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=1)
def dictionary() -> Hunspell:
    """The one dictionary of this program; reading it takes a tenth of a second."""
    known = Hunspell("en_GB", hunspell_data_dir=str(FOLDER))
    for word in medical():
        known.add(word)
    return known


def knows(word: str) -> bool:
    """Whether a word stands in the dictionary, in this form, with a small or a capital letter."""
    plain = word.replace("’", "'")
    return bool(dictionary().spell(plain) or dictionary().spell(plain.removesuffix("'s")))


_AMERICAN = (
    (r"(?<=\w)i(z)(?=e[ds]?$|ers?$|ing$|ations?$)", ("is",)),  # "finalize"
    (r"(?<=\w)or(?=s?$|ed$|ing$|ite$)", ("our",)),  # "color"
    (r"(?<=\w)er$", ("re",)),  # "fiber"
    (r"(?<=[aeiou])l(?=ed$|ing$|ers?$)", ("ll",)),  # "traveled"
    (r"e", ("ae", "oe")),  # "anemia", "edema"
)


def abroad(word: str) -> Iterator[str]:
    """How a word would be spelled here, if it is spelled the American way: "edema" gives "oedema", among others."""
    for pattern, here in _AMERICAN:
        for match in re.finditer(pattern, word):
            for letters in here:
                yield word[: match.start()] + letters + word[match.end() :]


@lru_cache(maxsize=1)
def medical() -> frozenset[str]:
    """What was added to the dictionary: medical words, and the words in the names of medicines."""
    return frozenset(_medical())


def _medical() -> Iterator[str]:
    written = resources.files("scribe.extract.verify").joinpath("dictionary/medical.txt").read_text(encoding="utf-8")
    lines = [line for line in written.splitlines() if not line.startswith("#")]
    for name in (*lines, *medicines.names()):
        yield from WORD.findall(name)
