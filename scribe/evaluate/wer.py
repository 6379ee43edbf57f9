"""Word error rate, over text brought to one spelling first (numbers, contractions, British and American)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import jiwer


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Counts over one or more recordings; `rate` is errors by words that were said, and may exceed 1."""

    said: int
    substituted: int
    left_out: int
    put_in: int

    @property
    def rate(self) -> float:
        return (self.substituted + self.left_out + self.put_in) / max(1, self.said)


def word_errors(said: str, heard: str) -> WordErrors:
    """What a recogniser made of what was said.

    Args:
        said: the reference.
        heard: the recognised text.
    """
    reference, hypothesis = _normal(said), _normal(heard)
    if not reference:
        return WordErrors(0, 0, 0, len(hypothesis.split()))
    found = jiwer.process_words([reference], [hypothesis])
    return WordErrors(len(reference.split()), found.substitutions, found.deletions, found.insertions)


def total(each: Iterable[WordErrors]) -> WordErrors:
    """The counts of several recordings together."""
    counts = [(one.said, one.substituted, one.left_out, one.put_in) for one in each]
    return WordErrors(*(sum(column) for column in zip(*counts, strict=True))) if counts else WordErrors(0, 0, 0, 0)


def _normal(text: str) -> str:
    return _normaliser()(text).strip()


@lru_cache(maxsize=1)
def _normaliser() -> Callable[[str], str]:
    with warnings.catch_warnings():
        # The library's own source has an invalid escape, of which Python warns when it is first compiled.
        warnings.simplefilter("ignore")
        from whisper_normalizer.english import EnglishTextNormalizer
    return EnglishTextNormalizer()  # type: ignore[no-any-return]
