"""Whoever is killed, and whenever: every sample that was due is on disk."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.capture.kill_recording import VICTIMS, kill_once


@pytest.mark.skipif(sys.platform == "win32", reason="nothing was killed: there is no SIGKILL on Windows")
@pytest.mark.parametrize("seed", range(5))
def test_kills_at_random_moments_lose_no_sample_that_was_due(tmp_path: Path, seed: int) -> None:
    """Four each, so twenty in all; a longer run is `python -m tests.capture.kill_recording 1000`."""
    chance = random.Random(seed)
    for run, victim in enumerate(VICTIMS):
        assert kill_once(tmp_path / str(run), victim, chance).missing_ms <= 1000
