"""Words that are likely to be said: the clinician's own, and the medicines that this patient is known to take.

Whisper that is told of words hears them where nobody said them. So it listens without them first. Only where a word
that it was unsure of sounds like an expected one does it listen to that window again, told of that word; and what
it hears then is taken only in the very place of the word that sounded alike. Nothing else of the second hearing is
kept, and a word stays as unsure as it was, so that what is drafted from it is still looked at by a person. A word that
is, or sounds more like, another medicine is left alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from scribe.records import Word
from scribe.transcribe.sounding import sound

MOST = 30
MOST_TOKENS = 223  # faster-whisper cuts off what goes beyond, in the middle of a word

_ALIKE = 0.7  # similarity of sound keys from which one word may be a mishearing of another
_SURE = 0.7  # a word heard with this probability is left as it is
_LONGEST = 3  # words that one expected word may have been heard as: "am low dipping"
_SHORTEST = 4  # sounds of an expected word: shorter ones are like too many others
_SAME_PLACE_MS = 500


def names(medicines: Iterable[str]) -> tuple[str, ...]:
    """The names of medicines as they were entered, without dose and what follows it ("ramipril 5 mg daily")."""
    return tuple(re.sub(r"\s+\d.*", "", medicine) for medicine in medicines)


def fitting(words: Iterable[str], tokens: Callable[[str], int]) -> tuple[str, ...]:
    """The first words, each once, of those that a recogniser can be told of together.

    Args:
        words: the most important first.
        tokens: how many tokens the recogniser makes of a text.
    """
    each = dict.fromkeys(" ".join(word.split()) for word in words)
    told: list[str] = []
    for word in filter(None, each):
        if len(told) < MOST and tokens(as_prompt([*told, word])) <= MOST_TOKENS:
            told.append(word)
    return tuple(told)


def as_prompt(words: Iterable[str]) -> str:
    """How a recogniser is told of words."""
    return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Place:
    """Words `first` to `end` (exclusive) of what was heard, which may have been the expected `word`."""

    first: int
    end: int
    word: str


def places(
    heard: Sequence[Word], expected: Iterable[str], medicine: Callable[[str], str] = lambda word: ""
) -> tuple[Place, ...]:
    """Where an expected word may have been misheard: heard unsurely, and sounding alike. None overlaps another.

    Args:
        heard: without being told of any word.
        expected: what is likely to be said.
        medicine: names the medicine that a word is, or sounds like; empty where there is none.
    """
    found: list[tuple[float, Place]] = []
    for word in expected:
        key = sound(word)
        if len(key) < _SHORTEST:
            continue
        for first, end in _spans(len(heard)):
            span = heard[first:end]
            text = _plain(span)
            if min(each.probability for each in span) >= _SURE or text == _letters(word):
                continue
            alike = Levenshtein.normalized_similarity(sound(text), key)
            if alike >= _ALIKE and medicine(text) in ("", medicine(word.lower())):
                found.append((alike, Place(first, end, word)))
    best: list[Place] = []
    for _, place in sorted(found, key=lambda each: (-each[0], each[1].end - each[1].first)):
        if all(place.end <= other.first or other.end <= place.first for other in best):
            best.append(place)
    return tuple(sorted(best, key=lambda place: place.first))


def corrected(heard: Sequence[Word], again: Sequence[Word], found: Iterable[Place]) -> tuple[Word, ...]:
    """What was heard at first, with an expected word in each place where it was heard the second time.

    Args:
        heard: at first, without being told of any word.
        again: the same sound, told of the expected words.
        found: what `places` said of `heard`.
    """
    words: list[Word] = list(heard)
    for place in sorted(found, key=lambda each: -each.first):
        before = heard[place.first : place.end]
        if confirmed := _at(again, place.word, before[0].start_ms, before[-1].end_ms):
            ending = re.sub(r".*\w", "", before[-1].text)
            words[place.first : place.end] = [
                Word(
                    text=re.sub(r"\W+$", "", confirmed.text) + ending,
                    start_ms=before[0].start_ms,
                    end_ms=before[-1].end_ms,
                    probability=min(confirmed.probability, *(each.probability for each in before)),
                )
            ]
    return tuple(words)


def _at(again: Sequence[Word], word: str, start_ms: int, end_ms: int) -> Word | None:
    """The expected word where it was heard within this time, else None."""
    for first, end in _spans(len(again), longest=len(word.split())):
        span = again[first:end]
        near = abs(span[0].start_ms - start_ms) <= _SAME_PLACE_MS and abs(span[-1].end_ms - end_ms) <= _SAME_PLACE_MS
        if near and _plain(span).removesuffix("s") == _letters(word).removesuffix("s"):
            text = " ".join(each.text for each in span)
            return replace(span[0], text=text, probability=min(each.probability for each in span))
    return None


def _spans(words: int, longest: int = _LONGEST) -> Iterator[tuple[int, int]]:
    for first, length in itertools.product(range(words), range(1, longest + 1)):
        if first + length <= words:
            yield first, first + length


def _plain(words: Sequence[Word]) -> str:
    return _letters("".join(word.text for word in words))


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
