"""Where live sound comes from: a microphone by sounddevice, or a file played in real time as if it were one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from scribe.capture.sound import SAMPLE_RATE, Pcm, duration_ms
from scribe.errors import Fixable

OnPcm = Callable[[Pcm], None]
FILE_PREFIX = "file:"  # a "microphone" of this name plays the file, for rehearsals and tests
_BLOCK_MS = 100

_open_streams: set[Any] = set()
"""Microphones of this process that are open."""


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
    """The microphones that are plugged in now.

    Raises:
        Fixable: "no-microphone": there is none, or the sound library is missing.
    """
    sounddevice = portaudio()
    _look_again(sounddevice)
    default = _find(sounddevice, "")
    found = tuple(Microphone(name, index == default) for index, name in _inputs(sounddevice))
    if not found:
        raise _no_microphone()
    return found


def open_source(microphone: str) -> Source:
    """The source with this name; the system's usual microphone for an empty one."""
    if microphone.startswith(FILE_PREFIX):
        return FileSource(Path(microphone.removeprefix(FILE_PREFIX)))
    return MicrophoneSource(microphone)


class MicrophoneSource:
    """A microphone at 16 kHz, or at its own rate and resampled where it offers no other."""

    def __init__(self, name: str = "") -> None:
        self.name = name or "default"
        self._wanted = name
        self._stream: Any = None

    def start(self, on_pcm: OnPcm) -> None:
        sounddevice = portaudio()
        try:
            self._open(sounddevice, on_pcm)
        except Fixable:
            _look_again(sounddevice)  # it may have been plugged in, or have changed places, since
            self._open(sounddevice, on_pcm)

    def stop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            _open_streams.discard(stream)
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)

    def _open(self, sounddevice: Any, on_pcm: OnPcm) -> None:
        index = _find(sounddevice, self._wanted)
        if index is None:
            raise _no_microphone()
        device = sounddevice.query_devices(index)
        refused: Exception | None = None
        # Most devices convert by themselves; the second way is for those that do not.
        own = (int(device["default_samplerate"]), min(2, device["max_input_channels"]))
        for rate, channels in dict.fromkeys([(SAMPLE_RATE, 1), own]):
            try:
                stream = sounddevice.InputStream(
                    samplerate=rate,
                    device=index,
                    channels=channels,
                    dtype="int16",
                    blocksize=rate * _BLOCK_MS // 1000,
                    callback=_callback(on_pcm, rate, channels),
                )
                stream.start()
            except sounddevice.PortAudioError as error:
                refused = error
            else:
                self._stream = stream
                _open_streams.add(stream)
                return
        raise Fixable(
            f"The microphone “{self.name}” cannot be used at the moment.",
            safe="Everything recorded so far is saved.",
            do="Close other programs that use it, or choose another microphone.",
            code="microphone-busy",
        ) from refused


class FileSource:
    """A file, played at the pace of a microphone. It ends with silence, as a room does."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self._pieces = self._all_pieces()  # goes on after a pause where it was
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_pcm: OnPcm) -> None:
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
        for pcm in self._pieces:
            played_ms += duration_ms(len(pcm))
            if self._ended.wait(max(0.0, began + played_ms / 1000 - time.monotonic())):
                return
            on_pcm(pcm)

    def _all_pieces(self) -> Iterator[Pcm]:
        from scribe.capture import decode  # late: a recorder of microphones does without the decoders

        yield from decode.pcm(self._path, piece_ms=_BLOCK_MS)
        while True:
            yield np.zeros(SAMPLE_RATE * _BLOCK_MS // 1000, np.int16)


def _callback(on_pcm: OnPcm, rate: int, channels: int) -> Callable[..., None]:
    """What PortAudio calls with every block, shape (frames, channels)."""
    if (rate, channels) == (SAMPLE_RATE, 1):
        return lambda block, frames, when, status: on_pcm(block[:, 0].copy())
    import av

    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    layout = "mono" if channels == 1 else "stereo"

    def resampled(block: Any, frames: int, when: Any, status: Any) -> None:
        frame = av.AudioFrame.from_ndarray(block.copy().reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        for out in resampler.resample(frame):
            on_pcm(out.to_ndarray()[0])

    return resampled


def _inputs(sounddevice: Any) -> list[tuple[int, str]]:
    """Index and name of each microphone, of one host interface: on Windows each shows up in four of them."""
    try:
        interface = sounddevice.query_hostapis(max(sounddevice.default.hostapi, 0))
        devices = [(index, sounddevice.query_devices(index)) for index in interface["devices"]]
    except (sounddevice.PortAudioError, ValueError):
        return []
    return [(index, device["name"]) for index, device in devices if device["max_input_channels"] > 0]


def _find(sounddevice: Any, name: str) -> int | None:
    """The microphone of this name, or the system's usual one for an empty name."""
    inputs = _inputs(sounddevice)
    if name:
        return next((index for index, each in inputs if each == name), None)
    try:
        usual = int(sounddevice.query_devices(kind="input")["index"])
    except (sounddevice.PortAudioError, ValueError):
        usual = -1
    return next((index for index, _ in inputs if index == usual), inputs[0][0] if inputs else None)


def _look_again(sounddevice: Any) -> None:
    """PortAudio lists devices once, when it starts, so it is started anew, unless that would cut a stream off."""
    if not _open_streams:
        sounddevice._terminate()
        sounddevice._initialize()


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
