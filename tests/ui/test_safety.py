"""Errors, objection, lock, profiles: what must hold when things go wrong or somebody else sits down."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from scribe.capture.sound import LONGEST_ASIDE_MS
from scribe.desk import Interrupted
from scribe.errors import Bug, Fixable
from scribe.records import Consent, Mode, Stage
from ui import theme
from ui.widgets.basic import Button

from . import consultation as made_up
from .conftest import Room
from .fake_desk import CODE, PIN


def test_an_error_says_what_happened_what_is_safe_and_what_to_do_until_it_is_dismissed(room: Room) -> None:
    room.begin()
    room.desk.fail_recording = Fixable(
        "No microphone was found.", safe="Nothing is lost.", do="Plug one in, then start again.", code="no-microphone"
    )
    room.press(Qt.Key.Key_Return)
    (card,) = room.window.notices.cards()
    assert card.accessibleName() == "No microphone was found. Nothing is lost. Plug one in, then start again."
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    room.press(Qt.Key.Key_P, control=True)
    assert room.window.notices.cards() == [card]  # it stays while one goes on
    card.setFocus()
    card.dismiss()
    assert room.window.notices.cards() == []
    room.desk.fail_recording = None
    room.window.strip.close_form()
    room.window.consultation.next_step()
    room.qtbot.waitUntil(lambda: room.desk.status.state == "recording")


def test_what_stood_in_the_way_goes_when_another_way_is_tried(room: Room) -> None:
    room.begin()
    room.desk.fail_recording = Fixable("No microphone was found.", code="no-microphone")
    room.press(Qt.Key.Key_Return)
    room.window.consultation.open_file(Path("letter.txt"))
    room.settle()
    assert [card.code for card in room.window.notices.cards()] == ["not-sound"]
    room.window.consultation.open_file(Path("talk.wav"))
    room.settle()
    assert room.window.notices.cards() == []


def test_the_same_error_twice_is_one_card(room: Room) -> None:
    for _ in range(2):
        room.window.show_error(Fixable("The disk is full.", code="disk-full"))
    assert len(room.window.notices.cards()) == 1


def test_failed_work_can_be_tried_again_from_its_card(room: Room) -> None:
    encounter = room.begin()
    room.window.consultation.start_recording()
    room.window.consultation.stop_recording()
    room.settle()
    room.desk.fail(Bug("The speech engine stopped.", safe="All is kept.", do="Try again.", code="engine-died"))
    room.settle()
    (card,) = room.window.notices.cards()
    card.buttons.itemAt(0).widget().click()  # type: ignore[union-attr]
    room.settle()
    assert room.desk.processing == [encounter.id]
    assert room.window.notices.cards() == []


def test_a_file_without_sound_is_refused_and_another_can_be_opened(room: Room) -> None:
    room.begin()
    room.window.consultation.open_file(Path("letter.txt"))
    room.settle()
    assert [card.code for card in room.window.notices.cards()] == ["not-sound"]
    room.window.consultation.open_file(Path("visit.wav"))
    room.settle()
    assert len(room.desk.processing) == 1


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What a screen reader is given to say, and whether at once."""
    heard: list[tuple[str, bool]] = []

    def say(where: object, text: str, *, at_once: bool = False) -> None:
        heard.append((text, at_once))

    for module in ("ui.window", "ui.widgets.notices", "ui.pages.consultation"):
        monkeypatch.setattr(f"{module}.announce", say)
    return heard


