"""What needs eyes before signing: what failed a check, lines that are risky by their kind, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
_Key = str | Omission


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

    about: Check | Look
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
        self.about = asked
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
        return self.about.evidence if isinstance(self.about, Check) else self.about.line.evidence

    def accept(self) -> None:
        self.settled.emit(self.about, Settled.ACCEPTED, "")

    def remove(self) -> None:
        self.settled.emit(self.about, Settled.REMOVED, "")

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
            self.settled.emit(self.about, Settled.CORRECTED, text)
        else:
            self._leave()

    def _leave(self) -> None:
        self.close_editor()
        self.setFocus()


class OmissionItem(LaneItem):
    """Something that was said and is not in the note, with one key to add it and one to leave it out.

    Signals:
        taken(Omission): put it in.
        dropped(Omission): it does not belong there.
    """

    taken = Signal(object)
    dropped = Signal(object)

    about: Omission

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._said, self._quote, self._who = label(), label("", "muted"), label("", "small")
        self._answer(self.tr("Add"), "A", self.take)
        self._answer(self.tr("Leave out"), "R", self.drop)
        line = row(self._who, *self.answers)
        line.setStretch(0, 1)
        fill(self.column, self._said, self._quote, line)

    def show_omission(self, omission: Omission, quote: str = "") -> None:
        """Args: quote: what was said, of the clinician's own plans; those stand out."""
        self.about = omission
        set_property(self, "item", "look" if quote else "omission")
        set_property(self._said, "level", "strong" if quote else "")
        self._said.setText(review.as_line(omission.text) if quote else f"“{omission.text}”")
        self._quote.setText(self.tr("Said: {quote}").format(quote=quote) if quote else "")
        self._quote.setVisible(quote.strip("“”., ") not in ("", omission.text.strip("., ")))
        section = words.section(omission.section)
        who = self.tr("For {section}") if quote else self.tr("{who}, for {section}")
        self._who.setText(who.format(who=words.role(omission.role), section=section))
        for button in self.answers:
            button.setAccessibleName(f"{button.text()}: {omission.text}")
        name = (
            self.tr("You said this, it is not in the note: {text}")
            if quote
            else self.tr("Said, not in the note: {text}")
        )
        self.setAccessibleName(name.format(text=omission.text))
        self.setAccessibleDescription(" ".join(filter(None, (self._quote.text(), self._who.text()))))

    def evidence(self) -> tuple[Evidence, ...]:
        return self.about.evidence

    def take(self) -> None:
        self.taken.emit(self.about)

    def drop(self) -> None:
        self.dropped.emit(self.about)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        answers: dict[int, Callable[[], None]] = {
            Qt.Key.Key_A: self.take,
            Qt.Key.Key_Return: self.take,
            Qt.Key.Key_Enter: self.take,
            Qt.Key.Key_R: self.drop,
            Qt.Key.Key_Delete: self.drop,
        }
        answer = answers.get(event.key())
        if event.modifiers() or answer is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            answer()


