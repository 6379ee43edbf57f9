"""Exports as they are ordered: done at once where the folder takes them, kept and tried again where it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from scribe.encounter import is_same_person
from scribe.errors import Bug, Fixable, ScribeError
from scribe.export import site
from scribe.export.context import Context
from scribe.export.export import prepare, write
from scribe.export.formats import FORMATS
from scribe.export.manifest import File
from scribe.export.publish import require_there
from scribe.records import Patient, Receipt, SignedNote, Stage, Waiting, new_id, utc_now
from scribe.store import Profile

# What passes by itself: a drive comes back, space is made. An export that meets one of these waits.
PASSING = frozenset({"export-folder-missing", "export-not-written", "disk-full"})
_one_at_a_time = threading.Lock()  # the window tries what waits while someone exports


@dataclass(frozen=True, slots=True)
class Misfiled:
    """A version that was signed for another patient than the newest one, and where it went meanwhile."""

    version: int
    patient: Patient
    receipts: tuple[Receipt, ...]


class Orders:
    """The exports of one unlocked profile.

    Args:
        profile: whose notes these are.
        clock: the present instant, timezone-aware.
    """

    def __init__(self, profile: Profile, clock: Callable[[], datetime] = utc_now) -> None:
        self._profile = profile
        self._clock = clock

    def export(
        self, encounter_id: str, formats: tuple[str, ...], folder: Path, site_id: str = site.DEFAULT
    ) -> tuple[Receipt, ...]:
        """Writes the newest signed version: one file a format, the manifest last, a receipt for each.

        What waits of this encounter for the same folder goes first, so that a version never overtakes the one that
        it replaces.

        Raises:
            Fixable: "not-signed"; "export-waits", the folder is away or full; "patient-corrected" and "other-record",
                it would reach another patient's record; what `prepare` and `write` refuse.
            Bug: what `prepare` refuses.
        """
        notes = self._profile.signed_notes(encounter_id)
        if not notes:
            raise Fixable("This note is not signed yet.", do="Review and sign it first.", code="not-signed")
        self.require_right_patient(notes[-1])
        self._require_no_other_record(notes, formats)
        order = Waiting(new_id(), notes[-1].id, formats, str(folder), site_id, self._free_second(encounter_id))
        self._prepared(notes[-1], order)  # what can never be written does not wait
        with _one_at_a_time:
            found = self._profile.waiting()
            before = [each for owner, each in found if (owner, each.folder) == (encounter_id, order.folder)]
            before = [each for each in before if not self._given_up(notes, each)]
            self._profile.save_waiting(order)
            try:
                for each in before:
                    self._carry_out(encounter_id, each, again=True)
                return self._carry_out(encounter_id, order, again=False)
            except Fixable as error:
                if error.code not in PASSING:
                    self._profile.forget_waiting(order.id)
                    raise
                raise Fixable(
                    error.happened,
                    safe="The signed note is safe in Scribe, and the export waits.",
                    do="Scribe tries again by itself. Or choose another folder, and export again.",
                    code="export-waits",
                ) from error

    def _free_second(self, encounter_id: str) -> datetime:
        """The present instant, or the next second in which nothing of this note was exported: files are named by it."""
        used = {receipt.written_at.replace(microsecond=0) for receipt in self._profile.receipts(encounter_id)}
        used |= {each.at.replace(microsecond=0) for each in self.waiting(encounter_id)}
        at = self._clock()
        while at.replace(microsecond=0) in used:
            at += timedelta(seconds=1)
        return at

    def waiting(self, encounter_id: str = "") -> tuple[Waiting, ...]:
        """Exports that are not done, of one encounter or of all, the one asked for first in front."""
        return tuple(each for owner, each in self._profile.waiting() if not encounter_id or owner == encounter_id)

    def retry(self) -> dict[str, tuple[Receipt, ...]]:
        """Tries everything that waits once more. Returns what was written by encounter; the rest goes on waiting."""
        written: dict[str, tuple[Receipt, ...]] = {}
        held: set[tuple[str, str]] = set()
        with _one_at_a_time:
            for encounter_id, order in self._profile.waiting():
                if (encounter_id, order.folder) in held:
                    continue  # an earlier version of the same note is not there yet
                if self._given_up(self._profile.signed_notes(encounter_id), order):
                    continue
                try:
                    receipts = self._carry_out(encounter_id, order, again=True)
                    written[encounter_id] = (*written.get(encounter_id, ()), *receipts)
                except ScribeError:
                    held.add((encounter_id, order.folder))
        return written

    def forget(self, waiting_id: str) -> None:
        """Gives up an export that waits."""
        self._profile.forget_waiting(waiting_id)

    def owners(self) -> tuple[str, ...]:
        """The encounters of which something waits, the one asked for first in front."""
        return tuple(dict.fromkeys(owner for owner, _ in self._profile.waiting()))

    # ---------------------------------------------------------------- whose record it reaches

    def require_right_patient(self, note: SignedNote) -> None:
        """To be called before anything of a signed note leaves, as a file or by the clipboard.

        Raises:
            Fixable: "patient-corrected": its encounter was said to be another patient's after it was signed.
        """
        if not is_same_person(note.patient, self._profile.encounter(note.encounter_id).patient):
            raise Fixable(
                "This note was signed for another patient than its consultation has now.",
                safe="Nothing left Scribe. The signed note is safe in it.",
                do="Correct the note, and sign it for the right patient; or put the patient right again.",
                code="patient-corrected",
            )

    def misfiled(self, encounter_id: str) -> tuple[Misfiled, ...]:
        """Earlier versions that were signed for another patient and have left Scribe: they lie in a record, or on
        their way to one, where somebody must take them out."""
        notes = self._profile.signed_notes(encounter_id)
        receipts = self._profile.receipts(encounter_id)
        found = (
            Misfiled(note.version, note.patient, tuple(each for each in receipts if each.note_id == note.id))
            for note in notes[:-1]
            if not is_same_person(note.patient, notes[-1].patient)
        )
        return tuple(each for each in found if each.receipts)

    def _require_no_other_record(self, notes: Sequence[SignedNote], formats: Sequence[str]) -> None:
        """A replacement is filed where its parent lies, whatever patient it names."""
        number = notes[-1].patient.nhs_number
        systems = {name for name, format in FORMATS.items() if not format.for_people}
        others = {note.id for note in notes[:-1] if note.patient.nhs_number and note.patient.nhs_number != number}
        went = any(
            receipt.note_id in others and receipt.format in systems
            for receipt in self._profile.receipts(notes[-1].encounter_id)
        )
        if went and systems & set(formats):
            raise Fixable(
                "An earlier version of this note went to a record system for another patient. A replacement might be "
                "filed in that patient's record.",
                safe="Nothing was written. The signed note is safe in Scribe.",
                do="Have the earlier version taken out of that record. Then copy this note into the right one, or save "
                "it in a format for people.",
                code="other-record",
            )

    def _given_up(self, notes: Sequence[SignedNote], order: Waiting) -> bool:
        """Whether an export that waits was of a version for another patient: it is never written any more."""
        note = next((each for each in notes if each.id == order.note_id), None)
        if note is None or is_same_person(note.patient, notes[-1].patient):
            return False
        self._profile.forget_waiting(order.id)
        return True

    def _prepared(self, note: SignedNote, order: Waiting) -> tuple[tuple[File, ...], Context]:
        context = Context(order.at, site.load(order.site_id))
        return prepare(note, order.formats, context), context

    def _carry_out(self, encounter_id: str, order: Waiting, *, again: bool) -> tuple[Receipt, ...]:
        """One try, `again` unless it is the first. A receipt is kept as soon as its file is there, and the order
        until all of them are."""
        note = next((each for each in self._profile.signed_notes(encounter_id) if each.id == order.note_id), None)
        if note is None:
            raise Bug("An export waits for a note that is not there.", code="note-missing")
        known = {(receipt.path, receipt.sha256) for receipt in self._profile.receipts(encounter_id)}
        receipts = []
        try:
            self.require_right_patient(note)
            if again:
                require_there(Path(order.folder))  # cheaper than to render it first, every half minute
            files, context = self._prepared(note, order)
            for receipt in write(files, note, Path(order.folder), context, again=again):
                receipts.append(receipt)
                if (receipt.path, receipt.sha256) not in known:
                    self._profile.save_receipt(receipt, stage=Stage.EXPORTED)
        except ScribeError as error:
            self._profile.save_waiting(replace(order, tries=order.tries + 1, reason=error.code))
            raise
        self._profile.forget_waiting(order.id)
        return tuple(receipts)
