"""While people talk: text and ledger follow the recording, and Stop finds little left to do."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from scribe import demo_recordings
from scribe.attribute import numbered
from scribe.attribute.attribute import attribute
from scribe.capture import decode
from scribe.capture.recorder import RecorderStatus
from scribe.capture.sealed import SealedReader, SealedWriter
from scribe.capture.sound import Pcm
from scribe.desk import Desk
from scribe.errors import Fixable
from scribe.evaluate.wer import word_errors
from scribe.events import DraftReady, Event, Failed, Gathered, SegmentReady
from scribe.line import Line, Stopped
from scribe.live import LATE_MS, Drafting, Growing
from scribe.records import Encounter, Mode, RecordingEvent, Section, Segment, Stage, Turn, Voice, utc_now
from tests.fakes import FakeLine, segment
from tests.test_desk import ANNE, BOB, clipboard, events, make, sound, wait

__all__ = ["clipboard", "events", "make", "sound"]  # fixtures

KEY = bytes(32)
SECOND = np.ones(16_000, np.int16)
SENTENCE = "It has been going on for about three weeks now and it is worse at night."


class Room:
    """The recorder's place: seals what is said when the test says it."""

    def __init__(self) -> None:
        self._writer: SealedWriter | None = None
        self._id = ""

    def start(
        self,
        recording_id: str,
        folder: Path,
        key: bytes,
        microphone: str = "",
        *,
        computer_sound: bool = False,
        other_allowed: bool = False,
    ) -> RecorderStatus:
        self._writer = SealedWriter(folder, key, recording_id, sync_every_ms=0, channels=2 if computer_sound else 1)
        self._id = recording_id
        return self.status()

    def say(self, seconds: int) -> None:
        for _ in range(seconds):
            self.hear(SECOND)

    def hear(self, pcm: Pcm) -> None:
        assert self._writer
        self._writer.append(pcm)

    def aside(self, begins: bool) -> RecorderStatus:
        assert self._writer
        what = "aside" if begins else "aside-over"
        self._writer.note(RecordingEvent(self._writer.duration_ms, utc_now(), what))
        return self.status()

    def stop(self) -> RecorderStatus:
        if self._writer:
            self._writer.finish()
            self._writer = None
        return self.status()

    def die(self) -> None:
        assert self._writer
        self._writer.close()
        self._writer = None

    def status(self) -> RecorderStatus:
        return RecorderStatus("recording" if self._writer else "idle", recording_id=self._id if self._writer else "")

    running = status

    def remember(self, recording_id: str, folder: Path, key: bytes) -> None: ...

    def disconnect(self) -> None: ...


