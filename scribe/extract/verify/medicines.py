"""Medicines under their British names, as written and as misheard.

The list is `medicines.txt`, one medicine a line: the British name, then what else it is called. Its sources are named
at its head. A name that was misheard is only ever suggested, never put in place of what was said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_NEAR = 0.8  # similarity of sound keys from which one name may be a mishearing of another


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Every name in lower case with the British name that it stands for."""
    found: dict[str, str] = {}
    text = resources.files("scribe.extract.verify").joinpath("medicines.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        british, _, others = line.partition(":")
        for name in (british, *others.split(",")):
            if name.strip():
                found.setdefault(name.strip(), british.strip())
    return found


def british(word: str) -> str:
    """The British name of a medicine, or empty when the word is none."""
    word = word.removesuffix("'s")
    table = names()
    return table.get(word) or table.get(word.removesuffix("s"), "")


def same_name(one: str, other: str) -> bool:
    """Whether two words are one name of one medicine: but for spelling, ending, or a part left out ("thyroxine")."""
    if not british(one) or british(one) != british(other):
        return False
    short, long = sorted(
        (one.removesuffix("'s").removesuffix("s"), other.removesuffix("'s").removesuffix("s")), key=len
    )
    return short in long or Levenshtein.normalized_similarity(sound(short), sound(long)) >= _NEAR


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How a word sounds, roughly: what recognisers confuse is brought to one letter."""
    word = re.sub(r"[^a-z]", "", word.lower())
    for pattern, letter in (
        ("ph", "f"), ("ck|ch|c(?=[aoulrt]|$)|q|x", "k"), ("c(?=[eiy])|z", "s"), ("th", "t"), ("y", "i"), ("rh", "r"),
        ("ae|oe|ee|ea|ie|ei", "i"), ("ou|oo|ow", "u"), ("g(?=[ei])", "j"), (r"(.)\1+", r"\1"), ("e$", ""), ("h", ""),
    ):  # fmt: skip
        word = re.sub(pattern, letter, word)
    return word


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    return {sound(name): name for name in names() if len(name) > 4 and " " not in name}


@lru_cache(maxsize=10_000)
def suggestion(word: str) -> str:
    """A medicine that the word may have been, by sound, or empty: "ramapril" gives "ramipril"."""
    if len(word) < 6 or british(word):
        return ""
    keys = _sounds()
    best = process.extractOne(sound(word), keys.keys(), scorer=Levenshtein.normalized_similarity, score_cutoff=_NEAR)
    return british(keys[best[0]]) if best else ""
