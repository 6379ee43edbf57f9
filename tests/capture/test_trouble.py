"""What goes wrong at microphone, disk and clock is seen within two seconds, kept in the recording, and got over."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from scribe.capture.clocks import Clocks
from scribe.capture.live import LiveRecording
from scribe.capture.sealed import DiskFile, SealedReader, SealedWriter
from scribe.errors import Fixable
from tests.capture.power import PowerlessDisk
from tests.capture.test_recorder import BLOCK, KEY, FakeSource, FullDisk, sound_of

SPEECH, MURMUR, HUM = 8000, 250, 20  # peaks of -12, -42 and -64 decibels


class FakeClocks:
    """Three clocks that go together unless told otherwise."""

    def __init__(self) -> None:
        self.awake, self.asleep, self.off = 100.0, 0.0, 1_000_000.0

    def clocks(self) -> Clocks:
        return Clocks(lambda: self.awake, lambda: self.awake + self.asleep, lambda: self.awake + self.asleep + self.off)


class Room:
    """A recording with a microphone, another one, clocks and a disk that do what they are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source, self.other = FakeSource("headset"), FakeSource("built-in")
        self.time = FakeClocks()
        self.usual = "headset"
        self.free = 10**12
        self.channels = 1

    def begin(self, *, other_allowed: bool = False, disk: Callable[[Path], DiskFile] = FullDisk) -> LiveRecording:
        self.disks: list[DiskFile] = []

        def open_file(path: Path) -> DiskFile:
            self.disks.append(disk(path))
            return self.disks[-1]

        writer = SealedWriter(self.folder, KEY, "r", sync_every_ms=0, channels=self.channels, open_file=open_file)
        self.live = LiveRecording(
            self.source,
            writer,
            self.time.clocks(),
            other=self.other if other_allowed else None,
            follows_usual=lambda: self.usual,
            free_bytes=lambda: self.free,
        )
        return self.live

    def say(self, value: int, seconds: float = 0.1, source: FakeSource | None = None) -> None:
        for _ in range(round(seconds * 10)):
            (source or self.source).say(value)
            self.wait(0.1)

    def wait(self, seconds: float) -> None:
        """In steps of a tenth of a second, as in the recorder."""
        for _ in range(round(seconds * 10)):
            self.time.awake += 0.1
            self.live.tick()

    @property
    def problem(self) -> str:
        return self.live.status().problem

    def happened(self) -> list[tuple[int, str, str]]:
        """What the window is told: when in the sound, what, and its detail."""
        return [(event.at_ms, event.what, event.detail) for event in self.live.status().recent]

    def kept(self) -> list[str]:
        """What the recording keeps of it."""
        return [event.what for event in SealedReader(self.folder, KEY, "r").events()]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.live.cancel()


def test_silence_is_said_gently_and_loudly_if_it_lasts(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 5)
    room.say(HUM, 10)
    assert (room.problem, live.status().urgent, live.status().state) == ("silent", False, "recording")
    room.say(HUM, 20)
    assert (room.problem, live.status().urgent) == ("silent", True)
    room.say(SPEECH)
    assert (room.problem, live.status().urgent) == ("", False)
    live.stop()
    assert room.kept() == ["started", "silent", "heard"]


def test_a_level_too_low_is_said(room: Room) -> None:
    live = room.begin()
    room.say(MURMUR, 9.9)
    assert room.problem == ""
    room.say(MURMUR)
    assert (room.problem, live.status().urgent) == ("quiet", False)
    room.say(MURMUR, 20)
    assert live.status().urgent
    room.say(SPEECH)
    assert room.problem == ""


def test_a_muted_microphone_is_told_from_a_quiet_room_within_two_seconds(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH)
    room.say(0, 2)
    assert (live.status().state, room.problem) == ("recording", "muted")
    room.say(HUM)
    assert room.problem == ""
    room.say(0, 2)
    assert room.problem == "muted", "one that was muted can be muted again"


def test_a_headset_that_takes_noise_out_is_not_called_muted(room: Room) -> None:
    room.begin()
    for _ in range(3):
        room.say(SPEECH, 0.5)
        room.say(0, 0.5)
    room.say(SPEECH)
    room.say(0, 9)
    assert room.problem == ""
    room.say(0, 1)
    assert room.problem == "silent"