class HearingLine(FakeLine):
    """Hears a sentence in every second of sound, as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.ledgers: list[int] = []  # how many turns each was made of
        self.sentence = SENTENCE
        self.ahead_of: list[Sequence[Turn]] = []
        self.drafted: queue.SimpleQueue[int] = queue.SimpleQueue()  # of how many turns something was drafted ahead
        self.broken: Fixable | None = None
        self.forgot = 0
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    def forget(self) -> None:
        self.forgot += 1

    def transcribe(
        self,
        recording_id: str,
        sound: Callable[[int], Iterator[Pcm]],
        *,
        total_ms: int,
        on_segment: Callable[[Segment, tuple[Voice, ...]], None],
        start_after: Segment | None = None,
        expected_words: Sequence[str] = (),
        is_live: Callable[[], bool] = lambda: False,
    ) -> None:
        self._cancelled.clear()
        done = start_after.number if start_after else 0
        self.heard_from.append(done)
        for number, _ in enumerate(sound(done * 1000), done + 1):
            if self.broken:
                raise self.broken
            on_segment(segment(recording_id, number, f"{number}. {self.sentence}", (number - 1) * 1000), ())
        if self._cancelled.is_set():
            raise Stopped

    def ahead(self, recording_id: str, turns: Sequence[Turn]) -> dict[Section, int]:
        self.ahead_of.append(turns)
        self.drafted.put(len(turns))
        return {Section.HISTORY: len(turns)}

    def ledger(self, recording_id, turns, mode, known_medicines=()):  # type: ignore[no-untyped-def]
        self.ledgers.append(len(turns))
        return super().ledger(recording_id, turns, mode, known_medicines)


@pytest.fixture
def line() -> HearingLine:
    return HearingLine()


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    yield room
    if room.status().state == "recording":
        room.die()


@pytest.fixture
def desk(make: Callable[[FakeLine], Desk], line: HearingLine, room: Room) -> Desk:
    desk = make(line)
    desk._recorder = room  # type: ignore[assignment]
    return desk


def recording(desk: Desk) -> Encounter:
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id)
    return desk.encounter(encounter.id)


def hear(events: queue.SimpleQueue[Event], count: int) -> list[Segment]:
    found: list[Segment] = []
    while len(found) < count:
        event = wait(events, SegmentReady)
        assert isinstance(event, SegmentReady)
        found.append(event.segment)
    return found


# ---------------------------------------------------------------- from the desk


def test_text_is_there_while_the_recording_goes_on(desk: Desk, room: Room, events: queue.SimpleQueue[Event]) -> None:
    encounter = recording(desk)
    room.say(1)
    hear(events, 1)
    room.say(2)
    assert [each.number for each in hear(events, 2)] == [2, 3]
    assert [each.number for each in desk.segments(encounter.id)] == [1, 2, 3]
    assert desk.encounter(encounter.id).stage is Stage.RECORDING and desk.draft(encounter.id) is None


def test_stop_leads_to_a_draft_of_all_that_was_said_and_nothing_is_heard_twice(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    encounter = recording(desk)
    room.say(2)
    hear(events, 2)
    room.say(3)
    desk.stop_recording()
    desk.process(encounter.id)
    wait(events, DraftReady)
    assert line.heard_from == [0] and line.ledgers == [5]
    draft = desk.draft(encounter.id)
    assert draft is not None and len(draft.lines) == 5
    assert desk.encounter(encounter.id).stage is Stage.DRAFTED


def test_the_note_is_made_also_when_it_is_asked_for_long_after_the_recording(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    encounter = recording(desk)
    room.say(2)
    desk.stop_recording()
    hear(events, 2)
    while desk._work.is_busy_with(encounter.id):
        with desk._work._lock:
            desk._work._lock.wait_for(lambda: encounter.id not in desk._work._pending, 30)
    assert desk.draft(encounter.id) is None, "nobody asked for a note yet"
    desk.process(encounter.id)
    wait(events, DraftReady)
    assert line.heard_from == [0]


def test_what_is_over_is_drafted_while_people_talk(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    recording(desk)
    room.say(2)
    hear(events, 2)
    assert line.drafted.empty(), "a sentence or two is no passage"
    room.say(1)
    assert line.drafted.get(timeout=120) == 3
    gathered = wait(events, Gathered)
    assert isinstance(gathered, Gathered) and gathered.counts == ((Section.HISTORY, 3),)
    assert line.ledgers == []


def test_on_two_channels_it_is_known_while_people_talk_who_speaks(
    desk: Desk, room: Room, line: HearingLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scribe.work.attribute", attribute)
    line.sentence = "Yes, on Tuesday, I do think so."  # nobody could tell by the words
    encounter = desk.confirm_told(desk.begin(Mode.TELEPHONE, (), ANNE).id)
    desk.start_recording(encounter.id, computer_sound=True)
    here, there = (np.outer(SECOND, sides).astype(np.int16) for sides in ((3000, 100), (100, 3000)))
    for second in (here, there, here, there, here, there):
        room.hear(second)
    line.drafted.get(timeout=120)
    (turns, *_) = line.ahead_of
    assert len(turns) >= 5, "one for each second"
    assert all(one.role is not other.role for one, other in itertools.pairwise(turns))
    assert all(turn.confidence > 0.9 for turn in turns)


def test_what_is_said_in_an_interruption_is_drafted_neither_live_nor_afterwards(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scribe.work.attribute", attribute)
    line.sentence = "I do not know."
    encounter = recording(desk)
    room.say(6)
    hear(events, 6)
    desk.aside(True)
    room.say(6)
    desk.aside(False)
    room.say(6)
    line.drafted.get(timeout=120)
    assert any(turn.left_out for turn in line.ahead_of[-1])
    desk.stop_recording()
    desk.process(encounter.id)
    wait(events, DraftReady)
    turns = desk.turns(encounter.id)
    out = [word for turn in turns if turn.left_out for word in turn.words]
    assert {word.start_ms // 1000 for word in out} == {6, 7, 8, 9, 10, 11}
    draft = desk.draft(encounter.id)
    assert draft is not None
    drafted = {word for line in draft.lines for word in line.text.split()}
    assert "6." in drafted and "13." in drafted and not drafted & {f"{number}." for number in range(7, 13)}


def test_what_keeps_the_text_from_following_is_said_when_a_note_is_wanted_and_no_sooner(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    encounter = recording(desk)
    room.say(1)
    hear(events, 1)
    line.broken = Fixable("The model is not there.", code="model-missing")
    room.say(1)
    desk.stop_recording()
    while desk._work.is_busy_with(encounter.id):
        with desk._work._lock:
            desk._work._lock.wait_for(lambda: encounter.id not in desk._work._pending, 30)
    while not events.empty():
        assert not isinstance(events.get(), Failed)
    line.broken = None
    desk.process(encounter.id)
    wait(events, DraftReady)
    assert line.heard_from == [0, 1], "it goes on after what was heard"
    assert len(desk.turns(encounter.id)) == 2


def test_an_objection_ends_the_work_and_nothing_that_was_written_is_kept(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    encounter = recording(desk)
    room.say(3)
    hear(events, 3)
    desk.halt(encounter.id)
    desk.object(encounter.id)
    assert line.forgot == 1 and not desk._work.is_busy_with(encounter.id)
    with pytest.raises(Fixable) as caught:
        desk.segments(encounter.id)
    assert caught.value.code == "encounter-destroyed"


def test_a_recorder_that_dies_leaves_a_recording_that_is_heard_to_its_end(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    encounter = recording(desk)
    room.say(2)
    hear(events, 1)
    room.die()
    desk.begin(Mode.FACE_TO_FACE, (), BOB)
    desk.process(encounter.id)
    wait(events, DraftReady)
    assert line.ledgers == [2]


def test_the_next_window_follows_a_recording_that_goes_on(
    desk: Desk, room: Room, line: HearingLine, events: queue.SimpleQueue[Event]
) -> None:
    encounter = recording(desk)
    room.say(2)
    hear(events, 2)
    clinician = desk.clinician
    assert clinician is not None
    desk._work.stop(encounter.id)  # the window closes
    desk._profile = desk._session = desk._recording = None  # what a new window knows
    from tests.test_desk import PIN

    desk.unlock(clinician.id, PIN)
    room.say(1)
    assert [each.number for each in hear(events, 1)] == [3]
    assert line.heard_from == [0, 2]


# ---------------------------------------------------------------- how far behind


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_text_that_falls_behind_is_said_to_and_heard_in_longer_stretches_until_it_has_caught_up(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path, KEY, "r", sync_every_ms=0)
    clock, told = Clock(), []
    looks = iter([1, 12, 0])  # seconds of sound that are there at each look for more

    def say() -> None:
        for _ in range(seconds := next(looks)):
            writer.append(SECOND)
        if not seconds:
            writer.finish()

    growing = Growing(SealedReader(tmp_path, KEY, "r"), lambda: False, 0.0, told.append, clock, say)
    pieces, live = growing.pcm(0), []
    for _ in range(2):  # keeps up
        next(pieces)
        live.append(growing.is_live())
    assert live == [True, True] and told == []
    clock.now += 11  # one piece took eleven seconds: a busy computer
    for _ in range(10):
        next(pieces)
        live.append(growing.is_live())
    assert live[2:] == [False] * 10
    assert told[0] == 11_000 - 2_000 > LATE_MS
    next(pieces)
    assert list(pieces) == [] and told[-1] == 0


def test_whatever_keeps_the_text_from_beginning_is_said_too(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path, KEY, "r", sync_every_ms=0)
    clock, told = Clock(), []
    growing = Growing(SealedReader(tmp_path, KEY, "r"), lambda: False, 0.0, told.append, clock, writer.finish)
    for _ in range(20):
        writer.append(SECOND)
    clock.now += 20
    pieces = growing.pcm(0)
    next(pieces)
    assert not growing.is_live() and told == [19_000]
    assert len(list(pieces)) == 19 and told[-1] == 0


def test_what_was_recorded_before_anybody_listened_is_no_live_sound(tmp_path: Path) -> None:
    with SealedWriter(tmp_path, KEY, "r", sync_every_ms=0) as writer:
        for _ in range(3):
            writer.append(SECOND)
        writer.finish()
    growing = Growing(SealedReader(tmp_path, KEY, "r"), lambda: False, 0.0)
    pieces = growing.pcm(2000)
    assert len(next(pieces)) == 16_000 and not growing.is_live()
    assert list(pieces) == []


def test_while_the_clock_stands_still_everything_was_said_just_now(tmp_path: Path) -> None:
    """So a rehearsal hears a recording that is all there as if it were being made."""
    with SealedWriter(tmp_path, KEY, "r", sync_every_ms=0) as writer:
        for _ in range(60):
            writer.append(SECOND)
        writer.finish()
    growing, told = Growing(SealedReader(tmp_path, KEY, "r"), lambda: False, 0.0, clock=lambda: 0.0), []
    for _ in growing.pcm(0):
        told.append(growing.is_live())
    assert told == [True] * 60


# ---------------------------------------------------------------- drafting ahead


def test_a_ledger_that_fails_ahead_disturbs_nothing() -> None:
    tried = threading.Event()

    def fail(turns: tuple[Turn, ...]) -> dict[Section, int]:
        tried.set()
        raise Fixable("The model is not there.", code="model-missing")

    with Drafting(lambda segments, voices: (), fail, lambda counts: None) as drafting:
        for number in range(1, 20):
            drafting.hear(segment("r", number, SENTENCE), ())
        assert tried.wait(30)


def test_a_passage_under_way_is_waited_for_and_no_other_begun() -> None:
    begun, go_on, written = threading.Event(), threading.Event(), []

    def release(drafting: Drafting) -> None:
        with drafting._more:
            assert drafting._more.wait_for(lambda: drafting._over, 30)
        go_on.set()

    def write(turns: tuple[Turn, ...]) -> dict[Section, int]:
        begun.set()
        assert go_on.wait(30)
        written.append(turns)
        return {}

    with Drafting(lambda segments, voices: (), write, lambda counts: None) as drafting:
        for number in range(1, 4):
            drafting.hear(segment("r", number, SENTENCE), ())
        assert begun.wait(30)
        for number in range(4, 20):
            drafting.hear(segment("r", number, SENTENCE), ())
        threading.Thread(target=release, args=(drafting,)).start()
    assert len(written) == 1


# ---------------------------------------------------------------- with real models


def test_a_real_minute_is_written_down_drafted_ahead_and_not_rewritten(
    make: Callable[[FakeLine], Desk], room: Room, events: queue.SimpleQueue[Event]
) -> None:
    """Slow: the smallest speech model and the writer hear a bundled consultation as fast as they can."""
    desk = make(Line("whisper-tiny.en", "qwen-0.5b"))  # type: ignore[arg-type]
    desk._recorder = room  # type: ignore[assignment]
    encounter = recording(desk)
    for second in itertools.islice(decode.pcm(demo_recordings.recording("new-medicine").path, piece_ms=1000), 60):
        room.hear(second)
    shown: list[Segment] = []
    gathered = False
    while not gathered or shown[-1].end_ms < 50_000:
        event = events.get(timeout=900)
        assert not isinstance(event, Failed)
        gathered = gathered or isinstance(event, Gathered)
        shown += [event.segment] if isinstance(event, SegmentReady) else []
    assert desk.encounter(encounter.id).stage is Stage.RECORDING, "all this while the recording goes on"
    desk.stop_recording()
    desk.process(encounter.id)
    while not isinstance(event := events.get(timeout=900), DraftReady):
        assert not isinstance(event, Failed)
    kept = desk.segments(encounter.id)
    assert list(kept[: len(shown)]) == shown, "text that was shown as settled is never rewritten"
    said = [
        each for each in numbered.turns_from_numbered(demo_recordings.script("new-medicine")) if each.end_ms < 60_000
    ]
    heard = " ".join(each.text for each in kept)
    assert word_errors(" ".join(turn.text for turn in said), heard).rate < 0.25
    assert any("154" in line.text for line in event.draft.lines + event.draft.checks)
