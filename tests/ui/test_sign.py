"""The signing page: the note itself, what to know before the PIN, and the PIN in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from scribe.records import Draft, Origin
from ui import theme

from . import consultation as made_up
from .conftest import Room
from .fake_desk import PIN


@pytest.fixture
def signing(room: Room) -> Room:
    room.drafted()
    room.press("A", "R")  # naproxen added, ramipril left out
    room.press(Qt.Key.Key_Return, control=True)
    assert room.page() is room.window.sign
    return room


def test_every_line_that_is_signed_stands_there_to_read(signing: Room) -> None:
    note = signing.window.sign.note
    shown = note.toPlainText().splitlines()
    draft = signing.window.review.draft
    assert draft is not None and all(line.text in shown for line in draft.lines)
    assert shown[:4] == ["Right knee pain", "Problem", "Right knee pain, 6 weeks", "History"]
    assert note.isReadOnly() and note.accessibleName() == "The note you are signing"


def test_what_was_left_out_comes_first_and_in_strong_text_then_what_nobody_looked_at(signing: Room) -> None:
    changes = signing.window.sign.changes
    shown = changes.toPlainText().splitlines()
    assert shown[:3] == [
        "Left out: Increase ramipril to 5 mg once daily",
        "Added: Stop naproxen: upset stomach",
        "Checks: 1 added, 1 left out.",
    ]
    first, second = (changes.document().findBlockByNumber(number).begin().fragment() for number in (0, 1))
    assert first.charFormat().fontWeight() > second.charFormat().fontWeight()
    at = shown.index("Not looked at; Esc goes back to them")
    assert shown[at + 1] == "•  Penicillin: rash at about age 20"
    at = shown.index("You said this; it is not in the note")
    assert shown[at + 1] == "•  Use ibuprofen gel three times a day on the knee"
    assert shown[at + 4] == "5 more things that were said are not in the note."
    signing.press(Qt.Key.Key_Escape)
    assert signing.page() is signing.window.review
    signing.window.review.lanes.focus_first()
    signing.press("R", "R", "R", "A", "A", "A", "A")
    signing.press(Qt.Key.Key_Return, control=True)
    known = changes.toPlainText()
    assert "Not looked at" not in known and "You said this" not in known
    assert known.splitlines()[1] == "Left out: Use ibuprofen gel three times a day on the knee"
    assert "\n5 things that were said are not in the note." in known


def test_the_pin_is_in_sight_however_much_there_is_to_read(room: Room) -> None:
    def long(encounter_id: str) -> Draft:
        draft = made_up.long_draft(encounter_id, 34)
        sensitive, own = "Says that her husband hits her", Origin.CLINICIAN
        return replace(draft, lines=tuple(replace(line, text=sensitive, origin=own) for line in draft.lines))

    room.desk.make_draft = long
    room.window.resize(1280, 800)
    room.drafted()
    for check in room.window.review.lanes.checks():
        check.accept()
    room.window.review.sign.click()
    room.settle()
    sign = room.window.sign
    assert room.page() is sign and room.focus() is sign._same
    room.press(Qt.Key.Key_Space)
    assert room.focus() is sign.pin
    assert sign._area.verticalScrollBar().maximum() == 0
    for widget in (sign.pin, sign._button, sign._same, sign._back):
        assert _is_whole(widget)
    assert sign.note.verticalScrollBar().maximum() > 0


def _is_whole(widget: QWidget) -> bool:
    return bool(widget.visibleRegion().boundingRect() == QRect(0, 0, widget.width(), widget.height()))


def test_the_note_is_read_on_from_the_pin_and_by_its_own_keys(signing: Room) -> None:
    sign = signing.window.sign
    signing.window.resize(1280, 560)
    signing.press(Qt.Key.Key_Space)
    bar = sign.note.verticalScrollBar()
    assert bar.value() == 0 < bar.maximum()
    signing.press(Qt.Key.Key_PageDown)
    assert bar.value() > 0 and signing.focus() is sign.pin
    signing.press(Qt.Key.Key_PageUp)
    assert bar.value() == 0
    sign.changes.setFocus()
    signing.press(Qt.Key.Key_PageDown)
    assert bar.value() == 0 and sign.changes.verticalScrollBar().value() > 0
    sign.note.setFocus()
    signing.press(Qt.Key.Key_Tab)
    assert not sign.note.hasFocus(), "Tab goes on"


def test_nothing_is_copied_out_of_a_note_that_is_not_signed_yet(signing: Room) -> None:
    QGuiApplication.clipboard().setText("before")
    signing.window.sign.note.setFocus()
    signing.press("A", control=True)
    signing.press("C", control=True)
    assert QGuiApplication.clipboard().text() == "before"
    assert [card.code for card in signing.window.notices.cards()] == ["copy-unsigned"]


def test_the_note_wears_another_theme_too(signing: Room) -> None:
    note = signing.window.sign.note
    theme.apply(QGuiApplication.instance(), "dark")  # type: ignore[arg-type]
    signing.settle()
    written = note.document().firstBlock().begin().fragment().charFormat().foreground().color()
    assert written == theme.colour("text")
    theme.apply(QGuiApplication.instance(), "light")  # type: ignore[arg-type]


def test_a_closed_encounter_leaves_nothing_to_read(signing: Room) -> None:
    sign = signing.window.sign
    signing.type(PIN)
    signing.window.new_consultation()
    signing.settle()
    assert sign.note.toPlainText() == sign.changes.toPlainText() == sign.pin.text() == ""
