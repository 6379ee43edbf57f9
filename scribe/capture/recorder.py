"""The recorder: a small process of its own that owns microphone and sealed sound, without window or models.

It is started before it is needed, records whatever happens to the window, and is connected to again by the next
one. Requests and answers are frozen records over a local connection; the key of an encounter comes that way too,
never by command line, environment or file.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from scribe import offline
from scribe.capture.live import LiveRecording
from scribe.capture.live import RecorderStatus as RecorderStatus
from scribe.capture.sealed import SealedWriter, destroy
from scribe.capture.sources import Source, UsualMicrophone, open_source, portaudio
from scribe.errors import Bug, Fixable, ScribeError

IDLE_S = 10.0  # a recorder that no window is connected to and that records nothing ends by itself
_TICK_S = 0.1


# ---------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class Start:
    """Begins a recording, or takes one up that broke off.

    `computer_sound` records what the computer plays as a second channel; `other_allowed` lets another microphone take
    over where the chosen one goes; `paused` takes up one that was paused, without opening the microphone.
    """

    recording_id: str
    folder: Path
    key: bytes
    microphone: str
    computer_sound: bool = False
    other_allowed: bool = False
    paused: bool = False

    def __repr__(self) -> str:
        return f"Start({self.recording_id})"  # the key must not reach a log


@dataclass(frozen=True, slots=True)
class Pause: ...


@dataclass(frozen=True, slots=True)
class Resume: ...


@dataclass(frozen=True, slots=True)
class Strike:
    """Destroys the sound of the last `ms` milliseconds."""

    ms: int


@dataclass(frozen=True, slots=True)
class Aside:
    """What is said from now on belongs to an interruption, or no longer does."""

    begins: bool


@dataclass(frozen=True, slots=True)
class Stop: ...


@dataclass(frozen=True, slots=True)
class Cancel: ...


@dataclass(frozen=True, slots=True)
class Status: ...


@dataclass(frozen=True, slots=True)
class Quit:
    """Ends the process, unless something is being recorded."""


Request = Start | Pause | Resume | Strike | Aside | Stop | Cancel | Status | Quit


# ---------------------------------------------------------------- the process


class Recorder:
    """Does what the windows ask, at most one recording at a time. All but `status` belong to one thread.

    Args:
        source_for: the source of a microphone's name, with the computer's own sound beside it or not.
        usual: which microphone is the computer's usual one now.
        free_bytes: the room on the disk of a folder.
    """

    def __init__(
        self,
        source_for: Callable[[str, bool], Source] = open_source,
        *,
        usual: Callable[[], str] = lambda: "",
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._source_for = source_for
        self._usual = usual
        self._free_bytes = free_bytes
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
                case Strike():
                    self._require().strike(request.ms)
                case Aside():
                    self._require().aside(request.begins)
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
        if self._live and self._about and self._about.recording_id == request.recording_id:
            return  # whoever asks had lost the connection, and the recording had not stopped
        if self._live:
            raise Bug("A recording is already running.", safe="It goes on.", code="already-recording")
        source = self._source_for(request.microphone, request.computer_sound)
        writer = SealedWriter(
            request.folder,
            request.key,
            request.recording_id,
            sync_every_ms=0,
            channels=2 if request.computer_sound else 1,
        )
        usual = self._source_for("", request.computer_sound) if request.other_allowed and request.microphone else None
        try:
            self._live = LiveRecording(
                source,
                writer,
                other=usual,
                follows_usual=self._usual if not request.microphone else lambda: "",
                free_bytes=lambda: self._free_bytes(request.folder),
                paused=request.paused,
            )
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


def main(address: str, handshake: Path, source_for: Callable[[str, bool], Source] = open_source) -> None:
    """The process: reads the connection's secret from standard input, listens, writes `handshake` when ready."""
    offline.enforce()
    secret = bytes.fromhex(sys.stdin.readline().strip())
    listener = Listener(address, "AF_PIPE" if sys.platform == "win32" else "AF_UNIX", authkey=secret)
    usual = UsualMicrophone()
    service = Service(listener, Recorder(source_for, usual=usual.name))
    # At log-out and shutdown the sound goes to disk first.
    signal.signal(signal.SIGTERM, lambda *_: service.end())
    _publish(handshake, f"{os.getpid()}\n{address}\n{secret.hex()}\n")
    with contextlib.suppress(Fixable):
        portaudio()  # the sound system is asked now what there is, so that the first recording need not wait for it
    usual.start()
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
