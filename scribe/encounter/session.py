"""The consulting room: at most one encounter is open, and everything is done to that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from scribe.encounter.clipboard import ClipboardGuard
from scribe.encounter.patient import CheckedPatient, Notice, check_patient, confusable, is_same_person
from scribe.errors import Bug, Fixable
from scribe.records import Consent, Encounter, Mode, Patient, Present, Stage, new_id, utc_now
from scribe.store import Profile, Why

_DONE = (Stage.SIGNED, Stage.EXPORTED)


class Session:
    """What one clinician does between unlocking and locking.

    Args:
        profile: whose encounters these are.
        guard: clears what Scribe copied when another encounter starts or is opened.
        closing: told before an encounter is closed or destroyed, to stop its recorder; what it raises
            keeps the encounter open.
        clock: the present instant, timezone-aware.

    Every method may raise what the store raises.
    """

    def __init__(
        self,
        profile: Profile,
        guard: ClipboardGuard,
        *,
        closing: Callable[[Encounter], None] = lambda encounter: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._profile = profile
        self._guard = guard
        self._closing = closing
        self._clock = clock
        self._open_id = ""
        self._changed: set[str] = set()  # encounters that had another patient before

    @property
    def current(self) -> Encounter | None:
        """The open encounter, as it is now."""
        return self._profile.encounter(self._open_id) if self._open_id else None

    def begin(
        self,
        mode: Mode,
        *,
        present: Sequence[Present] = (),
        template_id: str = "gp-consultation",
        patient: Patient | None = None,
    ) -> Encounter:
        """Starts the next encounter; the one before is closed first. Without `patient` there is "no patient yet".

        Raises:
            Fixable: what `check_patient` refuses; nothing was closed or begun then.
        """
        now = self._clock()
        checked = check_patient(patient or Patient(), now.astimezone().date())
        self.close()
        encounter = Encounter(
            id=new_id(),
            clinician_id=self._profile.clinician.id,
            begun_at=now,
            mode=mode,
            present=tuple(present),
            patient=checked.patient,
            template_id=template_id,
        )
        self._profile.begin(encounter)
        self._open_id = encounter.id
        return encounter

    def open(self, encounter_id: str) -> Encounter:
        """Opens an encounter of before; the one that is open is closed first.

        Raises:
            Fixable: "recording-on": the open one is being recorded.
        """
        encounter = self._profile.encounter(encounter_id)
        if encounter_id == self._open_id:
            return encounter
        current = self.current
        if current and current.stage is Stage.RECORDING:
            raise Fixable(
                "A consultation is being recorded.",
                safe="The recording goes on.",
                do="Stop it before you open another encounter, or start the next patient.",
                code="recording-on",
            )
        self.close()
        self._open_id = encounter_id
        return encounter

    def close(self) -> None:
        """Closes the open encounter, if there is one, and clears what Scribe put on the clipboard."""
        if current := self.current:
            self._closing(current)
        self._guard.clear_own()
        self._open_id = ""

    # ---------------------------------------------------------------- the open encounter

    def set_patient(self, patient: Patient, *, correcting: bool = False) -> CheckedPatient:
        """Says whose encounter it is, or puts that right.

        Args:
            patient: as typed.
            correcting: for a correction of a signed note, which itself keeps the patient it was signed with.

        Returns:
            What was saved, and what is worth showing beside it.

        Raises:
            Fixable: what `check_patient` refuses; "already-signed".
        """
        encounter = self._current() if correcting else self._unsigned()
        checked = check_patient(patient, self._clock().astimezone().date())
        self._profile.save_encounter(replace(encounter, patient=checked.patient))
        if not is_same_person(encounter.patient, checked.patient):
            self._changed.add(encounter.id)
        return replace(checked, notices=self.notices(encounter.id))

    def notices(self, encounter_id: str) -> tuple[Notice, ...]:
        """What is worth a look before somebody relies on an encounter's patient being the right one."""
        encounter = self._profile.encounter(encounter_id)
        day = encounter.begun_at.astimezone().date()
        patient = encounter.patient
        found = list(check_patient(patient, self._clock().astimezone().date()).notices)
        found += confusable(patient, self.others(encounter_id, day))
        signed = self._profile.signed_notes(encounter_id)
        if signed and not is_same_person(signed[-1].patient, patient):
            found.insert(0, Notice.VERSION_OF_ANOTHER)
        if encounter_id in self._changed:
            found.insert(0, Notice.PATIENT_CHANGED)
        return tuple(found)

    def others(self, encounter_id: str, day: date) -> tuple[Patient, ...]:
        """The patients of a day's other encounters."""
        return tuple(each.patient for each in self._profile.encounters(day) if each.id != encounter_id)

    def set_circumstances(self, mode: Mode, present: Sequence[Present], template_id: str) -> Encounter:
        """Changes how they met, who else was there, and which template the note follows.

        Raises:
            Fixable: "already-signed".
        """
        return self._saved(replace(self._unsigned(), mode=mode, present=tuple(present), template_id=template_id))

    def confirm_told(self) -> Encounter:
        """The clinician confirms that the patient was told and did not object; recording may begin.

        Raises:
            Fixable: "objection-stands": this patient has objected; "already-signed".
        """
        encounter = self._unsigned()
        if encounter.consent is Consent.OBJECTED:
            raise _objection_stands()
        return self._saved(replace(encounter, consent=Consent.TOLD_NO_OBJECTION))

    def type_note(self) -> Encounter:
        """Takes the path without a recording: the clinician types the note."""
        return self._saved(replace(self._unsigned(), stage=Stage.TYPED))

    def object(self) -> Encounter:
        """The patient objects. Sound, transcript, ledger, voices and drafts are destroyed at once, with the
        encounter's key; that there was an objection is kept.

        Returns:
            A new encounter in place of the old one, with a key of its own, for a typed note. It has what a person
            entered (whose encounter, how they met) and nothing of what was heard.

        Raises:
            Fixable: "already-signed".
        """
        before = self._unsigned()
        self._closing(before)
        self._guard.clear_own()
        self._profile.destroy(before.id, Why.OBJECTED)
        self._open_id = ""
        typed = replace(before, id=new_id(), consent=Consent.OBJECTED, stage=Stage.TYPED)
        self._profile.begin(typed)
        self._open_id = typed.id
        return typed

    def cancel(self) -> None:
        """Destroys the open encounter: it was begun by mistake.

        Raises:
            Fixable: "already-signed".
        """
        encounter = self._unsigned()
        self._closing(encounter)
        self._guard.clear_own()
        self._profile.destroy(encounter.id, Why.CANCELLED)
        self._open_id = ""

    # ---------------------------------------------------------------- inside

    def _saved(self, encounter: Encounter) -> Encounter:
        self._profile.save_encounter(encounter)
        return self._profile.encounter(encounter.id)

    def _current(self) -> Encounter:
        if encounter := self.current:
            return encounter
        raise Bug("No encounter is open.", code="no-encounter")

    def _unsigned(self) -> Encounter:
        encounter = self._current()
        if encounter.stage in _DONE:
            raise Fixable(
                "This encounter is signed.",
                safe="The signed note stays as it is.",
                do="Make a correction, which becomes a new version.",
                code="already-signed",
            )
        return encounter


def require_recordable(encounter: Encounter) -> None:
    """To be called before any sound of an encounter is taken in, from a microphone or a file.

    Raises:
        Fixable: "consent-missing", "objection-stands", "already-signed".
    """
    if encounter.consent is Consent.OBJECTED:
        raise _objection_stands()
    if encounter.consent is not Consent.TOLD_NO_OBJECTION:
        raise Fixable(
            "Nothing is recorded before the patient was told and did not object.",
            do="Tell the patient, then confirm it.",
            code="consent-missing",
        )
    if encounter.stage in _DONE:
        raise Fixable(
            "This encounter is signed, so no sound can be added to it.",
            safe="The signed note stays as it is.",
            do="Start a new encounter.",
            code="already-signed",
        )


def _objection_stands() -> Fixable:
    return Fixable(
        "The patient objected to being recorded, and that stands.",
        safe="Nothing is being recorded.",
        do="Type the note instead.",
        code="objection-stands",
    )
