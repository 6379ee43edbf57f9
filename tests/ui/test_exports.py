"""What the window shows of exports: every format that there is, whose note it is, what waits, and who was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from scribe import settings
from scribe.encounter import CheckedPatient, Notice
from scribe.encounter.identity_file import IdentityFile
from scribe.errors import Fixable
from scribe.export import FORMATS
from scribe.export.orders import Misfiled
from scribe.export.site import Site
from scribe.records import Patient, Receipt, Waiting
from tests.ui.conftest import Room
from tests.ui.fake_desk import PIN
from ui import words
from ui.pages.profiles import ProfilesCard
from ui.widgets.basic import Button

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
SENT = Patient("Siân Llewelyn", date(1961, 4, 9), "9434765919", (), "Llewelyn", "Siân")


def texts(room: Room) -> str:
    shown = "\n".join(each.text() for each in room.window.findChildren(QLabel) if each.isVisible())
    return shown.replace("\u200b", "")  # where a narrow column may break a path


def test_the_page_lists_every_format_that_there_is(room: Room) -> None:
    room.signed()
    assert list(room.window.export._formats) == list(FORMATS)
    assert all(box.text() for box in room.window.export._formats.values())


def test_formats_that_few_want_are_folded_away_until_somebody_asks(room: Room) -> None:
    room.signed()
    page = room.window.export
    assert [name for name, box in page._formats.items() if box.isVisible()] == ["txt", "docx", "pdf"]
    page._fold.click()
    assert all(box.isVisible() for box in page._formats.values())
    page._fold.click()
    assert not page._formats["fhir"].isVisible()


def test_the_page_names_the_patient_of_the_note_not_of_the_encounter(room: Room) -> None:
    room.signed()
    page = room.window.export
    note, encounter = page._note, page._encounter
    assert note is not None and encounter is not None
    page.open(encounter, replace(note, patient=SENT), Path())
    assert "Siân Llewelyn" in page._whose.text() and "943 476 5919" in page._whose.text()


WAITING = Waiting("w", "n", ("pdf",), "/mnt/clinic", "default", AT, 3, "export-folder-missing")


def test_an_export_that_waits_is_shown_on_every_page_and_tried_while_its_own_page_is_closed(room: Room) -> None:
    room.signed()
    window = room.window
    room.desk.waiting_exports.append(WAITING)
    window.export.show_tried()
    window._show_waiting()
    room.settle()
    assert "It waits for /mnt/clinic, because the folder is not there. Tried 3 times." in texts(room)
    room.press("n")
    assert room.page() is window.consultation
    assert window._waits.isVisible() and "An export waits" in window._waits.text()
    assert window._retry.isActive()
    window._retry.timeout.emit()
    room.settle()
    assert window._waits.isVisible(), "the drive is still away"
    room.desk.drive_is_back = True
    window._retry.timeout.emit()
    room.settle()
    assert not window._waits.isVisible()
    assert "Files that had waited for their folder are written now." in texts(room)


def test_what_waits_is_tried_at_once_when_its_owner_unlocks_and_behind_the_lock(room: Room) -> None:
    room.signed()
    room.desk.waiting_exports.append(WAITING)
    room.window.lock()
    room.settle()
    assert room.desk.clinician is None
    room.desk.drive_is_back = True
    room.window._retry.timeout.emit()
    room.settle()
    assert room.desk.waiting_exports == []
    assert "written now" not in texts(room), "nothing is said on a locked screen"
    room.desk.waiting_exports.append(WAITING)
    room.unlock()
    assert room.desk.waiting_exports == []


def test_the_button_at_the_top_leads_to_what_waits_where_it_can_be_given_up(room: Room) -> None:
    room.signed()
    room.desk.waiting_exports.append(WAITING)
    room.window.go_home()
    room.window._show_waiting()
    room.window._waits.click()
    room.settle()
    assert room.page() is room.window.export
    (give_up,) = (each for each in room.window.export.findChildren(Button) if each.text() == "Do not write it")
    give_up.click()
    room.settle()
    assert room.desk.waiting_exports == [] and not room.window._waits.isVisible()


def test_closing_asks_while_an_export_is_not_written(room: Room) -> None:
    room.signed()
    room.desk.waiting_exports.append(WAITING)
    room.window.close()
    room.settle()
    assert room.window.isVisible() and "An export is not written yet." in texts(room)
    (yes,) = (each for each in room.window.notices.findChildren(Button) if each.text() == "Close Scribe")
    yes.click()
    assert not room.window.isVisible()


def test_the_profile_in_use_says_which_files_and_where(room: Room, tmp_path: Path) -> None:
    room.window._preferences.change(export_profile="engine")
    assert room.desk.site_id == "engine"
    room.desk.site = Site(id="engine", title="Engine", formats=("hl7-2.4-pdf", "txt"), folder=str(tmp_path))
    room.signed()
    page = room.window.export
    assert [name for name, box in page._formats.items() if box.isChecked()] == ["txt", "hl7-2.4-pdf"]
    assert page.folder.text() == str(tmp_path)
    assert "By the export profile “Engine”" in texts(room)


def test_a_profile_that_is_gone_is_said_and_the_note_can_still_be_read(room: Room) -> None:
    room.desk.site = Fixable("There is no export profile called “engine” here.", code="export-profile-missing")
    room.signed()
    assert room.page() is room.window.export
    assert room.window.export.blocks and "no export profile called “engine”" in texts(room)


def test_nothing_leaves_under_a_name_that_was_corrected_since_and_the_page_says_so(room: Room) -> None:
    room.signed()
    page, note = room.window.export, room.window.export._note
    assert note is not None and not page._other_patient.isVisible()
    room.desk.set_patient(note.encounter_id, SENT)
    room.settle()
    assert page._other_patient.isVisible()
    assert note.patient.name in page._other_patient.text() and "Siân Llewelyn" in page._other_patient.text()


def test_a_copy_that_is_refused_puts_nothing_on_the_clipboard(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise Fixable("This note was signed for another patient.", code="patient-corrected")

    room.signed()
    QGuiApplication.clipboard().setText("before")
    monkeypatch.setattr(room.desk, "heading_text", refuse, raising=False)
    room.press("1")
    assert QGuiApplication.clipboard().text() == "before" and room.desk.put == []
    assert "signed for another patient" in texts(room)


def test_a_copy_says_whose_record_it_is_for(room: Room) -> None:
    room.signed()
    room.press("1")
    note = room.window.export._note
    assert note is not None
    said = room.window.export._copied
    assert said.text() == f"✓ Right knee pain – Problem copied, for the record of {note.patient.name}"
    bar = room.window.export._note_area.verticalScrollBar()
    bar.setValue(bar.maximum())
    room.settle()
    assert bar.value() > 0 and not said.visibleRegion().isEmpty(), "it stands where nothing scrolls"


def test_a_copied_heading_keeps_a_mark_and_a_receipt_that_says_what_it_was(room: Room) -> None:
    room.signed()
    page = room.window.export
    assert [block.button.shows_key for block in page.blocks] == [True] * 9 + [False] * (len(page.blocks) - 9)
    room.press("2")
    first, second = (block.button for block in page.blocks[:2])
    assert first.text().strip() == "Copy" and second.text().strip() == "Copied 09:42"
    assert second.accessibleName() == "Right knee pain – History: copied 09:42. Copy again"
    assert "Right knee pain – History, copied" in texts(room)
    room.press(Qt.Key.Key_C, control=True, shift=True)
    assert first.text().strip() == "Copied 09:42" and "Whole note, copied" in texts(room)
    room.press(Qt.Key.Key_Escape)
    room.window.open_encounter(page._note.encounter_id if page._note else room.desk.encounters()[0].id)
    room.settle()
    assert page.blocks[0].button.text().strip() == "Copied 09:42", "it lasts"


def test_a_note_is_not_finished_before_all_of_it_was_copied_or_saved(room: Room) -> None:
    room.signed()
    page, count = room.window.export, len(room.window.export.blocks)
    assert page._left.text() == f"None of the {count} headings is copied yet."
    for number in range(count - 1):
        page.blocks[number].copy()
        room.settle()
    assert page._left.text() == f"1 of {count} headings is not copied yet." and page._left.isVisible()
    room.press(Qt.Key.Key_Escape)
    said = room.shown_text(room.window.today)
    assert "Not finished yet (1)" in said and f"Signed – {count - 1} of {count} headings copied" in said
    room.window.open_encounter(room.desk.unfinished()[0].id)
    room.settle()
    room.press(Qt.Key.Key_C, control=True, shift=True)
    assert not page._left.isVisible()
    room.press(Qt.Key.Key_Escape)
    assert "Finished today" in room.shown_text(room.window.today)


def test_a_saved_file_finishes_a_note_and_a_correction_begins_anew(room: Room, tmp_path: Path) -> None:
    room.signed()
    page = room.window.export
    room.press("1")
    page.folder.setText(str(tmp_path))
    room.press("S", control=True)
    assert not page._left.isVisible() and room.desk.unfinished() == ()
    room.press("E")
    room.window.review.note.edit_line(room.window.review._lines()[0].id)
    room.type(" (corrected)")
    room.press(Qt.Key.Key_Return)
    room.window.review.sign.click()
    room.settle()
    room.window.sign._same.setChecked(True)
    room.type(PIN)
    room.press(Qt.Key.Key_Return)
    assert page._left.text().startswith("None of the") and page._left.isVisible()
    assert page.blocks[0].button.text().strip() == "Copy"


def test_a_version_that_left_under_another_patients_name_stays_in_sight(room: Room) -> None:
    receipt = Receipt("r", "n", "pdf", "/mnt/clinic/x_1.pdf", "0" * 64, AT)
    room.desk.gone_wrong = (Misfiled(1, SENT, (receipt,)),)
    room.signed()
    said = texts(room)
    assert "Version 1 was signed for Siân Llewelyn, 9 Apr 1961, and has left Scribe." in said
    assert "/mnt/clinic/x_1.pdf" in said


def test_the_signing_page_says_what_to_look_at_twice_about_the_patient(room: Room) -> None:
    room.desk.notices = (Notice.PATIENT_CHANGED, Notice.NAMESAKE_TODAY)
    room.signed()  # goes through it
    said = room.window.sign._look_twice.text()
    assert "had another patient before" in said and "called almost the same" in said


# ---------------------------------------------------------------- export profiles in settings


@pytest.fixture
def profiles(room: Room) -> ProfilesCard:
    room.window.show_settings()
    room.settle()
    return room.window.settings.profiles


def choices(card: ProfilesCard) -> list[str]:
    return [card.choice.itemText(at) for at in range(card.choice.count())]


def test_an_administrator_imports_a_profile_a_person_chooses_it_and_it_can_be_removed(
    room: Room, profiles: ProfilesCard, tmp_path: Path
) -> None:
    assert choices(profiles) == ["Usual", "EMIS", "SystmOne"]
    path = tmp_path / "clinic.toml"
    path.write_text('title = "Example clinic"\nformats = ["pdf"]\nfolder = "/mnt/clinic"\n[organisation]\node = "x"\n')
    profiles.take_in(path)
    room.settle()
    assert "clinic.toml cannot be used" in texts(room) and choices(profiles) == ["Usual", "EMIS", "SystmOne"]
    path.write_text('title = "Example clinic"\nformats = ["pdf"]\nfolder = "/mnt/clinic"\n')
    profiles.take_in(path)
    room.settle()
    assert choices(profiles)[-1] == "Example clinic" and "Folder: /mnt/clinic" in texts(room)
    profiles.choice.setCurrentIndex(3)
    profiles.choice.activated.emit(3)
    assert room.window._preferences.now.export_profile == "clinic" and room.desk.site_id == "clinic"
    (remove,) = (each for each in profiles.findChildren(Button) if each.text() == "Remove")
    remove.click()
    room.settle()
    assert choices(profiles)[-1] == "Example clinic", "it is asked once"
    remove.click()
    room.settle()
    assert choices(profiles) == ["Usual", "EMIS", "SystmOne"]
    assert room.window._preferences.now.export_profile == "default"


def test_a_profile_that_cannot_be_used_is_shown_with_the_reason(room: Room, profiles: ProfilesCard) -> None:
    folder = settings.administrators_file().parent / "export"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("colour = 'red'")
    profiles.refresh()
    room.settle()
    assert "The export profile broken.toml cannot be used: colour" in texts(room)


def test_whom_the_record_system_sent_is_offered_and_set_only_when_a_person_saves_it(room: Room, tmp_path: Path) -> None:
    encounter = room.begin(known=False)
    checked = CheckedPatient(SENT, (Notice.FILE_FOR_OTHER_CLINICIAN,))
    room.desk.sent = IdentityFile(tmp_path / "patient.csv", AT, checked)
    room.window.strip.open_form()
    room.settle()
    form = room.window.strip.form
    assert "Siân Llewelyn" in form._use.text() and form._use.isVisible()
    assert words.clock(AT) in form._use.text()
    assert "another clinician" in texts(room)
    assert room.desk.encounter(encounter.id).patient == Patient()
    form._use.click()
    assert form._name.text() == "Siân Llewelyn"
    assert room.desk.encounter(encounter.id).patient == Patient()
    form._give()
    room.settle()
    assert room.desk.encounter(encounter.id).patient == SENT
    assert room.desk.sent is None, "the file is used up"


def test_a_file_that_comes_while_the_form_is_open_is_offered(room: Room, tmp_path: Path) -> None:
    room.begin(known=False)
    form = room.window.strip.form
    room.window.strip.open_form()
    room.settle()
    assert not form._use.isVisible() and room.window._sent.isActive()
    room.desk.sent = IdentityFile(tmp_path / "patient.csv", AT, CheckedPatient(SENT, ()))
    room.window._sent.timeout.emit()
    room.settle()
    assert form._use.isVisible()
    room.window.strip.close_form()
    room.window._sent.timeout.emit()
    assert not room.window._sent.isActive()


def test_medicines_of_somebody_else_do_not_stay_with_whom_the_record_system_sent(room: Room, tmp_path: Path) -> None:
    encounter = room.begin()
    room.desk.sent = IdentityFile(tmp_path / "patient.csv", AT, CheckedPatient(SENT, ()))
    room.window.strip.open_form()
    room.settle()
    form = room.window.strip.form
    form._medicines.setText("apixaban")
    form._use.click()
    form._give()
    room.settle()
    assert room.desk.encounter(encounter.id).patient == SENT


def test_names_that_were_sent_apart_stay_apart_when_something_else_is_edited(room: Room) -> None:
    encounter = room.begin(known=False)
    room.window.strip.given.emit(SENT)
    room.settle()
    room.window.strip.open_form()
    room.settle()
    room.window.strip.form._medicines.setText("apixaban")
    room.window.strip.form._give()
    room.settle()
    assert room.desk.encounter(encounter.id).patient == replace(SENT, known_medicines=("apixaban",))
