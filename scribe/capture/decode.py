"""Sound from files: anything PyAV reads, the sound of video too, decoded as a stream of 16 kHz mono pieces.

Nothing here holds more than a piece in memory, so three hours cost no more than a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av

from scribe.capture.sound import LONGEST_MS, SAMPLE_RATE, SAMPLES_PER_MS, Pcm, duration_ms
from scribe.errors import Fixable

_PADDING_MS = 1000  # encoders pad the end; a recorder set to three hours must not fail by a frame

# Playlists and concatenations are left out on purpose: they would make the library open other files or addresses.
_FORMATS = "wav,w64,mp3,mov,ogg,flac,matroska,aac,avi,mpegts,mpeg,asf,aiff,amr,caf"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}

_Container: TypeAlias = av.container.InputContainer
_Packet: TypeAlias = "av.Packet[av.AudioStream]"  # quoted: generic only to the type checker

_TAKES = "Scribe takes wav, mp3, m4a, ogg, opus, flac and webm recordings, and video with sound."
_UNTOUCHED = "The file is as it was."


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What a file holds, found by reading it to its end rather than by trusting its header.

    Attributes:
        duration_ms: how much sound there is to decode.
        complete: False where the file ends before its header says that it should.
        channels: of the file; decoding mixes them into one.
        rate_hz: of the file; decoding resamples to 16 kHz.
        codec: the name of the encoding, such as "mp3" or "opus".
        sha256: of the file's bytes, hex.
    """

    duration_ms: int
    complete: bool
    channels: int
    rate_hz: int
    codec: str
    sha256: str


def probe(path: Path) -> SoundInfo:
    """Read through a sound file without decoding more of it than one frame.

    Raises:
        Fixable: "file-missing", "file-empty", "file-unreadable", "not-sound", "no-sound" or "too-long".
    """
    with _opened(path) as (container, stream):
        heard = False
        ticks = 0
        pts: list[int] = []  # first and last
        whole = True
        for packet in _packets(container, stream):
            if packet is None:
                whole = False
                break
            if not heard:
                heard = bool(_frames(packet))
            ticks += packet.duration or 0
            if packet.pts is not None:
                pts[1:] = [packet.pts]
        if not heard:
            raise _not_sound(path)
        measured_ms = _ms(ticks or pts[-1] - pts[0], stream.time_base)
        info = SoundInfo(
            duration_ms=measured_ms,
            complete=whole and not (_falls_short(measured_ms, container, stream) or _breaks_off(path)),
            channels=stream.codec_context.channels,
            rate_hz=stream.codec_context.sample_rate,
            codec=stream.codec_context.name,
            sha256=_sha256(path),
        )
    if info.duration_ms > LONGEST_MS + _PADDING_MS:
        raise Fixable(
            f"“{path.name}” lasts longer than three hours, which is the most that Scribe takes at once.",
            safe=_UNTOUCHED,
            do="Cut it into parts of up to three hours and open them one by one.",
            code="too-long",
        )
    return info


