"""The recorder: a small process of its own that owns microphone and sealed sound, without window or models.

It is started before it is needed, records whatever happens to the window, and is connected to again by the next
one. Requests and answers are frozen records over a local connection; the key of an encounter comes that way too,
never by command line, environment or file.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, Listener
from pathlib import Path

import numpy as np

from scribe import offline
from scribe.capture.decode import LONGEST_MS
from scribe.capture.sealed import SealedWriter, destroy
from scribe.capture.sound import SAMPLES_PER_MS, Pcm, peak_dbfs
from scribe.capture.sources import Source, open_source
from scribe.errors import Bug, Fixable, ScribeError

IDLE_S = 60.0  # a recorder that nobody talks to and that records nothing ends by itself
_SILENT_DBFS = -50.0
_SILENT_S = 10.0
_GONE_S = 2.0  # without a block for so long the microphone counts as gone
_RETRY_S = 1.0
_BUFFER_MS = 120_000  # how much sound waits in memory for a disk that is full


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What the recorder does now.

    `state` is "idle", "recording", "paused" or "problem" (no sound is being kept); `problem` is empty or one of
    "silent", "unplugged", "disk-full", "disk-error", "longest", "recorder-gone"; `level` is 0 to 1, the peak of the
    last block on a scale of decibels; `safe_ms` is how much would outlast a loss of power.
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
    """Sound on its way from a source to the disk: the source's thread hands over, a writer thread seals.

    Args:
        source: where the sound comes from.
        writer: where it goes.
        clock: seconds, monotonic.
    """

    def __init__(self, source: Source, writer: SealedWriter, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._writer = writer
        self._clock = clock
        self._blocks: queue.SimpleQueue[Pcm | None] = queue.SimpleQueue()
        self._unsafe: list[Pcm] = []  # heard, and not yet known to be safe on disk
        self._refused = False  # the disk took nothing of it the last time
        self._lock = threading.Lock()
        self._paused = False
        self._stopped = False
        self._problem = ""
        self._level = 0.0
        self._last_block = self._last_sound = clock()
        self._next_try = 0.0
        source.start(self._hear)
        self._thread = threading.Thread(target=self._write, name="scribe-recorder-writer")
        self._thread.start()

    def status(self) -> RecorderStatus:
        """Also looks after the microphone: one that went silent for two seconds is opened again."""
        now = self._clock()
        problem = self._problem
        if not problem and not self._paused and not self._stopped:
            if now - self._last_block > _GONE_S:
                problem = "unplugged"
                self._try_again(now)
            elif now - self._last_sound > _SILENT_S:
                problem = "silent"
        state = "paused" if self._paused else "problem" if problem and problem != "silent" else "recording"
        return RecorderStatus(
            state, self._writer.duration_ms, self._level, self._source.name, problem, self._writer.safe_ms
        )

    def pause(self) -> None:
        self._paused = True
        self._level = 0.0

    def resume(self) -> None:
        self._last_block = self._last_sound = self._clock()
        self._paused = False

    def stop(self) -> None:
        """Ends; everything that was heard is on disk and the recording is marked as whole.

        Raises:
            Fixable: "disk-full": the rest could not be saved.
        """
        self._end()
        if self._refused:
            self._save()
        self._writer.finish()

    def cancel(self) -> None:
        """Ends without keeping what still waits for the disk."""
        self._end()
        self._writer.close()

    def _end(self) -> None:
        self._stopped = True
        self._source.stop()
        self._blocks.put(None)
        self._thread.join()

    # ---------------------------------------------------------------- the source's thread

    def _hear(self, pcm: Pcm) -> None:
        self._last_block = self._clock()
        if not self._paused:
            self._blocks.put(pcm)

    # ---------------------------------------------------------------- the writer's thread

    def _write(self) -> None:
        while (pcm := self._blocks.get()) is not None:
            loudness = peak_dbfs(pcm)
            self._level = max(0.0, 1 + loudness / 60)
            if loudness > _SILENT_DBFS:
                self._last_sound = self._clock()
            if self._writer.duration_ms >= LONGEST_MS:
                self._problem = "longest"
                continue
            self._unsafe.append(pcm)
            try:
                self._save()
            except Fixable as error:
                self._problem = error.code
                self._drop_oldest()
            else:
                self._problem = ""

    def _save(self) -> None:
        """Hands the newest block to the disk; after a refusal, which undoes all that was not synced, everything."""
        again, self._refused = self._refused, True
        if self._unsafe:
            self._writer.append(np.concatenate(self._unsafe) if again else self._unsafe[-1])
        self._refused = False
        if self._writer.safe_ms == self._writer.duration_ms:
            self._unsafe.clear()

    def _drop_oldest(self) -> None:
        """A disk that stays full must not fill the memory as well."""
        while sum(map(len, self._unsafe)) > _BUFFER_MS * SAMPLES_PER_MS:
            self._unsafe.pop(0)

    # ---------------------------------------------------------------- a microphone that went away

    def _try_again(self, now: float) -> None:
        if now < self._next_try:
            return
        self._next_try = now + _RETRY_S
        self._source.stop()
        with contextlib.suppress(ScribeError):
            self._source.start(self._hear)


# ---------------------------------------------------------------- the process


class Recorder:
    """Answers requests, one after another; at most one recording at a time."""

    def __init__(self, source_for: Callable[[str], Source] = open_source) -> None:
        self._source_for = source_for
        self._live: LiveRecording | None = None
        self._about: Start | None = None

    @property
    def is_recording(self) -> bool:
        return self._live is not None

    def answer(self, request: Request) -> RecorderStatus:
        """Does what is asked.

        Raises:
            ScribeError: it cannot be done.
        """
        match request:
            case Start():
                self._start(request)
            case Pause():
                self._require().pause()
            case Resume():
                self._require().resume()
            case Stop():
                self._stop()
            case Cancel():
                self._cancel()
            case Status() | Quit():
                pass
        return self.status()

    def status(self) -> RecorderStatus:
        if self._live is None or self._about is None:
            return RecorderStatus()
        return replace(self._live.status(), recording_id=self._about.recording_id)

    def close(self) -> None:
        """Ends a recording that may be running, with everything on disk."""
        if self._live:
            self._stop()

    def _start(self, request: Start) -> None:
        if self._live:
            raise Bug("A recording is already running.", safe="It goes on.", code="already-recording")
        writer = SealedWriter(request.folder, request.key, request.recording_id)
        try:
            self._live = LiveRecording(self._source_for(request.microphone), writer)
        except BaseException:
            writer.close()
            raise
        self._about = request

    def _stop(self) -> None:
        live = self._require()
        self._live = self._about = None
        live.stop()

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


def serve(listener: Listener, recorder: Recorder, idle_s: float = IDLE_S) -> None:
    """Answers one window after another until nobody has come for `idle_s` and nothing is being recorded."""
    last = time.monotonic()
    arrived: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
    threading.Thread(target=_accept, args=(listener, arrived), daemon=True, name="scribe-recorder-door").start()
    while recorder.is_recording or time.monotonic() - last < idle_s:
        try:
            connection = arrived.get(timeout=1.0)
        except queue.Empty:
            recorder.status()  # looks after the microphone while no window asks
            continue
        if connection is None:
            break
        with connection:
            if _converse(connection, recorder):
                break
        last = time.monotonic()
    recorder.close()


def _accept(listener: Listener, arrived: queue.SimpleQueue[Connection | None]) -> None:
    while True:
        try:
            arrived.put(listener.accept())
        except OSError:  # closed, or somebody knocked without the secret
            if getattr(listener, "_listener", None) is None:
                arrived.put(None)
                return
        except Exception:  # multiprocessing.AuthenticationError and a stranger who hangs up
            continue


def _converse(connection: Connection, recorder: Recorder) -> bool:
    """Until the window hangs up, or dies. Returns whether the process is to end."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            if not connection.poll(1.0):
                recorder.status()
                continue
            request = connection.recv()
            try:
                answer: RecorderStatus | ScribeError = recorder.answer(request)
            except ScribeError as error:
                answer = error
            connection.send(answer)
            if isinstance(request, Quit) and not recorder.is_recording:
                return True
    return False


def main(address: str, handshake: Path) -> None:
    """The process: reads the connection's secret from standard input, listens, writes `handshake` when ready."""
    offline.enforce()
    secret = bytes.fromhex(sys.stdin.readline().strip())
    listener = Listener(address, "AF_PIPE" if sys.platform == "win32" else "AF_UNIX", authkey=secret)
    handshake.write_text(f"{os.getpid()}\n{address}\n{secret.hex()}\n", encoding="ascii")
    try:
        serve(listener, Recorder())
    finally:
        listener.close()
        handshake.unlink(missing_ok=True)
