"""Own phrases: typed in Settings, written by an abbreviation while a line is edited."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui import phrases, theme

from .conftest import Room


def test_an_abbreviation_becomes_the_phrase_that_settings_hold(room: Room) -> None:
    room.window.show_settings()
    room.settle()
    room.window.settings._phrases.setPlainText("sn1 = Call 999 if the pain comes back\n\nrv=Review in  6 weeks")
    room.window.go_home()
    room.drafted()
    item = room.window.review.note.items()[-1]
    item.setFocus()
    room.press(Qt.Key.Key_F2)
    room.press("A", control=True)
    room.type("sn1 now; rvx, rv")
    room.press(Qt.Key.Key_Return)
    draft = room.window.review.draft
    assert draft is not None
    assert "Call 999 if the pain comes back now; rvx, Review in 6 weeks" in [line.text for line in draft.lines]


def test_a_phrase_without_its_words_is_refused_and_said(room: Room) -> None:
    room.window.show_settings()
    room.settle()
    room.window.settings._phrases.setPlainText("sn1")
    room.window.go_home()
    assert [card.code for card in room.window.notices.cards()] == ["settings-wrong"]
    assert phrases.at_end_of("then sn1") is None


def test_phrases_read_as_they_were_written() -> None:
    made = {"a": "One = two", "b2": "Three"}
    assert phrases.read(phrases.written(made)) == made


def test_high_contrast_can_be_chosen(dressed: QApplication) -> None:
    theme.apply(dressed, "dark-contrast")
    assert theme.current() is theme.DARK_CONTRAST
    theme.apply(dressed, "light-contrast")
    assert theme.current() is theme.LIGHT_CONTRAST
    theme.apply(dressed, "light")
