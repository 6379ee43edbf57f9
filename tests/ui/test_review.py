"""The review page: evidence, checks, coverage, editing, undo, saving, and nothing to copy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from scribe.errors import Fixable
from scribe.records import SENSITIVE, Detail, Draft, Line, Origin, Risk, Settled
from ui.widgets.editor import LineEditor

from . import consultation as made_up
from .conftest import Room


@pytest.fixture
def reviewing(room: Room) -> Room:
    room.drafted()
    return room


def line_texts(room: Room) -> list[str]:
    assert room.window.review.draft is not None
    return [line.text for line in room.window.review.draft.lines]


def test_a_line_shows_the_words_that_prove_it_and_space_plays_them(reviewing: Room) -> None:
    review = reviewing.window.review
    item = next(one for one in review.note.items() if one.line.text.startswith("No injury"))
    item.setFocus()
    reviewing.settle()
    assert review.transcript.marked_text() == (
        "It doesn't lock, no. It gave way once, last Tuesday, on the stairs,",
        "No, no fall.",
    )
    reviewing.press(Qt.Key.Key_Space)
    words = made_up.TURNS[5].words
    fall = made_up.TURNS[3].words
    stretches = (
        (fall[0].start_ms - 300, fall[2].end_ms + 300),  # as they were said
        (words[0].start_ms - 300, words[12].end_ms + 300),
    )
    assert reviewing.desk.played == [(stretches, 1.0)]
    reviewing.press("+")
    assert reviewing.desk.played[-1] == (stretches, 1.25)
    reviewing.press("+", "+", "+", "+", "-")
    assert reviewing.desk.played[-1][1] == 1.75
    assert "1.75×" in review._hint.text()


def test_arrows_go_from_line_to_line(reviewing: Room) -> None:
    items = reviewing.window.review.note.items()
    items[0].setFocus()
    reviewing.press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert reviewing.focus() is items[1]


def test_from_a_word_of_the_transcript_to_the_lines_that_use_it(reviewing: Room) -> None:
    review = reviewing.window.review
    review.transcript.setFocus()
    review.transcript.go_to("t12", 0)  # Penicillin.
    reviewing.settle()
    linked = [item.line.text for item in review.note.items() if item.property("linked")]
    assert linked == ["Penicillin: rash at about age 20"]
    reviewing.press(Qt.Key.Key_Return)
    assert review.note.current() is next(i for i in review.note.items() if i.line.text.startswith("Penicillin"))


def test_keys_stand_only_on_the_card_that_they_answer(reviewing: Room) -> None:
    cards = reviewing.window.review.lanes.checks()
    assert len(cards) > 1
    for focused in cards:
        focused.setFocus()
        assert all(answer.shows_key == (card is focused) for card in cards for answer in card.answers)


def test_a_key_that_is_held_answers_one_check_and_not_all_of_them_unread(reviewing: Room) -> None:
    review = reviewing.window.review
    before = len(review.lanes.checks())
    reviewing.press("A")
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", autorep=True)
    for card in (review.lanes.checks()[0], review.lanes.omissions()[0]):
        card.setFocus()
        QApplication.sendEvent(card, held)
        reviewing.settle()
    assert len(review.lanes.checks()) == before - 1
    assert review.draft is not None and len(review.draft.omissions) == 8


def test_a_check_quotes_what_was_said_and_plays_it(reviewing: Room) -> None:
    review = reviewing.window.review
    naproxen, ramipril = review.lanes.checks()[:2]
    assert naproxen._quote.text() == "Said: “My sister gave me some of her naproxen but it upset my stomach.”"
    assert "Two versions were said. The other: “ramipril from five”." in ramipril._why.text()
    ramipril._heard.click()
    reviewing.settle()
    assert reviewing.focus() is ramipril
    cards = {card.text: card._quote.text() for card in review.lanes.checks()}
    assert (
        cards["Paracetamol, two at night"]
        == "Said: “What have you been taking for it?” “Just paracetamol, two at night.”"
    )
    (((start_ms, end_ms),), _), *_ = reviewing.desk.played
    said = next(turn for turn in made_up.TURNS if turn.number == 21)
    assert said.start_ms < start_ms < end_ms < said.end_ms


def test_the_widget_of_a_line_or_a_check_that_is_gone_keeps_nothing_of_it(reviewing: Room) -> None:
    review = reviewing.window.review
    before = set(map(id, review.note.items()))
    review.note.items()[0].remark("It says more than was said.")
    review.lanes.checks()[0].correct()
    draft = review.draft
    assert draft is not None and review._encounter is not None
    other = replace(
        draft,
        id="other",
        lines=tuple(replace(line, id=f"other {line.id}") for line in draft.lines),
        checks=tuple(replace(check, id=f"other {check.id}") for check in draft.checks),
    )
    review.open(review._encounter, other)
    reviewing.settle()
    assert set(map(id, review.note.items())) == before, "they are used again"
    assert not any(item._remark and item._remark.isVisible() for item in review.note.items())
    assert [card._text.isVisible() for card in review.lanes.checks()[:2]] == [True, True]
    assert not review.lanes.findChildren(LineEditor)


def test_checks_are_answered_by_one_key_each_and_sign_says_how_many_are_left(reviewing: Room) -> None:
    review = reviewing.window.review
    assert "2 checks left" in review.sign.text()
    reviewing.press("A")
    assert "1 check left" in review.sign.text()
    reviewing.press("C")
    reviewing.press("A", control=True)
    reviewing.type("Increase ramipril from 2.5 to 5 mg")
    reviewing.press(Qt.Key.Key_Return)
    draft = review.draft
    assert draft is not None
    # The doubtful medicine was asked about first: it harms most.
    assert [check.settled for check in draft.checks] == [Settled.CORRECTED, Settled.ACCEPTED]
    assert {"Increase ramipril from 2.5 to 5 mg", "Stop naproxen: upset stomach"} <= set(line_texts(reviewing))
    assert review.sign.text().strip() == "Sign…"  # what is worth a look does not hold it up
    assert reviewing.focus() is review.lanes.items()[0]


def test_what_nobody_looked_at_is_said_until_it_was_and_check_has_its_tick_only_then(reviewing: Room) -> None:
    review, strip = reviewing.window.review, reviewing.window.strip
    reviewing.press("A", "A")
    said = review.lanes._none
    assert said.isVisible() and said.text() == (
        "Nothing holds up signing. 3 things you said and 4 lines below have not been looked at."
    )
    reviewing.press(Qt.Key.Key_Return, control=True)
    assert reviewing.page() is reviewing.window.sign and [chip.text() for chip in strip._steps][:2] == [
        "✓ Record",
        "Check",
    ]
    reviewing.press(Qt.Key.Key_Escape)
    review.lanes.focus_first()
    reviewing.press(*"AARAAA")
    assert said.text() == "Nothing holds up signing. 1 line below has not been looked at."
    reviewing.press("A")
    assert said.text() == "All checked. Read the note once more, then sign." and reviewing.focus() is review.sign
    reviewing.press(Qt.Key.Key_Return, control=True)
    assert strip._steps[1].text() == "✓ Check"


def test_what_the_clinician_said_and_is_not_in_the_note_follows_the_checks_and_takes_one_key(reviewing: Room) -> None:
    review, lanes = reviewing.window.review, reviewing.window.review.lanes
    order = [card.about for card in lanes.items()]
    own = [card.about.text for card in lanes.omissions()[:3]]
    assert own == ["use ibuprofen gel three times a day on the knee", "A little on the skin is fine",
                   "Book with the nurse at the desk"]  # fmt: skip
    assert lanes._own_head.text() == "You said this; it is not in the note (3)"
    assert [type(one).__name__ for one in order] == ["Check"] * 2 + ["Omission"] * 3 + ["Look"] * 4 + ["Omission"] * 3
    gel, fine = lanes.omissions()[:2]
    assert gel._quote.isVisible()
    gel.show_omission(gel.about, f"“{gel.about.text}.”")
    assert not gel._quote.isVisible(), "nothing is said twice"
    assert fine._quote.text() == (
        "Said: “And is the gel all right with my blood pressure tablets?” “A little on the skin is fine.”"
    )
    reviewing.press("A", "A")
    assert reviewing.focus() is lanes.omissions()[0]
    reviewing.press("A", "R")
    assert review.draft is not None and "Use ibuprofen gel three times a day on the knee" in line_texts(reviewing)
    assert [one.text for one in review.draft.left_out] == ["A little on the skin is fine"]
    assert [one.text for one in review.draft.omissions[:1]] == ["like my mum"] and len(review.draft.omissions) == 6
    reviewing.press("Z", control=True)
    assert [card.about.text for card in lanes.omissions()[:2]] == own[1:] and review.draft.left_out == ()
    assert review.sign.text().strip() == "Sign…", "it holds nothing up"


def test_of_what_was_left_out_six_are_shown_at_first_the_clinician_s_own_before_others(room: Room) -> None:
    def plans(encounter_id: str) -> Draft:
        draft = made_up.draft(encounter_id)
        own = [replace(draft.omissions[0], text=f"plan {number}") for number in range(8)]
        return replace(draft, omissions=(*draft.omissions[2:5], *own))

    room.desk.make_draft = plans
    room.drafted()
    lanes = room.window.review.lanes
    assert [card.about.text for card in lanes.omissions()] == [f"plan {number}" for number in range(6)]
    assert lanes._own_more.text().strip() == "Show 2 more" and lanes._more.text().strip() == "Show 3 more"
    lanes._own_more.click()
    assert len(lanes.omissions()) == 8 and room.focus() is lanes.omissions()[6]
    lanes._more.click()
    assert len(lanes.omissions()) == 11 and room.focus() is lanes.omissions()[8]


def test_risky_lines_of_the_note_are_offered_once_and_settled_by_the_same_keys(reviewing: Room) -> None:
    review = reviewing.window.review
    reviewing.press("A", "A", "R", "R", "R")
    offered = [item.text for item in review.lanes.checks()]
    assert offered[0] == "Penicillin: rash at about age 20" and len(offered) == 4
    reviewing.press("A")
    assert review.draft is not None and "f9" in review.draft.seen
    reviewing.press("C")
    reviewing.press("A", control=True)
    reviewing.type("Tender medial joint line")
    reviewing.press(Qt.Key.Key_Return)
    reviewing.press("R")
    assert offered[2] not in line_texts(reviewing) and "Tender medial joint line" in line_texts(reviewing)
    assert [item.text for item in review.lanes.checks()] == offered[3:]  # nothing new comes up
    reviewing.press("Z", control=True)
    assert [item.text for item in review.lanes.checks()] == offered[2:]
    review.lanes.focus_first()
    reviewing.press("A", "A")
    assert reviewing.focus() is review.sign


def test_a_line_that_its_words_do_not_bear_out_holds_up_the_signature(room: Room) -> None:
    def wrong(encounter_id: str) -> Draft:
        draft = made_up.draft(encounter_id)
        return replace(draft, lines=tuple(
            replace(line, text="Paracetamol, four at night") if line.text.startswith("Paracetamol") else line
            for line in draft.lines
        ))  # fmt: skip

    room.desk.make_draft = wrong
    room.drafted()
    review = room.window.review
    assert "3 checks left" in review.sign.text()
    first = review.lanes.checks()[0]
    assert first.text == "Paracetamol, four at night" and "“four”" in first.accessibleDescription()
    assert room.focus() is first
    room.press("A")
    assert "2 checks left" in review.sign.text()


def test_an_administrator_may_ask_that_all_medicines_are_seen(room: Room) -> None:
    room.desk.must_see = (Risk.MEDICINE,)
    room.drafted()
    assert "5 checks left" in room.window.review.sign.text()
    room.press("A", "A", Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Return, control=True)
    assert room.page() is room.window.review


def test_signing_with_open_checks_goes_to_the_first_of_them(reviewing: Room) -> None:
    reviewing.window.review.note.items()[0].setFocus()
    reviewing.press(Qt.Key.Key_Return, control=True)
    assert reviewing.page() is reviewing.window.review
    assert reviewing.focus() is reviewing.window.review.lanes.checks()[0]


def test_the_first_six_omissions_then_more_and_one_key_adds_one(reviewing: Room) -> None:
    lanes = reviewing.window.review.lanes
    assert len(lanes.omissions()) == 6
    lanes._more.click()
    assert len(lanes.omissions()) == 8
    lanes.omissions()[0].setFocus()
    reviewing.press("A")
    draft = reviewing.window.review.draft
    assert draft is not None
    added = next(line for line in draft.lines if line.text.startswith("Use ibuprofen gel"))
    assert (added.problem, added.heading) == (made_up.KNEE, "comment")
    assert added.evidence == made_up.said(17, "use ibuprofen gel three times a day on the knee.")
    assert len(draft.omissions) == 7


def test_a_line_is_edited_in_place_and_keeps_its_evidence(reviewing: Room) -> None:
    review = reviewing.window.review
    item = review.note.items()[0]
    before = item.line
    item.setFocus()
    reviewing.press(Qt.Key.Key_F2)
    reviewing.type(", sore")
    reviewing.press(Qt.Key.Key_Return)
    assert review.draft is not None
    after = next(line for line in review.draft.lines if line.id == before.id)
    assert after.text == "Right knee pain, 6 weeks, sore"
    assert after.origin is Origin.EDITED and after.evidence == before.evidence
    assert reviewing.focus() is item
    reviewing.press("Z", control=True)
    assert line_texts(reviewing)[0] == before.text
    reviewing.press("Y", control=True)
    assert line_texts(reviewing)[0] == "Right knee pain, 6 weeks, sore"


def test_an_edit_that_says_more_than_was_said_is_marked_as_the_clinician_s_own(reviewing: Room) -> None:
    review = reviewing.window.review

    def edit(text: str) -> Line:
        item = next(one for one in review.note.items() if one.line.id == "l9")  # Penicillin: rash at about age 20
        item.setFocus()
        reviewing.press(Qt.Key.Key_F2)
        reviewing.press("A", control=True)
        reviewing.type(text)
        reviewing.press(Qt.Key.Key_Return)
        return next(one for one in review.note.items() if one.line.id == "l9").line

    more = edit("Penicillin: rash at about 30")
    assert more.origin is Origin.CLINICIAN and more.evidence
    remark = next(one for one in review.note.items() if one.line.id == "l9")._remark
    assert "30" in remark.text() and "your words" in remark.text() and remark.isVisible()
    assert reviewing.desk.saves[-1].lines[8].origin is Origin.CLINICIAN
    assert edit("Rash with penicillin when about twenty").origin is Origin.EDITED
    assert not remark.isVisible()
    reviewing.press("Z", control=True)  # the mark is part of the edit, not a step of its own
    assert line_texts(reviewing)[8] == "Penicillin: rash at about 30"


def test_a_line_is_split_where_the_cursor_stands_and_joined_again(reviewing: Room) -> None:
    review = reviewing.window.review
    before = review.note.items()[1].line
    assert before.text == "Medial pain, worse going down stairs; began after gardening"
    review.note.items()[1].setFocus()
    reviewing.press(Qt.Key.Key_F2)
    reviewing.press(Qt.Key.Key_Home, control=True)
    reviewing.press(*[Qt.Key.Key_Right] * 36)
    reviewing.press(Qt.Key.Key_Return, alt=True)
    one, two = (item.line for item in review.note.items()[1:3])
    assert (one.text, two.text) == ("Medial pain, worse going down stairs", "Began after gardening")
    assert one.evidence == two.evidence == before.evidence and one.heading == two.heading
    reviewing.press(Qt.Key.Key_Up, "J")
    joined = review.note.items()[1].line
    assert joined.text == "Medial pain, worse going down stairs; Began after gardening"
    assert joined.evidence == before.evidence
    reviewing.press("Z", control=True)
    reviewing.press("Z", control=True)
    assert review.note.items()[1].line.text == before.text


def test_a_sensitive_line_is_flagged_before_signing_and_can_stand_apart(reviewing: Room) -> None:
    review = reviewing.window.review
    review.note.items()[0].setFocus()
    reviewing.press(Qt.Key.Key_F2)
    reviewing.type(", husband hits her")
    reviewing.press(Qt.Key.Key_Return)
    item = review.note.items()[0]
    assert item._flag.isVisible() and "domestic abuse" in item.accessibleDescription()
    for check in review.lanes.checks():
        check.accept()
    reviewing.press(Qt.Key.Key_Return, control=True)
    sign = reviewing.window.sign
    assert reviewing.page() is sign
    known = sign.changes.toPlainText().splitlines()
    assert "Checks: 2 added." in known and "Who may read this?" in known
    assert "•  Right knee pain, 6 weeks, husband hits her  (Sensitive: domestic abuse)" in known
    reviewing.press(Qt.Key.Key_Escape)
    review.note.focus_line(item.line.id)
    reviewing.press("H")
    moved = next(line for line in review.draft.lines if line.id == item.line.id)  # type: ignore[union-attr]
    assert moved.problem == SENSITIVE and moved.evidence
    reviewing.press("H")
    back = next(line for line in review.draft.lines if line.id == item.line.id)  # type: ignore[union-attr]
    assert back.problem == made_up.KNEE and back.cleared


def test_escape_leaves_a_line_as_it_was(reviewing: Room) -> None:
    before = line_texts(reviewing)
    reviewing.window.review.note.items()[0].setFocus()
    reviewing.press(Qt.Key.Key_Return)
    reviewing.type("nonsense")
    reviewing.press(Qt.Key.Key_Escape)
    assert line_texts(reviewing) == before
    assert reviewing.page() is reviewing.window.review


def test_lines_are_added_removed_and_moved(reviewing: Room) -> None:
    review = reviewing.window.review
    history = [i for i in review.note.items() if i.line.heading == "history" and i.line.problem == made_up.KNEE]
    history[0].setFocus()
    reviewing.press(Qt.Key.Key_Insert)
    reviewing.type("Right handed")
    reviewing.press(Qt.Key.Key_Return)
    texts = [i.line.text for i in review.note.items()]
    assert texts[2] == "Right handed"
    assert next(i for i in review.note.items() if i.line.text == "Right handed").line.origin is Origin.CLINICIAN
    reviewing.press(Qt.Key.Key_Up, alt=True)
    assert [i.line.text for i in review.note.items()][1] == "Right handed"
    reviewing.press(Qt.Key.Key_Delete)
    assert "Right handed" not in [i.line.text for i in review.note.items()]
    assert review.note.current() is not None  # the focus did not get lost


def test_an_empty_new_line_leaves_nothing_behind(reviewing: Room) -> None:
    before = line_texts(reviewing)
    reviewing.window.review.note.items()[0].setFocus()
    reviewing.press(Qt.Key.Key_Insert, Qt.Key.Key_Escape)
    assert line_texts(reviewing) == before


def test_what_is_typed_is_saved_while_it_is_typed(reviewing: Room) -> None:
    reviewing.window.review.note.items()[0].setFocus()
    reviewing.press(Qt.Key.Key_F2)
    reviewing.type("!")
    assert isinstance(reviewing.focus(), QPlainTextEdit)  # still being edited
    assert reviewing.desk.saves[-1].lines[0].text.endswith("!")
    assert "Saved" in reviewing.window.review._state.text()


def test_typing_without_a_pause_does_not_put_the_save_off(reviewing: Room) -> None:
    """Killed in the middle of an edit, Scribe may lose half a second, not all that was typed without a pause."""
    timer = reviewing.window.review._timer
    reviewing.window.review.note.items()[0].setFocus()
    reviewing.press(Qt.Key.Key_F2)
    timer.setInterval(60_000)
    reviewing.type("a")
    running = timer.timerId()
    reviewing.type("b")
    assert timer.isActive() and timer.timerId() == running
    reviewing.window.review.flush()
    reviewing.settle()
    assert reviewing.desk.saves[-1].lines[0].text.endswith("ab")


def test_undo_saves_a_revision_of_its_own(reviewing: Room) -> None:
    reviewing.press("A")
    reviewing.press("Z", control=True)
    last, before = reviewing.desk.saves[-1], reviewing.desk.saves[-2]
    assert last.parent_id == before.id and last.revision > before.revision
    assert len(last.open_checks) == 2


def test_a_failed_save_is_said_and_tried_again(reviewing: Room) -> None:
    reviewing.desk.fail_save = Fixable("The disk is full.", safe="…", do="Free some space.", code="disk-full")
    reviewing.press("A")
    assert reviewing.window.review._state.text() == "Not saved"
    (card,) = reviewing.window.notices.cards()
    assert card.code == "not-saved" and "keeps them and tries again" in card.accessibleName()
    reviewing.desk.fail_save = None
    reviewing.press("R")
    assert "Saved" in reviewing.window.review._state.text()
    assert len(reviewing.desk.saves[-1].open_checks) == 0
    assert reviewing.window.notices.cards() == []


def test_an_edit_that_the_disk_refused_outlives_its_page_and_is_saved_when_it_can(reviewing: Room) -> None:
    first = reviewing.window.review.draft
    assert first is not None
    reviewing.desk.fail_save = Fixable("The disk is full.", do="Free some space.", code="disk-full")
    reviewing.press("A", "R")
    edited = reviewing.window.review.draft
    assert edited is not None
    reviewing.press(Qt.Key.Key_Return, control=True)
    assert reviewing.page() is reviewing.window.review  # nothing older than what is on show can be signed
    reviewing.press("N", control=True)
    assert [card.code for card in reviewing.window.notices.cards()] == ["not-saved"]
    reviewing.window.open_encounter(first.encounter_id)
    reviewing.settle()
    assert reviewing.window.review.draft == edited
    reviewing.window.close()
    assert reviewing.window.isVisible()
    assert "close-unsaved" in [card.code for card in reviewing.window.notices.cards()]
    reviewing.desk.fail_save = None
    line = reviewing.window.review.note.items()[2]
    line.setFocus()
    reviewing.window.review._try_again()
    reviewing.settle()
    assert reviewing.focus() is line  # nothing jumps when the card goes
    assert reviewing.desk.saves[-1] == edited
    assert "not-saved" not in [card.code for card in reviewing.window.notices.cards()]


def test_nothing_of_an_unsigned_note_can_be_copied(reviewing: Room) -> None:
    review = reviewing.window.review
    QGuiApplication.clipboard().clear()
    review.transcript.setFocus()
    review.transcript.selectAll()
    reviewing.press("C", control=True)
    assert [card.code for card in reviewing.window.notices.cards()] == ["copy-unsigned"]
    review.transcript.copy()
    assert not review.transcript.createMimeDataFromSelection().hasText()
    review.note.items()[0].setFocus()
    reviewing.press("C", control=True)
    reviewing.window.notices.clear()
    review.note.items()[0].edit()
    editor = reviewing.focus()
    assert isinstance(editor, QPlainTextEdit)
    before = editor.toPlainText()
    for key in ("A", "C", "X"):
        reviewing.press(key, control=True)
    assert [card.code for card in reviewing.window.notices.cards()] == ["copy-unsigned"]
    assert editor.toPlainText() == before and not editor.createMimeDataFromSelection().hasText()
    assert QGuiApplication.clipboard().text() == ""


def test_the_layout_changes_without_a_new_run_and_can_be_undone(reviewing: Room) -> None:
    review = reviewing.window.review
    index = review._template.findData("soap")
    review._template.setCurrentIndex(index)
    review._template.activated.emit(index)
    reviewing.settle()
    assert review.draft is not None and review.draft.template_id == "soap"
    review.undo()
    assert review.draft.template_id == "gp-consultation"
    assert reviewing.desk.processing == []


def test_how_much_the_note_says_stays_one_of_the_known_measures_through_its_list(reviewing: Room) -> None:
    review = reviewing.window.review
    index = review._detail.findData(Detail.FULL)
    review._detail.setCurrentIndex(index)
    review._detail.activated.emit(index)
    reviewing.settle()
    assert review.draft is not None and review.draft.detail is Detail.FULL  # not the bare text that Qt hands back


def test_the_next_note_is_shown_from_its_top(reviewing: Room) -> None:
    review = reviewing.window.review
    bar = review._note_area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    encounter = reviewing.begin()
    reviewing.window.open_typed(encounter.id)
    reviewing.settle()
    assert bar.value() == 0


def test_the_keys_for_editing_are_named_while_a_line_is_edited(reviewing: Room) -> None:
    review = reviewing.window.review
    review.note.items()[0].setFocus()
    assert "Space plays" in review._hint.text() and "F7" not in review._hint.text()
    reviewing.press(Qt.Key.Key_F2)
    assert "F7 spelling" in review._hint.text() and review.transcript.marked_text()
    reviewing.press(Qt.Key.Key_Escape)
    assert "Space plays" in review._hint.text()


def test_one_line_says_what_is_still_ahead(reviewing: Room) -> None:
    review = reviewing.window.review
    assert review._ahead.text() == "2 to check · 4 worth a look · 8 said, not in the note"
    reviewing.press("A", "A")
    assert review._ahead.text() == "4 worth a look · 8 said, not in the note"


def test_the_checks_come_although_what_was_said_cannot_be_read(
    reviewing: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise Fixable("The disk did not answer.", do="Try again.", code="disk-error")

    review = reviewing.window.review
    assert review.draft is not None and review._encounter is not None
    monkeypatch.setattr(reviewing.desk, "turns", refuse)
    review.open(review._encounter, review.draft)
    reviewing.settle()
    assert reviewing.focus() is review.lanes.checks()[0]
    assert "The disk did not answer." in reviewing.shown_text(reviewing.window.notices)
