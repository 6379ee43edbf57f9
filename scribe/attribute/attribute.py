"""One decision of voice and words together: which role says each word, and how sure that is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scribe.attribute import interruption, others, people, roles, units
from scribe.attribute import voices as listening
from scribe.attribute.marks import punctuated
from scribe.attribute.roles import RoleModel
from scribe.capture.channels import Channels
from scribe.records import ENGLISH, Present, Role, Segment, Turn, Voice, Voiceprint, Word, new_id

Floats = NDArray[np.float64]

_SURENESS = 0.55  # neighbouring units share their evidence, so what the words say counts for less than it seems
_INSIDE = -6.0  # log odds that the speaker changes within a unit
_AFTER_COMMA = -4.0
_AFTER_BREAK = -3.0  # between two segments of the recogniser, where a unit goes on
_ROUNDS = 3  # of listening to voices and judging again who they are
_STRAY = 0.05  # chance that a window of one voice covers a word of another
_FEW, _MANY = 20, 40  # windows: with fewer, how many people there are is hardly known; with more, well
_SAME_VOICE = 0.93  # how alike two people sound at least, when one voice was taken for two; with many windows 0.94
_TRUST_IN_WORDS = 0.5  # where few windows all sound like one voice: 70 % of words were right
_ALONE = 0.36  # log odds at the most, of whose the only voice is: it may be two, so it is never sure
_OWN_VOICE, _OTHERS_VOICE, _MARGIN = 0.85, 0.7, 0.05  # how alike the clinician's voice is to what was kept of it
_LIKE_CLINICIAN = 0.08  # what words say for the clinician, each, of a third voice that is one too
_ROLES = (Role.CLINICIAN, Role.PATIENT)


def attribute(
    segments: Sequence[Segment],
    voices: Sequence[Voice],
    present: Sequence[Present] = (),
    channels: Channels | None = None,
    known: Voiceprint | None = None,
    model: RoleModel | None = None,
    asides: Sequence[tuple[int, int]] = (),
) -> tuple[Turn, ...]:
    """Cuts what was said into turns and says whose they are.

    Args:
        segments: of one recording, in order.
        voices: how the voices in them sound; without any, the words alone decide.
        present: who else was there, to name a third voice, or the one that speaks for the patient.
        channels: how loud each of two channels is, where people sat at a microphone each.
        known: how the clinician sounds, if they wanted that kept.
        model: reads who talks like a clinician; the shipped one where none is given.
        asides: from where to where, in milliseconds, the clinician said that they were interrupted: left out.

    Returns:
        Turns numbered from 1. `confidence` is the probability of the role, over the turn's words.
    """
    owners = [segment for segment in segments for _ in segment.words]
    words = [word for segment in segments for word in segment.words]
    if not words:
        return ()
    model = model or roles.load()
    cut = units.cut(words)
    steps = _steps(cut, model, _segment_starts(segments))
    said = _said(cut, model)
    sides = channels.sides([(word.start_ms, word.end_ms) for word in words]) if channels else None
    if channels is None or sides is None:
        windows = listening.windows(words, voices)
        chances = _by_voice(said, steps, windows, known)
        over = listening.over_each_other(windows, chances)
    else:
        chances = _by_channel(said, steps, sides)
        over = channels.both(words)
    heard = len(voices) > 0 or sides is not None
    persons = _persons(words, owners, said, chances, present)
    chosen = chances.argmax(axis=1)
    out = np.array([any(start <= (word.start_ms + word.end_ms) / 2 < end for start, end in asides) for word in words])
    turns = []
    for number, (first, end) in enumerate(_edges(chosen, owners, out), start=1):
        person, foreign = int(chosen[first]), owners[first].language != ENGLISH
        role, who = (Role.OTHER, None) if foreign else persons[person]
        turns.append(
            Turn(
                id=new_id(),
                recording_id=segments[0].recording_id,
                number=number,
                role=role,
                confidence=0.0 if foreign else round(float(chances[first:end, person].mean()), 3),
                words=tuple(words[first:end]),
                segment_ids=tuple(dict.fromkeys(owner.id for owner in owners[first:end])),
                made_by=model.made_by,
                who=who,
                voice=person + 1 if heard and not foreign else 0,
                overlapped=bool(over[first:end].any()),
                language=owners[first].language,
                left_out=bool(out[first]),
            )
        )
    return punctuated(interruption.marked(turns, present))


def _edges(chosen: NDArray[np.intp], owners: Sequence[Segment], out: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First word and end of each turn: where another speaks, and around what is not English or is left out."""
    foreign = np.array([owner.language != ENGLISH for owner in owners])
    changes = (np.diff(chosen) != 0) & ~(foreign[1:] & foreign[:-1]) | (foreign[1:] != foreign[:-1])
    changes |= out[1:] != out[:-1]
    return list(itertools.pairwise([0, *(np.flatnonzero(changes) + 1).tolist(), len(owners)]))


