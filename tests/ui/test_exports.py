"""What the window shows of exports: every format that there is, whose note it is, what waits, and who was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtWidgets import QLabel

from scribe.encounter import CheckedPatient, Notice
from scribe.encounter.identity_file import IdentityFile
from scribe.export import FORMATS
from scribe.records import Patient, Waiting
from tests.ui.conftest import Room

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
SENT = Patient("Siân Llewelyn", date(1961, 4, 9), "9434765919", (), "Llewelyn", "Siân")


def texts(room: Room) -> str:
    return "\n".join(each.text() for each in room.window.findChildren(QLabel) if each.isVisible())


def test_the_page_lists_every_format_that_there_is(room: Room) -> None:
    room.signed()
    assert list(room.window.export._formats) == list(FORMATS)
    assert all(box.text() for box in room.window.export._formats.values())


def test_the_page_names_the_patient_of_the_note_not_of_the_encounter(room: Room) -> None:
    room.signed()
    page = room.window.export
    note, encounter = page._note, page._encounter
    assert note is not None and encounter is not None
    page.open(encounter, replace(note, patient=SENT), Path())
    assert "Siân Llewelyn" in page._whose.text() and "943 476 5919" in page._whose.text()


def test_an_export_that_waits_is_shown_tried_again_and_gone(room: Room) -> None:
    room.signed()
    page = room.window.export
    room.desk.waiting_exports.append(Waiting("w", "n", ("pdf",), "/mnt/clinic", "default", AT, 3))
    page._show_receipts()
    room.settle()
    assert "Waits for /mnt/clinic, tried 3 times" in texts(room)
    assert page._retry.isActive()
    page.retry_waiting()
    room.settle()
    assert "/mnt/clinic, tried" not in texts(room)
    assert not page._retry.isActive()


def test_whom_the_record_system_sent_is_offered_and_set_only_when_a_person_saves_it(room: Room, tmp_path: Path) -> None:
    encounter = room.begin(known=False)
    checked = CheckedPatient(SENT, (Notice.FILE_FOR_OTHER_CLINICIAN,))
    room.desk.sent = IdentityFile(tmp_path / "patient.csv", AT, checked)
    room.window.strip.open_form()
    room.settle()
    form = room.window.strip.form
    assert "Siân Llewelyn" in form._use.text() and form._use.isVisible()
    assert "another clinician" in texts(room)
    assert room.desk.encounter(encounter.id).patient == Patient()
    form._use.click()
    assert form._name.text() == "Siân Llewelyn"
    assert room.desk.encounter(encounter.id).patient == Patient()
    form._give()
    room.settle()
    assert room.desk.encounter(encounter.id).patient == SENT
    assert room.desk.sent is None, "the file is used up"
