"""The recorder: a small process of its own that owns microphone and sealed sound, without window or models.

It is started before it is needed, records whatever happens to the window, and is connected to again by the next
one. Requests and answers are frozen records over a local connection; the key of an encounter comes that way too,
never by command line, environment or file.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

import numpy as np

from scribe import offline
from scribe.capture.sealed import SealedWriter, destroy
from scribe.capture.sound import LONGEST_MS, SAMPLE_RATE, Pcm, duration_ms, peak_dbfs
from scribe.capture.sources import Source, open_source
from scribe.errors import Bug, Fixable, ScribeError

IDLE_S = 10.0  # a recorder that no window is connected to and that records nothing ends by itself
_TICK_S = 0.1
_PIECE = SAMPLE_RATE // 2  # sound is sealed and synced by the half second
_SILENT_DBFS = -50.0
_SILENT_MS = 10_000
_GONE_S = 2.0  # without a block for so long the microphone counts as gone
_OPENING_S = 5.0  # how long the first block may take: headsets and sound servers wake up slowly
_PROMPT_S = 1.0  # one that takes longer is said to wake up: what is said meanwhile is not heard
_RETRY_S = 1.0
_BUFFER_MS = 120_000  # how much sound waits in memory for a disk that is full; what comes after it is not kept


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What the recorder does now.

    `state` is "idle", "recording", "paused" or "problem" (no sound is being kept). `problem` is empty or one of
    "silent" (still recording), "waking" (the microphone has given no sound yet), "unplugged", "disk-full",
    "disk-error", "longest", "recorder-gone". `level` is 0 to 1, the peak of the last block on a scale of decibels;
    `safe_ms` is how much would outlast a loss of power.
    """

    state: str = "idle"
    elapsed_ms: int = 0
    level: float = 0.0
    device: str = ""
    problem: str = ""
    safe_ms: int = 0
    recording_id: str = ""


# ---------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class Start:
    recording_id: str
    folder: Path
    key: bytes
    microphone: str

    def __repr__(self) -> str:
        return f"Start({self.recording_id})"  # the key must not reach a log


@dataclass(frozen=True, slots=True)
class Pause: ...


@dataclass(frozen=True, slots=True)
class Resume: ...


@dataclass(frozen=True, slots=True)
class Stop: ...


@dataclass(frozen=True, slots=True)
class Cancel: ...


@dataclass(frozen=True, slots=True)
class Status: ...


@dataclass(frozen=True, slots=True)
class Quit:
    """Ends the process, unless something is being recorded."""


Request = Start | Pause | Resume | Stop | Cancel | Status | Quit


# ---------------------------------------------------------------- one recording


