"""The side of the child processes that the rest of Scribe sees.

Each client has at most one child and does one job at a time, in the thread that asks for it: `on_event` is
called in that thread, before the child goes on. `cancel` may be called from any thread and returns at once.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.context import SpawnProcess
from typing import TypeAlias

from scribe.capture.sound import Pcm
from scribe.engine import child, workers
from scribe.engine.messages import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Gathered,
    Job,
    LedgerReady,
    MakeLedger,
    Outcome,
    Restarted,
    SegmentReady,
    Sound,
    SoundWanted,
    Transcribe,
    Warned,
    WriteAhead,
    Written,
)
from scribe.errors import Bug, ScribeError
from scribe.extract.kept import Answers
from scribe.records import Ledger, Mode, Segment, Turn

_Answer: TypeAlias = "Callable[[Event | SoundWanted, _Child], None]"
OnEvent = Callable[[Event], None]
SoundFrom = Callable[[int], Iterator[Pcm]]
"""Gives the sound of a recording from a millisecond on; called again when work has to resume."""

_PATIENCE_S = 2.0  # how long a child may take to stop by itself
_SPEECH_NICENESS, _LANGUAGE_NICENESS = 5, 10  # what was said comes before what is made of it
_log = logging.getLogger(__name__)
_spawn = multiprocessing.get_context("spawn")


class _Died(Exception):
    """The pipe ended: the child crashed or was killed."""


class _Child:
    """A running child process and the pipes to it."""

    def __init__(self, load: Callable[[], child.Worker], name: str, niceness: int) -> None:
        self.load = load
        self._data, data = _spawn.Pipe()
        control, self._control = _spawn.Pipe(duplex=False)
        self._process: SpawnProcess = _spawn.Process(
            target=child.main, args=(data, control, load, niceness), name=name, daemon=True
        )
        self._process.start()
        # Ours must be the only copies left on this side, or the pipe would not end with the child.
        data.close()
        control.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def send(self, message: Job | Sound) -> None:
        try:
            self._data.send(message)
        except OSError as error:
            raise _Died from error

    def receive(self) -> Event | SoundWanted | Warned:
        try:
            message: Event | SoundWanted | Warned = self._data.recv()
        except (EOFError, OSError) as error:
            raise _Died from error
        return message

    def cancel(self, job: int) -> None:
        with contextlib.suppress(OSError):
            self._control.send(job)

    def kill(self) -> None:
        with contextlib.suppress(ValueError):  # it has ended in the meantime
            self._process.kill()

    def end(self) -> None:
        """Lets it go: an idle child ends by itself when the pipe does."""
        self._data.close()
        self._control.close()
        self._process.join(_PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


class _Client:
    """One child that is started when it is first needed and again when it is gone."""

    def __init__(self, step: str, load: Callable[[], child.Worker], niceness: int) -> None:
        self._step = step
        self._load = load
        self._niceness = niceness
        self._numbers = itertools.count(1)
        self._busy = threading.Lock()  # held for the length of a job
        self._guard = threading.Lock()  # held while one of the following changes
        self._child: _Child | None = None
        self._job = 0  # 0: none is under way
        self._stop_asked = False
        self._killer: threading.Timer | None = None

    def use(self, load: Callable[[], child.Worker]) -> None:
        """Has the next child load something else. The job under way, if there is one, ends as it began; any thread."""
        with self._guard:
            self._load = load

    def start(self) -> None:
        """Starts the child and lets it load its models, so that the first job need not wait for them.

        Returns at once where a job is under way: its child was started for it.
        """
        if self._busy.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._busy.release()

    def cancel(self) -> None:
        """Stops the job under way, if there is one; after two seconds by killing the child."""
        with self._guard:
            if self._job and not self._stop_asked:
                self._stop_asked = True
                self._stop()

    def rest(self) -> None:
        """Ends an idle child, so that its memory is others'; the next job starts one again."""
        if self._busy.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                self._busy.release()

    def close(self) -> None:
        """Stops what is under way and ends the child."""
        self.cancel()
        with self._busy:
            self._let_go()

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is a child."""
        return self._child.pid if self._child else None

    def _run(
        self, make_job: Callable[[int], Job], answer: _Answer, done: Callable[[], object] = lambda: None
    ) -> Outcome:
        """Does a job, and goes on with it in a new child if the child dies; until one dies without having come further.

        Args:
            make_job: makes the job under the number given; called again after a crash.
            answer: takes every message but the last, and the child to reply to.
            done: how far the job has come, as something that is equal while nothing is added.
        """
        with self._busy:
            with self._guard:
                self._job = next(self._numbers)
                self._stop_asked = False
            try:
                outcome = self._once(make_job, answer)
                last: object = self  # equal to nothing that is done
                while isinstance(outcome, Restarted) and last != (now := done()):
                    last = now
                    _log.warning("the %s process died and is started again", self._step)
                    answer(outcome, self._running())
                    outcome = self._once(make_job, answer)
                return Failed(_gave_up()) if isinstance(outcome, Restarted) else outcome
            except BaseException:
                self._let_go()  # it is in the middle of a job whose results nobody will read
                raise
            finally:
                with self._guard:
                    self._job = 0
                    killer, self._killer = self._killer, None
                if killer:
                    killer.cancel()
                    killer.join()

    def _once(self, make_job: Callable[[int], Job], answer: _Answer) -> Outcome | Restarted:
        """Does a job as far as one child gets; `Restarted` when it died over it."""
        running = self._running()
        try:
            running.send(make_job(self._job))
            with self._guard:
                if self._stop_asked:  # before there was a child to tell
                    self._stop()
            while True:
                message = running.receive()
                if isinstance(message, Finished | Cancelled | Failed):
                    return message
                if isinstance(message, Warned):
                    _log.warning("%s in the %s process at %s", message.category, self._step, message.where)
                else:
                    answer(message, running)
        except _Died:
            self._let_go()
            return Cancelled() if self._stop_asked else Restarted(self._step)

    def _stop(self) -> None:
        if self._child and not self._killer:
            self._child.cancel(self._job)
            self._killer = threading.Timer(_PATIENCE_S, self._child.kill)
            self._killer.start()

    def _running(self) -> _Child:
        with self._guard:
            if self._child and not (self._child.alive and self._child.load is self._load):
                self._child.end()
                self._child = None
            if self._child is None:
                self._child = _Child(self._load, f"scribe-{self._step}", self._niceness)
            return self._child

    def _let_go(self) -> None:
        with self._guard:
            gone, self._child = self._child, None
        if gone:
            gone.end()


def _gave_up() -> Bug:
    return Bug(
        "The part of Scribe that works on this recording stopped twice at the same place.",
        safe="The recording and everything made from it so far are kept.",
        do="Try again. If it stops again, choose a smaller model in Settings.",
        code="child-died",
    )


class SpeechClient(_Client):
    """Sound to segments, in a child process.

    Args:
        load: makes the worker inside the child; it must be importable there by name.
    """

    def __init__(self, load: Callable[[], child.Worker]) -> None:
        super().__init__("transcribe", load, _SPEECH_NICENESS)

    @classmethod
    def with_model(cls, model: str) -> SpeechClient:
        """A client for a speech model of the manifest, such as "whisper-base"."""
        return cls(functools.partial(workers.load_speech, model))

    def use_model(self, model: str) -> None:
        """Another speech model from the next recording on."""
        self.use(functools.partial(workers.load_speech, model))

    def transcribe(
        self,
        recording_id: str,
        sound: SoundFrom,
        *,
        total_ms: int,
        on_event: OnEvent,
        start_after: Segment | None = None,
        expected_words: Sequence[str] = (),
        is_live: Callable[[], bool] = lambda: False,
    ) -> Finished | Cancelled:
        """Recognises a recording from its start, or from where an earlier attempt stopped.

        Blocks until it is done. Every segment reaches `on_event` before the child goes on, so what was
        committed there survives whatever happens next.

        Args:
            recording_id: the recording.
            sound: gives its samples from a millisecond on, in pieces; a live recording's blocks for more.
            total_ms: its length, or 0 while it is being recorded.
            on_event: gets `SegmentReady`, `Progress`, `Restarted`, and at the end the outcome.
            start_after: the last segment that was committed before.
            expected_words: words that are likely to be said, the most important first.
            is_live: asked with every piece: whether it was said just now, so that its text is wanted soon.

        Raises:
            ScribeError: it failed; "child-died" when the child stopped twice at one place. Sound that breaks off with an
                error is recognised as far as it goes first.
        """
        feed = _Feed(recording_id, sound, total_ms, start_after, on_event, tuple(expected_words), is_live)
        outcome = self._run(feed.job, feed.answer, feed.done)
        if feed.broken and isinstance(outcome, Finished):
            outcome = Failed(feed.broken)
        on_event(outcome)
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome


class _Feed:
    """One transcription seen from the parent: what was said so far, and the sound that is still to come."""

    def __init__(
        self,
        recording_id: str,
        sound: SoundFrom,
        total_ms: int,
        last: Segment | None,
        on_event: OnEvent,
        expected_words: tuple[str, ...],
        is_live: Callable[[], bool],
    ) -> None:
        self._expected_words = expected_words
        self._is_live = is_live
        self._recording_id = recording_id
        self._sound = sound
        self._total_ms = total_ms
        self._last = last
        self._on_event = on_event
        self._pieces: Iterator[Pcm] = iter(())
        self.broken: ScribeError | None = None

    def job(self, number: int) -> Transcribe:
        start_ms = self._last.end_ms if self._last else 0
        next_number = self._last.number + 1 if self._last else 1
        self._pieces = self._sound(start_ms)
        return Transcribe(number, self._recording_id, start_ms, next_number, self._total_ms, self._expected_words)

    def done(self) -> int:
        """How many segments there are."""
        return self._last.number if self._last else 0

    def answer(self, message: Event | SoundWanted, asker: _Child) -> None:
        if isinstance(message, SoundWanted):
            asker.send(Sound(self._next_piece(), self._is_live()))
            return
        if isinstance(message, SegmentReady):
            self._on_event(message)
            self._last = message.segment
        else:
            self._on_event(message)

    def _next_piece(self) -> Pcm | None:
        try:
            return next(self._pieces, None)
        except ScribeError as error:
            self.broken = error
            return None


class LanguageClient(_Client):
    """Turns to a ledger, in a child process.

    Args:
        load: makes the worker inside the child; it must be importable there by name.
    """

    def __init__(self, load: Callable[[], child.Worker]) -> None:
        super().__init__("ledger", load, _LANGUAGE_NICENESS)

    @classmethod
    def with_model(cls, model: str) -> LanguageClient:
        """A client for a language model of the manifest, such as "qwen-0.5b"."""
        return cls(functools.partial(workers.load_language, model))

    def use_model(self, model: str) -> None:
        """Another language model from the next draft on."""
        self.use(functools.partial(workers.load_language, model))

    def ledger(
        self,
        recording_id: str,
        turns: Sequence[Turn],
        mode: Mode,
        known_medicines: Sequence[str],
        on_event: OnEvent,
        answers: Answers,
    ) -> Ledger | None:
        """Builds the ledger of a consultation; blocks until it is there. None when it was cancelled.

        Args:
            recording_id: the recording.
            turns: what facts may come from.
            mode: how they met.
            known_medicines: of this patient.
            on_event: gets `Progress`, `Restarted`, and at the end the outcome.
            answers: what was written of this talk before; gets what is written now.

        Raises:
            ScribeError: it failed; "child-died" when the child stopped twice.
        """
        found: list[Ledger] = []

        def hear(event: Event) -> None:
            if isinstance(event, LedgerReady):
                found.append(event.ledger)
            on_event(event)

        outcome = self._work(
            lambda number: MakeLedger(number, recording_id, tuple(turns), mode, tuple(known_medicines), dict(answers)),
            hear,
            answers,
        )
        return found[-1] if isinstance(outcome, Finished) else None

    def ahead(self, turns: Sequence[Turn], answers: Answers) -> Gathered | None:
        """Writes what is over of a talk that goes on; blocks until it is done.

        Args:
            turns: of the talk so far.
            answers: what was written of it before; gets what is written now.

        Returns:
            How much the talk holds; None when it was cancelled, or when there is no writer.

        Raises:
            ScribeError: it failed; "child-died" when the child stopped twice.
        """
        found: list[Gathered] = []

        def hear(event: Event) -> None:
            if isinstance(event, Gathered):
                found.append(event)

        outcome = self._work(lambda number: WriteAhead(number, tuple(turns), dict(answers)), hear, answers)
        return found[-1] if found and isinstance(outcome, Finished) else None

    def _work(self, make_job: Callable[[int], Job], on_event: OnEvent, answers: Answers) -> Finished | Cancelled:
        def answer(message: Event | SoundWanted, _: _Child) -> None:
            if isinstance(message, Written):
                answers.update(message.answers)
            elif not isinstance(message, SoundWanted):
                on_event(message)

        outcome = self._run(make_job, answer)
        on_event(outcome)
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome
