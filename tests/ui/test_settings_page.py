"""Every entry of the settings page does what it says, from the next consultation on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox

from scribe import models
from scribe.errors import Fixable
from scribe.models import manifest
from scribe.models.shelf import Listed
from scribe.records import Detail
from ui.preferences import Preferences

from .conftest import Room


def choose(room: Room, choice: QComboBox, value: object) -> None:
    assert choice.findData(value) >= 0
    choice.setCurrentIndex(choice.findData(value))
    choice.activated.emit(choice.currentIndex())
    room.settle()


@pytest.fixture
def at_settings(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The settings page, on a computer with every model but the largest."""
    known = manifest.known()
    listed = tuple(Listed(name, model, name != "qwen-1.5b") for name, model in known.items())
    monkeypatch.setattr(models, "list_models", lambda: listed)
    monkeypatch.setattr(models, "drafting", lambda: "qwen-0.5b")
    room.window.show_settings()
    room.settle()
    return room


def test_layout_detail_and_microphone_are_those_of_the_next_consultation(at_settings: Room) -> None:
    room, page = at_settings, at_settings.window.settings
    choose(room, page._template, "soap")
    choose(room, page._detail, Detail.TERSE)
    choose(room, page._microphone, "Jabra Speak 510")
    room.window.go_home()
    encounter = room.begin()
    assert encounter.template_id == "soap"
    assert room.window.consultation.begin.microphone.currentData() == "Jabra Speak 510"
    room.window.consultation.begin.start.click()
    room.settle()
    assert room.desk.status.device == "Jabra Speak 510"
    room.window.consultation.stop_recording()
    room.settle()
    assert room.desk.detail is Detail.TERSE


def test_the_model_that_is_chosen_is_used(at_settings: Room) -> None:
    room, card = at_settings, at_settings.window.settings.models
    assert room.desk.models == ("whisper-base", "")
    choose(room, card._speech, "whisper-tiny.en")
    assert room.desk.models == ("whisper-tiny.en", "")
    assert card._speech.findData("qwen-0.5b") < 0 and card._language.findData("whisper-base") < 0


def test_who_chooses_no_model_has_the_usual_one(at_settings: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room, card = at_settings, at_settings.window.settings.models
    assert card._language.currentData() == "" and card._language.currentText() == "The usual one here: qwen-0.5b"
    choose(room, card._language, "qwen-0.5b")
    assert room.desk.models == ("whisper-base", "qwen-0.5b")
    choose(room, card._language, "")
    assert room.desk.models == ("whisper-base", "")


def test_the_desk_is_told_when_a_model_comes_or_goes(at_settings: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room, card = at_settings, at_settings.window.settings.models
    monkeypatch.setattr(models, "get", lambda *_: None)
    monkeypatch.setattr(models, "drafting", lambda: "qwen-1.5b")
    room.desk.models = ("", "")
    card._get("qwen-1.5b")
    room.settle()
    assert room.desk.models == ("whisper-base", "")
    assert card._language.itemText(0) == "The usual one here: qwen-1.5b (not on this computer)"


def test_a_model_that_is_not_here_is_not_offered(at_settings: Room) -> None:
    assert at_settings.window.settings.models._language.findData("qwen-1.5b") < 0


def test_the_time_until_it_locks_is_the_one_chosen(at_settings: Room) -> None:
    choose(at_settings, at_settings.window.settings._idle, 2)
    assert at_settings.window._idle.interval() == 120_000


def test_the_settings_say_what_they_do(at_settings: Room) -> None:
    room, page = at_settings, at_settings.window.settings
    for idle in (page._idle.itemText(index) for index in range(page._idle.count())):
        assert idle.startswith("after ") and idle.endswith(" minutes without use"), "the mouse counts too"
    for choice in (page._theme, page._motion):
        assert choice.itemText(choice.findData("system")) == "Same as this computer"
    said = room.shown_text(page)
    assert "If the microphone is unplugged" in said and "Names that Scribe mishears" in said


def test_what_matters_to_a_consultation_stands_before_how_it_looks_for_eye_and_tab(at_settings: Room) -> None:
    room, page = at_settings, at_settings.window.settings
    assert room.focus() is page._microphone
    order = [page._microphone, page._idle, page.voice.read, page._template, page._folder, page._theme, page._text]
    heights = [each.mapTo(page, QPoint(0, 0)).y() for each in order]
    assert heights == sorted(heights)
    met = [page._microphone]
    while page._text not in met:
        room.press(Qt.Key.Key_Tab)
        assert len(met) < 40
        met.append(room.focus())  # type: ignore[arg-type]
    assert [each for each in met if each in order] == order


def test_what_was_chosen_is_there_the_next_time(at_settings: Room) -> None:
    choose(at_settings, at_settings.window.settings._theme, "dark")
    choose(at_settings, at_settings.window.settings._text, 200)
    from scribe import settings

    kept = Preferences(settings.load().preferences).now
    assert (kept.theme, kept.text_percent) == ("dark", 200)


def test_a_layout_that_cannot_be_used_is_named_with_the_reason(room: Room) -> None:
    page = room.window.settings
    room.window.show_settings()
    assert not page._refused.isVisible()
    room.desk.refused = (Fixable("The template “mine” cannot be used: mine.j2, line 9.", do="Correct it."),)
    room.window.show_settings()
    assert page._refused.isVisible() and "mine.j2, line 9. Correct it." in page._refused.text()
