"""A microphone through the whole sound stack of Linux: PulseAudio, ALSA, PortAudio, sounddevice, the recorder's process.

What is played to a loudspeaker that leads nowhere (`tests.capture.sound_system`), its monitor hears as a microphone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scribe import demo_recordings
from scribe.capture import decode
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import SealedReader
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.errors import Fixable
from tests.capture.sound_system import SoundSystem, alsa_of_its_own, missing
from tests.capture.sounds import tone, write
from tests.capture.test_recorder import KEY, sound_of, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"no microphone was tried: {', '.join(sorted(missing()))} missing"),
]


BUSY = 3.0  # processes that want a core, over the last minute


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a sound system may lie."""
    folder = Path(tempfile.mkdtemp(prefix="scribe-sound-"))
    for name, value in alsa_of_its_own(folder).items():
        monkeypatch.setenv(name, value)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def system(folder: Path) -> Iterator[SoundSystem]:
    if os.getloadavg()[0] > BUSY:
        pytest.skip("the computer is too busy to play and hear sound in its own time")
    system = SoundSystem(folder)
    yield system
    system.close()


@pytest.fixture
def speech(tmp_path: Path) -> tuple[Path, Pcm]:
    """Four seconds of a bundled consultation, as a file to be played and as it should be heard."""
    whole = np.concatenate(list(decode.pcm(demo_recordings.recording("telephone-cough").path)))
    said = whole[10 * SAMPLE_RATE : 14 * SAMPLE_RATE]
    return write(tmp_path / "said.wav", "pcm_s16le", iter([said])), said


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[RecorderClient]:
    recorder = RecorderClient(tmp_path)
    yield recorder
    recorder.disconnect()


def alike(heard: Pcm, said: Pcm) -> tuple[float, float]:
    """How alike they are where they are most so (1: the same), and how loud the one is beside the other there."""
    size = len(heard) + len(said)
    spectrum = np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(said.astype(float), size))
    at = int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard) - len(said) + 1]))
    there = heard[at : at + len(said)].astype(float)
    return float(np.corrcoef(there, said)[0, 1]), float(np.std(there) / np.std(said))


def both_of(folder: Path) -> Pcm:
    """Shape (n, 2): this side and the other."""
    return np.concatenate([np.empty((0, 2), np.int16), *SealedReader(folder, KEY, "r").two_channels()])


def test_what_a_microphone_hears_is_what_is_kept(
    system: SoundSystem, recorder: RecorderClient, speech: tuple[Path, Pcm], tmp_path: Path
) -> None:
    path, said = speech
    recorder.start("r", tmp_path, KEY)
    until(lambda: recorder.status().elapsed_ms > 0)
    levels: list[float] = []
    system.play(path, meanwhile=lambda: levels.append(recorder.status().level))
    assert max(levels) > 0.3
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 1000)  # what is on its way arrives
    recorder.stop()
    likeness, loudness = alike(sound_of(tmp_path), said)
    assert likeness > 0.95
    assert 0.8 < loudness < 1.2
    assert SealedReader(tmp_path, KEY, "r").extent().complete


def test_a_microphone_that_is_unplugged_is_noticed_and_taken_up_again(
    system: SoundSystem, recorder: RecorderClient, speech: tuple[Path, Pcm], tmp_path: Path
) -> None:
    path, said = speech
    recorder.start("r", tmp_path, KEY)
    until(lambda: recorder.status().elapsed_ms > 0)
    system.play(path)
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 1000)
    system.unplug()
    until(lambda: recorder.status().problem == "unplugged")
    assert recorder.status().state == "problem"
    kept = sound_of(tmp_path)
    assert alike(kept, said)[0] > 0.95

    system.plug_in()
    until(lambda: recorder.status().state == "recording")
    system.play(path)
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 1000)
    recorder.stop()
    sound = sound_of(tmp_path)
    assert (sound[: len(kept)] == kept).all()
    assert alike(sound[len(kept) :], said)[0] > 0.95


def test_stopping_while_it_is_unplugged_keeps_what_was_heard(
    system: SoundSystem, recorder: RecorderClient, tmp_path: Path
) -> None:
    recorder.start("r", tmp_path, KEY)
    until(lambda: recorder.status().elapsed_ms >= 1000)
    system.unplug()
    until(lambda: recorder.status().problem == "unplugged")
    heard_ms = recorder.status().elapsed_ms
    recorder.stop()
    extent = SealedReader(tmp_path, KEY, "r").extent()
    assert extent.complete and extent.duration_ms == heard_ms


