"""The recorder keeps every sample that was due, whatever happens to microphone, disk or window."""

from __future__ import annotations

import errno
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from scribe.capture import live as live_module
from scribe.capture.clocks import Clocks
from scribe.capture.live import LiveRecording, RecorderStatus
from scribe.capture.recorder import Cancel, Recorder, Start, Status, Stop
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import DiskFile, SealedReader, SealedWriter
from scribe.capture.sound import LONGEST_ASIDE_MS, Pcm
from scribe.capture.sources import OnPcm
from scribe.errors import Bug, Fixable
from tests.capture.kill_recording import is_gone
from tests.capture.sounds import write
from tests.small_disk import SmallDisk

KEY = b"k" * 32
BLOCK = 1600  # a tenth of a second


class FakeSource:
    """A microphone that speaks when told."""

    missing = ""
    gaps = 0

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.started = 0
        self.refuses = False
        self.refusal = "no-microphone"
        self._on_pcm: OnPcm | None = None

    def start(self, on_pcm: OnPcm) -> None:
        self.started += 1
        if self.refuses:
            raise Fixable("It does not open.", code=self.refusal)
        self._on_pcm = on_pcm

    @property
    def is_open(self) -> bool:
        return self._on_pcm is not None

    def stop(self) -> None:
        self._on_pcm = None

    def say(self, value: int, blocks: int = 1) -> None:
        assert self._on_pcm
        for _ in range(blocks):
            self.give(np.full(BLOCK, value, np.int16))

    def give(self, block: Pcm) -> None:
        assert self._on_pcm
        self._on_pcm(block)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class FullDisk(DiskFile):
    """A disk that is full while `full` is set."""

    full = False

    def append(self, data: bytes) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().append(data)


def sound_of(folder: Path, recording_id: str = "r") -> Pcm:
    return np.concatenate([np.empty(0, np.int16), *SealedReader(folder, KEY, recording_id).pcm()])


def until(condition: Callable[[], bool]) -> None:
    """Waits for another thread without a fixed sleep; a minute means that it never comes."""
    tick = threading.Event()
    for _ in range(6000):
        if condition():
            return
        tick.wait(0.01)
    raise AssertionError("it never happened")


