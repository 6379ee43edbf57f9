"""Workers that run in real child processes and need no model. Every second of sound is one segment."""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scribe.capture.sound import Pcm
from scribe.engine.child import Line
from scribe.engine.messages import Event, LedgerReady, MakeLedger, Progress, Transcribe
from scribe.engine.workers import LanguageWorker, SpeechWorker
from scribe.errors import Fixable
from scribe.extract.kept import KeptAnswers
from scribe.extract.spans import SpanExtractor
from scribe.extract.writer import GoOn, Said
from scribe.records import Ledger, Segment, Word
from scribe.transcribe.windows import LIVE, WHOLE


class SecondBySecond:
    """A transcriber that "hears" the loudness of each piece, and does at some loudness what it is told."""

    def __init__(self, job: Transcribe) -> None:
        self.pace = WHOLE
        self._at_ms = job.start_ms
        self._number = job.next_number
        self._recording_id = job.recording_id

    def feed(self, pcm: Pcm) -> Iterator[Segment]:
        loudness = int(pcm[0]) if len(pcm) else 0
        start_ms, self._at_ms = self._at_ms, self._at_ms + len(pcm) // 16
        if not loudness:
            return
        self.before(loudness)
        text = f"level {loudness}"
        yield Segment(
            id=f"s{self._number}",
            recording_id=self._recording_id,
            number=self._number,
            start_ms=start_ms,
            end_ms=self._at_ms,
            text=text,
            words=(Word(text, start_ms, self._at_ms),),
            made_by="fake@1",
        )
        self._number += 1

    def finish(self) -> Iterator[Segment]:
        return iter(())

    def before(self, loudness: int) -> None:
        """What happens before a piece of this loudness is recognised."""


class SaysItsPace(SecondBySecond):
    """Its words say whether text is wanted soon."""

    def feed(self, pcm: Pcm) -> Iterator[Segment]:
        for segment in super().feed(pcm):
            yield replace(segment, text="live" if self.pace is LIVE else "whole")


class DiesOnce(SecondBySecond):
    """Kills its process on each loudness from 666 on unless a file says that it has done so before."""

    def before(self, loudness: int) -> None:
        mark = Path(os.environ["SCRIBE_DATA_DIR"]) / f"died-{loudness}"
        if loudness >= 666 and not mark.exists():
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
            os.kill(os.getpid(), signal.SIGTERM)


class DiesAlways(SecondBySecond):
    def before(self, loudness: int) -> None:
        if loudness == 666:
            os.kill(os.getpid(), signal.SIGTERM)


class Hangs(SecondBySecond):
    def before(self, loudness: int) -> None:
        if loudness == 666:
            time.sleep(600)


class Fails(SecondBySecond):
    def before(self, loudness: int) -> None:
        if loudness == 666:
            raise ValueError("the patient said something private")
        if loudness == 667:
            raise Fixable("The model is not there.", do="Get it.", code="model-missing")


class Noisy(SecondBySecond):
    """Prints, reads the terminal and warns, as libraries do."""

    def before(self, loudness: int) -> None:
        print("a library prints", flush=True)
        assert sys.stdin.read() == ""
        warnings.warn("a library warns", UserWarning, stacklevel=1)
        assert not any(name.startswith("PySide6") for name in sys.modules)


def plain() -> SpeechWorker:
    return SpeechWorker(SecondBySecond)


def says_its_pace() -> SpeechWorker:
    return SpeechWorker(SaysItsPace)


def dies_once() -> SpeechWorker:
    return SpeechWorker(DiesOnce)


def dies_always() -> SpeechWorker:
    return SpeechWorker(DiesAlways)


def hangs() -> SpeechWorker:
    return SpeechWorker(Hangs)


def fails() -> SpeechWorker:
    return SpeechWorker(Fails)


def noisy() -> SpeechWorker:
    return SpeechWorker(Noisy)


def no_model() -> SpeechWorker:
    raise Fixable("The model is not there.", do="Get it.", code="model-missing")


class FakeLanguage:
    def events(self, job: MakeLedger, line: Line) -> Iterator[Event]:
        yield Progress("ledger", 1, 2)
        if job.known_medicines == ("wait",):
            while not line.cancelled():
                yield Progress("ledger", 1, 2)
        yield LedgerReady(Ledger(job.recording_id, ()))


def language() -> FakeLanguage:
    return FakeLanguage()


class FakeWriter:
    """Says of every passage which process wrote it."""

    made_by = "fake"

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        for place, _ in enumerate(prompts):
            yield place, [Said(f"1 history: {os.getpid()}", 0.9, 0.5)]


def writes() -> LanguageWorker:
    return LanguageWorker(SpanExtractor(), KeptAnswers(FakeWriter()))
