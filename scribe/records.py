"""The records that travel down the line: sound → segments → turns → facts → draft → signed note → receipt.

All are frozen. Each carries its parent's id and what made it (model hash or template version). Times are
milliseconds from the start of the recording; instants are timezone-aware UTC.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum


def new_id() -> str:
    """A fresh random identifier (UUID 4, 36 characters); it says nothing about the patient."""
    return str(uuid.uuid4())


def utc_now() -> datetime:
    """The present instant, timezone-aware; callers that need a clock in tests take it as an argument."""
    return datetime.now(UTC)


# ---------------------------------------------------------------- begin


class Mode(StrEnum):
    """How clinician and patient met. By telephone there are no findings but what was measured and said."""

    FACE_TO_FACE = "face-to-face"
    TELEPHONE = "telephone"
    VIDEO = "video"
    HOME = "home"


class Present(StrEnum):
    """Who was in the room or on the line beside clinician and patient."""

    PARENT = "parent"
    CARER = "carer"
    RELATIVE = "relative"
    INTERPRETER = "interpreter"
    COLLEAGUE = "colleague"


class Consent(StrEnum):
    """What the patient was told. Recording needs TOLD_NO_OBJECTION; an objection sticks."""

    NOT_ASKED = "not-asked"
    TOLD_NO_OBJECTION = "told-no-objection"
    OBJECTED = "objected"


class Stage(StrEnum):
    """Where an encounter is on its way; it only moves forward, except that an objection ends it anywhere."""

    BEGUN = "begun"
    RECORDING = "recording"
    RECORDED = "recorded"
    TRANSCRIBING = "transcribing"
    TRANSCRIBED = "transcribed"
    DRAFTED = "drafted"
    SIGNED = "signed"
    EXPORTED = "exported"
    TYPED = "typed"  # the no-recording path: the clinician types the note
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the encounter is about, as entered by a person, never guessed from speech."""

    name: str = ""
    date_of_birth: date | None = None
    nhs_number: str = ""  # ten digits, checked on entry, or empty
    known_medicines: tuple[str, ...] = ()
    family_name: str = ""  # as the record system gave it; never cut out of `name`
    given_names: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.name and self.date_of_birth)


@dataclass(frozen=True, slots=True)
class Clinician:
    """The profile that owns encounters: shown at signing and stamped on the note."""

    id: str
    name: str
    role: str  # "GP", "Consultant rheumatologist", …
    registration: str = ""  # "GMC 1234567"


@dataclass(frozen=True, slots=True)
class Encounter:
    id: str
    clinician_id: str
    begun_at: datetime
    mode: Mode
    present: tuple[Present, ...] = ()
    patient: Patient = Patient()
    consent: Consent = Consent.NOT_ASKED
    stage: Stage = Stage.BEGUN
    template_id: str = "gp-consultation"


# ---------------------------------------------------------------- capture


@dataclass(frozen=True, slots=True)
class RecordingEvent:
    """What happened while a recording was made: the microphone went, the computer slept, a minute was struck.

    `at_ms` is how much sound there was by then, `what` a code (`scribe.capture.recorder`), `detail` a device's name or a
    length of time; never what was said.
    """

    at_ms: int
    at: datetime
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound on disk in sealed chunks, in order, never in the clear. 16 kHz, 16-bit, one channel or the two of a call."""

    id: str
    encounter_id: str
    source: str  # "microphone: NAME" or "file"
    started_at: datetime
    duration_ms: int = 0
    complete: bool = False
    sha256: str = ""  # of the original file's bytes, for a file; how a bundled demo recording is known
    events: tuple[RecordingEvent, ...] = ()


# ---------------------------------------------------------------- transcribe

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Word:
    text: str  # as written, with its punctuation, without surrounding spaces
    start_ms: int
    end_ms: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of recognised speech, committed as it arrives. `number` is its order within the recording."""

    id: str
    recording_id: str
    number: int
    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...]
    made_by: str  # "whisper-base@d01c3014"
    revision: int = 0
    language: str = ENGLISH  # otherwise no word of it is written down: the one word there stands for the gap


@dataclass(frozen=True, slots=True)
class Voice:
    """How one short window of speech sounds: a speaker embedding, as identifying as a fingerprint."""

    recording_id: str
    start_ms: int
    end_ms: int
    vector: tuple[float, ...]  # unit length


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """How a clinician's own voice sounds, kept only where they want it."""

    vector: tuple[float, ...]  # unit length
    made_at: datetime


# ---------------------------------------------------------------- attribute