def pcm(path: Path, piece_ms: int = 1000, on_damage: Callable[[Fixable], None] | None = None) -> Iterator[Pcm]:
    """The sound of a file, in order, as pieces of `piece_ms`; the last may be shorter.

    (So may be one where a joined file changes its sampling rate.)

    Args:
        path: the file.
        piece_ms: length of a piece.
        on_damage: called once after the last piece when some of the file could not be read (cut short or
            damaged); everything else has been yielded by then.

    Raises:
        Fixable: as `probe`, but never "too-long".
    """
    damaged = False
    samples = 0

    def frames(container: _Container, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
        nonlocal damaged
        for packet in _packets(container, stream):
            decoded = None if packet is None else _frames(packet)
            damaged |= decoded is None
            yield from decoded or ()

    with _opened(path) as (container, stream):
        for piece in _resampled(frames(container, stream), piece_ms * SAMPLES_PER_MS):
            samples += len(piece)
            yield piece
        damaged |= _falls_short(duration_ms(samples), container, stream) or _breaks_off(path)
    if not samples:
        raise _not_sound(path)
    if damaged and on_damage:
        on_damage(
            Fixable(
                f"Part of “{path.name}” could not be read: it is damaged or was cut short.",
                safe="Everything that could be read has been kept.",
                do="Listen to the end before you rely on it, or open the original again if there is one.",
                code="sound-damaged",
            )
        )


def two_channels(path: Path) -> Iterator[Pcm]:
    """The sound of a file with two channels as pieces of shape (samples, 2), in order; nothing of any other file.

    Raises:
        Fixable: as `probe`, but never "too-long".
    """
    with _opened(path) as (container, stream):
        if stream.codec_context.channels != 2:
            return
        frames = (frame for packet in _packets(container, stream) if packet for frame in _frames(packet) or ())
        for piece in _resampled(frames, 1000 * SAMPLES_PER_MS, "stereo"):
            yield piece.reshape(-1, 2)


def _resampled(frames: Iterator[av.AudioFrame], piece_samples: int, layout: str = "mono") -> Iterator[Pcm]:
    shape: tuple[str, str, int] | None = None
    resampler: av.AudioResampler | None = None
    for frame in frames:
        if shape != (shape := (frame.format.name, frame.layout.name, frame.sample_rate)):
            # Joined files and some AAC change their rate on the way; what came before is rounded off.
            yield from _pieces(resampler, None)
            resampler = av.AudioResampler("s16", layout, SAMPLE_RATE, frame_size=piece_samples)
        frame.pts = None  # gaps in the file's own clock are no reason to fail
        yield from _pieces(resampler, frame)
    yield from _pieces(resampler, None)


def _pieces(resampler: av.AudioResampler | None, frame: av.AudioFrame | None) -> Iterator[Pcm]:
    for out in resampler.resample(frame) if resampler else ():
        yield out.to_ndarray()[0]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[_Container, av.AudioStream]]:
    _check_readable(path)
    try:
        # An absolute path cannot be mistaken for an address, whatever its name holds.
        container = av.open(str(path.resolve()), options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise _not_sound(path) from error
    with container:
        stream = container.streams.best("audio")
        if not isinstance(stream, av.AudioStream):
            raise Fixable(
                f"There is no sound in “{path.name}”.",
                safe=_UNTOUCHED,
                do="Choose a recording with sound. " + _TAKES,
                code="no-sound",
            )
        yield container, stream


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        raise Fixable(
            f"“{path.name}” is not there any more.",
            do="Check that the drive it lies on is connected, and choose the file again.",
            code="file-missing",
        ) from error
    except OSError as error:
        raise Fixable(
            f"Scribe was not allowed to read “{path.name}”, or it is not a file.",
            safe=_UNTOUCHED,
            do="Copy it to your own documents folder and choose it there.",
            code="file-unreadable",
        ) from error
    if empty:
        raise Fixable(
            f"“{path.name}” is empty: there is nothing in it.",
            safe=_UNTOUCHED,
            do="The recorder or the copying may have failed. Look for the original and choose it again.",
            code="file-empty",
        )


def _not_sound(path: Path) -> Fixable:
    return Fixable(
        f"Scribe cannot read “{path.name}” as sound: it is no recording, is protected, or was never finished.",
        safe=_UNTOUCHED,
        do="Check that it plays on this computer. " + _TAKES,
        code="not-sound",
    )


def _packets(container: _Container, stream: av.AudioStream) -> Iterator[_Packet | None]:
    """The packets of the stream; a last None where the file breaks off in a way that cannot be read on."""
    try:
        yield from container.demux(stream)
    except av.FFmpegError:
        yield None


def _frames(packet: _Packet) -> list[av.AudioFrame] | None:
    """The frames of a packet, or None where it is damaged."""
    try:
        return list(packet.decode())
    except (av.FFmpegError, NotImplementedError):
        return None


def _falls_short(measured_ms: int, container: _Container, stream: av.AudioStream) -> bool:
    """Whether there is clearly less sound than the file says of itself, where it says anything."""
    if stream.duration:
        declared_ms = _ms(stream.duration, stream.time_base)
    elif container.duration and len(container.streams) == 1:  # else it may be the length of the pictures
        declared_ms = container.duration * 1000 // av.time_base
    else:
        return False
    return measured_ms < declared_ms * 0.98 - _PADDING_MS


_LARGEST_OGG_PAGE = 65_307
_NO_LENGTH = 0x7FFF0000  # programs that write to a pipe put numbers from here on, or 0, where they know no length
_OGG_LAST = 4  # flag of the page that ends a stream


def _breaks_off(path: Path) -> bool:
    """Whether a WAV or Ogg file ends before it says so: FFmpeg takes what is there for the whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF" and head[8:] == b"WAVE":
            declared = int.from_bytes(head[4:8], "little")
            return 0 < declared < _NO_LENGTH and size < declared + 8
        if head[:4] == b"OggS":
            file.seek(max(0, size - _LARGEST_OGG_PAGE))
            tail = file.read()
            at = tail.rfind(b"OggS")
            page = tail[at:]
            length = 27 + page[26] + sum(page[27 : 27 + page[26]]) if at >= 0 and len(page) > 26 else len(page) + 1
            return length > len(page) or not page[5] & _OGG_LAST
    return False


def _ms(ticks: int, time_base: Fraction | None) -> int:
    return int(ticks * (time_base or 0) * 1000)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
