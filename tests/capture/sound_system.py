"""PulseAudio on its own, for tests and measurements: a loudspeaker that leads nowhere, and its monitor as microphone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from scribe import libraries

_SPEAKER = "clinic"


def missing() -> set[str]:
    """The packages that are not there; empty where a sound system can be started."""
    if not sys.platform.startswith("linux"):
        return {"Linux"}
    sound = {library.package for library in libraries.missing() if library.purpose == libraries.SOUND}
    return {"pulseaudio", "pulseaudio-utils", "libasound2-plugins"} & set(libraries.missing_test_packages()) | sound


def alsa_of_its_own(folder: Path) -> dict[str, str]:
    """The environment in which ALSA knows of no other way to a microphone, so that nobody ever listens to a real room.

    Args:
        folder: for the sound system's socket; the path must be short.
    """
    (folder / "asound.conf").write_text("pcm.!default { type pulse }\npcm.pulse { type pulse hint.show on }\n")
    own = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"), str(folder))
    return own | {"ALSA_CONFIG_PATH": str(folder / "asound.conf"), "PULSE_SERVER": f"unix:{folder / 'native'}"}


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
        while subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode:
            assert self._daemon.poll() is None, "PulseAudio did not start"
            os.sched_yield()
        self.plug_in()

    def plug_in(self) -> None:
        self._module = self._pactl("load-module", "module-null-sink", f"sink_name={_SPEAKER}")
        self._pactl("set-default-source", f"{_SPEAKER}.monitor")

    def unplug(self) -> None:
        self._pactl("unload-module", self._module)

    def mute(self, muted: bool) -> None:
        self._pactl("set-source-mute", f"{_SPEAKER}.monitor", "1" if muted else "0")

    def suspend(self, suspended: bool) -> None:
        """As when another program has the device for itself, or a Bluetooth headset changes its profile."""
        self._pactl("suspend-sink", _SPEAKER, "1" if suspended else "0")  # a monitor cannot be suspended by itself

    def add_microphone(self, name: str) -> None:
        """Another one: what is played to the loudspeaker of this name, its monitor hears."""
        self._pactl(
            "load-module", "module-null-sink", f"sink_name={name}", f"sink_properties=device.description={name}"
        )

    def use(self, *, speaker: str, microphone: str) -> None:
        """Makes them the computer's usual ones."""
        self._pactl("set-default-sink", speaker)
        self._pactl("set-default-source", f"{microphone}.monitor")

    def play(self, path: Path, meanwhile: Callable[[], object] = lambda: None, to: str = _SPEAKER) -> None:
        """Plays a file to its end, in its own time; calls `meanwhile` again and again while it plays."""
        player = subprocess.Popen(["paplay", f"--device={to}", str(path)])
        while player.poll() is None:
            meanwhile()
            os.sched_yield()
        assert player.returncode == 0

    @contextlib.contextmanager
    def playing(self, path: Path, to: str = _SPEAKER) -> Iterator[None]:
        """Plays a file meanwhile."""
        player = subprocess.Popen(["paplay", f"--device={to}", str(path)])
        try:
            yield
        finally:
            player.kill()
            player.wait()

    def close(self) -> None:
        self._daemon.terminate()
        self._daemon.wait(10)

    def _pactl(self, *arguments: str) -> str:
        return subprocess.run(["pactl", *arguments], check=True, capture_output=True, text=True).stdout.strip()
