"""A rehearsal: a recording goes the very way of the microphone, in real time, and is timed on its way to the draft.

For developers, and for whoever wants to know whether a computer is fit for Scribe. The recorder process plays the file
as if it were a microphone; everything else is what the window does. Afterwards the same file is drafted as a file, to
compare. Nothing is kept.

It may also be played far faster than it was spoken, while Scribe's clock stands still, so that everything is heard as if
it had been said just now: text and note are those of real time, and three hours take as long as the work on them.
"""

from __future__ import annotations

import json
import os
import queue
import re
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

import psutil

from scribe.attribute import numbered
from scribe.capture import decode
from scribe.capture.sources import FAST_FILE_PREFIX, FILE_PREFIX
from scribe.desk import Desk
from scribe.draft import render, templates
from scribe.evaluate.facts import FactSheet, score_note
from scribe.evaluate.wer import word_errors
from scribe.events import Behind, DraftReady, Event, Failed, SegmentReady
from scribe.line import Line
from scribe.records import Draft, Mode, Patient, Segment

_LOOK_S = 0.2
_WEIGH_S = 2.0
_PIN = "740318"  # of a store that is gone afterwards


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How it went. What could not be known is None: without what was really said, no word errors; without a fact
    sheet, no recall; faster than real time, nothing about time. Shares are 0 to 1."""

    file: str
    minutes: float
    stop_to_draft_s: float | None
    lag_p95_s: float | None  # from a word's end to its settled text, over all words
    lag_max_s: float | None
    behind: bool  # whether the clinician was told that the computer does not keep up
    core_s_per_minute: float  # of one processor core, all processes, for each minute of the recording
    peak_mb: float  # all processes, memory that they share counted once
    words_live: int
    words_file: int
    wer_between: float  # of the live text, held against that of the whole file
    wer_live: float | None
    wer_file: float | None
    lines_live: int
    lines_file: int
    lines_shared: int  # that read the same
    critical_live: float | None
    critical_file: float | None
    lags: tuple[tuple[float, float], ...]  # second of the recording, and how late the text of a word there settled
    memory_mb: tuple[float, ...]  # the most that all processes took, in each minute of the work


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure with what it has to be, at most."""

    name: str
    found: float
    most: float
    unit: str

    @property
    def is_met(self) -> bool:
        return self.found <= self.most


def bars(one: Rehearsal) -> tuple[Bar, ...]:
    """The figures that a computer must reach to be fit for Scribe."""
    found = [
        Bar("processor time for a minute", one.core_s_per_minute, 75, "s of one core"),
        Bar("memory of all processes, at most", one.peak_mb, 2500, "MB"),
    ]
    if one.stop_to_draft_s is not None and one.lag_p95_s is not None and one.lag_max_s is not None:
        found[:0] = [
            Bar("Stop to draft", one.stop_to_draft_s, 12, "s"),
            Bar("text behind speech, 95 of 100 words", one.lag_p95_s, 6, "s"),
            Bar("text behind speech, at most", one.lag_max_s, 10, "s"),
        ]
    if one.wer_live is not None and one.wer_file is not None:
        found.append(Bar("words wrong more than from the file", 100 * (one.wer_live - one.wer_file), 1.5, "of 100"))
    if one.critical_live is not None and one.critical_file is not None:
        found.append(Bar("critical facts lost against the file", one.critical_file - one.critical_live, 0.02, ""))
    return tuple(found)


def as_table(one: Rehearsal) -> str:
    rows = [f"{one.file}, {one.minutes:.1f} minutes", ""]
    rows += [
        f"{bar.name:<40}{bar.found:>9.2f} {bar.unit:<14}{'' if bar.is_met else 'MISSED, '}bar {bar.most:g}"
        for bar in bars(one)
    ]
    rows.append(f"{'live text against that of the file':<40}{100 * one.wer_between:>9.2f} of 100 words differ")
    for name, live, whole in (
        ("words wrong: live, file", one.wer_live, one.wer_file),
        ("critical facts stated: live, file", one.critical_live, one.critical_file),
    ):
        if live is not None and whole is not None:
            rows.append(f"{name:<40}{100 * live:>9.2f} {100 * whole:.2f} of 100")
    shared = f"{one.lines_live} {one.lines_file}, of which {one.lines_shared} read the same"
    rows.append(f"{'lines of the draft: live, file':<40}{shared}")
    if one.behind:
        rows.append("The clinician was told that this computer does not keep up.")
    return "\n".join(rows) + "\n"


