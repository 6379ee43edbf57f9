"""A whole consultation at the keyboard, and what happens on the way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from scribe.errors import Fixable
from scribe.records import Stage
from ui import words
from ui.widgets.basic import Button, RowButton

from . import consultation as made_up
from .conftest import Room
from .fake_desk import PIN


def test_from_record_to_the_copied_note_by_keyboard_alone(room: Room) -> None:
    room.press("N")
    assert room.page() is room.window.consultation
    room.press(Qt.Key.Key_P, control=True)
    room.type("Margaret Ellison")
    room.press(Qt.Key.Key_Tab)
    room.type("3 Feb 1961")
    room.press(Qt.Key.Key_Tab)
    room.type("943 476 5919")
    room.press(Qt.Key.Key_Return)
    assert "Margaret Ellison" in room.window.strip.accessibleName()

    room.presses = 0
    room.press(Qt.Key.Key_Return)  # told, no objection: record
    assert room.desk.status.state == "recording"
    room.press(Qt.Key.Key_Return)  # stop
    room.desk.recognise(5)
    room.desk.finish()
    room.settle()
    assert room.page() is room.window.review
    room.press("A", "R")  # two checks, one key each
    assert not room.window.review.draft.open_checks  # type: ignore[union-attr]
    room.press(Qt.Key.Key_Return, control=True)
    assert room.page() is room.window.sign
    room.press(Qt.Key.Key_Space)  # the patient I saw
    room.type(PIN)
    room.press(Qt.Key.Key_Return)
    assert room.page() is room.window.export
    room.press("2")
    assert room.presses <= 15
    assert QGuiApplication.clipboard().text().startswith("Medial pain, worse going down stairs")
    assert room.desk.put == [QGuiApplication.clipboard().text()]


def test_own_words_go_from_the_settings_page_to_the_work(room: Room) -> None:
    room.window.show_settings()
    room.settle()
    room.window.settings._words.setPlainText("Nwosu\nYsgol Ifor\n\nNwosu")
    room.window.go_home()  # not by Back: however the page is left, what was typed stays
    room.begin()
    room.window.consultation.start_recording()
    room.settle()
    room.window.consultation.stop_recording()
    room.settle()
    assert room.desk.own_words == ("Nwosu", "Ysgol Ifor")


def test_files_are_saved_by_one_key_and_leave_receipts(room: Room, tmp_path: Path) -> None:
    room.signed()
    room.window.export.folder.setText(str(tmp_path))
    room.press("S", control=True)
    encounter = room.window._encounter
    assert encounter is not None and encounter.stage is Stage.EXPORTED
    assert [receipt.format for receipt in room.desk.receipts(encounter.id)] == ["docx", "pdf"]


def test_a_folder_that_is_gone_is_an_error_card_and_the_note_stays(room: Room, tmp_path: Path) -> None:
    room.signed()
    room.window.export.folder.setText(str(tmp_path / "gone"))
    room.press("S", control=True)
    assert [card.code for card in room.window.notices.cards()] == ["folder-gone"]
    assert room.page() is room.window.export


def test_progress_and_the_transcript_appear_while_it_is_written_down(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.window.consultation.stop_recording()
    room.settle()
    room.desk.recognise(4)
    room.settle()
    page = room.window.consultation
    assert "gardening" in page.transcript.toPlainText()
    assert page.working.bar.value() == made_up.TURNS[3].end_ms
    assert page.working.bar.maximum() == made_up.LENGTH_MS
    assert " of 2:29" in room.shown_text(page) and "next patient meanwhile" in room.shown_text(page)


def test_a_second_enter_does_not_stop_the_work(room: Room) -> None:
    room.begin()
    room.press(Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert len(room.desk.processing) == 1


def test_cancel_keeps_the_recording_and_offers_to_go_on(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.window.consultation.stop_recording()
    room.settle()
    room.window.consultation.working.cancel.click()
    room.settle()
    assert room.desk.processing == []
    room.press(Qt.Key.Key_Return)  # draft the note
    assert len(room.desk.processing) == 1


def test_the_next_patient_closes_the_one_before_and_its_note_is_drafted_meanwhile(room: Room) -> None:
    first = room.begin()
    room.window.consultation.start_recording()
    room.settle()
    room.press("N", control=True)
    second = room.window._encounter
    assert second is not None and second.id != first.id
    assert room.desk.status.state == "idle"
    assert room.desk.processing == [first.id]
    room.desk.finish()
    room.settle()
    assert room.page() is room.window.consultation  # nothing pulls the clinician away from the second patient
    assert room.window.consultation.transcript.toPlainText() == ""
    assert "No patient yet" in room.window.strip.accessibleName()


def test_a_new_encounter_clears_what_scribe_put_on_the_clipboard(room: Room) -> None:
    room.signed()
    room.press("1")
    assert QGuiApplication.clipboard().text()
    room.press("N")
    assert QGuiApplication.clipboard().text() == ""


def test_what_somebody_else_copied_stays(room: Room) -> None:
    room.signed()
    room.press("1")
    QGuiApplication.clipboard().setText("from elsewhere")
    room.press("N")
    assert QGuiApplication.clipboard().text() == "from elsewhere"


def test_an_encounter_that_was_never_used_goes_without_a_trace(room: Room) -> None:
    encounter = room.begin(known=False)
    room.press(Qt.Key.Key_Escape)
    assert room.page() is room.window.today
    assert encounter.id not in [one.id for one in room.desk.encounters()]


def test_a_recording_that_could_not_start_leaves_no_empty_consultation_and_no_error_behind(room: Room) -> None:
    room.desk.fail_recording = Fixable("No microphone was found.", code="no-microphone")
    encounter = room.begin(known=False)
    room.press(Qt.Key.Key_Return)
    assert [card.code for card in room.window.notices.cards()] == ["no-microphone"]
    room.press(Qt.Key.Key_Escape)
    assert room.window.notices.cards() == []
    assert encounter.id not in [one.id for one in room.desk.encounters()]


def test_a_consultation_begun_by_mistake_is_discarded_after_one_question(room: Room) -> None:
    encounter = room.begin()
    for answer, left in ((1, True), (0, False)):
        room.window.ask_discard()
        (card,) = room.window.notices.cards()
        card.buttons.itemAt(answer).widget().click()  # type: ignore[union-attr]
        room.settle()
        assert (encounter.id in [one.id for one in room.desk.encounters()]) is left
    assert room.page() is room.window.today


def test_the_demonstration_runs_without_anything_to_enter(room: Room) -> None:
    room.window.open_demo("cough")
    room.settle()
    assert len(room.desk.processing) == 1
    room.desk.finish()
    room.settle()
    assert room.page() is room.window.review


def test_the_patient_is_entered_on_the_card_before_recording_and_above_the_page_afterwards(room: Room) -> None:
    room.begin(known=False)
    window = room.window
    card, form = window.consultation.begin, window.strip.form
    assert "No patient yet" in room.shown_text(card)
    room.press("P", control=True)
    assert card.isAncestorOf(form) and form.isVisible()
    room.press(Qt.Key.Key_Escape)
    assert room.focus() is card.start
    room.press("P", control=True)
    room.type("Margaret Ellison")
    room.press(Qt.Key.Key_Return)
    assert "Margaret Ellison" in card._patient.text() and room.focus() is card.start
    assert room.desk.recorder_status().state == "idle", "Enter has saved the patient and done no more"
    room.press(Qt.Key.Key_Return)
    room.press("P", control=True)
    assert window.strip.isAncestorOf(form) and form.isVisible()


def test_one_list_holds_what_is_not_finished_signed_notes_that_went_nowhere_among_it(room: Room) -> None:
    room.signed()
    room.press(Qt.Key.Key_Escape)
    said = room.shown_text(room.window.today)
    assert "Not finished yet (1)" in said and "▲ Signed – not in the record yet" in said
    years = words.age(made_up.PATIENT.date_of_birth, words.today())  # type: ignore[arg-type]
    assert "NHS 943 476 5919" in said and f"Born 3 Feb 1961 ({years} years)" in said
    room.window.open_encounter(room.desk.unfinished()[0].id)
    room.settle()
    room.window.export.copy_all()
    room.press(Qt.Key.Key_Escape)
    said = room.shown_text(room.window.today)
    assert "Not finished yet" not in said and "Finished today" in said


def test_the_days_list_says_what_each_consultation_waits_for(room: Room) -> None:
    encounter = room.begin()
    page, today = room.window.consultation, room.window.today
    page.start_recording()
    page.stop_recording()
    room.settle()
    room.press(Qt.Key.Key_Escape)
    assert "Note being made" in room.shown_text(today)
    room.desk.cancel(encounter.id)
    room.settle()
    assert "○ No note yet – make the draft" in room.shown_text(today)
    page.process(encounter.id)
    room.desk.fail(Fixable("No speech was heard.", code="no-speech"))
    room.settle()
    assert "No note yet – make the draft" in room.shown_text(today)
    page.process(encounter.id)
    room.desk.finish()
    room.settle()
    assert "● Draft – check and sign" in room.shown_text(today)


def test_what_is_signed_and_in_no_record_stands_out_without_colour_too(room: Room) -> None:
    room.signed()
    room.press(Qt.Key.Key_Escape)
    (mark,) = [each for each in room.window.today.findChildren(QLabel) if "not in the record" in each.text()]
    assert mark.property("tone") == "warn" and mark.text().startswith("▲")


def test_that_it_records_is_said_once(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.settle()
    room.desk.hear(ms=5_000, level=0.4)
    room.settle()
    assert "Recording" in room.shown_text(room.window.recording_bar)
    assert "Recording" not in room.shown_text(room.window.consultation)
    room.press("P")
    room.window._show_recorder()
    assert "Paused" in room.shown_text(room.window.consultation)


def test_an_unfinished_encounter_is_offered_back_where_it_was(room: Room) -> None:
    draft = room.drafted()
    room.press(Qt.Key.Key_Escape)
    room.window.open_encounter(draft.encounter_id)
    room.settle()
    assert room.page() is room.window.review


def test_a_signed_note_is_corrected_as_a_new_version(room: Room) -> None:
    room.signed()
    room.window.export._amend()
    room.settle()
    assert room.page() is room.window.review
    room.window.review.sign.click()
    room.settle()
    room.window.sign._same.setChecked(True)
    room.window.sign.pin.setText(PIN)
    room.window.sign._sign()
    room.settle()
    note = room.desk.signed(room.window._encounter.id)  # type: ignore[union-attr]
    assert note is not None and note.version == 2 and note.replaces


def test_a_correction_that_was_begun_is_offered_where_it_was_left(room: Room) -> None:
    room.signed()
    export, review = room.window.export, room.window.review
    assert not export._begun.isVisible()
    room.press("E")
    line = review._lines()[0]
    review.note.edit_line(line.id)
    room.type(" (corrected)")
    room.press(Qt.Key.Key_Return)
    room.window.go_home()
    room.settle()
    encounter_id = room.desk.encounters()[0].id
    room.window.open_encounter(encounter_id)
    room.settle()
    assert export._begun.isVisible() and "Go on" in export._correct.text()
    room.press("E")
    assert room.page() is review and review.draft is not None and review.draft.encounter_id == encounter_id
    assert review._lines()[0].text == f"{line.text} (corrected)"


def test_a_correction_that_was_begun_is_on_the_days_list_and_can_be_given_up(room: Room) -> None:
    room.signed()
    for block in room.window.export.blocks:
        block.copy()
    room.press("E")
    review, today = room.window.review, room.window.today
    room.press(Qt.Key.Key_Escape)
    assert "Correction begun" not in room.shown_text(today), "nothing is changed yet"
    for wanted in (1, 2):
        room.window.open_correction(room.desk.encounters()[0].id)
        room.settle()
        line = review._lines()[0]
        review.note.edit_line(line.id)
        room.type(" again")
        room.press(Qt.Key.Key_Return)
        room.window.go_home()
        room.settle()
        assert "Not finished yet (1)" in room.shown_text(today)
        assert "▲ Correction begun – sign or discard it" in room.shown_text(today)
        row = today.findChildren(RowButton)[0]
        if wanted == 1:
            row.click()
            room.settle()
            assert room.page() is review and review._lines()[0].text == f"{line.text} again"
            room.window.go_home()
            room.settle()
        (drop,) = [each for each in today.findChildren(Button) if "Discard the correction" in each.accessibleName()]
        for answer, left in ((1, True), (0, False)):
            drop.click()
            (card,) = room.window.notices.cards()
            card.buttons.itemAt(answer).widget().click()  # type: ignore[union-attr]
            room.settle()
            assert ("Correction begun" in room.shown_text(today)) is left
        assert "Finished today" in room.shown_text(today)


def test_the_window_never_names_a_patient_in_its_title(room: Room) -> None:
    room.signed()
    assert room.window.windowTitle() == "Scribe"


def test_nothing_comes_up_while_people_talk_but_what_is_asked_for(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.settle()
    page = room.window.consultation
    room.desk.follow(4, history=3, medication=1)
    room.settle()
    assert not page.transcript.isVisible() and "History" not in room.shown_text(page)
    page.recording.gathered.click()
    assert "History 3  ·  Medication 1" in room.shown_text(page)
    assert "Allergy" not in room.shown_text(page), "what was not said is not named: that would prompt"
    page.recording.gathered.click()
    assert "History 3" not in room.shown_text(page)
    page.stop_recording()
    room.settle()
    assert page.transcript.isVisible() and "gardening" in page.transcript.toPlainText()


def test_a_computer_that_does_not_keep_up_says_so_and_says_when_it_has_caught_up(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.settle()
    page = room.window.consultation
    room.desk.fall_behind(12_000)
    room.settle()
    assert "0:12 behind" in room.shown_text(page) and "nothing is lost" in room.shown_text(page)
    room.desk.fall_behind(0)
    room.settle()
    assert "behind" not in room.shown_text(page)


def test_the_next_consultation_begins_with_nothing_gathered(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.settle()
    room.desk.follow(1, history=3)
    room.window.consultation.recording.gathered.click()
    room.settle()
    room.press("N", control=True)
    room.window.consultation.start_recording()
    room.settle()
    assert "History" not in room.shown_text(room.window.consultation)
    room.window.consultation.recording.gathered.click()
    assert "Nothing yet" in room.shown_text(room.window.consultation)
