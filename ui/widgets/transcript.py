"""What was said, by whom, with the words that prove a line marked in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from scribe.records import Evidence, Role, Segment, Turn
from scribe.review import Quotes
from ui import theme, words
from ui.widgets.reading import Reading

_UNSURE_WORD = 0.5  # probability below which a word is underlined as hard to hear
_UNSURE_ROLE = 0.6  # confidence below which the speaker gets a question mark


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a turn's words begin in the document."""

    turn: Turn
    starts: tuple[int, ...]  # character position of each word

    @property
    def end(self) -> int:
        return self.starts[-1] + len(self.turn.words[-1].text) if self.starts else 0


class _Looks:
    """How each part of a transcript is written, made once for all of its turns."""

    def __init__(self, unsure: str) -> None:
        self.head, self.body = QTextBlockFormat(), QTextBlockFormat()
        self.head.setTopMargin(theme.GAP)
        self.body.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self.clinician, self.other, self.when = (_coloured(name) for name in ("accent", "text", "muted"))
        for name in (self.clinician, self.other):
            name.setFontWeight(QFont.Weight.DemiBold)
        self.said = self._words("text", unsure)
        self.left_out = self._words("muted", unsure)
        for look in self.left_out:
            look.setFontStrikeOut(True)

    @staticmethod
    def _words(colour: str, unsure: str) -> tuple[QTextCharFormat, QTextCharFormat]:
        """Words that were heard well, and those that were not."""
        plain, doubtful = _coloured(colour), _coloured(colour)
        doubtful.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        doubtful.setToolTip(unsure)
        return plain, doubtful


def _coloured(name: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme.colour(name))
    return made


