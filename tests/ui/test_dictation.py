"""After the patient has left: a key or a button is held, and what the clinician says becomes lines of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from scribe.errors import Fixable
from scribe.records import Line, Origin

from .conftest import Room


def hold(room: Room, key: Qt.Key, *, repeats: int = 0) -> None:
    target = room.focus()
    assert target is not None
    QTest.keyPress(target, key)
    for _ in range(repeats):
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True))
    room.settle()


def let_go(room: Room, key: Qt.Key) -> None:
    target = room.focus()
    assert target is not None
    QTest.keyRelease(target, key)
    room.settle()


def own_lines(room: Room) -> list[Line]:
    draft = room.window.review.draft
    assert draft is not None
    return [line for line in draft.lines if line.origin is Origin.CLINICIAN]


def test_what_is_said_while_the_key_is_held_becomes_own_lines_after_the_one_in_focus(room: Room) -> None:
    room.drafted()
    review = room.window.review
    item = next(one for one in review.note.items() if one.line.text.startswith("Evening swelling"))
    item.setFocus()
    hold(room, Qt.Key.Key_D, repeats=3)
    assert room.desk.status.state == "recording" and room.window.recording_bar.isVisible()
    assert own_lines(room) == [] and "Listening" in review._state.text()
    let_go(room, Qt.Key.Key_D)
    assert room.desk.status.state == "idle" and not room.window.recording_bar.isVisible()
    texts = [one.line.text for one in review.note.items()]
    at = texts.index(item.line.text)
    assert texts[at + 1 : at + 3] == ["Looked well", "Plan to ring in two weeks"]
    assert all(line.heading == "history" and not line.evidence for line in own_lines(room))
    assert room.focus() is item  # nothing jumps
    assert room.desk.saves[-1].lines == review.draft.lines  # type: ignore[union-attr]
    room.press("Z", control=True)
    assert own_lines(room) == []  # one step, however much was said


def test_the_button_does_the_same_by_mouse_and_by_space(room: Room) -> None:
    room.drafted()
    review = room.window.review
    button = review.add_bar.dictate
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    room.settle()
    assert room.desk.status.state == "recording"
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    room.settle()
    assert len(own_lines(room)) == 2
    button.setFocus()
    hold(room, Qt.Key.Key_Space)
    let_go(room, Qt.Key.Key_Space)
    assert len(own_lines(room)) == 4


def test_a_page_that_is_left_listens_no_longer_and_what_was_said_goes_where_it_belongs(room: Room) -> None:
    draft = room.drafted()
    room.window.review.note.items()[0].setFocus()
    hold(room, Qt.Key.Key_D)
    room.press("N", control=True)
    assert room.desk.status.state == "idle"
    assert room.window._encounter is not None and room.window._encounter.id != draft.encounter_id
    kept = room.desk.draft(draft.encounter_id)
    assert kept is not None and "Looked well" in [line.text for line in kept.lines]


def test_silence_adds_nothing_and_a_microphone_that_fails_is_said(room: Room) -> None:
    room.drafted()
    review = room.window.review
    review.note.items()[0].setFocus()
    room.desk.says = ()
    hold(room, Qt.Key.Key_D)
    let_go(room, Qt.Key.Key_D)
    assert own_lines(room) == [] and review._state.text() == "Nothing was heard"
    room.desk.fail_recording = Fixable("No microphone was found.", code="no-microphone")
    hold(room, Qt.Key.Key_D)
    let_go(room, Qt.Key.Key_D)
    assert [card.code for card in room.window.notices.cards()] == ["no-microphone"]
    assert room.desk.status.state == "idle"


def test_no_microphone_is_offered_where_the_patient_objected(room: Room) -> None:
    encounter = room.begin()
    room.window._object(encounter.id)
    room.settle()
    assert room.page() is room.window.review
    assert not room.window.review.add_bar.dictate.isVisible()
    room.window.review._dictate("", "history", "")
    room.settle()
    assert room.desk.status.state == "idle"
