"""What every speech recogniser looks like from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from scribe.capture.sound import Pcm
from scribe.records import Segment
from scribe.transcribe.windows import Pace


class Transcriber(Protocol):
    """Takes sound in pieces of any length and yields segments as soon as they are certain.

    Segments come in order of time, numbered one after the other; none is ever taken back. What is held in
    memory does not grow with the length of the sound.

    `pace` says how soon text must follow speech; it may be set between two pieces.
    """

    pace: Pace

    def feed(self, pcm: Pcm) -> Iterator[Segment]:
        """Takes the next piece of sound; it must be iterated to the end before the next call."""
        ...

    def finish(self) -> Iterator[Segment]:
        """Recognises what is left when no more sound will come."""
        ...
