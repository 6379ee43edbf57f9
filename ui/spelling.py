"""Spelling in a field: what is not known is underlined with a wave, and one key says what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtGui import QAction, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from scribe.review.spelling import speller
from ui import theme
from ui.words import tr

_own: set[str] = set()


def use(words: Iterable[str]) -> None:
    """Puts the own words of whoever is at the desk in the place of those before; what was left as it is, is forgotten."""
    _own.clear()
    for word in words:
        _own.update(part.lower() for part in re.findall(r"[^\W\d_]+", word))


class Spelling(QSyntaxHighlighter):
    """Marks words of a field that are not known; the one that is being typed waits until it is whole."""

    def __init__(self, field: QPlainTextEdit) -> None:
        super().__init__(field.document())
        self._field = field
        self._told = ""
        field.cursorPositionChanged.connect(self._look)

    def unknown(self) -> list[tuple[int, int]]:
        """Where the words stand that are marked."""
        text, caret = self._field.toPlainText(), self._field.textCursor().position()
        typed_at = caret if self._field.document().isModified() else -1
        return [
            (start, end)
            for start, end in speller().unknown(text)
            if end != typed_at and text[start:end].lower() not in _own
        ]

    def _look(self) -> None:
        """A word is whole once the caret has left it; a screen reader hears of the marked ones with the field."""
        self.rehighlight()
        text = self._field.toPlainText()
        marked = ", ".join(text[start:end] for start, end in self.unknown())
        if marked != self._told:
            self._told = marked
            said = tr("Words not known: {words}. F7 says what may have been meant.").format(words=marked)
            self._field.setAccessibleDescription(said if marked else "")

    def highlightBlock(self, text: str) -> None:
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(theme.colour("bad"))
        begins = self.currentBlock().position()
        for start, end in self.unknown():
            self.setFormat(start - begins, end - start, wave)

    def menu(self, near: int) -> QMenu | None:
        """What may have been meant by the marked word at a character position, else by the next one; None without any."""
        found = self.unknown()
        if not found:
            return None
        start, end = next((place for place in found if place[1] >= near), found[0])
        word = self._field.toPlainText()[start:end]
        cursor = self._field.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._field.setTextCursor(cursor)
        menu = QMenu(self._field)
        menu.setAccessibleName(tr("Instead of “{word}”").format(word=word))
        for number, meant in enumerate(speller().suggestions(word), 1):
            menu.addAction(f"&{number}   {meant}").triggered.connect(lambda _=False, meant=meant: self._put(meant))
        if menu.isEmpty():
            nothing = menu.addAction(tr("No suggestion"))
            nothing.setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("&0   Leave “{word}” as it is").format(word=word)).triggered.connect(
            lambda _=False: self._leave(word)
        )
        first = next(action for action in menu.actions() if action.isEnabled() and not action.isSeparator())
        assert isinstance(first, QAction)
        menu.setActiveAction(first)
        return menu

    def _put(self, meant: str) -> None:
        cursor = self._field.textCursor()
        cursor.insertText(meant)  # in the place of the word, which is selected
        self._field.setTextCursor(cursor)

    def _leave(self, word: str) -> None:
        _own.add(word.lower())
        cursor = self._field.textCursor()
        cursor.clearSelection()
        self._field.setTextCursor(cursor)
        self.rehighlight()
