"""Both sides of a call: a microphone and what the computer plays, as two channels of one clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scribe.capture.sealed import SealedReader
from scribe.capture.sound import Pcm
from scribe.capture.sources import COMPUTER_SOUND, BothSides
from tests.capture.sounds import counted
from tests.capture.test_recorder import BLOCK, KEY, FakeSource
from tests.capture.test_trouble import HUM, SPEECH, Room


class Call:
    """Two sides that speak when told, and what was kept of them."""

    def __init__(self) -> None:
        self.here, self.there = FakeSource("headset"), FakeSource(COMPUTER_SOUND)
        self.both = BothSides(self.here, self.there)
        self.heard: list[Pcm] = []
        self.both.start(self.heard.append)

    def say_here(self, block: int) -> None:
        self.here.give(counted(BLOCK, block * BLOCK))

    def play(self, *blocks: int) -> None:
        for block in blocks:
            self.there.give(counted(BLOCK, block * BLOCK))

    def kept(self) -> Pcm:
        self.both.stop()
        return np.concatenate(self.heard)


@pytest.fixture
def call() -> Call:
    return Call()


def test_what_was_said_at_the_same_time_stands_side_by_side(call: Call) -> None:
    for block in range(20):
        call.say_here(block)
        call.play(block)
    kept = call.kept()
    assert np.array_equal(kept[:, 0], counted(20 * BLOCK)) and np.array_equal(kept[:, 1], counted(20 * BLOCK))


@pytest.mark.parametrize("burst", [2, 3])
def test_a_busy_computer_that_hands_over_in_bursts_loses_nothing_and_moves_nothing(call: Call, burst: int) -> None:
    for block in range(0, 24, burst):
        call.play(*range(block, block + burst - 1))
        for here in range(block, block + burst):
            call.say_here(here)
        call.play(block + burst - 1)
    kept = call.kept()
    assert np.array_equal(kept[:, 0], kept[:, 1]) and np.array_equal(kept[:, 0], counted(24 * BLOCK))


def test_what_comes_very_late_stands_later_and_whole(call: Call) -> None:
    for block in range(6):
        call.say_here(block)
    call.play(*range(6))
    for block in range(6, 20):
        call.say_here(block)
        call.play(block)
    kept = call.kept()
    assert np.array_equal(kept[:, 0], counted(20 * BLOCK)), "this side waits for nothing for long"
    late = 4 * BLOCK  # six blocks late, of which two were waited for
    assert not kept[:late, 1].any() and np.array_equal(kept[late:, 1], counted(16 * BLOCK))


def test_a_clock_that_goes_faster_costs_a_little_of_the_other_side_and_never_piles_up(call: Call) -> None:
    for block in range(60):
        call.say_here(block)
        call.play(2 * block, 2 * block + 1)
    kept = call.kept()
    assert np.array_equal(kept[:, 0], counted(60 * BLOCK))
    assert np.array_equal(kept[-BLOCK:, 1], counted(BLOCK, 108 * BLOCK)), "a second behind at the most"


def test_without_the_computers_sound_this_side_waits_for_nothing(call: Call) -> None:
    call.there.missing = COMPUTER_SOUND
    call.say_here(0)
    assert [len(each) for each in call.heard] == [BLOCK]
    assert not call.heard[0][:, 1].any()


# ---------------------------------------------------------------- told


class Conversation(Room):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.channels = 2

    def talk(self, here: int, there: int, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.source.give(np.column_stack([np.full(BLOCK, here, np.int16), np.full(BLOCK, there, np.int16)]))
            self.wait(0.1)


@pytest.fixture
def conversation(tmp_path: Path) -> Iterator[Conversation]:
    conversation = Conversation(tmp_path)
    yield conversation
    conversation.live.cancel()


@pytest.mark.parametrize(("here", "there", "told"), [(SPEECH, 0, "only-here"), (HUM, SPEECH, "only-there")])
def test_only_one_side_heard_for_half_a_minute_is_said(
    conversation: Conversation, here: int, there: int, told: str
) -> None:
    live = conversation.begin()
    conversation.talk(SPEECH, SPEECH, 1)
    conversation.talk(here, there, 29.9)
    assert conversation.problem == ""
    conversation.talk(here, there, 0.1)
    assert (conversation.problem, live.status().state) == (told, "recording")
    conversation.talk(SPEECH, SPEECH, 0.1)
    assert conversation.problem == ""
    live.stop()
    assert conversation.kept() == ["started", told, "heard"]


def test_that_the_computers_sound_is_missing_is_said_within_two_seconds_and_this_side_goes_on(
    conversation: Conversation,
) -> None:
    live = conversation.begin()
    conversation.talk(SPEECH, SPEECH, 1)
    assert live.status().computer_sound
    conversation.source.missing = COMPUTER_SOUND
    conversation.talk(SPEECH, 0, 1)
    assert not live.status().computer_sound and live.status().state == "recording"
    conversation.source.missing = ""
    conversation.talk(SPEECH, SPEECH, 1)
    live.stop()
    assert conversation.kept() == ["started", "computer-sound-missing", "computer-sound-back"]
    both = np.concatenate(list(SealedReader(conversation.folder, KEY, "r").two_channels()))
    assert len(both) == 30 * BLOCK
