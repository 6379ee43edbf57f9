"""The window's side of the recorder: starts the process, or finds the one that the last window left running."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from pathlib import Path

from scribe.capture import apart
from scribe.capture.recorder import (
    Cancel,
    Pause,
    Quit,
    RecorderStatus,
    Request,
    Resume,
    Start,
    Status,
    Stop,
)
from scribe.errors import Bug, Fixable, ScribeError

_START_S = 15.0
_ANSWER_S = 10.0
_GLANCE_S = 0.02
_ROOM_BYTES = 1 << 20


class RecorderClient:
    """Talks to the recorder process. Safe to use from any thread.

    Args:
        folder: where the handshake lies, so that the next window finds a recorder that still runs.
        command: what to start; tests put another one in its place.
    """

    def __init__(self, folder: Path, command: Callable[[str, Path], list[str]] | None = None) -> None:
        self._handshake = folder / "recorder"
        self._command = command or _command
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._pid = 0
        self._last = RecorderStatus()

    def prepare(self) -> RecorderStatus:
        """Starts the process, or connects to the one that runs, so that recording can begin at once.

        Raises:
            Fixable: "recorder-missing": it did not start; "disk-full".
        """
        with self._lock:
            self._connect()
        return self.status()

    def start(self, recording_id: str, folder: Path, key: bytes, microphone: str = "") -> RecorderStatus:
        """Begins to record.

        Raises:
            Fixable: "no-microphone", "microphone-busy", "disk-full", "recorder-missing".
        """
        try:
            return self._ask(Start(recording_id, folder, key, microphone))
        except Bug as error:
            if error.code == "recorder-gone":  # nothing had begun that could be kept
                raise apart.broken() from error
            raise

    def pause(self) -> RecorderStatus:
        return self._ask(Pause())

    def resume(self) -> RecorderStatus:
        return self._ask(Resume())

    def stop(self) -> RecorderStatus:
        """Ends the recording; when this returns, all of it is on disk."""
        return self._ask(Stop())

    def cancel(self) -> RecorderStatus:
        """Ends the recording and destroys its sound."""
        return self._ask(Cancel())

    def status(self) -> RecorderStatus:
        """What the recorder does; never raises and hardly waits, since it is asked ten times a second."""
        if not self._lock.acquire(timeout=_GLANCE_S):
            return self._last  # another thread is asking for something that takes longer, such as Stop
        try:
            if self._connection:
                with contextlib.suppress(ScribeError):
                    self._exchange(Status())
            return self._last
        finally:
            self._lock.release()

    def running(self) -> RecorderStatus:
        """What a recorder that an earlier window started does; idle where there is none. Starts nothing."""
        with self._lock:
            if self._connection is None:
                self._connection = self._found()
        return self.status()

    def disconnect(self) -> None:
        """Hangs up. A recording goes on; a recorder that records nothing ends."""
        with self._lock:
            goes_on = False
            if self._connection:
                with contextlib.suppress(ScribeError):
                    answer = self._exchange(Quit())
                    goes_on = isinstance(answer, RecorderStatus) and answer.state != "idle"
            self._hang_up()
            self._last = RecorderStatus()
            if not goes_on:
                _reap(self._pid)

    # ---------------------------------------------------------------- inside, with the lock held

    def _ask(self, request: Request) -> RecorderStatus:
        with self._lock:
            self._connect()
            answer = self._exchange(request)
        if isinstance(answer, ScribeError):
            raise answer
        return answer

    def _exchange(self, request: Request) -> RecorderStatus | ScribeError:
        assert self._connection is not None
        try:
            self._connection.send(request)
            if not self._connection.poll(_ANSWER_S):
                raise TimeoutError
            answer: RecorderStatus | ScribeError = self._connection.recv()
        except (EOFError, OSError) as error:
            self._hang_up()
            self._last = RecorderStatus(state="problem", problem="recorder-gone")
            raise _gone() from error
        if isinstance(answer, RecorderStatus):
            self._last = answer
        return answer

    def _connect(self) -> None:
        if self._connection is None:
            self._connection = self._found() or self._started()

    def _found(self) -> Connection | None:
        try:
            pid, address, secret = self._handshake.read_text(encoding="ascii").split()
            connection = _connected(address, bytes.fromhex(secret))
        except (OSError, ValueError, EOFError):
            return None
        self._pid = int(pid)
        return connection

    def _started(self) -> Connection:
        _reap(self._pid)  # of the one that died, if it was ours
        self._handshake.unlink(missing_ok=True)
        secret, address = secrets.token_bytes(32), _address()
        process = subprocess.Popen(
            self._command(address, self._handshake),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=apart.surroundings(),
            start_new_session=True,  # Ctrl-C in the window's terminal must not reach it
        )
        assert process.stdin is not None
        with process.stdin:
            process.stdin.write(f"{secret.hex()}\n".encode())
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError, EOFError):
                if self._handshake.exists():
                    connection = _connected(address, secret)
                    self._pid = process.pid
                    _started_here[process.pid] = process
                    return connection
            time.sleep(0.01)
        process.kill()
        process.wait()
        if shutil.disk_usage(self._handshake.parent).free < _ROOM_BYTES:
            raise Fixable(
                "The disk is full, so nothing can be recorded.",
                safe="Everything saved before is safe.",
                do="Empty the bin or delete files that you do not need, then try again.",
                code="disk-full",
            )
        raise Fixable(
            "The part of Scribe that records could not be started.",
            safe="Nothing was being recorded.",
            do="Restart Scribe; if it happens again, restart the computer.",
            code="recorder-missing",
        )

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


_started_here: dict[int, subprocess.Popen[bytes]] = {}
"""Recorders that this process started. One that outlives its client is kept here, so that whoever ends it waits for it."""


def _reap(pid: int) -> None:
    if process := _started_here.pop(pid, None):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)


def _command(address: str, handshake: Path) -> list[str]:
    return apart.command("record", address, str(handshake))


def _address() -> str:
    name = f"scribe-{secrets.token_hex(8)}"
    # A socket's path may have about a hundred characters, so it does not lie in the data folder.
    return rf"\\.\pipe\{name}" if sys.platform == "win32" else str(Path(tempfile.gettempdir()) / name)


def _connected(address: str, secret: bytes) -> Connection:
    family = "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"
    connection: Connection = Client(address, family, authkey=secret)
    return connection


def _gone() -> Bug:
    return Bug(
        "The part of Scribe that records has stopped.",
        safe="Everything recorded so far is saved.",
        do="Start recording again; what was recorded is offered for transcription.",
        code="recorder-gone",
    )
