"""Voices are sorted into as many people as there are, up to four."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scribe.attribute import people
from scribe.records import Segment, Voice, Word
from tests.attribute.heard import TALK, heard


def voices_of(counts: list[int], likeness: float = 0.5, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Vectors in shuffled order, and whose each is."""
    chance = np.random.default_rng(seed)
    common = chance.standard_normal(256)
    bases = [likeness**0.5 * common + (1 - likeness) ** 0.5 * chance.standard_normal(256) for _ in counts]
    owner = chance.permutation(np.repeat(np.arange(len(counts)), counts))
    vectors = np.array([bases[who] for who in owner]) + 0.3 * chance.standard_normal((len(owner), 256))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), owner


@pytest.mark.parametrize("counts", [[40], [60, 30], [50, 30, 20], [40, 30, 25, 20]])
def test_as_many_people_as_speak_and_the_most_talkative_first(counts: list[int]) -> None:
    vectors, owner = voices_of(counts)
    assert np.array_equal(people.sort(vectors), owner)


def test_a_few_odd_windows_are_no_person() -> None:
    vectors, owner = voices_of([100, 80, 3])
    found = people.sort(vectors)
    assert set(found) == {0, 1}
    assert np.array_equal(found[owner < 2], owner[owner < 2])


def test_never_more_than_four() -> None:
    vectors, _ = voices_of([30, 28, 26, 24, 22, 20])
    assert set(people.sort(vectors)) == {0, 1, 2, 3}


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_hardly_any_sound_is_one_person_at_most(count: int) -> None:
    vectors, _ = voices_of([5, 5])
    assert set(people.sort(vectors[:count])) <= {0}


def test_a_long_recording_costs_no_more_than_its_sample() -> None:
    vectors, owner = voices_of([3000, 2000])
    assert np.mean(people.sort(vectors) == owner) > 0.99


def test_stretches_follow_the_voices_over_short_pauses() -> None:
    segments, voices, _ = heard(TALK)
    found = people.stretches(segments, voices)
    assert {stretch.person for stretch in found} == {0, 1}
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(found))
    spoken = sum(segment.end_ms - segment.start_ms for segment in segments)
    assert sum(stretch.end_ms - stretch.start_ms for stretch in found) >= spoken
    changes = [b.start_ms for a, b in itertools.pairwise(found) if a.person != b.person]
    true = [segment.start_ms for segment in segments[1:]]
    assert len(changes) == len(true)
    assert all(abs(a - b) <= 500 for a, b in zip(changes, true, strict=True))


def test_words_without_voices_are_somebody() -> None:
    word = Word("Hello.", 100, 400)
    found = people.stretches([Segment("s", "r", 1, 100, 400, "Hello.", (word,), "fake")], [])
    assert found == (people.Stretch(100, 400, 0),)
    assert people.stretches([], []) == ()


def test_a_voiceprint_is_of_one_voice_alone() -> None:
    def voices(vectors: np.ndarray) -> list[Voice]:
        return [Voice("r", n * 800, n * 800 + 1600, tuple(vector.tolist())) for n, vector in enumerate(vectors)]

    alone, _ = voices_of([12])
    made = people.print_of(voices(alone))
    assert made is not None and np.linalg.norm(made) == pytest.approx(1)
    assert float(np.min(alone @ np.array(made))) > 0.8
    assert people.print_of(voices(voices_of([12, 8])[0])) is None
    assert people.print_of(voices(alone[:2])) is None
    assert people.print_of([]) is None