def _persons(
    words: Sequence[Word], owners: Sequence[Segment], said: Floats, chances: Floats, present: Sequence[Present]
) -> list[tuple[Role, Present | None]]:
    """Who each person of `chances` is."""
    chosen = chances.argmax(axis=1)
    english = np.array([owner.language == ENGLISH for owner in owners])
    texts = [[words[int(n)].text for n in np.flatnonzero((chosen == k) & english)] for k in range(chances.shape[1])]
    found: list[tuple[Role, Present | None]] = [(Role.CLINICIAN, None)]
    if len(texts) == 2:
        return [*found, others.instead(texts[1], present, foreign=not english.all())]
    found.append((Role.PATIENT, None))
    for person in range(2, len(texts)):
        like = bool(said[:, 0] @ chances[:, person] > _LIKE_CLINICIAN * len(texts[person]))
        found.append((Role.OTHER, others.beside(texts[person], like, present)))
    return found


def by_words(cut: Sequence[tuple[Word, ...]], model: RoleModel) -> list[Role]:
    """The role of each unit from words alone, for measuring."""
    chances = _decide(_said(cut, model), _steps(cut, model, frozenset()))
    firsts = np.cumsum([0, *(len(unit) for unit in cut)])[:-1]
    return [_ROLES[int(np.argmax(chances[first]))] for first in firsts]


# ---------------------------------------------------------------- what is known of each word


def _said(cut: Sequence[tuple[Word, ...]], model: RoleModel) -> Floats:
    """What the words say for clinician and patient: each word's share of its unit, shape (words, 2)."""
    odds = model.log_odds([" ".join(word.text for word in unit) for unit in cut])
    share = np.concatenate([np.full(len(u), odd / len(u)) for u, odd in zip(cut, odds, strict=True)])
    return np.column_stack([share, -share]) * _SURENESS / 2


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


# ---------------------------------------------------------------- together


def _by_voice(said: Floats, steps: Floats, heard: listening.Windows, known: Voiceprint | None) -> Floats:
    """Who says each word, shape (words, people): the clinician first, then the patient, then others."""
    chances = _decide(said, steps)
    persons = people.sort(heard.vectors)
    count = int(persons.max(initial=-1)) + 1
    like = listening.like(heard, persons, np.array(known.vector)) if known else np.zeros(count)
    if count == 1 and known and not _OTHERS_VOICE < like[0] < _OWN_VOICE:
        own = 0.9 if like[0] >= _OWN_VOICE else 0.1
        return np.tile([own, 1 - own], (len(said), 1))
    if count < 2 and len(persons) < _FEW:
        return 0.5 + (chances - 0.5) * _TRUST_IN_WORDS
    if count < 2:
        told_apart = _listened(said, steps, heard, chances)
        two = len(persons) >= _MANY and listening.likeness(heard, told_apart) < _SAME_VOICE
        return told_apart if two else _alone(said)
    owned = np.stack([heard.covering(persons == person) for person in range(count)], axis=1)
    owned, columns = _in_order(owned, said, _own(like))
    return _listened(columns, steps, heard, _decide(columns + owned, steps))


def _by_channel(said: Floats, steps: Floats, sides: Floats) -> Floats:
    """The same from two channels, each of them one person's. `sides`: log odds of the first, shape (words,)."""
    if said[:, 0] @ sides < 0:  # who says what a clinician says sits at the other microphone
        sides = -sides
    return _decide(said + np.column_stack([sides, -sides]) / 2, steps)


def _own(like: Floats) -> int | None:
    """The voice that is the clinician's own, if one is and no other comes near."""
    best = int(like.argmax())
    return best if like[best] >= _OWN_VOICE and np.sum(like > like[best] - _MARGIN) == 1 else None


def _in_order(covered_ms: Floats, said: Floats, own: int | None) -> tuple[Floats, Floats]:
    """Puts the clinician first and the patient second, by what the voices say.

    Args:
        covered_ms: how much of each word each voice covers, shape (words, people), who speaks most first.
        said: what the words say, shape (words, 2).
        own: the voice that is known to be the clinician's.

    Returns:
        Log chances of each word from its voice, and what the words say for each person, shapes (words, people).
    """
    whole = covered_ms.sum(axis=1, keepdims=True)
    share = np.where(whole > 0, covered_ms / np.maximum(whole, 1), 1 / covered_ms.shape[1])
    score = share.T @ said[:, 0]
    first = int(score.argmax()) if own is None else own
    order = [first, *(person for person in range(len(score)) if person != first)]
    talks_like = [0, 1, *(int(score[person] < 0) for person in order[2:])]
    return np.log(share[:, order] + _STRAY), said[:, talks_like]


def _listened(said: Floats, steps: Floats, heard: listening.Windows, chances: Floats) -> Floats:
    for _ in range(_ROUNDS):
        chances = _decide(said + listening.evidence(heard, chances), steps)
    return chances


def _alone(said: Floats) -> Floats:
    """One voice says it all; whose it is, only the words tell."""
    odds = float(np.clip(said[:, 0].sum() * 2, -_ALONE, _ALONE))
    return np.tile([1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))], (len(said), 1))


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
