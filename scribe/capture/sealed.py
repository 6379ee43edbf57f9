"""Sound on disk: one append-only file a recording, of sealed chunks in order, never in the clear.

The file opens with a line that names its format. After it each chunk stands as

    length (4 bytes) · kind (1) · nonce (12) · AES-256-GCM ciphertext and tag

sealed with the encounter's data key. Recording, kind and number of the chunk are authenticated with it, so that a
chunk that was moved, left out, taken from another recording or changed does not open. The first chunk (BEGIN) tells
a wrong key from a torn file, and holds the number of channels as one byte (nothing: one channel). The last one (END),
empty, closes a finished recording, so that a file that was cut short can be told from a whole one.

Between them stand SOUND and what happened meanwhile: EVENT chunks (JSON), and STRIKE chunks, each of which names the
chunks of sound that were struck. Those are overwritten with zeros where they lie, once the STRIKE is safe, and read as
silence from then on, so that what was said later keeps its time.

A process that is killed, or a computer that loses power, leaves at worst a torn tail: reading stops before it, and
a writer that takes the file up again cuts it off, and overwrites what a strike before had no time for.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scribe.capture.sound import SAMPLE_BYTES, SAMPLE_RATE, SAMPLES_PER_MS, Pcm, duration_ms
from scribe.errors import Fixable
from scribe.records import RecordingEvent

KEY_BYTES = 32
CHUNK_SAMPLES = SAMPLE_RATE  # at most one second a chunk

_FORMAT = b"scribe sealed sound 1\n"
_HEAD = struct.Struct(">IB")
_NONCE_BYTES = 12
_TAG_BYTES = 16
_BEGIN, _SOUND, _END, _EVENT, _STRIKE = 0, 1, 2, 3, 4
_LARGEST = _NONCE_BYTES + CHUNK_SAMPLES * SAMPLE_BYTES * 2 + _TAG_BYTES
_STRUCK = struct.Struct(">QQQQ")  # first chunk, the chunk after the last; where in the sound that is, in samples


class ChunkFile(Protocol):
    """What a writer needs of the disk; tests put one in its place that fills up or forgets."""

    def append(self, data: bytes) -> None:
        """Write all of it at the end, or raise OSError."""

    def sync(self) -> None:
        """Return once everything appended would outlast a loss of power, or raise OSError."""

    def cut(self, size: int) -> None:
        """Cut the file off at so many bytes."""

    def overwrite(self, at: int, data: bytes) -> None:
        """Write over what stands from this byte on, or raise OSError."""

    def close(self) -> None: ...


class DiskFile:
    """A `ChunkFile` on the real disk."""

    def __init__(self, path: Path) -> None:
        new = not path.exists()
        self._file = path.open("x+b" if new else "r+b", buffering=0)
        if new and os.name == "posix":  # the name must outlast a loss of power as the bytes do, and the folders' too
            for each in (path.parent, *list(path.parent.parents)[:2]):
                _sync_folder(each)

    def append(self, data: bytes) -> None:
        self._file.seek(0, os.SEEK_END)
        self._write(data)

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def cut(self, size: int) -> None:
        self._file.truncate(size)

    def overwrite(self, at: int, data: bytes) -> None:
        self._file.seek(at)
        self._write(data)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        self._file.close()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a recording on disk reaches.

    Attributes:
        chunks: how many there are, BEGIN and END among them.
        samples: how much sound, of each channel.
        size: of the file in bytes up to the end of the last chunk that opens.
        complete: whether the recording was finished.
        channels: how many.
    """

    chunks: int = 0
    samples: int = 0
    size: int = 0
    complete: bool = False
    channels: int = 1

    @property
    def duration_ms(self) -> int:
        return duration_ms(self.samples)


def sealed_path(folder: Path, recording_id: str) -> Path:
    """Where the sound of a recording lies."""
    return folder / f"{recording_id}.sound"


def destroy(folder: Path, recording_id: str) -> None:
    """Delete the sound of a recording, if there is any; what makes it unreadable for good is the end of its key."""
    path = sealed_path(folder, recording_id)
    if path.exists():
        os.truncate(path, 0)  # where a reader still holds the file open, Windows refuses to unlink it
        path.unlink()


