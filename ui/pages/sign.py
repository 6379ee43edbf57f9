"""Signing: whose note, what was changed since the draft, under which name and stamp, and the PIN."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from scribe.desk import Desk
from scribe.errors import ScribeError
from scribe.records import Draft, Encounter, SignedNote
from ui import theme, words
from ui.announce import announce
from ui.bridge import Bridge
from ui.pages.unlock import secret
from ui.widgets.basic import Button, Card, CentredPage, Tick, clear, field, flow, label, row, set_property

_SHOWN = 12  # changes listed before "and n more"


class SignPage(CentredPage):
    """The last look before a note is final.

    Signals:
        signed(SignedNote), back_wanted(encounter_id), patient_wanted().
    """

    signed = Signal(object)
    back_wanted = Signal(str)
    patient_wanted = Signal()

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        super().__init__(720)
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
        self._changes = QVBoxLayout()
        self._changes.setSpacing(theme.GRID)
        self._who = label("", "strong")
        self._stamp = label("", "muted")
        self.pin = secret(self.tr("PIN"))
        self.pin.setMaximumWidth(260)
        self.pin.returnPressed.connect(self._sign)
        self._wrong = label("", tone="bad")
        self._wrong.hide()
        self._button = Button(self.tr("Sign the note"), self._sign, kind="primary", icon="sign", key="Enter")
        back = Button(
            self.tr("Back to the note"),
            self._go_back,
            kind="quiet",
            icon="back",
            key="Esc",
        )
        self.column.addWidget(label(self.tr("Sign the note"), "title"))
        self.column.addWidget(
            Card().add(
                label(self.tr("Whose note is this?"), "label"),
                self._name,
                self._about,
                self._look_twice,
                row(self._same, 1),
                row(self._enter_patient, 1),
            )
        )
        changes = Card()
        changes.add(label(self.tr("What you changed since the draft"), "label"), self._changes)
        self.column.addWidget(changes)
        self._sensitive = QVBoxLayout()
        self._sensitive.setSpacing(theme.GRID)
        self._sensitive_card = Card()
        self._sensitive_card.add(
            label(self.tr("Who may read this?"), "label"),
            self._sensitive,
            label(
                self.tr(
                    "The patient, or somebody beside them, may read the record online. Go back and press H on a line "
                    "to put it into an entry of its own, which you can hide there."
                ),
                "muted",
            ),
        )
        self.column.addWidget(self._sensitive_card)
        card = Card()
        card.add(
            label(self.tr("Your signature"), "label"),
            self._who,
            self._stamp,
            field(self.tr("PIN"), self.pin),
            self._wrong,
            flow(self._button, back),
            label(self.tr("A signed note cannot be changed. A correction becomes a new version."), "small"),
        )
        self.column.addWidget(card)
        self.column.addStretch(1)

    def open(self, encounter: Encounter, draft: Draft) -> None:
        """Shows what is about to be signed: this revision and no other."""
        self._encounter, self._draft_id = encounter, draft.id
        clear(self._sensitive)
        flagged = [(line, why) for line in draft.lines if line.text and (why := words.sensitive(line))]
        for line, why in flagged:
            self._sensitive.addWidget(label(f"•  {line.text}"))
            self._sensitive.addWidget(label(why, "small"))
        self._sensitive_card.setVisible(bool(flagged))
        self._same.setChecked(False)
        self.pin.clear()
        self._complain("")
        self._show_patient()
        clear(self._changes)
        changes = self._desk.changes(encounter.id)
        for change in changes[:_SHOWN]:
            self._changes.addWidget(label(f"•  {words.change(change)}"))
        if len(changes) > _SHOWN:
            more = self.tr("and {count} more").format(count=len(changes) - _SHOWN)
            self._changes.addWidget(label(more, "muted"))
        if not changes:
            self._changes.addWidget(label(self.tr("Nothing: the note stands as it was drafted."), "muted"))
        if answered := words.answered(draft.checks):
            self._changes.addWidget(label(answered, "muted"))
        clinician = self._desk.clinician
        if clinician:
            parts = (clinician.name, clinician.role, clinician.registration)
            self._who.setText(", ".join(part for part in parts if part))
        self._stamp.setText(self._desk.stamp_preview(encounter.id))
        (self._same if encounter.patient.is_known else self._enter_patient).setFocus()

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
        clear(self._changes)
        clear(self._sensitive)

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
            self.pin.setFocus()

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
