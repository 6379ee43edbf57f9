"""Sorts voices into people: one to four, by how they sound alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scribe.records import Segment, Voice

Floats = NDArray[np.float64]

MOST = 4
_APART = 0.4  # cosine distance, on average, of windows that different people say
_FEWEST = 4  # windows, and share of all, below which a group is no person but noise or two people at once
_SMALLEST = 0.03
_SAMPLE = 600  # windows that are compared with each other; three hours hold twenty times as many
_PAUSE_MS = 1000  # shorter ones belong to what is said around them
_NEAR_MS = 800  # how far a window speaks for the sound beside it


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech that one person is heard to say. `person` counts from 0, who speaks most first."""

    start_ms: int
    end_ms: int
    person: int


def sort(vectors: Floats) -> NDArray[np.intp]:
    """Who each window sounds like, shape (windows,): persons from 0 on, who speaks most first.

    Args:
        vectors: of unit length, shape (windows, 256), in order of time.
    """
    count = len(vectors)
    if count == 0:
        return np.zeros(0, np.intp)
    sample = vectors if count <= _SAMPLE else vectors[np.linspace(0, count - 1, _SAMPLE).astype(np.intp)]
    groups = [group for group in _groups(sample) if len(group) >= max(_FEWEST, _SMALLEST * len(sample))]
    groups = sorted(groups, key=len, reverse=True)[:MOST]
    if len(groups) < 2:
        return np.zeros(count, np.intp)
    nearest = (vectors @ np.column_stack([_direction(sample[group]) for group in groups])).argmax(axis=1)
    by_size = np.argsort(-np.bincount(nearest, minlength=len(groups)), kind="stable")
    return np.asarray(np.argsort(by_size)[nearest], np.intp)


def print_of(voices: Sequence[Voice]) -> tuple[float, ...] | None:
    """How the one voice in a recording sounds, of unit length; None where more than one is heard, or too little."""
    vectors = np.array([voice.vector for voice in voices], float)
    if len(vectors) < _FEWEST or sort(vectors).any():
        return None
    return tuple(_direction(vectors).tolist())


def stretches(segments: Sequence[Segment], voices: Sequence[Voice]) -> tuple[Stretch, ...]:
    """Who is heard when, by voices alone: where words are, and short pauses between them.

    This is what a diarisation error is measured on; turns also weigh what is said.
    """
    persons = sort(np.array([voice.vector for voice in voices], float))
    middles = np.array([(voice.start_ms + voice.end_ms) / 2 for voice in voices])
    found: list[Stretch] = []
    for start, end in _speech(segments):
        for at in range(start, end, 100):
            person = _heard_at(at + 50, middles, persons)
            last = found[-1] if found else None
            if last and last.person == person and last.end_ms == at:
                found[-1] = Stretch(last.start_ms, min(at + 100, end), person)
            else:
                found.append(Stretch(at, min(at + 100, end), person))
    return tuple(found)


def _heard_at(ms: int, middles: Floats, persons: NDArray[np.intp]) -> int:
    if not len(middles):
        return 0
    near = np.exp(-np.abs(middles - ms) / (_NEAR_MS / 4))
    return int(np.bincount(persons, near + 1e-12).argmax())


def _speech(segments: Sequence[Segment]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for word in (word for segment in segments for word in segment.words):
        if found and word.start_ms - found[-1][1] <= _PAUSE_MS:
            found[-1] = (found[-1][0], max(found[-1][1], word.end_ms))
        else:
            found.append((word.start_ms, word.end_ms))
    return found


def _groups(vectors: Floats) -> list[list[int]]:
    """Joins the two groups that are nearest on average until none are near, as average linkage does."""
    far = 1 - vectors @ vectors.T
    np.fill_diagonal(far, np.inf)
    groups = [[n] for n in range(len(vectors))]
    sizes = np.ones(len(vectors))
    while len(groups) > 1:
        one, other = np.unravel_index(int(far.argmin()), far.shape)
        if far[one, other] > _APART:
            break
        far[one] = (sizes[one] * far[one] + sizes[other] * far[other]) / (sizes[one] + sizes[other])
        far[:, one] = far[one]
        far[one, one] = np.inf
        far[other], far[:, other] = np.inf, np.inf
        sizes[one] += sizes[other]
        groups[one] = groups[one] + groups[other]
        groups[other] = []
        if sizes[one] == len(vectors):
            break
    return [group for group in groups if group]


def _direction(vectors: Floats) -> Floats:
    total = vectors.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))
