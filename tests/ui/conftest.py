"""A window over a desk in memory, with every wait set to nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from scribe.records import Draft, Encounter
from ui import theme
from ui.bridge import Bridge
from ui.clipboard import SystemClipboard
from ui.preferences import Preferences
from ui.window import Window

from . import consultation as made_up
from .fake_desk import PIN, FakeDesk


@dataclass
class Room:
    """The window, its desk and its bridge, and the hands of somebody who uses them."""

    qtbot: QtBot
    window: Window
    desk: FakeDesk
    bridge: Bridge
    presses: int = 0

    def settle(self) -> None:
        """Waits until every call has returned, also those that came of it, and what they changed is laid out."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: self.bridge.is_idle, timeout=30_000)
            for _ in range(3):
                QApplication.processEvents()

    def press(self, *keys: Qt.Key | str, alt: bool = False, control: bool = False, shift: bool = False) -> None:
        """Presses keys one after the other on whatever has the focus."""
        held = Qt.KeyboardModifier.NoModifier
        for wanted, modifier in (
            (alt, Qt.KeyboardModifier.AltModifier),
            (control, Qt.KeyboardModifier.ControlModifier),
            (shift, Qt.KeyboardModifier.ShiftModifier),
        ):
            held |= modifier if wanted else Qt.KeyboardModifier.NoModifier
        for key in keys:
            target = self.focus() or self.window
            QTest.keyClick(target, key, held)
            self.presses += 1
            self.settle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus(), text)
        self.presses += len(text)
        self.settle()

    def focus(self) -> QWidget | None:
        return QApplication.focusWidget()

    def page(self) -> QWidget | None:
        return self.window._pages.currentWidget()

    def shown_text(self, page: QWidget) -> str:
        """What the labels of a page say that are in sight."""
        return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())

    def unlock(self) -> None:
        self.window.unlock.unlock(made_up.CLINICIAN.id, PIN)
        self.settle()

    def begin(self, *, known: bool = True) -> Encounter:
        """A new consultation, with its patient unless told otherwise."""
        self.window.new_consultation()
        self.settle()
        if known:
            self.window.strip.given.emit(made_up.PATIENT)
            self.settle()
        assert self.window._encounter is not None
        return self.window._encounter

    def drafted(self) -> Draft:
        """A consultation recorded, written down and drafted; the review page is on show."""
        self.begin()
        self.window.consultation.start_recording()
        self.window.consultation.stop_recording()
        self.settle()
        self.desk.finish()
        self.settle()
        draft = self.window.review.draft
        assert draft is not None
        return draft

    def signed(self) -> None:
        """The same, with both checks answered and the note signed; the export page is on show."""
        self.drafted()
        for check in self.window.review.lanes.checks():
            check.accept()
        self.window.review.sign.click()
        self.settle()
        self.window.sign._same.setChecked(True)
        self.window.sign.pin.setText(PIN)
        self.window.sign._sign()
        self.settle()


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The app as it looks to users."""
    qapp.setStyle("Fusion")
    theme.apply(qapp, "light")
    return qapp


@pytest.fixture
def locked(qtbot: QtBot, dressed: QApplication) -> Iterator[Room]:
    """The window as it starts, with one profile to unlock."""
    bridge = Bridge()
    desk = FakeDesk(bridge.listen, clipboard=SystemClipboard(), profiles=(made_up.CLINICIAN, made_up.OTHER_CLINICIAN))
    sheet = dressed.styleSheet()
    dressed.setStyleSheet("")  # as in the app, the window is dressed once it is whole: that takes a third of the time
    window = Window(desk, bridge, Preferences(), save_after_ms=0, poll_ms=5)  # type: ignore[arg-type]
    dressed.setStyleSheet(sheet)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    made = Room(qtbot, window, desk, bridge)
    window.start()
    made.settle()
    yield made
    desk.status = desk.status.__class__()
    window.recording_bar.hide()
    window.close()
    bridge.close()
    QApplication.processEvents()  # what the last save returned is delivered while there is a window
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QGuiApplication.clipboard().clear()


@pytest.fixture
def room(locked: Room) -> Room:
    """The window unlocked, on today's list."""
    locked.unlock()
    return locked
