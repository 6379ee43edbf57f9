"""Signing: the note itself, what was changed since the draft, whose note it is, under which name and stamp, the PIN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from scribe import review
from scribe.desk import Desk
from scribe.errors import ScribeError
from scribe.records import Draft, Encounter, Line, Settled, SignedNote
from scribe.review import Change, Kind
from ui import theme, words
from ui.announce import announce
from ui.bridge import Bridge
from ui.pages.unlock import secret
from ui.widgets.basic import Button, Card, Tick, centred, column, label, row, set_property
from ui.widgets.note import groups
from ui.widgets.reading import Paragraph, Paragraphs

_WIDE = 58  # window width, in times of the text's height, from which the note stands beside the signature
_LEAST, _LEAST_CHANGES = 14, 6  # lines of text in sight of the note and of what was changed


class SignPage(QWidget):
    """The last look before a note is final: the note to read on one side; on the other what to know and the PIN, which
    stays in sight however long the note is.

    Signals:
        signed(SignedNote), back_wanted(encounter_id), patient_wanted().
        copy_refused(): somebody tried to copy from the note, which is not signed yet.
    """

    signed = Signal(object)
    back_wanted = Signal(str)
    patient_wanted = Signal()
    copy_refused = Signal()

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        super().__init__()
        self._desk, self._bridge = desk, bridge
        self._encounter: Encounter | None = None
        self._draft_id = ""
        self._name = label("", "title")
        self._about = label("", "strong")
        self._look_twice = label("", tone="warn")
        self._same = Tick(self.tr("This is the patient I saw"))
        self._same.toggled.connect(self._confirmed)
        self._enter_patient = Button(
            self.tr("Enter the patient"), self.patient_wanted.emit, kind="primary", icon="person", key="Ctrl+P"
        )
        self.note = Paragraphs(self.tr("The note you are signing"))
        self.changes = Paragraphs(self.tr("What you changed, and what was not looked at"))
        for text in (self.note, self.changes):
            text.copy_refused.connect(self.copy_refused)
        self._who = label("", "strong")
        self._stamp = label("", "muted")
        self.pin = secret(self.tr("PIN"))
        self.pin.setMaximumWidth(260)
        self.pin.returnPressed.connect(self._sign)
        self._wrong = label("", tone="bad")
        self._wrong.hide()
        self._button = Button(self.tr("Sign the note"), self._sign, kind="primary", icon="sign", key="Enter")
        self._back = Button(self.tr("Back to the note"), self._go_back, kind="quiet", icon="back", key="Esc")
        self._compose()
        for key, pages in (("PgDown", 1), ("PgUp", -1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda pages=pages: self._turn(pages))

    def _compose(self) -> None:
        whose = Card(margin=theme.GAP).add(
            label(self.tr("Whose note is this?"), "label"),
            self._name,
            self._about,
            self._look_twice,
            row(self._same, 1),
            row(self._enter_patient, 1),
        )
        pin = label(self.tr("PIN"), "label")
        pin.setBuddy(self.pin)
        signature = Card(margin=theme.GAP).add(
            label(self.tr("Your signature"), "label"),
            self._who,
            self._stamp,
            column(pin, row(self.pin, self._button, 1), gap=theme.GRID),
            self._wrong,
            label(self.tr("A signed note cannot be changed. A correction becomes a new version."), "small"),
        )
        for card in (whose, signature):
            card.column.setSpacing(theme.GAP_SMALL)
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        changed = label(self.tr("What you changed since the draft"), "label")
        changed.setBuddy(self.changes)
        back = row(changed, self._back)
        back.setStretch(0, 1)
        read = label(self.tr("The note you are signing"), "heading")
        read.setBuddy(self.note)
        head = row(read, label(self.tr("Page Down reads on"), "small", wrap=False))
        head.setStretch(0, 1)
        holder = QWidget()
        self._across: QBoxLayout = QHBoxLayout(holder)
        self._across.setContentsMargins(0, theme.GAP, 0, theme.GAP_LARGE)
        self._across.setSpacing(theme.GAP_LARGE)
        self._across.addLayout(column(head, self.note), 11)
        self._across.addLayout(column(whose, back, self.changes, signature), 9)
        self._area = centred(holder, 1240)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.fontMetrics().height()
        wide = self.width() >= _WIDE * height
        self._across.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.note.setMinimumHeight(_LEAST * height)
        self.changes.setMinimumHeight(_LEAST_CHANGES * height)

    def open(self, encounter: Encounter, draft: Draft, unseen: Sequence[Line] = ()) -> None:
        """Shows what is about to be signed: this revision and no other.

        Args:
            encounter: whose note it is.
            draft: the revision.
            unseen: lines that were offered for a look and have had none.
        """
        self._encounter, self._draft_id = encounter, draft.id
        self.note.show_paragraphs(self._lines(draft))
        self.changes.show_paragraphs(self._to_know(draft, self._desk.changes(encounter.id), unseen))
        self._same.setChecked(False)
        self.pin.clear()
        self._complain("")
        self._show_patient()
        clinician = self._desk.clinician
        if clinician:
            parts = (clinician.name, clinician.role, clinician.registration)
            self._who.setText(", ".join(part for part in parts if part))
        self._stamp.setText(self._desk.stamp_preview(encounter.id))
        self._go_to(self._same if encounter.patient.is_known else self._enter_patient)

    def _lines(self, draft: Draft) -> Iterator[Paragraph]:
        """The note as it will be signed: every line, problem by problem, under its heading."""
        titles = next((dict(each.headings) for each in self._desk.templates() if each.id == draft.template_id), {})
        shown = ""
        for problem, heading, lines in groups(tuple(line for line in draft.lines if line.text), list(titles), False):
            if problem != shown:
                shown = problem
                yield Paragraph(problem, "heading")
            yield Paragraph(titles.get(heading, heading), "label")
            yield from (Paragraph(line.text) for line in lines)

    def _to_know(self, draft: Draft, changes: Sequence[Change], unseen: Sequence[Line]) -> Iterator[Paragraph]:
        """What left the note first, since nobody will see that it is missing; then what came or was changed, what was
        not looked at, what was said and stands nowhere, and who may read it."""
        left_out = self.tr("Left out: {text}")
        gone = [words.change(change) for change in changes if change.kind is Kind.REMOVED]
        gone += [left_out.format(text=check.text) for check in draft.checks if check.settled is Settled.REMOVED]
        gone += [left_out.format(text=review.as_line(one.text)) for one in review.unwritten(draft.left_out)]
        came = [words.change(change) for change in changes if change.kind is not Kind.REMOVED]
        yield from (Paragraph(text, "strong") for text in gone)
        yield from (Paragraph(text) for text in came)
        if not gone and not came:
            yield Paragraph(self.tr("Nothing: the note stands as it was drafted."), "muted")
        if answered := words.answered(draft.checks):
            yield Paragraph(answered, "muted")
        if unseen:
            yield Paragraph(self.tr("Not looked at; Esc goes back to them"), "label")
            yield from (Paragraph(f"•  {line.text}") for line in unseen)
        own = review.unwritten(draft.omissions)
        if own:
            yield Paragraph(self.tr("You said this; it is not in the note"), "label")
            yield from (Paragraph(f"•  {review.as_line(one.text)}") for one in own)
        if rest := len(draft.omissions) - len(own):
            yield Paragraph(words.not_in_the_note(rest, bool(own)), "muted")
        flagged = [(line, why) for line in draft.lines if line.text and (why := words.sensitive(line))]
        if flagged:
            yield Paragraph(self.tr("Who may read this?"), "label")
            yield from (Paragraph(f"•  {line.text}  ({why})") for line, why in flagged)
            yield Paragraph(
                self.tr(
                    "The patient, or somebody beside them, may read the record online. Go back and press H on a line "
                    "to put it into an entry of its own, which you can hide there."
                ),
                "muted",
            )

    def refresh(self, encounter: Encounter) -> None:
        if self._encounter and encounter.id == self._encounter.id:
            if encounter.patient != self._encounter.patient:
                self._same.setChecked(False)  # another name needs another look
            self._encounter = encounter
            self._show_patient()
            if encounter.patient.is_known and self.isVisible():
                self._same.setFocus()

    def close_encounter(self) -> None:
        self._encounter = None
        self.pin.clear()
        self.note.show_paragraphs(())
        self.changes.show_paragraphs(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._same.hasFocus():
                self._same.setChecked(True)
            else:
                self._sign()
        else:
            super().keyPressEvent(event)

    def _confirmed(self, same: bool) -> None:
        if same:
            self._go_to(self.pin)

    def _go_to(self, widget: QWidget) -> None:
        widget.setFocus()
        self._area.ensureWidgetVisible(widget)

    def _turn(self, pages: int) -> None:
        """Scrolls the text that has the focus, else the note: whoever is about to type the PIN can read on."""
        bar = (self.changes if self.changes.hasFocus() else self.note).verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def _go_back(self) -> None:
        if self._encounter:
            self.back_wanted.emit(self._encounter.id)

    def _show_patient(self) -> None:
        if self._encounter is None:
            return
        patient = self._encounter.patient
        self._name.setText(words.patient(patient))
        set_property(self._name, "tone", "" if patient.is_known else "warn")
        parts = (
            self.tr("Born {date}").format(date=words.born(patient.date_of_birth))
            if patient.date_of_birth
            else self.tr("No date of birth"),
            self.tr("NHS number {number}").format(number=words.nhs_number(patient.nhs_number))
            if patient.nhs_number
            else self.tr("No NHS number"),
        )
        self._about.setText("     ".join(parts))
        notices = self._desk.patient_notices(self._encounter.id) if patient.is_known else ()
        self._look_twice.setText("\n".join(words.patient_notice(notice) for notice in notices))
        self._look_twice.setVisible(bool(notices))
        self._same.setVisible(patient.is_known)
        self._enter_patient.setVisible(not patient.is_known)

    def _sign(self) -> None:
        if self._encounter is None or not self._button.isEnabled():
            return
        if not self._encounter.patient.is_known:
            self._complain(self.tr("Enter the patient's name and date of birth first."))
            self._enter_patient.setFocus()
        elif not self._same.isChecked():
            self._complain(self.tr("Confirm first that this is the patient you saw."))
            self._same.setFocus()
        elif not self.pin.text():
            self._complain(self.tr("Type your PIN to sign."))
            self.pin.setFocus()
        else:
            encounter_id, pin = self._encounter.id, self.pin.text()
            self.pin.clear()
            self._complain("")
            self._button.setEnabled(False)
            self._button.say(self.tr("Signing…"))
            patient, draft_id = self._encounter.patient, self._draft_id
            self._bridge.run(lambda: self._desk.sign(encounter_id, pin, patient, draft_id), self._done, self._refused)

    def _done(self, note: SignedNote) -> None:
        self._ready()
        announce(self, self.tr("Signed"))
        self.signed.emit(note)

    def _ready(self) -> None:
        self._button.setEnabled(True)
        self._button.say(self.tr("Sign the note"))

    def _refused(self, error: ScribeError) -> None:
        self._ready()
        self._complain(self.tr("Not signed. {why}").format(why=error))
        self.pin.setFocus()

    def _complain(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))
        if text:
            announce(self, text, at_once=True)
