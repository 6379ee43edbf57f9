"""What needs eyes before signing: what failed a check, lines that are risky by their kind, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from scribe import review
from scribe.desk import TemplateInfo
from scribe.records import Check, Draft, Evidence, Omission, Settled
from scribe.review import Look
from ui import theme, words
from ui.widgets.basic import Button, IconLabel, fill, flow, label, laid_out_once, row, set_property
from ui.widgets.editor import LineEditor

FIRST = 6  # omissions shown before "more"

_ANSWERS = (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_R, Qt.Key.Key_Delete)
_Card = TypeVar("_Card", bound="LaneItem")


class LaneItem(QFrame):
    """A card that takes the focus as one, and says so. What it shows may change; making it anew would take longer.

    Signals:
        focused(evidence): show these words in the transcript.
        play_wanted(): play them.
    """

    focused = Signal(object)
    play_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.GAP, theme.GAP_SMALL, theme.GAP, theme.GAP_SMALL)
        self.column.setSpacing(theme.GRID)
        self.answers: list[Button] = []

    def evidence(self) -> tuple[Evidence, ...]:
        raise NotImplementedError

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_keys(True)
        self.focused.emit(self.evidence())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_keys(False)

    def _show_keys(self, shown: bool) -> None:
        """Keys stand only on the card that they would answer."""
        for answer in self.answers:
            answer.show_key(shown)

    def _answer(self, text: str, key: str, on_click: Callable[[], object]) -> Button:
        made = Button(text, on_click, key=key)
        made.show_key(False)
        self.answers.append(made)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setProperty("small", True)
        return made

    def _play(self) -> None:
        self.setFocus()  # its words are marked, and Space plays them again
        self.play_wanted.emit()


class AskItem(LaneItem):
    """Something to settle: what it says, why it is asked about, what was said, and one key for each answer.

    A check is not in the note until it is accepted; a look is at a line that stands there.

    Signals:
        settled(Check or Look, Settled, text).
    """

    settled = Signal(object, object, str)

    asked: Check | Look
    text = ""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor: LineEditor | None = None
        self._text = label("", "strong")
        self._icon = IconLabel("warning", "warn", 18)
        self._why, self._quote, self._place = label(), label("", "muted"), label("", "small")
        self._accept = self._answer("", "A", self.accept)
        self._correct = self._answer(self.tr("Correct"), "C", self.correct)
        self._leave_out = self._answer("", "R", self.remove)
        self._heard = Button("", self._play, kind="quiet", icon="play", name=self.tr("Play"))
        self._heard.setToolTip(self.tr("Play what was said  Space"))
        self._heard.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heard.setProperty("small", True)
        why = row(self._icon, self._why, gap=6)
        why.setStretch(1, 1)
        said = row(self._quote, self._heard)
        said.setStretch(0, 1)
        fill(self.column, self._text, why, said, self._place)
        self.column.addSpacing(2)
        self.column.addLayout(flow(self._accept, self._correct, self._leave_out))

    def show_asked(self, asked: Check | Look, place: str, quote: str) -> None:
        """Args: place: where it stands, or would. quote: what was said, word for word."""
        self.asked = asked
        doubtful = isinstance(asked, Check) or asked.required
        if isinstance(asked, Check):
            self.text, why = asked.text, words.reason(asked.reason, asked.detail)
            accept, remove = self.tr("Add"), self.tr("Leave out")
            where = self.tr("Not in the note yet: {place}").format(place=place)
        else:
            self.text, why = asked.line.text, words.look(asked)
            accept, remove = self.tr("It is right"), self.tr("Remove")
            where = self.tr("In the note: {place}").format(place=place)
        set_property(self, "item", "check" if doubtful else "look")
        self._text.setText(self.text)
        self._icon.draw(*(("warning", "warn") if doubtful else ("info", "muted")))
        set_property(self._why, "level", "" if doubtful else "muted")
        set_property(self._why, "tone", "warn" if doubtful else "")
        self._why.setText(why)
        said = self.tr("Said: {quote}").format(quote=quote) if quote else ""
        self._quote.setText(said)
        for of_what_was_said in (self._quote, self._heard):
            of_what_was_said.setVisible(bool(quote))
        self._place.setText(where)
        for button, text in ((self._accept, accept), (self._leave_out, remove)):
            button.say(text)
        for button in self.answers:
            button.setAccessibleName(f"{button.text()}: {self.text}")
        self._heard.setAccessibleName(self.tr("Play: {line}").format(line=self.text))
        name = self.tr("To check: {line}") if doubtful else self.tr("Worth a look: {line}")
        self.setAccessibleName(name.format(line=self.text))
        self.setAccessibleDescription(" ".join(filter(None, (why, said, where))))

    def evidence(self) -> tuple[Evidence, ...]:
        return evidence_of(self.asked)

    def accept(self) -> None:
        self.settled.emit(self.asked, Settled.ACCEPTED, "")

    def remove(self) -> None:
        self.settled.emit(self.asked, Settled.REMOVED, "")

    def correct(self) -> None:
        """Opens a field; Enter puts the corrected line in the note."""
        if self._editor:
            return
        self._editor = LineEditor(self.text, self.tr("Correct this line"))
        self._editor.done.connect(self._corrected)
        self._editor.left.connect(self._leave)
        self._text.hide()
        self.column.insertWidget(0, self._editor)
        self._editor.setFocus()

    def close_editor(self) -> None:
        if self._editor:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._text.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() or (self._editor and self._editor.hasFocus()):
            super().keyPressEvent(event)
        elif event.isAutoRepeat() and key in _ANSWERS:
            event.accept()  # a key that is held answers one card, not all of them unread
        elif key == Qt.Key.Key_A:
            self.accept()
        elif key in (Qt.Key.Key_C, Qt.Key.Key_F2):
            self.correct()
        elif key in (Qt.Key.Key_R, Qt.Key.Key_Delete):
            self.remove()
        else:
            super().keyPressEvent(event)

    def _corrected(self, text: str) -> None:
        if text and text != self.text:
            self.settled.emit(self.asked, Settled.CORRECTED, text)
        else:
            self._leave()

    def _leave(self) -> None:
        self.close_editor()
        self.setFocus()


class OmissionItem(LaneItem):
    """Something that was said and is not in the note.

    Signals:
        taken(Omission): put it in.
    """

    taken = Signal(object)

    omission: Omission

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("item", "omission")
        self._said, self._who = label(), label("", "small")
        add = self._answer(self.tr("Add"), "A", self.take)
        line = row(self._who, add)
        line.setStretch(0, 1)
        fill(self.column, self._said, line)

    def show_omission(self, omission: Omission) -> None:
        self.omission = omission
        self._said.setText(f"“{omission.text}”")
        who = self.tr("{who}, for {section}")
        self._who.setText(who.format(who=words.role(omission.role), section=words.section(omission.section)))
        self.answers[0].setAccessibleName(self.tr("Add: {text}").format(text=omission.text))
        self.setAccessibleName(self.tr("Said, not in the note: {text}").format(text=omission.text))
        self.setAccessibleDescription(self._who.text())

    def evidence(self) -> tuple[Evidence, ...]:
        return self.omission.evidence

    def take(self) -> None:
        self.taken.emit(self.omission)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() or event.key() not in (Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.take()


class Lanes(QWidget):
    """What to settle, what is worth a look, and what was left out. After an answer the focus goes to the next thing to
    answer, then to where `finished` leads.

    Signals:
        focused(evidence): show these words; play_wanted(): and play them.
        settled(Check or Look, Settled, text), taken(Omission): answers.
        finished(): nothing is left to settle or to look at.
    """

    focused = Signal(object)
    play_wanted = Signal()
    settled = Signal(object, object, str)
    taken = Signal(object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._asked: dict[str, AskItem] = {}
        self._omissions: dict[Omission, OmissionItem] = {}
        self._spare_asked: list[AskItem] = []  # making a card takes longer than all else: they are used again
        self._spare_omissions: list[OmissionItem] = []
        self._every: list[Omission] = []
        self._all = False
        self._head = label("", "heading")
        self._none = label("", "muted")
        self._needed_column = QVBoxLayout()
        self._behind = label("", "small")
        self._worth_head = label("", "heading")
        self._worth_column = QVBoxLayout()
        self._said_head = label("", "heading")
        self._said_none = label(self.tr("Nothing of weight was left out."), "muted")
        self._said_column = QVBoxLayout()
        self._more = Button("", self._show_all, kind="quiet", icon="down")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.GAP_SMALL)
        for column in (self._needed_column, self._worth_column, self._said_column):
            column.setSpacing(theme.GAP_SMALL)
        outer.addWidget(self._head)
        outer.addWidget(self._none)
        outer.addLayout(self._needed_column)
        outer.addWidget(self._behind)
        outer.addSpacing(theme.GAP_SMALL)
        outer.addWidget(self._worth_head)
        outer.addLayout(self._worth_column)
        outer.addSpacing(theme.GAP_LARGE)
        outer.addWidget(self._said_head)
        outer.addWidget(self._said_none)
        outer.addLayout(self._said_column)
        outer.addWidget(self._more)

    def show_draft(
        self,
        draft: Draft,
        template: TemplateInfo,
        needed: Sequence[Check | Look],
        worth: Sequence[Look],
        quote: Callable[[tuple[Evidence, ...]], str],
    ) -> None:
        """Shows what is open; cards that stay keep their widget and the focus.

        Args:
            draft: as it stands.
            template: for the names of its headings.
            needed: what holds up the signature, in order; so many are shown at a time.
            worth: lines that are worth a look besides.
            quote: the words of a piece of evidence.
        """
        with laid_out_once(self):
            self._show_asked(draft, dict(template.headings), needed, worth, quote)
            self._show_omissions(draft.omissions)

    def prepare(self, asked: int) -> Iterator[None]:
        """Makes and dresses so many cards, and as many of what was left out as are shown, one at a time."""
        while len(self._asked) + len(self._spare_asked) < asked:
            self._spare_asked.append(_dressed(self._make_asked()))
            yield
        while len(self._omissions) + len(self._spare_omissions) < FIRST:
            self._spare_omissions.append(_dressed(self._make_omission()))
            yield

    def checks(self) -> list[AskItem]:
        """What is asked, in order."""
        return list(self._asked.values())

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

    def _show_asked(
        self,
        draft: Draft,
        titles: dict[str, str],
        needed: Sequence[Check | Look],
        worth: Sequence[Look],
        quote: Callable[[tuple[Evidence, ...]], str],
    ) -> None:
        first = needed[: review.most(draft)]
        wanted = {_key(one): one for one in (*first, *worth)}
        order = list(self._asked)
        next_key = ""
        for key in [key for key in order if key not in wanted]:
            item = self._asked.pop(key)
            if _holds_focus(item):
                rest = [other for other in order[order.index(key) + 1 :] + order if other in wanted]
                next_key = rest[0] if rest else next(iter(wanted), "none")
            self._put_aside(item)
        for column, asked in ((self._needed_column, first), (self._worth_column, worth)):
            for number, one in enumerate(asked):
                self._put(column, number, one, titles, quote(evidence_of(one)))
        self._asked = {key: self._asked[key] for key in wanted}
        behind = len(needed) - len(first)
        self._behind.setText(self.tr("{count} more wait behind these.").format(count=behind))
        self._behind.setVisible(behind > 0)
        self._head.setText(self.tr("To check ({count})").format(count=len(needed)))
        self._worth_head.setText(self.tr("Also worth a look ({count})").format(count=len(worth)))
        self._worth_head.setVisible(bool(worth))
        done = bool(draft.seen) or any(check.settled is not Settled.OPEN for check in draft.checks)
        self._none.setText(
            self.tr("All checked. Read the note once more, then sign.")
            if done
            else self.tr("Nothing that was said speaks against the note.")
        )
        self._none.setVisible(not needed)
        if next_key == "none":
            self.finished.emit()
        elif next_key:
            self._asked[next_key].setFocus()

    def _put(self, column: QVBoxLayout, number: int, asked: Check | Look, titles: dict[str, str], quote: str) -> None:
        key = _key(asked)
        item = self._asked.get(key)
        if item is not None and (column.indexOf(item) < 0 or asked != item.asked):
            self._put_aside(item)  # it reads otherwise now, or it has become something that must be settled
            item = None
        if item is None:
            item = self._asked[key] = self._spare_asked.pop() if self._spare_asked else self._make_asked()
            about = asked if isinstance(asked, Check) else asked.line
            place = words.place(about.problem, titles.get(about.heading, about.heading))
            item.show_asked(asked, place, quote)
        if column.indexOf(item) != number:
            column.insertWidget(number, item)
            item.show()

    def _put_aside(self, item: AskItem) -> None:
        for column in (self._needed_column, self._worth_column):
            column.removeWidget(item)
        item.hide()
        item.close_editor()
        self._spare_asked.append(item)

    def _make_asked(self) -> AskItem:
        item = AskItem(self)
        item.focused.connect(self.focused)
        item.play_wanted.connect(self.play_wanted)
        item.settled.connect(self.settled)
        return item

    def _make_omission(self) -> OmissionItem:
        item = OmissionItem(self)
        item.focused.connect(self.focused)
        item.taken.connect(self.taken)
        return item

    def _show_omissions(self, omissions: Iterable[Omission]) -> None:
        self._every = every = list(omissions)
        shown = every if self._all else every[:FIRST]
        gone = [omission for omission in self._omissions if omission not in shown]
        refocus = -1
        for omission in gone:
            item = self._omissions.pop(omission)
            if _holds_focus(item):
                refocus = self._said_column.indexOf(item)
            self._said_column.removeWidget(item)
            item.hide()
            self._spare_omissions.append(item)
        for number, omission in enumerate(shown):
            if omission not in self._omissions:
                item = self._spare_omissions.pop() if self._spare_omissions else self._make_omission()
                item.show_omission(omission)
                self._omissions[omission] = item
                self._said_column.insertWidget(number, item)
                item.show()
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


def _key(asked: Check | Look) -> str:
    return asked.id if isinstance(asked, Check) else asked.line.id


def evidence_of(asked: Check | Look) -> tuple[Evidence, ...]:
    """The words that it stands on."""
    return asked.evidence if isinstance(asked, Check) else asked.line.evidence


def _dressed(item: _Card) -> _Card:
    item.hide()
    parts: list[QWidget] = [item, *item.findChildren(QWidget)]
    for part in parts:
        part.ensurePolished()
    return item
