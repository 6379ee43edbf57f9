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
from dataclasses import replace
from multiprocessing.connection import Client, Connection
from pathlib import Path

from scribe.capture import apart
from scribe.capture.live import RecorderStatus
from scribe.capture.recorder import (
    Aside,
    Cancel,
    Pause,
    Quit,
    Request,
    Resume,
    Start,
    Status,
    Stop,
    Strike,
)
from scribe.errors import Bug, Fixable, ScribeError

_START_S = 15.0
_REVIVALS = 30
_REVIVE_S = 1.0
_ANSWER_S = 10.0
_GLANCE_S = 0.02
_ROOM_BYTES = 1 << 20


class RecorderClient:
    """Talks to the recorder process. Safe to use from any thread. Where the process dies while it records, another is
    started, takes the recording up and goes on; that it did stands among the recording's events.

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
        self._about: Start | None = None  # what is being recorded
        self._reviving: threading.Thread | None = None
        self._ended = threading.Event()

    def prepare(self) -> RecorderStatus:
        """Starts the process, or connects to the one that runs, so that recording can begin at once.

        Raises:
            Fixable: "recorder-missing": it did not start; "disk-full".
        """
        with self._lock:
            self._connect()
        return self.status()

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
        """Begins to record, or takes up a recording that broke off.

        Args:
            recording_id: names the file.
            folder: where it lies.
            key: of the encounter's sound.
            microphone: the computer's usual one for an empty name.
            computer_sound: records what the computer plays as a second channel.
            other_allowed: another microphone may take over where this one goes.

        Raises:
            Fixable: "no-microphone", "microphone-busy", "microphone-refused", "disk-full", "recorder-missing".
        """
        about = Start(recording_id, folder, key, microphone, computer_sound, other_allowed)
        try:
            status = self._ask(about)
        except Bug as error:
            if error.code == "recorder-gone":  # nothing had begun that could be kept
                raise apart.broken() from error
            raise
        self._about = about
        return status

    def remember(self, recording_id: str, folder: Path, key: bytes) -> None:
        """What a recorder that was found running records, so that this window too can take it up should it die."""
        self._about = Start(recording_id, folder, key, "", paused=self._last.state == "paused")

    def pause(self) -> RecorderStatus:
        return self._ask(Pause(), paused=True)

    def resume(self) -> RecorderStatus:
        return self._ask(Resume(), paused=False)

    def strike(self, ms: int) -> RecorderStatus:
        """Destroys the sound of the last so many milliseconds; the recording goes on.

        Raises:
            Fixable: "disk-full", "disk-error".
        """
        return self._ask(Strike(ms))

    def aside(self, begins: bool) -> RecorderStatus:
        """What is said from now on belongs to an interruption, or no longer does; after three minutes it does not."""
        return self._ask(Aside(begins))

    def stop(self) -> RecorderStatus:
        """Ends the recording; when this returns, all of it is on disk.

        Raises:
            Fixable: "disk-full", "disk-error": may be called again.
            Bug: "recorder-gone": it died; what it had written is on disk.
        """
        with self._lock:
            if self._connection is None and self._about:
                self._about = None
                raise _gone()
        try:
            status = self._ask(Stop())
        except Bug:
            self._about = None
            raise
        self._about = None
        return status

    def cancel(self) -> RecorderStatus:
        """Ends the recording and destroys its sound."""
        self._about = None
        return self._ask(Cancel())

    def status(self) -> RecorderStatus:
        """What the recorder does; never raises and hardly waits, since it is asked ten times a second."""
        if not self._lock.acquire(timeout=_GLANCE_S):
            return self._last  # another thread is asking for something that takes longer, such as Stop
        try:
            if self._connection:
                with contextlib.suppress(ScribeError):
                    self._exchange(Status())
            if self._connection is None and self._about and not (self._reviving and self._reviving.is_alive()):
                self._reviving = threading.Thread(target=self._revive, name="scribe-recorder-revival")
                self._reviving.start()
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
        self._about = None
        self._ended.set()
        if self._reviving:
            self._reviving.join()
        self._ended.clear()
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

    # ---------------------------------------------------------------- inside

    def _ask(self, request: Request, *, paused: bool | None = None) -> RecorderStatus:
        with self._lock:
            self._connect()
            answer = self._exchange(request)
            if isinstance(answer, ScribeError):
                raise answer
            if paused is not None and self._about:
                self._about = replace(self._about, paused=paused)
        return answer

    def _revive(self) -> None:
        """The recorder died while it recorded: another takes the recording up."""
        for _ in range(_REVIVALS):
            with self._lock:
                if self._about is None:
                    return
                with contextlib.suppress(ScribeError):
                    self._connect()
                    if isinstance(self._exchange(self._about), RecorderStatus):
                        return
                self._hang_up()
                self._last = replace(self._last, state="problem", problem="recorder-gone", level=0.0)
            if self._ended.wait(_REVIVE_S):
                return

    # ---------------------------------------------------------------- with the lock held

    def _exchange(self, request: Request) -> RecorderStatus | ScribeError:
        assert self._connection is not None
        try:
            self._connection.send(request)
            if not self._connection.poll(_ANSWER_S):
                raise TimeoutError
            answer: RecorderStatus | ScribeError = self._connection.recv()
        except (EOFError, OSError) as error:
            self._hang_up()
            self._last = replace(self._last, state="problem", problem="recorder-gone", level=0.0)
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