def recording(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.settle()


def test_silence_is_said_gently_then_loudly_then_is_over(room: Room, said: list[tuple[str, bool]]) -> None:
    recording(room)
    said.clear()
    room.desk.hear(ms=10_000, level=0.0, problem="silent")
    trouble = room.window.consultation.recording._trouble
    room.qtbot.waitUntil(lambda: "Nothing can be heard" in trouble.text(), timeout=10_000)
    assert room.window.notices.cards() == [] and "Nothing can be heard" in room.window.recording_bar._text.text()
    assert [at_once for text, at_once in said if "Nothing can be heard" in text] == [False]
    room.desk.hear(ms=20_000, level=0.0, problem="silent", urgent=True)
    room.qtbot.waitUntil(lambda: bool(room.window.notices.cards()), timeout=10_000)
    assert "Nothing can be heard" in room.window.notices.cards()[0].accessibleName()
    assert [at_once for text, at_once in said if "Nothing can be heard" in text] == [False, True]
    room.desk.hear(ms=1_000, level=0.4)
    room.qtbot.waitUntil(lambda: not room.window.notices.cards() and not trouble.text(), timeout=10_000)


@pytest.mark.parametrize("problem", ["unplugged", "taken", "disk-full", "disk-error", "recorder-gone"])
def test_that_nothing_is_recorded_is_said_at_once_and_its_end_too(
    room: Room, said: list[tuple[str, bool]], problem: str
) -> None:
    recording(room)
    room.desk.hear(ms=3_000, level=0.0, problem=problem, state="problem")
    room.qtbot.waitUntil(lambda: bool(room.window.notices.cards()), timeout=10_000)
    assert said[-1][1] and "saved" in said[-1][0]
    assert room.window.recording_bar.isVisible() and room.window.recording_bar.accessibleName() == "Not recording"
    room.desk.hear(ms=0)
    room.desk.happen("back", "headset")
    room.qtbot.waitUntil(lambda: room.window.recording_bar.accessibleName() == "Recording", timeout=10_000)
    assert [card.code for card in room.window.notices.cards()] == ["recorder-back"]


@pytest.mark.parametrize(
    ("what", "detail", "text"),
    [
        ("slept", "600", "asleep for 10:00"),
        ("clock-changed", "3600", "clock was changed"),
        ("disk-low", "", "little room left"),
        ("other-microphone", "Built-in", "another microphone"),
        ("microphone-changed", "Headset", "Headset"),
        ("computer-sound-missing", "", "own sound cannot be recorded"),
        ("gone-on", "", "after an interruption"),
    ],
)
def test_what_happened_at_the_recorder_is_said_once(
    room: Room, said: list[tuple[str, bool]], what: str, detail: str, text: str
) -> None:
    recording(room)
    room.desk.happen(what, detail)
    room.qtbot.waitUntil(lambda: bool(room.window.notices.cards()), timeout=10_000)
    (card,) = room.window.notices.cards()
    assert text in card.accessibleName()
    assert len([each for each, _ in said if text in each]) == 1
    card.dismiss()
    room.desk.hear(ms=1_000)
    room.settle()
    assert room.window.notices.cards() == []


def test_trouble_is_seen_behind_the_lock_too(room: Room) -> None:
    recording(room)
    room.press("L", control=True)
    room.desk.hear(ms=3_000, level=0.0, problem="unplugged", state="problem")
    room.qtbot.waitUntil(lambda: bool(room.window.notices.cards()), timeout=10_000)
    assert room.desk.clinician is None


def test_the_last_minute_is_struck_after_one_question(room: Room) -> None:
    recording(room)
    room.desk.hear(ms=200_000)
    room.press("S")
    room.press(Qt.Key.Key_Return)  # the answer with the focus keeps everything
    assert room.desk.struck == []
    room.window.ask_strike()
    (card,) = room.window.notices.cards()
    card.buttons.itemAt(0).widget().click()  # type: ignore[union-attr]
    room.settle()
    assert room.desk.struck == [(140_000, 200_000)]
    assert room.desk.status.state == "recording"


def test_one_key_says_that_it_is_an_interruption_and_that_it_is_over(room: Room) -> None:
    recording(room)
    card = room.window.consultation.recording
    assert f"after {LONGEST_ASIDE_MS // 60_000} minutes" in room.shown_text(card)
    room.press("X")
    room.desk.hear(ms=5_000, level=0.5)
    room.qtbot.waitUntil(lambda: card.aside.accessibleName() == "For the note again", timeout=10_000)
    assert room.desk.status.aside and "not for the note" in room.window.recording_bar.accessibleName()
    assert "Not for the note" in room.shown_text(room.window.consultation)
    card.aside.click()
    assert not room.desk.status.aside
    room.qtbot.waitUntil(lambda: card.aside.accessibleName() == "Not for the note", timeout=10_000)


def test_a_recording_that_broke_off_is_gone_on_with_only_by_choice(room: Room) -> None:
    encounter = room.desk.add(Stage.RECORDING, made_up.PATIENT, Mode.FACE_TO_FACE, 5, Consent.TOLD_NO_OBJECTION)
    room.window.open_encounter(encounter.id)
    room.settle()
    assert room.window.consultation.interrupted.isVisible()
    assert room.focus() is room.window.consultation.interrupted.draft, "Enter must not begin to record"
    room.window.consultation.interrupted.go_on.click()
    room.settle()
    assert room.desk.status.state == "recording" and room.window.recording_bar.isVisible()
    assert room.window.consultation.recording.isVisible()


def test_a_recording_that_broke_off_is_drafted_as_far_as_it_goes(room: Room) -> None:
    room.desk.broken_off = Interrupted(312_000, False)
    encounter = room.desk.add(Stage.RECORDING, made_up.PATIENT, Mode.FACE_TO_FACE, 500, Consent.TOLD_NO_OBJECTION)
    room.window.open_encounter(encounter.id)
    room.settle()
    assert not room.window.consultation.interrupted.go_on.isVisible(), "the patient has long left"
    room.press(Qt.Key.Key_Return)
    assert room.desk.processing == [encounter.id]


def test_the_other_side_is_offered_for_calls_and_chosen_for_video(room: Room) -> None:
    room.begin()
    begin = room.window.consultation.begin
    assert not begin.computer_sound.isVisible()
    for mode, chosen in ((Mode.TELEPHONE, False), (Mode.VIDEO, True)):
        begin._modes.button(list(Mode).index(mode)).click()
        assert begin.computer_sound.isVisible() and begin.computer_sound.isChecked() is chosen
    room.window.consultation.start_recording()
    room.settle()
    assert room.desk.started_with == [(True, False)]
    assert "this computer's own sound" in room.window.consultation.recording._device.text()


def test_an_objection_is_asked_once_then_destroys_and_opens_the_typed_note(room: Room) -> None:
    encounter = room.begin()
    room.window.consultation.start_recording()
    room.settle()
    room.window.consultation.recording.objected.emit()
    room.settle()
    room.press(Qt.Key.Key_Return)  # the answer with the focus keeps everything
    assert room.desk.status.state == "recording"
    room.window.ask_objection()
    (card,) = room.window.notices.cards()
    card.buttons.itemAt(0).widget().click()  # type: ignore[union-attr]
    room.settle()
    after = room.window._encounter
    assert after is not None and after.id != encounter.id
    assert after.consent is Consent.OBJECTED and after.stage is Stage.TYPED
    assert room.page() is room.window.review
    assert room.desk.status.state == "idle" and not room.window.recording_bar.isVisible()
    assert "Margaret Ellison" in room.window.strip.accessibleName()


def _button(room: Room, text: str) -> Button:
    (made,) = [each for each in room.window.findChildren(Button) if each.isVisible() and each.accessibleName() == text]
    return made


def test_what_is_filed_about_consent_is_what_the_button_says(room: Room, tmp_path: Path) -> None:
    begin = room.window.consultation.begin
    encounter = room.begin()
    assert begin.start.accessibleName().startswith("Patient told, no objection")
    begin.start.click()
    room.settle()
    assert room.desk.encounter(encounter.id).consent is Consent.TOLD_NO_OBJECTION
    encounter = room.begin()
    _button(room, "Told, no objection: open a recording…")
    room.window.consultation.open_file(tmp_path / "talk.wav")
    room.settle()
    assert room.desk.encounter(encounter.id).consent is Consent.TOLD_NO_OBJECTION
    encounter = room.begin()
    _button(room, "Type without recording").click()
    room.settle()
    assert room.desk.encounter(encounter.id).consent is Consent.NOT_ASKED
    room.begin()
    _button(room, "Patient objects: type the note").click()
    (card,) = room.window.notices.cards()
    assert "destroyed" not in card.accessibleName(), "there is nothing to destroy"
    card.buttons.itemAt(0).widget().click()  # type: ignore[union-attr]
    room.settle()
    objected = room.window._encounter
    assert objected is not None and objected.consent is Consent.OBJECTED and room.page() is room.window.review


def test_what_is_said_to_the_patient_is_as_plain_to_read_as_anything_else(room: Room) -> None:
    room.begin()
    said = room.window.consultation.begin.tell
    assert said.font().pointSizeF() >= QApplication.font().pointSizeF()
    assert said.palette().color(said.foregroundRole()) == theme.colour("text")


def test_the_button_that_says_no_stands_beside_the_one_that_starts(room: Room) -> None:
    room.begin()
    start, no = room.window.consultation.begin.start, _button(room, "Patient objects: type the note")
    assert start.y() == no.y() and 0 < no.x() - (start.x() + start.width()) <= theme.GAP


def test_a_recording_is_opened_only_where_nothing_is_recorded_yet(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bool] = []
    monkeypatch.setattr(room.window.consultation, "choose_file", lambda: opened.append(True))
    room.begin()
    room.press("O", control=True)
    assert opened == [True]
    room.window.consultation.start_recording()
    room.settle()
    room.press("O", control=True)
    assert opened == [True]


def test_the_typed_note_is_written_signed_and_exported_like_any_other(room: Room) -> None:
    encounter = room.begin()
    room.window.open_typed(encounter.id)
    room.settle()
    room.press(Qt.Key.Key_Return)  # the first heading's button adds a line
    room.type("Sore throat, two days")
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Return, control=True)
    assert room.page() is room.window.sign
    room.press(Qt.Key.Key_Space)
    room.type(PIN)
    room.press(Qt.Key.Key_Return)
    assert room.page() is room.window.export
    room.press("1")
    assert QGuiApplication.clipboard().text().startswith("Sore throat, two days")


