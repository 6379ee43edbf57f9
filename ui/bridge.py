"""Where threads meet Qt, and nowhere else: events come in from the Desk's threads, slow calls go out to one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from scribe import events
from scribe.errors import Bug, ScribeError
from ui.faults import write_fault

_T = TypeVar("_T")


class Bridge(QObject):
    """Carries the Desk's events to the GUI thread and slow calls away from it.

    Signals (all emitted on the GUI thread, in the order in which things happened):
        stage_changed(Encounter), segment_ready(encounter_id, Segment), turns_ready(encounter_id, turns),
        progressed(encounter_id, Step, done, total), gathered(encounter_id, counts), behind(encounter_id, behind_ms),
        draft_ready(encounter_id, Draft),
        failed(encounter_id, ScribeError), warned(encounter_id, ScribeError), cancelled(encounter_id): the Desk's
            events.
        error(ScribeError): a slow call failed and its caller left that to the window.
    """

    stage_changed = Signal(object)
    segment_ready = Signal(str, object)
    turns_ready = Signal(str, object)
    progressed = Signal(str, object, int, int)
    gathered = Signal(str, object)
    behind = Signal(str, int)
    draft_ready = Signal(str, object)
    failed = Signal(str, object)
    warned = Signal(str, object)
    cancelled = Signal(str)
    error = Signal(object)

    _arrived = Signal(object)
    _returned = Signal(object)
    _told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        # Saves and everything else of the store go one after the other. A long download has a line of its own, and so
        # have what may wait for a network drive that hangs, and what somebody waits to read.
        self._calls = ThreadPoolExecutor(1, "scribe-calls")
        self._read_calls = ThreadPoolExecutor(1, "scribe-read-calls")
        self._long_calls = ThreadPoolExecutor(1, "scribe-long-calls")
        self._drive_calls = ThreadPoolExecutor(1, "scribe-drive-calls")
        self._waiting = 0
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def listen(self, event: events.Event) -> None:
        """The Desk's listener; called from any thread."""
        self._arrived.emit(event)

    def run(
        self,
        call: Callable[[], _T],
        done: Callable[[_T], None] | None = None,
        failed: Callable[[ScribeError], None] | None = None,
        *,
        long: bool = False,
        drive: bool = False,
        read: bool = False,
    ) -> None:
        """Makes a slow call on a worker thread; `done` or `failed` is called on the GUI thread afterwards.

        Args:
            call: what to do; takes nothing.
            done: gets what `call` returned.
            failed: gets the ScribeError; without it, the signal `error` carries it.
            long: for what may take minutes (a download), so that saving never waits for it.
            drive: for what asks a folder that may be on a network drive, for the same reason.
            read: for what changes nothing, so that it does not wait until a long recording is taken in.
        """
        self._waiting += 1
        line = self._calls
        for wanted, other in ((long, self._long_calls), (drive, self._drive_calls), (read, self._read_calls)):
            line = other if wanted else line
        line.submit(call).add_done_callback(lambda future: self._returned.emit((future, done, failed)))

    @property
    def is_idle(self) -> bool:
        """Whether every call has returned and been delivered."""
        return self._waiting == 0

    def tell(self, told: Callable[[Any], None]) -> Callable[[Any], None]:
        """A function that may be called from any thread and has `told` called on the GUI thread."""
        return lambda value: self._told.emit((told, value))

    def close(self) -> None:
        """Waits for calls under way (saves above all) and ends the threads."""
        self._calls.shutdown(wait=True)
        self._read_calls.shutdown(wait=True)
        self._drive_calls.shutdown(wait=True, cancel_futures=True)
        self._long_calls.shutdown(wait=True, cancel_futures=True)

    @Slot(object)
    def _dispatch(self, event: events.Event) -> None:
        match event:
            case events.StageChanged(encounter):
                self.stage_changed.emit(encounter)
            case events.SegmentReady(encounter_id, segment):
                self.segment_ready.emit(encounter_id, segment)
            case events.TurnsReady(encounter_id, turns):
                self.turns_ready.emit(encounter_id, turns)
            case events.Progressed(encounter_id, step, done, total):
                self.progressed.emit(encounter_id, step, done, total)
            case events.Gathered(encounter_id, counts):
                self.gathered.emit(encounter_id, counts)
            case events.Behind(encounter_id, behind_ms):
                self.behind.emit(encounter_id, behind_ms)
            case events.DraftReady(encounter_id, draft):
                self.draft_ready.emit(encounter_id, draft)
            case events.Failed(encounter_id, error):
                self.failed.emit(encounter_id, error)
            case events.Warned(encounter_id, error):
                self.warned.emit(encounter_id, error)
            case events.Cancelled(encounter_id):
                self.cancelled.emit(encounter_id)

    @Slot(object)
    def _tell(self, told: tuple[Callable[[Any], None], Any]) -> None:
        call, value = told
        call(value)

    @Slot(object)
    def _deliver(
        self, returned: tuple[Future[Any], Callable[[Any], None] | None, Callable[[Any], None] | None]
    ) -> None:
        future, done, failed = returned
        self._waiting -= 1
        error = future.exception()
        if error is None:
            if done:
                done(future.result())
            return
        if not isinstance(error, ScribeError):
            write_fault(type(error), error.__traceback__)
            error = Bug(
                "Something went wrong inside Scribe.",
                safe="Everything saved so far is kept.",
                do="Try again. If it happens again, restart Scribe.",
                code="unexpected",
            )
        if failed:
            failed(error)
        else:
            self.error.emit(error)
