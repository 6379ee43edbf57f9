"""Plays a stretch of a recording through the computer's loudspeaker or headphones."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.capture.sources import open_streams, portaudio
from scribe.capture.stretch import faster
from scribe.errors import Fixable

_BLOCK = SAMPLE_RATE // 10


class Player:
    """Plays one thing at a time; a new one takes the place of the old."""

    def __init__(self) -> None:
        self._ended = threading.Event()
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
        sounddevice = portaudio()
        try:
            stream = sounddevice.OutputStream(samplerate=SAMPLE_RATE, channels=1, dtype="int16")
            stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise Fixable(
                "The sound cannot be played: no loudspeaker or headphones were found.",
                safe="The recording is kept.",
                do="Plug in headphones, or turn on the computer's sound, and try again.",
                code="no-speaker",
            ) from error
        self._ended.clear()

        def run() -> None:
            open_streams.add(stream)
            # An end before the end (headphones unplugged, sound damaged on disk) is heard as one.
            with contextlib.suppress(sounddevice.PortAudioError, Fixable):
                play()

        def play() -> None:
            try:
                for piece in faster(sound, speed):
                    for at in range(0, len(piece), _BLOCK):
                        if self._ended.is_set():
                            return
                        stream.write(piece[at : at + _BLOCK].reshape(-1, 1))
                stream.stop()
            finally:
                open_streams.discard(stream)
                stream.close(ignore_errors=True)

        self._thread = threading.Thread(target=run, name="scribe-player")
        self._thread.start()

    def stop(self) -> None:
        """Stops at once (within a tenth of a second)."""
        self._ended.set()
        if self._thread:
            self._thread.join()
            self._thread = None
