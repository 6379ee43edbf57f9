"""Work that is done ahead, a little at a time, so that no page keeps anybody waiting when it is opened first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from time import monotonic

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_EVERY_MS = 20
_AT_MOST_S = 0.004  # at a time


def dress(*pages: QWidget) -> Iterator[None]:
    """Has the style sheet look at every widget of these pages, one at a time, though they are not in sight yet."""
    for page in pages:
        for widget in (page, *page.findChildren(QWidget)):
            if isValid(widget):  # a list that was read again meanwhile has other rows
                widget.ensurePolished()
            yield


def draw(page: QWidget) -> Iterator[None]:
    """Lays a page out as large as it will be, and draws it where nobody sees it; all at once."""
    if page.isHidden():
        holder = page.parentWidget()
        assert holder is not None
        page.resize(holder.size())
        page.grab()
    yield


class Warming(QObject):
    """Goes on with some work whenever nothing else is to be done, until it is over."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[None] = iter(())
        self._is_over = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._go_on)

    def begin(self, work: Iterator[None]) -> None:
        """Each step of `work` takes a millisecond or so; what was begun before is left where it is."""
        self._work = work
        self._timer.start()

    def also(self, work: Iterator[None]) -> None:
        """Adds work to be done after what is left of the rest."""
        if not self._is_over:
            self._work = chain(self._work, work)
            self._timer.start()

    def stop(self) -> None:
        """For good."""
        self._is_over = True
        self._timer.stop()

    def _go_on(self) -> None:
        until = monotonic() + _AT_MOST_S
        for _ in self._work:
            if monotonic() > until:
                return
        self._timer.stop()
