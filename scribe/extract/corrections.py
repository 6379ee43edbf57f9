"""What was taken back: by the speaker in the same breath ("the right knee. No, sorry, the left one."), or around it.

What was taken back is never a plain line: it waits to be checked. Where it is plain what was meant instead, another side,
person or number, the statement says that, so that a reviewer who only nods does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scribe.extract.numerals import digits
from scribe.extract.replies import letters, sentence_before, told_otherwise
from scribe.extract.verify import lexicon
from scribe.records import Fact, Outcome, Reason, Turn, Verdict

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

# Ways of taking back one's words in spoken British English; our own list.
_MARKERS = tuple(
    tuple(phrase.split())
    for phrase in (
        "no sorry",
        "no hang on",
        "oh wait",
        "oh hang on",
        "wait yes",
        "no wait",
        "no tell a lie",
        "no i tell a lie",
        "tell a lie",
        "i tell a lie",
        "no actually",
        "no i mean",
        "sorry no",
        "sorry i mean",
        "i meant",
        "or rather",
        "or actually",
        "scratch that",
    )
)
_SHOWN = 6  # words of what was said instead


def after_corrections(fact: Fact, turns: Mapping[str, Turn]) -> tuple[Fact, Verdict | None]:
    """The fact as it stands after what was taken back, and CHECK where some of it was.

    Args:
        fact: as it was found.
        turns: every turn of the recording by its id.
    """
    for proof in fact.evidence:
        turn = turns.get(proof.turn_id)
        if turn is None:
            continue
        texts = [word.text for word in turn.words]
        for at, end in _marked(texts):
            begin = sentence_before(texts, at)
            if not (proof.first_word < at and proof.end_word > begin):
                continue
            exchange = _exchange(texts[begin:at], texts[end:])
            if exchange is None:
                return fact, Verdict(Outcome.CHECK, Reason.CONTRADICTED, _shown(texts[end:]))
            if exchange.concerns(fact.statement):
                right = replace(fact, statement=exchange.made_in(fact.statement))
                return right, Verdict(Outcome.CHECK, Reason.CONTRADICTED, _shown(texts[max(begin, at - _SHOWN) : at]))
    return fact, told_otherwise(fact, turns)


def _shown(texts: list[str]) -> str:
    return " ".join(texts[:_SHOWN]).strip(" ,.;")


@dataclass(frozen=True)
class _Exchange:
    """One side, person or number that was said, and the one that was meant."""

    taken: str
    given: str

    def concerns(self, statement: str) -> bool:
        """Whether a statement still says what was taken back."""
        return any(_one(word) == _one(self.taken) for word in _WORD.findall(statement))

    def made_in(self, statement: str) -> str:
        """The statement with what was meant."""
        put = _WORD.sub(lambda match: self.given if _one(match[0]) == _one(self.taken) else match[0], statement)
        return put[:1].upper() + put[1:]


_WORD = re.compile(r"\d+\.\d+|[\w'-]+")
_NUMBER = re.compile(r"(?!1$)\d+(?:\.\d+)?$")  # but for one: "the left one"


def _one(word: str) -> str:
    return lexicon.one_person(word.lower())


def _exchange(before: list[str], after: list[str]) -> _Exchange | None:
    """What was put in the place of what, where both are of one kind and the second stands alone."""
    ends = next((place + 1 for place, text in enumerate(after) if text.endswith((".", "?", "!"))), len(after))
    said, meant = (_WORD.findall(" ".join(digits(some)).lower()) for some in (before, after[:ends]))
    for of_kind in (lexicon.SIDES.__contains__, lambda word: _one(word) in lexicon.PEOPLE, _NUMBER.match):
        taken = [word for word in said if of_kind(word)]
        given = [word for word in meant if of_kind(word)]
        if taken and len(given) == 1 and _one(taken[-1]) != _one(given[0]):
            return _Exchange(taken[-1], given[0])
    return None


def _marked(texts: list[str]) -> list[tuple[int, int]]:
    """First word and end of every correction that follows something in the turn."""
    plain = [letters(text) for text in texts]
    found = []
    for at in range(1, len(plain)):
        for marker in _MARKERS:
            if tuple(plain[at : at + len(marker)]) == marker:
                found.append((at, at + len(marker)))
                break
    return found
