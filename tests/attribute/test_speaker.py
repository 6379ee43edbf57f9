"""The speaker encoder itself, on the bundled recordings' computer voices."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scribe import models
from scribe.attribute.speaker import SpeakerEncoder
from scribe.capture import decode
from scribe.capture.sound import SAMPLES_PER_MS, Pcm
from scribe.paths import root_dir
from scribe.records import Segment, Word

DEMO = root_dir() / "demo" / "outpatient-relative"


@pytest.fixture(scope="module")
def encoder() -> SpeakerEncoder:
    return SpeakerEncoder(models.installed("ge2e").path)


@pytest.fixture(scope="module")
def beginning() -> Pcm:
    """The first minute and a half, in which all three speak."""
    pieces = []
    for number, piece in enumerate(decode.pcm(DEMO / "recording.ogg")):
        if number == 90:
            break
        pieces.append(piece)
    return np.concatenate(pieces)


def utterances() -> list[dict[str, object]]:
    said = json.loads((DEMO / "script.json").read_text(encoding="utf-8"))["utterances"]
    return [one for one in said if one["end"] < 89 and one["end"] - one["start"] > 2]


def test_one_person_sounds_more_like_themselves_than_like_others(encoder: SpeakerEncoder, beginning: Pcm) -> None:
    said = utterances()
    vectors = encoder.embed([beginning[int(one["start"] * 16000) : int(one["end"] * 16000)] for one in said])
    assert vectors.shape == (len(said), 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    same = np.array([[a["speaker"] == b["speaker"] for b in said] for a in said]) & ~np.eye(len(said), dtype=bool)
    other = np.array([[a["speaker"] != b["speaker"] for b in said] for a in said])
    likeness = vectors @ vectors.T
    assert likeness[same].mean() > likeness[other].mean() + 0.15


def test_windows_lie_within_the_words_and_short_words_give_none(encoder: SpeakerEncoder, beginning: Pcm) -> None:
    long = tuple(Word("word", 11_000 + n * 400, 11_400 + n * 400) for n in range(10))
    short = (Word("Yes.", 20_000, 20_300),)
    words = (*long, *short)
    segment = Segment("s", "r", 1, 11_000, 20_300, "", words, "fake")
    start_ms = 10_000
    voices = encoder.voices(segment, beginning[start_ms * SAMPLES_PER_MS :], start_ms)
    assert [(voice.start_ms, voice.end_ms) for voice in voices] == [
        (11_000, 12_600),
        (11_800, 13_400),
        (12_600, 14_200),
        (13_400, 15_000),
    ]
    assert encoder.voices(Segment("s", "r", 1, 20_000, 20_300, "", short, "fake"), beginning, 0) == ()


def test_silence_and_sound_that_is_missing_are_no_voice(encoder: SpeakerEncoder) -> None:
    words = (Word("Hello", 0, 1000), Word("there.", 1000, 2000))
    segment = Segment("s", "r", 1, 0, 2000, "", words, "fake")
    assert encoder.voices(segment, np.zeros(0, np.int16), 0) == ()
    silent = encoder.voices(segment, np.zeros(2000 * SAMPLES_PER_MS, np.int16), 0)
    assert all(np.isfinite(voice.vector).all() for voice in silent)
