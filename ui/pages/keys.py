"""The keyboard map as a page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout

from ui import theme
from ui.keys import key_map
from ui.widgets.basic import Button, Card, CentredPage, chip, label, row


class KeysPage(CentredPage):
    """Every key and what it does.

    Signals:
        left(): back to where one was.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__(760)
        self.column.addWidget(label(self.tr("Keys"), "title"))
        for title, keys in key_map():
            card = Card()
            card.add(label(title, "label"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.GAP_LARGE)
            grid.setVerticalSpacing(theme.GAP_SMALL)
            grid.setColumnStretch(1, 1)
            for number, (key, does) in enumerate(keys):
                grid.addWidget(chip(key), number, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label(does), number, 1)
            card.column.addLayout(grid)
            self.column.addWidget(card)
        self._back = Button(self.tr("Back"), self.left.emit, icon="back", key="Esc")
        self.column.addLayout(row(self._back, 1))

    def start(self) -> None:
        self.area.verticalScrollBar().setValue(0)
        self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
