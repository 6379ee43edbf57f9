"""Enter means what has the focus: it never begins or ends a recording by the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from scribe.records import Consent, Mode, Present

from .conftest import Room
from .test_access import controls

_ENTER, _KEYPAD = Qt.Key.Key_Return, Qt.Key.Key_Enter


def named(room: Room, card: QWidget) -> dict[str, QWidget]:
    """The controls of a card that are in sight, by name."""
    return {each.accessibleName(): each for each in controls(room) if card.isAncestorOf(each)}


def enter(room: Room, target: QWidget, key: Qt.Key = _ENTER) -> None:
    """Presses Enter on a control, as a keyboard sends it."""
    target.setFocus()
    held = Qt.KeyboardModifier.KeypadModifier if key == _KEYPAD else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(target, key, held)
    room.settle()


@pytest.mark.parametrize("key", [_ENTER, _KEYPAD], ids=["Return", "keypad"])
def test_on_the_begin_card_only_the_start_button_starts(
    room: Room, key: Qt.Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, opened = room.window.consultation, []
    monkeypatch.setattr(page, "choose_file", lambda: opened.append(True))
    monkeypatch.setattr(page.begin.microphone, "showPopup", lambda: opened.append(True))
    page.begin.file_wanted.disconnect()
    page.begin.file_wanted.connect(lambda: opened.append(True))
    encounter = room.begin()
    page.begin.show_encounter(room.desk.set_circumstances(encounter.id, Mode.VIDEO, (), ""))  # every control is there
    names = set(named(room, page.begin)) - {page.begin.start.accessibleName()}
    assert {"Telephone", "Parent", "Microphone", page.begin.computer_sound.text()} < names
    for name in names:
        encounter = room.begin()
        page.begin.show_encounter(room.desk.set_circumstances(encounter.id, Mode.VIDEO, (), ""))
        enter(room, named(room, page.begin)[name], key)
        assert room.desk.status.state == "idle", name
        assert all(each.consent is not Consent.TOLD_NO_OBJECTION for each in room.desk.encounters()), name
        room.window.notices.clear()
    assert len(opened) == 2, "the microphones, and a recording to open"
    room.begin()
    enter(room, page.begin.start, key)
    assert room.desk.status.state == "recording"


def test_a_choice_on_the_begin_card_is_made_by_enter_and_then_the_recording_begins_with_it(room: Room) -> None:
    encounter = room.begin()
    begin = room.window.consultation.begin
    for name in ("Telephone", "Parent"):
        enter(room, named(room, begin)[name])
    before = begin.computer_sound.isChecked()
    enter(room, begin.computer_sound)
    assert begin.computer_sound.isChecked() is not before
    chosen = room.desk.encounter(encounter.id)
    assert (chosen.mode, chosen.present) == (Mode.TELEPHONE, (Present.PARENT,))
    enter(room, begin.start)
    assert room.desk.started_with == [(not before, False)]


def test_on_the_recording_card_enter_ends_nothing_but_from_the_stop_button(room: Room) -> None:
    room.begin()
    page = room.window.consultation
    page.start_recording()
    room.settle()
    for name in set(named(room, page.recording)) - {page.recording.stop.accessibleName()}:
        enter(room, named(room, page.recording)[name], _KEYPAD)
        room.window.notices.clear()
        assert room.desk.status.state != "idle", name
        if room.desk.status.state == "paused":
            page.recording.pause.click()
            room.window._show_recorder()


def test_enter_that_is_held_down_counts_once_and_with_another_key_not_at_all(room: Room) -> None:
    room.begin()
    page = room.window.consultation
    for held, again in ((Qt.KeyboardModifier.NoModifier, True), (Qt.KeyboardModifier.ControlModifier, False)):
        QApplication.sendEvent(
            page.begin.start, QKeyEvent(QEvent.Type.KeyPress, _ENTER, held, "\r", autorep=again, count=1)
        )
        room.settle()
        assert room.desk.status.state == "idle"
