"""Sound and sound files for tests, made on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from scribe.capture.sound import SAMPLE_RATE, Pcm


def tone(ms: int, hz: float = 440.0, level: float = 0.5, rate: int = SAMPLE_RATE) -> Pcm:
    """A sine of so many milliseconds."""
    at = np.arange(ms * rate // 1000) / rate
    return (np.sin(2 * np.pi * hz * at) * level * 32767).astype(np.int16)


def counted(samples: int, start: int = 0) -> Pcm:
    """Samples that each tell their own position, so that one lost or moved shows."""
    return ((np.arange(start, start + samples) * 7919) % 60013 - 30000).astype(np.int16)


def write(
    path: Path,
    codec: str,
    pieces: Iterator[Pcm],
    *,
    rate: int = SAMPLE_RATE,
    layout: str = "mono",
    video: bool = False,
) -> Path:
    """Encode pieces (the same in every channel) into a file of the kind that its name says."""
    with av.open(str(path), "w") as container:
        if video:
            picture = container.add_stream("mpeg4", rate=10)
            picture.width = picture.height = 64
            picture.pix_fmt = "yuv420p"
        sound = container.add_stream(codec, rate=rate, layout=layout)
        channels = 1 if layout == "mono" else 2
        if video:
            for number in range(10):
                frame = av.VideoFrame(64, 64, "yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
        position = 0
        for pcm in pieces:
            frame = av.AudioFrame.from_ndarray(np.repeat(pcm, channels)[None], format="s16", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, position, Fraction(1, rate)
            position += len(pcm)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path
