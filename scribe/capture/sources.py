"""Where live sound comes from: a microphone by sounddevice, the computer's own sound beside it by SoundCard, or a file
played in real time as if it were a microphone."""

from __future__ import annotations

import sys
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
FAST_FILE_PREFIX = "fast-file:"  # the same, a minute in each second
_FAST = 60
COMPUTER_SOUND = "computer-sound"
_BLOCK_MS = 100
_BLOCK = SAMPLE_RATE * _BLOCK_MS // 1000
_PATIENCE = SAMPLE_RATE // 5  # how long the microphone's sound waits for the computer's own
_FAR_AHEAD = SAMPLE_RATE  # how much of the computer's sound may wait for the microphone's
_FAR_GONE_S = 2.0
_NOBODY_S = 10.0  # until a sound system that does not answer is asked again: asking costs a twentieth of a core
_AGAIN_S = 0.5  # until a loudspeaker that could not be heard is tried again
_IN_USE = (-9985, 0x8889000A, 0x8889000A - (1 << 32))  # paDeviceUnavailable; AUDCLNT_E_DEVICE_IN_USE

_open_streams: set[Any] = set()
"""Microphones of this process that are open."""


class Source(Protocol):
    """Gives sound until it is stopped. `name` is what a person calls it; `missing` is what it goes on without:
    nothing, or `COMPUTER_SOUND`; `gaps` counts how often the sound system says that samples were lost before they
    reached it."""

    @property
    def name(self) -> str: ...

    @property
    def missing(self) -> str: ...

    @property
    def gaps(self) -> int: ...

    def start(self, on_pcm: OnPcm) -> None:
        """Begins; `on_pcm` is called from a thread of the source's with every block.

        Raises:
            Fixable: "no-microphone", "microphone-busy" (another program has it) or "microphone-refused".
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


def open_source(microphone: str, computer_sound: bool = False) -> Source:
    """The source with this name; the system's usual microphone for an empty one.

    Args:
        microphone: its name.
        computer_sound: gives what the computer plays as a second channel.
    """
    if microphone.startswith(FILE_PREFIX):
        near: Source = FileSource(Path(microphone.removeprefix(FILE_PREFIX)))
    elif microphone.startswith(FAST_FILE_PREFIX):
        near = FileSource(Path(microphone.removeprefix(FAST_FILE_PREFIX)), _FAST)
    else:
        near = MicrophoneSource(microphone)
    return BothSides(near, ComputerSound()) if computer_sound else near


class MicrophoneSource:
    """A microphone at 16 kHz, or at its own rate and resampled where it offers no other."""

    missing = ""

    def __init__(self, name: str = "") -> None:
        self.gaps = 0
        self.name = name or "default"
        self._wanted = name
        self._stream: Any = None
        self._was_open = False

    def start(self, on_pcm: OnPcm) -> None:
        sounddevice = portaudio()
        if self._was_open:
            _look_again(sounddevice)  # which one is the usual one may have changed
        self._was_open = True
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

    def _watched(self, callback: Callable[..., None]) -> Callable[..., None]:
        def heard(block: Any, frames: int, when: Any, status: Any) -> None:
            self.gaps += bool(status.input_overflow)
            callback(block, frames, when, status)

        return heard

    def _open(self, sounddevice: Any, on_pcm: OnPcm) -> None:
        index = _find(sounddevice, self._wanted)
        if index is None:
            raise _no_microphone()
        device = sounddevice.query_devices(index)
        refused: Exception | None = None
        taken = False
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
                    callback=self._watched(_callback(on_pcm, rate, channels)),
                )
                stream.start()
            except sounddevice.PortAudioError as error:
                refused = error
                taken = _is_in_use(error)
            else:
                self._stream = stream
                _open_streams.add(stream)
                return
        raise Fixable(
            f"The microphone “{self.name}” cannot be used at the moment.",
            safe="Everything recorded so far is saved.",
            do="Close other programs that use it, or choose another microphone.",
            code="microphone-busy" if taken else "microphone-refused",
        ) from refused


class FileSource:
    """A file, played at the pace of a microphone, or so many times as fast. It ends with silence, as a room does."""

    missing = ""
    gaps = 0

    def __init__(self, path: Path, speed: int = 1) -> None:
        self.name = path.name
        self._path = path
        self._speed = speed
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
            if self._ended.wait(max(0.0, began + played_ms / 1000 / self._speed - time.monotonic())):
                return
            on_pcm(pcm)

    def _all_pieces(self) -> Iterator[Pcm]:
        from scribe.capture import decode  # late: a recorder of microphones does without the decoders

        yield from decode.pcm(self._path, piece_ms=_BLOCK_MS)
        while True:
            yield np.zeros(SAMPLE_RATE * _BLOCK_MS // 1000, np.int16)


class ComputerSound:
    """What the computer plays: the other side of a call. SoundCard's loopback: on Linux the monitor of PulseAudio's
    loudspeaker, on Windows WASAPI's. It follows the loudspeaker that is the usual one, and is opened again by itself."""

    name = COMPUTER_SOUND
    gaps = 0

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._last = 0.0

    @property
    def missing(self) -> str:
        return COMPUTER_SOUND if time.monotonic() - self._last > _FAR_GONE_S else ""

    def start(self, on_pcm: OnPcm) -> None:
        self._ended = threading.Event()  # of its own for each thread: one that hangs in the sound system is left behind
        self._last = time.monotonic()
        threading.Thread(
            target=self._run, args=(on_pcm, self._ended), name="scribe-computer-sound", daemon=True
        ).start()

    def stop(self) -> None:
        self._ended.set()

    def _run(self, on_pcm: OnPcm, ended: threading.Event) -> None:
        while not ended.is_set():
            try:
                self._listen(on_pcm, ended)
            except Exception:  # SoundCard raises whatever its sound system does
                ended.wait(_AGAIN_S)

    def _listen(self, on_pcm: OnPcm, ended: threading.Event) -> None:
        soundcard = _soundcard()
        speaker = soundcard.default_speaker()
        monitor = speaker.id if sys.platform == "win32" else f"{speaker.id}.monitor"
        loopback = soundcard.get_microphone(monitor, include_loopback=True)
        look = time.monotonic() + 1
        with loopback.recorder(SAMPLE_RATE, channels=1, blocksize=_BLOCK) as recorder:
            while not ended.is_set():
                heard = recorder.record(_BLOCK)[:, 0]
                if ended.is_set():
                    return
                self._last = time.monotonic()
                on_pcm(np.clip(np.rint(heard * 32768), -32768, 32767).astype(np.int16))
                if self._last > look:
                    look = self._last + 1
                    if soundcard.default_speaker().id != speaker.id:
                        return


