"""Three hours of sound take no more memory than ten minutes, in Scribe's own process and in the child's."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from scribe.capture import decode
from scribe.engine.client import SpeechClient
from scribe.engine.messages import Event, Finished, SegmentReady
from scribe.line import after
from tests.capture.test_decode import long_file
from tests.engine import fakes

TEN_MINUTES = 600  # segments: the fake makes one a second
MOST_MORE = 150_000_000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared memory is told apart on Linux only")
def test_three_hours_cost_hardly_more_memory_than_ten_minutes(tmp_path: Path) -> None:
    path = long_file(tmp_path / "long.caf", 180)
    client = SpeechClient(fakes.plain)
    ten_minutes = most = segments = 0

    def on_event(event: Event) -> None:
        nonlocal ten_minutes, most, segments
        if not isinstance(event, SegmentReady):
            return
        segments += 1
        if segments % 100 == 0:
            most = max(most, sum(psutil.Process(pid).memory_full_info().pss for pid in (None, client.pid)))
        if segments == TEN_MINUTES:
            ten_minutes = most

    try:
        outcome = client.transcribe(
            "r",
            lambda start_ms: after(decode.pcm(path), start_ms),
            total_ms=decode.probe(path).duration_ms,
            on_event=on_event,
        )
    finally:
        client.close()
    assert isinstance(outcome, Finished)
    assert segments == 18 * TEN_MINUTES
    assert ten_minutes > 0 and most - ten_minutes < MOST_MORE
