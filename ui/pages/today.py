"""Today's consultations, what is unfinished, and the one button for the next."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scribe.desk import Desk
from scribe.records import Encounter, Stage
from ui import theme, words
from ui.widgets.basic import Button, Card, CentredPage, IconLabel, RowButton, chip, clear, flow, label

_MARKS = {
    Stage.DRAFTED: ("●", "accent"),
    Stage.TYPED: ("●", "accent"),
    Stage.SIGNED: ("▲", "warn"),  # done, as it feels, and not in the record
    Stage.EXPORTED: ("✓", "good"),
}
"""Mark and tone by how far an encounter is; what has no note yet is open and grey."""


class TodayPage(CentredPage):
    """The list to come home to.

    Signals:
        new_wanted(), opened(encounter_id), demo_wanted(demo_id).
        correction_wanted(encounter_id), drop_wanted(encounter_id): go on with a correction, or give it up.

    Args:
        desk: whose encounters these are.
        is_working: whether a note is being made of an encounter just now.
    """

    new_wanted = Signal()
    opened = Signal(str)
    demo_wanted = Signal(str)
    correction_wanted = Signal(str)
    drop_wanted = Signal(str)

    def __init__(self, desk: Desk, is_working: Callable[[str], bool]) -> None:
        super().__init__(860)
        self._desk, self._is_working = desk, is_working
        self._day = label("", "title")
        self._new = Button(self.tr("New consultation"), self.new_wanted.emit, kind="primary", icon="add", key="N")
        head = QHBoxLayout()
        head.addWidget(self._day, 1)
        head.addWidget(self._new)
        self.column.addLayout(head)
        self._body = QVBoxLayout()
        self._body.setSpacing(theme.GAP_SMALL)
        self.column.addLayout(self._body)
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Reads the lists again."""
        today = words.today()
        self._day.setText(words.day(today))
        clear(self._body)
        unfinished = self._desk.unfinished()
        waiting = {encounter.id for encounter in unfinished}
        rest = [encounter for encounter in self._desk.encounters(today) if encounter.id not in waiting]
        if unfinished:
            self._body.addWidget(label(self.tr("Not finished yet ({count})").format(count=len(unfinished)), "label"))
            for encounter in unfinished:
                self._add(encounter)
            self._body.addSpacing(theme.GAP_LARGE)
        if rest:
            self._body.addWidget(label(self.tr("Finished today"), "label"))
            for encounter in rest:
                self._add(encounter)
            self._body.addSpacing(theme.GAP_LARGE)
        if not unfinished and not rest:
            self._body.addWidget(self._empty())
            self._body.addSpacing(theme.GAP_LARGE)
        self._body.addWidget(self._demo())

    def start(self) -> None:
        self._new.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = self.findChildren(RowButton)
        if event.key() == Qt.Key.Key_N and not event.modifiers():
            self.new_wanted.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and rows:
            focus = self.focusWidget()
            index = rows.index(focus) if isinstance(focus, RowButton) and focus in rows else -1
            index += 1 if event.key() == Qt.Key.Key_Down else -1
            rows[max(0, min(index, len(rows) - 1))].setFocus()
        else:
            super().keyPressEvent(event)

    def _add(self, encounter: Encounter) -> None:
        correcting = encounter.stage in (Stage.SIGNED, Stage.EXPORTED) and self._desk.correction_begun(encounter.id)
        working = self._is_working(encounter.id)
        copies = self._desk.copies(encounter.id) if encounter.stage is Stage.SIGNED else {}
        copied = len(copies) - list(copies.values()).count(None)
        name = words.patient(encounter.patient)
        stage = words.stage(encounter, working=working, correcting=correcting, copied=copied, of=len(copies))
        when, mode = words.clock(encounter.begun_at), words.mode(encounter.mode)
        if encounter.begun_at.astimezone().date() != words.today():
            when = f"{words.born(encounter.begun_at.astimezone().date())}, {when}"
        opened = self.correction_wanted if correcting else self.opened
        made = RowButton(f"{when}, {name}, {mode}, {stage}", lambda: opened.emit(encounter.id))
        made.add(label(when, "muted", wrap=False))
        who = QWidget()
        inner = QVBoxLayout(who)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(1)
        inner.addWidget(label(name, "strong", tone="" if encounter.patient.name else "warn"))
        born = encounter.patient.date_of_birth
        nhs = words.nhs_number(encounter.patient.nhs_number)
        about = (
            words.birth(born) if born else "",
            self.tr("NHS {number}").format(number=nhs) if nhs else "",
            mode,
        )
        inner.addWidget(label("   ".join(part for part in about if part), "small"))
        made.add(who, 1)
        mark, tone = ("▲", "warn") if correcting else _MARKS.get(encounter.stage, ("○", ""))
        made.add(chip(f"{mark} {stage}", tone))
        made.add(IconLabel("next", "muted", 18))
        self._body.addWidget(made)
        if correcting:
            said, drop = self.tr("Discard the correction"), lambda: self.drop_wanted.emit(encounter.id)
            self._body.addLayout(flow(Button(said, drop, kind="quiet", icon="remove", name=f"{said}: {name}")))

    def _empty(self) -> QWidget:
        card = Card(margin=theme.GAP_PAGE)
        card.add(label(self.tr("No consultations yet today"), "heading"))
        for number, text in enumerate(
            (
                self.tr("Press N when the patient sits down. Tell them, and one key starts the recording."),
                self.tr("Talk as you always do. Stop when you have finished; the note is drafted for you."),
                self.tr("Check what is marked, correct what is wrong, sign, and copy it into the record."),
            ),
            1,
        ):
            line = QHBoxLayout()
            line.setSpacing(theme.GAP)
            line.addWidget(chip(str(number), "accent"), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(text), 1)
            card.column.addLayout(line)
        return card

    def _demo(self) -> QWidget:
        box = QWidget()
        inner = QVBoxLayout(box)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.GAP_SMALL)
        demos = self._desk.demo_recordings()
        inner.addWidget(label(self.tr("Try a demonstration"), "label"))
        inner.addWidget(label(self.tr("Recorded with simulated voices; no real patient."), "small"))
        buttons = flow(
            *(Button(title, functools.partial(self.demo_wanted.emit, demo_id), icon="play") for demo_id, title in demos)
        )
        inner.addLayout(buttons)
        if not demos:
            box.hide()
        return box
