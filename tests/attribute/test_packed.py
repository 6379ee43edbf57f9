from __future__ import annotations

import numpy as np
import pytest

from scribe.attribute.packed import PackedVoices
from scribe.records import Voice


def test_voices_come_out_as_the_encoder_gave_them() -> None:
    vectors = np.random.default_rng(1).normal(size=(4, 256)).astype(np.float32)
    voices = [Voice("r", n * 800, n * 800 + 1600, tuple(vector.tolist())) for n, vector in enumerate(vectors)]
    packed = PackedVoices()
    packed.extend(voices[:1])
    packed.extend(voices[1:])
    assert list(packed) == voices and len(packed) == 4
    assert packed[-1] == voices[-1] and packed[1:3] == voices[1:3]
    with pytest.raises(IndexError):
        packed[4]
