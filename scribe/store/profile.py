"""What one clinician has in the store: their encounters and everything that hangs on them.

A `Profile` is handed out by `Store.unlock` and holds the profile's key in memory. Each encounter has a data key
of its own, wrapped by the profile's; every record of the encounter is sealed with it. So nothing here can be
read with another profile's key, and an encounter whose wrapped key is deleted can be read by nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from scribe.errors import Bug, Fixable
from scribe.records import (
    Clinician,
    Draft,
    Encounter,
    Ledger,
    Receipt,
    Recording,
    Segment,
    SignedNote,
    Stage,
    Turn,
    Voice,
    Voiceprint,
    Waiting,
)
from scribe.store.database import Database
from scribe.store.seal import WrongKey, derive, new_key, seal, seal_record, unseal, unseal_record

T = TypeVar("T")

Voices = tuple[Voice, ...]

# How far on each stage is. TYPED stands where DRAFTED does: both lead to a signature.
_PROGRESS = {
    stage: place
    for place, stages in enumerate(
        (
            (Stage.BEGUN,),
            (Stage.RECORDING,),
            (Stage.RECORDED,),
            (Stage.TRANSCRIBING,),
            (Stage.TRANSCRIBED,),
            (Stage.DRAFTED, Stage.TYPED),
            (Stage.SIGNED,),
            (Stage.EXPORTED,),
        )
    )
    for stage in stages
}


class Why(StrEnum):
    """Why an encounter was destroyed."""

    OBJECTED = "objected"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """All that is left of a destroyed encounter."""

    encounter_id: str
    clinician_id: str
    begun_at: datetime
    destroyed_at: datetime
    reason: Why


class Profile:
    """An unlocked profile. Safe to use from any thread.

    Every method raises Fixable "profile-locked" after `lock()`, "encounter-missing" or "encounter-destroyed" for an
    encounter that is not this clinician's or is no more, and what the disk refuses ("disk-full" and others); a
    write that failed changed nothing.
    """

    def __init__(
        self,
        clinician: Clinician,
        key: bytes,
        database: Database,
        folder: Path,
        clock: Callable[[], datetime],
        try_pin: Callable[[str], bytes],
    ) -> None:
        self.clinician = clinician
        self._key = key
        self._database = database
        self._folder = folder
        self._clock = clock
        self._try_pin = try_pin

    def check_pin(self, pin: str) -> None:
        """Asks for the PIN again, at signing and when an idle screen wakes.

        Raises:
            Fixable: "pin-wrong", "pin-wait".
        """
        self._try_pin(pin)

    def lock(self) -> None:
        """Forgets the key: for a change of clinician. While a recording runs, lock the window instead
        and ask `check_pin` again, or what was said meanwhile could not be saved."""
        self._key = b""

    # ---------------------------------------------------------------- voiceprint

    def save_voiceprint(self, voiceprint: Voiceprint) -> None:
        """Keeps how the clinician's own voice sounds, sealed with the profile's key, in place of what was kept before."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO voiceprints (clinician_id, body) VALUES (?, ?)"
                " ON CONFLICT (clinician_id) DO UPDATE SET body = excluded.body",
                self.clinician.id,
                seal_record(self._own_key(), Voiceprint, voiceprint, self._voiceprint_place()),
            )

    def voiceprint(self) -> Voiceprint | None:
        """How the clinician's own voice sounds, or None where they did not want that kept."""
        rows = self._database.rows("SELECT body FROM voiceprints WHERE clinician_id = ?", self.clinician.id)
        key, place = self._own_key(), self._voiceprint_place()
        return unseal_record(key, Voiceprint, rows[0][0], place) if rows else None

    def forget_voiceprint(self) -> None:
        """Deletes it; copies of the store made before migrations go too, since they may hold it."""
        with self._database.transaction():
            self._database.execute("DELETE FROM voiceprints WHERE clinician_id = ?", self.clinician.id)
        self._database.empty_log()
        self._database.forget_backups()

    def _voiceprint_place(self) -> str:
        return f"voiceprints/{self.clinician.id}"

    # ---------------------------------------------------------------- encounters

    def begin(self, encounter: Encounter) -> None:
        """Saves a new encounter, with a fresh key of its own."""
        self._require_own(encounter)
        data_key = new_key()
        place = self._key_place(encounter.id)
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO encounters (id, clinician_id, begun_at, stage, data_key, body) VALUES (?, ?, ?, ?, ?, ?)",
                encounter.id,
                self.clinician.id,
                _instant(encounter.begun_at),
                encounter.stage,
                seal(self._own_key(), data_key, place),
                seal_record(data_key, Encounter, encounter, _place("encounters", encounter.id, "")),
            )

    def save_encounter(self, encounter: Encounter) -> None:
        """Saves what changed about an encounter. Its stage only moves forward."""
        self._require_own(encounter)
        with self._database.transaction():
            key = self._data_key(encounter.id)
            self._database.execute(
                "UPDATE encounters SET body = ? WHERE id = ?",
                seal_record(key, Encounter, encounter, _place("encounters", encounter.id, "")),
                encounter.id,
            )
            self._advance(encounter.id, encounter.stage)

    def advance(self, encounter_id: str, stage: Stage) -> Encounter:
        """Moves an encounter forward to `stage`; one that is further on already stays where it is."""
        with self._database.transaction():
            self._data_key(encounter_id)
            self._advance(encounter_id, stage)
        return self.encounter(encounter_id)

    def encounter(self, encounter_id: str) -> Encounter:
        rows = self._database.rows(
            "SELECT id, stage, data_key, body FROM encounters WHERE id = ? AND clinician_id = ?",
            encounter_id,
            self.clinician.id,
        )
        if not rows:
            self._refuse(encounter_id)
        return self._opened(*rows[0])

    def encounters(self, day: date | None = None) -> tuple[Encounter, ...]:
        """This clinician's encounters in the order they began: of one day on this computer's clock, or all."""
        first, end = _day(day) if day else ("", "~")
        rows = self._database.rows(
            "SELECT id, stage, data_key, body FROM encounters"
            " WHERE clinician_id = ? AND begun_at >= ? AND begun_at < ? ORDER BY begun_at, rowid",
            self.clinician.id,
            first,
            end,
        )
        return tuple(self._opened(*row) for row in rows)

    def unfinished(self) -> tuple[Encounter, ...]:
        """Encounters that are not signed yet, or whose note went nowhere yet, or has a draft after it; to be offered back
        at start."""
        rows = self._database.rows(
            "SELECT id, stage, data_key, body FROM encounters"
            " WHERE clinician_id = ? AND (stage <> ? OR correcting) ORDER BY begun_at, rowid",
            self.clinician.id,
            Stage.EXPORTED,
        )
        return tuple(self._opened(*row) for row in rows)

    def destroy(self, encounter_id: str, reason: Why) -> Tombstone:
        """Destroys an encounter: its key, every record and its sound. Only a tombstone is left.

        Stop its recorder first. Copies of the store made before migrations go too, since they hold the key.
        """
        with self._database.transaction():
            self._data_key(encounter_id)
            begun_at = self._database.rows("SELECT begun_at FROM encounters WHERE id = ?", encounter_id)[0][0]
            tombstone = Tombstone(
                encounter_id, self.clinician.id, datetime.fromisoformat(begun_at), self._clock(), reason
            )
            self._database.execute(
                "INSERT INTO tombstones (encounter_id, clinician_id, begun_at, destroyed_at, reason)"
                " VALUES (?, ?, ?, ?, ?)",
                encounter_id,
                self.clinician.id,
                begun_at,
                _instant(tombstone.destroyed_at),
                reason,
            )
            self._database.execute("DELETE FROM encounters WHERE id = ?", encounter_id)
        # The key is gone, so the sound is noise from here on. A file that is still held open (Windows) is
        # removed when the store is next opened.
        shutil.rmtree(self._folder / "sound" / encounter_id, ignore_errors=True)
        self._database.empty_log()
        self._database.forget_backups()
        return tombstone

    def destroyed(self) -> tuple[Tombstone, ...]:
        """What is left of this clinician's destroyed encounters, in the order they began."""
        rows = self._database.rows(
            "SELECT encounter_id, clinician_id, begun_at, destroyed_at, reason FROM tombstones"
            " WHERE clinician_id = ? ORDER BY begun_at, rowid",
            self.clinician.id,
        )
        return tuple(
            Tombstone(
                encounter_id, clinician_id, datetime.fromisoformat(begun), datetime.fromisoformat(ended), Why(why)
            )
            for encounter_id, clinician_id, begun, ended, why in rows
        )

    # ---------------------------------------------------------------- sound

    def sound_key(self, encounter_id: str) -> bytes:
        """The key (32 bytes) for this encounter's sound; it comes from the data key and goes with it."""
        return derive(self._data_key(encounter_id), "scribe sound")

    def sound_folder(self, encounter_id: str) -> Path:
        """Where this encounter's sealed sound lies; made when it is first asked for."""
        self._data_key(encounter_id)
        folder = self._folder / "sound" / encounter_id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    # ---------------------------------------------------------------- recordings and transcript

    def save_recording(self, recording: Recording, *, stage: Stage | None = None) -> None:
        """Saves a new recording, or what changed about it, and moves the encounter's stage with it."""
        with self._database.transaction():
            key = self._data_key(recording.encounter_id)
            changed = self._database.execute(
                "INSERT INTO recordings (id, encounter_id, body) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET body = excluded.body"
                " WHERE encounter_id = excluded.encounter_id",
                recording.id,
                recording.encounter_id,
                seal_record(key, Recording, recording, _place("recordings", recording.encounter_id, recording.id)),
            )
            if not changed:
                raise _crossed()
            self._move(recording.encounter_id, stage)

    def recordings(self, encounter_id: str) -> tuple[Recording, ...]:
        """The recordings of an encounter, in the order they were begun."""
        key = self._data_key(encounter_id)
        rows = self._database.rows(
            "SELECT id, body FROM recordings WHERE encounter_id = ? ORDER BY rowid", encounter_id
        )
        return tuple(
            unseal_record(key, Recording, body, _place("recordings", encounter_id, recording_id))
            for recording_id, body in rows
        )

    def add_segment(self, segment: Segment, voices: Voices = (), *, stage: Stage | None = None) -> None:
        """Commits a segment, with how its voices sound, as it arrives; a later one of the same number
        replaces it. The encounter's stage moves in the same transaction."""
        with self._database.transaction():
            encounter_id, key = self._of(segment.recording_id)
            row = f"{segment.recording_id}/{segment.number}"
            self._database.execute(
                "INSERT INTO segments (recording_id, number, body, voices) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (recording_id, number) DO UPDATE SET body = excluded.body, voices = excluded.voices",
                segment.recording_id,
                segment.number,
                seal_record(key, Segment, segment, _place("segments", encounter_id, row)),
                seal_record(key, Voices, voices, _place("voices", encounter_id, row)),
            )
            self._move(encounter_id, stage)

    def segments(self, recording_id: str) -> tuple[Segment, ...]:
        """The committed segments of a recording, by number."""
        encounter_id, key = self._of(recording_id)
        rows = self._database.rows(
            "SELECT number, body FROM segments WHERE recording_id = ? ORDER BY number", recording_id
        )
        return tuple(
            unseal_record(key, Segment, body, _place("segments", encounter_id, f"{recording_id}/{number}"))
            for number, body in rows
        )

    def voices(self, recording_id: str) -> Voices:
        """How the voices of a recording sound, window by window."""
        encounter_id, key = self._of(recording_id)
        rows = self._database.rows(
            "SELECT number, voices FROM segments WHERE recording_id = ? ORDER BY number", recording_id
        )
        return tuple(
            voice
            for number, body in rows
            for voice in unseal_record(key, Voices, body, _place("voices", encounter_id, f"{recording_id}/{number}"))
        )

    def forget_segments(self, recording_id: str, after_ms: int) -> None:
        """Removes the segments of a recording that reach beyond a moment, where its sound was struck."""
        struck = [segment.number for segment in self.segments(recording_id) if segment.end_ms > after_ms]
        with self._database.transaction():
            self._of(recording_id)
            for number in struck:
                self._database.execute(
                    "DELETE FROM segments WHERE recording_id = ? AND number = ?", recording_id, number
                )

    def forget_transcript(self, recording_id: str) -> None:
        """Removes segments, turns and ledger of a recording, to transcribe it anew."""
        with self._database.transaction():
            self._of(recording_id)
            for table in ("segments", "turns", "ledgers"):
                self._database.execute(f"DELETE FROM {table} WHERE recording_id = ?", recording_id)

    def save_turns(self, recording_id: str, turns: Sequence[Turn], *, stage: Stage | None = None) -> None:
        """Replaces all turns of a recording."""
        if any(turn.recording_id != recording_id for turn in turns):
            raise _crossed()
        encounter_id, key = self._of(recording_id)
        # Sealed before the transaction: three hours of turns take a while, and the window must not wait for it.
        bodies = [
            seal_record(key, Turn, turn, _place("turns", encounter_id, f"{recording_id}/{place}"))
            for place, turn in enumerate(turns)
        ]
        with self._database.transaction():
            self._of(recording_id)
            self._database.execute("DELETE FROM turns WHERE recording_id = ?", recording_id)
            for place, body in enumerate(bodies):
                self._database.execute(
                    "INSERT INTO turns (recording_id, place, body) VALUES (?, ?, ?)", recording_id, place, body
                )
            self._move(encounter_id, stage)

    def turns(self, recording_id: str) -> tuple[Turn, ...]:
        encounter_id, key = self._of(recording_id)
        rows = self._database.rows("SELECT place, body FROM turns WHERE recording_id = ? ORDER BY place", recording_id)
        return tuple(
            unseal_record(key, Turn, body, _place("turns", encounter_id, f"{recording_id}/{place}"))
            for place, body in rows
        )

    # ---------------------------------------------------------------- ledger, drafts, notes

    def save_ledger(self, ledger: Ledger) -> None:
        """Replaces the ledger of a recording."""
        if any(entry.fact.recording_id != ledger.recording_id for entry in ledger.entries):
            raise _crossed()
        with self._database.transaction():
            encounter_id, key = self._of(ledger.recording_id)
            self._database.execute(
                "INSERT INTO ledgers (recording_id, body) VALUES (?, ?)"
                " ON CONFLICT (recording_id) DO UPDATE SET body = excluded.body",
                ledger.recording_id,
                seal_record(key, Ledger, ledger, _place("ledgers", encounter_id, ledger.recording_id)),
            )

    def ledger(self, recording_id: str) -> Ledger | None:
        encounter_id, key = self._of(recording_id)
        rows = self._database.rows("SELECT body FROM ledgers WHERE recording_id = ?", recording_id)
        if not rows:
            return None
        return unseal_record(key, Ledger, rows[0][0], _place("ledgers", encounter_id, recording_id))

    def save_draft(self, draft: Draft) -> None:
        """Saves a new revision of the unsigned note; earlier ones stay."""
        with self._database.transaction():
            key = self._data_key(draft.encounter_id)
            if draft.recording_id and self._of(draft.recording_id)[0] != draft.encounter_id:
                raise _crossed()
            self._database.execute(
                "INSERT INTO drafts (id, encounter_id, body) VALUES (?, ?, ?)",
                draft.id,
                draft.encounter_id,
                seal_record(key, Draft, draft, _place("drafts", draft.encounter_id, draft.id)),
            )
            self._database.execute(
                "UPDATE encounters SET correcting = 1 WHERE id = ? AND id IN (SELECT encounter_id FROM signed_notes)",
                draft.encounter_id,
            )
            self._advance(draft.encounter_id, Stage.DRAFTED)

    def drafts(self, encounter_id: str) -> tuple[Draft, ...]:
        """Every revision, the first one first."""
        return self._drafts(encounter_id, "ORDER BY place")

    def latest_draft(self, encounter_id: str) -> Draft | None:
        return next(iter(self._drafts(encounter_id, "ORDER BY place DESC LIMIT 1")), None)

    def save_signed(self, note: SignedNote) -> None:
        """Saves a signed note, which can then not be changed; the encounter is signed (again)."""
        if note.clinician.id != self.clinician.id:
            raise _not_yours()
        with self._database.transaction():
            key = self._data_key(note.encounter_id)
            self._database.execute(
                "INSERT INTO signed_notes (id, encounter_id, version, body) VALUES (?, ?, ?, ?)",
                note.id,
                note.encounter_id,
                note.version,
                seal_record(key, SignedNote, note, _place("signed_notes", note.encounter_id, note.id)),
            )
            # The one step back there is: a new version is not exported yet, though the old one may be.
            self._database.execute(
                "UPDATE encounters SET stage = ?, correcting = 0 WHERE id = ?", Stage.SIGNED, note.encounter_id
            )

    def signed_notes(self, encounter_id: str) -> tuple[SignedNote, ...]:
        """Every signed version, the first one first."""
        key = self._data_key(encounter_id)
        rows = self._database.rows(
            "SELECT id, body FROM signed_notes WHERE encounter_id = ? ORDER BY version", encounter_id
        )
        return tuple(
            unseal_record(key, SignedNote, body, _place("signed_notes", encounter_id, note_id))
            for note_id, body in rows
        )

    def save_receipt(self, receipt: Receipt, *, stage: Stage | None = None) -> None:
        """Saves what was written where. The encounter's stage moves in the same transaction, unless a newer version was
        signed: that one went nowhere yet."""
        with self._database.transaction():
            encounter_id = self._encounter_of_note(receipt.note_id)
            key = self._data_key(encounter_id)
            self._database.execute(
                "INSERT INTO receipts (id, note_id, body) VALUES (?, ?, ?)",
                receipt.id,
                receipt.note_id,
                seal_record(key, Receipt, receipt, _place("receipts", encounter_id, receipt.id)),
            )
            newest = self._database.rows(
                "SELECT id FROM signed_notes WHERE encounter_id = ? ORDER BY version DESC LIMIT 1", encounter_id
            )
            if newest[0][0] == receipt.note_id:
                self._move(encounter_id, stage)

    def receipts(self, encounter_id: str) -> tuple[Receipt, ...]:
        """What was exported of an encounter, in the order it was written."""
        key = self._data_key(encounter_id)
        rows = self._database.rows(
            "SELECT receipts.id, receipts.body FROM receipts JOIN signed_notes ON signed_notes.id = note_id"
            " WHERE encounter_id = ? ORDER BY receipts.place",
            encounter_id,
        )
        return tuple(
            unseal_record(key, Receipt, body, _place("receipts", encounter_id, receipt_id)) for receipt_id, body in rows
        )

    def save_waiting(self, waiting: Waiting) -> None:
        """Saves an export that is to be done, or what became of a try."""
        with self._database.transaction():
            encounter_id = self._encounter_of_note(waiting.note_id)
            key = self._data_key(encounter_id)
            self._database.execute(
                "INSERT INTO waiting_exports (id, note_id, body) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                waiting.id,
                waiting.note_id,
                seal_record(key, Waiting, waiting, _place("waiting_exports", encounter_id, waiting.id)),
            )

    def waiting(self) -> tuple[tuple[str, Waiting], ...]:
        """This clinician's exports that are not done, with their encounters' ids, in the order they were asked for."""
        rows = self._database.rows(
            "SELECT waiting_exports.id, encounter_id, waiting_exports.body FROM waiting_exports"
            " JOIN signed_notes ON signed_notes.id = note_id JOIN encounters ON encounters.id = encounter_id"
            " WHERE clinician_id = ? ORDER BY waiting_exports.place",
            self.clinician.id,
        )
        return tuple(
            (
                encounter_id,
                unseal_record(
                    self._data_key(encounter_id), Waiting, body, _place("waiting_exports", encounter_id, row_id)
                ),
            )
            for row_id, encounter_id, body in rows
        )

    def forget_waiting(self, waiting_id: str) -> None:
        """It is done, or nobody wants it any more."""
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM waiting_exports WHERE id = ? AND note_id IN (SELECT signed_notes.id FROM signed_notes"
                " JOIN encounters ON encounters.id = encounter_id WHERE clinician_id = ?)",
                waiting_id,
                self.clinician.id,
            )

    # ---------------------------------------------------------------- inside

    def _encounter_of_note(self, note_id: str) -> str:
        rows = self._database.rows("SELECT encounter_id FROM signed_notes WHERE id = ?", note_id)
        if not rows:
            raise Bug("A receipt or an export names a note that is not there.", code="note-missing")
        encounter_id: str = rows[0][0]
        return encounter_id

    def _own_key(self) -> bytes:
        if not self._key:
            raise Fixable(
                "Scribe is locked.",
                safe="Everything saved is safe.",
                do="Unlock it with your PIN.",
                code="profile-locked",
            )
        return self._key

    def _key_place(self, encounter_id: str) -> str:
        return f"encounters.data_key/{self.clinician.id}/{encounter_id}"

    def _data_key(self, encounter_id: str) -> bytes:
        rows = self._database.rows(
            "SELECT data_key FROM encounters WHERE id = ? AND clinician_id = ?", encounter_id, self.clinician.id
        )
        if not rows:
            self._refuse(encounter_id)
        return self._unwrap(encounter_id, rows[0][0])

    def _unwrap(self, encounter_id: str, wrapped: bytes) -> bytes:
        try:
            return unseal(self._own_key(), wrapped, self._key_place(encounter_id))
        except WrongKey:
            raise _not_yours() from None

    def _of(self, recording_id: str) -> tuple[str, bytes]:
        """The encounter a recording belongs to, and its key."""
        rows = self._database.rows("SELECT encounter_id FROM recordings WHERE id = ?", recording_id)
        if not rows:
            raise Fixable(
                "This recording is no longer there.",
                safe="Everything else is as it was.",
                do="Go back to the list of encounters.",
                code="recording-missing",
            )
        return rows[0][0], self._data_key(rows[0][0])

    def _opened(self, encounter_id: str, stage: str, wrapped: bytes, body: bytes) -> Encounter:
        key = self._unwrap(encounter_id, wrapped)
        encounter = unseal_record(key, Encounter, body, _place("encounters", encounter_id, ""))
        # The column is the truth: it moves with the work, without the rest being sealed again.
        return replace(encounter, stage=Stage(stage))

    def _drafts(self, encounter_id: str, order: str) -> tuple[Draft, ...]:
        key = self._data_key(encounter_id)
        rows = self._database.rows(f"SELECT id, body FROM drafts WHERE encounter_id = ? {order}", encounter_id)
        return tuple(
            unseal_record(key, Draft, body, _place("drafts", encounter_id, draft_id)) for draft_id, body in rows
        )

    def _move(self, encounter_id: str, stage: Stage | None) -> None:
        if stage:
            self._advance(encounter_id, stage)

    def _advance(self, encounter_id: str, stage: Stage) -> None:
        if stage is Stage.DESTROYED:
            raise Bug("An encounter is destroyed by destroy(), which destroys it.", code="stage-destroyed")
        now = Stage(self._database.rows("SELECT stage FROM encounters WHERE id = ?", encounter_id)[0][0])
        if _PROGRESS[stage] > _PROGRESS[now]:
            self._database.execute("UPDATE encounters SET stage = ? WHERE id = ?", stage, encounter_id)

    def _require_own(self, encounter: Encounter) -> None:
        if encounter.clinician_id != self.clinician.id:
            raise _not_yours()

    def _refuse(self, encounter_id: str) -> NoReturn:
        """Says why an encounter cannot be had; that a colleague has it is not said."""
        if self._database.rows(
            "SELECT 1 FROM tombstones WHERE encounter_id = ? AND clinician_id = ?", encounter_id, self.clinician.id
        ):
            raise Fixable(
                "This encounter was destroyed.",
                do="Go back to the list of encounters.",
                code="encounter-destroyed",
            )
        raise Fixable(
            "This encounter is not among yours.",
            do="Go back to the list of encounters.",
            code="encounter-missing",
        )


def _place(table: str, encounter_id: str, row: str) -> str:
    return f"{table}/{encounter_id}/{row}"


def _instant(moment: datetime) -> str:
    """UTC, always the same length, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _day(day: date) -> tuple[str, str]:
    """The instants at which a day begins and ends on this computer's clock."""
    ends = (datetime.combine(when, time.min).astimezone() for when in (day, day + timedelta(days=1)))
    first, end = (_instant(moment) for moment in ends)
    return first, end


def _not_yours() -> Fixable:
    return Fixable(
        "This encounter belongs to another clinician.",
        do="Ask them to unlock Scribe with their own PIN.",
        code="not-yours",
    )


def _crossed() -> Bug:
    return Bug(
        "A record of one encounter was about to be saved with another.",
        safe="It was not saved, and nothing was changed.",
        do="Tell support.",
        code="crossed-encounters",
    )
