"""Real speech, the real model: no expected word is heard that nobody said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from scribe import demo_recordings, models
from scribe.capture import decode
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.transcribe import expected, whisper
from tests.measure.expected_words import MEDICINES, Remembering, heard

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Remembering:
    return Remembering(whisper.load(models.installed("whisper-tiny.en").path, threads=2))


def speech(demo_id: str, seconds: int) -> Iterator[Pcm]:
    whole = np.concatenate(list(decode.pcm(demo_recordings.recording(demo_id).path)))
    yield whole[: seconds * SAMPLE_RATE]


@pytest.mark.parametrize("unsure_below", [None, 1.01], ids=["as it is", "as if every word were heard unsurely"])
@pytest.mark.parametrize("demo_id", ["telephone-cough", "outpatient-relative"])
def test_no_expected_word_is_invented(
    demo_id: str, unsure_below: float | None, model: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    if unsure_below:
        monkeypatch.setattr(expected, "_SURE", unsure_below)
        monkeypatch.setattr(expected, "_ALIKE", 0.5)
    without = heard(model, speech(demo_id, 60), [])
    said = " ".join(without).lower()
    names = [name for name in MEDICINES.split() if name not in said]
    told = heard(model, speech(demo_id, 60), names)
    assert len(without) > 100
    assert [word for word in told if any(name in word.lower() for name in names)] == []
    if unsure_below:
        assert model.again, "it was never told of a word, so nothing was tried"
    else:
        assert told == without
