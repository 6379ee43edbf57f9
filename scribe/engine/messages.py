"""Everything that crosses the pipe between Scribe and a child process: frozen records, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from scribe.capture.sound import Pcm
from scribe.errors import ScribeError
from scribe.extract.kept import Answers
from scribe.records import Ledger, Mode, Section, Segment, Turn, Voice

# ---------------------------------------------------------------- to the child


@dataclass(frozen=True, slots=True)
class Transcribe:
    """A job for the speech child: what is said from `start_ms` on. `total_ms` is 0 while nobody knows.

    `expected_words` are likely to be said, the most important first.
    """

    job: int
    recording_id: str
    start_ms: int
    next_number: int
    total_ms: int
    expected_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeLedger:
    """A job for the language child: the facts of a consultation. `answers` are what was written of it before."""

    job: int
    recording_id: str
    turns: tuple[Turn, ...]
    mode: Mode
    known_medicines: tuple[str, ...]
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteAhead:
    """A job for the language child: what can be written of a talk that goes on."""

    job: int
    turns: tuple[Turn, ...]
    answers: Answers


Job: TypeAlias = Transcribe | MakeLedger | WriteAhead


@dataclass(frozen=True, slots=True)
class Sound:
    """The answer to `SoundWanted`: the next samples, or None when no more will come.

    `live` where it was said just now, so that its text is wanted within seconds.
    """

    pcm: Pcm | None
    live: bool = False


# ---------------------------------------------------------------- from the child, for the client only


@dataclass(frozen=True, slots=True)
class SoundWanted:
    """The child has used up what it was given. It never gets more than it asked for, so nothing piles up."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A Python warning in the child: its class and where it was raised, never its text."""

    category: str
    where: str


# ---------------------------------------------------------------- from the child, for everybody


@dataclass(frozen=True, slots=True)
class SegmentReady:
    """A new segment, with how its voices sound."""

    segment: Segment
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is: milliseconds of sound for "transcribe", exchanges for "ledger"; total 0: unknown."""

    step: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class LedgerReady:
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Written:
    """New answers of the writer, to be given back with the next job on this talk."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class Gathered:
    """How many facts of each kind the talk holds so far, before they are verified."""

    counts: tuple[tuple[Section, int], ...]


@dataclass(frozen=True, slots=True)
class Restarted:
    """The child died; a new one goes on after the last segment. Made by the client."""

    step: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The job is done; everything it made has been delivered."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was stopped because somebody asked for it. What it made before stays."""


@dataclass(frozen=True, slots=True)
class Failed:
    error: ScribeError


Outcome: TypeAlias = Finished | Cancelled | Failed
Event: TypeAlias = SegmentReady | Progress | LedgerReady | Written | Gathered | Restarted | Outcome
