"""A rehearsal says whether a computer is fit, in figures and in its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scribe import cli, rehearse, settings
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.capture.sources import FAST_FILE_PREFIX, open_source
from scribe.rehearse import Bar, Meter, Rehearsal, as_json, as_table, bars
from tests.capture.sounds import counted, write
from tests.measure.lag_plot import plot

FIT = Rehearsal(
    file="talk.ogg",
    minutes=5.5,
    stop_to_draft_s=5.0,
    lag_p95_s=4.0,
    lag_max_s=7.0,
    behind=False,
    core_s_per_minute=50.0,
    peak_mb=1800.0,
    words_live=900,
    words_file=905,
    wer_between=0.03,
    wer_live=0.05,
    wer_file=0.04,
    lines_live=20,
    lines_file=21,
    lines_shared=15,
    critical_live=0.7,
    critical_file=0.71,
    lags=((0.5, 3.0), (300.0, 7.0)),
    memory_mb=(1700.0, 1800.0),
)


def test_a_fit_computer_meets_every_bar() -> None:
    assert len(bars(FIT)) == 7 and all(bar.is_met for bar in bars(FIT))
    assert "MISSED" not in as_table(FIT)


@pytest.mark.parametrize(
    "change",
    [
        {"stop_to_draft_s": 12.1},
        {"lag_p95_s": 6.1},
        {"lag_max_s": 10.1},
        {"core_s_per_minute": 75.1},
        {"peak_mb": 2501.0},
        {"wer_live": 0.0551},
        {"critical_live": 0.68},
    ],
)
def test_each_bar_that_is_missed_is_named(change: dict[str, float]) -> None:
    slow = replace(FIT, **change)
    assert [bar.is_met for bar in bars(slow)].count(False) == 1
    assert as_table(slow).count("MISSED") == 1


def test_what_is_not_known_is_no_bar() -> None:
    unknown = replace(FIT, wer_live=None, wer_file=None, critical_live=None, critical_file=None)
    assert len(bars(unknown)) == 5
    assert json.loads(as_json(unknown))["wer_live"] is None


def test_the_plot_has_a_dot_for_each_word_and_lines_where_the_bars_are() -> None:
    drawn = plot(json.loads(as_json(FIT)))
    assert drawn.count("h.1") == 2 and drawn.count("stroke-dasharray") == 2


@pytest.mark.parametrize(("found", "code"), [(FIT, 0), (replace(FIT, lag_max_s=30.0), 3)])
def test_the_exit_code_says_whether_the_computer_is_fit(
    found: Rehearsal, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked: dict[str, object] = {}

    def pretend(path: Path, **wanted: object) -> Rehearsal:
        asked.update(wanted)
        return found

    monkeypatch.setattr(rehearse, "rehearse", pretend)
    assert cli.run(["rehearse", "--json"]) == code
    assert json.loads(capfd.readouterr().out)["lags"] == [[0.5, 3.0], [300.0, 7.0]]
    assert asked["speech_model"] == settings.load().preferences.speech_model
    assert asked["gold"], "a bundled consultation brings its fact sheet"


def test_what_a_child_used_is_counted_after_it_has_ended() -> None:
    code = "import sys\nn = 0\nwhile n < 3_000_000: n += 1\nprint(flush=True)\nsys.stdin.read()"
    with Meter() as meter:
        child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdout and child.stdin
        child.stdout.readline()
        meter.weigh()
        child.communicate()
    assert meter.core_s > 0.02 and meter.peak_mb > 10


def test_a_bar_is_met_at_its_edge() -> None:
    assert Bar("x", 6.0, 6, "s").is_met and not Bar("x", 6.01, 6, "s").is_met


def test_a_recording_is_played_far_faster_than_it_was_spoken_and_whole(tmp_path: Path) -> None:
    said = counted(20 * SAMPLE_RATE)
    path = write(tmp_path / "talk.wav", "pcm_s16le", iter([said]))
    blocks: list[Pcm] = []
    played = threading.Event()

    def hear(block: Pcm) -> None:
        blocks.append(block)
        if len(blocks) * len(block) >= len(said):
            played.set()

    source = open_source(f"{FAST_FILE_PREFIX}{path}")
    source.start(hear)
    assert played.wait(10), "a third of a second, and what a busy computer takes"
    source.stop()
    assert np.array_equal(np.concatenate(blocks)[: len(said)], said)


def test_without_times_there_is_no_bar_on_time_and_no_plot() -> None:
    at_once = replace(FIT, stop_to_draft_s=None, lag_p95_s=None, lag_max_s=None, lags=())
    assert [bar.name for bar in bars(at_once)] == [bar.name for bar in bars(FIT)][3:]
    assert "MISSED" not in as_table(at_once)
