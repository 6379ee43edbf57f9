"""Loads the models inside a child and does its jobs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from scribe.capture.sound import SAMPLES_PER_MS, Pcm, duration_ms
from scribe.engine.child import Line
from scribe.engine.messages import (
    Event,
    Gathered,
    LedgerReady,
    MakeLedger,
    Progress,
    SegmentReady,
    Transcribe,
    WriteAhead,
    Written,
)
from scribe.extract.extractor import Extractor, Watch
from scribe.extract.kept import KeptAnswers
from scribe.records import Segment, Voice
from scribe.transcribe.transcriber import Transcriber
from scribe.transcribe.windows import LIVE, WHOLE

if TYPE_CHECKING:
    from scribe.extract.ahead import Ahead
    from scribe.extract.reader import Reader

_MOST_THREADS = 4  # more make recognition no faster, and the window needs some
_REMEMBERED_MS = 240_000  # of sound: more than any window that is still being recognised


class VoiceEncoder(Protocol):
    """Tells how the voices in a segment sound."""

    def voices(self, segment: Segment, pcm: Pcm, start_ms: int) -> tuple[Voice, ...]:
        """Takes a segment and the sound around it, which begins at `start_ms`."""
        ...


class SpeechWorker:
    """Recognises what is said and how the voices sound.

    Args:
        transcriber_for: makes the transcriber of one job.
        encoder: None where voices are not told apart.
    """

    def __init__(
        self, transcriber_for: Callable[[Transcribe], Transcriber], encoder: VoiceEncoder | None = None
    ) -> None:
        self._transcriber_for = transcriber_for
        self._encoder = encoder

    def events(self, job: Transcribe, line: Line) -> Iterator[Event]:
        transcriber = self._transcriber_for(job)
        recent = _RecentSound(job.start_ms)
        for pcm, live in line.sound():
            transcriber.pace = LIVE if live else WHOLE
            recent.add(pcm)
            yield from self._ready(transcriber.feed(pcm), recent)
            yield Progress("transcribe", recent.end_ms, job.total_ms)
        yield from self._ready(transcriber.finish(), recent)

    def _ready(self, segments: Iterator[Segment], recent: _RecentSound) -> Iterator[SegmentReady]:
        for segment in segments:
            voices = self._encoder.voices(segment, *recent.sound()) if self._encoder else ()
            recent.forget_before(segment.end_ms)
            yield SegmentReady(segment, voices)


class LanguageWorker:
    """Finds the facts of a consultation.

    Args:
        extractor: finds them.
        kept: its writer, where it has one: what can be written ahead.
        reader: what it reads with: what can be read ahead.
    """

    def __init__(self, extractor: Extractor, kept: KeptAnswers | None = None, reader: Reader | None = None) -> None:
        self._extractor = extractor
        self._kept = kept
        self._reader = reader
        self._writing_ahead: Ahead | None = None

    def events(self, job: MakeLedger | WriteAhead, line: Line) -> Iterator[Event]:
        """What was written before comes with the job, so that a child that died forgets nothing."""
        if self._kept:
            self._kept.answers = dict(job.answers)
        yield from self._ahead(job, line) if isinstance(job, WriteAhead) else self._ledger(job, line)
        if self._kept and (new := {key: self._kept.answers[key] for key in self._kept.answers.keys() - job.answers}):
            yield Written(new)

    def _ahead(self, job: WriteAhead, line: Line) -> Iterator[Event]:
        from scribe.extract.ahead import Ahead

        if self._kept:
            ahead = self._writing_ahead = self._writing_ahead or Ahead(self._kept, self._reader)
            ahead.write(job.turns, Watch(cancelled=line.cancelled))
            yield Gathered(tuple(ahead.gathered(job.turns).items()))

    def _ledger(self, job: MakeLedger, line: Line) -> Iterator[Event]:
        from scribe.extract.ledger import build

        ledger = build(
            job.turns,
            mode=job.mode,
            extractor=self._extractor,
            known_medicines=job.known_medicines,
            on_progress=lambda done, total: line.send(Progress("ledger", done, total)),
            cancelled=line.cancelled,
        )
        if not line.cancelled():
            yield LedgerReady(ledger)


def load_speech(model: str) -> SpeechWorker:
    """Loads a speech model of the manifest and the speaker encoder; runs in the speech child.

    Raises:
        Fixable: "model-missing" or "model-damaged".
    """
    from scribe import models
    from scribe.attribute.speaker import SpeakerEncoder
    from scribe.extract.verify import medicines
    from scribe.transcribe import whisper

    found = models.installed(model)
    loaded = whisper.load(found.path, threads=max(1, min(_MOST_THREADS, os.cpu_count() or 1)))

    def transcriber_for(job: Transcribe) -> Transcriber:
        return whisper.WhisperTranscriber(
            loaded,
            recording_id=job.recording_id,
            made_by=found.made_by,
            start_ms=job.start_ms,
            next_number=job.next_number,
            expected_words=job.expected_words,
            medicine=lambda word: medicines.british(word) or medicines.suggestion(word),
        )

    return SpeechWorker(transcriber_for, SpeakerEncoder(models.installed("ge2e").path))


def load_language(model: str) -> LanguageWorker:
    """Loads the writer's weights; runs in the language child.

    Where they are not on this computer, the smaller model writes. Where that is not either, or the model is one that we
    have not trained to write, the spans alone make the draft: a weaker one, and a draft all the same.

    Raises:
        Fixable: "model-damaged".
    """
    from scribe import models
    from scribe.extract.language import DOUBTED, LanguageModel
    from scribe.extract.reader import shipped
    from scribe.extract.spans import SpanExtractor
    from scribe.extract.together import Together

    here = {line.name for line in models.list_models() if line.present}
    if model not in here:  # removed since the window chose it
        model = models.SMALL
    if model not in here or not models.is_trained(model):
        return LanguageWorker(SpanExtractor())
    found = models.installed(model)
    threads = max(1, min(_MOST_THREADS, os.cpu_count() or 1))
    # What second tries of the smaller one are worth was not measured, and slow computers would wait for them.
    doubted = DOUBTED if model == models.LARGE else 0.0
    kept = KeptAnswers(LanguageModel(found.path, found.made_by, threads, doubted))
    return LanguageWorker(Together(kept), kept, shipped())


class _RecentSound:
    """The sound that segments still to come may lie in."""

    def __init__(self, start_ms: int) -> None:
        self._pieces: deque[Pcm] = deque()
        self._start = start_ms * SAMPLES_PER_MS
        self._end = self._start

    @property
    def end_ms(self) -> int:
        return duration_ms(self._end)

    def add(self, pcm: Pcm) -> None:
        self._pieces.append(pcm)
        self._end += len(pcm)
        self.forget_before(self.end_ms - _REMEMBERED_MS)

    def forget_before(self, ms: int) -> None:
        while self._pieces and self._start + len(self._pieces[0]) <= ms * SAMPLES_PER_MS:
            self._start += len(self._pieces.popleft())

    def sound(self) -> tuple[Pcm, int]:
        """What is held, in one piece, and where it begins."""
        return np.concatenate(self._pieces), duration_ms(self._start)
