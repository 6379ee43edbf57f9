"""A long note and a long transcript, and a window that never stands still while others work."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from . import consultation as made_up
from .conftest import Room


def _seconds(act: Callable[[], object]) -> float:
    """Of the window's own processor time, so that a busy test computer does not count."""
    before = time.thread_time()
    act()
    return time.thread_time() - before


def test_an_hour_of_talk_and_sixty_lines_open_and_answer_at_once(room: Room) -> None:
    room.desk.the_turns = made_up.long_turns(9_000)
    room.desk.make_draft = lambda encounter_id: made_up.long_draft(encounter_id, 60)
    draft = room.drafted()
    encounter = room.desk.encounter(draft.encounter_id)

    def open_it() -> None:
        room.window.review.open(encounter, draft)
        QApplication.processEvents()

    # Bars are twice what README states: the test computer may be busy with something else.
    assert min(_seconds(open_it) for _ in range(2)) < 1.0
    items = room.window.review.note.items()
    items[0].setFocus()

    def down() -> None:
        QTest.keyClick(room.window.review.note.current(), Qt.Key.Key_Down)
        QApplication.processEvents()

    took = sorted(_seconds(down) for _ in range(40))
    assert took[37] < 0.1, f"key to repaint, p95: {took[37] * 1000:.0f} ms"


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
