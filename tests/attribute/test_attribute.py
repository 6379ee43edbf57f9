"""Who says what: clinician and patient by voice and words, others by voice, and doubt where there is doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scribe.attribute.attribute import attribute
from scribe.capture.channels import STEP_MS, Channels
from scribe.extract.verify.checks import SURE_OF_SPEAKER
from scribe.records import Present, Role, Segment, Voiceprint, Word, utc_now
from tests.attribute.heard import TALK, heard, mean_confidence, right

ASKS = tuple(line for line in TALK if line[0] == "C")
TELLS = tuple(line for line in TALK if line[0] == "P")


@pytest.mark.parametrize("likeness", [0.5, 0.7, 0.85])
def test_voice_and_words_together_tell_clinician_from_patient(likeness: float) -> None:
    segments, voices, roles = heard(TALK, likeness)
    turns = attribute(segments, voices)
    assert right(turns, roles) >= 0.98
    assert {turn.number for turn in turns} == set(range(1, len(turns) + 1))
    assert [word for turn in turns for word in turn.words] == [word for s in segments for word in s.words]


def test_words_alone_will_do_and_are_less_sure() -> None:
    segments, voices, roles = heard(TALK)
    by_words = attribute(segments, ())
    assert right(by_words, roles) >= 0.9
    assert mean_confidence(by_words) < mean_confidence(attribute(segments, voices))
    assert {turn.voice for turn in by_words} == {0}


def test_one_segment_of_the_recogniser_holds_as_many_turns_as_were_spoken() -> None:
    segments, voices, roles = heard(TALK, one_segment=True)
    turns = attribute(segments, voices)
    assert right(turns, roles) >= 0.95
    assert len(turns) == len(TALK)
    assert {turn.segment_ids for turn in turns} == {("s1",)}


def test_nothing_said_is_no_turn() -> None:
    assert attribute([], []) == ()


@pytest.mark.parametrize("lines", [TELLS, ASKS], ids=["patient", "clinician"])
def test_one_voice_alone_is_never_called_sure(lines: tuple[tuple[str, str], ...]) -> None:
    segments, voices, roles = heard(lines * 2)
    turns = attribute(segments, voices)
    assert right(turns, roles) == 1.0
    assert mean_confidence(turns) < SURE_OF_SPEAKER


def test_two_voices_that_nobody_can_tell_apart_are_not_sure() -> None:
    segments, voices, _ = heard(TALK, likeness=1.0)
    assert mean_confidence(attribute(segments, voices)) < SURE_OF_SPEAKER


def test_a_few_seconds_of_sound_leave_it_to_the_words_and_are_less_sure() -> None:
    segments, voices, roles = heard(TALK[:3], likeness=0.9)
    turns, by_words = attribute(segments, voices), attribute(segments, ())
    assert right(turns, roles) == right(by_words, roles)
    assert mean_confidence(turns) <= mean_confidence(by_words)


def test_a_recording_that_begins_in_the_middle_needs_no_greeting() -> None:
    segments, voices, roles = heard(TALK[5:])
    assert right(attribute(segments, voices), roles) >= 0.95


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_a_single_word_is_a_turn_and_no_crash(seconds: float) -> None:
    word = Word("Yes.", 0, int(seconds * 1000))
    turns = attribute([Segment("s", "r", 1, 0, word.end_ms, "Yes.", (word,), "fake")], [])
    assert len(turns) == 1 and 0 <= turns[0].confidence <= 1


# ---------------------------------------------------------------- others

SON = (
    ("O", "He does forget his tablets though, Dad, you know you do, I have to remind him every evening."),
    ("O", "He told my sister that he fell in the bathroom last week, and he hasn't been himself since."),
    ("O", "And his ankles were swollen on Sunday, he couldn't get his shoes on when he came to us."),
)


def with_son() -> tuple[tuple[str, str], ...]:
    return (*TALK[:4], SON[0], *TALK[4:6], SON[1], *TALK[6:8], SON[2], *TALK[8:])


def test_a_third_voice_is_neither_clinician_nor_patient() -> None:
    segments, voices, roles = heard(with_son())
    turns = attribute(segments, voices)
    assert right(turns, roles) >= 0.95
    assert {turn.who for turn in turns if turn.role is Role.OTHER} == {Present.RELATIVE}
    assert {turn.who for turn in turns if turn.role is not Role.OTHER} == {None}
    assert len({turn.voice for turn in turns}) == 3


def test_a_third_voice_is_who_is_known_to_be_there() -> None:
    segments, voices, _ = heard(with_son())
    turns = attribute(segments, voices, (Present.CARER,))
    others = [turn for turn in turns if turn.role is Role.OTHER]
    assert {turn.who for turn in others} == {Present.CARER}
    assert {turn.informant for turn in others} == {"carer"}


def test_a_parent_who_speaks_for_a_child_is_the_informant() -> None:
    parent = tuple(("P", line[1]) for line in SON)
    segments, voices, _ = heard((*TALK[:1], parent[0], TALK[2], parent[1], TALK[4], parent[2], TALK[6]))
    turns = attribute(segments, voices, (Present.PARENT,))
    assert {turn.informant for turn in turns} == {"clinician", "parent"}
    assert Role.PATIENT not in {turn.role for turn in turns}


def test_the_patient_is_the_informant_though_a_parent_is_there() -> None:
    segments, voices, roles = heard(TALK)
    turns = attribute(segments, voices, (Present.PARENT,))
    assert right(turns, roles) >= 0.98


# ---------------------------------------------------------------- not English


def test_speech_that_is_not_english_is_a_gap_of_its_own() -> None:
    segments, voices, _ = heard(TALK)
    gap = Word("[…]", segments[3].start_ms, segments[3].end_ms, 0.0)
    segments[3] = replace(segments[3], words=(gap,), text="[…]", language="pl")
    turns = attribute(segments, voices, (Present.INTERPRETER,))
    gaps = [turn for turn in turns if turn.language == "pl"]
    assert [turn.text for turn in gaps] == ["[…]"]
    assert gaps[0].confidence == 0.0
    assert all("[…]" not in turn.text for turn in turns if turn.language == "en")
    assert {turn.informant for turn in turns if turn.language == "en"} == {"clinician", "interpreter"}


# ---------------------------------------------------------------- two channels, and a known voice


def channels_of(segments: list[Segment], roles: list[Role], *, difference_db: int) -> Channels:
    levels = np.full((segments[-1].end_ms // STEP_MS + 1, 2), -70, np.int8)
    words = [word for segment in segments for word in segment.words]
    for word, role in zip(words, roles, strict=True):
        side = int(role is Role.PATIENT)
        levels[word.start_ms // STEP_MS : word.end_ms // STEP_MS, side] = -20
        levels[word.start_ms // STEP_MS : word.end_ms // STEP_MS, 1 - side] = -20 - difference_db
    return Channels(levels)


@pytest.mark.parametrize("difference_db", [8, 30])
def test_two_channels_tell_who_speaks_though_voices_do_not(difference_db: int) -> None:
    segments, voices, roles = heard(TALK, likeness=1.0, one_segment=True)
    turns = attribute(segments, voices, channels=channels_of(segments, roles, difference_db=difference_db))
    assert right(turns, roles) >= 0.98
    assert not any(turn.overlapped for turn in turns)


def test_speech_on_both_channels_at_once_is_marked() -> None:
    segments, voices, roles = heard(TALK)
    both = channels_of(segments, roles, difference_db=20)
    both.levels[segments[4].start_ms // STEP_MS : segments[4].end_ms // STEP_MS] = -20
    turns = attribute(segments, voices, channels=both)
    assert [turn.overlapped for turn in turns if "regular medicines" in turn.text] == [True]
    assert sum(turn.overlapped for turn in turns) == 1


def test_two_channels_of_the_same_sound_say_nothing() -> None:
    segments, voices, roles = heard(TALK)
    same = channels_of(segments, roles, difference_db=0)
    with_channels, without = attribute(segments, voices, channels=same), attribute(segments, voices)
    assert [turn.role for turn in with_channels] == [turn.role for turn in without]


def test_the_clinicians_own_voice_outweighs_what_the_words_suggest() -> None:
    turned = tuple((("P" if who == "C" else "C"), text) for who, text in TALK)  # whoever asks is the patient
    segments, voices, roles = heard(turned)
    own = np.mean([voice.vector for voice in voices if voice.start_ms >= segments[1].start_ms][:4], axis=0)
    known = Voiceprint(tuple((own / np.linalg.norm(own)).tolist()), utc_now())
    assert right(attribute(segments, voices), roles) <= 0.1
    assert right(attribute(segments, voices, known=known), roles) >= 0.95


def test_on_one_channel_speech_over_each_other_is_marked_where_it_is_long_enough_to_be_told() -> None:
    segments, voices, _ = heard(TALK * 2)
    other = next(voice for voice in voices if segments[1].start_ms <= voice.start_ms < segments[1].end_ms)
    at = next(n for n, one in enumerate(voices) if one.start_ms >= segments[12].start_ms + 1500)
    both = np.array(voices[at].vector) + np.array(other.vector)
    voices[at] = replace(voices[at], vector=tuple((both / np.linalg.norm(both)).tolist()))
    turns = attribute(segments, voices)
    marked = [turn for turn in turns if turn.overlapped]
    assert [turn.start_ms <= voices[at].start_ms < turn.end_ms for turn in marked] == [True]
    assert not any(turn.overlapped for turn in attribute(segments[:4], voices))
