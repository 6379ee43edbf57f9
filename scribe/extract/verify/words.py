"""Words as the verifier compares them: without case, punctuation or ending, and in British spelling."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from scribe.extract.verify import lexicon

NEAR = "~"
_SHORTENED = {"'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would", "n't": " n't"}
# American spellings, and words of medicine that are often misspelled, by part of the word: our own list.
_SPELLINGS = (
    (r"diarr?h?e?a\b", "diarrhoea"),
    (r"^hem(o|at)", r"haem\1"),
    (r"^an?emi", "anaemi"),
    (r"(?<!o)edema", "oedema"),
    (r"(?<!o)esoph", "oesoph"),
    (r"glycemi", "glycaemi"),
    (r"(leuk|isch)emi", r"\1aemi"),
    (r"^(par|an|dys)esthe", r"\1aesthe"),
    (r"(ortho|dys|^a)pnea", r"\1pnoea"),
    (r"^celiac", "coeliac"),
    (r"^estradiol", "oestradiol"),
    (r"^titer", "titre"),
    (r"^nevus$", "naevus"),
    (r"^program$", "programme"),
    (r"^maneuver", "manoeuvre"),
    (r"^favor", "favour"),
    (r"^aluminum", "aluminium"),
    (r"^dietician", "dietitian"),
    (r"distention", "distension"),
    (r"^feces", "faeces"),
    (r"^pedia", "paedia"),
    (r"^gyneco", "gynaeco"),
    (r"^orthoped", "orthopaed"),
    (r"^color", "colour"),
    (r"^tumor", "tumour"),
    (r"^odor", "odour"),
    (r"iz(e[sd]?|er|ing|ations?)$", r"is\1"),
    (r"^estrogen", "oestrogen"),
    (r"^labor(?=ed$|s?$|ing)", "labour"),
    (r"^(kilo|centi|milli)meter", r"\1metre"),
    (r"^(deci|milli)?liter", r"\1litre"),
    (r"^center", "centre"),
    (r"^par[ae]c[ei]t[aeio]m[aeo]l", "paracetamol"),
    (r"^cesar", "caesar"),
    (r"^fiber", "fibre"),
    (r"^(have|did|does|is|was|could|would|should|has|had|are|were)n$", r"\1n't"),  # of a recogniser
)


def plain(word: str) -> str:
    """The word in lower case, in British spelling, without the punctuation around it; empty if none is left."""
    word = word.lower().replace("’", "'").strip(" \t\n.,;:!?\"'()[]{}…*“”‘-–—")
    return _spelled(word)


@lru_cache(maxsize=20_000)
def _spelled(word: str) -> str:
    for pattern, spelling in _SPELLINGS:
        word = re.sub(pattern, spelling, word)
    return word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending, irregular forms brought to one."""
    bare = word.removesuffix("'s")
    bare = lexicon.IRREGULAR.get(bare, bare)
    return str(_stemmer().stemWord(bare))


@cache
def _stemmer() -> Any:
    from snowballstemmer import stemmer  # late: it brings every language along, and the window opens without them

    return stemmer("english")


def tokens(text: str) -> list[str]:
    """The plain words of a text; hyphens, slashes and dashes part words, "n't" stays with its verb."""
    pieces = re.split(r"[\s/–—…]+|(?<=[a-z])[-.,?](?=[a-z])", text.lower().replace("’", "'"))
    return [word for piece in pieces if (word := plain(piece))]


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[tuple[str, ...], list[str]]]:
    """Phrases by their first stem: {first stem: {all stems: the classes they are in}}."""
    table: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for mark, classes in (("=", lexicon.EQUIVALENT), (NEAR, lexicon.RELATED)):
        for number, members in enumerate(classes):
            for member in members:
                stems = tuple(stem(word) for word in member.split())
                table.setdefault(stems[0], {}).setdefault(stems, []).append(f"{mark}{number}")
    return table


def equal(kinds: frozenset[str]) -> frozenset[str]:
    """What a word surely stands for, without what it is only near to."""
    return frozenset(one for one in kinds if not one.startswith(NEAR))


def concepts(words: list[str]) -> list[frozenset[str]]:
    """For each word the things that it may stand for: its stem, and the classes of meaning it is part of.

    A class of words that are only near each other is marked with NEAR.
    """
    stems = [stem(word) for word in words]
    found: list[set[str]] = [{one} for one in stems]
    table = _phrases()
    for start, first in enumerate(stems):
        for phrase, classes in table.get(first, {}).items():
            if tuple(stems[start : start + len(phrase)]) == phrase:
                for place in range(start, start + len(phrase)):
                    found[place].update(classes)
    return [frozenset(one) for one in found]