class Room:
    """One recording with a microphone, a clock and a disk that do what they are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = FakeSource()
        self.clock = Clock()
        self.disks: list[FullDisk] = []
        writer = SealedWriter(folder, KEY, "r", sync_every_ms=0, open_file=self._disk)
        clocks = Clocks(self.clock, self.clock, self.clock)
        self.live = LiveRecording(self.source, writer, clocks)

    def _disk(self, path: Path) -> FullDisk:
        self.disks.append(FullDisk(path))
        return self.disks[-1]

    def say(self, value: int, blocks: int = 1) -> None:
        """So many tenths of a second, in real time."""
        for _ in range(blocks):
            self.source.say(value)
            self.wait(0.1)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        self.live.tick()

    def kept(self) -> list[int]:
        """The value of each block on disk."""
        return sound_of(self.folder)[::BLOCK].tolist()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.live.cancel()


def test_sound_is_safe_within_the_second(room: Room) -> None:
    for blocks in range(1, 40):
        room.say(blocks)
        status = room.live.status()
        assert status.elapsed_ms == blocks * 100
        assert status.safe_ms > status.elapsed_ms - 600
        assert room.kept() == list(range(1, status.safe_ms // 100 + 1))


def test_what_is_said_while_paused_is_not_kept_and_the_microphone_is_let_go(room: Room) -> None:
    room.say(1)
    room.live.pause()
    assert room.live.status().state == "paused"
    assert not room.source.is_open
    room.wait(60)
    assert room.live.status().state == "paused"
    room.live.resume()
    room.say(3)
    room.live.stop()
    assert room.kept() == [1, 3]


def test_an_interruption_is_kept_as_sound_with_where_it_was_said_to_begin_and_end(room: Room) -> None:
    room.say(1, 10)
    room.live.aside(True)
    assert room.live.status().aside and room.live.status().state == "recording"
    room.live.aside(True)  # once more changes nothing
    room.say(2, 20)
    room.live.aside(False)
    room.say(3, 10)
    assert not room.live.status().aside
    room.live.stop()
    assert len(room.kept()) == 40
    events = SealedReader(room.folder, KEY, "r").events()
    assert [(event.what, event.at_ms) for event in events[1:]] == [("aside", 1000), ("aside-over", 3000)]


def test_an_interruption_whose_end_nobody_says_is_over_after_three_minutes(room: Room) -> None:
    room.live.aside(True)
    room.say(20, LONGEST_ASIDE_MS // 100 - 1)
    assert room.live.status().aside
    room.say(20, 6)
    assert not room.live.status().aside
    room.live.stop()
    events = SealedReader(room.folder, KEY, "r").events()
    assert LONGEST_ASIDE_MS <= next(event.at_ms for event in events if event.what == "aside-over") < 181_000


def test_ten_seconds_of_silence_are_said_and_recording_goes_on(room: Room) -> None:
    room.say(20, 99)
    assert room.live.status().problem == ""
    room.say(20, 1)
    assert (room.live.status().state, room.live.status().problem) == ("recording", "silent")
    room.say(8000)
    assert room.live.status().problem == ""
    assert room.live.status().elapsed_ms == 10_100


def test_a_microphone_that_goes_away_is_noticed_in_two_seconds_and_taken_up_again(room: Room) -> None:
    room.say(8000)
    room.wait(1.4)
    assert room.live.status().problem == ""
    room.wait(0.2)
    assert (room.live.status().state, room.live.status().problem) == ("problem", "unplugged")
    assert room.source.started == 2
    room.say(9000)
    assert (room.live.status().state, room.live.status().problem) == ("recording", "")
    room.live.stop()
    assert room.kept() == [8000, 9000]


def test_a_microphone_that_cannot_be_opened_again_is_tried_each_second(room: Room) -> None:
    room.say(8000)
    room.source.refuses = True
    for _ in range(50):
        room.wait(0.1)
    assert room.live.status().problem == "unplugged"
    assert 4 <= room.source.started <= 5
    room.source.refuses = False
    room.wait(1.0)
    room.say(9000)
    assert room.live.status().problem == ""


def test_a_microphone_that_wakes_up_slowly_is_waited_for(room: Room) -> None:
    for _ in range(9):
        room.wait(0.1)
    assert (room.live.status().state, room.live.status().problem) == ("recording", "")
    for _ in range(36):
        room.wait(0.1)
    assert (room.live.status().problem, room.source.started) == ("waking", 1)
    room.wait(1.0)
    assert (room.live.status().problem, room.source.started) == ("unplugged", 2)
    room.say(8000)
    assert room.live.status().problem == ""


def test_a_full_disk_is_said_and_nothing_heard_is_lost_once_there_is_room(room: Room) -> None:
    room.say(100, 7)
    room.disks[0].full = True
    room.say(200, 30)
    status = room.live.status()
    assert (status.state, status.problem, status.safe_ms) == ("problem", "disk-full", 500)
    room.disks[0].full = False
    room.say(300, 15)
    assert (room.live.status().state, room.live.status().problem) == ("recording", "")
    room.live.stop()
    assert room.kept() == [100] * 7 + [200] * 30 + [300] * 15


def test_stopping_on_a_full_disk_loses_nothing_and_can_be_done_again(room: Room) -> None:
    room.say(100, 7)
    room.disks[0].full = True
    for _ in range(2):
        with pytest.raises(Fixable) as caught:
            room.live.stop()
        assert caught.value.code == "disk-full"
    room.wait(10)
    assert room.live.status().problem == "disk-full"
    room.disks[0].full = False
    room.live.stop()
    assert room.kept() == [100] * 7
    assert SealedReader(room.folder, KEY, "r").extent().complete


def test_a_disk_that_stays_full_does_not_fill_the_memory(room: Room) -> None:
    room.disks[0].full = True
    room.say(100, 1500)
    room.disks[0].full = False
    room.say(200, 20)
    room.live.stop()
    assert room.kept() == [100] * 1200 + [200] * len(room.kept()[1200:])


def test_three_hours_are_the_most(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "LONGEST_MS", 1000)
    room.say(100, 10)
    assert room.live.is_over
    assert not room.source.is_open
    assert (room.live.status().state, room.live.status().problem) == ("problem", "longest")
    assert SealedReader(room.folder, KEY, "r").extent().complete
    room.live.stop()


def test_what_is_broken_off_is_on_disk_and_can_be_taken_up_again(room: Room) -> None:
    room.say(100, 7)
    room.live.break_off()
    assert room.kept() == [100] * 7
    assert not SealedReader(room.folder, KEY, "r").extent().complete

    again = Recorder(lambda name, computer_sound: room.source)
    again.answer(Start("r", room.folder, KEY, ""))
    room.source.say(200)
    assert again.answer(Status()).elapsed_ms == 700
    again.answer(Stop())
    assert room.kept() == [100] * 7 + [200]


def test_only_one_recording_at_a_time(tmp_path: Path) -> None:
    source = FakeSource()
    recorder = Recorder(lambda name, computer_sound: source)
    recorder.answer(Start("r", tmp_path, KEY, ""))
    with pytest.raises(Bug, match="already running"):
        recorder.answer(Start("s", tmp_path, KEY, ""))
    source.say(5)
    recorder.answer(Stop())
    assert recorder.answer(Status()) == RecorderStatus()
    assert len(sound_of(tmp_path)) == BLOCK


def test_a_cancelled_recording_leaves_nothing(tmp_path: Path) -> None:
    source = FakeSource()
    recorder = Recorder(lambda name, computer_sound: source)
    recorder.answer(Start("r", tmp_path, KEY, ""))
    source.say(5, 20)
    recorder.tick()
    recorder.answer(Cancel())
    assert list(tmp_path.iterdir()) == []
    assert recorder.status() == RecorderStatus()


def test_a_microphone_that_refuses_leaves_no_file(tmp_path: Path) -> None:
    source = FakeSource()
    source.refuses, source.refusal = True, "microphone-busy"
    with pytest.raises(Fixable) as caught:
        Recorder(lambda name, computer_sound: source).answer(Start("r", tmp_path, KEY, ""))
    assert caught.value.code == "microphone-busy"
    assert list(tmp_path.iterdir()) == []


def test_without_a_microphone_the_error_says_so_and_leaves_no_recording(tmp_path: Path) -> None:
    def none(name: str, computer_sound: bool) -> FakeSource:
        raise Fixable("No microphone was found.", code="no-microphone")

    recorder = Recorder(none)
    with pytest.raises(Fixable) as caught:
        recorder.answer(Start("r", tmp_path, KEY, ""))
    assert caught.value.code == "no-microphone"
    assert not recorder.is_recording


def test_the_key_does_not_show_in_a_message() -> None:
    assert "kkkk" not in repr(Start("r", Path("x"), KEY, ""))


# ---------------------------------------------------------------- the real process


def ramp(seconds: float) -> Pcm:
    """Samples that say where they are, so that a gap would show."""
    return (np.arange(int(16_000 * seconds)) // 16 % 20_000 + 1).astype(np.int16)


def test_the_window_may_go_and_the_next_one_finds_the_recording_running(tmp_path: Path) -> None:
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(5)]))
    first = RecorderClient(tmp_path)
    first.start("r", tmp_path, KEY, f"file:{tmp_path / 'speech.wav'}")
    first.disconnect()
    second = RecorderClient(tmp_path)
    assert second.running().recording_id == "r"
    until(lambda: second.status().elapsed_ms >= 500)
    second.stop()
    second.disconnect()
    sound = sound_of(tmp_path)
    assert len(sound) >= 8000
    assert (sound[: 5 * 16_000] == ramp(5)[: len(sound)]).all()


def test_a_disk_that_really_fills_up_loses_nothing_once_there_is_room(tmp_path: Path, small_disk: SmallDisk) -> None:
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(9)]))
    small_disk.fill(but_bytes=65_536)  # about two seconds of sound
    client = RecorderClient(tmp_path)
    client.start("r", small_disk.folder / "sound", KEY, f"file:{tmp_path / 'speech.wav'}")
    until(lambda: client.status().problem == "disk-full")
    status = client.status()
    assert status.state == "problem" and status.safe_ms >= 1000
    assert len(sound_of(small_disk.folder / "sound")) == status.safe_ms * 16
    with pytest.raises(Fixable, match=r"All sound up to 0 min \d s is safe") as caught:
        client.stop()
    assert caught.value.code == "disk-full" and "delete files" in caught.value.do
    due_ms = client.status().elapsed_ms
    small_disk.make_room()
    client.stop()
    client.disconnect()
    sound = sound_of(small_disk.folder / "sound")
    assert len(sound) >= due_ms * 16
    assert (sound == ramp(9)[: len(sound)]).all()
    assert SealedReader(small_disk.folder / "sound", KEY, "r").extent().complete


def test_recording_does_not_begin_on_a_disk_that_is_full(tmp_path: Path, small_disk: SmallDisk) -> None:
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(1)]))
    small_disk.fill()
    client = RecorderClient(tmp_path)
    with pytest.raises(Fixable, match="The disk is full") as caught:
        client.start("r", small_disk.folder / "sound", KEY, f"file:{tmp_path / 'speech.wav'}")
    assert caught.value.code == "disk-full"
    assert client.status().state == "idle"
    client.disconnect()


def test_a_recorder_that_a_full_disk_keeps_from_starting_says_so(small_disk: SmallDisk) -> None:
    small_disk.fill()
    with pytest.raises(Fixable, match="The disk is full") as caught:
        RecorderClient(small_disk.folder).prepare()
    assert caught.value.code == "disk-full"


def test_two_windows_are_served_at_once(tmp_path: Path) -> None:
    """The first may hang: the next one must not wait for it."""
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(5)]))
    first, second = RecorderClient(tmp_path), RecorderClient(tmp_path)
    first.start("r", tmp_path, KEY, f"file:{tmp_path / 'speech.wav'}")
    assert second.running().recording_id == "r"
    assert first.status().recording_id == "r"
    second.cancel()
    assert first.status() == RecorderStatus()
    second.disconnect()
    first.disconnect()
    until(lambda: not (tmp_path / "recorder").exists())


def test_a_recorder_that_is_told_to_end_breaks_off_with_everything_on_disk(tmp_path: Path) -> None:
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(5)]))
    client = RecorderClient(tmp_path)
    client.start("r", tmp_path, KEY, f"file:{tmp_path / 'speech.wav'}")
    until(lambda: client.status().elapsed_ms >= 300)
    due_ms = client.status().elapsed_ms
    pid = recorder_pid(tmp_path)
    os.kill(pid, signal.SIGTERM)
    until(lambda: is_gone(pid))  # before the client sees it, and has another take the recording up
    sound = sound_of(tmp_path)
    assert len(sound) >= due_ms * 16
    assert (sound == ramp(5)[: len(sound)]).all()
    client.disconnect()


def test_the_secret_of_the_connection_is_for_this_user_only(tmp_path: Path) -> None:
    client = RecorderClient(tmp_path)
    client.prepare()
    assert (tmp_path / "recorder").stat().st_mode & 0o077 == 0
    client.disconnect()


def recorder_pid(folder: Path) -> int:
    return int((folder / "recorder").read_text().split()[0])


def test_a_killed_recorder_leaves_every_second_that_was_due(tmp_path: Path) -> None:
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(8)]))
    chance = random.Random(7)
    for run in range(3):
        client = RecorderClient(tmp_path)
        client.start(f"r{run}", tmp_path, KEY, f"file:{tmp_path / 'speech.wav'}")
        wanted_ms = chance.randrange(200, 1800)
        until(lambda client=client, wanted_ms=wanted_ms: client.status().elapsed_ms >= wanted_ms)  # type: ignore[misc]
        due_ms = client.status().elapsed_ms
        pid = recorder_pid(tmp_path)
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: is_gone(pid))  # type: ignore[misc]
        sound = sound_of(tmp_path, f"r{run}")
        assert len(sound) >= (due_ms - 1000) * 16
        assert (sound == ramp(8)[: len(sound)]).all()
        client.disconnect()
