"""Plain preferences, and the models on a page of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from scribe.desk import Desk
from ui.bridge import Bridge
from ui.preferences import Preferences
from ui.widgets.basic import Button, CentredPage, label, row


class SettingsPage(CentredPage):
    """Preferences.

    Signals:
        left(), failed(ScribeError).
    """

    left = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, bridge: Bridge, preferences: Preferences) -> None:
        super().__init__(760)
        self._desk, self._bridge, self._preferences = desk, bridge, preferences
        self.column.addWidget(label(self.tr("Settings"), "title"))
        self._back = Button(self.tr("Back"), self.left.emit, icon="back", key="Esc")
        self.column.addLayout(row(self._back, 1))

    def load(self) -> None: ...

    def start(self) -> None:
        self._back.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
