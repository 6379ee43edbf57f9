"""What the voices say about who speaks, once the words have said who probably does.

The words give every stretch of sound a first guess. From it comes what clinician and patient sound like on the
whole, and each short window is held against both, leaving itself and its neighbours out, so that two voices
that cannot be told apart give no evidence at all instead of a wrong one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scribe.records import Voice, Word

Floats = NDArray[np.float64]

_FEWEST = 6  # windows of each, below which nothing is said about voices
_STRENGTH = 0.5  # windows overlap and their neighbours are alike, so each counts for less than it seems
_MOST = 4.0  # log odds; no single window is surer than this
_ONE_SPEAKER = 0.95  # share of a window's words that are one person's, so that no change of speaker blurs it
_LONG_MS = 1000  # of words in a window that is judged
_ENOUGH = 30  # windows, from which on it is known how alike they usually are
_UNLIKE_ITSELF, _LIKE_ANOTHER = 4.0, 2.5  # standard deviations; with less, most of what is marked is one voice alone


@dataclass(frozen=True)
class Windows:
    """Voices, and how much of which words each of them covers; one entry for each window and word that meet.

    Args:
        vectors: shape (windows, 256).
        words: how many words there are.
        window: of each entry.
        word: of each entry.
        covered_ms: of each entry.
    """

    vectors: Floats
    words: int
    window: NDArray[np.intp]
    word: NDArray[np.intp]
    covered_ms: Floats

    def by_window(self, of_words: Floats) -> Floats:
        """The mean over the words that each window covers, shape (windows, columns)."""
        found = np.stack(
            [self._sum(self.window, len(self.vectors), column[self.word]) for column in of_words.T], axis=1
        )
        return np.asarray(found / self.covered()[:, None])

    def covered(self) -> Floats:
        """Milliseconds of words in each window, shape (windows,)."""
        return self._sum(self.window, len(self.vectors), 1.0)

    def by_word(self, of_windows: Floats) -> Floats:
        """The mean over the windows that cover each word, 0 where none does, shape (words,)."""
        return np.asarray(self._sum(self.word, self.words, of_windows[self.window]) / np.maximum(self.covering(), 1))

    def covering(self, which: NDArray[np.bool_] | None = None) -> Floats:
        """Milliseconds of each word that windows cover, or those of `which` alone, shape (words,)."""
        return self._sum(self.word, self.words, 1.0 if which is None else which[self.window])

    def _sum(self, place: NDArray[np.intp], count: int, weight: Floats | NDArray[np.bool_] | float) -> Floats:
        return np.asarray(np.bincount(place, self.covered_ms * weight, minlength=count), float)


def windows(words: Sequence[Word], voices: Sequence[Voice]) -> Windows:
    """The voices that cover any of the words."""
    starts = np.array([word.start_ms for word in words])
    ends = np.array([word.end_ms for word in words])
    earliest = np.minimum.accumulate(starts[::-1])[::-1]  # from each word on: a recogniser's words may be out of order
    latest = np.maximum.accumulate(ends)
    vectors: list[NDArray[np.float32]] = []  # as numbers of Python's, those of three hours would take 100 MB
    window, word, covered = [], [], []
    for voice in voices:
        first, end = np.searchsorted(latest, voice.start_ms, "right"), np.searchsorted(earliest, voice.end_ms)
        ms = np.minimum(ends[first:end], voice.end_ms) - np.maximum(starts[first:end], voice.start_ms)
        (meet,) = np.nonzero(ms > 0)
        if len(meet):
            window.append(np.full(len(meet), len(vectors)))
            word.append(first + meet)
            covered.append(ms[meet].astype(float))
            vectors.append(np.array(voice.vector, np.float32))
    if not vectors:
        none = np.zeros(0, np.intp)
        return Windows(np.zeros((0, 0)), len(words), none, none, np.zeros(0))
    return Windows(
        np.array(vectors, float), len(words), np.concatenate(window), np.concatenate(word), np.concatenate(covered)
    )


def evidence(heard: Windows, chances: Floats) -> Floats:
    """What the voices add for each word and person: log likelihoods, shape (words, people).

    Args:
        heard: the windows.
        chances: who probably speaks, as far as is known, shape (words, people).
    """
    people = chances.shape[1]
    found = np.zeros_like(chances)
    for one, other in itertools.combinations(range(people), 2):
        odds = _odds(heard, chances[:, [one, other]]) / people
        found[:, one] += odds
        found[:, other] -= odds
    return found


def over_each_other(heard: Windows, chances: Floats) -> NDArray[np.bool_]:
    """Words during which two people probably speak at once, shape (words,).

    A window of one person's words says so where it sounds far less like that person than usual, and unusually much like
    another. Most of what is said over each other is too short to be told like this.

    Args:
        heard: the windows.
        chances: who speaks, shape (words, people).
    """
    share = heard.by_window(chances)
    own = share.argmax(axis=1)
    judged = (share.max(axis=1, initial=0) >= _ONE_SPEAKER) & (heard.covered() >= _LONG_MS)
    counts = np.bincount(own[judged], minlength=chances.shape[1])
    if judged.sum() < _ENOUGH or np.sum(counts >= _FEWEST) < 2:
        return np.zeros(heard.words, np.bool_)
    alike = _likeness(heard.vectors, share)
    alike[:, counts < _FEWEST] = -1
    to_own = alike[np.arange(len(own)), own]
    to_other = np.where(np.eye(chances.shape[1], dtype=bool)[own], -1, alike).max(axis=1)
    unlike_itself = _unusual(-to_own, judged) > _UNLIKE_ITSELF
    like_another = _unusual(to_other - to_own, judged) > _LIKE_ANOTHER
    return heard.covering(unlike_itself & like_another & judged) > 0


def likeness(heard: Windows, chances: Floats) -> float:
    """How alike two people sound on the whole, as the cosine between them; 0 where nothing is heard of one.

    Args:
        heard: the windows.
        chances: who probably speaks, shape (words, 2).
    """
    share = heard.by_window(chances)
    return float(_mean(share[:, [0]] * heard.vectors) @ _mean(share[:, [1]] * heard.vectors)) if len(share) else 0.0


def like(heard: Windows, persons: NDArray[np.intp], voice: Floats) -> Floats:
    """How alike each person of `persons` (one for each window) is to a known voice, as cosines, shape (people,)."""
    return np.array([_mean(heard.vectors[persons == n]) @ voice for n in range(int(persons.max(initial=-1)) + 1)])


def _odds(heard: Windows, chances: Floats) -> Floats:
    """Log odds, for each word, that the voice is the first of two people and not the second."""
    nothing = np.zeros(len(chances))
    share = heard.by_window(chances)
    if min(share.sum(axis=0)) < _FEWEST:
        return nothing
    score = _nearer(heard.vectors, share)
    means = share.T @ score / share.sum(axis=0)
    if means[0] <= means[1]:
        return nothing
    spread = np.sum(share * (score[:, None] - means) ** 2) / share.sum()
    surer = np.clip((score - means.mean()) * (means[0] - means[1]) / (spread + 1e-6), -_MOST, _MOST)
    return _STRENGTH * heard.by_word(surer)


def _unusual(values: Floats, judged: NDArray[np.bool_]) -> Floats:
    """By how many standard deviations each value lies above the middle of those that are judged."""
    middle = np.median(values[judged])
    return np.asarray((values - middle) / (1.48 * np.median(np.abs(values[judged] - middle)) + 1e-9))


def _nearer(vectors: Floats, share: Floats) -> Floats:
    """How much nearer each window is to the first person than to the second."""
    alike = _likeness(vectors, share)
    return np.asarray(alike[:, 0] - alike[:, 1])


def _likeness(vectors: Floats, share: Floats) -> Floats:
    """How alike each window is to what each person sounds like without that window and its neighbours, as cosines.

    Args:
        vectors: of the windows, of unit length, shape (windows, 256).
        share: how much of each window is whose, shape (windows, people).
    """
    found = []
    for person in range(share.shape[1]):
        weighted = share[:, [person]] * vectors
        around = weighted.copy()
        around[1:] += weighted[:-1]
        around[:-1] += weighted[1:]
        others = weighted.sum(axis=0) - around
        others /= np.maximum(np.linalg.norm(others, axis=1, keepdims=True), 1e-9)
        found.append(np.sum(vectors * others, axis=1))
    return np.stack(found, axis=1)


def _mean(vectors: Floats) -> Floats:
    """Their direction, of unit length; nothing for none."""
    total = vectors.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))