class LiveRecording:
    """Sound on its way from a source to the disk. The source's thread only hands over; `tick` does the work.

    Args:
        source: where the sound comes from.
        writer: where it goes; it must sync every append.
        clock: seconds, monotonic.

    Raises:
        Fixable: what `Source.start` raises.
    """

    def __init__(self, source: Source, writer: SealedWriter, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._writer = writer
        self._clock = clock
        self._heard: queue.SimpleQueue[Pcm] = queue.SimpleQueue()
        self._piece: list[Pcm] = []  # less than a piece
        self._waiting: deque[Pcm] = deque()  # pieces on their way to the disk
        self._waiting_ms = 0  # of all that is not on disk
        self._quiet_ms = 0
        self._level = 0.0
        self._paused = False
        self._over = False
        self._disk_problem = ""
        self._save_again = 0.0
        self._gone = False
        self._waking_since: float | None = None
        self._listen()

    @property
    def is_over(self) -> bool:
        """It reached its greatest length, and is closed."""
        return self._over

    def status(self) -> RecorderStatus:
        problem = "longest" if self._over else self._disk_problem or ("unplugged" if self._gone else "")
        state = "problem" if problem else "paused" if self._paused else "recording"
        if state == "recording" and self._quiet_ms >= _SILENT_MS:
            problem = "silent"
        if state == "recording" and self._waking_since is not None:
            problem = "waking" if self._clock() - self._waking_since > _PROMPT_S else ""
        heard_ms = self._writer.duration_ms + self._waiting_ms
        return RecorderStatus(state, heard_ms, self._level, self._source.name, problem, self._writer.safe_ms)

    def tick(self) -> None:
        """Seals what was heard, and looks after microphone and disk; to be called ten times a second."""
        if self._over:
            return
        self._gather()
        if self._clock() >= self._save_again:
            with contextlib.suppress(Fixable):
                self._save()
        if not self._paused:
            self._look_after_source()
        if self._writer.duration_ms >= LONGEST_MS:
            with contextlib.suppress(Fixable):
                self.stop()
                self._over = True

    def pause(self) -> None:
        """Lets go of the microphone, so that the computer too shows that nobody listens."""
        if not self._paused:
            self._source.stop()
            self._paused, self._gone, self._level = True, False, 0.0

    def resume(self) -> None:
        """Raises:
        Fixable: what `Source.start` raises; it stays paused then.
        """
        if self._paused:
            self._listen()
            self._paused = False

    def stop(self) -> None:
        """Ends: everything that was heard is on disk and the recording is marked as whole.

        Raises:
            Fixable: "disk-full" or "disk-error": the rest waits in memory; stop may be called again.
        """
        if not self._over:
            self._save_rest()
            self._writer.finish()

    def break_off(self) -> None:
        """Ends with everything on disk that the disk takes, not marked as whole, so that it is offered back."""
        with contextlib.suppress(Fixable):
            self._save_rest()
        self._writer.close()

    def cancel(self) -> None:
        """Ends without keeping what still waits for the disk."""
        self._source.stop()
        self._writer.close()

    # ---------------------------------------------------------------- from the source

    def _listen(self) -> None:
        self._source.start(self._heard.put)
        self._waking_since = self._clock()
        self._due = self._clock() + _OPENING_S
        self._quiet_ms = 0

    def _gather(self) -> None:
        while not self._heard.empty():
            pcm = self._heard.get()
            self._due, self._gone, self._waking_since = self._clock() + _GONE_S, False, None
            loudness = peak_dbfs(pcm)
            self._level = max(0.0, 1 + loudness / 60)
            self._quiet_ms = 0 if loudness > _SILENT_DBFS else self._quiet_ms + duration_ms(len(pcm))
            if self._waiting_ms < _BUFFER_MS:
                self._piece.append(pcm)
                self._waiting_ms += duration_ms(len(pcm))
            if sum(map(len, self._piece)) >= _PIECE:
                self._seal_piece()

    def _seal_piece(self) -> None:
        if self._piece:
            self._waiting.append(np.concatenate(self._piece))
            self._piece.clear()

    def _look_after_source(self) -> None:
        now = self._clock()
        if now < self._due:
            return
        self._gone, self._level = True, 0.0
        self._source.stop()
        self._due = now + _RETRY_S
        with contextlib.suppress(Fixable):
            self._listen()

    # ---------------------------------------------------------------- to the disk

    def _save(self) -> None:
        try:
            while self._waiting:
                self._writer.append(self._waiting[0])
                self._waiting_ms -= duration_ms(len(self._waiting.popleft()))
        except Fixable as error:
            self._disk_problem = error.code
            self._save_again = self._clock() + _RETRY_S
            raise
        self._disk_problem = ""

    def _save_rest(self) -> None:
        self._source.stop()
        self._paused = True  # nothing more is expected of the source, should the disk refuse
        self._gather()
        self._seal_piece()
        self._save()


# ---------------------------------------------------------------- the process


class Recorder:
    """Does what the windows ask, at most one recording at a time. All but `status` belong to one thread."""

    def __init__(self, source_for: Callable[[str], Source] = open_source) -> None:
        self._source_for = source_for
        self._live: LiveRecording | None = None
        self._about: Start | None = None
        self._status = RecorderStatus()

    @property
    def is_recording(self) -> bool:
        return self._live is not None and not self._live.is_over

    def status(self) -> RecorderStatus:
        """How things stood at the last tick or request; from any thread, and never waits."""
        return self._status

    def answer(self, request: Request) -> RecorderStatus:
        """Does what is asked.

        Raises:
            ScribeError: it cannot be done.
        """
        try:
            match request:
                case Start():
                    self._start(request)
                case Pause():
                    self._require().pause()
                case Resume():
                    self._require().resume()
                case Stop():
                    self._require().stop()
                    self._live = self._about = None
                case Cancel():
                    self._cancel()
                case Status() | Quit():
                    pass
        finally:
            self._look()
        return self._status

    def tick(self) -> None:
        """To be called ten times a second."""
        if self._live:
            self._live.tick()
            self._look()

    def close(self) -> None:
        """Breaks a running recording off with everything on disk, so that it is offered back."""
        if self._live and not self._live.is_over:
            self._live.break_off()
        self._live = self._about = None

    def _look(self) -> None:
        live, about = self._live, self._about
        self._status = replace(live.status(), recording_id=about.recording_id) if live and about else RecorderStatus()

    def _start(self, request: Start) -> None:
        if self._live:
            raise Bug("A recording is already running.", safe="It goes on.", code="already-recording")
        source = self._source_for(request.microphone)
        writer = SealedWriter(request.folder, request.key, request.recording_id, sync_every_ms=0)
        try:
            self._live = LiveRecording(source, writer)
        except BaseException:
            writer.close()
            if not writer.duration_ms:  # not one that was to be taken up again
                destroy(request.folder, request.recording_id)
            raise
        self._about = request

    def _cancel(self) -> None:
        live, about = self._require(), self._about
        self._live = self._about = None
        live.cancel()
        if about:
            destroy(about.folder, about.recording_id)

    def _require(self) -> LiveRecording:
        if self._live is None:
            raise Bug("No recording is running.", code="not-recording")
        return self._live


class Service:
    """Lets any number of windows talk to one recorder: each has a thread, and one thread does the work."""

    def __init__(self, listener: Listener, recorder: Recorder, idle_s: float = IDLE_S) -> None:
        self._listener = listener
        self._recorder = recorder
        self._idle_s = idle_s
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._windows: set[Connection] = set()

    def run(self) -> None:
        """Until it is told to end, or nothing is being recorded and no window has been there for `idle_s`."""
        threading.Thread(target=self._accept, daemon=True, name="scribe-recorder-door").start()
        last = time.monotonic()
        while time.monotonic() - last < self._idle_s:
            try:
                job = self._jobs.get(timeout=_TICK_S)
            except queue.Empty:
                pass
            else:
                if job is None:
                    break
                job.answer.put(self._answer(job.request))
            self._recorder.tick()
            if self._windows or self._recorder.is_recording:
                last = time.monotonic()
        self._recorder.close()

    def end(self) -> None:
        """Makes `run` return soon; may be called from a signal handler."""
        self._jobs.put(None)

    def _answer(self, request: Request) -> RecorderStatus | ScribeError:
        try:
            return self._recorder.answer(request)
        except ScribeError as error:
            return error
        except Exception as error:  # a mistake of ours must not end a recording
            return Bug(f"The recorder met a mistake of ours ({type(error).__name__}).", code="recorder-mistake")

    def _accept(self) -> None:
        while True:
            try:
                window = self._listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue  # a stranger, or one who hung up at the door
            except OSError:
                return  # closed
            self._windows.add(window)
            threading.Thread(target=self._converse, args=(window,), daemon=True, name="scribe-recorder-window").start()

    def _converse(self, window: Connection) -> None:
        """Until the window hangs up, or dies."""
        with window, contextlib.suppress(EOFError, OSError):
            while True:
                match request := window.recv():
                    case Status():
                        window.send(self._recorder.status())
                    case Quit():
                        window.send(self._recorder.status())
                        if not self._recorder.is_recording:
                            self.end()
                    case _:
                        job = _Job(request, queue.SimpleQueue())
                        self._jobs.put(job)
                        window.send(job.answer.get())
        self._windows.discard(window)


@dataclass(frozen=True, slots=True)
class _Job:
    request: Request
    answer: queue.SimpleQueue[RecorderStatus | ScribeError]


def main(address: str, handshake: Path) -> None:
    """The process: reads the connection's secret from standard input, listens, writes `handshake` when ready."""
    offline.enforce()
    secret = bytes.fromhex(sys.stdin.readline().strip())
    listener = Listener(address, "AF_PIPE" if sys.platform == "win32" else "AF_UNIX", authkey=secret)
    service = Service(listener, Recorder())
    # At log-out and shutdown the sound goes to disk first.
    signal.signal(signal.SIGTERM, lambda *_: service.end())
    _publish(handshake, f"{os.getpid()}\n{address}\n{secret.hex()}\n")
    try:
        service.run()
    finally:
        listener.close()
        handshake.unlink(missing_ok=True)


def _publish(handshake: Path, text: str) -> None:
    """All at once, and for this user's eyes only."""
    draft = handshake.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    draft.replace(handshake)