class SealedWriter:
    """Appends sound to a recording; takes up one that broke off before its end.

    Args:
        folder: where the file lies; made when missing.
        key: the encounter's data key, 32 bytes.
        recording_id: names the file and is authenticated with every chunk.
        sync_every_ms: how much sound may wait for the disk; 0 syncs every append. A file that can be decoded
            again may wait longer than a microphone.
        channels: 1, or 2 for the two sides of a call; a recording that is taken up keeps its own.
        open_file: the file layer.

    `taken_up` tells whether there was a recording that broke off.

    Raises:
        Fixable: "disk-full" or "disk-error", from any method. Sound that was not safe by then (see `safe_ms`) is
            given up: the writer is back at its last sync, and the caller may append that sound again.
            From the constructor also what `SealedReader` raises.
        ValueError: the recording was finished before.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        recording_id: str,
        *,
        sync_every_ms: int = 1000,
        channels: int = 1,
        open_file: Callable[[Path], ChunkFile] = DiskFile,
    ) -> None:
        self._seal = _Seal(key, recording_id)
        self._sync_every_ms = sync_every_ms
        path = sealed_path(folder, recording_id)
        self._reader = SealedReader(folder, key, recording_id)
        self._at = self._reader.extent() if path.exists() else Extent()
        if self._at.complete:
            raise ValueError("this recording is finished")
        self.taken_up = self._at.chunks > 0
        if not self.taken_up:
            self._at = Extent(channels=channels)
        self._safe = self._at
        self._torn = True  # there may be something after the last good chunk
        with self._disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
            self._file = open_file(path)
            try:
                if not self.taken_up:
                    self._write(_BEGIN, b"" if channels == 1 else bytes([channels]))
                else:
                    self._erase()
                self._sync()
            except OSError:
                self._file.close()
                raise

    @property
    def channels(self) -> int:
        return self._at.channels

    @property
    def duration_ms(self) -> int:
        """How much sound was appended."""
        return self._at.duration_ms

    @property
    def safe_ms(self) -> int:
        """How much of it would outlast a loss of power."""
        return self._safe.duration_ms

    def append(self, pcm: Pcm) -> None:
        """Seal sound of any length and write it; shape (n,), or (n, 2) where the recording has two channels."""
        with self._disk_errors():
            for at in range(0, len(pcm), CHUNK_SAMPLES):
                self._write(_SOUND, pcm[at : at + CHUNK_SAMPLES].astype("<i2", copy=False).tobytes())
            if self.duration_ms - self.safe_ms >= self._sync_every_ms:
                self._sync()

    def note(self, event: RecordingEvent) -> None:
        """Keep what happened beside the sound; safe when this returns."""
        plain = json.dumps([event.at_ms, event.at.isoformat(), event.what, event.detail])
        with self._disk_errors():
            self._write(_EVENT, plain.encode())
            self._sync()

    def strike(self, start_ms: int) -> tuple[int, int]:
        """Destroy all sound from `start_ms` on, or from a little before: up to the beginning of its chunk.

        Returns:
            From where to where, in milliseconds. It reads as silence when this returns.
        """
        with self._disk_errors():
            self._sync()
            struck = self._reader.sound_after(start_ms)
            if struck is None:
                return (self.duration_ms, self.duration_ms)
            first, sample = struck
            self._write(_STRIKE, _STRUCK.pack(first, self._at.chunks, sample, self._at.samples))
            self._sync()
            self._erase()
            self._sync()
        return duration_ms(sample), self.duration_ms

    def flush(self) -> None:
        """Return once all that was appended is safe."""
        with self._disk_errors():
            self._sync()

    def finish(self) -> None:
        """Mark the recording as whole, and close it."""
        with self._disk_errors():
            self._write(_END, b"")
            self._sync()
        self._file.close()

    def close(self) -> None:
        """Close without marking it as whole, so that it can be taken up again; harmless after `finish`."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, kind: int, plain: bytes) -> None:
        if self._torn:
            self._file.cut(self._at.size)
            self._torn = False
        data = self._seal.close(kind, self._at.chunks, plain)
        if not self._at.size:
            data = _FORMAT + data
        self._file.append(data)
        self._at = replace(
            self._at,
            chunks=self._at.chunks + 1,
            samples=self._at.samples + (len(plain) // self._frame_bytes if kind == _SOUND else 0),
            size=self._at.size + len(data),
        )

    @property
    def _frame_bytes(self) -> int:
        return SAMPLE_BYTES * self._at.channels

    def _erase(self) -> None:
        """Overwrites what was struck and is still there."""
        for start, end in self._reader.to_erase():
            self._file.overwrite(start, bytes(end - start))

    def _sync(self) -> None:
        self._file.sync()
        self._safe = self._at

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._at, self._torn = self._safe, True
            raise _disk_problem(error, self.safe_ms) from error


class SealedReader:
    """Reads a recording as a stream, also while it is being written.

    Args:
        folder: where the file lies.
        key: the encounter's data key.
        recording_id: whose sound.

    Raises:
        Fixable: "sound-missing"; "sound-locked" where the key is not the one that sealed the file, or the file is
            that of another recording; "sound-damaged" where a chunk before the last does not open; all from the
            methods, "sound-damaged" only after everything before it has been yielded.
    """

    def __init__(self, folder: Path, key: bytes, recording_id: str) -> None:
        self._path = sealed_path(folder, recording_id)
        self._seal = _Seal(key, recording_id)

    def extent(self) -> Extent:
        """How far the recording reaches; opens every chunk to know it (a third of a second for three hours)."""
        found = Extent()
        samples = 0
        with self._opened() as (file, channels):
            struck = self._struck(file)
            for chunk in _chunks(file):
                samples += chunk.samples(channels)
                if struck.holds(chunk) or self._plain(file, chunk) is not None:
                    found = Extent(chunk.number + 1, samples, chunk.end, chunk.kind == _END, channels)
        return found

    def pcm(self, start_ms: int = 0, end_ms: int | None = None) -> Iterator[Pcm]:
        """The sound from `start_ms` to `end_ms` (to the end of what is there by default), in order; of two channels
        both together."""
        for piece in self._pieces(start_ms, end_ms):
            yield _mixed(piece)

    def two_channels(self, start_ms: int = 0) -> Iterator[Pcm]:
        """Both channels of a recording that has two, shape (n, 2), in order, from `start_ms` to the end of what is there;
        nothing of any other."""
        if self.channels() == 2:
            yield from self._pieces(start_ms, None)

    def channels(self) -> int:
        with self._opened() as (_, channels):
            return channels

    def events(self) -> tuple[RecordingEvent, ...]:
        """What happened while it was recorded, in order."""
        with self._opened() as (file, _):
            found = [self._plain(file, chunk) for chunk in _chunks(file) if chunk.kind == _EVENT]
        return tuple(_event(plain) for plain in found if plain is not None)

    def strikes(self) -> tuple[tuple[int, int], ...]:
        """From where to where sound was struck, in milliseconds, in the order in which it was done."""
        with self._opened() as (file, _):
            return tuple((duration_ms(start), duration_ms(end)) for _, _, start, end in self._struck(file).strikes)

    def follow(self, stop: Callable[[], bool], wait: Callable[[], None] = lambda: time.sleep(0.1)) -> Iterator[Pcm]:
        """The sound from the beginning on, as it is being written; of two channels both together.

        Ends when the recording is finished or destroyed, or when nothing more is there and `stop()` is true. Sound that
        is struck after it was yielded is not called back: whoever follows is told of strikes by those who strike.

        Args:
            stop: asked whenever all that is there has been yielded.
            wait: called before looking for more.
        """
        position = done = offset = 0
        with self._opened() as (file, channels):
            struck = self._struck(file)
            while True:
                stopping = stop()  # asked first, so that what was written before it turned true is still read
                for chunk in _chunks(file, done, offset):
                    plain = self._plain(file, chunk)
                    if plain is None or chunk.kind == _STRIKE:
                        struck = self._struck(file)
                    if plain is None and not struck.holds(chunk):
                        if self._opens_after(file, chunk):
                            raise _damaged(position)
                        break  # not all of it is written yet
                    if chunk.number == 0 and plain:
                        channels = plain[0]
                    done, offset, position = chunk.number + 1, chunk.end, position + chunk.samples(channels)
                    if chunk.kind == _END:
                        return
                    if chunk.samples(channels):
                        yield _mixed(_samples(struck.silenced(chunk, plain), channels))
                if stopping or (offset and not os.fstat(file.fileno()).st_size):
                    return
                wait()

    # ---------------------------------------------------------------- for the writer

    def sound_after(self, start_ms: int) -> tuple[int, int] | None:
        """The number of the first chunk with sound after `start_ms` that is not struck, and the sample it begins at."""
        with self._opened() as (file, channels):
            struck, position = self._struck(file), 0
            for chunk in _chunks(file):
                first, position = position, position + chunk.samples(channels)
                if position > start_ms * SAMPLES_PER_MS and chunk.kind == _SOUND and not struck.holds(chunk):
                    return chunk.number, first
        return None

    def to_erase(self) -> list[tuple[int, int]]:
        """Where in the file struck sound is still to be overwritten, in bytes."""
        with self._opened() as (file, _):
            struck = self._struck(file)
            return [
                (chunk.start, chunk.end)
                for chunk in _chunks(file)
                if struck.holds(chunk) and any(self._bytes(file, chunk))
            ]

    # ---------------------------------------------------------------- inside

    def _pieces(self, start_ms: int, end_ms: int | None) -> Iterator[Pcm]:
        """Shape (n,), or (n, 2) where there are two channels."""
        start = start_ms * SAMPLES_PER_MS
        end = None if end_ms is None else end_ms * SAMPLES_PER_MS
        position = 0
        with self._opened() as (file, channels):
            struck = self._struck(file)
            for chunk in _chunks(file):
                first, position = position, position + chunk.samples(channels)
                if position <= start or first == position:
                    continue
                if end is not None and first >= end:
                    return
                plain = self._plain(file, chunk)
                if plain is None and not struck.holds(chunk):
                    struck = self._struck(file)  # it may have been struck just now
                if plain is None and not struck.holds(chunk):
                    if self._opens_after(file, chunk):
                        raise _damaged(first)
                    return
                piece = _samples(struck.silenced(chunk, plain), channels)
                yield piece[max(start - first, 0) : None if end is None else end - first]

    def _struck(self, file: FileIO) -> _Strikes:
        plains = [self._plain(file, chunk) for chunk in _chunks(file) if chunk.kind == _STRIKE]
        return _Strikes([_STRUCK.unpack(plain) for plain in plains if plain is not None])

    @contextmanager
    def _opened(self) -> Iterator[tuple[FileIO, int]]:
        """The file, and how many channels it has."""
        try:
            file = self._path.open("rb", buffering=0)  # a buffer would show a tail that was written anew since
        except FileNotFoundError as error:
            raise Fixable(
                "The sound of this consultation is not on this computer any more.",
                safe="Its transcript and note are kept apart from it.",
                do="Go on without the sound.",
                code="sound-missing",
            ) from error
        with file:
            begin = next(_chunks(file), None)
            file.seek(0)
            ours = _FORMAT.startswith(file.read(len(_FORMAT)))
            plain = self._plain(file, begin) if begin else b""
            if not ours or plain is None:
                raise Fixable(
                    "The sound of this consultation cannot be unlocked.",
                    safe="Nothing has been changed.",
                    do="Sign in with the profile that recorded it.",
                    code="sound-locked",
                )
            yield file, plain[0] if plain else 1

    def _plain(self, file: FileIO, chunk: _Chunk) -> bytes | None:
        return self._seal.open(chunk.kind, chunk.number, self._bytes(file, chunk))

    def _bytes(self, file: FileIO, chunk: _Chunk) -> bytes:
        file.seek(chunk.start)
        return file.read(chunk.end - chunk.start)

    def _opens_after(self, file: FileIO, chunk: _Chunk) -> bool:
        """Whether any later chunk opens: then this one is damaged; else it is part of a torn tail."""
        later = _chunks(file, chunk.number + 1, chunk.end)
        return any(self._plain(file, each) is not None for each in later)


class _Chunk(NamedTuple):
    number: int
    kind: int
    start: int  # of nonce and ciphertext, in bytes from the start of the file
    end: int

    def samples(self, channels: int) -> int:
        """Of each channel."""
        if self.kind != _SOUND:
            return 0
        return self._plain_bytes // (SAMPLE_BYTES * channels)

    @property
    def _plain_bytes(self) -> int:
        return self.end - self.start - _NONCE_BYTES - _TAG_BYTES

    def silence(self) -> bytes:
        return bytes(self._plain_bytes)


class _Strikes:
    """What was struck: each strike as it stands in the file."""

    def __init__(self, strikes: list[tuple[int, ...]]) -> None:
        self.strikes = strikes

    def holds(self, chunk: _Chunk) -> bool:
        return chunk.kind == _SOUND and any(first <= chunk.number < end for first, end, _, _ in self.strikes)

    def silenced(self, chunk: _Chunk, plain: bytes | None) -> bytes:
        return chunk.silence() if plain is None or self.holds(chunk) else plain


def _chunks(file: FileIO, number: int = 0, offset: int = 0) -> Iterator[_Chunk]:
    """The chunks that are there from first byte to last; whether they open is for the key to say."""
    offset = offset or len(_FORMAT)
    while True:
        file.seek(offset)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        length, kind = _HEAD.unpack(head)
        start = offset + _HEAD.size
        offset = start + length
        if not _NONCE_BYTES + _TAG_BYTES <= length <= _LARGEST or offset > os.fstat(file.fileno()).st_size:
            return
        yield _Chunk(number, kind, start, offset)
        number += 1


class _Seal:
    """AES-256-GCM with what each chunk is bound to: format, recording, kind and number.

    Nonces are random rather than counted, since the number of a chunk that was lost to a crash is used again.
    """

    def __init__(self, key: bytes, recording_id: str) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key must have {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)
        self._bound = _FORMAT + recording_id.encode()

    def close(self, kind: int, number: int, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, self._aad(kind, number))
        return _HEAD.pack(len(sealed), kind) + sealed

    def open(self, kind: int, number: int, sealed: bytes) -> bytes | None:
        """What is inside, or None where the chunk is not what it claims to be."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._aad(kind, number))
        except InvalidTag:
            return None

    def _aad(self, kind: int, number: int) -> bytes:
        return self._bound + struct.pack(">BQ", kind, number)


def _samples(plain: bytes, channels: int) -> Pcm:
    samples = np.frombuffer(plain, "<i2").astype(np.int16, copy=False)
    return samples if channels == 1 else samples.reshape(-1, channels)


def _mixed(piece: Pcm) -> Pcm:
    """Both sides of a call together; who speaks alone keeps their loudness."""
    if piece.ndim == 1:
        return piece
    mixed: Pcm = np.clip(piece.astype(np.int32).sum(axis=1), -32768, 32767).astype(np.int16)
    return mixed


def _event(plain: bytes) -> RecordingEvent:
    at_ms, at, what, detail = json.loads(plain)
    return RecordingEvent(at_ms, datetime.fromisoformat(at), what, detail)


def _damaged(samples: int) -> Fixable:
    return Fixable(
        f"The recording is damaged on disk {_clock(duration_ms(samples))} from its start.",
        safe="The sound before that place is whole.",
        do="Have the disk of this computer checked.",
        code="sound-damaged",
    )


def _disk_problem(error: OSError, safe_ms: int) -> Fixable:
    safe = f"All sound up to {_clock(safe_ms)} is safe."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Fixable(
            "The disk is full.",
            safe=safe,
            do="Empty the bin or delete files that you do not need, then go on.",
            code="disk-full",
        )
    return Fixable(
        "The disk could not be written to.",
        safe=safe,
        do="Check that the drive is connected and not write-protected, then go on.",
        code="disk-error",
    )


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes} min {seconds} s"
