"""The telephone band: roles hold when sound comes through eight kilohertz and the telephone's own codec."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from scribe import models
from scribe.attribute.attribute import attribute
from scribe.attribute.speaker import SpeakerEncoder
from scribe.capture import decode
from scribe.evaluate.speakers import roles_right
from scribe.paths import root_dir
from scribe.records import Role
from scribe.transcribe import whisper

DEMO = root_dir() / "demo" / "new-medicine"
SECONDS = 100


def over_the_telephone(sound: Path, out: Path) -> Path:
    """The beginning of a recording as A-law at 8 kHz, as telephone lines carry it."""
    resampler = av.AudioResampler("s16", "mono", 8000)
    with av.open(str(sound)) as source, av.open(str(out), "w", format="wav") as line:
        stream = line.add_stream("pcm_alaw", rate=8000, layout="mono")
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > SECONDS:
                break
            for narrow in resampler.resample(frame):
                line.mux(stream.encode(narrow))
        line.mux(stream.encode(None))
    return out


@pytest.mark.slow
def test_roles_hold_over_the_telephone(tmp_path: Path) -> None:
    pcm = np.concatenate(list(decode.pcm(over_the_telephone(DEMO / "recording.ogg", tmp_path / "line.wav"))))
    model = whisper.load(models.installed("whisper-tiny.en").path, threads=2)
    transcriber = whisper.WhisperTranscriber(model, recording_id="r", made_by="whisper-tiny.en")
    segments = [*transcriber.feed(pcm), *transcriber.finish()]
    encoder = SpeakerEncoder(models.installed("ge2e").path)
    turns = attribute(segments, [voice for segment in segments for voice in encoder.voices(segment, pcm, 0)])
    said = json.loads((DEMO / "script.json").read_text(encoding="utf-8"))["utterances"]
    score = roles_right([(Role(one["speaker"]), one["text"]) for one in said if one["end"] < SECONDS - 1], turns)
    assert score.words > 200
    assert score.share >= 0.95
