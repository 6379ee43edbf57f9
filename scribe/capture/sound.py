"""What sound is everywhere in Scribe: 16 kHz, mono, 16-bit samples in a one-dimensional array."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
SAMPLES_PER_MS = SAMPLE_RATE // 1000
SAMPLE_BYTES = 2
LONGEST_MS = 3 * 60 * 60 * 1000  # of a recording, from a file or a microphone
LONGEST_ASIDE_MS = 180_000  # an interruption whose end nobody said is over by then, or the rest would miss in the note
SILENCE_DBFS = -96.0  # what 16 bits can hold at least; a level never reads lower

Pcm = npt.NDArray[np.int16]
"""Samples, shape (n,), little-endian on disk."""


def duration_ms(samples: int) -> int:
    """How long so many samples last, in whole milliseconds, rounded down."""
    return samples // SAMPLES_PER_MS


def peak_dbfs(pcm: Pcm) -> float:
    """The loudest sample, in decibels below full scale: 0 is the loudest there is, -96 is silence."""
    # -32768 has no positive counterpart in 16 bits, so widen before taking the absolute value.
    peak = int(np.abs(pcm.astype(np.int32)).max()) if pcm.size else 0
    return max(20 * math.log10(peak / 32768), SILENCE_DBFS) if peak else SILENCE_DBFS
