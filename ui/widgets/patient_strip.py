"""Whose encounter this is, in sight on every page from Record to Export, and where it is on its way."""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from scribe.encounter import is_same_person
from scribe.records import Encounter, Patient
from ui import theme, words
from ui.widgets.basic import Button, IconLabel, chip, field, flow, label, row, set_property

_CHECK = 1  # of the steps
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(text: str, today: date) -> date | None:
    """A date of birth as people type it: 3/2/1961, 03-02-1961, 03021961, 3 Feb 1961; day first, four-figure year.

    Returns None when it is no date, lies in the future, or more than 130 years back.
    """
    parts = re.findall(r"[a-z]+|\d+", text.lower())
    if len(parts) == 1 and len(parts[0]) == 8 and parts[0].isdigit():
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) != 3 or len(parts[2]) != 4:
        return None
    day, month, year = parts
    if month[:3] in _MONTHS:
        month = str(_MONTHS.index(month[:3]) + 1)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found <= today and today.year - found.year <= 130 else None


class PatientForm(QWidget):
    """Name, date of birth, NHS number and known medicines of the patient, as a person enters them.

    Signals:
        given(Patient): what was entered, with a date that is one.
        left(): closed without a change.
    """

    given = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name, self._born, self._nhs, self._medicines = (QLineEdit() for _ in range(4))
        self._born.setPlaceholderText(self.tr("3 Feb 1961"))
        self._medicines.setPlaceholderText(self.tr("Separated by commas"))
        self._wrong = label("", tone="bad")
        self._wrong.hide()
        self._sent: Patient | None = None  # by the record system, in a file
        self._taken = Patient()  # where the names that belong to what is in the fields come from
        self._remarks = label("", tone="warn")
        self._remarks.hide()
        self._use = Button("", self._fill_in, icon="person", name=self.tr("Take the patient from the record system"))
        self._use.hide()
        fields = QHBoxLayout()
        fields.setSpacing(theme.GAP)
        for caption, widget, stretch in (
            (self.tr("Name"), self._name, 3),
            (self.tr("Date of birth"), self._born, 2),
            (self.tr("NHS number"), self._nhs, 2),
            (self.tr("Known medicines"), self._medicines, 3),
        ):
            fields.addLayout(field(caption, widget), stretch)
            widget.returnPressed.connect(self._give)
        save = Button(self.tr("Save patient"), self._give, kind="primary", key="Enter")
        cancel = Button(self.tr("Cancel"), self.left.emit, kind="quiet", key="Esc")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.GAP)
        outer.addLayout(fields)
        outer.addWidget(self._wrong)
        outer.addWidget(self._remarks)
        outer.addLayout(row(save, cancel, self._use, 1))

    def show_patient(self, patient: Patient) -> None:
        self._name.setText(patient.name)
        self._born.setText(words.born(patient.date_of_birth))
        self._nhs.setText(words.nhs_number(patient.nhs_number))
        self._medicines.setText(", ".join(patient.known_medicines))
        self._wrong.hide()
        self._remarks.hide()
        self._use.hide()
        self._sent, self._taken = None, patient

    def offer(self, patient: Patient, sent_at: str, remarks: str) -> None:
        """Offers whom the record system has sent, and when; a person takes it over, looks at it and saves it."""
        self._sent = patient
        text = self.tr("From the record system at {time}: {name}, {born}")
        self._use.say(text.format(time=sent_at, name=patient.name, born=words.born(patient.date_of_birth)))
        self._use.show()
        self._remarks.setText(remarks)
        self._remarks.setVisible(bool(remarks))

    def _fill_in(self) -> None:
        if self._sent is not None:
            if not is_same_person(self._taken, self._sent):
                self._medicines.clear()  # they were of somebody else
            self._taken = self._sent
            self._name.setText(self._sent.name)
            self._born.setText(words.born(self._sent.date_of_birth))
            self._nhs.setText(words.nhs_number(self._sent.nhs_number))
            self._name.setFocus()

    def focus(self) -> None:
        self._name.setFocus()

    def complain(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # the field has taken it; the page around would start to record
        else:
            super().keyPressEvent(event)

    def _give(self) -> None:
        born = read_date(self._born.text(), date.today())
        if self._born.text().strip() and born is None:
            self.complain(self.tr("This is not a date of birth. Write it as 3 Feb 1961 or 03/02/1961."))
            self._born.setFocus()
            return
        medicines = (part.strip() for part in self._medicines.text().split(","))
        self.given.emit(
            Patient(
                name=" ".join(self._name.text().split()),
                date_of_birth=born,
                nhs_number="".join(self._nhs.text().split()),
                known_medicines=tuple(part for part in medicines if part),
                family_name=self._taken.family_name,
                given_names=self._taken.given_names,
            )
        )


class PatientStrip(QFrame):
    """Name, date of birth and NHS number or "No patient yet", with the steps of the way and the present one.

    Signals:
        given(Patient): the patient was entered or changed.
        form_opened().
    """

    given = Signal(object)
    form_opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self._name = label("", "heading")
        self._born = label("", "muted", wrap=False)
        self._nhs = label("", "muted", wrap=False)
        self._mode = chip()
        self._edit = Button(self.tr("Patient"), self.open_form, icon="edit", key="Ctrl+P")
        self._steps = [chip(text) for text in (self.tr("Record"), self.tr("Check"), self.tr("Sign"), self.tr("Export"))]
        self.form = PatientForm()
        self.form.given.connect(self.given)
        self.form.left.connect(self.close_form)
        self.form.hide()
        facts = flow(self._born, self._nhs, self._mode, gap=theme.GAP)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._name)
        texts.addLayout(facts)
        steps = QHBoxLayout()
        steps.setSpacing(theme.GRID)
        for step in self._steps:
            steps.addWidget(step)
        across = QHBoxLayout()
        across.setSpacing(theme.GAP)
        across.addWidget(IconLabel("person", "accent", 30))
        across.addLayout(texts, 1)
        across.addWidget(self._edit)
        across.addSpacing(theme.GAP)
        across.addLayout(steps)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.GAP_PAGE, theme.GAP_SMALL, theme.GAP_PAGE, theme.GAP_SMALL)
        outer.setSpacing(theme.GAP)
        outer.addLayout(across)
        outer.addWidget(self.form)
        self._home: QBoxLayout = outer
        self._place: QBoxLayout = outer  # where the form is
        self._patient = Patient()
        self._may_edit = False

    def show_encounter(
        self, encounter: Encounter, step: int, place: QBoxLayout | None = None, *, checked: bool = True
    ) -> None:
        """Shows the encounter's patient and mode.

        Args:
            encounter: whose.
            step: 0 record, 1 check, 2 sign, 3 export.
            place: where the form opens, with a button of its own; by default here.
            checked: nothing is left to look at; without it Check has no tick, though it may be behind.
        """
        if self._place is not (place or self._home):
            self._place = place or self._home
            shown = not self.form.isHidden()
            self._place.addWidget(self.form)
            self.form.setVisible(shown)
        patient = encounter.patient
        self._patient = patient
        self._name.setText(words.patient(patient))
        set_property(self._name, "tone", "" if patient.name else "warn")
        born = patient.date_of_birth
        self._born.setText(words.birth(born) if born else self.tr("No date of birth"))
        self._nhs.setText(
            self.tr("NHS {number}").format(number=words.nhs_number(patient.nhs_number))
            if patient.nhs_number
            else self.tr("No NHS number")
        )
        self._mode.setText(words.mode(encounter.mode))
        self._may_edit = step < 3
        self._edit.setVisible(self._may_edit and place is None)
        for number, chip_ in enumerate(self._steps):
            text = chip_.text().lstrip("✓●\u2002 ")
            over = number < step and (checked or number != _CHECK)
            chip_.setText(f"✓ {text}" if over else f"● {text}" if number == step else text)
            set_property(chip_, "tone", "accent" if number == step else "")
        self.setAccessibleName(f"{self._name.text()}, {self._born.text()}, {self._nhs.text()}")

    def open_form(self) -> None:
        if not (self._may_edit and self.isVisible()):
            return
        self.form.show_patient(self._patient)
        self.form.show()
        self.form.focus()
        self.form_opened.emit()

    def close_form(self) -> None:
        had_focus = self.form.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.form.hide()
        if had_focus:
            self._edit.setFocus()
