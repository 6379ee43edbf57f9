"""What the clinician puts right about who spoke is certain, and touches nothing else."""

from __future__ import annotations

import pytest

from scribe.attribute import correct
from scribe.records import Present, Role, Turn, Word

C, P, X = Role.CLINICIAN, Role.PATIENT, Role.OTHER


@pytest.fixture
def turns() -> tuple[Turn, ...]:
    said = ((C, 1), (P, 2), (C, 1), (X, 3), (P, 2), (P, 1))
    return tuple(
        Turn(f"t{n}", "r", n, role, 0.7, (Word("word", n * 100, n * 100 + 90),), voice=voice)
        for n, (role, voice) in enumerate(said, 1)
    )


def roles(turns: tuple[Turn, ...]) -> list[Role]:
    return [turn.role for turn in turns]


def test_a_turn_is_given_to_somebody(turns: tuple[Turn, ...]) -> None:
    after = correct.assign(turns, {2}, X, Present.PARENT)
    assert roles(after) == [C, X, C, X, P, P]
    assert (after[1].who, after[1].confidence, after[1].revision) == (Present.PARENT, 1.0, 1)
    assert correct.changed(turns, after) == {2}
    assert [(t.id, t.number, t.words) for t in after] == [(t.id, t.number, t.words) for t in turns]


def test_only_another_person_can_be_somebody_in_particular(turns: tuple[Turn, ...]) -> None:
    after = correct.assign(correct.assign(turns, {4}, X, Present.CARER), {4}, P, Present.CARER)
    assert (after[3].role, after[3].who) == (P, None)


def test_a_whole_voice_is_given_to_somebody(turns: tuple[Turn, ...]) -> None:
    after = correct.assign_voice(turns, 2, X, Present.RELATIVE)
    assert roles(after) == [C, X, C, X, X, P]
    assert correct.changed(turns, after) == {2, 5}


def test_what_was_put_right_by_hand_stays_when_its_voice_is_given_away(turns: tuple[Turn, ...]) -> None:
    after = correct.assign_voice(correct.assign(turns, {5}, C), 2, X)
    assert roles(after) == [C, X, C, X, C, P]


def test_without_voices_it_is_that_turn_alone(turns: tuple[Turn, ...]) -> None:
    by_words = tuple(Turn(t.id, "r", t.number, t.role, 0.7, t.words) for t in turns)
    assert correct.changed(by_words, correct.assign_voice(by_words, 2, C)) == {2}


def test_a_stretch_or_all_of_it_is_swapped_and_others_stay(turns: tuple[Turn, ...]) -> None:
    assert roles(correct.swap(turns, {1, 2, 4})) == [P, C, C, X, P, P]
    everything = correct.swap_all(turns)
    assert roles(everything) == [P, C, P, X, C, C]
    assert roles(correct.swap_all(everything)) == roles(turns)


def test_an_interruption_is_left_out_and_put_back(turns: tuple[Turn, ...]) -> None:
    out = correct.leave_out(turns, {4})
    assert [turn.left_out for turn in out] == [False, False, False, True, False, False]
    assert out[3].role is X and out[3].confidence == 0.7
    back = correct.leave_out(out, {4}, out=False)
    assert not any(turn.left_out for turn in back)
