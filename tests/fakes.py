"""A line whose engines answer at once, or when told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scribe.capture.sound import Pcm
from scribe.line import Line, Stopped, usable
from scribe.records import (
    Certainty,
    Entry,
    Evidence,
    Experiencer,
    Fact,
    Ledger,
    Mode,
    Outcome,
    Polarity,
    Section,
    Segment,
    Status,
    Turn,
    Verdict,
    Voice,
    Word,
    new_id,
)


def segment(recording_id: str, number: int, text: str, start_ms: int | None = None) -> Segment:
    start = number * 1000 if start_ms is None else start_ms
    words = tuple(Word(word, start + at * 100, start + at * 100 + 90) for at, word in enumerate(text.split()))
    return Segment(new_id(), recording_id, number, start, words[-1].end_ms, text, words, "fake")


class FakeLine(Line):
    """Hears the sentences it is given, one a segment, and finds each turn's words to be one fact.

    Args:
        sentences: what is said in every recording.
        held: how many segments come before it waits for `release`.
    """

    def __init__(self, sentences: Sequence[str] = ("I have a cough.", "No fever."), held: int | None = None) -> None:
        self.sentences = sentences
        self._held = held
        self._go_on = threading.Event()
        self._stop = threading.Event()
        self.voices: tuple[Voice, ...] = ()  # how each segment sounds
        self.heard_from: list[int] = []  # where each attempt began
        self.expected_words: tuple[str, ...] = ()
        self.known_medicines: tuple[str, ...] = ()
        self.on_progress = lambda step, done, total: None

    def release(self) -> None:
        self._go_on.set()

    def warm_up(self) -> None: ...

    def prepare_to_hear(self) -> None: ...

    def cancel(self) -> None:
        self._stop.set()
        self._go_on.set()

    def close(self) -> None:
        self.cancel()

    def transcribe(
        self,
        recording_id: str,
        sound: Callable[[int], Iterator[Pcm]],
        *,
        total_ms: int,
        on_segment: Callable[[Segment, tuple[Voice, ...]], None],
        start_after: Segment | None = None,
        expected_words: Sequence[str] = (),
        is_live: Callable[[], bool] = lambda: False,
    ) -> None:
        self.expected_words = tuple(expected_words)
        done = start_after.number if start_after else 0
        self.heard_from.append(done)
        for number, text in enumerate(self.sentences, 1):
            if number <= done:
                continue
            if self._held is not None and number > self._held:
                assert self._go_on.wait(30)
                if self._stop.is_set():
                    self._stop.clear()
                    self._held = None
                    raise Stopped
            on_segment(segment(recording_id, number, text), self.voices)

    def ahead(self, recording_id: str, turns: Sequence[Turn]) -> dict[Section, int]:
        return {Section.HISTORY: len(turns)}

    def forget(self) -> None: ...

    def voiceprint(self, path: Path) -> tuple[float, ...]:
        return (0.6, 0.8)

    def ledger(
        self, recording_id: str, turns: Sequence[Turn], mode: Mode, known_medicines: Sequence[str] = ()
    ) -> Ledger:
        self.known_medicines = tuple(known_medicines)
        used = usable(turns)
        return Ledger(recording_id, tuple(Entry(fact(turn), Verdict(Outcome.SUPPORTED)) for turn in used))


def fact(turn: Turn) -> Fact:
    return Fact(
        id=new_id(),
        recording_id=turn.recording_id,
        problem="",
        section=Section.HISTORY,
        statement=turn.text.rstrip("."),
        polarity=Polarity.PRESENT,
        certainty=Certainty.CERTAIN,
        status=Status.CURRENT,
        experiencer=Experiencer.PATIENT,
        informant="patient",
        evidence=(Evidence(turn.id, turn.number, 0, len(turn.words)),),
        made_by="fake@1",
    )