def test_without_any_microphone_the_recorder_says_so_and_leaves_nothing(
    folder: Path, recorder: RecorderClient, tmp_path: Path
) -> None:
    with pytest.raises(Fixable, match="No microphone was found") as caught:
        recorder.start("r", tmp_path / "sound", KEY)
    assert caught.value.code == "no-microphone"
    assert "Plug one in" in caught.value.do
    assert list((tmp_path / "sound").glob("*")) == []
    assert recorder.status().state == "idle"


def seen_after(recorder: RecorderClient, problem: str) -> float:
    """How many seconds it takes until the recorder says so."""
    began = time.monotonic()
    until(lambda: recorder.status().problem == problem)
    return time.monotonic() - began


def test_a_muted_microphone_is_seen_and_recording_goes_on(
    system: SoundSystem, recorder: RecorderClient, tmp_path: Path
) -> None:
    """A room is never all zeros, as a null sink is where nothing plays: so something plays all the time."""
    room = np.random.default_rng(3).normal(0, 900, 120 * SAMPLE_RATE).astype(np.int16)
    with system.playing(write(tmp_path / "room.wav", "pcm_s16le", iter([room]))):
        recorder.start("r", tmp_path, KEY)
        until(lambda: recorder.status().level > 0.2)
        system.mute(True)
        assert seen_after(recorder, "muted") < 10, "two seconds, and what a busy machine and its buffers take"
        assert recorder.status().state == "recording"
        system.mute(False)
        until(lambda: recorder.status().problem == "")
        recorder.stop()
    happened = [event.what for event in SealedReader(tmp_path, KEY, "r").events()]
    assert happened[:3] == ["started", "muted", "heard"]


def test_a_microphone_that_stands_still_is_seen_and_taken_up_again(
    system: SoundSystem, recorder: RecorderClient, tmp_path: Path
) -> None:
    recorder.start("r", tmp_path, KEY)
    until(lambda: recorder.status().elapsed_ms > 500)
    system.suspend(True)
    until(lambda: recorder.status().state == "problem")
    system.suspend(False)
    until(lambda: recorder.status().state == "recording" and recorder.status().problem != "waking")
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 500)
    recorder.stop()
    extent = SealedReader(tmp_path, KEY, "r").extent()
    assert extent.complete and extent.duration_ms > before_ms


def test_the_computers_usual_microphone_is_followed_when_it_changes(
    system: SoundSystem, recorder: RecorderClient, speech: tuple[Path, Pcm], tmp_path: Path
) -> None:
    path, said = speech
    system.add_microphone("headset")
    recorder.start("r", tmp_path, KEY)
    until(lambda: recorder.status().elapsed_ms > 2000)  # the usual one is known by then
    system.use(speaker="clinic", microphone="headset")
    until(lambda: "microphone-changed" in [event.what for event in recorder.status().recent])
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 500)
    system.play(path, to="headset")
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 1000)
    recorder.stop()
    assert alike(sound_of(tmp_path), said)[0] > 0.95


def test_both_sides_of_a_call_are_two_channels(
    system: SoundSystem, recorder: RecorderClient, speech: tuple[Path, Pcm], tmp_path: Path
) -> None:
    """What is played to the microphone's loudspeaker is this side, what the computer plays the other."""
    path, said = speech
    system.add_microphone("call")
    system.use(speaker="call", microphone="clinic")
    recorder.start("r", tmp_path, KEY, computer_sound=True)
    until(lambda: recorder.status().elapsed_ms > 0)
    ringing = write(tmp_path / "ringing.wav", "pcm_s16le", iter([tone(60_000, level=0.03)]))
    with system.playing(ringing, to="call"):  # how long it takes to open the other side is up to the sound system
        until(lambda: both_of(tmp_path)[:, 1].any())
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 1500)
    system.play(path)
    system.play(path, to="call")
    before_ms = recorder.status().elapsed_ms
    until(lambda: recorder.status().elapsed_ms > before_ms + 1000)
    recorder.stop()
    both = both_of(tmp_path)
    half = len(said)
    for side in (0, 1):
        likeness, loudness = alike(both[:, side], said)
        assert likeness > 0.9 and 0.8 < loudness < 1.2
    spoken = np.abs(both.astype(int)).reshape(len(both), 2) > 1000
    here, there = (int(np.median(np.flatnonzero(spoken[:, side]))) for side in (0, 1))
    assert there - here > half // 2, "one after the other, each on its own channel"
