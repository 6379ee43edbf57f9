"""Plays a stretch of a recording through the computer's loudspeaker or headphones, in a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np

from scribe import offline
from scribe.capture import apart
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.capture.sources import portaudio
from scribe.capture.stretch import faster
from scribe.errors import Fixable

_BLOCK = SAMPLE_RATE // 10
_READY = b"playing"
_OPENING_S = 10.0


class Player:
    """Plays one thing at a time; a new one takes the place of the old.

    Args:
        command: what to start; tests put another one in its place.
    """

    def __init__(self, command: apart.Command = apart.command) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def play(self, sound: Iterator[Pcm], speed: float = 1.0) -> None:
        """Starts playing and returns.

        Args:
            sound: 16 kHz mono, piece by piece.
            speed: 1 as it was said, up to 2, at the same pitch.

        Raises:
            Fixable: "no-speaker".
        """
        self.stop()
        process = subprocess.Popen(
            self._command("play"), env=apart.surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        patience = threading.Timer(_OPENING_S, process.kill)
        patience.start()
        assert process.stdout is not None
        ready = process.stdout.readline().strip() == _READY
        patience.cancel()
        patience.join()
        if not ready:
            _end(process)
            raise Fixable(
                "The sound cannot be played: no loudspeaker or headphones were found.",
                safe="The recording is kept.",
                do="Plug in headphones, or turn on the computer's sound, and try again.",
                code="no-speaker",
            )
        self._process = process
        self._thread = threading.Thread(target=_feed, args=(process, faster(sound, speed)), name="scribe-player")
        self._thread.start()

    def stop(self) -> None:
        """Stops at once."""
        if self._process:
            self._process.kill()
        if self._thread:
            self._thread.join()
        self._process = self._thread = None


def _feed(process: subprocess.Popen[bytes], sound: Iterator[Pcm]) -> None:
    assert process.stdin is not None
    # An end before the end (stopped, headphones unplugged, sound damaged on disk) is heard as one.
    with contextlib.suppress(OSError, Fixable):
        for piece in sound:
            process.stdin.write(piece.tobytes())
    _end(process, wait=True)


def _end(process: subprocess.Popen[bytes], *, wait: bool = False) -> None:
    """Lets it go; with `wait`, when it has played what it has."""
    if not wait:
        process.kill()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()
    process.wait()


def play_input() -> int:
    """Inside the process: says when it is ready, then plays standard input, 16 kHz mono of 16 bits, to its end."""
    offline.enforce()
    sounddevice = portaudio()
    try:
        stream = sounddevice.OutputStream(samplerate=SAMPLE_RATE, channels=1, dtype="int16")
        stream.start()
    except (sounddevice.PortAudioError, ValueError):
        return 3
    print(_READY.decode(), flush=True)
    with contextlib.suppress(sounddevice.PortAudioError):
        while block := sys.stdin.buffer.read(2 * _BLOCK):
            stream.write(np.frombuffer(block, np.int16).reshape(-1, 1))
        stream.stop()
    stream.close(ignore_errors=True)
    return 0
