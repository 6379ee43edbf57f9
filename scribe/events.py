"""What happens while an encounter is worked on, told to whoever listens. All frozen; sent from worker threads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scribe.errors import ScribeError
from scribe.records import Draft, Encounter, Section, Segment, Turn


class Step(StrEnum):
    """The steps that take long enough to be shown."""

    TRANSCRIBE = "transcribe"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class StageChanged:
    encounter: Encounter


@dataclass(frozen=True, slots=True)
class SegmentReady:
    """Committed: it survives whatever happens next."""

    encounter_id: str
    segment: Segment


@dataclass(frozen=True, slots=True)
class TurnsReady:
    encounter_id: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Progressed:
    """`done` of `total`: milliseconds of sound for TRANSCRIBE, exchanges for DRAFT."""

    encounter_id: str
    step: Step
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """How many facts of each kind the talk that is being recorded holds so far, before they are verified."""

    encounter_id: str
    counts: tuple[tuple[Section, int], ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The text does not keep up with the recording, which goes on; 0 milliseconds: it has caught up."""

    encounter_id: str
    behind_ms: int


@dataclass(frozen=True, slots=True)
class DraftReady:
    encounter_id: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Failed:
    """Work stopped. Everything committed is kept, and the work may be started again."""

    encounter_id: str
    error: ScribeError


@dataclass(frozen=True, slots=True)
class Warned:
    """Work goes on, but the clinician must know: part of the sound could not be read, say."""

    encounter_id: str
    error: ScribeError


@dataclass(frozen=True, slots=True)
class Cancelled:
    encounter_id: str


Event = (
    StageChanged | SegmentReady | TurnsReady | Progressed | Gathered | Behind | DraftReady | Failed | Warned | Cancelled
)
