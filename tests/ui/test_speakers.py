"""Who spoke, put right in the transcript by one key; the note follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from scribe.errors import Fixable
from scribe.records import Present, Role

from . import consultation as made_up
from .conftest import Room


@pytest.fixture
def reading(room: Room) -> Room:
    """The caret stands in the patient's turn 12, "Penicillin."."""
    room.desk.the_turns = tuple(replace(turn, voice=1 if turn.role is Role.CLINICIAN else 2) for turn in made_up.TURNS)
    room.drafted()
    room.window.review.transcript.setFocus()
    room.window.review.transcript.go_to("t12", 0)
    room.settle()
    return room


def roles(room: Room) -> dict[int, Role]:
    draft = room.window.review.draft
    assert draft is not None
    return {turn.number: turn.role for turn in room.desk.turns(draft.encounter_id)}


def follow(room: Room) -> None:
    """The work on the note that a correction began is done."""
    assert len(room.desk.processing) == 1
    room.desk.finish()
    room.settle()


def test_one_key_swaps_a_turn_and_the_note_follows(reading: Room) -> None:
    review = reading.window.review
    reading.press("S")
    assert {number for number, role in roles(reading).items() if role is not made_up.TURNS[number - 1].role} == {12}
    assert not review.sign.isEnabled() and not review.note.isEnabled()  # until the note has followed
    reading.press(Qt.Key.Key_Return, control=True)
    assert reading.page() is review
    reading.desk.make_draft = lambda encounter_id: replace(
        made_up.draft(encounter_id), id="d2", lines=made_up.draft(encounter_id).lines[:3]
    )
    follow(reading)
    assert review.sign.isEnabled() and len(review.note.items()) == 3
    assert reading.focus() is review.transcript and review.transcript.word_at(
        review.transcript.textCursor().position()
    ) == ("t12", 0)
    review.undo()
    assert len(review.note.items()) == 17


def test_a_stretch_and_a_whole_voice_are_swapped_by_one_key(reading: Room) -> None:
    review = reading.window.review
    reading.press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, shift=True)
    chosen = [turn.number for turn in review.transcript.chosen()]
    assert chosen[0] == 12 and len(chosen) > 1
    reading.press("S")
    swapped = [number for number, role in roles(reading).items() if role is not made_up.TURNS[number - 1].role]
    assert swapped == chosen
    follow(reading)
    review.transcript.go_to("t20", 0)
    reading.press("V")
    assert {role for number, role in roles(reading).items() if number not in chosen} == {Role.CLINICIAN}


def test_one_key_leaves_an_interruption_out_and_puts_it_back(reading: Room) -> None:
    review = reading.window.review
    reading.press("X")
    assert [turn.number for turn in reading.desk.the_turns if turn.left_out] == [12]
    assert "left out of the note" in review.transcript.toPlainText()
    follow(reading)
    reading.press("X")
    assert not any(turn.left_out for turn in reading.desk.the_turns)
    follow(reading)


def test_what_may_be_an_interruption_says_so_and_one_key_takes_all_of_it(room: Room) -> None:
    room.desk.the_turns = tuple(replace(turn, interruption=turn.number in (11, 12, 13)) for turn in made_up.TURNS)
    room.drafted()
    transcript = room.window.review.transcript
    assert transcript.toPlainText().count("interruption? X leaves it out") == 3
    transcript.setFocus()
    transcript.go_to("t12", 0)
    room.press("X")
    assert [turn.number for turn in room.desk.the_turns if turn.left_out] == [11, 12, 13]
    assert "interruption?" not in transcript.toPlainText()
    follow(room)
    room.press("X")
    assert not any(turn.left_out for turn in room.desk.the_turns)
    follow(room)
    transcript.go_to("t11", 0)
    room.press(Qt.Key.Key_Right, shift=True)  # what is selected is what is meant
    room.press("X")
    assert [turn.number for turn in room.desk.the_turns if turn.left_out] == [11]


def test_speech_over_each_other_is_said_beside_it(room: Room) -> None:
    room.desk.the_turns = tuple(replace(turn, overlapped=turn.number == 4) for turn in made_up.TURNS)
    room.drafted()
    assert room.window.review.transcript.toPlainText().count("two spoke at once") == 1


@pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups, without a display
def test_a_third_person_is_named_from_the_menu(reading: Room) -> None:
    reading.press("W")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and menu.accessibleName()
    part, voice, *_ = [action.menu() for action in menu.actions()]
    assert "Parent" in [action.text() for action in voice.actions()]
    next(action for action in part.actions() if action.text() == "Parent").trigger()
    menu.close()
    reading.settle()
    turn = next(turn for turn in reading.desk.the_turns if turn.number == 12)
    assert (turn.role, turn.who) == (Role.OTHER, Present.PARENT)
    assert "Parent" in reading.window.review.transcript.toPlainText()
    follow(reading)


def test_a_correction_that_failed_leaves_the_note_as_it_was(reading: Room) -> None:
    review = reading.window.review
    reading.press("S")
    reading.desk.fail(Fixable("The helper stopped.", do="Try again.", code="engine-gone"))
    reading.settle()
    assert review.sign.isEnabled() and len(review.note.items()) == 17
    assert [card.code for card in reading.window.notices.cards()] == ["engine-gone"]


def test_who_spoke_is_not_changed_under_a_signed_note(room: Room) -> None:
    room.signed()
    room.window.export._amend()
    room.settle()
    review = room.window.review
    review.transcript.setFocus()
    room.press("S")
    assert room.desk.processing == [] and review.sign.isEnabled()


def test_the_clinician_s_voice_is_learnt_and_forgotten_in_settings(room: Room, tmp_path: Path) -> None:
    room.window.show_settings()
    room.settle()
    card = room.window.settings.voice
    assert not card.forget.isVisible()
    room.desk.fail_voice = Fixable("Two voices.", do="Alone.", code="voices-mixed")
    card.take(tmp_path / "me.wav")
    room.settle()
    assert [one.code for one in room.window.notices.cards()] == ["voices-mixed"] and not card.forget.isVisible()
    room.desk.fail_voice = None
    card.take(tmp_path / "me.wav")
    room.settle()
    assert card.forget.isVisible()
    card.forget.click()
    assert room.desk.voice_at is None and room.focus() is card.read


def test_the_clinician_reads_two_sentences_and_the_open_microphone_is_in_sight(room: Room) -> None:
    room.window.show_settings()
    room.settle()
    card = room.window.settings.voice
    card.read.click()
    room.settle()
    assert room.desk.status.state == "recording" and room.window.recording_bar.isVisible()
    assert "Listening" in card._state.text() and not card.learn.isEnabled()
    card.read.click()
    room.settle()
    assert room.desk.voice_at is not None and card.forget.isVisible()
    assert room.desk.status.state == "idle" and not room.window.recording_bar.isVisible()
    assert "Learnt on" in card._state.text()


def test_a_page_that_is_left_or_a_reading_without_an_end_keeps_nothing_and_closes_the_microphone(room: Room) -> None:
    room.window.show_settings()
    room.settle()
    card = room.window.settings.voice
    card.read.click()
    room.settle()
    room.window.go_home()
    room.settle()
    assert room.desk.status.state == "idle" and room.desk.voice_at is None
    room.window.show_settings()
    room.settle()
    card.read.click()
    room.settle()
    card._longest.timeout.emit()
    room.settle()
    assert room.desk.status.state == "idle" and room.desk.voice_at is None and card.read.isEnabled()


def test_a_microphone_that_fails_and_two_voices_are_said_and_nothing_is_learnt(room: Room) -> None:
    room.window.show_settings()
    room.settle()
    card = room.window.settings.voice
    room.desk.fail_recording = Fixable("No microphone.", do="Plug one in.", code="no-microphone")
    card.read.click()
    room.settle()
    room.desk.fail_recording, room.desk.fail_voice = None, Fixable("Two voices.", do="Alone.", code="voices-mixed")
    card.read.click()
    room.settle()
    card.read.click()
    room.settle()
    assert {one.code for one in room.window.notices.cards()} == {"no-microphone", "voices-mixed"}
    assert not card.forget.isVisible() and card.read.isEnabled()
