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
        self._next: subprocess.Popen[bytes] | None = None  # waits for sound, with everything loaded
        self._thread: threading.Thread | None = None

    def prepare(self) -> None:
        """Has a process wait, so that the next thing is heard at once: starting one takes half a second. It opens no
        loudspeaker before it has sound."""
        if self._next is None or self._next.poll() is not None:
            self._let_wait(self._start())

    def play(self, sound: Iterator[Pcm], speed: float = 1.0) -> None:
        """Starts playing and returns.

        Args:
            sound: 16 kHz mono, piece by piece.
            speed: 1 as it was said, up to 2, at the same pitch.

        Raises:
            Fixable: "no-speaker".
        """
        self.stop()
        waiting, self._next = self._next, None
        if waiting and waiting.poll() is not None:
            _end(waiting)
            waiting = None
        process = waiting or self._start()
        thread = threading.Thread(target=_feed, args=(process, faster(sound, speed)), name="scribe-player")
        thread.start()
        patience = threading.Timer(_OPENING_S, process.kill)
        patience.start()
        assert process.stdout is not None
        ready = process.stdout.readline().strip() == _READY
        patience.cancel()
        patience.join()
        process.stdout.close()
        if not ready:
            process.kill()
            thread.join()
            raise Fixable(
                "The sound cannot be played: no loudspeaker or headphones were found.",
                safe="The recording is kept.",
                do="Plug in headphones, or turn on the computer's sound, and try again.",
                code="no-speaker",
            )
        self._process, self._thread = process, thread

    def stop(self) -> None:
        """Stops at once."""
        if self._process:
            self._process.kill()
        if self._thread:
            self._thread.join()
        self._process = self._thread = None

    def close(self) -> None:
        """Stops, and lets the process go that waits."""
        self.stop()
        self._let_wait(None)

    def _let_wait(self, process: subprocess.Popen[bytes] | None) -> None:
        before, self._next = self._next, process
        if before:
            _end(before)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command("play"), env=apart.surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def _feed(process: subprocess.Popen[bytes], sound: Iterator[Pcm]) -> None:
    assert process.stdin is not None
    # An end before the end (stopped, headphones unplugged, sound damaged on disk) is heard as one.
    with contextlib.suppress(OSError, Fixable):
        for piece in sound:
            process.stdin.write(piece.tobytes())
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.wait()  # it plays what it has


def _end(process: subprocess.Popen[bytes]) -> None:
    """Lets one go that was never given sound."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()
    process.wait()


def play_input() -> int:
    """Inside the process: waits for standard input, 16 kHz mono of 16 bits, opens the loudspeaker, says so, and plays it
    to its end."""
    offline.enforce()
    sounddevice = portaudio()
    block = sys.stdin.buffer.read(2 * _BLOCK)
    if not block:
        return 0
    try:
        sounddevice._terminate()  # the list of loudspeakers is as old as this process
        sounddevice._initialize()
        stream = sounddevice.OutputStream(samplerate=SAMPLE_RATE, channels=1, dtype="int16")
        stream.start()
    except (sounddevice.PortAudioError, ValueError):
        return 3
    print(_READY.decode(), flush=True)
    with contextlib.suppress(sounddevice.PortAudioError):
        while block:
            stream.write(np.frombuffer(block, np.int16).reshape(-1, 1))
            block = sys.stdin.buffer.read(2 * _BLOCK)
        stream.stop()
    stream.close(ignore_errors=True)
    return 0