@pytest.mark.parametrize(("code", "problem"), [("no-microphone", "unplugged"), ("microphone-busy", "taken")])
def test_a_microphone_that_goes_is_seen_in_two_seconds_and_recording_goes_on_with_it(
    room: Room, code: str, problem: str
) -> None:
    live = room.begin()
    room.say(SPEECH, 1)
    room.source.refuses, room.source.refusal = True, code
    room.wait(2)
    assert (live.status().state, room.problem) == ("problem", problem)
    room.source.refuses = False
    room.wait(1)
    room.say(SPEECH)
    assert (live.status().state, room.problem) == ("recording", "")
    live.stop()
    assert room.kept() == ["started", problem, "back"]
    assert [event.at_ms for event in SealedReader(room.folder, KEY, "r").events()] == [0, 1000, 1000]


def test_another_microphone_takes_over_only_where_the_user_allowed_it(room: Room) -> None:
    live = room.begin(other_allowed=True)
    room.say(SPEECH, 1)
    room.source.refuses = True
    room.wait(6)
    assert live.status().device == "built-in"
    room.say(SPEECH, 1, room.other)
    assert (live.status().state, room.problem) == ("recording", "")
    assert [what for _, what, _ in room.happened()] == ["started", "unplugged", "other-microphone", "back"]
    room.source.refuses = False
    live.pause()
    live.resume()
    assert live.status().device == "headset", "after a pause the chosen one is tried first"
    live.stop()
    assert len(sound_of(room.folder)) == 20 * BLOCK


def test_no_other_microphone_listens_unasked(room: Room) -> None:
    room.begin()
    room.say(SPEECH, 1)
    room.source.refuses = True
    room.wait(60)
    assert (room.other.started, room.problem) == (0, "unplugged")


def test_the_usual_microphone_is_followed_when_it_changes(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 1)
    room.usual = ""  # for a moment it is not known
    room.say(SPEECH, 1)
    assert room.source.started == 1
    room.usual = "another"
    room.wait(0.2)
    assert room.source.started == 2
    room.say(SPEECH, 1)
    live.stop()
    assert [(event.what, event.detail) for event in SealedReader(room.folder, KEY, "r").events()] == [
        ("started", "headset"),
        ("microphone-changed", "another"),
    ]
    assert len(sound_of(room.folder)) == 30 * BLOCK


def test_sleep_is_told_and_the_microphone_opened_anew(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 1)
    room.time.asleep += 600
    room.wait(2)
    assert (1000, "slept", "600") in room.happened()
    assert room.source.started == 2
    room.say(SPEECH, 1)
    live.stop()
    assert len(sound_of(room.folder)) == 20 * BLOCK
    slept, *_ = [event for event in SealedReader(room.folder, KEY, "r").events() if event.what == "slept"]
    assert slept.at.timestamp() == pytest.approx(1_000_701.1)


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_that_is_set_changes_nothing_but_is_told(room: Room, seconds: int) -> None:
    live = room.begin()
    room.say(SPEECH, 1)
    room.time.off += seconds
    room.say(SPEECH, 1)
    assert [what for _, what, _ in room.happened()] == ["started", "clock-changed"]
    assert (live.status().state, room.problem, live.status().elapsed_ms) == ("recording", "", 2000)


def test_a_disk_with_little_room_is_told_once_before_it_is_full(room: Room) -> None:
    room.begin()
    room.say(SPEECH, 1)
    room.free = 199_000_000
    room.say(SPEECH, 5)
    assert [what for at_ms, what, _ in room.happened() if at_ms <= 2500] == ["started", "disk-low"]
    assert len(room.happened()) == 2


def test_a_full_disk_is_kept_in_the_record_once_there_is_room(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 1)
    assert isinstance(room.disks[0], FullDisk)
    room.disks[0].full = True
    room.say(SPEECH, 3)
    room.disks[0].full = False
    room.say(SPEECH, 2)
    live.stop()
    assert room.kept() == ["started", "disk-full", "disk-room"]
    assert len(sound_of(room.folder)) == 60 * BLOCK


