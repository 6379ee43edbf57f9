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


@dataclass(frozen=True)
class Windows:
    """Voices, and how much of which words each of them covers.

    Args:
        vectors: shape (windows, 256).
        covers: shape (windows, words), milliseconds.
    """

    vectors: Floats
    covers: Floats


def windows(words: Sequence[Word], voices: Sequence[Voice]) -> Windows:
    """The voices that cover any of the words."""
    starts = np.array([word.start_ms for word in words])
    ends = np.array([word.end_ms for word in words])
    covers = np.zeros((len(voices), len(words)))
    for row, voice in zip(covers, voices, strict=True):
        row[:] = np.clip(np.minimum(ends, voice.end_ms) - np.maximum(starts, voice.start_ms), 0, None)
    size = len(voices[0].vector) if voices else 0
    vectors = np.array([voice.vector for voice in voices], float).reshape(len(voices), size)
    heard = covers.sum(axis=1) > 0
    return Windows(vectors[heard], covers[heard])


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


def likeness(heard: Windows, chances: Floats) -> float:
    """How alike two people sound on the whole, as the cosine between them; 0 where nothing is heard of one.

    Args:
        heard: the windows.
        chances: who probably speaks, shape (words, 2).
    """
    share = _share(heard, chances)
    return float(_mean(share[:, [0]] * heard.vectors) @ _mean(share[:, [1]] * heard.vectors)) if len(share) else 0.0


def like(heard: Windows, persons: NDArray[np.intp], voice: Floats) -> Floats:
    """How alike each person of `persons` (one for each window) is to a known voice, as cosines, shape (people,)."""
    return np.array([_mean(heard.vectors[persons == n]) @ voice for n in range(int(persons.max(initial=-1)) + 1)])


def _odds(heard: Windows, chances: Floats) -> Floats:
    """Log odds, for each word, that the voice is the first of two people and not the second."""
    nothing = np.zeros(len(chances))
    share = _share(heard, chances)
    if min(share.sum(axis=0)) < _FEWEST:
        return nothing
    score = _nearer(heard.vectors, share)
    means = share.T @ score / share.sum(axis=0)
    if means[0] <= means[1]:
        return nothing
    spread = np.sum(share * (score[:, None] - means) ** 2) / share.sum()
    surer = np.clip((score - means.mean()) * (means[0] - means[1]) / (spread + 1e-6), -_MOST, _MOST)
    covered = heard.covers.sum(axis=0)
    by_word = surer @ heard.covers / np.maximum(covered, 1)
    return np.asarray(_STRENGTH * np.where(covered > 0, by_word, 0.0))


def _share(heard: Windows, chances: Floats) -> Floats:
    """How much of each window is probably whose, shape (windows, people)."""
    return np.asarray(heard.covers @ chances / heard.covers.sum(axis=1, keepdims=True))


def _nearer(vectors: Floats, share: Floats) -> Floats:
    """How much nearer each window is to the first person than to the second, both without the window itself."""
    likeness = []
    for person in range(2):
        weighted = share[:, [person]] * vectors
        around = weighted.copy()
        around[1:] += weighted[:-1]
        around[:-1] += weighted[1:]
        others = weighted.sum(axis=0) - around
        others /= np.maximum(np.linalg.norm(others, axis=1, keepdims=True), 1e-9)
        likeness.append(np.sum(vectors * others, axis=1))
    return np.asarray(likeness[0] - likeness[1])


def _mean(vectors: Floats) -> Floats:
    """Their direction, of unit length; nothing for none."""
    total = vectors.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))
