"""Review: the transcript beside the note, what needs eyes first, and every line with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from scribe import review
from scribe.desk import Desk, TemplateInfo
from scribe.errors import ScribeError
from scribe.records import (
    SENSITIVE,
    Check,
    Consent,
    Detail,
    Draft,
    Encounter,
    Evidence,
    Line,
    Omission,
    Reason,
    Settled,
    Stage,
    Turn,
    Verdict,
    utc_now,
)
from ui import editing, theme, words
from ui.announce import announce
from ui.bridge import Bridge
from ui.history import History
from ui.widgets.basic import Button, Card, Choice, flow, label, row, scrolled
from ui.widgets.lanes import Lanes
from ui.widgets.note import AddBar, NoteView
from ui.widgets.speakers import Correction, Speakers
from ui.widgets.transcript import TranscriptView

SAVE_AFTER_MS = 500
_RETRY_MS = 3_000  # until the disk takes what it refused
SPEEDS = (1.0, 1.25, 1.5, 1.75, 2.0)
_AROUND_MS = 300  # played before and after the evidence, so that no first word is clipped
_WIDE = 62  # window width, in times of the text's height, from which the lanes get a column of their own


_LONGEST_MS = 5 * 60_000
_LINES, _CARDS = 60, 8  # made ahead


@dataclass(frozen=True, slots=True)
class _Dictating:
    """Where what is dictated goes."""

    encounter_id: str
    problem: str
    heading: str
    after: str


class ReviewPage(QWidget):
    """Checks and edits a draft.

    Signals:
        sign_wanted(encounter_id): the clinician wants to sign.
        copy_refused(): somebody tried to copy from an unsigned draft.
        failed(ScribeError): for the window to show.
        not_saved(ScribeError): the disk did not take an edit; it is kept here and tried again.
        saved_again(): everything that waited for the disk is saved.
        speakers_changed(encounter_id): who spoke was put right; the note is to be made anew.
        listening_changed(): a dictation began or is over.
    """

    sign_wanted = Signal(str)
    copy_refused = Signal()
    failed = Signal(object)
    not_saved = Signal(object)
    saved_again = Signal()
    speakers_changed = Signal(str)
    listening_changed = Signal()

    def __init__(self, desk: Desk, bridge: Bridge, save_after_ms: int = SAVE_AFTER_MS) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Check the note"))  # it has the focus until the checks are there
        self._desk, self._bridge = desk, bridge
        self._encounter: Encounter | None = None
        self._history: History | None = None
        self._saved: Draft | None = None
        self._unsaved: dict[str, Draft] = {}  # by encounter: what the disk did not take, of whichever is on show
        self._retry = QTimer(self)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self._try_again)
        self._reads = False  # what was said is not here yet, and what is to be checked waits for it
        self._follows = False  # the note is being made anew
        self._eyes: review.Eyes | None = None  # until they have looked, only the checks are known
        self._offered: frozenset[str] = (
            frozenset()
        )  # lines worth a look when the list was made: no others come up later
        self._evidence: tuple[Evidence, ...] = ()
        self._linked: list[str] = []
        self._before_edit: dict[str, str] = {}
        self._templates: dict[str, TemplateInfo] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(save_after_ms)
        self._timer.timeout.connect(self.save)
        self.microphone = ""  # as in `scribe.settings`, for dictation
        self.own_words: tuple[str, ...] = ()
        self._dictating: _Dictating | None = None
        self._longest = QTimer(self)  # a key's release may get lost
        self._longest.setSingleShot(True)
        self._longest.setInterval(_LONGEST_MS)
        self._longest.timeout.connect(self._let_go)
        self.transcript = TranscriptView()
        self.note = NoteView()
        self.add_bar = AddBar()
        self.lanes = Lanes()
        self._used_in = label("", "small")
        self._who = Button(self.tr("Who spoke?"), self.choose_speaker, kind="quiet", icon="person", key="W")
        self._template = Choice(self.tr("Layout of the note"))
        self._detail = Choice(self.tr("How much detail"))
        for detail in Detail:
            self._detail.addItem(words.detail(detail), detail)
        self._undo = Button("", self.undo, kind="quiet", icon="undo", name=self.tr("Undo"), key="")
        self._redo = Button("", self.redo, kind="quiet", icon="redo", name=self.tr("Redo"), key="")
        self._speed = 1.0
        self._hint = label("", "small")
        self._state = label("", "small", wrap=False)
        self._state.setAccessibleName(self.tr("Saved or not"))
        self.sign = Button("", self._sign, kind="primary", icon="sign", key="Ctrl+Enter")
        self._compose()
        self._connect()

    # ------------------------------------------------------------ layout

    def _compose(self) -> None:
        layout_, detail = label(self.tr("Layout"), "label", wrap=False), label(self.tr("Detail"), "label", wrap=False)
        layout_.setBuddy(self._template)
        detail.setBuddy(self._detail)
        for caption in (layout_, detail):
            caption.setMinimumHeight(self._template.sizeHint().height())  # its middle is that of the list beside it
        self._detail_caption = detail
        tools = flow(layout_, self._template, detail, self._detail, self._undo, self._redo)
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP_PAGE, theme.GAP, theme.GAP_PAGE, theme.GAP_SMALL)
        head.setSpacing(theme.GAP)
        head.addLayout(tools, 1)
        head.addWidget(self._state)
        head.addWidget(self.sign)

        self._said = QWidget()
        left = QVBoxLayout(self._said)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.GRID + 2)
        left.addLayout(_titled(row(label(self.tr("What was said"), "label"), self._who), 0))
        left.addWidget(self.transcript, 1)
        self._used_in.setMinimumHeight(theme.MIN_TARGET)
        left.addWidget(self._used_in)

        sheet = Card(margin=theme.GAP_LARGE)
        sheet.add(self.note, self.add_bar)
        sheet.column.addStretch(1)
        self._middle = QWidget()
        self._note_column = QVBoxLayout(self._middle)
        self._note_column.setContentsMargins(0, 0, theme.GRID, 0)
        self._note_column.setSpacing(theme.GAP_LARGE)
        self._note_column.addWidget(sheet)
        self._note_column.addStretch(1)
        self._note_area = scrolled(self._middle)
        self._note_pane = QWidget()
        pane = QVBoxLayout(self._note_pane)
        pane.setContentsMargins(0, 0, 0, 0)
        pane.setSpacing(theme.GRID + 2)
        pane.addLayout(_titled(row(label(self.tr("Note"), "label", wrap=False), self._hint, gap=theme.GAP), 1))
        pane.addWidget(self._note_area, 1)

        self._lane_holder = QWidget()
        self._lane_column = QVBoxLayout(self._lane_holder)
        self._lane_column.setContentsMargins(0, 0, theme.GRID, 0)
        self._lane_column.addWidget(self.lanes)
        self._lane_column.addStretch(1)
        self._lane_area = scrolled(self._lane_holder)
        self._ahead = label("", "small")
        self._lane_pane = QWidget()
        lane_pane = QVBoxLayout(self._lane_pane)
        lane_pane.setContentsMargins(0, 0, 0, 0)
        lane_pane.setSpacing(theme.GRID + 2)
        lane_pane.addLayout(_titled(row(label(self.tr("Checks"), "label", wrap=False), self._ahead, gap=theme.GAP), 1))
        lane_pane.addWidget(self._lane_area, 1)

        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(theme.GAP)
        for pane_, stretch in ((self._said, 31), (self._note_pane, 38), (self._lane_pane, 31)):
            pane_.setMinimumWidth(220)
            self._split.addWidget(pane_)
            self._split.setStretchFactor(self._split.count() - 1, stretch)
        body = QHBoxLayout()
        body.setContentsMargins(theme.GAP_PAGE, 0, theme.GAP_PAGE, theme.GAP_LARGE)
        body.addWidget(self._split)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addLayout(body, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Puts the lanes beside the note where there is room, else above it."""
        wide = self.width() >= _WIDE * self.fontMetrics().height()
        lanes_wanted = self._has_lanes()
        beside = wide and lanes_wanted
        self._lane_pane.setVisible(beside)
        # Also while they are hidden: to move them takes long, as all that is made ahead is dressed anew.
        home = self._lane_column if wide else self._note_column
        if home.indexOf(self.lanes) < 0:
            focus = self.lanes.focusWidget()
            home.insertWidget(0, self.lanes)
            if focus:
                focus.setFocus()
        self.lanes.setVisible(lanes_wanted and not self._reads)
        if self._split.property("arranged") != (beside, self._said.isHidden()):
            self._split.setProperty("arranged", (beside, self._said.isHidden()))
            width = max(self._split.width(), 600)
            shares = (31, 38, 31) if beside else (42, 58, 0)
            self._split.setSizes([width * share // 100 for share in shares])

    def _has_lanes(self) -> bool:
        draft = self._history.draft if self._history else None
        return bool(draft and (draft.checks or draft.omissions or draft.recording_id))

    # ------------------------------------------------------------ wiring

    def _connect(self) -> None:
        self.note.line_focused.connect(self._show_line)
        self.note.edit_begun.connect(lambda: self._show_hint(editing_line=True))
        for over in (self.note.edited, self.note.edit_left, self.note.split_wanted):
            over.connect(lambda *_: self._show_hint())
        self.note.typing.connect(self._typing)
        self.note.edited.connect(self._edited)
        self.note.edit_left.connect(self._edit_left)
        self.note.add_wanted.connect(self.add_line)
        self.note.remove_wanted.connect(self.remove_line)
        self.note.move_wanted.connect(lambda line_id, by: self._change(lambda d: editing.move(d, line_id, by)))
        self.note.apart_wanted.connect(self.set_apart)
        self.note.split_wanted.connect(self._split_line)
        self.note.merge_wanted.connect(self.merge_line)
        self.note.copy_refused.connect(self.copy_refused)
        self.note.dictate_wanted.connect(self._dictate)
        self.add_bar.add_wanted.connect(self.add_line)
        self.add_bar.dictate_wanted.connect(self._dictate)
        self.add_bar.dictate_over.connect(self._let_go)
        self.transcript.copy_refused.connect(self.copy_refused)
        self.transcript.word_chosen.connect(self._show_word)
        self.transcript.swap_wanted.connect(lambda: self._correct(Speakers.swap))
        self.transcript.voice_wanted.connect(lambda: self._correct(Speakers.swap_voice))
        self.transcript.leave_out_wanted.connect(self._leave_out)
        self.transcript.menu_wanted.connect(self.choose_speaker)
        self._bridge.turns_ready.connect(self._turns_changed)
        self._bridge.draft_ready.connect(self._renewed)
        self._bridge.failed.connect(lambda encounter_id, _: self._follow(encounter_id, False))
        self.lanes.focused.connect(self._show_evidence)
        self.lanes.play_wanted.connect(self.play)
        self.lanes.settled.connect(self._settle)
        self.lanes.taken.connect(self._take)
        self.lanes.dropped.connect(lambda omission: self._change(lambda draft: editing.leave(draft, omission)))
        self.lanes.finished.connect(self.sign.setFocus)
        self._template.activated.connect(lambda _: self._re_render())
        self._detail.activated.connect(lambda _: self._re_render())
        for keys, action in (
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo),
            (QKeySequence("Ctrl+Y"), self.redo),
            (QKeySequence("Ctrl+Shift+Z"), self.redo),
            (QKeySequence("F6"), lambda: self._next_region(1)),
            (QKeySequence("Shift+F6"), lambda: self._next_region(-1)),
            (QKeySequence("F8"), self.lanes.focus_first),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    @property
    def draft(self) -> Draft | None:
        """The draft as it stands on the page."""
        return self._history.draft if self._history else None

    def prepare(self) -> Iterator[None]:
        """Makes what the first note will need, a little at a time."""
        return chain(self.note.prepare(_LINES), self.lanes.prepare(_CARDS))

    def open(self, encounter: Encounter, draft: Draft) -> None:
        """Shows a draft for review. A moment later what was said is there, and the first check has the focus, else the
        first line."""
        self.fill(encounter, draft)
        self.begin()

    def fill(self, encounter: Encounter, draft: Draft) -> None:
        """Puts a draft on the page; `begin` is called next, once the page is in sight. Filled before, it is laid out
        once: in sight, each part that shows itself would have all of it laid out anew."""
        self.flush()
        draft = self._unsaved.get(encounter.id, draft)
        if self._encounter:
            self._follow(self._encounter.id, False)
        if self._encounter is None or self._encounter.id != encounter.id:
            self._offered = frozenset()  # back from signing, the list is the one that was left
        self._encounter = encounter
        self._history = History(draft)
        self._saved = draft
        self._before_edit = {}
        self._templates = {template.id: template for template in self._desk.templates()}
        self._template.clear()
        for template in self._templates.values():
            self._template.addItem(template.title, template.id)
        self.transcript.show_turns(())
        for of_what_was_said in (self._said, self._detail, self._detail_caption):
            of_what_was_said.setVisible(bool(draft.recording_id))
        self._show_hint()
        self._state.clear()
        self._eyes = None
        self._reads = bool(draft.recording_id)
        self._show()
        self._arrange()

    def begin(self) -> None:
        """Takes the focus, and has what is still missing come."""
        draft = self.draft
        if draft is None:
            return
        self._evidence = ()  # of what had the focus when the page was left
        self._used_in.clear()
        for area in (self._note_area, self._lane_area):  # nor where the note before was left
            area.verticalScrollBar().setValue(0)
        if self._reads:
            self.setFocus()
        else:
            self.note.focus_first()
        QTimer.singleShot(0, self, lambda: self._complete(draft))  # the note is painted first

    def _complete(self, draft: Draft) -> None:
        """What can wait until the note is in sight, one thing after the other, each painted before the next: what was
        said, what is to be checked, sound, and somebody to look it all over."""
        if not self._shows(draft.encounter_id):
            return
        if not draft.recording_id:
            self._prepare_sound()
            return

        def read(turns: tuple[Turn, ...]) -> None:
            if self._shows(draft.encounter_id):
                self.transcript.show_turns(turns)
                QTimer.singleShot(0, self, ready)

        def refused(error: ScribeError) -> None:
            if error.code != "locked" and self._shows(draft.encounter_id):  # locked: it is read the next time
                ready()
                self.failed.emit(error)

        def ready() -> None:
            if not self._shows(draft.encounter_id):
                return
            self._reads = False
            self._show()
            self._arrange()
            if self.hasFocus() and not self.lanes.focus_first():
                self.note.focus_first()
            self.transcript.mark(self._evidence)
            self._prepare_sound()
            here = self.focusWidget()
            QTimer.singleShot(0, self, lambda: self._look(draft, here))

        self._bridge.run(lambda: self._desk.turns(draft.encounter_id), read, refused, read=True)

    def _prepare_sound(self) -> None:
        if self._said.isVisibleTo(self):
            self._bridge.run(self._desk.prepare_to_play)
        if self._may_dictate():  # so that no first word is lost; what keeps it from that is said when it is asked for
            self._bridge.run(self._desk.prepare_recorder, failed=lambda _: None)

    def _shows(self, encounter_id: str) -> bool:
        return self._encounter is not None and self._encounter.id == encounter_id

    def _look(self, draft: Draft, here: QWidget | None = None) -> None:
        """Has the draft looked over; a moment later the list is whole.

        Args:
            draft: as it stands.
            here: what has the focus for want of anything better; if it still has it then, the list takes it.
        """
        if not self._shows(draft.encounter_id):
            return

        def looked(eyes: review.Eyes) -> None:
            if self.draft is None or self.draft.encounter_id != draft.encounter_id:
                return
            self._eyes = eyes
            if not self._offered:
                self._offer()
            self._show()
            self._arrange()
            if here is not None and here is self.focusWidget() and self.draft is draft:
                self.lanes.focus_first()  # nobody has touched anything yet

        self._bridge.run(lambda: self._desk.eyes(draft), looked)

    def _offer(self) -> None:
        draft = self.draft
        if draft is not None:
            listed = review.short_list(draft, self._looks())
            self._offered = frozenset(one.line.id for one in listed if isinstance(one, review.Look))

    def _looks(self) -> tuple[review.Look, ...]:
        return self._eyes.looks(self.draft) if self._eyes and self.draft else ()

    def _worth(self, looks: Iterable[review.Look]) -> list[review.Look]:
        """What was offered for a look and has had none; it does not hold up the signature."""
        return [look for look in looks if look.line.id in self._offered and not (look.required or look.seen)]

    def unseen(self) -> tuple[Line, ...]:
        """The lines that were offered for a look and have had none."""
        return tuple(look.line for look in self._worth(self._looks()))

    def is_all_seen(self) -> bool:
        """Whether there is nothing left to look at, of the note and of what the clinician said that is not in it."""
        return not (self._left() or self.unseen() or (self.draft and review.unwritten(self.draft.omissions)))

    def _is_blind(self) -> bool:
        """Whether nobody has looked over the draft yet."""
        return bool(self.draft and self.draft.recording_id) and self._eyes is None

    def _left(self) -> tuple[Check | review.Look, ...]:
        """What holds up the signature."""
        return review.to_settle(self.draft, self._looks()) if self.draft else ()

    def refresh(self, encounter: Encounter) -> None:
        """The same encounter, changed (its patient, say)."""
        if self._encounter and encounter.id == self._encounter.id:
            self._encounter = encounter

    def close_encounter(self) -> None:
        """Saves what is left to save and forgets what is on show."""
        self.flush()
        self._encounter = self._history = self._saved = self._eyes = None
        self.transcript.show_turns(())

    # ------------------------------------------------------------ who spoke

    def choose_speaker(self) -> None:
        """Asks who spoke the turns that are chosen in the transcript."""
        if speakers := self._speakers(self.transcript.chosen()):
            menu = speakers.menu(self, self._make)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.transcript.viewport().mapToGlobal(self.transcript.cursorRect().bottomLeft()))

    def _leave_out(self) -> None:
        if speakers := self._speakers(self.transcript.chosen_to_leave_out()):
            self._make(speakers.leave_out())

    def _speakers(self, chosen: tuple[Turn, ...]) -> Speakers | None:
        if self._encounter is None or self._encounter.stage is not Stage.DRAFTED or not chosen:
            return None  # what was signed stands on what was said by those who were named then
        return Speakers(self._desk, self._encounter.id, chosen)

    def _correct(self, correction: Callable[[Speakers], Correction]) -> None:
        if speakers := self._speakers(self.transcript.chosen()):
            self._make(correction(speakers))

    def _make(self, correction: Correction) -> None:
        """Puts right who spoke; the note follows, and waits for that so that no edit is lost between two drafts."""
        if self._encounter is None:
            return
        self.flush()
        encounter_id = self._encounter.id
        self._follow(encounter_id, True)

        def refused(error: ScribeError) -> None:
            self._follow(encounter_id, False)
            self.failed.emit(error)

        self._bridge.run(correction, lambda _: self.speakers_changed.emit(encounter_id), refused)

    def _follow(self, encounter_id: str, follows: bool) -> None:
        if self._encounter is None or self._encounter.id != encounter_id or self._follows == follows:
            return
        self._follows = follows
        for pane in (self._note_pane, self._lane_pane, self.sign, self._template, self._detail):
            pane.setEnabled(not follows)
        self._state.setText(self.tr("The note follows…") if follows else "")
        if follows:
            announce(self, self.tr("The note follows"))
            self.transcript.setFocus()

    def _turns_changed(self, encounter_id: str, turns: tuple[Turn, ...]) -> None:
        if self._encounter and self._encounter.id == encounter_id and self._history:
            self.transcript.refresh_turns(turns)

    def _renewed(self, encounter_id: str, draft: Draft) -> None:
        """The note was made anew, since somebody put right who spoke."""
        if self._encounter is None or self._encounter.id != encounter_id or self._history is None or not self._follows:
            return
        self._follow(encounter_id, False)
        self._history.push(draft)
        self._saved, self._eyes, self._offered = draft, None, frozenset()
        self._show()
        announce(self, self.tr("The note has followed"))
        self._look(draft)

    # ------------------------------------------------------------ saving

    def flush(self) -> None:
        """Saves now what waits for the end of the half second."""
        if self._timer.isActive():
            self._timer.stop()
            self.save()

    def save(self) -> None:
        """Saves the draft as it stands."""
        draft = self.draft
        if draft is not None and draft is not self._saved:
            self._saved = draft
            self._save(draft)

    def is_unsaved(self, encounter_id: str = "") -> bool:
        """Whether an edit of this encounter, or of any, still waits for the disk."""
        return encounter_id in self._unsaved if encounter_id else bool(self._unsaved)

    def _save(self, draft: Draft) -> None:
        self._bridge.run(
            lambda: self._desk.save_draft(draft),
            lambda _: self._was_saved(draft),
            lambda error: self._was_refused(draft, error),
        )

    def _was_saved(self, draft: Draft) -> None:
        waiting = self._unsaved.get(draft.encounter_id)
        if waiting is not None and waiting.revision <= draft.revision:
            del self._unsaved[draft.encounter_id]
            if not self._unsaved:
                self._retry.stop()
                self.saved_again.emit()
        if draft is self.draft:
            self._state.setText(self.tr("✓ Saved"))

    def _was_refused(self, draft: Draft, error: ScribeError) -> None:
        first = not self._unsaved
        waiting = self._unsaved.get(draft.encounter_id)
        if waiting is None or waiting.revision <= draft.revision:
            self._unsaved[draft.encounter_id] = draft
        self._retry.start()
        if draft.encounter_id == (self._encounter.id if self._encounter else ""):
            self._state.setText(self.tr("Not saved"))
        if first:
            announce(self, self.tr("Not saved"), at_once=True)
            self.not_saved.emit(error)

    def _try_again(self) -> None:
        for draft in list(self._unsaved.values()):
            self._save(draft)

    # ------------------------------------------------------------ changes

    def undo(self) -> None:
        if self._history and self._history.can_undo:
            self._history.undo()
            self._changed()

    def redo(self) -> None:
        if self._history and self._history.can_redo:
            self._history.redo()
            self._changed()

    def add_line(self, problem: str, heading: str, after: str) -> None:
        """A new empty line of the clinician's own, ready to type into."""
        before = {line.id for line in self._lines()}
        self._change(lambda draft: editing.add_after(draft, problem, heading, after))
        for line in self._lines():
            if line.id not in before:
                self.note.edit_line(line.id)

    def remove_line(self, line_id: str) -> None:
        items = [item.line.id for item in self.note.items()]
        index = items.index(line_id)
        self._change(lambda draft: review.remove_line(draft, line_id, now=utc_now()))
        if rest := self.note.items():
            rest[min(index, len(rest) - 1)].setFocus()

    def _typing(self, line_id: str, text: str) -> None:
        if self._history and text and text != self._line_text(line_id):
            if not self._history.is_typing:
                self._before_edit[line_id] = self._line_text(line_id)
            self._history.amend(review.edit_line(self._history.draft, line_id, text, now=utc_now()))
            self._later()

    def _edited(self, line_id: str, text: str) -> None:
        if self._history is None:
            return
        if not text:
            self._change(lambda draft: review.remove_line(draft, line_id, now=utc_now()))
        elif text != self._line_text(line_id):
            self._history.amend(review.edit_line(self._history.draft, line_id, text, now=utc_now()))
        typed = self._history.is_typing
        self._history.close_step()
        self._changed()
        if typed and text:
            self._look_again(line_id)

    def _look_again(self, line_id: str) -> None:
        """The verifier's second look at an edited line; the answer is part of the edit."""
        line = next((line for line in self._lines() if line.id == line_id), None)
        if self._encounter is None or line is None or not line.evidence:
            return
        before = self._before_edit.get(line_id, "")

        def looked(verdict: Verdict | None) -> None:
            now = next((one for one in self._lines() if one.id == line_id), None)
            if self._history is None or now is None or now.text != line.text:
                return  # it was edited again, or undone, meanwhile
            own = verdict is not None
            self._history.revise(review.own_words(self._history.draft, line_id, own, now=utc_now()))
            self._changed()
            reason = words.reason(verdict.reason or Reason.NOT_SUPPORTED, verdict.detail) if verdict else ""
            self.note.remark(
                line_id, self.tr("{reason} It is marked as your words.").format(reason=reason) if own else ""
            )
            if own:
                announce(self, reason)

        encounter_id = self._encounter.id
        self._bridge.run(lambda: self._desk.look_again(encounter_id, line, before), looked, lambda _: None)

    def _split_line(self, line_id: str, text: str, at: int) -> None:
        """What was typed up to here stays; what follows becomes a line of its own."""

        def split(draft: Draft) -> Draft:
            return review.split_line(review.edit_line(draft, line_id, text, now=utc_now()), line_id, at, now=utc_now())

        self._change(split)
        items = [item.line.id for item in self.note.items()]
        self.note.focus_line(items[min(items.index(line_id) + 1, len(items) - 1)])

    def set_apart(self, line_id: str) -> None:
        """Puts a line into an entry of its own, "consider hiding online"; once more, and it is left in its place."""
        line = next(line for line in self._lines() if line.id == line_id)
        apart = line.problem != SENSITIVE
        self._change(lambda draft: review.set_apart(draft, line_id, apart, now=utc_now()))
        self.note.focus_line(line_id)
        announce(self, SENSITIVE if apart else self.tr("Left in its place"))

    def merge_line(self, line_id: str) -> None:
        """Adds the line below, of the same heading, to this one."""
        items = [item.line for item in self.note.items()]
        at = next(number for number, line in enumerate(items) if line.id == line_id)
        below = items[at + 1] if at + 1 < len(items) else None
        if below and (below.problem, below.heading) == (items[at].problem, items[at].heading):
            self._change(lambda draft: review.merge_lines(draft, line_id, below.id, now=utc_now()))
            self.note.focus_line(line_id)

    def _edit_left(self, line_id: str) -> None:
        """Esc: what was typed since the field opened is undone; a line that was new and empty goes."""
        if self._history is None:
            return
        if self._history.is_typing:
            self._history.undo()
        if not self._line_text(line_id):
            self._change(lambda draft: review.remove_line(draft, line_id, now=utc_now()))
        self._changed()

    def _settle(self, asked: Check | review.Look, settled: Settled, text: str) -> None:
        if isinstance(asked, Check):
            self._change(lambda draft: editing.settle(draft, asked.id, settled, text))
            return
        line_id = asked.line.id
        self._before_edit[line_id] = asked.line.text
        self._change(lambda draft: editing.settle_look(draft, line_id, settled, text))
        if settled is Settled.CORRECTED:
            self._look_again(line_id)

    def _take(self, omission: Omission) -> None:
        self._change(lambda draft: editing.take(draft, omission))
        announce(self, self.tr("Added to the note"))

    def _re_render(self) -> None:
        if self._encounter is None or self._history is None:
            return
        self.flush()  # the new view is made of what is saved
        encounter_id = self._encounter.id
        template_id = self._template.currentData()
        detail = Detail(self._detail.currentData())  # Qt hands back a bare text

        eyes = self._eyes

        def render() -> Draft:
            draft = self._desk.re_render(encounter_id, template_id, detail)
            if eyes:
                eyes.looks(draft)  # here, so that the window need not wait for it
            return draft

        def rendered(draft: Draft) -> None:
            if self._history and self._encounter and self._encounter.id == encounter_id:
                self._history.push(draft)
                self._offer()
                self._changed()

        self._bridge.run(render, rendered)

    def _change(self, change: Callable[[Draft], Draft]) -> None:
        if self._history:
            self._history.push(change(self._history.draft))
            self._changed()

    def _changed(self) -> None:
        self._show()
        self._later()

    def _later(self) -> None:
        self._state.setText(self.tr("Saving…"))
        if not self._timer.isActive():  # whoever types without a pause loses no more than this either
            self._timer.start()

    # ------------------------------------------------------------ dictation

    def _dictate(self, problem: str, heading: str, after: str) -> None:
        """Listens while the key or the button is held; what is said becomes lines here."""
        if self._encounter is None or self._dictating or not self._may_dictate():
            return
        wanted = self._dictating = _Dictating(self._encounter.id, problem, heading, after)
        microphone = self.microphone
        self._longest.start()

        def listening(_: object) -> None:
            self.listening_changed.emit()
            if self._dictating is wanted:
                self._say(self.tr("Listening: let go when you have finished"))

        def refused(error: ScribeError) -> None:
            if self._dictating is wanted:
                self._dictating = None
                self._longest.stop()
            self.failed.emit(error)

        self._bridge.run(lambda: self._desk.begin_dictation(wanted.encounter_id, microphone), listening, refused)

    def _let_go(self) -> None:
        """The key or the button is up, or the page is left: what was said is written down."""
        said, self._dictating = self._dictating, None
        if said is None:
            return
        self._longest.stop()
        own_words = self.own_words

        def over(_: object) -> None:
            self.listening_changed.emit()
            self._say(self.tr("Writing down what you said"))
            self._bridge.run(
                lambda: self._desk.dictated(said.encounter_id, own_words),
                lambda sentences: self._dictated(said, sentences),
                self.failed.emit,
                long=True,
            )

        self._bridge.run(self._desk.end_dictation, over, self.failed.emit)

    def _dictated(self, said: _Dictating, sentences: tuple[str, ...]) -> None:
        def add(draft: Draft) -> Draft:
            return editing.dictate(draft, said.problem, said.heading, said.after, sentences)

        here = self._encounter is not None and self._encounter.id == said.encounter_id
        if not sentences:
            self._say(self.tr("Nothing was heard"))
        elif here:  # the focus stays where it is
            self._change(add)
            announce(self, self.tr("Added to the note"))
        else:  # the next patient is on show by now
            self._bridge.run(lambda: self._add_unseen(said.encounter_id, add), failed=self.failed.emit)

    def _add_unseen(self, encounter_id: str, add: Callable[[Draft], Draft]) -> None:
        draft = self._desk.draft(encounter_id)
        if draft is not None:
            self._desk.save_draft(add(draft))

    def _say(self, text: str) -> None:
        self._state.setText(text)
        announce(self, text)

    def _may_dictate(self) -> bool:
        """Where the patient objected to being recorded, no microphone is opened, not even for the clinician."""
        return self._encounter is not None and self._encounter.consent is Consent.TOLD_NO_OBJECTION

    # ------------------------------------------------------------ showing

    def _show(self) -> None:
        draft = self.draft
        if draft is None or self._history is None:
            return
        template = self._templates[draft.template_id]
        self.note.show_draft(draft, template, every_heading=not draft.recording_id)
        self.add_bar.show_draft(draft, template)
        self.add_bar.setVisible(bool(draft.recording_id))
        self.add_bar.dictate.setVisible(self._may_dictate())
        looks = self._looks()
        needed = review.to_settle(draft, looks)
        worth = self._worth(looks)
        if not self._reads:
            self.lanes.show_draft(draft, template, needed, worth, self.transcript.quote)
        self._template.setCurrentIndex(max(0, self._template.findData(draft.template_id)))
        self._detail.setCurrentIndex(max(0, self._detail.findData(draft.detail)))
        self._undo.setEnabled(self._history.can_undo)
        self._redo.setEnabled(self._history.can_redo)
        left = len(needed)
        self._ahead.setText(words.ahead(left, len(worth), len(draft.omissions)))
        self.sign.dress("" if left else "primary")  # it looks ready only when it is
        self.sign.say(self.tr("Sign…") if not left else self.tr("Sign: {left}").format(left=words.checks_left(left)))

    def _show_line(self, line_id: str) -> None:
        self._show_evidence(next((line.evidence for line in self._lines() if line.id == line_id), ()))
        if item := self.note.current():
            self._note_area.ensureWidgetVisible(item, 0, 40)

    def _show_evidence(self, evidence: tuple[Evidence, ...]) -> None:
        self._evidence = evidence
        self.transcript.mark(evidence)
        self.note.link(())
        self._used_in.clear()
        focus = self.focusWidget()
        if focus is not None and self.lanes.isAncestorOf(focus):
            area = self._lane_area if self._lane_holder.isAncestorOf(focus) else self._note_area
            area.ensureWidgetVisible(focus, 0, 20)

    def _show_word(self, turn_id: str, word: int) -> None:
        """From a word of the transcript: which lines use it."""
        users = [line for line in self._lines() if _uses(line.evidence, turn_id, word)]
        self._linked = [line.id for line in users]
        self.note.link(self._linked)
        self._evidence = (Evidence(turn_id, 0, word, word + 1),)
        if users:
            text = self.tr("In the note: {lines}   Enter goes there.")
            self._used_in.setText(text.format(lines="; ".join(line.text for line in users)))
        else:
            self._used_in.setText(self.tr("No line of the note uses this word."))

    # ------------------------------------------------------------ keys

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_D and not event.isAutoRepeat():
            self._let_go()
        super().keyReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._let_go()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if key == Qt.Key.Key_Space and not modifiers:
            self.play()
        elif event.text() in ("+", "-"):
            self.change_speed(1 if event.text() == "+" else -1)
        elif enter and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._sign()
        elif enter and self.transcript.hasFocus() and self._linked:
            self.note.focus_line(self._linked[0])
        elif event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            self.copy_refused.emit()
        else:
            super().keyPressEvent(event)

    def play(self) -> None:
        """Plays the seconds that prove what is chosen, with a little before and after."""
        said = [(self.transcript.turn(piece.turn_id), piece) for piece in self._evidence]
        spans = [turn.words[piece.first_word : piece.end_word] for turn, piece in said if turn]
        stretches = _joined((span[0].start_ms - _AROUND_MS, span[-1].end_ms + _AROUND_MS) for span in spans if span)
        if self._encounter is None or not stretches:
            return
        encounter_id, speed = self._encounter.id, self._speed
        self._bridge.run(lambda: self._desk.play(encounter_id, stretches, speed), failed=self.failed.emit)

    def change_speed(self, by: int) -> None:
        """How fast evidence is played: one step faster or slower."""
        at = min(max(SPEEDS.index(self._speed) + by, 0), len(SPEEDS) - 1)
        self._speed = SPEEDS[at]
        self._show_hint()
        announce(self, self._hint.text())
        self.play()

    def _show_hint(self, *, editing_line: bool = False) -> None:
        if editing_line:
            self._hint.setText(self.tr("Enter done · Esc leaves it · F7 spelling · Alt+Enter splits"))
            return
        speed = "" if self._speed == 1 else self.tr(" at {speed}×").format(speed=f"{self._speed:g}")
        plays = self.tr("Space plays{speed} · ").format(speed=speed) if self._said.isVisibleTo(self) else ""
        self._hint.setText(plays + self.tr("Enter edits · Ins adds · Del removes · ? all keys"))

    def _sign(self) -> None:
        if self._encounter is None or self.draft is None or self._follows or self._is_blind():
            return
        if left := self._left():
            self.lanes.focus_first()
            announce(self, words.checks_left(len(left)))
            return
        self.flush()
        self.sign_wanted.emit(self._encounter.id)

    def _next_region(self, by: int) -> None:
        """Round the page: transcript, note, checks, coverage."""
        lines, cards = self.note.items(), self.lanes.items()
        regions: list[tuple[QWidget, list[QWidget]]] = [
            (self.transcript, [self.transcript] if self.transcript.isVisible() else []),
            (self.note, list(lines[:1])),
            (self.lanes, list(cards[:1])),
            (self.sign, [self.sign]),
        ]
        focus = self.focusWidget()
        now = next((n for n, (area, _) in enumerate(regions) if focus and _within(area, focus)), 0)
        for step in range(1, len(regions) + 1):
            _, targets = regions[(now + by * step) % len(regions)]
            if targets:
                targets[0].setFocus()
                return

    def _lines(self) -> tuple[Line, ...]:
        return self.draft.lines if self.draft else ()

    def _line_text(self, line_id: str) -> str:
        return next((line.text for line in self._lines() if line.id == line_id), "")


def _titled(title: QHBoxLayout, widest: int) -> QHBoxLayout:
    """The line above a pane: as high above each of them, so that what is beneath begins at one height."""
    title.setStretch(widest, 1)
    title.addStrut(theme.TITLE)
    return title


def _joined(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In the order in which they were said; those that touch as one."""
    made: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), end) for start, end in stretches):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return tuple(made)


def _uses(evidence: tuple[Evidence, ...], turn_id: str, word: int) -> bool:
    return any(piece.turn_id == turn_id and piece.first_word <= word < piece.end_word for piece in evidence)


def _within(area: QWidget, widget: QWidget) -> bool:
    return area is widget or area.isAncestorOf(widget)
