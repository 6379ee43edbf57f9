"""The desk: whose patient, what is kept, and that nothing unsigned or nobody's leaves it."""

from __future__ import annotations

import functools
import os
import queue
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scribe import paths
from scribe.capture.sealed import SealedReader
from scribe.desk import DEMO_PIN, Desk
from scribe.encounter import Notice
from scribe.errors import Bug, Fixable
from scribe.events import Cancelled, DraftReady, Event, Failed, SegmentReady, TurnsReady
from scribe.records import (
    Clinician,
    Consent,
    Detail,
    Draft,
    Mode,
    Patient,
    Present,
    Recording,
    Role,
    Segment,
    Stage,
    Turn,
    Voice,
    new_id,
    utc_now,
)
from scribe.review import DEMO_STAMP, Kind, edit_line, move_line, remove_line
from scribe.store import Passphrase, Store
from tests.capture.sounds import tone, write
from tests.fakes import FakeLine
from tests.store.made import QUICK

ANNE = Patient("Anne Example", date(1950, 1, 2))
BOB = Patient("Bob Example", date(1981, 3, 4))
PIN, OTHER_PIN = "274951", "583027"


class FakeClipboard:
    def __init__(self) -> None:
        self.content = ""

    def text(self) -> str:
        return self.content

    def clear(self) -> None:
        self.content = ""


def one_turn_a_segment(
    segments: tuple[Segment, ...], voices: tuple[Voice, ...], *_: object, **__: object
) -> tuple[Turn, ...]:
    return tuple(Turn(new_id(), s.recording_id, s.number, Role.PATIENT, 1.0, s.words, (s.id,)) for s in segments)


@pytest.fixture
def events() -> queue.SimpleQueue[Event]:
    return queue.SimpleQueue()


@pytest.fixture
def clipboard() -> FakeClipboard:
    return FakeClipboard()


@pytest.fixture
def make(
    events: queue.SimpleQueue[Event], clipboard: FakeClipboard, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[FakeLine], Desk]]:
    monkeypatch.setattr("scribe.work.attribute", one_turn_a_segment)
    made: list[Desk] = []

    def make(line: FakeLine) -> Desk:
        desk = Desk(listener=events.put, clipboard=clipboard, line=line)
        made.append(desk)
        store = Store.throwaway()  # its keys cost no time; the desk takes it for one that lasts
        with monkeypatch.context() as opened:
            opened.setattr("scribe.desk.Store.open", lambda *_, **__: store)
            desk.open_store("a passphrase")
        desk.create_profile("Dr A", "GP", "", PIN)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write(tmp_path / "speech.wav", "pcm_s16le", iter([tone(2000)]))


def wait(events: queue.SimpleQueue[Event], kind: type) -> Event:
    while True:
        event = events.get(timeout=120)
        if isinstance(event, kind):
            return event
        assert not isinstance(event, Failed), event.error


def drafted(desk: Desk, events: queue.SimpleQueue[Event], sound: Path, patient: Patient = ANNE) -> str:
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), patient).id)
    desk.import_file(encounter.id, sound)
    desk.process(encounter.id)
    wait(events, DraftReady)
    return encounter.id


