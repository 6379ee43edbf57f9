"""Medicines under their British names, as written and as misheard.

The list is `medicines.txt`, one medicine a line: the British name, then what else it is called. Its sources are named
at its head. A name that was misheard is only ever suggested, never put in place of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from scribe.transcribe.sounding import sound

_NEAR = 0.8  # similarity of sound keys from which one name may be a mishearing of another
_SAME_BONES = 0.6  # the same where their consonants agree wholly
_LEAST_BONES = 5  # consonants: fewer agree by chance


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


def named_in(text: str) -> bool:
    """Whether a text names a medicine, by one word or by several ("folic acid")."""
    plain = text.lower()
    if any(british(word) for word in re.findall(r"[a-z][a-z'-]+", plain)):
        return True
    return any(re.search(rf"\b{re.escape(name)}\b", plain) for name in names() if " " in name)


def same_name(one: str, other: str) -> bool:
    """Whether two words are one name of one medicine: but for spelling, ending, or a part left out ("thyroxine")."""
    if not british(one) or british(one) != british(other):
        return False
    short, long = sorted(
        (one.removesuffix("'s").removesuffix("s"), other.removesuffix("'s").removesuffix("s")), key=len
    )
    return short in long or Levenshtein.normalized_similarity(sound(short), sound(long)) >= _NEAR


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    return {sound(name): name for name in names() if len(name) > 4 and " " not in name}


@lru_cache(maxsize=1)
def _by_bones() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in _sounds():
        found.setdefault(_bones(key), []).append(key)
    return found


def _bones(key: str) -> str:
    """The consonants of a sound key; those that differ by the voice alone, and the nasals, are one: "sinver" is "simva"."""
    return re.sub(r"[aeiouyw]|r(?=[^aeiouyw]|$)", "", key).translate(str.maketrans("dbgvjm", "tpkfsn"))


def first_names(known: Sequence[str]) -> frozenset[str]:
    """The names of known medicines as they are entered, without dose and form: "Ozempic 1 mg weekly" gives "ozempic"."""
    found = (re.match(r"[^\W\d_]{4,}", entry.strip().lower()) for entry in known)
    return frozenset(name.group() for name in found if name)


@lru_cache(maxsize=10_000)
def suggestion(word: str, known: frozenset[str] = frozenset()) -> str:
    """A medicine that the word may have been, by sound, or empty: "ramapril" gives "ramipril".

    Those in `known` come before all others, and need not be on our list.
    """
    if len(word) < 6 or british(word) or word in known:
        return ""
    for name in sorted(known):
        if Levenshtein.normalized_similarity(sound(word), sound(name)) >= _NEAR:
            return british(name) or name
    keys = _sounds()
    best = process.extractOne(sound(word), keys.keys(), scorer=Levenshtein.normalized_similarity, score_cutoff=_NEAR)
    if not best and len(_bones(sound(word))) >= _LEAST_BONES:
        alike = _by_bones().get(_bones(sound(word)), [])
        best = process.extractOne(
            sound(word), alike, scorer=Levenshtein.normalized_similarity, score_cutoff=_SAME_BONES
        )
    return british(keys[best[0]]) if best else ""
