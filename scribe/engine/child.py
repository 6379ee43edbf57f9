"""What runs in a child process: it loads its models once, then does one job after another.

The child asks for sound when it needs some and looks for a cancel between two records, so nothing is ever
queued without bound and nobody waits for anybody who waits. When the pipe ends, its parent is gone, and it
ends too.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, TextIO

import psutil

from scribe import offline
from scribe.capture.sound import Pcm
from scribe.engine.messages import Cancelled, Event, Failed, Finished, Job, Sound, SoundWanted, Warned
from scribe.errors import Bug, Fixable, ScribeError


class Worker(Protocol):
    """Does the jobs of one kind of child, with models that it keeps between them."""

    def events(self, job: Any, line: Line) -> Iterator[Event]:
        """Does the job and yields what it makes, often, since a cancel is looked for between two events."""
        ...


class Line:
    """The child's side of the pipe to its parent.

    Args:
        data: jobs and sound come in, events go out.
        control: the numbers of jobs to be cancelled come in.
    """

    def __init__(self, data: Connection, control: Connection) -> None:
        self._data = data
        self._control = control
        self._job = 0
        self._stop = -1

    def next_job(self) -> Job:
        job: Job = self._data.recv()
        self._job = job.job
        return job

    def send(self, message: Event | SoundWanted | Warned) -> None:
        self._data.send(message)

    def sound(self) -> Iterator[tuple[Pcm, bool]]:
        """The sound of the present job, piece by piece, and whether it was said just now."""
        while True:
            self._data.send(SoundWanted())
            answer: Sound = self._data.recv()
            if answer.pcm is None:
                return
            yield answer.pcm, answer.live

    def cancelled(self) -> bool:
        """Whether the present job is to be stopped. A cancel that came too late for an earlier one is none."""
        while self._control.poll():
            self._stop = self._control.recv()
        return self._stop == self._job


def main(data: Connection, control: Connection, load: Callable[[], Worker], niceness: int) -> None:
    """The entry point of a child process; it returns when the parent closes the pipe or dies.

    Args:
        data, control: the pipes of `Line`.
        load: makes the worker.
        niceness: how far below the window it runs, 1 to 19, where the system counts that.
    """
    offline.enforce()
    line = Line(data, control)
    _settle_in(line, niceness)
    try:
        try:
            worker = load()
        except Exception as error:
            line.send(Failed(_told(error)))
            return
        while True:
            _do(line.next_job(), worker, line)
    except (EOFError, OSError):
        return  # the parent is gone, and whatever the pipe's end threw us out of


def _do(job: Job, worker: Worker, line: Line) -> None:
    try:
        for event in worker.events(job, line):
            line.send(event)
            if line.cancelled():
                break
    except (EOFError, BrokenPipeError, ConnectionError):
        raise
    except Exception as error:
        line.send(Failed(_told(error)))
        return
    line.send(Cancelled() if line.cancelled() else Finished())


def _told(error: Exception) -> ScribeError:
    """The error as something that may be shown and logged: without the words that a library put into it."""
    if isinstance(error, ScribeError):
        return error
    if isinstance(error, MemoryError):
        return Fixable(
            "This computer ran out of memory.",
            safe="Everything made so far is kept.",
            do="Close other programs, or choose a smaller model in Settings, and try again.",
            code="out-of-memory",
        )
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return Bug(
        f"Something went wrong inside Scribe ({type(error).__name__} at {where}).",
        safe="Everything made so far is kept.",
        do="Try again; if it happens again, send us the line above.",
        code="child-error",
    )


def _settle_in(line: Line, niceness: int) -> None:
    """Below the window's priority, deaf to Ctrl-C, away from the terminal, warnings as messages."""
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(min(19, process.nice() + niceness))  # below what the command itself was given
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for descriptor in (0, 1):
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, descriptor)
        if nowhere != descriptor:
            os.close(nowhere)

    def tell(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line_text: str | None = None,
    ) -> None:
        line.send(Warned(category.__name__, f"{Path(filename).name}:{lineno}"))

    warnings.showwarning = tell  # type: ignore[assignment]  # a parameter is named otherwise
