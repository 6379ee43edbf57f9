"""Reduced motion: by the setting, or since the computer is set so, nothing moves by itself on any page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractAnimation, QObject
from PySide6.QtWidgets import QApplication, QProgressBar

from ui import motion

from .conftest import Room
from .test_access import every_page
from .test_settings_page import at_settings, choose  # noqa: F401


@pytest.fixture
def set_back(dressed: QApplication) -> Iterator[QApplication]:
    yield dressed
    motion.apply(dressed, "system", lambda: False)


_RUNS = QAbstractAnimation.State.Running


def moving(room: Room) -> list[QObject]:
    """What runs now: Qt hangs an animation to what it moves, and bars without an end run."""
    found: list[QObject] = [one for one in room.window.findChildren(QAbstractAnimation) if one.state() is _RUNS]
    found += [bar for bar in room.window.findChildren(QProgressBar) if bar.isVisible() and bar.maximum() == 0]
    return found


def work(room: Room) -> None:
    """A recording is being written down, and nobody knows yet how long that takes."""
    room.begin()
    room.window.consultation.start_recording()
    room.window.consultation.stop_recording()
    room.settle()
    room.window.grab()


def test_what_takes_an_unknown_time_runs_unless_nothing_is_to_move(room: Room, set_back: QApplication) -> None:
    motion.apply(set_back, "system", lambda: False)
    work(room)
    assert moving(room) and set_back.cursorFlashTime() > 0


def test_nothing_moves_on_any_page_where_the_computer_is_set_so(locked: Room, set_back: QApplication) -> None:
    motion.apply(set_back, "system", lambda: True)
    assert set_back.cursorFlashTime() == 0
    for page in every_page(locked):
        locked.window.grab()
        assert moving(locked) == [], page
    locked.window.go_home()
    locked.settle()
    work(locked)
    assert moving(locked) == []


def test_the_level_says_whether_anything_is_heard_and_does_not_dance(room: Room, set_back: QApplication) -> None:
    motion.apply(set_back, "none")
    meter = room.window.consultation.recording._meter
    shown = []
    for level in (0.1, 0.3, 0.8, 0.2, 0.0):
        meter.set_level(level)
        shown.append(meter._level)
    assert shown == [0.5, 0.5, 0.5, 0.5, 0.0]


def test_the_setting_is_kept(at_settings: Room, set_back: QApplication) -> None:  # noqa: F811
    choose(at_settings, at_settings.window.settings._motion, "none")
    assert at_settings.window._preferences.now.motion == "none"


@pytest.mark.parametrize(
    ("platform", "answer", "wanted"),
    [("darwin", "1", True), ("darwin", "0", False), ("linux", "false", True), ("linux", "true", False), ("linux", "", False)],
)  # fmt: skip
def test_the_computer_is_asked_in_its_own_way(platform: str, answer: str, wanted: bool) -> None:
    assert motion.wanted_by_system(platform, lambda command: answer) is wanted