def test_from_a_file_to_a_signed_and_exported_note(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    draft = desk.draft(encounter_id)
    assert draft is not None and [line.text for line in draft.lines] == ["I have a cough", "No fever"]
    note = desk.sign(encounter_id, PIN, ANNE)
    out = tmp_path / "out"
    out.mkdir()
    receipts = desk.export(encounter_id, ("txt", "json"), out)
    assert [receipt.format for receipt in receipts] == ["txt", "json", "manifest"]
    assert all(Path(receipt.path).exists() for receipt in receipts)
    assert desk.receipts(encounter_id) == receipts
    assert note.patient.name == "Anne Example"
    assert desk.encounter(encounter_id).stage is Stage.EXPORTED
    # The stamp names who heard as well as who drafted, whatever view of the note was signed.
    assert note.made_by == ("fake", "fake@1") and "models fake, fake@1" in note.stamp


def test_the_record_systems_file_is_offered_confirmed_and_gone(
    make: Callable[[FakeLine], Desk], tmp_path: Path
) -> None:
    inbox, profiles = tmp_path / "inbox", tmp_path / "site" / "export"
    inbox.mkdir()
    profiles.mkdir(parents=True)
    (profiles / "default.toml").write_text(f'[organisation]\nods = "A12345"\n[identity]\nfolder = "{inbox}"\n')
    desk = make(FakeLine())
    encounter = desk.begin(Mode.FACE_TO_FACE)
    assert desk.identity_file() is None
    sent = "name,dob,nhs,gmc,ods\nAnne Example,1950-01-02,9434765919,9999999,B99999\n"
    (inbox / "patient.csv").write_text(sent, encoding="utf-8")
    found = desk.identity_file()
    assert found is not None and found.patient == Patient("Anne Example", date(1950, 1, 2), "9434765919")
    assert {Notice.FILE_FOR_OTHER_CLINICIAN, Notice.FILE_FOR_OTHER_ORGANISATION} <= set(found.checked.notices)
    assert desk.encounter(encounter.id).patient == Patient(), "only a person sets the patient"
    desk.set_patient(encounter.id, found.patient)
    desk.identity_used(found)
    assert list(inbox.iterdir()) == [] and desk.identity_file() is None


def test_a_file_of_the_patient_before_is_offered_with_a_warning_and_a_used_one_never_again(
    make: Callable[[FakeLine], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, profiles = tmp_path / "inbox", tmp_path / "site" / "export"
    inbox.mkdir()
    profiles.mkdir(parents=True)
    (profiles / "clinic.toml").write_text(f'[identity]\nfolder = "{inbox}"\n')
    desk = make(FakeLine())
    (inbox / "patient.csv").write_text("name,dob,nhs\nAnne Example,1950-01-02,9434765919\n", encoding="utf-8")
    desk.begin(Mode.FACE_TO_FACE)
    assert desk.identity_file() is None, "the profile in use names no folder"
    desk.use_site("clinic")
    found = desk.identity_file()
    assert found is not None and Notice.FILE_BEFORE_ANOTHER not in found.checked.notices
    second = desk.begin(Mode.FACE_TO_FACE)
    found = desk.identity_file()
    assert found is not None and Notice.FILE_BEFORE_ANOTHER in found.checked.notices
    desk.set_patient(second.id, found.patient)
    monkeypatch.setattr(Path, "unlink", refuse_to_remove)
    desk.identity_used(found)
    assert (inbox / "patient.csv").exists() and desk.identity_file() is None


def refuse_to_remove(*_: object, **__: object) -> None:
    raise PermissionError


def test_nothing_is_copied_for_a_patient_that_was_corrected_after_signing(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    note = desk.sign(encounter_id, PIN, ANNE)
    line = note.lines[0]
    assert line.text in desk.heading_text(note, line.problem, line.heading)
    desk.set_patient(encounter_id, Patient("Beth Other", date(1961, 4, 9)))
    assert desk.patient_notices(encounter_id)[:2] == (Notice.PATIENT_CHANGED, Notice.VERSION_OF_ANOTHER)
    for copy in (lambda: desk.heading_text(note, line.problem, line.heading), lambda: desk.note_text(note)):
        with pytest.raises(Fixable) as caught:
            copy()
        assert caught.value.code == "patient-corrected"


def test_text_is_copied_as_the_profile_in_use_pastes_it(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    note = desk.sign(drafted(desk, events, sound), PIN, ANNE)
    assert "\r\n" not in desk.note_text(note)
    desk.use_site("emis")
    assert "\r\n" in desk.note_text(note)


def test_a_note_is_finished_once_every_heading_with_lines_was_copied_and_each_receipt_says_which(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    draft = desk.draft(encounter_id)
    assert draft is not None and desk.copies(encounter_id) == {}
    desk.save_draft(move_line(draft, draft.lines[-1].id, heading="comment", now=utc_now()))
    note = desk.sign(encounter_id, PIN, ANNE)
    first, second = desk.copies(encounter_id)
    assert [heading for _, heading in (first, second)] == [line.heading for line in note.lines]
    desk.copied(encounter_id, desk.heading_text(note, *first), first)
    assert desk.encounter(encounter_id).stage is Stage.SIGNED
    assert [encounter.id for encounter in desk.unfinished()] == [encounter_id]
    at = desk.receipts(encounter_id)[0].written_at
    assert desk.copies(encounter_id) == {first: at, second: None}
    desk.copied(encounter_id, desk.heading_text(note, *second), second)
    assert desk.encounter(encounter_id).stage is Stage.EXPORTED and desk.unfinished() == ()
    assert [receipt.passages for receipt in desk.receipts(encounter_id)] == [(first,), (second,)]
    desk.save_draft(edit_line(desk.amend(encounter_id), note.lines[0].id, "Dry cough", now=utc_now()))
    again = desk.sign(encounter_id, PIN, ANNE)
    assert set(desk.copies(encounter_id).values()) == {None}, "of the version before, other words were copied"
    desk.copied(encounter_id, desk.note_text(again))
    assert None not in desk.copies(encounter_id).values()
    assert desk.encounter(encounter_id).stage is Stage.EXPORTED


def test_what_waits_is_written_behind_a_locked_screen(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    assert desk.retry_waiting() == ()
    encounter_id = drafted(desk, events, sound)
    desk.sign(encounter_id, PIN, ANNE)
    with pytest.raises(Fixable):
        desk.export(encounter_id, ("txt",), tmp_path / "drive")
    assert desk.waiting_encounters() == (encounter_id,)
    desk.lock()
    (tmp_path / "drive").mkdir()
    assert [receipt.format for receipt in desk.retry_waiting()] == ["txt", "manifest"]
    assert len(list((tmp_path / "drive").iterdir())) == 2


def test_an_unsigned_note_can_be_neither_exported_nor_copied(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    with pytest.raises(Fixable) as caught:
        desk.export(encounter_id, ("txt",), tmp_path)
    assert caught.value.code == "not-signed"
    with pytest.raises(Bug):
        desk.copied(encounter_id, "anything")
    assert [path for path in tmp_path.iterdir() if path.suffix == ".txt"] == []


def test_nothing_is_taken_in_before_the_patient_was_told(make: Callable[[FakeLine], Desk], sound: Path) -> None:
    desk = make(FakeLine())
    encounter = desk.begin(Mode.FACE_TO_FACE, (), ANNE)
    with pytest.raises(Fixable) as caught:
        desk.import_file(encounter.id, sound)
    assert caught.value.code == "consent-missing"
    with pytest.raises(Fixable) as caught:
        desk.start_recording(encounter.id)
    assert caught.value.code == "consent-missing"


def test_an_objection_destroys_what_there_is_and_leads_to_a_typed_note(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    typed = desk.object(encounter_id)
    with pytest.raises(Fixable) as caught:
        desk.draft(encounter_id)
    assert caught.value.code == "encounter-destroyed"
    assert typed.consent is Consent.OBJECTED and typed.patient == ANNE
    assert desk.typed_draft(typed.id).lines == ()
    with pytest.raises(Fixable):
        desk.import_file(typed.id, sound)


def test_two_consultations_back_to_back_share_nothing(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    line = FakeLine(("I have a cough.",))
    desk = make(line)
    first = drafted(desk, events, sound, ANNE)
    line.sentences = ("My knee hurts.",)
    second = drafted(desk, events, sound, BOB)
    texts = {i: " ".join(x.text for x in desk.draft(i).lines) for i in (first, second)}  # type: ignore[union-attr]
    assert texts == {first: "I have a cough", second: "My knee hurts"}
    assert desk.encounter(second).patient == BOB


def test_the_next_patient_clears_what_scribe_copied_and_nothing_else(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path, clipboard: FakeClipboard
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    note = desk.sign(encounter_id, PIN, ANNE)
    clipboard.content = desk.note_text(note)
    desk.copied(encounter_id, clipboard.content)
    desk.begin(Mode.FACE_TO_FACE, (), BOB)
    assert clipboard.content == ""
    clipboard.content = "from another program"
    desk.begin(Mode.FACE_TO_FACE, (), ANNE)
    assert clipboard.content == "from another program"


def test_cancel_keeps_every_segment_and_the_work_goes_on_from_there(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    line = FakeLine(("One.", "Two.", "Three."), held=1)
    desk = make(line)
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.import_file(encounter.id, sound)
    desk.process(encounter.id)
    wait(events, SegmentReady)
    desk.cancel(encounter.id)
    wait(events, Cancelled)
    assert [segment.text for segment in desk.segments(encounter.id)] == ["One."]
    desk.process(encounter.id)
    wait(events, DraftReady)
    assert line.heard_from == [0, 1]
    assert [turn.text for turn in desk.turns(encounter.id)] == ["One.", "Two.", "Three."]


def test_a_failure_is_told_and_the_work_can_be_started_again(
    make: Callable[[FakeLine], Desk],
    events: queue.SimpleQueue[Event],
    sound: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = FakeLine()
    desk = make(line)
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.import_file(encounter.id, sound)
    with monkeypatch.context() as broken:
        broken.setattr(line, "ledger", lambda *_: (_ for _ in ()).throw(ValueError("clinical words")))
        desk.process(encounter.id)
        failed = events.get(timeout=120)
        while not isinstance(failed, Failed):
            failed = events.get(timeout=120)
    assert "clinical" not in str(failed.error)
    desk.process(encounter.id)
    assert isinstance(wait(events, DraftReady), DraftReady)


def test_a_locked_desk_shows_nothing_until_the_pin(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    clinician = desk.clinician
    assert clinician is not None
    desk.lock()
    assert desk.clinician is None
    for look in (lambda: desk.draft(encounter_id), desk.encounters, lambda: desk.turns(encounter_id)):
        with pytest.raises(Fixable) as caught:
            look()
        assert caught.value.code == "locked"
    with pytest.raises(Fixable):
        desk.unlock(clinician.id, "000000")
    desk.unlock(clinician.id, PIN)
    assert desk.draft(encounter_id) is not None


def test_a_colleague_on_the_same_computer_sees_none_of_it(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    desk.create_profile("Dr B", "GP", "", OTHER_PIN)
    assert desk.encounters() == ()
    for look in (
        lambda: desk.encounter(encounter_id),
        lambda: desk.draft(encounter_id),
        lambda: desk.sign(encounter_id, OTHER_PIN, ANNE),
    ):
        with pytest.raises(Fixable) as caught:
            look()
        assert caught.value.code == "encounter-missing"


def test_only_bundled_recordings_become_a_note_that_nobody_reviewed(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    with pytest.raises(Fixable) as caught:
        desk.sign_demo(encounter_id)
    assert caught.value.code == "not-a-demo"
    assert desk.signed(encounter_id) is None
    demo = desk.begin_demo("telephone-cough")
    desk.import_demo(demo.id, "telephone-cough")
    desk.process(demo.id)
    wait(events, DraftReady)
    note = desk.sign_demo(demo.id)
    assert note.demo and "not reviewed by a clinician" in note.stamp


@pytest.fixture
def throwaway(
    events: queue.SimpleQueue[Event], clipboard: FakeClipboard, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """The desk of `scribe app --demo`."""
    monkeypatch.setattr("scribe.work.attribute", one_turn_a_segment)
    desk = Desk(listener=events.put, clipboard=clipboard, line=FakeLine())
    desk.open_throwaway()
    yield desk
    desk.close()


def demo_drafted(desk: Desk, events: queue.SimpleQueue[Event]) -> Draft:
    demo = desk.begin_demo("telephone-cough")
    desk.import_demo(demo.id, "telephone-cough")
    desk.process(demo.id)
    event = wait(events, DraftReady)
    assert isinstance(event, DraftReady)
    return event.draft


def test_whatever_leaves_the_demonstration_says_that_it_is_one(
    throwaway: Desk, events: queue.SimpleQueue[Event], tmp_path: Path
) -> None:
    draft = demo_drafted(throwaway, events)
    encounter_id = draft.encounter_id
    throwaway.save_draft(edit_line(draft, draft.lines[0].id, "Cough for a week", now=draft.made_at))
    patient = throwaway.encounter(encounter_id).patient
    assert throwaway.stamp_preview(encounter_id).startswith(DEMO_STAMP)
    note = throwaway.sign(encounter_id, DEMO_PIN, patient)
    corrected = throwaway.amend(encounter_id)
    throwaway.save_draft(edit_line(corrected, corrected.lines[0].id, "Cough for two weeks", now=draft.made_at))
    second = throwaway.sign(encounter_id, DEMO_PIN, patient)
    assert (second.version, second.demo) == (2, True)
    for each in (note, second):
        texts = [throwaway.note_text(each)]
        texts += [throwaway.heading_text(each, line.problem, line.heading) for line in each.lines]
        assert all(DEMO_STAMP in text for text in texts)
    # Formats for record systems are refused; tests/export reads the words of a PDF.
    for receipt in throwaway.export(encounter_id, ("txt", "docx", "json"), tmp_path):
        path = Path(receipt.path)
        if path.suffix == ".docx":
            text = zipfile.ZipFile(path).read("word/document.xml").decode()
        else:
            text = path.read_text("utf-8")
        if '"schema": "scribe-export/1"' in text:
            continue  # the list of what was written: no word of the note is in it
        assert DEMO_STAMP in text, path.suffix


def test_a_bundled_recording_is_a_demo_in_a_real_store_too(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event]
) -> None:
    desk = make(FakeLine())
    draft = demo_drafted(desk, events)
    note = desk.sign(draft.encounter_id, PIN, desk.encounter(draft.encounter_id).patient)
    assert note.demo and note.stamp.startswith(DEMO_STAMP)


def test_the_demonstration_takes_in_nothing_of_a_real_consultation(throwaway: Desk, sound: Path) -> None:
    encounter = throwaway.confirm_told(throwaway.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    for take_in in (
        lambda: throwaway.import_file(encounter.id, sound),
        lambda: throwaway.start_recording(encounter.id),
        lambda: throwaway.typed_draft(encounter.id),
    ):
        with pytest.raises(Fixable) as caught:
            take_in()
        assert caught.value.code == "only-demo"
    assert throwaway.encounter(encounter.id).stage is Stage.BEGUN


def test_another_view_brings_no_removed_line_back_and_changes_stay_what_they_were(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine(("I have a cough.", "My knee hurts.")))
    encounter_id = drafted(desk, events, sound)
    draft = desk.draft(encounter_id)
    assert draft is not None
    edited = edit_line(draft, draft.lines[0].id, "Dry cough", now=draft.made_at)
    desk.save_draft(remove_line(edited, draft.lines[1].id, now=draft.made_at))
    for template, detail in (("soap", Detail.STANDARD), ("gp-consultation", Detail.FULL)):
        again = desk.re_render(encounter_id, template, detail)
        assert [line.text for line in again.lines] == ["Dry cough"]
        assert again.omissions == ()
        kinds = [(change.kind, (change.after or change.before).text) for change in desk.changes(encounter_id)]  # type: ignore[union-attr]
        assert kinds == [(Kind.EDITED, "Dry cough"), (Kind.REMOVED, "My knee hurts")]


def test_an_edit_is_shown_among_the_changes_and_a_correction_names_what_it_replaces(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    draft = desk.draft(encounter_id)
    assert draft is not None
    desk.save_draft(edit_line(draft, draft.lines[0].id, "Cough for a week", now=draft.made_at))
    (change,) = desk.changes(encounter_id)
    assert change.after is not None and change.after.text == "Cough for a week"
    first = desk.sign(encounter_id, PIN, ANNE)
    again = desk.amend(encounter_id)
    assert not desk.correction_begun(encounter_id), "nothing is changed yet"
    corrected = edit_line(again, again.lines[0].id, "Cough for two weeks", now=draft.made_at)
    desk.save_draft(corrected)
    assert desk.correction_begun(encounter_id)
    assert desk.amend(encounter_id) == corrected, "somebody was called away: it goes on where it was left"
    desk.drop_correction(encounter_id)
    assert not desk.correction_begun(encounter_id) and desk.amend(encounter_id).lines == first.lines
    desk.save_draft(replace(corrected, id=new_id()))
    second = desk.sign(encounter_id, PIN, ANNE)
    assert (second.version, second.replaces) == (2, first.id)
    assert "corrects version 1" in second.stamp
    assert not desk.correction_begun(encounter_id)


def test_a_correction_that_was_begun_is_unfinished_work_although_its_note_went_out(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    note = desk.sign(encounter_id, PIN, ANNE)
    desk.copied(encounter_id, note.lines[0].text)
    draft = desk.amend(encounter_id)
    assert desk.unfinished() == (), "nothing is changed yet"
    desk.save_draft(edit_line(draft, draft.lines[0].id, "Cough for two weeks", now=draft.made_at))
    assert [each.id for each in desk.unfinished()] == [encounter_id]
    desk.drop_correction(encounter_id)
    assert desk.unfinished() == ()
    draft = desk.amend(encounter_id)
    desk.save_draft(edit_line(draft, draft.lines[0].id, "Cough for two weeks", now=draft.made_at))
    desk.sign(encounter_id, PIN, ANNE)
    desk.copied(encounter_id, "Cough for two weeks")
    assert desk.unfinished() == ()


def test_a_recording_without_speech_says_so_and_is_kept(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine(()))
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.import_file(encounter.id, sound)
    desk.process(encounter.id)
    event = events.get(timeout=120)
    while not isinstance(event, Failed):
        event = events.get(timeout=120)
    assert event.error.code == "no-speech"
    assert desk.encounter(encounter.id).stage is Stage.TRANSCRIBING


def test_a_recording_goes_from_microphone_to_note(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    """Through the real recorder process, with a file in place of the microphone."""
    desk = make(FakeLine())
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    assert desk.encounter(encounter.id).stage is Stage.RECORDING
    desk.stop_recording()
    assert desk.encounter(encounter.id).stage is Stage.RECORDED
    desk.process(encounter.id)
    assert isinstance(wait(events, DraftReady), DraftReady)


def test_what_is_dictated_becomes_sentences_and_its_sound_is_gone(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    """Through the real recorder process, with a file in place of the microphone."""
    desk = make(FakeLine(("Patient looked well. plan to ring", "in two weeks. Discussed with Dr. Hale.")))
    encounter_id = drafted(desk, events, sound)
    folder = desk._unlocked().sound_folder(encounter_id)
    before = sorted(folder.iterdir())
    desk.begin_dictation(encounter_id, f"file:{sound}")
    assert desk.recorder_status().state == "recording" and sorted(folder.iterdir()) != before
    desk.end_dictation()
    assert desk.dictated(encounter_id, ("Nwosu",)) == (
        "Patient looked well",
        "Plan to ring in two weeks",
        "Discussed with Dr. Hale",
    )
    assert desk._line.expected_words[-1] == "Nwosu"  # type: ignore[attr-defined]
    assert sorted(folder.iterdir()) == before and desk.recorder_status().state == "idle"
    assert desk.draft(encounter_id).recording_id == desk._latest(encounter_id).id  # type: ignore[union-attr]


def test_a_dictation_ends_unheard_when_the_screen_locks_or_the_next_patient_is_recorded(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    folder = desk._unlocked().sound_folder(encounter_id)
    before = sorted(folder.iterdir())
    desk.begin_dictation(encounter_id, f"file:{sound}")
    desk.lock()
    assert desk.recorder_status().state == "idle" and sorted(folder.iterdir()) == before
    desk.unlock(desk.profiles()[0].id, PIN)
    desk.begin_dictation(encounter_id, f"file:{sound}")
    following = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(following.id, f"file:{sound}")
    assert desk.dictated(encounter_id) == () and sorted(folder.iterdir()) == before
    with pytest.raises(Fixable) as refused:
        desk.begin_dictation(encounter_id)
    assert refused.value.code == "recording-on"
    desk.stop_recording()


def test_nobody_dictates_by_microphone_where_the_patient_objected(make: Callable[[FakeLine], Desk]) -> None:
    desk = make(FakeLine())
    typed = desk.object(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    with pytest.raises(Fixable) as refused:
        desk.begin_dictation(typed.id)
    assert refused.value.code == "objection-stands"


def test_a_recording_whose_window_and_recorder_died_is_offered_back_with_its_sound(
    make: Callable[[FakeLine], Desk], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    tick = threading.Event()
    while desk.recorder_status().safe_ms < 1000:
        tick.wait(0.02)
    os.kill(int((tmp_path / "data" / "recorder").read_text().split()[0]), signal.SIGKILL)
    clinician = desk.clinician
    assert clinician is not None
    desk.create_profile("Dr B", "GP", "", OTHER_PIN)  # somebody else has been at the computer
    desk.unlock(clinician.id, PIN)
    (left,) = desk.unfinished()
    assert (left.id, left.stage) == (encounter.id, Stage.RECORDED)


def happened(recording: Recording) -> list[tuple[str, str]]:
    """What happened to a recording, but for what is heard: the file played may have come to its end."""
    heard = {"muted", "silent", "quiet", "heard"}
    return [(event.what, event.detail) for event in recording.events if event.what not in heard]


def broken_off(desk: Desk, sound: Path, tmp_path: Path) -> str:
    """A recording whose window and recorder died; somebody opens Scribe again."""
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    tick = threading.Event()
    while desk.recorder_status().safe_ms < 1000:
        tick.wait(0.02)
    os.kill(int((tmp_path / "data" / "recorder").read_text().split()[0]), signal.SIGKILL)
    clinician = desk.clinician
    assert clinician is not None
    desk._recorder.disconnect()
    desk._profile = desk._session = desk._recording = None  # what a new window knows
    desk.unlock(clinician.id, PIN)
    return encounter.id


def test_a_recording_that_broke_off_is_gone_on_with(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = broken_off(desk, sound, tmp_path)
    (left,) = desk.unfinished()
    assert (left.id, left.stage) == (encounter_id, Stage.RECORDING)
    before = desk.interrupted(encounter_id)
    assert before is not None and before.duration_ms >= 1000 and before.may_go_on
    desk.go_on_recording(encounter_id, f"file:{sound}")
    assert desk.interrupted(encounter_id) is None
    tick = threading.Event()
    while desk.recorder_status().elapsed_ms < before.duration_ms + 500:
        tick.wait(0.02)
    desk.stop_recording()
    (recording,) = desk._unlocked().recordings(encounter_id)
    assert recording.complete and recording.duration_ms >= before.duration_ms + 500
    assert [what for what, _ in happened(recording)] == ["started", "gone-on"]
    desk.process(encounter_id)
    wait(events, DraftReady)


def test_a_recording_that_broke_off_is_written_down_as_far_as_it_goes(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = broken_off(desk, sound, tmp_path)
    desk.finish_interrupted(encounter_id)
    assert desk.encounter(encounter_id).stage is Stage.RECORDED
    assert not desk._unlocked().recordings(encounter_id)[-1].complete
    desk.process(encounter_id)
    wait(events, DraftReady)


def test_a_recording_that_broke_off_does_not_keep_the_next_patient_waiting(
    make: Callable[[FakeLine], Desk], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = broken_off(desk, sound, tmp_path)
    desk.open(encounter_id)
    desk.begin(Mode.FACE_TO_FACE, (), BOB)
    assert desk.encounter(encounter_id).stage is Stage.RECORDED


def test_a_window_that_dies_before_it_knows_that_the_recorder_began_loses_nothing(
    make: Callable[[FakeLine], Desk], sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make(FakeLine())
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    with monkeypatch.context() as killed:
        killed.setattr("scribe.store.Profile.advance", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.start_recording(encounter.id, f"file:{sound}")
    clinician = desk.clinician
    assert clinician is not None
    desk._profile = desk._session = desk._recording = None
    desk.unlock(clinician.id, PIN)
    assert desk.recording_id == encounter.id
    assert desk.encounter(encounter.id).stage is Stage.RECORDING
    desk.stop_recording()


def test_a_recorder_that_dies_while_the_window_lives_is_replaced_and_pause_stays_pause(
    make: Callable[[FakeLine], Desk], sound: Path, tmp_path: Path
) -> None:
    desk = make(FakeLine())
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    desk.pause()
    os.kill(int((tmp_path / "data" / "recorder").read_text().split()[0]), signal.SIGKILL)
    tick = threading.Event()
    while desk.recorder_status().state != "problem":
        tick.wait(0.02)
    while desk.recorder_status().state == "problem":
        tick.wait(0.02)
    assert desk.recorder_status().state == "paused"
    desk.resume()
    desk.stop_recording()
    (recording,) = desk._unlocked().recordings(encounter.id)
    assert [what for what, _ in happened(recording)] == ["started", "paused", "gone-on", "resumed"]


def test_the_last_minute_is_struck_and_that_stays_on_record(make: Callable[[FakeLine], Desk], sound: Path) -> None:
    desk = make(FakeLine())
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    tick = threading.Event()
    while desk.recorder_status().elapsed_ms < 1000:
        tick.wait(0.02)
    start_ms, end_ms = desk.strike_last_minute()
    assert start_ms == 0 and end_ms >= 1000
    desk.stop_recording()
    profile = desk._unlocked()
    (recording,) = profile.recordings(encounter.id)
    assert happened(recording)[1:] == [("struck", f"0-{end_ms}")]
    reader = SealedReader(profile.sound_folder(encounter.id), profile.sound_key(encounter.id), recording.id)
    assert not any(piece.any() for piece in reader.pcm(0, end_ms))


def test_the_next_patient_ends_a_recording_that_an_earlier_window_left_running(
    make: Callable[[FakeLine], Desk], sound: Path
) -> None:
    """The window died, the recorder did not: whoever comes in next is not to be recorded into the encounter before."""
    desk = make(FakeLine())
    first = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(first.id, f"file:{sound}")
    clinician = desk.clinician
    assert clinician is not None
    desk._profile = desk._session = desk._recording = None  # what a new window knows
    desk.unlock(clinician.id, PIN)
    assert desk.recording_id == first.id
    desk.begin(Mode.FACE_TO_FACE, (), BOB)
    assert desk.recorder_status().state == "idle" and desk.recording_id == ""
    assert desk.encounter(first.id).stage is Stage.RECORDED


def test_another_clinician_at_the_desk_ends_the_recording_and_its_owner_keeps_it(
    make: Callable[[FakeLine], Desk], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    owner = desk.clinician
    assert owner is not None
    desk.lock()
    assert desk.recorder_status().state == "recording"  # a lock alone stops nothing
    desk.create_profile("Dr B", "GP", "", OTHER_PIN)
    assert desk.recorder_status().state == "idle"
    desk.unlock(owner.id, PIN)
    assert desk.encounter(encounter.id).stage is Stage.RECORDED


def test_the_next_patient_stops_the_recording_of_the_one_before(make: Callable[[FakeLine], Desk], sound: Path) -> None:
    desk = make(FakeLine())
    first = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(first.id, f"file:{sound}")
    desk.begin(Mode.FACE_TO_FACE, (), BOB)
    assert desk.recorder_status().state == "idle"
    assert desk.encounter(first.id).stage is Stage.RECORDED


def test_the_engines_are_told_of_this_patient_s_medicines_and_the_clinician_s_words(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    line = FakeLine()
    desk = make(line)
    for patient, name in ((replace(ANNE, known_medicines=("ramipril 5 mg",)), "ramipril"), (BOB, "")):
        encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), patient).id)
        desk.import_file(encounter.id, sound)
        desk.process(encounter.id, own_words=("Okonkwo",))
        wait(events, DraftReady)
        assert line.known_medicines == patient.known_medicines
        assert line.expected_words == (*filter(None, [name]), "Okonkwo")


def test_the_clinician_s_own_words_reach_the_recogniser_behind_the_patient_s_medicines(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    line = FakeLine()
    desk = make(line)
    patient = replace(ANNE, known_medicines=("ramipril 5 mg",))
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), patient).id)
    desk.import_file(encounter.id, sound)
    desk.process(encounter.id, own_words=("Nwosu", "Ysgol Ifor"))
    wait(events, DraftReady)
    assert line.expected_words == ("ramipril", "Nwosu", "Ysgol Ifor")


# ---------------------------------------------------------------- who spoke


def test_a_role_put_right_is_what_the_next_draft_is_made_from(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine())
    encounter_id = drafted(desk, events, sound)
    desk.assign_role(encounter_id, {1}, Role.CLINICIAN)
    shown = wait(events, TurnsReady)
    assert isinstance(shown, TurnsReady)
    assert [turn.role for turn in shown.turns] == [Role.CLINICIAN, Role.PATIENT]
    assert desk.turns(encounter_id) == shown.turns
    desk.swap_roles(encounter_id)
    assert [turn.role for turn in desk.turns(encounter_id)] == [Role.PATIENT, Role.CLINICIAN]
    desk.swap_roles(encounter_id, {2})
    desk.assign_voice(encounter_id, 1, Role.OTHER, Present.PARENT)
    assert [turn.informant for turn in desk.turns(encounter_id)] == ["parent", "patient"]


def test_an_interruption_taken_out_yields_no_line_and_stays_in_the_transcript(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], sound: Path
) -> None:
    desk = make(FakeLine(("I have a cough.", "Sorry, your next patient is here.")))
    encounter_id = drafted(desk, events, sound)
    desk.leave_out(encounter_id, {2})
    desk.process(encounter_id)
    wait(events, DraftReady)
    draft = desk.draft(encounter_id)
    assert draft is not None and [line.text for line in draft.lines] == ["I have a cough"]
    assert len(desk.turns(encounter_id)) == 2
    desk.leave_out(encounter_id, {2}, out=False)
    desk.process(encounter_id)
    wait(events, DraftReady)
    draft = desk.draft(encounter_id)
    assert draft is not None and len(draft.lines) == 2


def test_the_clinicians_voice_is_kept_only_when_they_ask_and_goes_when_they_ask(
    make: Callable[[FakeLine], Desk], sound: Path
) -> None:
    desk = make(FakeLine())
    assert desk.voice_enrolled() is None
    desk.enrol_voice(sound)
    assert desk.voice_enrolled() is not None
    desk.forget_voice()
    assert desk.voice_enrolled() is None


def test_what_the_clinician_reads_aloud_is_learnt_and_its_sound_is_gone(
    make: Callable[[FakeLine], Desk], sound: Path, tmp_path: Path
) -> None:
    """Through the real recorder process, with a file in place of the microphone."""
    line = FakeLine(("Good morning.", "Please tell me what I can do for you."))
    desk = make(line)

    def kept() -> list[Path]:
        return [path for path in paths.data_dir().rglob("*") if path.is_file() and "dictation" in path.name]

    desk.begin_own_voice(f"file:{sound}")
    assert desk.recorder_status().state == "recording" and kept()
    desk.end_dictation()
    with pytest.raises(Fixable) as refused:  # nobody's voice was heard
        desk.enrol_own_voice()
    assert refused.value.code == "voices-mixed" and desk.voice_enrolled() is None and not kept()
    line.voices = tuple(Voice("r", at, at + 1600, (0.6, 0.8)) for at in range(0, 4800, 800))
    desk.begin_own_voice(f"file:{sound}")
    desk.end_dictation()
    desk.enrol_own_voice()
    assert desk.voice_enrolled() is not None and not kept()
    assert desk._unlocked().voiceprint().vector == pytest.approx((0.6, 0.8))  # type: ignore[union-attr]


def test_a_reading_that_is_given_up_keeps_nothing_and_none_begins_while_a_patient_is_recorded(
    make: Callable[[FakeLine], Desk], sound: Path
) -> None:
    desk = make(FakeLine())
    desk.begin_own_voice(f"file:{sound}")
    desk.drop_own_voice()
    assert desk.recorder_status().state == "idle" and desk.voice_enrolled() is None
    desk.begin_own_voice(f"file:{sound}")
    desk.lock()
    assert desk.recorder_status().state == "idle"
    desk.unlock(desk.profiles()[0].id, PIN)
    encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), ANNE).id)
    desk.start_recording(encounter.id, f"file:{sound}")
    with pytest.raises(Fixable) as refused:
        desk.begin_own_voice(f"file:{sound}")
    assert refused.value.code == "recording-on" and desk.recorder_status().state == "recording"
    desk.stop_recording()


def test_two_channels_of_a_file_are_kept_beside_its_sound(
    make: Callable[[FakeLine], Desk], events: queue.SimpleQueue[Event], tmp_path: Path
) -> None:
    desk = make(FakeLine())
    both = write(tmp_path / "both.wav", "pcm_s16le", iter([tone(2000)]), layout="stereo")
    encounter_id = drafted(desk, events, both)
    folder = desk._unlocked().sound_folder(encounter_id)
    assert [path.suffix for path in folder.glob("*.channels")] == [".channels"]
    desk.object(encounter_id)
    assert not folder.exists()


def test_a_forgotten_passphrase_gives_way_to_a_new_one_by_a_recovery_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scribe.desk.Passphrase", functools.partial(Passphrase, work=QUICK))
    monkeypatch.setattr("scribe.desk.system_keyring", lambda: None)

    def at_the_desk(use: Callable[[Desk], Clinician]) -> Clinician:
        desk = Desk(listener=lambda _: None, line=FakeLine())
        try:
            return use(desk)
        finally:
            desk.close()

    codes = []

    def set_up(desk: Desk) -> Clinician:
        desk.open_store("the first passphrase")
        clinician, code = desk.create_profile("Dr A", "GP", "", PIN)
        codes.append(code)
        return clinician

    def forgotten(desk: Desk) -> Clinician:
        assert desk.recovery_wants_passphrase()
        with pytest.raises(Fixable) as wrong:
            desk.recover_store("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", "the second passphrase")
        assert wrong.value.code == "code-wrong"
        desk.recover_store(codes[0], "the second passphrase")
        return desk.unlock(desk.profiles()[0].id, PIN)

    def afterwards(desk: Desk) -> Clinician:
        with pytest.raises(Fixable) as wrong:
            desk.open_store("the first passphrase")
        assert wrong.value.code == "passphrase-wrong"
        desk.open_store("the second passphrase")
        return desk.unlock(desk.profiles()[0].id, PIN)

    assert at_the_desk(set_up) == at_the_desk(forgotten) == at_the_desk(afterwards)
