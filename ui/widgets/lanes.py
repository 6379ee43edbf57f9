"""What needs eyes before signing: lines that failed a check, and things said that are not in the note."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from scribe import review
from scribe.desk import TemplateInfo
from scribe.records import Check, Draft, Omission, Settled
from ui import theme, words
from ui.widgets.basic import Button, IconLabel, flow, label, row
from ui.widgets.editor import LineEditor

FIRST = 6  # omissions shown before "more"
AT_ONCE = 5  # checks on show; as they are settled, those that wait behind them come up


class LaneItem(QFrame):
    """A card that takes the focus as one, and says so.

    Signals:
        focused(evidence): show these words in the transcript.
    """

    focused = Signal(object)

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.setProperty("item", kind)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.GAP, theme.GAP_SMALL, theme.GAP, theme.GAP_SMALL)
        self.column.setSpacing(theme.GRID)

    def evidence(self) -> object:
        raise NotImplementedError

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self.evidence())

    def _answer(self, text: str, key: str, on_click: Callable[[], object], what: str) -> Button:
        made = Button(text, on_click, key=key, name=f"{text}: {what}")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setProperty("small", True)
        return made


class CheckItem(LaneItem):
    """A line that waits: what it would say, why it waits, and one key for each answer.

    Signals:
        settled(check_id, Settled, text).
    """

    settled = Signal(str, object, str)

    def __init__(self, check: Check, place: str) -> None:
        super().__init__("check")
        self.check = check
        self._editor: LineEditor | None = None
        why = words.reason(check.reason, check.detail)
        self._text = label(check.text, "strong")
        self.column.addWidget(self._text)
        reason = label(why, tone="warn")
        said = row(IconLabel("warning", "warn", 18), reason, gap=6)
        said.setStretch(1, 1)
        self.column.addLayout(said)
        self.column.addWidget(label(place, "small"))
        buttons = flow(
            self._answer(self.tr("Accept"), "A", self.accept, check.text),
            self._answer(self.tr("Correct"), "C", self.correct, check.text),
            self._answer(self.tr("Remove"), "R", self.remove, check.text),
        )
        self.column.addSpacing(2)
        self.column.addLayout(buttons)
        self.setAccessibleName(self.tr("To check: {line}").format(line=check.text))
        self.setAccessibleDescription(f"{why} {place}")

    def evidence(self) -> object:
        return self.check.evidence

    def accept(self) -> None:
        self.settled.emit(self.check.id, Settled.ACCEPTED, "")

    def remove(self) -> None:
        self.settled.emit(self.check.id, Settled.REMOVED, "")

    def correct(self) -> None:
        """Opens a field; Enter puts the corrected line in the note."""
        if self._editor:
            return
        self._editor = LineEditor(self.check.text, self.tr("Correct this line"))
        self._editor.done.connect(self._corrected)
        self._editor.left.connect(self._leave)
        self._text.hide()
        self.column.insertWidget(0, self._editor)
        self._editor.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() or (self._editor and self._editor.hasFocus()):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_A:
            self.accept()
        elif key in (Qt.Key.Key_C, Qt.Key.Key_F2):
            self.correct()
        elif key in (Qt.Key.Key_R, Qt.Key.Key_Delete):
            self.remove()
        else:
            super().keyPressEvent(event)

    def _corrected(self, text: str) -> None:
        if text and text != self.check.text:
            self.settled.emit(self.check.id, Settled.CORRECTED, text)
        else:
            self._leave()

    def _leave(self) -> None:
        if self._editor:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
        self._text.show()
        self.setFocus()


class OmissionItem(LaneItem):
    """Something that was said and is not in the note.

    Signals:
        taken(Omission): put it in.
    """

    taken = Signal(object)

    def __init__(self, omission: Omission) -> None:
        super().__init__("omission")
        self.omission = omission
        self.column.addWidget(label(f"“{omission.text}”"))
        who = self.tr("{who}, for {section}").format(
            who=words.role(omission.role), section=words.section(omission.section)
        )
        add = self._answer(self.tr("Add"), "A", self.take, omission.text)
        line = row(label(who, "small"), add)
        line.setStretch(0, 1)
        self.column.addLayout(line)
        self.setAccessibleName(self.tr("Said, not in the note: {text}").format(text=omission.text))
        self.setAccessibleDescription(who)

    def evidence(self) -> object:
        return self.omission.evidence

    def take(self) -> None:
        self.taken.emit(self.omission)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.modifiers() and event.key() in (Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        else:
            super().keyPressEvent(event)


class Lanes(QWidget):
    """Both lists. After an answer the focus goes to the next thing to answer, then to where `finished` leads.

    Signals:
        focused(evidence): show these words.
        settled(check_id, Settled, text), taken(Omission): answers.
        finished(): nothing is left to check.
    """

    focused = Signal(object)
    settled = Signal(str, object, str)
    taken = Signal(object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._checks: dict[str, CheckItem] = {}
        self._omissions: dict[Omission, OmissionItem] = {}
        self._every: list[Omission] = []
        self._all = False
        self._head = label("", "heading")
        self._none = label("", "muted")
        self._check_column = QVBoxLayout()
        self._check_column.setSpacing(theme.GAP_SMALL)
        self._behind = label("", "small")
        self._said_head = label("", "heading")
        self._said_none = label(self.tr("Nothing of weight was left out."), "muted")
        self._said_column = QVBoxLayout()
        self._said_column.setSpacing(theme.GAP_SMALL)
        self._more = Button("", self._show_all, kind="quiet", icon="down")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.GAP_SMALL)
        outer.addWidget(self._head)
        outer.addWidget(self._none)
        outer.addLayout(self._check_column)
        outer.addWidget(self._behind)
        outer.addSpacing(theme.GAP_LARGE)
        outer.addWidget(self._said_head)
        outer.addWidget(self._said_none)
        outer.addLayout(self._said_column)
        outer.addWidget(self._more)

    def show_draft(self, draft: Draft, template: TemplateInfo) -> None:
        """Shows what is open; cards that stay keep their widget and the focus."""
        titles = dict(template.headings)
        self._show_checks(draft, titles)
        self._show_omissions(draft.omissions)

    def checks(self) -> list[CheckItem]:
        return list(self._checks.values())

    def omissions(self) -> list[OmissionItem]:
        return list(self._omissions.values())

    def focus_first(self) -> bool:
        """Gives the focus to the first open check; says whether there is one."""
        items = self.checks()
        if items:
            items[0].setFocus()
        return bool(items)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        items: list[LaneItem] = [*self.checks(), *self.omissions()]
        focus = self.focusWidget()
        current = next((i for i in items if i is focus or (focus and i.isAncestorOf(focus))), None)
        if current and not event.modifiers() and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            index = items.index(current) + (1 if event.key() == Qt.Key.Key_Down else -1)
            if 0 <= index < len(items):
                items[index].setFocus()
        else:
            super().keyPressEvent(event)

    def _show_checks(self, draft: Draft, titles: dict[str, str]) -> None:
        waiting = review.by_risk(draft.open_checks)
        shown = waiting[:AT_ONCE]
        open_ids = [check.id for check in shown]
        gone = [check_id for check_id in self._checks if check_id not in open_ids]
        order = list(self._checks)
        next_id = ""
        for check_id in gone:
            item = self._checks.pop(check_id)
            if _holds_focus(item):
                rest = [other for other in order[order.index(check_id) + 1 :] + order if other in self._checks]
                next_id = rest[0] if rest else "none"
            _drop(self._check_column, item)
        for number, check in enumerate(shown):
            if check.id not in self._checks:
                place = " – ".join(part for part in (check.problem, titles.get(check.heading, check.heading)) if part)
                item = CheckItem(check, place)
                item.focused.connect(self.focused)
                item.settled.connect(self.settled)
                self._checks[check.id] = item
                self._check_column.insertWidget(number, item)
        self._checks = {check_id: self._checks[check_id] for check_id in open_ids}
        behind = len(waiting) - len(shown)
        self._behind.setText(self.tr("{count} more wait behind these.").format(count=behind))
        self._behind.setVisible(behind > 0)
        self._head.setText(self.tr("To check ({count})").format(count=len(waiting)))
        done = any(check.settled is not Settled.OPEN for check in draft.checks)
        self._none.setText(
            self.tr("All checked. Read the note once more, then sign.")
            if done
            else self.tr("Nothing needs a second look.")
        )
        self._none.setVisible(not waiting)
        if next_id == "none":
            self.finished.emit()
        elif next_id:
            self._checks[next_id].setFocus()

    def _show_omissions(self, omissions: Iterable[Omission]) -> None:
        self._every = every = list(omissions)
        shown = every if self._all else every[:FIRST]
        gone = [omission for omission in self._omissions if omission not in shown]
        refocus = -1
        for omission in gone:
            item = self._omissions.pop(omission)
            if _holds_focus(item):
                refocus = self._said_column.indexOf(item)
            _drop(self._said_column, item)
        for number, omission in enumerate(shown):
            if omission not in self._omissions:
                item = OmissionItem(omission)
                item.focused.connect(self.focused)
                item.taken.connect(self.taken)
                self._omissions[omission] = item
                self._said_column.insertWidget(number, item)
        self._omissions = {omission: self._omissions[omission] for omission in shown}
        self._said_head.setText(self.tr("Said, but not in the note ({count})").format(count=len(every)))
        self._said_none.setVisible(not every)
        self._more.setVisible(len(every) > len(shown))
        self._more.say(self.tr("Show {count} more").format(count=len(every) - len(shown)))
        if refocus >= 0 and shown:
            self._omissions[shown[min(refocus, len(shown) - 1)]].setFocus()

    def _show_all(self) -> None:
        self._all = True
        first_new = len(self._omissions)
        self._show_omissions(self._every)
        items = self.omissions()
        if first_new < len(items):
            items[first_new].setFocus()


def _holds_focus(widget: QWidget) -> bool:
    focus = widget.window().focusWidget()
    return focus is not None and (focus is widget or widget.isAncestorOf(focus))


def _drop(column: QVBoxLayout, widget: QWidget) -> None:
    column.removeWidget(widget)
    widget.hide()
    widget.deleteLater()
