"""Made-up consultations for the tests of store, encounter and review, and things that stand in for real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scribe.records import (
    Certainty,
    Check,
    Clinician,
    Consent,
    Detail,
    Draft,
    Encounter,
    Entry,
    Evidence,
    Experiencer,
    Fact,
    Ledger,
    Line,
    Mode,
    Omission,
    Outcome,
    Patient,
    Polarity,
    Reason,
    Recording,
    Role,
    Section,
    Segment,
    Status,
    Turn,
    Verdict,
    Voice,
    Word,
    new_id,
)
from scribe.store import Profile
from scribe.store.seal import Work

PIN = "274951"
OTHER_PIN = "8k2-green"
QUICK = Work(passes=1, memory_kib=8, lanes=1)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """Stands still until told."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class FakeKeyring:
    """A keyring in memory, with the two calls that the store uses."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))


@dataclass(frozen=True)
class Consultation:
    """One of each record, all about the same patient; `secret` stands in every clinical field."""

    secret: str
    encounter: Encounter
    recording: Recording
    segment: Segment
    voices: tuple[Voice, ...]
    turn: Turn
    ledger: Ledger
    draft: Draft

    def save(self, profile: Profile) -> Consultation:
        profile.begin(self.encounter)
        profile.save_recording(self.recording)
        profile.add_segment(self.segment, self.voices)
        profile.save_turns(self.recording.id, (self.turn,))
        profile.save_ledger(self.ledger)
        profile.save_draft(self.draft)
        (profile.sound_folder(self.encounter.id) / "0001.sealed").write_bytes(b"sealed sound")
        return self


def consultation(clinician: Clinician, secret: str, *, at: datetime = MORNING) -> Consultation:
    """A consultation in which everything that was said is `secret`."""
    patient = Patient(f"{secret} Example", date(1961, 4, 2), "9434765919", (secret,))
    encounter = Encounter(
        new_id(), clinician.id, at, Mode.TELEPHONE, patient=patient, consent=Consent.TOLD_NO_OBJECTION
    )
    recording = Recording(new_id(), encounter.id, "file", at, 60_000, True, "ab" * 32)
    words = tuple(Word(text, 0, 100, 0.9) for text in secret.split())
    segment = Segment(new_id(), recording.id, 1, 0, 900, secret, words, "whisper-base@d01c3014")
    voices = (Voice(recording.id, 0, 800, (0.6, 0.8)),)
    turn = Turn(new_id(), recording.id, 1, Role.PATIENT, 0.9, words, (segment.id,))
    evidence = (Evidence(turn.id, 1, 0, len(words)),)
    fact = Fact(
        new_id(),
        recording.id,
        secret,
        Section.HISTORY,
        secret,
        Polarity.PRESENT,
        Certainty.CERTAIN,
        Status.CURRENT,
        Experiencer.PATIENT,
        "patient",
        evidence,
        "rules@1",
    )
    line = Line(new_id(), secret, "history", secret, (fact.id,), evidence)
    check = Check(new_id(), secret, "medication", secret, Reason.DRUG_DOUBTFUL, secret, (fact.id,), evidence)
    omission = Omission(f"{secret} left out", Section.SOCIAL_HISTORY, 0.7, evidence, Role.PATIENT)
    draft = Draft(
        new_id(),
        encounter.id,
        recording.id,
        "gp-consultation",
        "1.0.0",
        Detail.STANDARD,
        (line,),
        (check,),
        (omission,),
        ("whisper-base@d01c3014", "rules@1"),
        at,
    )
    ledger = Ledger(recording.id, (Entry(fact, Verdict(Outcome.SUPPORTED)),), (omission,))
    return Consultation(secret, encounter, recording, segment, voices, turn, ledger, draft)


def every_file(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """All files below a folder with their bytes."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()
