"""Text that is read where it stands: by eye, keyboard and screen reader, and taken out by nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from ui import theme


class Reading(QTextEdit):
    """A text for reading only: Tab goes on, and nothing can be copied out of it.

    Signals:
        copy_refused(): somebody tried to copy.
    """

    copy_refused = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            self.copy_refused.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        return QMimeData()  # neither Ctrl+C, the middle button's selection, nor dragging takes words out


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`look` is as a label's level: heading, label, strong, muted, or nothing."""

    text: str
    look: str = ""


_SIZES = {"heading": 1.18, "label": 0.88}
_GAPS = {"heading": theme.GAP_LARGE, "label": theme.GAP}


class Paragraphs(Reading):
    """Headings and lines, as one text: sixty lines are no heavier than six."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._paragraphs: tuple[Paragraph, ...] = ()

    def show_paragraphs(self, paragraphs: Iterable[Paragraph]) -> None:
        """Replaces what is shown, from its top."""
        self._paragraphs = tuple(paragraphs)
        self._write()
        self.verticalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._paragraphs:
            position = self.verticalScrollBar().value()
            self._write()
            self.verticalScrollBar().setValue(position)

    def _write(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, paragraph in enumerate(self._paragraphs):
            block, text = QTextBlockFormat(), QTextCharFormat()
            block.setTopMargin(_GAPS.get(paragraph.look, theme.GRID) if number else 0)
            text.setForeground(theme.colour("muted" if paragraph.look in ("label", "muted") else "text"))
            if paragraph.look in ("heading", "label", "strong"):
                text.setFontWeight(QFont.Weight.DemiBold)
            text.setFontPointSize(self.font().pointSizeF() * _SIZES.get(paragraph.look, 1))
            if number:
                cursor.insertBlock(block, text)
            else:
                cursor.setBlockFormat(block)
            cursor.insertText(paragraph.text, text)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)
