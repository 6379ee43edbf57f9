"""A field for one line of a note that grows with its text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from ui import phrases, theme
from ui.announce import announce
from ui.spelling import Spelling


class LineEditor(QPlainTextEdit):
    """Edits a line in place; nothing can be copied out of it before the note is signed. F7 helps with spelling.

    Signals:
        typing(text): after each change.
        done(text): Enter, or the focus went elsewhere.
        left(): Esc; nothing is to change.
        split(text, at): Alt+Enter; what follows the cursor is to be a line of its own.
    """

    typing = Signal(str)
    done = Signal(str)
    left = Signal()
    split = Signal(str, int)

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._open = True
        self.document().setModified(False)
        self.spelling = Spelling(self)
        self.document().documentLayout().documentSizeChanged.connect(lambda: self._fit())
        self.textChanged.connect(lambda: self.typing.emit(self.text()))
        self._fit()

    def text(self) -> str:
        """The line with single spaces: a line of a note has no breaks in it."""
        return " ".join(self.toPlainText().split())

    def sizeHint(self) -> QSize:
        lines = max(1, round(self.document().size().height()))
        return QSize(200, lines * self.fontMetrics().lineSpacing() + 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter or event.key() == Qt.Key.Key_Space:
            self._expand()
        if enter and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._open = False
            before = " ".join(self.toPlainText()[: self.textCursor().position()].split())
            self.split.emit(self.text(), len(before))
        elif enter:
            self._finish()
        elif event.key() == Qt.Key.Key_Escape:
            self._open = False
            self.left.emit()
        elif event.key() == Qt.Key.Key_F7:
            self._suggest(self.textCursor().position(), self.cursorRect().bottomLeft())
        elif event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            event.ignore()  # the page says why not
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._suggest(self.cursorForPosition(event.pos()).position(), event.pos())

    def createMimeDataFromSelection(self) -> QMimeData:
        return QMimeData()  # neither a key, the middle button's selection, nor dragging takes words out

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._finish()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _expand(self) -> None:
        """An abbreviation of the clinician's before the cursor becomes the phrase it stands for."""
        cursor = self.textCursor()
        found = phrases.at_end_of(self.toPlainText()[: cursor.position()])
        if found and not cursor.hasSelection():
            short, phrase = found
            cursor.setPosition(cursor.position() - len(short), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(phrase)

    def _suggest(self, near: int, where: QPoint) -> None:
        menu = self.spelling.menu(near)
        if menu is None:
            announce(self, self.tr("No word that is not known"))
            return
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.viewport().mapToGlobal(where))

    def _finish(self) -> None:
        if self._open:
            self._open = False
            self.done.emit(self.text())

    def _fit(self) -> None:
        height = max(self.sizeHint().height(), theme.MIN_TARGET)
        if self.height() != height:
            self.setFixedHeight(height)
