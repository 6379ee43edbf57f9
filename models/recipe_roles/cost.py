"""What telling people apart costs beside recognising them: python cost.py SOUND [MODEL]

Prints processor and wall-clock seconds of recognition and of attribution, and the memory that attribution adds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scribe import models
from scribe.attribute.attribute import attribute
from scribe.attribute.speaker import SpeakerEncoder
from scribe.capture import decode
from scribe.transcribe import whisper


def main(sound: Path, model: str = "whisper-base") -> None:
    process = psutil.Process()
    pcm = np.concatenate(list(decode.pcm(sound)))
    loaded = whisper.load(models.installed(model).path, threads=2)
    transcriber = whisper.WhisperTranscriber(loaded, recording_id="r", made_by=model)
    cpu, wall = time.process_time(), time.perf_counter()
    segments = [*transcriber.feed(pcm), *transcriber.finish()]
    recognition = time.process_time() - cpu, time.perf_counter() - wall
    before = process.memory_info().rss
    cpu, wall = time.process_time(), time.perf_counter()
    encoder = SpeakerEncoder(models.installed("ge2e").path)
    voices = [voice for segment in segments for voice in encoder.voices(segment, pcm, 0)]
    turns = attribute(segments, voices)
    attribution = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{len(pcm) / 16000:.0f} s of sound, {len(voices)} windows, {len(turns)} turns")
    for name, (used, took) in (("recognition", recognition), ("attribution", attribution)):
        print(f"{name}: {used:.2f} s of processor, {took:.2f} s")
    print(
        f"attribution / recognition: {attribution[0] / recognition[0]:.1%} of processor, {attribution[1] / recognition[1]:.1%} of time"
    )
    print(f"memory added: {(process.memory_info().rss - before) / 2**20:.0f} MiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
