"""A Desk for the window's tests: everything in memory, and work that goes on only when told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from scribe import export, review
from scribe.attribute import correct
from scribe.desk import Interrupted, RecorderStatus, TemplateInfo
from scribe.draft import templates
from scribe.encounter.clipboard import Clipboard
from scribe.encounter.identity_file import IdentityFile
from scribe.encounter.patient import Notice
from scribe.errors import Fixable
from scribe.events import (
    Behind,
    Cancelled,
    DraftReady,
    Event,
    Failed,
    Gathered,
    Progressed,
    SegmentReady,
    StageChanged,
    Step,
    TurnsReady,
)
from scribe.export.orders import Misfiled
from scribe.export.site import Site
from scribe.records import (
    Clinician,
    Consent,
    Detail,
    Draft,
    Encounter,
    Line,
    Mode,
    Patient,
    Present,
    Receipt,
    RecordingEvent,
    Risk,
    Role,
    Section,
    Segment,
    SignedNote,
    Stage,
    Turn,
    Verdict,
    Waiting,
    new_id,
)

from . import consultation as made_up

PIN = "246813"
CODE = "KELP-4TQM-9WRA-77HC"


def _signed_at() -> datetime:
    return made_up.BEGUN + timedelta(minutes=21)


class FakeDesk:
    """The shape of scribe.desk.Desk."""

    def __init__(
        self,
        listener: Callable[[Event], None],
        *,
        clipboard: Clipboard | None = None,
        profiles: tuple[Clinician, ...] = (made_up.CLINICIAN,),
        passphrase: str = "",
    ) -> None:
        self.listener = listener
        self.clipboard = clipboard
        self._copied = ""
        self.status = RecorderStatus("idle", 0, 0.0, "", "")
        self.closed = False
        self.models = ("", "")
        self.played: list[tuple[tuple[tuple[int, int], ...], float]] = []
        self.saves: list[Draft] = []
        self.put: list[str] = []  # on the clipboard
        self.says: tuple[str, ...] = ("Looked well", "Plan to ring in two weeks")  # into the microphone, when dictating
        self.fail_save: Fixable | None = None
        self.fail_recording: Fixable | None = None
        self.the_turns: tuple[Turn, ...] = made_up.TURNS
        self.make_draft = made_up.draft
        self._passphrase = passphrase
        self.key_is_gone = False
        self._profiles = list(profiles)
        self._pins = {person.id: PIN for person in profiles}
        self._clinician: Clinician | None = None
        self._encounters: dict[str, Encounter] = {}
        self._turns: dict[str, tuple[Turn, ...]] = {}
        self._drafts: dict[str, list[Draft]] = {}
        self._signed: dict[str, list[SignedNote]] = {}
        self._receipts: dict[str, list[Receipt]] = {}
        self.waiting_exports: list[Waiting] = []
        self.sent: IdentityFile | None = None
        self.site: Site | Fixable = Site()
        self.site_id = ""
        self.notices: tuple[Notice, ...] = ()
        self.gone_wrong: tuple[Misfiled, ...] = ()
        self.drive_is_back = False
        self._recording = ""
        self.broken_off = Interrupted(312_000, True)
        self.struck: list[tuple[int, int]] = []
        self.started_with: list[tuple[bool, bool]] = []
        self.processing: list[str] = []
        self.own_words: tuple[str, ...] = ()
        self.must_see: tuple[Risk, ...] = ()
        self.detail = Detail.STANDARD
        self.voice_at: datetime | None = None
        self.fail_voice: Fixable | None = None

    # ---------------------------------------------------------------- what a test tells it

    def add(self, stage: Stage, patient: Patient, mode: Mode, minutes: int, consent: Consent) -> Encounter:
        """An encounter that was there before."""
        begun = made_up.BEGUN - timedelta(minutes=minutes)
        encounter = Encounter(new_id(), made_up.CLINICIAN.id, begun, mode, (), patient, consent, stage)
        self._encounters[encounter.id] = encounter
        if stage is Stage.DRAFTED:
            self._turns[encounter.id] = self.the_turns
            self._drafts[encounter.id] = [self.make_draft(encounter.id)]
        return encounter

    def hear(
        self, *, ms: int, level: float = 0.5, problem: str = "", urgent: bool = False, state: str = "recording"
    ) -> None:
        """Time goes by at the microphone."""
        self.status = replace(
            self.status,
            state=state,
            elapsed_ms=self.status.elapsed_ms + ms,
            level=level,
            problem=problem,
            urgent=urgent,
        )

    def recognise(self, count: int) -> None:
        """So many segments come out."""
        encounter_id = self.processing[0]
        for segment in made_up.segments()[:count]:
            self.listener(SegmentReady(encounter_id, segment))
            self.listener(Progressed(encounter_id, Step.TRANSCRIBE, segment.end_ms, made_up.LENGTH_MS))

    def follow(self, count: int, **counts: int) -> None:
        """So many segments come out while people talk, and so many facts of each kind are gathered."""
        for segment in made_up.segments()[:count]:
            self.listener(SegmentReady(self._recording, segment))
        self.listener(Gathered(self._recording, tuple((Section(kind), n) for kind, n in counts.items())))

    def fall_behind(self, ms: int) -> None:
        self.listener(Behind(self._recording, ms))

    def finish(self) -> None:
        """The rest of the work is done."""
        encounter_id = self.processing.pop(0)
        self._turns[encounter_id] = self.the_turns
        self.listener(TurnsReady(encounter_id, self.the_turns))
        self.listener(Progressed(encounter_id, Step.DRAFT, 3, 9))
        draft = self.make_draft(encounter_id)
        self._drafts[encounter_id] = [draft]
        self._stage(encounter_id, Stage.DRAFTED)
        self.listener(DraftReady(encounter_id, draft))

    def fail(self, error: Fixable) -> None:
        encounter_id = self.processing.pop(0)
        self.listener(Failed(encounter_id, error))

    # ---------------------------------------------------------------- set-up and profiles

    def close(self) -> None:
        self.closed = True

    def use_models(self, speech_model: str, language_model: str) -> None:
        self.models = (speech_model, language_model)

    def needs_passphrase(self) -> bool:
        return bool(self._passphrase)

    def open_store(self, passphrase: str | None = None) -> None:
        if self.key_is_gone:
            raise Fixable("The key is no longer in this computer's keyring.", code="store-key-missing")
        if self._passphrase and passphrase != self._passphrase:
            raise Fixable("That is not the passphrase.", do="Try again.", code="passphrase-wrong")

    def recovery_wants_passphrase(self) -> bool:
        return bool(self._passphrase)

    def recover_store(self, code: str, new_passphrase: str | None = None) -> None:
        if code != CODE:
            raise Fixable("That recovery code does not belong here.", do="Look at it again.", code="code-wrong")
        self._passphrase, self.key_is_gone = new_passphrase or "", False

    def profiles(self) -> tuple[Clinician, ...]:
        return tuple(self._profiles)

    def create_profile(self, name: str, role: str, registration: str, pin: str) -> tuple[Clinician, str]:
        person = Clinician(new_id(), name, role, registration)
        self._profiles.append(person)
        self._pins[person.id] = pin
        self._clinician = person
        return person, CODE

    def unlock(self, clinician_id: str, pin: str) -> Clinician:
        self._check(clinician_id, pin)
        self._clinician = next(person for person in self._profiles if person.id == clinician_id)
        return self._clinician

    def recover(self, clinician_id: str, code: str, new_pin: str) -> Clinician:
        if code != CODE:
            raise Fixable("That is not the recovery code.", do="Look at it again.", code="code-wrong")
        self._pins[clinician_id] = new_pin
        return self.unlock(clinician_id, new_pin)

    def lock(self) -> None:
        self._clear_clipboard()
        self._clinician = None

    @property
    def clinician(self) -> Clinician | None:
        return self._clinician

    # ---------------------------------------------------------------- encounters

    def encounters(self, day: date | None = None) -> tuple[Encounter, ...]:
        return tuple(sorted(self._encounters.values(), key=lambda e: e.begun_at, reverse=True))

    def unfinished(self) -> tuple[Encounter, ...]:
        done = (Stage.EXPORTED, Stage.DESTROYED)
        return tuple(e for e in self.encounters() if e.stage not in done or self.correction_begun(e.id))

    def encounter(self, encounter_id: str) -> Encounter:
        assert self._clinician is not None, "the window asked for an encounter while locked"
        return self._encounters[encounter_id]

    def begin(
        self,
        mode: Mode,
        present: tuple[Present, ...] = (),
        patient: Patient | None = None,
        template_id: str = "gp-consultation",
    ) -> Encounter:
        assert self._clinician is not None
        if self._recording:
            self.stop_recording()
        self._clear_clipboard()
        encounter = Encounter(
            new_id(), self._clinician.id, made_up.BEGUN, mode, present, patient or Patient(), template_id=template_id
        )
        self._encounters[encounter.id] = encounter
        return encounter

    def open(self, encounter_id: str) -> Encounter:
        if self._recording and self._recording != encounter_id:
            raise Fixable("A consultation is being recorded.", do="Stop it first.", code="recording-on")
        self._clear_clipboard()
        return self.encounter(encounter_id)

    def begin_demo(self, demo_id: str) -> Encounter:
        return self.confirm_told(self.begin(Mode.TELEPHONE).id)

    def segments(self, encounter_id: str) -> tuple[Segment, ...]:
        return ()

    def store_exists(self) -> bool:
        return bool(self._profiles)

    def set_patient(self, encounter_id: str, patient: Patient) -> tuple[Encounter, tuple[Notice, ...]]:
        if patient.nhs_number and len(patient.nhs_number) != 10:
            raise Fixable("That is not an NHS number.", do="Check the ten digits.", code="nhs-number")
        return self._change(encounter_id, patient=patient), ()

    def identity_file(self) -> IdentityFile | None:
        return self.sent

    def identity_used(self, found: IdentityFile) -> None:
        assert found is self.sent
        self.sent = None

    def set_circumstances(
        self, encounter_id: str, mode: Mode, present: tuple[Present, ...], template_id: str
    ) -> Encounter:
        return self._change(encounter_id, mode=mode, present=present)

    def confirm_told(self, encounter_id: str) -> Encounter:
        return self._change(encounter_id, consent=Consent.TOLD_NO_OBJECTION)

    def halt(self, encounter_id: str) -> None:
        if self._recording == encounter_id:
            self.stop_recording()

    def warm_up(self) -> None: ...

    def object(self, encounter_id: str) -> Encounter:
        before = self._encounters.pop(encounter_id)
        if self._recording == encounter_id:
            self.stop_recording(encounter_gone=True)
        for kept in (self._turns, self._drafts):
            kept.pop(encounter_id, None)
        typed = replace(before, id=new_id(), consent=Consent.OBJECTED, stage=Stage.TYPED)
        self._encounters[typed.id] = typed
        return typed

    def discard(self, encounter_id: str) -> None:
        self._encounters.pop(encounter_id)

    # ---------------------------------------------------------------- capture

    def microphones(self) -> tuple[str, ...]:
        return ("Jabra Speak 510", "Built-in microphone")

    def prepare_recorder(self) -> None: ...

    def interrupted(self, encounter_id: str) -> Interrupted | None:
        stage = self._encounters[encounter_id].stage
        return self.broken_off if stage is Stage.RECORDING and self._recording != encounter_id else None

    def go_on_recording(
        self,
        encounter_id: str,
        microphone: str = "",
        own_words: tuple[str, ...] = (),
        *,
        other_allowed: bool = False,
    ) -> None:
        self._recording = encounter_id
        self.status = RecorderStatus("recording", self.broken_off.duration_ms, 0.0, "Built-in microphone")

    def finish_interrupted(self, encounter_id: str) -> None:
        self._stage(encounter_id, Stage.RECORDED)

    def strike_last_minute(self) -> tuple[int, int]:
        self.struck.append((max(0, self.status.elapsed_ms - 60_000), self.status.elapsed_ms))
        self.happen("struck")
        return self.struck[-1]

    def happen(self, what: str, detail: str = "") -> None:
        """Something happens at the recorder."""
        event = RecordingEvent(self.status.elapsed_ms, made_up.BEGUN, what, detail)
        self.status = replace(self.status, recent=(*self.status.recent, event)[-8:], happened=self.status.happened + 1)

    def start_recording(
        self,
        encounter_id: str,
        microphone: str = "",
        own_words: tuple[str, ...] = (),
        *,
        computer_sound: bool = False,
        other_allowed: bool = False,
    ) -> None:
        self.started_with.append((computer_sound, other_allowed))
        assert self._encounters[encounter_id].consent is Consent.TOLD_NO_OBJECTION
        if self.fail_recording:
            raise self.fail_recording
        self._recording = encounter_id
        self.status = RecorderStatus(
            "recording", 0, 0.0, microphone or "Built-in microphone", "", computer_sound=computer_sound
        )
        self._stage(encounter_id, Stage.RECORDING)

    def pause(self) -> None:
        self.status = replace(self.status, state="paused")

    def resume(self) -> None:
        self.status = replace(self.status, state="recording")

    def aside(self, begins: bool) -> None:
        self.status = replace(self.status, aside=begins)

    def stop_recording(self, *, encounter_gone: bool = False) -> None:
        self.status = replace(self.status, state="idle", problem="")
        if not encounter_gone:
            self._stage(self._recording, Stage.RECORDED)
        self._recording = ""

    @property
    def recording_id(self) -> str:
        return self._recording

    def recorder_status(self) -> RecorderStatus:
        return self.status

    def import_file(self, encounter_id: str, path: Path) -> None:
        if path.suffix != ".wav":
            raise Fixable(
                "This file holds no sound that Scribe can read.",
                safe="Nothing was changed.",
                do="Open a recording such as wav, mp3 or m4a.",
                code="not-sound",
            )
        self._stage(encounter_id, Stage.RECORDED)

    def demo_recordings(self) -> tuple[tuple[str, str], ...]:
        return (
            ("cough", "Cough, by telephone"),
            ("new-medicine", "A new medicine, face to face"),
            ("outpatient", "Outpatient follow-up, with a relative"),
        )

    def import_demo(self, encounter_id: str, demo_id: str) -> None:
        self._stage(encounter_id, Stage.RECORDED)

    # ---------------------------------------------------------------- work

    def process(self, encounter_id: str, detail: Detail = Detail.STANDARD, own_words: tuple[str, ...] = ()) -> None:
        self.own_words, self.detail = own_words, detail
        self.processing.append(encounter_id)
        self._stage(encounter_id, Stage.TRANSCRIBING)

    def cancel(self, encounter_id: str) -> None:
        self.processing.remove(encounter_id)
        self.listener(Cancelled(encounter_id))

    def turns(self, encounter_id: str) -> tuple[Turn, ...]:
        return self._turns.get(encounter_id, ())

    def play(self, encounter_id: str, stretches: tuple[tuple[int, int], ...], speed: float = 1.0) -> None:
        self.played.append((stretches, speed))

    def prepare_to_play(self) -> None: ...

    def look_again(self, encounter_id: str, line: Line, before: str) -> Verdict | None:
        turns = {turn.id: turn for turn in self._turns.get(encounter_id, ())}
        return review.look_again(line, None, turns, Mode.FACE_TO_FACE, before=before)

    def assign_role(
        self, encounter_id: str, numbers: Collection[int], role: Role, who: Present | None = None
    ) -> tuple[Turn, ...]:
        return self._put_right(encounter_id, correct.assign(self.turns(encounter_id), numbers, role, who))

    def assign_voice(self, encounter_id: str, number: int, role: Role, who: Present | None = None) -> tuple[Turn, ...]:
        return self._put_right(encounter_id, correct.assign_voice(self.turns(encounter_id), number, role, who))

    def swap_roles(self, encounter_id: str, numbers: Collection[int] | None = None) -> tuple[Turn, ...]:
        turns = self.turns(encounter_id)
        return self._put_right(
            encounter_id, correct.swap_all(turns) if numbers is None else correct.swap(turns, numbers)
        )

    def leave_out(self, encounter_id: str, numbers: Collection[int], out: bool = True) -> tuple[Turn, ...]:
        return self._put_right(encounter_id, correct.leave_out(self.turns(encounter_id), numbers, out))

    def _put_right(self, encounter_id: str, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        self._turns[encounter_id] = self.the_turns = turns
        self.listener(TurnsReady(encounter_id, turns))
        return turns

    def enrol_voice(self, path: Path) -> None:
        if self.fail_voice:
            raise self.fail_voice
        self.voice_at = made_up.BEGUN

    def begin_own_voice(self, microphone: str = "") -> None:
        self.begin_dictation("", microphone)

    def enrol_own_voice(self) -> None:
        self.enrol_voice(Path())

    def drop_own_voice(self) -> None:
        self.end_dictation()

    def voice_enrolled(self) -> datetime | None:
        return self.voice_at

    def forget_voice(self) -> None:
        self.voice_at = None

    def eyes(self, draft: Draft) -> review.Eyes:
        return review.Eyes(self.turns(draft.encounter_id), None, Mode.FACE_TO_FACE, must_see=self.must_see)

    def stop_playing(self) -> None: ...

    # ---------------------------------------------------------------- dictation

    def begin_dictation(self, encounter_id: str, microphone: str = "") -> None:
        if self.fail_recording:
            raise self.fail_recording
        self.status = RecorderStatus("recording", 0, 0.4, microphone or "Built-in microphone")

    def end_dictation(self) -> None:
        self.status = RecorderStatus("idle", 0, 0.0, "")

    def dictated(self, encounter_id: str, own_words: tuple[str, ...] = ()) -> tuple[str, ...]:
        self.own_words = own_words
        return self.says

    # ---------------------------------------------------------------- review

    refused: tuple[Fixable, ...] = ()

    def refused_templates(self) -> tuple[Fixable, ...]:
        return self.refused

    def templates(self) -> tuple[TemplateInfo, ...]:
        return tuple(
            TemplateInfo(t.id, t.title, tuple((rule.id, rule.title) for rule in t.headings))
            for t in templates.all_templates()
        )

    def draft(self, encounter_id: str) -> Draft | None:
        found = self._drafts.get(encounter_id)
        return found[-1] if found else None

    def save_draft(self, draft: Draft) -> None:
        if self.fail_save:
            raise self.fail_save
        self.saves.append(draft)
        self._drafts.setdefault(draft.encounter_id, []).append(draft)

    def typed_draft(self, encounter_id: str) -> Draft:
        if self._encounters[encounter_id].stage is not Stage.TYPED:
            self._stage(encounter_id, Stage.TYPED)
        draft = review.typed_note(self._encounters[encounter_id], "1.0.0", now=made_up.BEGUN)
        self._drafts[encounter_id] = [draft]
        return draft

    def re_render(self, encounter_id: str, template_id: str, detail: Detail) -> Draft:
        return replace(self.make_draft(encounter_id), id=new_id(), template_id=template_id, detail=detail)

    def changes(self, encounter_id: str) -> tuple[review.Change, ...]:
        drafts = self._drafts[encounter_id]
        return review.changes(drafts[0], drafts[-1])

    def stamp_preview(self, encounter_id: str) -> str:
        assert self._clinician is not None
        return (
            f"Drafted with AI from the recording, checked and signed by {self._clinician.name}, "
            f"{self._clinician.role}, {_signed_at():%d %b %Y %H:%M} (Scribe 0.1.0, gp-consultation 1.0.0)"
        )

    def sign(self, encounter_id: str, pin: str, confirmed_patient: Patient, draft_id: str = "") -> SignedNote:
        assert self._clinician is not None
        self._check(self._clinician.id, pin)
        encounter, draft = self._encounters[encounter_id], self._drafts[encounter_id][-1]
        assert draft.id == draft_id
        if draft.open_checks:
            raise Fixable("Some checks are still open.", do="Settle them first.", code="checks-open")
        if not draft.lines:
            raise Fixable("The note is empty.", do="Write a line first.", code="note-empty")
        before = self._signed.setdefault(encounter_id, [])
        note = SignedNote(
            id=new_id(),
            encounter_id=encounter_id,
            draft_id=draft.id,
            version=len(before) + 1,
            replaces=before[-1].id if before else "",
            patient=encounter.patient,
            clinician=self._clinician,
            mode=encounter.mode,
            begun_at=encounter.begun_at,
            signed_at=made_up.BEGUN + timedelta(minutes=21),
            template_id=draft.template_id,
            template_version=draft.template_version,
            headings=tuple(rule.heading for rule in templates.load(draft.template_id).headings),
            lines=draft.lines,
            stamp=self.stamp_preview(encounter_id),
            made_by=draft.made_by,
            digest="0" * 64,
        )
        before.append(note)
        self._stage(encounter_id, Stage.SIGNED)
        return note

    def signed(self, encounter_id: str) -> SignedNote | None:
        found = self._signed.get(encounter_id)
        return found[-1] if found else None

    def amend(self, encounter_id: str) -> Draft:
        if not self.correction_begun(encounter_id):
            self._drafts[encounter_id].append(replace(self._drafts[encounter_id][-1], id=new_id()))
        return self._drafts[encounter_id][-1]

    def correction_begun(self, encounter_id: str) -> bool:
        note, draft = self.signed(encounter_id), self.draft(encounter_id)
        return note is not None and draft is not None and draft.lines != note.lines

    def drop_correction(self, encounter_id: str) -> None:
        lines = self._signed[encounter_id][-1].lines
        self._drafts[encounter_id].append(replace(self._drafts[encounter_id][-1], id=new_id(), lines=lines))

    # ---------------------------------------------------------------- export

    def heading_text(self, note: SignedNote, problem: str, heading: str) -> str:
        lines = [line.text for line in note.lines if (line.problem, line.heading) == (problem, heading)]
        return "\n".join((*lines, note.stamp))

    def note_text(self, note: SignedNote) -> str:
        return "\n".join((*(line.text for line in note.lines), note.stamp))

    def export(self, encounter_id: str, formats: tuple[str, ...], folder: Path) -> tuple[Receipt, ...]:
        note = self._signed[encounter_id][-1]
        if not folder.is_dir():
            raise Fixable(
                "The folder is not there.",
                safe="The note stays signed.",
                do="Choose another folder.",
                code="folder-gone",
            )
        made = tuple(
            self._receipt(note, name, str(folder / f"{_signed_at():%Y%m%dT%H%M%SZ}_{note.id}_1.{name}"))
            for name in formats
        )
        self._receipts.setdefault(encounter_id, []).extend(made)
        self._stage(encounter_id, Stage.EXPORTED)
        return made

    def use_site(self, site_id: str) -> None:
        self.site_id = site_id

    def export_site(self) -> Site:
        if isinstance(self.site, Fixable):
            raise self.site
        return self.site

    def patient_notices(self, encounter_id: str) -> tuple[Notice, ...]:
        return self.notices

    def misfiled(self, encounter_id: str) -> tuple[Misfiled, ...]:
        return self.gone_wrong

    def waiting_encounters(self) -> tuple[str, ...]:
        return tuple(self._signed)[: len(self.waiting_exports)]

    def forget_waiting(self, waiting_id: str) -> None:
        self.waiting_exports = [each for each in self.waiting_exports if each.id != waiting_id]

    def waiting(self, encounter_id: str = "") -> tuple[Waiting, ...]:
        return tuple(self.waiting_exports)

    def retry_waiting(self) -> tuple[Receipt, ...]:
        if not self.drive_is_back:
            return ()
        made = tuple(self._receipt(next(iter(self._signed.values()))[-1], "pdf", "w.pdf") for _ in self.waiting_exports)
        self.waiting_exports.clear()
        return made

    def receipts(self, encounter_id: str) -> tuple[Receipt, ...]:
        return tuple(self._receipts.get(encounter_id, ()))

    def copies(self, encounter_id: str) -> dict[tuple[str, str], datetime | None]:
        note = self.signed(encounter_id)
        return export.copies(note, self.receipts(encounter_id)) if note else {}

    def copied(self, encounter_id: str, text: str, passage: tuple[str, str] | None = None) -> None:
        self.put.append(text)
        self._copied = text
        note = self._signed[encounter_id][-1]
        passages = (passage,) if passage else export.passages(note)
        receipt = replace(self._receipt(note, "clipboard", ""), passages=passages)
        self._receipts.setdefault(encounter_id, []).append(receipt)
        if all(self.copies(encounter_id).values()):
            self._stage(encounter_id, Stage.EXPORTED)

    # ---------------------------------------------------------------- inside

    def _clear_clipboard(self) -> None:
        if self.clipboard and self._copied and self.clipboard.text() == self._copied:
            self.clipboard.clear()

    def _receipt(self, note: SignedNote, name: str, path: str) -> Receipt:
        digest = hashlib.sha256(f"{note.id}{name}".encode()).hexdigest()
        return Receipt(new_id(), note.id, name, path, digest, _signed_at() + timedelta(minutes=1))

    def _check(self, clinician_id: str, pin: str) -> None:
        if self._pins[clinician_id] != pin:
            raise Fixable("That is not your PIN.", do="Try again.", code="pin-wrong")

    def _stage(self, encounter_id: str, stage: Stage) -> None:
        self._change(encounter_id, stage=stage)

    def _change(self, encounter_id: str, **changes: object) -> Encounter:
        encounter = replace(self._encounters[encounter_id], **changes)  # type: ignore[arg-type]
        self._encounters[encounter_id] = encounter
        self.listener(StageChanged(encounter))
        return encounter