def as_json(one: Rehearsal) -> str:
    return json.dumps(asdict(one), indent=1) + "\n"


def rehearse(
    path: Path,
    *,
    speech_model: str = "whisper-base",
    language_model: str = "",
    own_words: tuple[str, ...] = (),
    mode: Mode = Mode.FACE_TO_FACE,
    said: Path | None = None,
    gold: Path | None = None,
    at_once: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Rehearsal:
    """Takes as long as the recording, and then about a third of that for the comparison.

    Args:
        path: the recording.
        speech_model, language_model: names in the manifest; "" as in `scribe.line`.
        own_words: the clinician's, which recognition expects.
        mode: how they met.
        said: what was really said: a numbered transcript (.json), or text in which each line may begin with who
            speaks, as in "D: ".
        gold: a fact sheet.
        at_once: plays it far faster than it was spoken, with Scribe's clock standing still.
        say: told how far it is.

    Raises:
        Fixable: what the recorder and the engines raise.
    """
    minutes = decode.probe(path).duration_ms / 60_000
    wanted = _text(said) if said else ""
    sheet = FactSheet.model_validate_json(gold.read_bytes()) if gold else None
    with _own_store(), Meter() as meter:
        live = _play(path, minutes, speech_model, language_model, own_words, mode, meter, at_once, say)
    say("Drafting the same recording as a file, to compare")
    with Line(speech_model, language_model, own_words=own_words) as line:
        whole = line.draft_file(path, mode=mode)
    heard_live, heard_file = live.text(), " ".join(turn.text for turn in whole.turns)
    live_lines, file_lines = _lines(live.draft), _lines(whole.draft)
    lags = [] if at_once else live.lags()
    return Rehearsal(
        file=path.name,
        minutes=round(minutes, 2),
        stop_to_draft_s=None if at_once else round(live.stop_to_draft_s, 2),
        lag_p95_s=None if at_once else _of_a_hundred(95, [lag for _, lag in lags]),
        lag_max_s=None if at_once else max((lag for _, lag in lags), default=0.0),
        behind=live.behind,
        core_s_per_minute=round(meter.core_s / minutes, 1),
        peak_mb=round(meter.peak_mb, 1),
        words_live=len(heard_live.split()),
        words_file=len(heard_file.split()),
        wer_between=round(word_errors(heard_file, heard_live).rate, 4),
        wer_live=round(word_errors(wanted, heard_live).rate, 4) if wanted else None,
        wer_file=round(word_errors(wanted, heard_file).rate, 4) if wanted else None,
        lines_live=len(live_lines),
        lines_file=len(file_lines),
        lines_shared=len(set(live_lines) & set(file_lines)),
        critical_live=score_note(sheet, live.note()).critical_recall if sheet else None,
        critical_file=score_note(sheet, whole.text()).critical_recall if sheet else None,
        lags=tuple(lags),
        memory_mb=tuple(round(mb, 1) for mb in meter.minutes_mb),
    )


@dataclass(slots=True)
class _Live:
    """What came of the recording while it was played."""

    began: float  # when its first sample was recorded, as the clock counts
    settled: list[tuple[float, Segment]]
    stop_to_draft_s: float
    behind: bool
    draft: Draft

    def text(self) -> str:
        return " ".join(segment.text for _, segment in self.settled)

    def note(self) -> str:
        return render.as_text(self.draft, templates.load(self.draft.template_id))

    def lags(self) -> list[tuple[float, float]]:
        """Each word's end and how late its text settled, in seconds."""
        return [
            (word.end_ms / 1000, round(at - self.began - word.end_ms / 1000, 2))
            for at, segment in self.settled
            for word in segment.words
        ]


def _play(
    path: Path,
    minutes: float,
    speech_model: str,
    language_model: str,
    own_words: tuple[str, ...],
    mode: Mode,
    meter: Meter,
    at_once: bool,
    say: Callable[[str], None],
) -> _Live:
    events: queue.SimpleQueue[tuple[float, Event]] = queue.SimpleQueue()
    desk = Desk(
        listener=lambda event: events.put((time.monotonic(), event)),
        speech_model=speech_model,
        language_model=language_model,
        ticks=(lambda: 0.0) if at_once else time.monotonic,
    )
    encounter_id = ""
    try:
        desk.open_store(secrets.token_hex(16))
        desk.create_profile("Rehearsal", "GP", "", _PIN)
        encounter_id = desk.confirm_told(desk.begin(mode, (), Patient()).id).id
        desk.start_recording(encounter_id, f"{FAST_FILE_PREFIX if at_once else FILE_PREFIX}{path.resolve()}", own_words)
        desk.warm_up()  # as the window does, once the recording runs
        began = _wait_for_end(desk, minutes, say)
        stopped = time.monotonic()
        desk.stop_recording()
        desk.process(encounter_id, own_words=own_words)
        settled: list[tuple[float, Segment]] = []
        behind = False
        while True:
            at, event = events.get()
            match event:
                case SegmentReady(_, segment):
                    settled.append((at, segment))
                case Behind():
                    behind = True
                case Failed(_, error):
                    raise error
                case DraftReady(_, draft):
                    meter.weigh()
                    return _Live(began, settled, at - stopped, behind, draft)
    finally:
        if encounter_id:
            desk.halt(encounter_id)
        desk.close()


def _wait_for_end(desk: Desk, minutes: float, say: Callable[[str], None]) -> float:
    """Until all of the file was recorded. Returns when its first sample was, by the clock."""
    began, told = float("inf"), 0
    pause = threading.Event()
    while (elapsed_ms := desk.recorder_status().elapsed_ms) < minutes * 60_000:
        if elapsed_ms:
            began = min(began, time.monotonic() - elapsed_ms / 1000)
        if elapsed_ms // 60_000 > told:
            told = elapsed_ms // 60_000
            say(f"{told} of {minutes:.1f} minutes")
        pause.wait(_LOOK_S)
    return began


class Meter:
    """Processor time and memory of this process and its children. A context manager."""

    def __init__(self) -> None:
        self.minutes_mb: list[float] = []  # the most in each minute since it began
        self._began = time.monotonic()
        self._own_s = 0.0  # what the measuring itself takes
        self._core_s: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scribe-meter")

    def __enter__(self) -> Meter:
        self.weigh()
        self._before = dict(self._core_s)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def peak_mb(self) -> float:
        return max(self.minutes_mb, default=0.0)

    @property
    def core_s(self) -> float:
        """Seconds of one core since it began."""
        return sum(self._core_s.values()) - sum(self._before.values()) - self._own_s

    def weigh(self) -> None:
        """Looks once; what a process used is remembered after it has ended."""
        with self._guard:
            begun, total = time.thread_time(), 0.0
            parent = psutil.Process()
            for process in (parent, *parent.children(recursive=True)):
                try:
                    used, memory = process.cpu_times(), process.memory_full_info()
                except psutil.Error:
                    continue  # it has just ended
                self._core_s[process.pid] = used.user + used.system
                total += getattr(memory, "pss", memory.uss)
            minute = int((time.monotonic() - self._began) // 60)
            self.minutes_mb += [0.0] * (minute + 1 - len(self.minutes_mb))
            self.minutes_mb[minute] = max(self.minutes_mb[minute], total / 1e6)
            self._own_s += time.thread_time() - begun

    def _run(self) -> None:
        while not self._over.wait(_WEIGH_S):
            self.weigh()


@contextmanager
def _own_store() -> Iterator[None]:
    """A data folder of its own, gone afterwards; the user's is not touched."""
    before = os.environ.get("SCRIBE_DATA_DIR")
    with tempfile.TemporaryDirectory(prefix="scribe-rehearsal-") as folder:
        os.environ["SCRIBE_DATA_DIR"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["SCRIBE_DATA_DIR"]
            else:
                os.environ["SCRIBE_DATA_DIR"] = before


def _text(said: Path) -> str:
    if said.suffix.lower() == ".json":
        return " ".join(turn.text for turn in numbered.read(said))
    return re.sub(r"^\w{1,2}:", "", said.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _lines(draft: Draft) -> list[str]:
    return [line.text for line in draft.lines]


def _of_a_hundred(share: int, values: Sequence[float]) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[share - 1], 2) if len(values) > 1 else 0.0
