"""The draft note: its lines under headings, problem by problem, each of which can be edited where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from scribe.desk import TemplateInfo
from scribe.records import Draft, Line, Origin
from ui import theme, words
from ui.widgets.basic import Button, Choice, chip, fill, flow, label, laid_out_once, set_property
from ui.widgets.editor import LineEditor


class LineItem(QFrame):
    """One line: its text, and beside it where it comes from when that is not the draft.

    Signals:
        focused(line_id): the line has the keyboard now.
        edit_begun(), typing(line_id, text), edited(line_id, text), edit_left(line_id): editing in place.
        split_wanted(line_id, text, at): make two of what is being edited.
    """

    focused = Signal(str)
    edit_begun = Signal()
    typing = Signal(str, str)
    edited = Signal(str, str)
    edit_left = Signal(str)
    split_wanted = Signal(str, str, int)

    line: Line  # which it shows

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._described = ""
        self.setProperty("item", True)
        self.setProperty("linked", False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text = label("")
        # Most lines have none of these, and sixty lines that made them all would open late.
        self._flag: QLabel | None = None
        self._tag: QLabel | None = None
        self._remark: QLabel | None = None
        self._editor: LineEditor | None = None
        self._shown: tuple[Line, str] | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.GAP_SMALL, theme.GRID, theme.GAP_SMALL, theme.GRID)
        outer.setSpacing(2)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.GAP_SMALL)
        outer.addLayout(self._row)
        self._row.addWidget(self._text, 1)

    def show_line(self, line: Line, heading: str) -> None:
        """Shows the line as it reads now, under this heading."""
        if self._shown == (line, heading):
            return
        if self._shown and line.text != self._shown[0].text:
            self.remark("")  # it was about other words
        self.line, self._shown = line, (line, heading)
        self._text.setText(line.text or self.tr("(empty line)"))
        origin, flagged = words.origin(line), words.sensitive(line)
        self._show_flag(flagged)
        self._show_tag(origin, "" if line.origin is not Origin.DRAFTED else "warn")
        proof = self.tr("with evidence") if line.evidence else self.tr("without evidence")
        self.setAccessibleName(line.text or self.tr("(empty line)"))
        described = (heading, origin or self.tr("As drafted"), proof, flagged)
        self._described = ", ".join(part for part in described if part)
        self.setAccessibleDescription(self._described)

    def _show_flag(self, flagged: str) -> None:
        if flagged and self._flag is None:
            self._flag = chip(self.tr("Sensitive"), "warn")
            self._row.insertWidget(1, self._flag, 0, Qt.AlignmentFlag.AlignTop)
        if self._flag:
            self._flag.setToolTip(flagged)
            self._flag.setVisible(bool(flagged))

    def _show_tag(self, origin: str, tone: str) -> None:
        if origin and self._tag is None:
            self._tag = chip()
            self._row.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignTop)
        if self._tag:
            self._tag.setText(origin)
            self._tag.setVisible(bool(origin))
            set_property(self._tag, "tone", tone)

    def remark(self, text: str) -> None:
        """What the last look at the line found; it stays until the line reads otherwise."""
        if text and self._remark is None:
            self._remark = label("", "small", tone="warn")
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            column.addWidget(self._remark)
        if self._remark:
            self._remark.setText(text)
            self._remark.setVisible(bool(text))
        self.setAccessibleDescription(f"{self._described}. {text}" if text else self._described)

    def leave(self) -> None:
        """Its line is gone from the note; another may take its place here."""
        self._close()
        self.remark("")
        set_property(self, "linked", False)

    @property
    def is_editing(self) -> bool:
        return self._editor is not None

    def edit(self) -> None:
        """Puts a field in the place of the text."""
        if self._editor:
            return
        self._editor = LineEditor(self.line.text, self.tr("Edit line"))
        self._editor.typing.connect(lambda text: self.typing.emit(self.line.id, text))
        self._editor.done.connect(self._done)
        self._editor.left.connect(self._left)
        self._editor.split.connect(self._split)
        self._text.hide()
        self._row.insertWidget(0, self._editor, 1)
        self.setFocusProxy(self._editor)
        self.focused.emit(self.line.id)  # its words are marked, however the editing began
        self.edit_begun.emit()
        self._editor.show()  # what is not in sight yet cannot take the focus
        self._editor.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self.line.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.edit()

    def _done(self, text: str) -> None:
        had_focus = self._editor is not None and self._editor.hasFocus()
        self._close()
        self.edited.emit(self.line.id, text)
        if had_focus:
            self.setFocus()

    def _split(self, text: str, at: int) -> None:
        self._close()
        self.split_wanted.emit(self.line.id, text, at)

    def _left(self) -> None:
        self._close()
        self.edit_left.emit(self.line.id)
        self.setFocus()

    def _close(self) -> None:
        if self._editor:
            self.setFocusProxy(None)  # type: ignore[arg-type]  # the stub knows no None; Qt does
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._text.show()


class NoteView(QWidget):
    """The note as a column of lines.

    Signals:
        line_focused(line_id): show its evidence.
        edit_begun(), typing(line_id, text), edited(line_id, text), edit_left(line_id): a line is being edited, was,
            was left.
        add_wanted(problem, heading, after_line_id): a new line after this one.
        apart_wanted(line_id): into an entry of its own, or back.
        remove_wanted(line_id), move_wanted(line_id, steps), split_wanted(line_id, text, at), merge_wanted(line_id).
        dictate_wanted(problem, heading, after_line_id): the key for it is held down on this line.
        copy_refused(): somebody tried to copy before signing.
    """

    line_focused = Signal(str)
    edit_begun = Signal()
    typing = Signal(str, str)
    edited = Signal(str, str)
    edit_left = Signal(str)
    add_wanted = Signal(str, str, str)
    apart_wanted = Signal(str)
    remove_wanted = Signal(str)
    move_wanted = Signal(str, int)
    split_wanted = Signal(str, str, int)
    merge_wanted = Signal(str)
    dictate_wanted = Signal(str, str, str)
    copy_refused = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Note"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._items: dict[str, LineItem] = {}
        # Making and dressing a widget takes longer than all else: those of lines that are gone are used again.
        self._spare: list[LineItem] = []
        self._order: list[LineItem] = []
        self._fixed: list[QWidget] = []
        self._shape: object = None

    def show_draft(self, draft: Draft, template: TemplateInfo, *, every_heading: bool = False) -> None:
        """Shows the draft; lines that stay keep their widget, so that the focus stays where it is.

        Args:
            every_heading: also headings without a line, each with a button that adds one (the typed note).
        """
        titles = dict(template.headings)
        grouped = groups(draft.lines, [heading for heading, _ in template.headings], every_heading)
        shape = (
            tuple((problem, heading, tuple(line.id for line in lines)) for problem, heading, lines in grouped),
            template.id,
            every_heading,
        )
        if shape != self._shape:
            self._shape = shape
            with laid_out_once(self):
                self._lay_out(grouped, titles, every_heading)
        for line in draft.lines:
            item = self._items[line.id]
            if not item.is_editing:
                item.show_line(line, titles.get(line.heading, line.heading))

    def items(self) -> list[LineItem]:
        """The lines as they stand on the page."""
        return list(self._order)

    def focus_first(self) -> None:
        """The first line, or in an empty note the first button that adds one."""
        for widget in (*self._order, *self._fixed):
            if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                widget.setFocus()
                return

    def focus_line(self, line_id: str) -> None:
        if item := self._items.get(line_id):
            item.setFocus()

    def remark(self, line_id: str, text: str) -> None:
        """Says something about a line, beneath it."""
        if item := self._items.get(line_id):
            item.remark(text)

    def edit_line(self, line_id: str) -> None:
        if item := self._items.get(line_id):
            item.edit()

    def current(self) -> LineItem | None:
        """The line with the focus, or the one being edited."""
        return next((item for item in self._order if item.hasFocus() or item.isAncestorOf(_focus(item))), None)

    def link(self, line_ids: Iterable[str]) -> None:
        """Frames the lines that use the word chosen in the transcript."""
        wanted = set(line_ids)
        for item in self._order:
            set_property(item, "linked", item.line.id in wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.current()
        if item is None or item.is_editing:
            super().keyPressEvent(event)
            return
        key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            self.copy_refused.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            steps = -1 if key == Qt.Key.Key_Up else 1
            if alt:
                self.move_wanted.emit(item.line.id, steps)
            else:
                self._step(item, steps)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._order[0 if key == Qt.Key.Key_Home else -1].setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and not event.modifiers():
            item.edit()
        elif key == Qt.Key.Key_Insert:
            self.add_wanted.emit(item.line.problem, item.line.heading, item.line.id)
        elif key == Qt.Key.Key_D and not event.modifiers():
            if not event.isAutoRepeat():  # the page hears when it is let go
                self.dictate_wanted.emit(item.line.problem, item.line.heading, item.line.id)
        elif key == Qt.Key.Key_H and not event.modifiers():
            self.apart_wanted.emit(item.line.id)
        elif key == Qt.Key.Key_J and not event.modifiers():
            self.merge_wanted.emit(item.line.id)
        elif key == Qt.Key.Key_Delete:
            self.remove_wanted.emit(item.line.id)
        else:
            super().keyPressEvent(event)

    def _step(self, item: LineItem, steps: int) -> None:
        index = self._order.index(item) + steps
        if 0 <= index < len(self._order):
            self._order[index].setFocus()

    def _lay_out(self, groups: list[tuple[str, str, list[Line]]], titles: dict[str, str], every_heading: bool) -> None:
        for widget in self._fixed:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._fixed = []
        kept = {line.id for _, _, lines in groups for line in lines}
        for line_id in [line_id for line_id in self._items if line_id not in kept]:
            item = self._items.pop(line_id)
            item.leave()
            item.hide()
            self._spare.append(item)
        while self._column.count():
            self._column.takeAt(0)
        self._order = []
        shown_problem: str | None = None
        for problem, heading, lines in groups:
            if problem != shown_problem:
                shown_problem = problem
                if problem:
                    self._put(label(problem, "heading"), theme.GAP if self._order else 0)
            self._put(label(titles.get(heading, heading), "label"), theme.GAP_SMALL)
            for line in lines:
                item = self._items.get(line.id) or self._new_item(line)
                self._column.addWidget(item)
                self._order.append(item)
            if every_heading:
                self._put(self._add_button(problem, heading, titles.get(heading, heading)), 0)
        for before, after in zip(self._order, self._order[1:], strict=False):
            QWidget.setTabOrder(before, after)

    def _put(self, widget: QWidget, gap: int) -> None:
        if gap:
            widget.setContentsMargins(theme.GAP_SMALL + 2, gap, 0, 0)
        self._column.addWidget(widget)
        self._fixed.append(widget)

    def _add_button(self, problem: str, heading: str, title: str) -> Button:
        made = Button(
            self.tr("Add a line"),
            lambda: self.add_wanted.emit(problem, heading, ""),
            kind="quiet",
            icon="add",
            name=self.tr("Add a line under {heading}").format(heading=title),
        )
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        return made

    def prepare(self, number: int) -> Iterator[None]:
        """Makes and dresses the widgets of so many lines, one at a time, so that the first note opens as fast as the
        next."""
        while len(self._items) + len(self._spare) < number:
            item = self._make_item()
            item.hide()
            for part in (item, *item.findChildren(QLabel)):
                part.ensurePolished()
            self._spare.append(item)
            yield

    def _new_item(self, line: Line) -> LineItem:
        item = self._items[line.id] = self._spare.pop() if self._spare else self._make_item()
        item.line = line
        item.show()
        return item

    def _make_item(self) -> LineItem:
        item = LineItem(self)
        item.focused.connect(self.line_focused)
        item.edit_begun.connect(self.edit_begun)
        item.typing.connect(self.typing)
        item.edited.connect(self.edited)
        item.edit_left.connect(self.edit_left)
        item.split_wanted.connect(self.split_wanted)
        return item


class HoldButton(Button):
    """Does something for as long as it is held, by mouse, Space or Enter.

    Signals:
        held(), let_go().
    """

    held = Signal()
    let_go = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.held.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)  # also where the page has moved from under the pointer
        self.let_go.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _HOLDS or event.modifiers():
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.setDown(True)
            self.held.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _HOLDS:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self.setDown(False)
            self.let_go.emit()


_HOLDS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AddBar(QWidget):
    """Adds a line under any heading of any problem, also where the draft has none yet: typed, or dictated.

    Signals:
        add_wanted(problem, heading, after_line_id), dictate_wanted(problem, heading, after_line_id).
        dictate_over(): the button was let go.
    """

    add_wanted = Signal(str, str, str)
    dictate_wanted = Signal(str, str, str)
    dictate_over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._heading = Choice(self.tr("Heading of the new line"))
        self._problem = Choice(self.tr("Problem of the new line"))
        self._problem.setEditable(True)
        self._problem.setMinimumWidth(180)
        typed = QLineEdit()
        typed.setPlaceholderText(self.tr("Problem, or none"))
        typed.setAccessibleName(self.tr("Problem of the new line"))
        self._problem.setLineEdit(typed)
        add = Button(self.tr("Add a line"), lambda: self.add_wanted.emit(*self._where()), icon="add")
        self.dictate = HoldButton(self.tr("Hold to dictate"), icon="mic", key="D")
        self.dictate.setToolTip(self.tr("Once the patient has left: what you say becomes lines of your own words."))
        self.dictate.held.connect(lambda: self.dictate_wanted.emit(*self._where()))
        self.dictate.let_go.connect(self.dictate_over)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, theme.GAP, 0, 0)
        fill(outer, flow(self._problem, self._heading, add, self.dictate))

    def _where(self) -> tuple[str, str, str]:
        return " ".join(self._problem.currentText().split()), self._heading.currentData(), ""

    def show_draft(self, draft: Draft, template: TemplateInfo) -> None:
        chosen = self._heading.currentData()
        self._heading.clear()
        for heading, title in template.headings:
            self._heading.addItem(title, heading)
        if (index := self._heading.findData(chosen)) >= 0:
            self._heading.setCurrentIndex(index)
        typed = self._problem.currentText()
        self._problem.clear()
        for problem in dict.fromkeys(line.problem for line in draft.lines):
            if problem:
                self._problem.addItem(problem)
        self._problem.setCurrentText(typed or self._problem.itemText(0))


def groups(lines: tuple[Line, ...], headings: list[str], every_heading: bool) -> list[tuple[str, str, list[Line]]]:
    """Lines by problem in the order of first mention, and by heading in the order of the template."""
    problems = list(dict.fromkeys(line.problem for line in lines))
    if every_heading and not problems:
        problems = [""]
    known = {heading: number for number, heading in enumerate(headings)}
    made = []
    for problem in problems:
        own = [line for line in lines if line.problem == problem]
        used = dict.fromkeys(line.heading for line in own)
        wanted = dict.fromkeys([*headings, *used]) if every_heading else used
        for heading in sorted(wanted, key=lambda name: known.get(name, len(known))):
            made.append((problem, heading, [line for line in own if line.heading == heading]))
    return made


def _focus(widget: QWidget) -> QWidget:
    return widget.window().focusWidget() or widget.window()
