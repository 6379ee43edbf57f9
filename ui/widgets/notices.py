"""Errors and questions as cards at the head of the window: they stay until somebody answers, and block nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from scribe.errors import ScribeError
from ui import theme
from ui.announce import announce
from ui.widgets.basic import Button, Card, IconLabel, column, flow, label

_MOST = 3


class Notice(Card):
    """One card: an icon, what happened, what is safe, what to do, and buttons.

    Signals:
        dismissed(): it was answered, or its matter is over.
    """

    dismissed = Signal()

    def __init__(self, tone: str, code: str, happened: str, safe: str, do: str, *, lasting: bool = False) -> None:
        super().__init__(tone, theme.GAP)
        self.code = code
        self.lasting = lasting
        self.setAccessibleName(" ".join(part for part in (happened, safe, do) if part))
        across = QHBoxLayout()
        across.setSpacing(theme.GAP)
        icon = IconLabel("warning" if tone == "bad" else "info", tone, 22)
        across.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(label(happened, "strong"), gap=2)
        for part in (safe, do):
            if part:
                texts.addWidget(label(part))
        across.addLayout(texts, 1)
        self.buttons = flow()
        texts.addLayout(self.buttons)
        self._across = across
        self.column.addLayout(across)

    def add_button(self, text: str, on_click: Callable[[], object], *, kind: str = "") -> Button:
        made = Button(text, kind=kind)

        def answer() -> None:
            self.dismiss()
            on_click()

        made.clicked.connect(answer)
        self.buttons.addWidget(made)
        return made

    def add_dismiss(self) -> None:
        """A button at the side that only takes the card away."""
        made = Button(self.tr("Dismiss"), self.dismiss, kind="quiet", icon="close")
        self._across.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)

    def dismiss(self) -> None:
        self.dismissed.emit()
        focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.hide()
        if focus:
            self.window().focusNextChild()
        self.setParent(None)
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)


class Notices(QWidget):
    """The place for cards, newest first; more than three push out the oldest."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.GAP_PAGE, 0, theme.GAP_PAGE, 0)
        self._column.setSpacing(theme.GAP_SMALL)
        self._cards: list[Notice] = []

    def cards(self) -> list[Notice]:
        """The cards on show, newest first."""
        return list(self._cards)

    def show_error(
        self, error: ScribeError, again: Callable[[], object] | None = None, *, lasting: bool = False
    ) -> Notice:
        """Shows what happened, what is safe and what to do.

        Args:
            error: the three sentences.
            again: adds a button that tries once more.
            lasting: concerns more than the encounter on show, so that it stays when another is opened.
        """
        card = Notice("bad", error.code, error.happened, error.safe, error.do, lasting=lasting)
        if again:
            card.add_button(self.tr("Try again"), again)
        card.add_dismiss()
        self._put(card)
        announce(self, " ".join((error.happened, error.safe, error.do)), at_once=True)
        return card

    def tell(self, code: str, happened: str, safe: str = "", do: str = "", *, lasting: bool = False) -> Notice:
        """Shows something worth knowing that is no error; `lasting` as with errors."""
        card = Notice("warn", code, happened, safe, do, lasting=lasting)
        card.add_dismiss()
        self._put(card)
        announce(self, happened)
        return card

    def ask(self, code: str, happened: str, safe: str, yes: str, on_yes: Callable[[], object], no: str) -> Notice:
        """Asks before something that cannot be undone; the answer that keeps everything has the focus."""
        card = Notice("warn", code, happened, safe, "")
        card.add_button(yes, on_yes, kind="danger")
        keep = card.add_button(no, lambda: None)
        self._put(card)
        keep.setFocus()
        announce(self, happened, at_once=True)
        return card

    def drop(self, code: str) -> None:
        """Takes away cards whose matter is over."""
        for card in self.cards():
            if card.code == code:
                card.dismiss()

    def leave(self) -> None:
        """Another encounter is opened: what concerned the one before goes."""
        for card in self.cards():
            if not card.lasting:
                card.dismiss()

    def clear(self) -> None:
        for card in self.cards():
            card.dismiss()

    def _put(self, card: Notice) -> None:
        self.drop(card.code)
        self._cards.insert(0, card)
        card.dismissed.connect(lambda: self._cards.remove(card))
        self._column.insertWidget(0, card)
        self._column.setContentsMargins(theme.GAP_PAGE, theme.GAP, theme.GAP_PAGE, 0)
        for old in self.cards()[_MOST:]:
            old.dismiss()
        card.show()
