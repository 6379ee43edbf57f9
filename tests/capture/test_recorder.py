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

from scribe.capture.recorder import LiveRecording, Recorder, RecorderStatus, Start, Status, Stop
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import DiskFile, SealedReader, SealedWriter
from scribe.capture.sound import Pcm
from scribe.capture.sources import OnPcm
from scribe.errors import Bug, Fixable
from tests.capture.sounds import write

KEY = b"k" * 32
BLOCK = 1600  # a tenth of a second


class FakeSource:
    """A microphone that speaks when told."""

    name = "fake"

    def __init__(self) -> None:
        self.started = 0
        self._on_pcm: OnPcm | None = None

    def start(self, on_pcm: OnPcm) -> None:
        self.started += 1
        self._on_pcm = on_pcm

    def stop(self) -> None:
        self._on_pcm = None

    def say(self, value: int, blocks: int = 1) -> None:
        assert self._on_pcm
        for _ in range(blocks):
            self._on_pcm(np.full(BLOCK, value, np.int16))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class FullDisk(DiskFile):
    """A disk that is full while `full` is set."""

    full = threading.Event()

    def append(self, data: bytes) -> None:
        if self.full.is_set():
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


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[LiveRecording, FakeSource, Clock]]:
    source, clock = FakeSource(), Clock()
    recording = LiveRecording(source, SealedWriter(tmp_path, KEY, "r"), clock)
    yield recording, source, clock
    recording.cancel()


def test_what_is_said_while_paused_is_not_kept(live: tuple[LiveRecording, FakeSource, Clock], tmp_path: Path) -> None:
    recording, source, _ = live
    source.say(1)
    recording.pause()
    assert recording.status().state == "paused"
    source.say(2)
    recording.resume()
    source.say(3)
    recording.stop()
    assert sorted(set(sound_of(tmp_path).tolist())) == [1, 3]
    assert len(sound_of(tmp_path)) == 2 * BLOCK


def test_ten_seconds_of_silence_are_said(live: tuple[LiveRecording, FakeSource, Clock]) -> None:
    recording, source, clock = live
    clock.now = 9.0
    source.say(0)
    until(lambda: recording.status().elapsed_ms == 100)
    assert recording.status().problem == ""
    clock.now = 10.5
    source.say(0)
    until(lambda: recording.status().elapsed_ms == 200)
    assert (recording.status().state, recording.status().problem) == ("recording", "silent")
    source.say(8000)
    until(lambda: recording.status().problem == "")


def test_a_microphone_that_goes_away_is_noticed_in_two_seconds_and_taken_up_again(
    live: tuple[LiveRecording, FakeSource, Clock],
) -> None:
    recording, source, clock = live
    source.say(8000)
    until(lambda: recording.status().elapsed_ms == 100)
    clock.now = 2.1
    assert (recording.status().state, recording.status().problem) == ("problem", "unplugged")
    assert source.started == 2
    source.say(8000)
    until(lambda: recording.status().problem == "")
    assert recording.status().elapsed_ms >= 100


def test_a_full_disk_is_said_and_nothing_heard_is_lost_once_there_is_room(tmp_path: Path) -> None:
    FullDisk.full.clear()
    source = FakeSource()
    recording = LiveRecording(source, SealedWriter(tmp_path, KEY, "r", open_file=FullDisk))
    try:
        source.say(100, 4)
        until(lambda: recording.status().elapsed_ms == 400)
        FullDisk.full.set()
        source.say(200, 5)
        until(lambda: recording.status().problem == "disk-full")
        FullDisk.full.clear()
        source.say(300, 2)
        until(lambda: recording.status().elapsed_ms == 1100)
        assert recording.status().problem == ""
    finally:
        recording.stop()
    assert sound_of(tmp_path).tolist() == [100] * 4 * BLOCK + [200] * 5 * BLOCK + [300] * 2 * BLOCK


def test_only_one_recording_at_a_time(tmp_path: Path) -> None:
    source = FakeSource()
    recorder = Recorder(lambda name: source)
    recorder.answer(Start("r", tmp_path, KEY, ""))
    with pytest.raises(Bug, match="already running"):
        recorder.answer(Start("s", tmp_path, KEY, ""))
    source.say(5)
    recorder.answer(Stop())
    assert recorder.answer(Status()) == RecorderStatus()
    assert len(sound_of(tmp_path)) == BLOCK


def test_without_a_microphone_the_error_says_so_and_leaves_no_recording(tmp_path: Path) -> None:
    def none(name: str) -> FakeSource:
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


def test_a_killed_recorder_leaves_every_second_that_was_due(tmp_path: Path) -> None:
    write(tmp_path / "speech.wav", "pcm_s16le", iter([ramp(8)]))
    chance = random.Random(7)
    for run in range(3):
        client = RecorderClient(tmp_path)
        client.start(f"r{run}", tmp_path, KEY, f"file:{tmp_path / 'speech.wav'}")
        wanted_ms = chance.randrange(200, 1800)
        until(lambda client=client, wanted_ms=wanted_ms: client.status().elapsed_ms >= wanted_ms)  # type: ignore[misc]
        due_ms = client.status().elapsed_ms
        os.kill(int((tmp_path / "recorder").read_text().split()[0]), signal.SIGKILL)
        until(lambda client=client: client.status().problem == "recorder-gone")  # type: ignore[misc]
        sound = sound_of(tmp_path, f"r{run}")
        assert len(sound) >= (due_ms - 1000) * 16
        assert (sound == ramp(8)[: len(sound)]).all()
        client.disconnect()
