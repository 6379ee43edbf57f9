"""Files: every kind is read, broken ones are named for what they are, and length costs no memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import psutil
import pytest

from scribe.capture import decode
from scribe.capture.sound import LONGEST_MS, SAMPLE_RATE
from scribe.errors import Fixable
from tests.capture.sounds import tone, write

KINDS = [
    ("a.wav", "pcm_s16le", 44_100, "stereo", False),
    ("a.mp3", "libmp3lame", 44_100, "stereo", False),
    ("a.m4a", "aac", 48_000, "mono", False),
    ("a.ogg", "libopus", 48_000, "mono", False),
    ("a.opus", "libopus", 48_000, "stereo", False),
    ("a.flac", "flac", 16_000, "mono", False),
    ("a.webm", "libopus", 48_000, "mono", False),
    ("a.mp4", "aac", 44_100, "stereo", True),
    ("a.mkv", "libopus", 48_000, "mono", True),
    ("telephone.wav", "pcm_s16le", 8_000, "stereo", False),
]


def all_of(path: Path) -> np.ndarray:
    return np.concatenate(list(decode.pcm(path)))


@pytest.mark.parametrize(("name", "codec", "rate", "layout", "video"), KINDS)
def test_every_kind_sounds_the_same(tmp_path: Path, name: str, codec: str, rate: int, layout: str, video: bool) -> None:
    path = write(tmp_path / name, codec, iter([tone(2500, rate=rate)]), rate=rate, layout=layout, video=video)

    info = decode.probe(path)
    pieces = list(decode.pcm(path))

    assert info.complete
    assert info.duration_ms == pytest.approx(2500, abs=60)
    assert info.channels == (2 if layout == "stereo" else 1)
    assert info.rate_hz == rate
    assert info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [len(piece) for piece in pieces[:-1]] == [SAMPLE_RATE] * (len(pieces) - 1)
    sound = np.concatenate(pieces)
    assert sound.dtype == np.int16
    assert len(sound) / 16 == pytest.approx(info.duration_ms, abs=60)
    middle = sound[8000:24000].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 440  # one second, so the bin is the pitch in Hz
    assert np.abs(middle).max() == pytest.approx(0.5 * 32767, rel=0.1)


def test_pieces_have_the_length_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", iter([tone(1050)]))

    assert [len(piece) for piece in decode.pcm(path, piece_ms=500)] == [8000, 8000, 800]


def test_silence_is_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", iter([tone(1000, level=0)]))

    assert decode.probe(path).duration_ms == 1000
    assert not all_of(path).any()


def _text(path: Path) -> None:
    path.write_text("Dear colleague, thank you for seeing this patient.\n" * 200)


def _video_without_sound(path: Path) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))


def _noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(5).bytes(200_000))


def _cut_before_its_index(path: Path) -> None:
    write(path, "aac", iter([tone(3000)]))
    path.write_bytes(path.read_bytes()[:4000])  # the index of an m4a stands at its end


def _playlist(path: Path) -> None:
    write(path.with_name("other.wav"), "pcm_s16le", iter([tone(500)]))
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.wav\n#EXT-X-ENDLIST\n")


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("empty.wav", lambda path: path.touch(), "file-empty"),
        ("text.wav", _text, "not-sound"),
        ("text.mp3", _text, "not-sound"),
        ("noise.m4a", _noise, "not-sound"),
        ("noise.wav", _noise, "not-sound"),
        ("cut.m4a", _cut_before_its_index, "not-sound"),
        ("silent film.mp4", _video_without_sound, "no-sound"),
        ("list.m3u8", _playlist, "not-sound"),
        ("gone.wav", lambda path: None, "file-missing"),
        ("folder.wav", lambda path: path.mkdir(), "file-unreadable"),
    ],
)
def test_bad_files_are_named_for_what_they_are(tmp_path, name, make, code, capfd) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / name
    make(path)
    capfd.readouterr()

    for read in (decode.probe, all_of):
        with pytest.raises(Fixable) as caught:
            read(path)
        assert caught.value.code == code
        assert name in caught.value.happened
        assert caught.value.do
    assert capfd.readouterr() == ("", "")


def test_a_truncated_mp3_keeps_what_can_be_read_and_says_so(tmp_path: Path, capfd) -> None:  # type: ignore[no-untyped-def]
    path = write(tmp_path / "a.mp3", "libmp3lame", iter([tone(10_000)]))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10 + 5])
    warnings: list[Fixable] = []

    info = decode.probe(path)
    sound = np.concatenate(list(decode.pcm(path, on_damage=warnings.append)))

    assert not info.complete
    assert info.duration_ms == pytest.approx(6000, abs=150)
    assert len(sound) / 16 == pytest.approx(6000, abs=150)
    assert [warning.code for warning in warnings] == ["sound-damaged"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("a.ogg", "libopus"), ("a.flac", "flac")])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_short_is_never_taken_for_whole(
    tmp_path: Path, name: str, codec: str, share: float
) -> None:
    path = write(tmp_path / name, codec, iter([tone(20_000)]))
    whole: list[Fixable] = []
    list(decode.pcm(path, on_damage=whole.append))
    assert whole == [] and decode.probe(path).complete

    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    cut: list[Fixable] = []
    sound = np.concatenate(list(decode.pcm(path, on_damage=cut.append)))

    assert [warning.code for warning in cut] == ["sound-damaged"]
    assert not decode.probe(path).complete
    assert len(sound) / SAMPLE_RATE == pytest.approx(20 * share, abs=1.5)


def test_a_wav_that_was_written_to_a_pipe_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", iter([tone(2000)]))
    for unknown in (0xFFFFFFFF, 0):
        data = bytearray(path.read_bytes())
        data[4:8] = unknown.to_bytes(4, "little")
        path.write_bytes(data)
        assert decode.probe(path).complete


def test_damage_in_the_middle_does_not_end_the_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", "libmp3lame", iter([tone(10_000)]))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    path.write_bytes(data)

    assert len(all_of(path)) / 16 > 9000


def test_a_whole_file_gives_no_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", "libmp3lame", iter([tone(1000)]))
    warnings: list[Fixable] = []

    list(decode.pcm(path, on_damage=warnings.append))

    assert warnings == []


def test_a_header_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", iter([tone(2000)]))
    data = bytearray(path.read_bytes())
    at = data.index(b"data")
    data[at + 4 : at + 8] = (8 * 3600 * 32_000).to_bytes(4, "little")  # eight hours
    path.write_bytes(data)

    assert decode.probe(path).duration_ms == 2000


def long_file(path: Path, minutes: int) -> Path:
    """A file of 8-bit sound at 4 kHz that takes no room on disk: after its header it is one hole."""
    write(path, "pcm_alaw", iter([tone(10, rate=4000)]), rate=4000)
    header = path.read_bytes()
    at = header.index(b"data") + 4
    size = 4 + minutes * 60 * 4000  # an edit count stands before the samples
    with path.open("wb") as file:
        file.write(header[:at] + size.to_bytes(8, "big"))
        file.truncate(at + 8 + size)
    return path


def test_three_hours_are_taken_with_flat_memory_and_more_is_refused(tmp_path: Path) -> None:
    long = long_file(tmp_path / "long.caf", 180)
    assert decode.probe(long).duration_ms == LONGEST_MS

    memory: list[int] = []
    for number, _ in enumerate(decode.pcm(long)):
        if number % 600 == 0:
            memory.append(psutil.Process().memory_info().rss)
    assert number == 3 * 3600 - 1
    assert max(memory[3:]) - memory[2] < 8_000_000  # ten minutes more are 19 MB of samples

    with pytest.raises(Fixable) as caught:
        decode.probe(long_file(tmp_path / "longer.caf", 181))
    assert caught.value.code == "too-long"


def test_a_file_that_changes_its_rate_is_read_to_its_end(tmp_path: Path) -> None:
    slow = write(tmp_path / "8.mp3", "libmp3lame", iter([tone(2000, rate=16_000)]), rate=16_000)
    fast = write(tmp_path / "16.mp3", "libmp3lame", iter([tone(2000, rate=44_100)]), rate=44_100)
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(slow.read_bytes() + fast.read_bytes())

    assert len(all_of(joined)) / 16 == pytest.approx(4000, abs=300)