class Lanes(QWidget):
    """What to settle, what the clinician said and is not in the note, what is worth a look, and what else was left out.
    After an answer the focus goes to the next thing to answer, then to where `finished` leads.

    Signals:
        focused(evidence): show these words; play_wanted(): and play them.
        settled(Check or Look, Settled, text), taken(Omission), dropped(Omission): answers.
        finished(): nothing is left to settle or to look at.
    """

    focused = Signal(object)
    play_wanted = Signal()
    settled = Signal(object, object, str)
    taken = Signal(object)
    dropped = Signal(object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._cards: dict[_Key, AskItem | OmissionItem] = {}  # to answer, in order
        self._rest: dict[Omission, OmissionItem] = {}
        self._spare_asked: list[AskItem] = []  # making a card takes longer than all else: they are used again
        self._spare_omissions: list[OmissionItem] = []
        self._encounter_id = ""
        self._all_own = self._all = False
        self._show_again: Callable[[], None] = lambda: None
        self._head = label("", "heading")
        self._none = label("", "muted")
        self._needed_column = QVBoxLayout()
        self._behind = label("", "small")
        self._own_head = label("", "heading")
        self._own_column = QVBoxLayout()
        self._own_more = Button("", self._show_all_own, kind="quiet", icon="down")
        self._worth_head = label("", "heading")
        self._worth_column = QVBoxLayout()
        self._said_head = label("", "heading")
        self._said_none = label(self.tr("Nothing of weight was left out."), "muted")
        self._said_column = QVBoxLayout()
        self._more = Button("", self._show_all, kind="quiet", icon="down")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.GAP_SMALL)
        self._columns = (self._needed_column, self._own_column, self._worth_column, self._said_column)
        for column in self._columns:
            column.setSpacing(theme.GAP_SMALL)
        outer.addWidget(self._head)
        outer.addWidget(self._none)
        outer.addLayout(self._needed_column)
        outer.addWidget(self._behind)
        outer.addSpacing(theme.GAP_SMALL)
        outer.addWidget(self._own_head)
        outer.addLayout(self._own_column)
        outer.addWidget(self._own_more)
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
        if draft.encounter_id != self._encounter_id:  # of another note the first few again
            self._encounter_id, self._all_own, self._all = draft.encounter_id, False, False
        self._show_again = lambda: self.show_draft(draft, template, needed, worth, quote)
        with laid_out_once(self):
            own = review.unwritten(draft.omissions)
            before = list(self._cards)
            here = next((key for key, item in self._cards.items() if _holds_focus(item)), None)
            shown = own if self._all_own else own[:FIRST]
            self._show_cards(draft, template, needed, shown, worth, quote)
            self._show_rest([one for one in draft.omissions if one not in own], max(0, FIRST - len(shown)))
            self._say(draft, needed, own, worth)
            if here is not None and here not in self._cards:
                self._go_on(before, here)

    def prepare(self, asked: int) -> Iterator[None]:
        """Makes and dresses so many cards, and as many of what was left out as are shown, one at a time."""
        while len(self.checks()) + len(self._spare_asked) < asked:
            self._spare_asked.append(_dressed(self._make_asked()))
            yield
        while len(self.omissions()) + len(self._spare_omissions) < FIRST:
            self._spare_omissions.append(_dressed(self._make_omission()))
            yield

    def items(self) -> list[LaneItem]:
        """All cards, in order."""
        return [*self._cards.values(), *self._rest.values()]

    def checks(self) -> list[AskItem]:
        """What is asked, in order."""
        return [item for item in self._cards.values() if isinstance(item, AskItem)]

    def omissions(self) -> list[OmissionItem]:
        """What was left out, in order: first what the clinician said."""
        return [item for item in self.items() if isinstance(item, OmissionItem)]

    def focus_first(self) -> bool:
        """Gives the focus to the first thing to answer; says whether there is one."""
        first = next(iter(self._cards.values()), None)
        if first is not None:
            first.setFocus()
        return first is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        items = self.items()
        focus = self.focusWidget()
        current = next((i for i in items if i is focus or (focus and i.isAncestorOf(focus))), None)
        if current and not event.modifiers() and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            index = items.index(current) + (1 if event.key() == Qt.Key.Key_Down else -1)
            if 0 <= index < len(items):
                items[index].setFocus()
        else:
            super().keyPressEvent(event)

    def _show_cards(
        self,
        draft: Draft,
        template: TemplateInfo,
        needed: Sequence[Check | Look],
        own: Sequence[Omission],
        worth: Sequence[Look],
        quote: Callable[[tuple[Evidence, ...]], str],
    ) -> None:
        first = needed[: review.most(draft)]
        wanted = [_key(one) for one in (*first, *own, *worth)]
        for key in [key for key in self._cards if key not in wanted]:
            self._put_aside(self._cards.pop(key))
        shown: tuple[tuple[QVBoxLayout, Sequence[Check | Look | Omission]], ...] = (
            (self._needed_column, first),
            (self._own_column, own),
            (self._worth_column, worth),
        )
        for column, several in shown:
            for number, one in enumerate(several):
                self._put(column, number, one, dict(template.headings), quote)
        self._cards = {key: self._cards[key] for key in wanted}
        behind = len(needed) - len(first)
        self._behind.setText(self.tr("{count} more wait behind these.").format(count=behind))
        self._behind.setVisible(behind > 0)

    def _say(self, draft: Draft, needed: Sequence[object], own: Sequence[object], worth: Sequence[object]) -> None:
        """How much there is of each, and once nothing holds up the signature what nobody has looked at."""
        self._head.setText(self.tr("To check ({count})").format(count=len(needed)))
        self._own_head.setText(self.tr("You said this; it is not in the note ({count})").format(count=len(own)))
        self._own_head.setVisible(bool(own))
        more = 0 if self._all_own else max(0, len(own) - FIRST)
        self._own_more.say(self.tr("Show {count} more").format(count=more))
        self._own_more.setVisible(more > 0)
        self._worth_head.setText(self.tr("Also worth a look ({count})").format(count=len(worth)))
        self._worth_head.setVisible(bool(worth))
        done = bool(draft.seen) or any(check.settled is not Settled.OPEN for check in draft.checks)
        if left := words.not_looked_at(len(own), len(worth)):
            self._none.setText(self.tr("Nothing holds up signing. {left}").format(left=left))
        elif done:
            self._none.setText(self.tr("All checked. Read the note once more, then sign."))
        else:
            self._none.setText(self.tr("Nothing that was said speaks against the note."))
        self._none.setVisible(not needed)

    def _go_on(self, before: list[_Key], here: _Key) -> None:
        """What had the focus was answered: on to the next that was there already, then to whatever there is."""
        after = [*before[before.index(here) + 1 :], *before, *self._cards]
        for key in after:
            if key in self._cards:
                self._cards[key].setFocus()
                return
        self.finished.emit()

    def _put(
        self,
        column: QVBoxLayout,
        number: int,
        one: Check | Look | Omission,
        titles: dict[str, str],
        quote: Callable[[tuple[Evidence, ...]], str],
    ) -> None:
        key = _key(one)
        item = self._cards.get(key)
        if item is not None and (column.indexOf(item) < 0 or one != item.about):
            self._put_aside(item)  # it reads otherwise now, or it has become something that must be settled
            item = None
        if item is None:
            item = self._cards[key] = self._card(one, titles, quote)
        if column.indexOf(item) != number:
            column.insertWidget(number, item)
            item.show()

    def _card(
        self, one: Check | Look | Omission, titles: dict[str, str], quote: Callable[[tuple[Evidence, ...]], str]
    ) -> AskItem | OmissionItem:
        if isinstance(one, Omission):
            said = self._spare_omissions.pop() if self._spare_omissions else self._make_omission()
            said.show_omission(one, quote(one.evidence) or f"“{one.text}”")
            return said
        asked = self._spare_asked.pop() if self._spare_asked else self._make_asked()
        about = one if isinstance(one, Check) else one.line
        place = words.place(about.problem, titles.get(about.heading, about.heading))
        asked.show_asked(one, place, quote(about.evidence))
        return asked

    def _put_aside(self, item: AskItem | OmissionItem) -> None:
        for column in self._columns:
            column.removeWidget(item)
        item.hide()
        if isinstance(item, AskItem):
            item.close_editor()
            self._spare_asked.append(item)
        else:
            self._spare_omissions.append(item)

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
        item.dropped.connect(self.dropped)
        return item

    def _show_rest(self, every: Sequence[Omission], room: int) -> None:
        shown = every if self._all else every[:room]
        refocus = -1
        for omission in [omission for omission in self._rest if omission not in shown]:
            item = self._rest.pop(omission)
            if _holds_focus(item):
                refocus = self._said_column.indexOf(item)
            self._put_aside(item)
        for number, omission in enumerate(shown):
            if omission not in self._rest:
                item = self._spare_omissions.pop() if self._spare_omissions else self._make_omission()
                item.show_omission(omission)
                self._rest[omission] = item
                self._said_column.insertWidget(number, item)
                item.show()
        self._rest = {omission: self._rest[omission] for omission in shown}
        self._said_head.setText(self.tr("Said, but not in the note ({count})").format(count=len(every)))
        self._said_none.setVisible(not every)
        self._more.setVisible(len(every) > len(shown))
        self._more.say(self.tr("Show {count} more").format(count=len(every) - len(shown)))
        if refocus >= 0 and shown:
            self._rest[shown[min(refocus, len(shown) - 1)]].setFocus()

    def _show_all_own(self) -> None:
        before = set(self._cards)
        self._all_own = True
        self._show_again()
        for key in [key for key in self._cards if key not in before][:1]:
            self._cards[key].setFocus()

    def _show_all(self) -> None:
        first_new = len(self._rest)
        self._all = True
        self._show_again()
        for item in list(self._rest.values())[first_new : first_new + 1]:
            item.setFocus()


def _holds_focus(widget: QWidget) -> bool:
    focus = widget.window().focusWidget()
    return focus is not None and (focus is widget or widget.isAncestorOf(focus))


def _key(one: Check | Look | Omission) -> _Key:
    if isinstance(one, Omission):
        return one
    return one.id if isinstance(one, Check) else one.line.id


def _dressed(item: _Card) -> _Card:
    item.hide()
    parts: list[QWidget] = [item, *item.findChildren(QWidget)]
    for part in parts:
        part.ensurePolished()
    return item