class Role(StrEnum):
    CLINICIAN = "clinician"
    PATIENT = "patient"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person said before another spoke. `number` counts from 1, or is the transcript's own.

    A third person has the role OTHER, and `who` says which, where that is known: a COLLEAGUE is a second clinician; a
    PARENT, CARER or INTERPRETER speaks for the patient.
    """

    id: str
    recording_id: str
    number: int
    role: Role
    confidence: float  # 0 to 1, that the role is right
    words: tuple[Word, ...]
    segment_ids: tuple[str, ...] = ()
    made_by: str = ""
    revision: int = 0
    who: Present | None = None
    voice: int = 0  # which of the voices heard, from 1; 0 where only the words tell
    overlapped: bool = False  # somebody else spoke at the same time for some of it
    language: str = ENGLISH  # otherwise nothing was understood, and the one word there stands for the gap
    left_out: bool = False  # an interruption that the clinician took out: no fact comes from it
    interruption: bool = False  # it is likely to be one: a suggestion, it is used like any other turn

    @property
    def informant(self) -> str:
        """Whose word this is, for a fact that rests on it: "patient", "clinician", "parent", "colleague", …"""
        return self.who or self.role

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def start_ms(self) -> int:
        return self.words[0].start_ms if self.words else 0

    @property
    def end_ms(self) -> int:
        return self.words[-1].end_ms if self.words else 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of one turn that prove something: `turn.words[first_word:end_word]`."""

    turn_id: str
    turn_number: int
    first_word: int
    end_word: int  # exclusive


# ---------------------------------------------------------------- extract: the ledger


class Section(StrEnum):
    """What a fact is about. Templates map these to their own headings."""

    PRESENTING_COMPLAINT = "presenting_complaint"
    HISTORY = "history"
    PAST_HISTORY = "past_history"
    MEDICATION = "medication"
    ALLERGY = "allergy"
    FAMILY_HISTORY = "family_history"
    SOCIAL_HISTORY = "social_history"
    IDEAS_CONCERNS_EXPECTATIONS = "ideas_concerns_expectations"
    EXAMINATION = "examination"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    SAFETY_NET = "safety_net"


TO_DO = frozenset({Section.PLAN, Section.SAFETY_NET})
"""Sections of what is to be done, not of what is."""


