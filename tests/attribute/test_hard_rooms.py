"""Real voices where it is hard: a child that cries, a patient who does not speak, a recording that begins in the middle.

The words are those of the script with their times, so that no recogniser is needed; the voices are as they sound.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pytest

from scribe import demo_recordings, models
from scribe.attribute import numbered
from scribe.attribute.attribute import attribute
from scribe.attribute.speaker import SpeakerEncoder
from scribe.capture import decode
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.extract.verify.checks import SURE_OF_SPEAKER
from scribe.paths import root_dir
from scribe.records import Role, Segment, Turn, Voice
from tests.attribute.heard import mean_confidence, right

DEMO = "new-medicine"
SECONDS = 75


@functools.cache
def talk() -> tuple[Pcm, tuple[Turn, ...]]:
    """The beginning of a demo, and what was said in them."""
    pcm = np.concatenate(list(decode.pcm(demo_recordings.recording(DEMO).path)))[: SECONDS * SAMPLE_RATE]
    said = numbered.read(root_dir() / "demo" / DEMO / "script.json")
    return pcm, tuple(turn for turn in said if turn.end_ms < (SECONDS - 1) * 1000)


@functools.cache
def encoder() -> SpeakerEncoder:
    return SpeakerEncoder(models.installed("ge2e").path)


def attributed(pcm: Pcm, said: Sequence[Turn]) -> tuple[tuple[Turn, ...], list[Role]]:
    """Turns as attributed, and the true role of each word."""
    segments = [
        Segment(turn.id, "r", n, turn.start_ms, turn.end_ms, turn.text, turn.words, "script")
        for n, turn in enumerate(said, 1)
    ]
    voices: list[Voice] = [voice for segment in segments for voice in encoder().voices(segment, pcm, 0)]
    return attribute(segments, voices), [turn.role for turn in said for _ in turn.words]


def crying(seconds: float) -> np.ndarray:
    """A baby: cries of a second, half a second between them, each rising and falling about 450 Hz, with its overtones."""
    chance = np.random.default_rng(5)
    out = np.zeros(int(seconds * SAMPLE_RATE))
    at = 0
    while at + int(1.3 * SAMPLE_RATE) < len(out):
        length = int(SAMPLE_RATE * chance.uniform(0.8, 1.2))
        along = np.linspace(0, 1, length)
        pitch = chance.uniform(400, 500) * (1 + 0.15 * np.sin(np.pi * along) + 0.01 * np.sin(2 * np.pi * 6 * along))
        phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
        cry = sum(np.sin(n * phase) / n for n in range(1, 14)) + 0.1 * chance.standard_normal(length)
        out[at : at + length] = cry * np.sin(np.pi * along) ** 0.5
        at += length + int(SAMPLE_RATE * chance.uniform(0.3, 0.7))
    return out


def loud(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound[np.abs(sound) > 0.1 * np.abs(sound).max()] ** 2)))


@pytest.mark.parametrize(("below_db", "least"), [(10, 0.95), (0, 0.8)])
def test_a_child_that_cries_all_the_time_is_no_speaker(below_db: float, least: float) -> None:
    pcm, said = talk()
    cries = crying(SECONDS)[: len(pcm)]
    cries *= loud(pcm.astype(float)) / loud(cries) * 10 ** (-below_db / 20)
    both = np.clip(pcm + cries, -32768, 32767).astype(np.int16)
    turns, roles = attributed(both, said)
    assert right(turns, roles) >= least


def test_a_patient_who_does_not_speak_is_nobody_and_the_only_voice_is_not_sure() -> None:
    pcm, said = talk()
    turns, _ = attributed(pcm, [turn for turn in said if turn.role is Role.CLINICIAN])
    assert {turn.role for turn in turns} == {Role.CLINICIAN}
    assert mean_confidence(turns) < SURE_OF_SPEAKER


def test_a_recording_that_begins_in_the_middle_and_ends_there_is_as_good() -> None:
    pcm, said = talk()
    turns, roles = attributed(pcm, said[len(said) // 2 :])
    assert right(turns, roles) >= 0.95
