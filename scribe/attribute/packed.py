"""Voices held tightly: as Python's own numbers those of three hours would take more than a hundred megabytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import overload

from scribe.records import Voice


class PackedVoices(Sequence[Voice]):
    """The voices of one recording, in single precision, as the encoder gave them; each is unpacked when asked for."""

    def __init__(self) -> None:
        self._spans: list[tuple[str, int, int, int]] = []  # recording, start and end in ms, where the vector ends
        self._numbers = array("f")

    def extend(self, voices: Iterable[Voice]) -> None:
        for voice in voices:
            self._numbers.extend(voice.vector)
            self._spans.append((voice.recording_id, voice.start_ms, voice.end_ms, len(self._numbers)))

    def __len__(self) -> int:
        return len(self._spans)

    @overload
    def __getitem__(self, at: int) -> Voice: ...
    @overload
    def __getitem__(self, at: slice) -> list[Voice]: ...
    def __getitem__(self, at: int | slice) -> Voice | list[Voice]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        number = range(len(self))[at]
        recording_id, start_ms, end_ms, end = self._spans[number]
        begin = self._spans[number - 1][3] if number else 0
        return Voice(recording_id, start_ms, end_ms, tuple(self._numbers[begin:end]))