class Polarity(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"


class Certainty(StrEnum):
    CERTAIN = "certain"
    POSSIBLE = "possible"


class Status(StrEnum):
    CURRENT = "current"
    PAST = "past"
    PLANNED = "planned"
    DONE = "done"
    ADVISED = "advised"
    STOPPED = "stopped"
    CONSIDERED = "considered"


class Experiencer(StrEnum):
    PATIENT = "patient"
    RELATIVE = "relative"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Slots:
    """The parts of a statement where one wrong word harms; all as said, empty where they do not apply."""

    drug: str = ""
    dose: str = ""
    frequency: str = ""
    duration: str = ""
    side: str = ""
    site: str = ""
    severity: str = ""
    number: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One small thing that was said, in terse British clinical English, with the words that prove it."""

    id: str
    recording_id: str
    problem: str  # titled in words that were said; empty when it belongs to none in particular
    section: Section
    statement: str
    polarity: Polarity
    certainty: Certainty
    status: Status
    experiencer: Experiencer
    informant: str  # "patient", "clinician", "mother", …
    evidence: tuple[Evidence, ...]
    made_by: str  # extractor and its version
    importance: float = 0.5  # 0 to 1: what goes first when the note must be short
    confidence: float = 1.0  # 0 to 1: of the extractor, in its words
    right: float | None = None  # 0 to 1: the extractor's own verdict, whether it may be signed as it stands
    slots: Slots = field(default_factory=Slots)
    revision: int = 0


class Outcome(StrEnum):
    SUPPORTED = "supported"
    CHECK = "check"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a fact is not a plain line; `scribe.extract.reasons` words them for a person."""

    NUMBER_NOT_SAID = "number-not-said"
    UNIT_NOT_SAID = "unit-not-said"
    DRUG_NOT_SAID = "drug-not-said"
    DRUG_DOUBTFUL = "drug-doubtful"
    SIDE_NOT_SAID = "side-not-said"
    SITE_NOT_SAID = "site-not-said"
    PERSON_UNCLEAR = "person-unclear"
    POLARITY_UNCLEAR = "polarity-unclear"
    NOT_DONE_YET = "not-done-yet"
    HYPOTHETICAL = "hypothetical"
    SPEAKER_UNSURE = "speaker-unsure"
    WORDS_UNSURE = "words-unsure"
    CONTRADICTED = "contradicted"
    PARTIAL_ANSWER = "partial-answer"
    OTHER_PATIENT = "other-patient"
    NOT_SUPPORTED = "not-supported"


class Risk(StrEnum):
    """Why a line of the note is worth a look although nothing is known to be wrong with it, the worst first.

    An administrator may ask that all lines of a kind are looked at (`scribe.settings.Safety.must_see`).
    """

    DOUBT = "doubt"  # the words that it cites do not say so: always looked at
    UNSURE = "unsure-lines"  # by the verdict of the extractor that wrote it
    ALLERGY = "allergies"
    NEW_MEDICINE = "new-medicines"  # to be started, changed or stopped
    DOSE = "doses"
    WORDS = "unsure-words"
    SPEAKER = "unsure-speakers"
    MEDICINE = "medicines"
    DENIAL = "denials"
    NUMBER = "numbers"


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""  # the word or number concerned, as it stands in the statement


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in the ledger with its verdict. A corrected fact stays, and names what replaced it."""

    fact: Fact
    verdict: Verdict
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something said that no line of the note uses: one entry of the coverage lane."""

    text: str
    section: Section
    importance: float
    evidence: tuple[Evidence, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class Ledger:
    recording_id: str
    entries: tuple[Entry, ...]
    omissions: tuple[Omission, ...] = ()  # spans worth noting that yielded no supported fact, most important first


# ---------------------------------------------------------------- draft


class Detail(StrEnum):
    TERSE = "terse"
    STANDARD = "standard"
    FULL = "full"


SENSITIVE = "Sensitive: consider hiding online"
"""The problem under which sensitive lines stand apart, in every template."""


class Origin(StrEnum):
    DRAFTED = "drafted"  # by the template from the ledger
    EDITED = "edited"  # drafted, then changed by the clinician
    CLINICIAN = "clinician"  # the clinician's own: typed or added


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note under one heading of one problem."""

    id: str
    problem: str
    heading: str  # the template's heading id, such as "history"
    text: str
    fact_ids: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    origin: Origin = Origin.DRAFTED
    moved: bool = False  # its problem or heading is the clinician's choice, not the template's
    cleared: bool = False  # flagged as sensitive, and left in its place by the clinician


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a template, kept with the signed note so that it reads the same when the template changes."""

    id: str
    title: str
    code: str = ""  # UK Core record-standard heading
    snomed: str = ""  # the SNOMED CT heading of earlier documents, where there is one


class Settled(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Check:
    """Something the reviewer must look at: a fact that failed, and why. Not in the note until settled."""

    id: str
    problem: str
    heading: str  # where the line would go
    text: str
    reason: Reason
    detail: str
    fact_ids: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    settled: Settled = Settled.OPEN


@dataclass(frozen=True, slots=True)
class Draft:
    """A revision of the unsigned note. Every edit makes a new one; `parent_id` names the one before."""

    id: str
    encounter_id: str
    recording_id: str
    template_id: str
    template_version: str
    detail: Detail
    lines: tuple[Line, ...]
    checks: tuple[Check, ...] = ()
    omissions: tuple[Omission, ...] = ()
    made_by: tuple[str, ...] = ()  # models and extractors, "name@version"
    made_at: datetime = field(default_factory=utc_now)
    revision: int = 0
    parent_id: str = ""
    removed: tuple[str, ...] = ()  # ids of facts whose line the clinician removed: no other view brings them back
    seen: tuple[str, ...] = ()  # ids of facts, or of lines without any, that the clinician looked at and let stand
    left_out: tuple[Omission, ...] = ()  # that do not belong in the note, as the clinician says: not offered again

    @property
    def open_checks(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.settled is Settled.OPEN)


# ---------------------------------------------------------------- review


@dataclass(frozen=True, slots=True)
class SignedNote:
    """What the clinician put their name to. Made only by `scribe.review`; `digest` shows a later change."""

    id: str
    encounter_id: str
    draft_id: str
    version: int
    replaces: str  # id of the signed note that this one corrects, or empty
    patient: Patient
    clinician: Clinician
    mode: Mode
    begun_at: datetime
    signed_at: datetime
    template_id: str
    template_version: str
    headings: tuple[Heading, ...]  # in the template's order
    lines: tuple[Line, ...]
    stamp: str  # one line: drafted with AI, reviewed by whom and when, product, models, template
    made_by: tuple[str, ...]
    digest: str  # SHA-256, hex, of everything above
    demo: bool = False  # a bundled simulated consultation that nobody reviewed
    document_code: str = ""  # SNOMED CT, what kind of document it is, as the template says


# ---------------------------------------------------------------- export


@dataclass(frozen=True, slots=True)
class Receipt:
    id: str
    note_id: str
    format: str  # an export format's id, "manifest" or "clipboard"
    path: str  # empty for the clipboard
    sha256: str  # of the bytes written
    written_at: datetime
    passages: tuple[tuple[str, str], ...] = ()  # problem and heading id of each that was copied; earlier ones lack it


@dataclass(frozen=True, slots=True)
class Waiting:
    """An export that was asked for and is not done: its folder is away, or full. It is tried again.

    `at` names the files, so that a second try finds what the first one wrote. `reason` is the error's code.
    """

    id: str
    note_id: str
    formats: tuple[str, ...]
    folder: str
    site_id: str
    at: datetime
    tries: int = 0
    reason: str = ""