def test_lock_hides_everything_while_the_recording_goes_on(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.press("L", control=True)
    assert room.page() is room.window.unlock
    assert room.desk.clinician is None
    assert room.window.recording_bar.isVisible() and room.desk.status.state == "recording"
    assert not room.window.strip.isVisible() and not room.window._head.isVisible()
    room.press("N", control=True)
    room.press(Qt.Key.Key_F1)
    assert room.page() is room.window.unlock
    room.type(PIN)
    room.press(Qt.Key.Key_Return)
    assert room.page() is room.window.consultation


def test_an_idle_screen_locks_itself_and_saves_first(room: Room) -> None:
    room.drafted()
    room.window.review.note.items()[0].setFocus()
    room.press(Qt.Key.Key_F2)
    room.type("?")
    room.window._idle.timeout.emit()
    room.settle()
    assert room.desk.clinician is None
    assert room.desk.saves[-1].lines[0].text.endswith("?")


def test_whatever_somebody_does_in_the_window_puts_the_lock_off(room: Room) -> None:
    for act in (QTest.keyClick, QTest.mouseClick):
        running = room.window._idle.timerId()
        act(room.window.windowHandle(), Qt.Key.Key_Shift if act is QTest.keyClick else Qt.MouseButton.LeftButton)
        assert room.window._idle.isActive() and room.window._idle.timerId() != running


def test_a_draft_that_is_ready_while_locked_waits_behind_the_lock(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.window.consultation.stop_recording()
    room.settle()
    room.press("L", control=True)
    room.desk.finish()
    room.settle()
    assert room.page() is room.window.unlock
    room.unlock()
    assert room.page() is room.window.review


def test_somebody_else_who_unlocks_sees_nothing_of_it(room: Room) -> None:
    room.drafted()
    room.press("L", control=True)
    room.window.unlock.unlock(made_up.OTHER_CLINICIAN.id, PIN)
    room.settle()
    assert room.page() is room.window.today
    assert room.window._encounter is None
    assert room.window.review.transcript.toPlainText() == ""


def test_a_wrong_pin_is_said_beside_the_field(locked: Room) -> None:
    locked.type("9999")
    locked.press(Qt.Key.Key_Return)
    assert locked.page() is locked.window.unlock
    assert "not your PIN" in locked.window.unlock.choose.wrong.text()
    locked.type(PIN)
    locked.press(Qt.Key.Key_Return)
    assert locked.page() is locked.window.today


def test_a_wrong_pin_does_not_sign(room: Room) -> None:
    room.drafted()
    for check in room.window.review.lanes.checks():
        check.accept()
    room.window.review.sign.click()
    room.settle()
    room.press(Qt.Key.Key_Space)
    room.type("0000")
    room.press(Qt.Key.Key_Return)
    assert room.page() is room.window.sign
    assert "not your PIN" in room.window.sign._wrong.text()


def test_the_patient_must_be_confirmed_and_another_name_needs_another_look(room: Room) -> None:
    room.drafted()
    for check in room.window.review.lanes.checks():
        check.accept()
    room.window.review.sign.click()
    room.settle()
    room.window.sign.pin.setText(PIN)
    room.window.sign._sign()
    assert room.page() is room.window.sign and "Confirm first" in room.window.sign._wrong.text()
    room.window.sign._same.setChecked(True)
    changed = made_up.PATIENT.__class__("Peter Vance", made_up.PATIENT.date_of_birth)
    room.window.strip.given.emit(changed)
    room.settle()
    assert not room.window.sign._same.isChecked()


def test_a_note_without_a_patient_asks_for_one_at_signing(room: Room) -> None:
    encounter = room.begin(known=False)
    room.window.consultation.start_recording()
    room.window.consultation.stop_recording()
    room.settle()
    room.desk.finish()
    room.settle()
    room.press("A", "A")
    room.press(Qt.Key.Key_Return, control=True)
    room.press(Qt.Key.Key_Return)  # the button that has the focus: enter the patient
    room.type("Margaret Ellison")
    room.press(Qt.Key.Key_Tab)
    room.type("31/02/1961")
    room.press(Qt.Key.Key_Return)
    assert "not a date of birth" in room.window.strip.form._wrong.text()
    room.window.strip.form._born.setText("03/02/1961")
    room.press(Qt.Key.Key_Return)
    assert room.desk.encounter(encounter.id).patient.is_known
    assert room.focus() is room.window.sign._same


def test_first_run_makes_a_profile_and_shows_the_recovery_code_once(locked: Room) -> None:
    locked.window.unlock.show_create()
    form = locked.window.unlock.create_form
    form.name.setText("Dr Ann Other")
    form.role.setText("GP")
    form.pin.setText("135791")
    form.again.setText("13579")
    form._create()
    assert "not the same" in form.wrong.text()
    form.again.setText("135791")
    form._create()
    locked.settle()
    code = locked.window.unlock.code
    assert code.code.text().replace("\n", "-") == CODE
    locked.press(Qt.Key.Key_Return)  # a second Enter on the form before must not take the code away
    assert locked.page() is locked.window.unlock and "how the code ends" in code.wrong.text()
    locked.type(CODE[-4:].lower())
    locked.press(Qt.Key.Key_Return)
    assert locked.page() is locked.window.today
    assert code.code.text() == ""


def test_the_recovery_code_opens_a_profile_and_sets_a_new_pin(locked: Room) -> None:
    locked.window.unlock.show_recover(made_up.CLINICIAN.id)
    form = locked.window.unlock.recover_form
    form.code.setText("WRONG")
    form.pin.setText("864213")
    form.again.setText("864213")
    form._recover()
    locked.settle()
    assert "not the recovery code" in form.wrong.text()
    form.code.setText(CODE)
    form._recover()
    locked.settle()
    assert locked.page() is locked.window.today


def test_closing_the_window_while_recording_asks_first(room: Room) -> None:
    room.begin()
    room.window.consultation.start_recording()
    room.window.close()  # not even while the recorder still starts
    assert room.window.isVisible()
    room.settle()
    assert room.window.isVisible()
    assert [card.code for card in room.window.notices.cards()] == ["close-recording"]


@pytest.mark.parametrize("lost", ["passphrase", "keyring"])
def test_records_are_opened_by_a_recovery_code_where_passphrase_or_keyring_is_lost(locked: Room, lost: str) -> None:
    page = locked.window.unlock
    locked.desk._passphrase = "what nobody remembers" if lost == "passphrase" else ""
    locked.desk.key_is_gone = lost == "keyring"
    locked.window.start()
    locked.settle()
    form = page.recover_store_form
    if lost == "passphrase":
        page.passphrase._forgot.click()
    else:
        assert "no longer in this computer's keyring" in form.wrong.text()
    locked.settle()
    assert locked.focus() is form.code and form.phrase.isVisible() == (lost == "passphrase")
    locked.type("KELP-0000")
    if lost == "passphrase":
        form.phrase.setText("a better one for all")
        form.again.setText("a better one for al")
        form._go()
        assert "not the same" in form.wrong.text()
        form.again.setText("a better one for all")
    form._go()
    locked.settle()
    assert "does not belong here" in form.wrong.text()
    form.code.setText(CODE)
    form._go()
    locked.settle()
    assert page.choose.isVisible() and not form.phrase.text()
    locked.unlock()
    assert locked.page() is locked.window.today
