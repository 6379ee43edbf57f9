"""Where live sound comes from: a microphone by sounddevice, or a file played in real time as if it were one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np

from scribe.capture import decode
from scribe.capture.sound import SAMPLE_RATE, Pcm, duration_ms
from scribe.errors import Fixable

OnPcm = Callable[[Pcm], None]
FILE_PREFIX = "file:"  # a "microphone" of this name plays the file, for rehearsals and tests
_BLOCK_MS = 100


class Source(Protocol):
    """Gives sound until it is stopped. `name` is what a person calls it."""

    name: str

    def start(self, on_pcm: OnPcm) -> None:
        """Begins; `on_pcm` is called from a thread of the source's with every block.

        Raises:
            Fixable: "no-microphone" or "microphone-busy".
        """
        ...

    def stop(self) -> None:
        """Ends; no block comes afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class Microphone:
    name: str
    is_default: bool


def microphones() -> tuple[Microphone, ...]:
    """The microphones that this computer offers.

    Raises:
        Fixable: "no-microphone": there is none, or the sound library is missing.
    """
    sounddevice = portaudio()
    try:
        default = sounddevice.query_devices(kind="input")["name"]
        devices = [each["name"] for each in sounddevice.query_devices() if each["max_input_channels"] > 0]
    except (sounddevice.PortAudioError, ValueError) as error:
        raise _no_microphone() from error
    if not devices:
        raise _no_microphone()
    return tuple(Microphone(name, name == default) for name in dict.fromkeys(devices))


def open_source(microphone: str) -> Source:
    """The source with this name; the system's usual microphone for an empty one."""
    if microphone.startswith(FILE_PREFIX):
        return FileSource(Path(microphone.removeprefix(FILE_PREFIX)))
    return MicrophoneSource(microphone)


class MicrophoneSource:
    """A microphone at 16 kHz, or at its own rate and resampled where it offers no other."""

    def __init__(self, name: str = "") -> None:
        self.name = name or "default"
        self._wanted = name or None
        self._stream: Any = None

    def start(self, on_pcm: OnPcm) -> None:
        sounddevice = portaudio()
        try:
            own_rate = int(sounddevice.query_devices(self._wanted, "input")["default_samplerate"])
        except (sounddevice.PortAudioError, ValueError) as error:
            raise _no_microphone() from error
        for rate in dict.fromkeys((SAMPLE_RATE, own_rate)):
            try:
                self._stream = sounddevice.InputStream(
                    samplerate=rate,
                    device=self._wanted,
                    channels=1,
                    dtype="int16",
                    blocksize=rate * _BLOCK_MS // 1000,
                    callback=_callback(on_pcm, rate),
                )
                self._stream.start()
                return
            except sounddevice.PortAudioError as error:
                refused = error
        raise Fixable(
            f"The microphone “{self.name}” cannot be used at the moment.",
            safe="Everything recorded so far is saved.",
            do="Close other programs that use it, or choose another microphone.",
            code="microphone-busy",
        ) from refused

    def stop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)


class FileSource:
    """A file, played at the pace of a microphone. It ends with silence, as a room does."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_pcm: OnPcm) -> None:
        decode.probe(self._path)
        self._ended.clear()
        self._thread = threading.Thread(target=self._play, args=(on_pcm,), name="scribe-file-source")
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _play(self, on_pcm: OnPcm) -> None:
        began = time.monotonic()
        played_ms = 0
        for pcm in self._pieces():
            played_ms += duration_ms(len(pcm))
            if self._ended.wait(max(0.0, began + played_ms / 1000 - time.monotonic())):
                return
            on_pcm(pcm)

    def _pieces(self) -> Iterator[Pcm]:
        yield from decode.pcm(self._path, piece_ms=_BLOCK_MS)
        while True:
            yield np.zeros(SAMPLE_RATE * _BLOCK_MS // 1000, np.int16)


def _callback(on_pcm: OnPcm, rate: int) -> Callable[..., None]:
    """What PortAudio calls with every block, shape (frames, 1)."""
    if rate == SAMPLE_RATE:
        return lambda block, frames, when, status: on_pcm(block[:, 0].copy())
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)

    def resampled(block: Any, frames: int, when: Any, status: Any) -> None:
        frame = av.AudioFrame.from_ndarray(block[:, 0].copy().reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        for out in resampler.resample(frame):
            on_pcm(out.to_ndarray()[0])

    return resampled


def portaudio() -> Any:
    """sounddevice. The library is imported late: without PortAudio on the computer, the import itself fails."""
    try:
        import sounddevice
    except OSError as error:
        raise Fixable(
            "The sound system that Scribe records with (PortAudio) is not installed.",
            safe="Recordings from files still work.",
            do="Ask for the package libportaudio2 to be installed, then start Scribe again.",
            code="no-microphone",
        ) from error
    return sounddevice


def _no_microphone() -> Fixable:
    return Fixable(
        "No microphone was found.",
        safe="Everything recorded so far is saved.",
        do="Plug one in, or allow its use in the computer's privacy settings, then try again.",
        code="no-microphone",
    )
