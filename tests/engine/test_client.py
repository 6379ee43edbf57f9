"""Clients and real child processes, with fakes in place of the models."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from scribe.capture.sound import Pcm
from scribe.engine import client as client_module
from scribe.engine.client import LanguageClient, SpeechClient
from scribe.engine.messages import Cancelled, Event, Failed, Finished, Progress, Restarted, SegmentReady
from scribe.engine.workers import SpeechWorker
from scribe.errors import Bug, Fixable
from scribe.extract.kept import Answers
from scribe.records import Mode, Segment
from tests.engine import fakes
from tests.extract.test_ahead import consultation


def sound(*levels: int) -> Callable[[int], Iterator[Pcm]]:
    """A second of sound for each level."""

    def sound_from(start_ms: int) -> Iterator[Pcm]:
        for level in levels[start_ms // 1000 :]:
            yield np.full(16_000, level, np.int16)

    return sound_from


class Desk:
    """Commits segments as the real one does, and keeps everything else that it hears."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.events: list[Event] = []
        self.on_segment: Callable[[], None] = lambda: None

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, SegmentReady):
            self.segments.append(event.segment)
            self.on_segment()

    @property
    def texts(self) -> list[str]:
        return [segment.text for segment in self.segments]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def speech() -> Iterator[Callable[..., SpeechClient]]:
    made: list[SpeechClient] = []

    def make(load: Callable[[], SpeechWorker]) -> SpeechClient:
        made.append(SpeechClient(load))
        return made[-1]

    yield make
    for client in made:
        client.close()
    left = [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]
    assert not [p for p in left if "spawn_main" in " ".join(p.cmdline())]


Make = Callable[[Callable[[], SpeechWorker]], SpeechClient]


def test_segments_come_in_order_with_progress(speech: Make, desk: Desk) -> None:
    outcome = speech(fakes.plain).transcribe("r", sound(1, 0, 3), total_ms=3000, on_event=desk)
    assert isinstance(outcome, Finished)
    assert desk.texts == ["level 1", "level 3"]
    assert [s.number for s in desk.segments] == [1, 2]
    assert [s.start_ms for s in desk.segments] == [0, 2000]
    done = [event.done for event in desk.events if isinstance(event, Progress)]
    assert done == [1000, 2000, 3000]
    assert desk.events[-1] == Finished()


