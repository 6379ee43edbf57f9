"""A microphone through the whole sound stack of Linux: PulseAudio, ALSA, PortAudio, sounddevice, the recorder's process.

PulseAudio runs here on its own, with a loudspeaker that leads nowhere; what is played there, its monitor hears as a
microphone would. ALSA is told of nothing else, so that no test ever listens to a real room.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from scribe import demo_recordings, libraries
from scribe.capture import decode
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import SealedReader
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.errors import Fixable
from tests.capture.sounds import write
from tests.capture.test_recorder import KEY, sound_of, until

_SPEAKER = "clinic"
_MISSING = {"pulseaudio", "pulseaudio-utils", "libasound2-plugins"} & set(libraries.missing_test_packages()) | {
    library.package for library in libraries.missing() if library.purpose == libraries.SOUND
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PulseAudio stands in for a microphone on Linux"),
    pytest.mark.skipif(bool(_MISSING), reason=f"no microphone was tried: {', '.join(sorted(_MISSING))} missing"),
]


class SoundSystem:
    """PulseAudio, running for one test.

    Args:
        folder: for its socket; the path must be short.
    """

    def __init__(self, folder: Path) -> None:
        self.server = f"unix:{folder / 'native'}"
        self._module = ""
        self._daemon = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no",
             f"--load=module-native-protocol-unix socket={folder / 'native'} auth-anonymous=1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0)
        self.plug_in()

    def plug_in(self) -> None:
        self._module = self._pactl("load-module", "module-null-sink", f"sink_name={_SPEAKER}")
        self._pactl("set-default-source", f"{_SPEAKER}.monitor")

    def unplug(self) -> None:
        self._pactl("unload-module", self._module)

    def play(self, path: Path, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Plays a file to its end, in its own time; calls `meanwhile` again and again while it plays."""
        player = subprocess.Popen(["paplay", f"--device={_SPEAKER}", str(path)])
        while player.poll() is None:
            meanwhile()
            os.sched_yield()
        assert player.returncode == 0

    def close(self) -> None:
        self._daemon.terminate()
        self._daemon.wait(10)

    def _pactl(self, *arguments: str) -> str:
        return subprocess.run(["pactl", *arguments], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a sound system may lie; ALSA knows of no other way to a microphone."""
    folder = Path(tempfile.mkdtemp(prefix="scribe-sound-"))
    (folder / "asound.conf").write_text("pcm.!default { type pulse }\npcm.pulse { type pulse hint.show on }\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(folder / "asound.conf"))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{folder / 'native'}")
    for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def system(folder: Path) -> Iterator[SoundSystem]:
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
