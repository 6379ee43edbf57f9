"""Spelling while a line is edited: a wave under what is not known, and one key for what may have been meant."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from ui.widgets.editor import LineEditor

from .conftest import Room

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen: raising a menu


@pytest.fixture
def editing(room: Room) -> Room:
    """The first line of a note, empty and open to be typed into."""
    room.drafted()
    room.window.review.note.items()[0].setFocus()
    room.press(Qt.Key.Key_F2)
    room.press("A", control=True)
    return room


def field(room: Room) -> LineEditor:
    found = room.focus()
    assert isinstance(found, LineEditor)
    return found


def waves(room: Room) -> list[str]:
    """The words with a wave under them, as they are painted."""
    text, block = field(room).toPlainText(), field(room).document().firstBlock()
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    return [text[f.start : f.start + f.length] for f in block.layout().formats() if f.format.underlineStyle() == wave]


def menu() -> QMenu:
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def choose(room: Room, key: Qt.Key | str) -> None:
    """A key in the menu, which has the keyboard while it is open."""
    QTest.keyClick(menu(), key)
    room.settle()


def test_a_word_that_is_not_known_has_a_wave_under_it_once_it_is_whole(editing: Room) -> None:
    editing.type("Mild anemia")
    assert waves(editing) == []  # it may go on
    editing.type(", orthopnoea")
    assert waves(editing) == ["anemia"]
    assert "anemia" in field(editing).accessibleDescription()  # a screen reader sees no wave


def test_one_key_offers_what_may_have_been_meant_and_one_more_puts_it_in(editing: Room) -> None:
    editing.type("Mild anemia, no sweling now")
    editing.press(Qt.Key.Key_Home)
    editing.press(Qt.Key.Key_F7)
    assert menu().actions()[0].text().split()[1] == "anaemia"
    choose(editing, "1")
    assert field(editing).text() == "Mild anaemia, no sweling now"
    editing.press(Qt.Key.Key_F7)
    choose(editing, Qt.Key.Key_Return)
    assert field(editing).text() == "Mild anaemia, no swelling now"
    editing.press(Qt.Key.Key_F7)
    assert QApplication.activePopupWidget() is None  # nothing is left to ask about
    editing.press(Qt.Key.Key_Return)
    assert editing.window.review.note.items()[0].line.text == "Mild anaemia, no swelling now"


def test_a_name_can_be_left_as_it_is_and_own_words_and_abbreviations_are_known(editing: Room) -> None:
    editing.window._preferences.change(own_words=("Ysgol Ifor",), phrases={"knp": "knee pain"})
    editing.type("Seen by Nwosu of Ysgol Ifor, knp.")
    assert waves(editing) == ["Nwosu"]
    editing.press(Qt.Key.Key_Home, Qt.Key.Key_F7)
    choose(editing, "0")
    assert waves(editing) == [] and field(editing).text().startswith("Seen by Nwosu of")


def test_the_right_button_offers_the_same_and_never_a_copy(editing: Room) -> None:
    editing.type("Mild anemia, tired")
    where = QPoint(field(editing).cursorRect().center())
    QApplication.sendEvent(
        field(editing).viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, field(editing).mapToGlobal(where)),
    )
    assert not any("opy" in action.text() for action in menu().actions())
    assert "anaemia" in menu().actions()[0].text()
    edited = field(editing)
    choose(editing, Qt.Key.Key_Escape)
    edited.selectAll()
    assert not edited.createMimeDataFromSelection().hasText()
