"""One decision of voice and words together: which role says each word, and how sure that is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scribe.attribute import roles, units
from scribe.attribute import voices as listening
from scribe.attribute.roles import RoleModel
from scribe.records import Present, Role, Segment, Turn, Voice, Word, new_id

Floats = NDArray[np.float64]

_SURENESS = 0.55  # neighbouring units share their evidence, so what the words say counts for less than it seems
_INSIDE = -6.0  # log odds that the speaker changes within a unit
_AFTER_COMMA = -4.0
_AFTER_BREAK = -3.0  # between two segments of the recogniser, where a unit goes on
_ROUNDS = 3  # of listening to voices and judging again who they are
_ROLES = (Role.CLINICIAN, Role.PATIENT, Role.OTHER)


def attribute(
    segments: Sequence[Segment], voices: Sequence[Voice], present: Sequence[Present] = ()
) -> tuple[Turn, ...]:
    """Cuts what was said into turns and says whose they are.

    Args:
        segments: of one recording, in order.
        voices: how the voices in them sound; without any, the words alone decide.
        present: who else was there; a third voice is expected only then.

    Returns:
        Turns numbered from 1. `confidence` is the probability of the role, over the turn's words.
    """
    words = [word for segment in segments for word in segment.words]
    if not words:
        return ()
    model = roles.load()
    cut = units.cut(words)
    steps = _steps(cut, model, _segment_starts(segments))
    said = _said(cut, model)
    chances = _decide(said, steps)
    heard = listening.windows(words, voices)
    for _ in range(_ROUNDS):
        chances = _decide(said + listening.evidence(heard, chances), steps)
    third = listening.third(heard, chances, expected=bool(present))
    if third is not None:
        person, chances = third
        said = np.column_stack([said, said[:, person]])
        for _ in range(_ROUNDS):
            chances = _decide(said + listening.evidence(heard, chances), steps)
    return _turns(segments, words, chances, model.made_by)


def by_words(cut: Sequence[tuple[Word, ...]], model: RoleModel) -> list[Role]:
    """The role of each unit from words alone, for measuring."""
    chances = _decide(_said(cut, model), _steps(cut, model, frozenset()))
    firsts = np.cumsum([0, *(len(unit) for unit in cut)])[:-1]
    return [_ROLES[int(np.argmax(chances[first]))] for first in firsts]


def _said(cut: Sequence[tuple[Word, ...]], model: RoleModel) -> Floats:
    """What the words say for clinician and patient: each word's share of its unit, shape (words, 2)."""
    odds = model.log_odds([" ".join(word.text for word in unit) for unit in cut])
    share = np.concatenate([np.full(len(u), odd / len(u)) for u, odd in zip(cut, odds, strict=True)])
    return np.column_stack([share, -share]) * _SURENESS / 2


def _decide(evidence: Floats, steps: Floats) -> Floats:
    """Who says each word, by the forward-backward algorithm: probabilities, shape (words, people).

    Args:
        evidence: log likelihoods, shape (words, people).
        steps: log probabilities that the speaker stays the same or changes, shape (words, 2).
    """
    count = evidence.shape[1]
    same = np.eye(count, dtype=bool)
    step = np.where(same, steps[:, 0, None, None], steps[:, 1, None, None] - np.log(count - 1))
    forward, backward = evidence.copy(), np.zeros_like(evidence)
    for at in range(1, len(evidence)):
        forward[at] += np.logaddexp.reduce(forward[at - 1][:, None] + step[at], axis=0)
    for at in range(len(evidence) - 2, -1, -1):
        backward[at] = np.logaddexp.reduce(step[at + 1] + evidence[at + 1] + backward[at + 1], axis=1)
    total = forward + backward
    return np.asarray(np.exp(total - np.logaddexp.reduce(total, axis=1, keepdims=True)))


def _steps(cut: Sequence[tuple[Word, ...]], model: RoleModel, starts: frozenset[int]) -> Floats:
    """Log probabilities that the speaker stays or changes before each word, shape (words, 2)."""
    odds: list[float] = []
    before = ""
    for unit in cut:
        for first, word in enumerate(unit):
            if first == 0:
                odds.append(model.change[before.endswith("?")])
            elif len(odds) in starts:
                odds.append(_AFTER_BREAK)
            else:
                odds.append(_AFTER_COMMA if before.endswith(",") else _INSIDE)
            before = word.text
    return np.column_stack([-np.logaddexp(0, odds), -np.logaddexp(0, -np.asarray(odds))])


def _segment_starts(segments: Sequence[Segment]) -> frozenset[int]:
    return frozenset(np.cumsum([len(segment.words) for segment in segments]).tolist())


def _turns(segments: Sequence[Segment], words: Sequence[Word], probabilities: Floats, made_by: str) -> tuple[Turn, ...]:
    owners = [segment for segment in segments for _ in segment.words]
    chosen = probabilities.argmax(axis=1)
    edges = [0, *(np.flatnonzero(np.diff(chosen)) + 1).tolist(), len(words)]
    turns = []
    for number, (first, end) in enumerate(itertools.pairwise(edges), start=1):
        turns.append(
            Turn(
                id=new_id(),
                recording_id=segments[0].recording_id,
                number=number,
                role=_ROLES[int(chosen[first])],
                confidence=round(float(probabilities[first:end, chosen[first]].mean()), 3),
                words=tuple(words[first:end]),
                segment_ids=tuple(dict.fromkeys(owner.id for owner in owners[first:end])),
                made_by=made_by,
            )
        )
    return tuple(turns)
