"""A long note and a long transcript, and a window that never stands still while others work."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.measure import review as measured
from ui.warm import Warming
from ui.widgets.note import LineItem

from . import consultation as made_up
from .conftest import Room


def test_an_hour_of_talk_and_sixty_lines_open_and_answer_at_once(room: Room) -> None:
    """By the window's own processor time, so that a busy test computer does not count."""
    room.desk.the_turns = made_up.long_turns(measured.WORDS)
    room.desk.make_draft = lambda encounter_id: made_up.long_draft(encounter_id, measured.LINES)
    draft = room.drafted()
    encounter, page = room.desk.encounter(draft.encounter_id), room.window.review
    opened = measured.Timed("opened", 500)

    def whole() -> None:
        page.open(encounter, measured.as_another(draft))
        while page._reads:
            QApplication.processEvents()

    for _ in range(3):
        opened.time(whole)
        room.settle()
    assert min(opened.own) < opened.bar_ms, opened.row()
    for ask in (measured.keys, measured.typing, measured.evidence, measured.words):
        timed = ask(page)
        assert measured.percentile(timed.own, 95) < timed.bar_ms, timed.row()
    for area in (page.transcript, page._note_area):
        timed = measured.scroll(area, "page")
        assert area.verticalScrollBar().maximum() > 2_000, "there is nothing to scroll"
        assert max(timed.own) < timed.bar_ms, timed.row()


def test_work_on_other_threads_does_not_hold_the_window_up(room: Room) -> None:
    """Slow calls run elsewhere: while one takes its time, the event loop keeps its beat."""
    room.drafted()
    hold, beats = threading.Event(), []
    beat = QTimer()
    beat.setInterval(5)
    beat.timeout.connect(lambda: beats.append(time.perf_counter()))
    beat.start()
    room.desk.save_draft = lambda draft: hold.wait(5)  # type: ignore[method-assign,assignment]
    room.window.review.lanes.checks()[0].accept()
    room.qtbot.waitUntil(lambda: len(beats) > 40, timeout=30_000)
    hold.set()
    beat.stop()
    room.settle()
    gaps = sorted(after - before for before, after in itertools.pairwise(beats))
    assert gaps[-1] < 1.0, f"stood still for {gaps[-1] * 1000:.0f} ms"  # the call takes five seconds


def test_the_lines_of_the_first_note_are_made_before_it_is_there(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    warming = room.window._warming
    room.window._prepare()
    room.qtbot.waitUntil(lambda: not warming._timer.isActive(), timeout=30_000)

    def late(*_: object) -> None:
        raise AssertionError("a line was made when it was wanted")

    monkeypatch.setattr(LineItem, "__init__", late)
    room.drafted()
    assert len(room.window.review.note.items()) == len(room.window.review._lines()) > 10


def test_the_cards_made_ahead_stay_where_the_first_note_shows_them(room: Room) -> None:
    """To move them dresses each of them anew, in the moment in which the draft arrives."""
    review = room.window.review
    room.window._prepare()
    room.qtbot.waitUntil(lambda: room.bridge.is_idle and not room.window._warming._timer.isActive(), timeout=30_000)
    home = review.lanes.parentWidget()
    room.drafted()
    assert review.lanes.parentWidget() is home is review._lane_holder and review.lanes.isVisible()


def test_a_note_is_on_its_page_before_the_page_is_in_sight(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    review, seen = room.window.review, []
    show = room.window._show

    def shown(page: QWidget) -> None:
        if page is review:
            seen.append((review.isVisible(), len(review.note.items())))
        show(page)

    monkeypatch.setattr(room.window, "_show", shown)
    draft = room.drafted()
    assert seen == [(False, len(draft.lines))]
    assert review.lanes.checks()[0].hasFocus()


def test_work_that_is_added_comes_after_the_rest_and_none_once_it_is_over(room: Room) -> None:
    warming, done = Warming(room.window), []

    def work(*steps: str) -> Iterator[None]:
        for step in steps:
            done.append(step)
            yield

    warming.begin(work("first", "second"))
    warming.also(work("third"))
    room.qtbot.waitUntil(lambda: not warming._timer.isActive(), timeout=30_000)
    assert done == ["first", "second", "third"]
    warming.stop()
    warming.also(work("late"))
    assert not warming._timer.isActive()