class BothSides:
    """A microphone and the computer's own sound, as two channels of one clock: the microphone's.

    Each side waits a moment for the other, since a busy computer hands both over in bursts. Where nothing came from the
    computer by then it is silence; what comes later stands later, whole. Where its clock goes faster, or a burst is very
    long, a little of it is left out.

    Args:
        near: this side.
        far: the other side.
    """

    def __init__(self, near: Source, far: Source) -> None:
        self.name = near.name
        self._near, self._far = near, far
        self._lock = threading.Lock()
        self._here = self._there = np.zeros(0, np.int16)  # what waits for the other side
        self._on_pcm: OnPcm = lambda both: None

    @property
    def missing(self) -> str:
        return self._far.missing

    @property
    def gaps(self) -> int:
        return self._near.gaps

    def start(self, on_pcm: OnPcm) -> None:
        self._here = self._there = np.zeros(0, np.int16)
        self._on_pcm = on_pcm
        self._near.start(self._hear_here)
        self._far.start(self._hear_there)

    def stop(self) -> None:
        self._near.stop()
        self._far.stop()
        with self._lock:
            self._hand_over(patience=0)

    def _hear_here(self, block: Pcm) -> None:
        with self._lock:
            self._here = np.concatenate([self._here, block])
            self._hand_over(0 if self._far.missing else _PATIENCE)

    def _hear_there(self, block: Pcm) -> None:
        with self._lock:
            self._there = np.concatenate([self._there, block])
            self._hand_over(_PATIENCE)
            self._there = self._there[-_FAR_AHEAD:]

    def _hand_over(self, patience: int) -> None:
        """What is there of both, and of this side what has waited for more than `patience` samples."""
        count = max(min(len(self._here), len(self._there)), len(self._here) - patience)
        if count:
            both = np.zeros((count, 2), np.int16)
            both[:, 0], self._here = self._here[:count], self._here[count:]
            other, self._there = self._there[:count], self._there[count:]
            both[: len(other), 1] = other
            self._on_pcm(both)


class UsualMicrophone:
    """Which microphone is the computer's usual one, asked every second in a thread of its own: sound systems may hang."""

    def __init__(self) -> None:
        self._name = ""

    def start(self) -> None:
        threading.Thread(target=self._run, name="scribe-usual-microphone", daemon=True).start()

    def name(self) -> str:
        """Nothing where it is not known."""
        return self._name

    def _run(self) -> None:
        while True:
            try:
                self._name = _soundcard().default_microphone().name
            except Exception:  # SoundCard raises whatever its sound system does; there may be no microphone at all
                self._name = ""
            time.sleep(1 if self._name else _NOBODY_S)


def _soundcard() -> Any:
    """SoundCard. It looks for its sound system when it is imported, so late, and again where it found none."""
    import soundcard

    return soundcard


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


def _is_in_use(error: Any) -> bool:
    """Whether PortAudio says that another program has the device: its own code, or WASAPI's beneath it."""
    numbers = [number for each in error.args for number in (each if isinstance(each, tuple) else (each,))]
    return any(number in _IN_USE for number in numbers if isinstance(number, int))


def _no_microphone() -> Fixable:
    return Fixable(
        "No microphone was found.",
        safe="Everything recorded so far is saved.",
        do="Plug one in, or allow its use in the computer's privacy settings, then try again.",
        code="no-microphone",
    )