def test_the_last_minute_is_struck_and_recording_goes_on(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 30)
    room.say(SPEECH // 2, 60)
    live.strike(60_000)
    room.say(SPEECH // 4, 1)
    live.stop()
    values = sound_of(room.folder)[::BLOCK]
    assert values[:295].tolist() == [SPEECH] * 295, "at most half a second more than was asked for"
    assert not values[300:900].any()
    assert values[900:].tolist() == [SPEECH // 4] * 10
    (struck,) = [event for event in SealedReader(room.folder, KEY, "r").events() if event.what == "struck"]
    assert struck.at_ms == 90_000 and struck.detail.endswith("-90000")


def test_what_still_waits_for_a_full_disk_is_struck_too(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 2)
    assert isinstance(room.disks[0], FullDisk)
    room.disks[0].full = True
    room.say(SPEECH, 2)
    with pytest.raises(Fixable) as caught:
        live.strike(60_000)
    assert caught.value.code == "disk-full"
    room.disks[0].full = False
    live.strike(60_000)
    live.stop()
    sound = sound_of(room.folder)
    assert len(sound) == 40 * BLOCK and not sound.any()


def test_what_was_said_before_a_pause_is_safe_while_it_lasts(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 1.3)
    live.pause()
    assert live.status().safe_ms == 1300
    assert room.kept() == ["started", "paused"]


def test_a_recording_that_is_taken_up_paused_stays_paused(room: Room) -> None:
    live = room.begin()
    room.say(SPEECH, 1)
    live.pause()
    live.break_off()
    writer = SealedWriter(room.folder, KEY, "r", sync_every_ms=0)
    again = FakeSource()
    taken_up = LiveRecording(again, writer, room.time.clocks(), paused=True)
    assert (taken_up.status().state, again.started) == ("paused", 0)
    taken_up.resume()
    assert (taken_up.status().state, again.started) == ("recording", 1)
    taken_up.stop()
    assert room.kept() == ["started", "paused", "gone-on", "resumed"]


def test_after_power_loss_at_any_moment_at_most_the_last_second_is_missing(tmp_path: Path) -> None:
    """Through the whole recording: every byte that was not synced is forgotten."""
    chance = random.Random(17)
    for run in range(20):
        room = Room(tmp_path / f"now{run}")
        disk = PowerlessDisk(tmp_path / f"after{run}", chance)
        live = room.begin(disk=disk.open)
        said: list[int] = []
        for number in range(chance.randrange(1, 60)):
            said.append(number + 1000)
            room.say(said[-1])
            match chance.randrange(12):
                case 0:
                    live.pause()
                    live.resume()
                case 1:
                    room.usual += "x"
        disk.lose_power(tear=bool(run % 2))
        live.cancel()
        kept = sound_of(disk.folder)[::BLOCK].tolist()
        assert kept == said[: len(kept)]
        assert len(kept) >= len(said) - 10


class LazyDisk(DiskFile):
    """Does not wait for the platter: what is measured is memory."""

    def sync(self) -> None: ...


def test_three_hours_in_one_go_with_memory_flat(room: Room) -> None:
    live = room.begin(disk=LazyDisk)
    speech = (np.arange(5 * BLOCK) * 37 % 16_000).astype(np.int16)
    used = psutil.Process()

    def minute(number: int) -> int:
        for _ in range(120):
            room.source.give(speech)
            room.time.awake += 0.5
            live.tick()
        if number % 20 == 10:
            live.strike(60_000)
            live.pause()
            live.resume()
        return int(used.memory_info().rss)

    memory = [minute(number) for number in range(179)]
    assert max(memory) - max(memory[:20]) < 3_000_000, "bytes, of which three hours of sound are 345,600,000"
    room.say(SPEECH, 60)
    assert live.is_over and live.status().problem == "longest"
    extent = SealedReader(room.folder, KEY, "r").extent()
    assert extent.complete and 0 <= extent.duration_ms - 3 * 3600 * 1000 <= 500
    assert len(SealedReader(room.folder, KEY, "r").strikes()) == 9