def test_a_child_serves_one_recording_after_another(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    client.transcribe("r", sound(1), total_ms=1000, on_event=desk)
    pid = client.pid
    client.transcribe("q", sound(2), total_ms=1000, on_event=desk)
    assert client.pid == pid
    assert [s.recording_id for s in desk.segments] == ["r", "q"]


def test_a_child_that_rests_is_gone_and_comes_back(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    client.transcribe("r", sound(1), total_ms=1000, on_event=desk)
    pid = client.pid
    client.rest()
    assert client.pid is None and not psutil.pid_exists(pid or 0)
    client.rest()
    client.transcribe("q", sound(2), total_ms=1000, on_event=desk)
    assert client.pid not in (None, pid)
    assert [s.recording_id for s in desk.segments] == ["r", "q"]


def test_a_child_at_work_does_not_rest(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    pids: list[int | None] = []

    def hear(event: object) -> None:
        if isinstance(event, SegmentReady):
            client.rest()
            pids.append(client.pid)
        desk(event)  # type: ignore[arg-type]

    client.transcribe("r", sound(1, 2), total_ms=2000, on_event=hear)
    assert desk.texts == ["level 1", "level 2"]
    assert pids and None not in pids and len(set(pids)) == 1


def test_work_begins_after_what_was_committed_before(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    client.transcribe("r", sound(1, 2), total_ms=2000, on_event=desk)
    last = desk.segments[-1]
    client.transcribe("r", sound(1, 2, 3), total_ms=3000, on_event=desk, start_after=last)
    assert desk.texts == ["level 1", "level 2", "level 3"]
    assert [s.number for s in desk.segments] == [1, 2, 3]
    assert desk.segments[-1].start_ms == 2000


def test_a_killed_child_costs_no_segment_and_the_work_resumes(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)

    def kill_at_the_third() -> None:
        if len(desk.segments) == 3:
            assert client.pid
            os.kill(client.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    desk.on_segment = kill_at_the_third
    levels = range(1, 41)
    outcome = client.transcribe("r", sound(*levels), total_ms=40_000, on_event=desk)
    assert isinstance(outcome, Finished)
    assert desk.texts == [f"level {level}" for level in levels]
    assert [s.number for s in desk.segments] == list(levels)
    assert sum(isinstance(event, Restarted) for event in desk.events) == 1


def test_a_crash_in_the_middle_of_recognition_is_resumed(speech: Make, desk: Desk) -> None:
    outcome = speech(fakes.dies_once).transcribe("r", sound(1, 2, 666, 4), total_ms=4000, on_event=desk)
    assert isinstance(outcome, Finished)
    assert desk.texts == ["level 1", "level 2", "level 666", "level 4"]


def test_as_long_as_the_work_goes_on_any_number_of_crashes_is_resumed(speech: Make, desk: Desk) -> None:
    outcome = speech(fakes.dies_once).transcribe("r", sound(1, 666, 667, 4, 668, 6), total_ms=6000, on_event=desk)
    assert isinstance(outcome, Finished)
    assert desk.texts == [f"level {level}" for level in (1, 666, 667, 4, 668, 6)]
    assert sum(isinstance(event, Restarted) for event in desk.events) == 3


def test_a_second_death_at_one_place_is_an_error_and_keeps_the_segments(speech: Make, desk: Desk) -> None:
    client = speech(fakes.dies_always)
    with pytest.raises(Bug) as raised:
        client.transcribe("r", sound(1, 2, 666, 4), total_ms=4000, on_event=desk)
    assert raised.value.code == "child-died"
    assert desk.texts == ["level 1", "level 2"]
    assert isinstance(desk.events[-1], Failed)
    assert isinstance(client.transcribe("q", sound(7), total_ms=1000, on_event=desk), Finished)


def test_cancel_keeps_segments_and_the_child(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)

    def cancel_at_the_second() -> None:
        if len(desk.segments) == 2:
            client.cancel()

    desk.on_segment = cancel_at_the_second
    outcome = client.transcribe("r", sound(*range(1, 500)), total_ms=0, on_event=desk)
    assert isinstance(outcome, Cancelled)
    assert desk.texts[:2] == ["level 1", "level 2"]
    assert len(desk.texts) < 10
    pid = client.pid
    desk.on_segment = lambda: None
    assert isinstance(client.transcribe("q", sound(9), total_ms=0, on_event=desk), Finished)
    assert client.pid == pid


def test_cancel_of_a_child_that_hangs_kills_it(speech: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_PATIENCE_S", 0.1)
    client = speech(fakes.hangs)
    desk.on_segment = client.cancel
    outcome = client.transcribe("r", sound(1, 666), total_ms=2000, on_event=desk)
    assert isinstance(outcome, Cancelled)
    assert desk.texts == ["level 1"]
    desk.on_segment = lambda: None
    assert isinstance(client.transcribe("q", sound(9), total_ms=0, on_event=desk), Finished)


def test_cancel_from_another_thread_before_the_child_is_up(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)

    def endless(_: int) -> Iterator[Pcm]:
        threading.Thread(target=client.cancel).start()
        while True:
            yield np.ones(16_000, np.int16)

    assert isinstance(client.transcribe("r", endless, total_ms=0, on_event=desk), Cancelled)


def test_a_cancel_between_jobs_cancels_nothing(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    client.cancel()
    client.transcribe("r", sound(1), total_ms=1000, on_event=desk)
    client.cancel()
    assert isinstance(client.transcribe("q", sound(2), total_ms=1000, on_event=desk), Finished)


def test_an_unforeseen_error_crosses_without_its_words(speech: Make, desk: Desk) -> None:
    client = speech(fakes.fails)
    with pytest.raises(Bug) as raised:
        client.transcribe("r", sound(1, 666), total_ms=2000, on_event=desk)
    assert "ValueError" in str(raised.value)
    assert "private" not in str(raised.value)
    assert desk.texts == ["level 1"]
    assert isinstance(client.transcribe("q", sound(9), total_ms=0, on_event=desk), Finished)


def test_an_error_for_people_crosses_whole(speech: Make, desk: Desk) -> None:
    for client in (speech(fakes.fails), speech(fakes.no_model)):
        with pytest.raises(Fixable) as raised:
            client.transcribe("r", sound(667), total_ms=1000, on_event=desk)
        assert (raised.value.code, raised.value.do) == ("model-missing", "Get it.")


def test_sound_that_breaks_off_is_recognised_as_far_as_it_goes(speech: Make, desk: Desk) -> None:
    def broken(_: int) -> Iterator[Pcm]:
        yield np.ones(16_000, np.int16)
        raise Fixable("The file ends in the middle.", code="sound-truncated")

    with pytest.raises(Fixable) as raised:
        speech(fakes.plain).transcribe("r", broken, total_ms=9000, on_event=desk)
    assert raised.value.code == "sound-truncated"
    assert desk.texts == ["level 1"]


def test_a_listener_that_fails_stops_the_work_and_is_heard(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)

    def disk_full() -> None:
        raise OSError("no space left")

    desk.on_segment = disk_full
    with pytest.raises(OSError, match="no space left"):
        client.transcribe("r", sound(1, 2), total_ms=2000, on_event=desk)
    desk.on_segment = lambda: None
    assert isinstance(client.transcribe("q", sound(9), total_ms=0, on_event=desk), Finished)


def test_memory_of_the_parent_stays_flat_as_sound_is_only_taken_when_wanted(speech: Make, desk: Desk) -> None:
    taken = 0

    def counted(_: int) -> Iterator[Pcm]:
        nonlocal taken
        for _second in range(200):
            taken += 1
            yield np.ones(16_000, np.int16)

    ahead = []
    desk.on_segment = lambda: ahead.append(taken - len(desk.segments))
    speech(fakes.plain).transcribe("r", counted, total_ms=200_000, on_event=desk)
    assert max(ahead) <= 1


def test_the_child_is_polite(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    client.transcribe("r", sound(1), total_ms=1000, on_event=desk)
    process = psutil.Process(client.pid)
    assert process.nice() > psutil.Process().nice()


def test_a_child_never_touches_the_terminal(tmp_path: Path) -> None:
    script = tmp_path / "uses_scribe.py"
    script.write_text(
        "import sys, numpy as np\n"
        "from scribe.engine.client import SpeechClient\n"
        "from tests.engine import fakes\n"
        "if __name__ == '__main__':\n"
        "    client = SpeechClient(fakes.noisy)\n"
        "    sound = [np.ones(16000, np.int16)]\n"
        "    client.transcribe('r', lambda _: iter(sound), total_ms=0, on_event=lambda _: None)\n"
        "    client.close()\n"
        "    print('own', sys.stdin.read())\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)],
        input="typed",
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        timeout=240,
        check=True,
    )
    assert done.stdout == "own typed\n"
    assert "a library warns" not in done.stderr
    assert "UserWarning in the transcribe process" in done.stderr


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "is_killed.py"
    script.write_text(
        "import os, signal, numpy as np\n"
        "from scribe.engine.client import SpeechClient\n"
        "from tests.engine import fakes\n"
        "def on_event(event):\n"
        "    print(client.pid, flush=True)\n"
        "    os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        "if __name__ == '__main__':\n"
        "    client = SpeechClient(fakes.plain)\n"
        "    client.transcribe('r', lambda _: iter([np.ones(16000, np.int16)]), total_ms=0, on_event=on_event)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        timeout=240,
    )
    pid = int(done.stdout.split()[0])
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(timeout=60)
    assert not psutil.pid_exists(pid)


def test_the_child_knows_what_was_said_just_now(speech: Make, desk: Desk) -> None:
    live = iter([True, False, True, False])
    speech(fakes.says_its_pace).transcribe("r", sound(1, 2, 3), total_ms=0, on_event=desk, is_live=lambda: next(live))
    assert desk.texts == ["live", "whole", "live"]


def test_a_child_that_is_at_work_is_not_waited_for_to_be_started(speech: Make, desk: Desk) -> None:
    client = speech(fakes.plain)
    desk.on_segment = client.start  # in the middle of a job
    client.transcribe("r", sound(1, 2), total_ms=2000, on_event=desk)
    assert desk.texts == ["level 1", "level 2"]


def test_what_was_written_ahead_outlives_the_child_that_wrote_it() -> None:
    turns = consultation()
    client = LanguageClient(fakes.writes)
    answers: Answers = {}
    try:
        assert client.ahead(turns[: len(turns) // 2], answers) is not None
        first, written = client.pid, dict(answers)
        assert first and written
        os.kill(first, signal.SIGTERM)
        client.ahead(turns, answers)
        assert client.pid != first
        new = {key: answers[key] for key in answers.keys() - written.keys()}
        assert new and all(said.text.endswith(str(client.pid)) for each in new.values() for said in each)
        assert {key: answers[key] for key in written} == written
    finally:
        client.close()


@pytest.fixture
def language_client() -> Iterator[LanguageClient]:
    client = LanguageClient(fakes.language)
    yield client
    client.close()


def test_a_ledger_comes_back(language_client: LanguageClient, desk: Desk) -> None:
    ledger = language_client.ledger("r", (), Mode.TELEPHONE, (), desk, {})
    assert ledger is not None
    assert ledger.recording_id == "r"
    assert Progress("ledger", 1, 2) in desk.events


def test_a_cancelled_ledger_is_none(language_client: LanguageClient) -> None:
    events: list[Event] = []

    def on_event(event: Event) -> None:
        events.append(event)
        language_client.cancel()

    assert language_client.ledger("r", (), Mode.TELEPHONE, ("wait",), on_event, {}) is None
    assert isinstance(events[-1], Cancelled)
