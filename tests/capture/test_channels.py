"""Two channels beside the one that is kept: how loud each was, sealed with the sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from scribe.capture import channels
from scribe.capture.channels import STEP_MS, Channels
from scribe.capture.sound import SAMPLES_PER_MS
from scribe.store.seal import WrongKey, new_key
from tests.capture.sounds import tone, write

SECOND = 16_000


def stereo(path: Path, left: np.ndarray, right: np.ndarray, rate_hz: int = 16_000) -> Path:
    with av.open(str(path), "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=rate_hz, layout="stereo")
        both = np.stack([left, right], axis=1).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
        frame.sample_rate = rate_hz
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sound(loudness: float, seconds: int) -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal(seconds * SECOND)
    return (noise * loudness * 3000).astype(np.int16)


def test_the_louder_side_is_known_at_every_moment(tmp_path: Path) -> None:
    left = np.concatenate([sound(1, 3), sound(0.1, 3)])
    right = np.concatenate([sound(0.1, 3), sound(1, 3)])
    heard = channels.measure(stereo(tmp_path / "two.wav", left, right))
    assert heard is not None
    assert abs(len(heard.levels) - 6000 // STEP_MS) <= 1
    sides = heard.sides([(500, 900), (1500, 1900), (3500, 3900), (5000, 5400)])
    assert sides is not None
    assert (sides[:2] > 2).all() and (sides[2:] < -2).all()


def test_one_channel_and_two_alike_say_nothing(tmp_path: Path) -> None:
    assert channels.measure(write(tmp_path / "one.wav", "pcm_s16le", iter([tone(2000)]))) is None
    alike = channels.measure(stereo(tmp_path / "alike.wav", sound(1, 3), sound(1, 3)))
    assert alike is not None and alike.sides([(0, 400), (500, 900), (1000, 1400)]) is None


def test_one_person_at_one_of_two_microphones_says_nothing(tmp_path: Path) -> None:
    heard = channels.measure(stereo(tmp_path / "left.wav", sound(1, 3), sound(0.05, 3)))
    assert heard is not None and heard.sides([(0, 400), (500, 900), (1000, 1400)]) is None


def test_what_lies_past_the_end_says_nothing() -> None:
    heard = Channels(np.array([[-20, -50]] * 20 + [[-50, -20]] * 20, np.int8))
    sides = heard.sides([(0, 500), (1000, 1500), (90_000, 90_400)])
    assert sides is not None and abs(sides[2]) < 1


def test_they_are_kept_sealed_beside_the_sound(tmp_path: Path) -> None:
    key, heard = new_key(), Channels(np.array([[-20, -50], [-49, -21]], np.int8))
    channels.keep(heard, tmp_path, key, "r1")
    again = channels.kept(tmp_path, key, "r1")
    assert again is not None and np.array_equal(again.levels, heard.levels)
    assert channels.kept(tmp_path, key, "r2") is None
    (file,) = tmp_path.iterdir()
    assert heard.levels.tobytes() not in file.read_bytes()
    with pytest.raises(WrongKey):
        channels.kept(tmp_path, new_key(), "r1")
    file.rename(tmp_path / "r2.channels")
    with pytest.raises(WrongKey):
        channels.kept(tmp_path, key, "r2")


def test_of_a_recording_that_goes_on_only_what_is_new_is_listened_to() -> None:
    there = np.stack([sound(1, 1), sound(0.1, 1)], axis=1)[:15_000]  # not a whole number of steps
    asked: list[int] = []

    def from_ms(start_ms: int) -> Iterator[np.ndarray]:
        asked.append(start_ms)
        return iter([there[start_ms * SAMPLES_PER_MS :]])

    following = channels.Following(from_ms)
    first = following.so_far()
    assert first is not None and len(first.levels) == 900 // STEP_MS
    there = np.concatenate([there, there[:, ::-1]])
    second = following.so_far()
    whole = channels.of(iter([there]))
    assert second is not None and whole is not None and np.array_equal(second.levels, whole.levels)
    assert asked == [0, 900]
    assert channels.Following(lambda start_ms: iter(())).so_far() is None