class TranscriptView(Reading):
    """The transcript, for reading only: nothing can be copied out of it before the note is signed.

    Signals:
        word_chosen(turn_id, word): the caret moved to this word, by mouse or keyboard.
        swap_wanted(), voice_wanted(), leave_out_wanted(), menu_wanted(): by one key, for the turns that are chosen.
    """

    word_chosen = Signal(str, int)
    swap_wanted = Signal()
    voice_wanted = Signal()
    leave_out_wanted = Signal()
    menu_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Transcript"))
        self._turns: tuple[Turn, ...] = ()
        self._quotes = Quotes(())
        self._places: dict[str, _Place] = {}
        self._order: list[_Place] = []
        self._marked: tuple[Evidence, ...] = ()
        self._keys: dict[int, SignalInstance] = {
            Qt.Key.Key_S: self.swap_wanted,
            Qt.Key.Key_V: self.voice_wanted,
            Qt.Key.Key_X: self.leave_out_wanted,
            Qt.Key.Key_W: self.menu_wanted,
            Qt.Key.Key_Menu: self.menu_wanted,
        }
        self.cursorPositionChanged.connect(self._caret_moved)

    def show_turns(self, turns: Iterable[Turn]) -> None:
        """Replaces what is shown."""
        self._turns = tuple(turns)
        self._quotes = Quotes(self._turns)
        self._write()

    def add_segment(self, segment: Segment) -> None:
        """Adds recognised speech whose speaker is not known yet, and keeps its end in sight if it was."""
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.document().isEmpty():
            cursor.insertText(" ")
        cursor.insertText(segment.text, QTextCharFormat())
        if at_end:
            bar.setValue(bar.maximum())

    def mark(self, evidence: Iterable[Evidence], *, scroll: bool = True) -> None:
        """Marks the words of the evidence, and brings the first of them into sight."""
        self._marked = tuple(evidence)
        look = QTextCharFormat()
        look.setBackground(theme.colour("mark"))
        look.setForeground(theme.colour("on_mark"))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        marks = []
        for start, end in self._stretches(self._marked):
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, look
            marks.append(selection)
        self.setExtraSelections(marks)
        if marks and scroll:
            self._bring_into_sight(min(start for start, _ in self._stretches(self._marked)))

    def marked_text(self) -> tuple[str, ...]:
        """The marked stretches as they read; for tests and the screen reader."""
        return tuple(s.cursor.selectedText() for s in self.extraSelections())

    def quote(self, evidence: Iterable[Evidence]) -> str:
        """What was said there, in whole sentences, each stretch in quotation marks."""
        return self._quotes.of(evidence)

    def turn(self, turn_id: str) -> Turn | None:
        """The turn with this id, if it is shown."""
        place = self._places.get(turn_id)
        return place.turn if place else None

    def word_at(self, position: int) -> tuple[str, int] | None:
        """Which word stands at a character position: (turn id, index of the word)."""
        index = bisect_right(self._order, position, key=lambda place: place.starts[0]) - 1
        if index < 0 or position > self._order[index].end:
            return None
        place = self._order[index]
        return place.turn.id, bisect_right(place.starts, position) - 1

    def chosen(self) -> tuple[Turn, ...]:
        """The turn with the caret, or those of the stretch that is selected."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        last = bisect_right(self._order, end, key=self._beginning) - 1
        first = min(max(bisect_right(self._order, start, key=self._beginning) - 1, 0), last)
        return tuple(place.turn for place in self._order[first : last + 1]) if last >= 0 else ()

    def chosen_to_leave_out(self) -> tuple[Turn, ...]:
        """The same; of an interruption, where no stretch is selected, all of it."""
        chosen = self.chosen()
        if len(chosen) != 1 or not chosen[0].interruption or self.textCursor().hasSelection():
            return chosen
        at = next(n for n, place in enumerate(self._order) if place.turn is chosen[0])
        first = last = at
        while first and self._is_with(chosen[0], first - 1):
            first -= 1
        while last + 1 < len(self._order) and self._is_with(chosen[0], last + 1):
            last += 1
        return tuple(place.turn for place in self._order[first : last + 1])

    def _is_with(self, turn: Turn, at: int) -> bool:
        """Whether another turn belongs to the same interruption, and is left out or not as this one is."""
        other = self._order[at].turn
        return other.interruption and other.left_out is turn.left_out

    def _beginning(self, place: _Place) -> int:
        """Where a turn begins, its heading included."""
        return self.document().findBlock(place.starts[0]).previous().position()

    def refresh_turns(self, turns: Iterable[Turn]) -> None:
        """The same turns, with other speakers: the caret and what is in sight stay where they are."""
        found = self.word_at(self.textCursor().position()) or next(((one.id, 0) for one in self.chosen()), None)
        self.show_turns(turns)
        if found and found[0] in self._places:
            self.blockSignals(True)
            bar = self.verticalScrollBar().value()
            self.go_to(*found)
            self.verticalScrollBar().setValue(bar)
            self.blockSignals(False)

    def go_to(self, turn_id: str, word: int) -> None:
        """Puts the caret on a word."""
        cursor = self.textCursor()
        cursor.setPosition(self._places[turn_id].starts[word])
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # the page plays; with Enter it goes to the line that uses this word
        elif event.key() in self._keys and not event.modifiers() and self._order:
            self._keys[event.key()].emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._turns:
            self._write()

    def _write(self) -> None:
        position = self.verticalScrollBar().value()
        self.blockSignals(True)
        self.clear()
        self._places, self._order = {}, []
        looks = _Looks(self.tr("Hard to hear"))
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        first = True
        for turn in self._turns:
            if turn.words:
                self._write_turn(cursor, turn, looks, first)
                first = False
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.blockSignals(False)
        self.mark(self._marked, scroll=False)
        self.verticalScrollBar().setValue(position)

    def _write_turn(self, cursor: QTextCursor, turn: Turn, looks: _Looks, first: bool) -> None:
        if first:
            cursor.setBlockFormat(QTextBlockFormat())
        else:
            cursor.insertBlock(looks.head)
        who = words.speaker(turn)
        if turn.confidence < _UNSURE_ROLE:
            who = self.tr("{who}? (not sure)").format(who=who)
        cursor.insertText(who, looks.clinician if turn.role is Role.CLINICIAN else looks.other)
        cursor.insertText(f"   {words.duration(turn.start_ms)}", looks.when)
        for remark in self._remarks(turn):
            cursor.insertText(f"   {remark}", looks.when)
        cursor.insertBlock(looks.body)
        plain, unsure = looks.left_out if turn.left_out else looks.said
        starts, run, run_unsure = [], "", False
        position = cursor.position()
        for index, word in enumerate(turn.words):
            starts.append(position)
            position += len(word.text) + 1
            doubtful = word.probability < _UNSURE_WORD
            gap = " " if index else ""
            if doubtful or run_unsure:  # the line under a word ends with it
                cursor.insertText(run, unsure if run_unsure else plain)
                cursor.insertText(gap, plain)
                run, gap = "", ""
            run, run_unsure = run + gap + word.text, doubtful
        cursor.insertText(run, unsure if run_unsure else plain)
        place = _Place(turn, tuple(starts))
        self._places[turn.id] = place
        self._order.append(place)

    def _remarks(self, turn: Turn) -> list[str]:
        """What stands beside who spoke."""
        remarks = [self.tr("two spoke at once")] if turn.overlapped else []
        if turn.left_out:
            remarks.append(self.tr("left out of the note"))
        elif turn.interruption:
            remarks.append(self.tr("interruption? X leaves it out"))
        return remarks

    def _stretches(self, evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
        found = []
        for piece in evidence:
            place = self._places.get(piece.turn_id)
            if place and 0 <= piece.first_word < piece.end_word <= len(place.starts):
                last = piece.end_word - 1
                found.append((place.starts[piece.first_word], place.starts[last] + len(place.turn.words[last].text)))
        return found

    def _bring_into_sight(self, position: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        rect = self.cursorRect(cursor)
        height = self.viewport().height()
        if rect.top() < 0 or rect.bottom() > height - 20:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + rect.top() - height // 3)

    def _caret_moved(self) -> None:
        if self.hasFocus() and (found := self.word_at(self.textCursor().position())):
            self.word_chosen.emit(*found)
