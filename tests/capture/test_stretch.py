"""Speech that is played faster: shorter, at its own pitch, as loud as it was."""

from __future__ import annotations

import numpy as np
import pytest

from scribe.capture.sound import SAMPLE_RATE
from scribe.capture.stretch import faster
from tests.capture.sounds import tone


@pytest.mark.parametrize("speed", [1.0, 1.25, 1.5, 2.0])
def test_it_is_shorter_and_keeps_pitch_and_loudness(speed: float) -> None:
    sound = tone(2_000)
    pieces = [sound[at : at + 1600] for at in range(0, len(sound), 1600)]
    quick = np.concatenate(list(faster(iter(pieces), speed)))
    assert len(quick) == pytest.approx(len(sound) / speed, rel=0.05)
    assert _pitch(quick) == pytest.approx(_pitch(sound), rel=0.02)
    assert np.abs(quick).mean() == pytest.approx(np.abs(sound).mean(), rel=0.1)


def test_less_than_one_piece_is_played_whole() -> None:
    sound = tone(20)
    assert np.array_equal(np.concatenate(list(faster(iter([sound]), 2.0))), sound)


def _pitch(sound: np.ndarray) -> float:  # type: ignore[type-arg]
    """The strongest frequency, in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(sound))) * SAMPLE_RATE / len(sound))
