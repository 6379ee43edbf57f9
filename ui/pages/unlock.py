"""Who is at the computer: first set-up, choosing a profile, PIN, and the recovery code."""

from __future__ import annotations

import functools

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from scribe.desk import MIN_PIN, Desk
from scribe.errors import ScribeError
from scribe.records import Clinician
from ui import theme
from ui.announce import announce
from ui.bridge import Bridge
from ui.widgets.basic import Button, Card, CentredPage, RowButton, clear, field, flow, label, row


def secret(name: str) -> QLineEdit:
    """A field that shows dots."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setAccessibleName(name)
    return made


class _Form(QWidget):
    """A titled column of fields with one button; an error stands under the fields."""

    first: QWidget  # what has the focus when the form appears

    def __init__(self, title: str, explain: str = "") -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GAP)
        self.column.addWidget(label(title, "heading"))
        if explain:
            self.column.addWidget(label(explain, "muted"))
        self.wrong = label("", tone="bad")
        self.wrong.hide()

    def complain(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        if text:
            announce(self, text, at_once=True)

    def showing(self, error: ScribeError) -> None:
        self.complain(str(error))
        self.setEnabled(True)


class PassphraseForm(_Form):
    """Asked where the computer has no place of its own for keys: chosen the first time, typed from then on."""

    def __init__(self, page: UnlockPage) -> None:
        super().__init__(self.tr("Passphrase of this computer"))
        self._page = page
        self._choosing = False
        self._explain = label("", "muted")
        self.phrase, self.again = secret(self.tr("Passphrase")), secret(self.tr("Passphrase once more"))
        self.phrase.returnPressed.connect(self._go)
        self.again.returnPressed.connect(self._go)
        self._twice = QWidget()
        self._twice.setLayout(field(self.tr("Passphrase once more"), self.again))
        self.column.addWidget(self._explain)
        self.column.addLayout(field(self.tr("Passphrase"), self.phrase))
        self.column.addWidget(self._twice)
        self.column.addWidget(self.wrong)
        self.column.addLayout(row(Button(self.tr("Continue"), self._go, kind="primary", key="Enter"), 1))
        self._forgot = Button(self.tr("I forgot the passphrase"), page.show_recover_store, kind="quiet")
        self.column.addLayout(row(self._forgot, 1))
        self.first = self.phrase

    def show_for(self, *, choosing: bool) -> None:
        """Args: choosing: there is no store yet, and a slip of the finger would lock everybody out of it."""
        self._choosing = choosing
        self._twice.setVisible(choosing)
        self._forgot.setVisible(not choosing)
        self._explain.setText(
            self.tr(
                "This computer has no safe place for keys, so Scribe keeps its records under a passphrase. "
                "Everyone who uses Scribe here will need it. Choose at least 12 characters."
            )
            if choosing
            else self.tr("Scribe's records on this computer are kept under a passphrase.")
        )

    def _go(self) -> None:
        if self._choosing and not self.again.text():
            self.again.setFocus()
        elif self._choosing and self.phrase.text() != self.again.text():
            self.complain(self.tr("The two passphrases are not the same."))
        else:
            self.complain("")
            self._page.open_store(self.phrase.text())


class RecoverStoreForm(_Form):
    """The records opened by a recovery code, where the passphrase was forgotten or the keyring has lost their key."""

    def __init__(self, page: UnlockPage) -> None:
        super().__init__(
            self.tr("Open with a recovery code"),
            self.tr(
                "The code that any of you wrote down when setting up a profile here will do. PINs stay as they are."
            ),
        )
        self._page = page
        self.code = QLineEdit()
        self.phrase, self.again = secret(self.tr("New passphrase")), secret(self.tr("New passphrase once more"))
        self.code.returnPressed.connect(self._go)
        self.again.returnPressed.connect(self._go)
        self._phrases = QWidget()
        phrases = QVBoxLayout(self._phrases)
        phrases.setContentsMargins(0, 0, 0, 0)
        phrases.setSpacing(theme.GAP)
        hint = self.tr("At least 12 characters. Everyone who uses Scribe here will need it.")
        phrases.addLayout(field(self.tr("New passphrase"), self.phrase, hint))
        phrases.addLayout(field(self.tr("New passphrase once more"), self.again))
        self.column.addLayout(field(self.tr("Recovery code"), self.code))
        self.column.addWidget(self._phrases)
        self.column.addWidget(self.wrong)
        self._back = Button(self.tr("Back"), page.start, kind="quiet", icon="back", key="Esc")
        self.column.addLayout(flow(Button(self.tr("Open"), self._go, kind="primary", key="Enter"), self._back))
        self.first = self.code

    def show_for(self, *, passphrase: bool, why: str = "") -> None:
        """Args: passphrase: a new one is chosen. why: what keeps the records shut."""
        self._phrases.setVisible(passphrase)
        for widget in (self.code, self.phrase, self.again):
            widget.clear()
        self.complain(why)

    def _go(self) -> None:
        chooses = not self._phrases.isHidden()
        if chooses and not self.phrase.text():
            self.phrase.setFocus()
        elif chooses and self.phrase.text() != self.again.text():
            self.complain(self.tr("The two passphrases are not the same."))
        else:
            self.complain("")
            self._page.recover_store(self.code.text().strip(), self.phrase.text() if chooses else None)


class ChooseForm(_Form):
    """Profiles to choose from, and the PIN of the one chosen."""

    def __init__(self, page: UnlockPage) -> None:
        super().__init__(self.tr("Who are you?"))
        self._page = page
        self._chosen = ""
        self._rows: dict[str, RowButton] = {}
        self._people = QVBoxLayout()
        self._people.setSpacing(theme.GAP_SMALL)
        self.pin = secret(self.tr("PIN"))
        self.pin.setMaximumWidth(260)
        self.pin.returnPressed.connect(self._unlock)
        self.column.addLayout(self._people)
        self.column.addLayout(field(self.tr("PIN"), self.pin))
        self.column.addWidget(self.wrong)
        self.column.addLayout(row(Button(self.tr("Unlock"), self._unlock, kind="primary", key="Enter"), 1))
        forgot = Button(self.tr("I forgot my PIN"), lambda: page.show_recover(self._chosen), kind="quiet")
        add = Button(self.tr("Add a profile"), page.show_create, kind="quiet", icon="add")
        self.column.addLayout(flow(forgot, add))
        self.first = self.pin

    def show_profiles(self, profiles: tuple[Clinician, ...], chosen: str) -> None:
        clear(self._people)
        self._rows = {}
        for person in profiles:
            made = RowButton(f"{person.name}, {person.role}", functools.partial(self.choose, person.id))
            made.setCheckable(True)
            made.add(_pair(person), 1)
            self._rows[person.id] = made
            self._people.addWidget(made)
        self.choose(chosen if chosen in self._rows else next(iter(self._rows), ""))
        self.pin.clear()
        self.complain("")

    def choose(self, clinician_id: str) -> None:
        self._chosen = clinician_id
        for key, made in self._rows.items():
            made.setChecked(key == clinician_id)
        self.pin.setFocus()

    def _unlock(self) -> None:
        self._page.unlock(self._chosen, self.pin.text())
        self.pin.clear()


def _pair(person: Clinician) -> QWidget:
    made = QWidget()
    inner = QVBoxLayout(made)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(1)
    inner.addWidget(label(person.name, "strong"))
    inner.addWidget(label(person.role, "small"))
    return made


class CreateForm(_Form):
    """A new profile."""

    def __init__(self, page: UnlockPage) -> None:
        super().__init__(
            self.tr("Set up your profile"),
            self.tr(
                "Your name and role stand under the notes that you sign. "
                "Only your PIN opens your consultations; nobody else on this computer can see them."
            ),
        )
        self._page = page
        self.name, self.role, self.registration = QLineEdit(), QLineEdit(), QLineEdit()
        self.role.setPlaceholderText(self.tr("GP, Consultant rheumatologist, …"))
        self.registration.setPlaceholderText(self.tr("GMC 1234567, if you have one"))
        self.pin, self.again = secret(self.tr("PIN")), secret(self.tr("PIN once more"))
        self.again.returnPressed.connect(self._create)
        for caption, widget in (
            (self.tr("Name"), self.name),
            (self.tr("Role"), self.role),
            (self.tr("Registration"), self.registration),
        ):
            self.column.addLayout(field(caption, widget))
        pins = QHBoxLayout()
        pins.setSpacing(theme.GAP)
        pins.addLayout(field(self.tr("PIN, at least {count} digits").format(count=MIN_PIN), self.pin))
        pins.addLayout(field(self.tr("PIN once more"), self.again))
        self.column.addLayout(pins)
        self.column.addWidget(self.wrong)
        self._back = Button(self.tr("Back"), page.show_choose, kind="quiet", icon="back", key="Esc")
        self.column.addLayout(row(Button(self.tr("Create profile"), self._create, kind="primary", key="Enter"), 1))
        self.column.addLayout(row(self._back, 1))
        self.first = self.name

    def offer_back(self, possible: bool) -> None:
        self._back.setVisible(possible)

    def _create(self) -> None:
        if not self.name.text().strip() or not self.role.text().strip():
            self.complain(self.tr("Write your name and role; they stand under the notes that you sign."))
        elif len(self.pin.text()) < MIN_PIN:
            self.complain(self.tr("The PIN needs at least {count} digits.").format(count=MIN_PIN))
        elif self.pin.text() != self.again.text():
            self.complain(self.tr("The two PINs are not the same."))
        else:
            self.complain("")
            self._page.make_profile(
                self.name.text().strip(), self.role.text().strip(), self.registration.text().strip(), self.pin.text()
            )


class CodeForm(_Form):
    """The recovery code, shown this once: only who copies its end goes on, so that no stray Enter takes it away."""

    def __init__(self, page: UnlockPage) -> None:
        super().__init__(
            self.tr("Write this down"),
            self.tr(
                "If you forget your PIN, only this code opens your consultations. Keep it on paper, away from this "
                "computer. It is shown this once and is not stored."
            ),
        )
        self.code = label("", "code")
        self.code.setAccessibleName(self.tr("Recovery code"))
        self._page = page
        self._whole = ""
        frame = Card()
        frame.add(self.code)
        self.column.addWidget(frame)
        self.end = QLineEdit()
        self.end.setMaximumWidth(260)
        self.end.returnPressed.connect(self._done)
        self.column.addLayout(field(self.tr("Its last group, from your paper"), self.end))
        self.column.addWidget(self.wrong)
        done = Button(self.tr("I have written it down"), self._done, kind="primary", key="Enter")
        self.column.addLayout(row(done, 1))
        self.first = self.end

    def show_code(self, code: str) -> None:
        """Shows a code in two rows of whole groups; an empty one forgets the last."""
        self._whole = code
        groups = code.split("-")
        half = (len(groups) + 1) // 2
        self.code.setText("\n".join("-".join(part) for part in (groups[:half], groups[half:]) if part))
        self.end.clear()
        self.complain("")

    def _done(self) -> None:
        if self.end.text().strip().upper() == self._whole.rpartition("-")[2]:
            self._page.finish()
        else:
            self.complain(self.tr("That is not how the code ends. Look at your paper again."))
            self.end.setFocus()


class RecoverForm(_Form):
    """A new PIN by means of the recovery code."""

    def __init__(self, page: UnlockPage) -> None:
        super().__init__(
            self.tr("Open with your recovery code"),
            self.tr("Type the code that you wrote down when you set up your profile, and choose a new PIN."),
        )
        self._page = page
        self._who = ""
        self.code = QLineEdit()
        self.pin, self.again = secret(self.tr("New PIN")), secret(self.tr("New PIN once more"))
        self.again.returnPressed.connect(self._recover)
        self.column.addLayout(field(self.tr("Recovery code"), self.code))
        self.column.addLayout(field(self.tr("New PIN"), self.pin))
        self.column.addLayout(field(self.tr("New PIN once more"), self.again))
        self.column.addWidget(self.wrong)
        back = Button(self.tr("Back"), page.show_choose, kind="quiet", icon="back", key="Esc")
        self.column.addLayout(flow(Button(self.tr("Open"), self._recover, kind="primary", key="Enter"), back))
        self.first = self.code

    def show_for(self, clinician_id: str) -> None:
        self._who = clinician_id
        for widget in (self.code, self.pin, self.again):
            widget.clear()
        self.complain("")

    def _recover(self) -> None:
        if len(self.pin.text()) < MIN_PIN:
            self.complain(self.tr("The PIN needs at least {count} digits.").format(count=MIN_PIN))
        elif self.pin.text() != self.again.text():
            self.complain(self.tr("The two PINs are not the same."))
        else:
            self._page.recover(self._who, self.code.text().strip(), self.pin.text())


class UnlockPage(CentredPage):
    """Opens the store and a profile.

    Signals:
        unlocked(Clinician).
    """

    unlocked = Signal(object)

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        super().__init__(480)
        self._desk, self._bridge = desk, bridge
        self._made: Clinician | None = None
        self.passphrase = PassphraseForm(self)
        self.recover_store_form = RecoverStoreForm(self)
        self.choose = ChooseForm(self)
        self.create_form = CreateForm(self)
        self.code = CodeForm(self)
        self.recover_form = RecoverForm(self)
        self._forms = (
            self.passphrase,
            self.recover_store_form,
            self.choose,
            self.create_form,
            self.code,
            self.recover_form,
        )
        for form in self._forms:
            form.hide()
        self._welcome = label("", "title")
        self._promise = label(self.tr("Nothing you record or write leaves this computer."), "muted")
        self.column.addStretch(1)
        self.column.addWidget(self._welcome)
        self.column.addWidget(self._promise)
        self.column.addWidget(Card(margin=theme.GAP_PAGE).add(*self._forms))
        self.column.addStretch(3)
        self._last = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        aside = self.create_form.isVisible() or self.recover_form.isVisible()
        if event.key() == Qt.Key.Key_Escape and aside and self._desk.profiles():
            self.show_choose()
        elif event.key() == Qt.Key.Key_Escape and self.recover_store_form.isVisible():
            self.start()
        else:
            super().keyPressEvent(event)

    def start(self) -> None:
        """Opens the store, asking for a passphrase where that is needed."""
        self._welcome.setText(self.tr("Welcome to Scribe"))
        if self._desk.needs_passphrase():
            self.passphrase.show_for(choosing=not self._desk.store_exists())
            self._show(self.passphrase)
        else:
            self.open_store(None)

    def show_locked(self) -> None:
        """After a lock: the same person first."""
        self._welcome.setText(self.tr("Scribe is locked"))
        self.show_choose()

    def open_store(self, passphrase: str | None) -> None:
        self.passphrase.setEnabled(False)
        self._bridge.run(lambda: self._desk.open_store(passphrase), lambda _: self._opened(), self._store_failed)

    def show_recover_store(self, why: str = "") -> None:
        self.recover_store_form.show_for(passphrase=self._desk.recovery_wants_passphrase(), why=why)
        self._show(self.recover_store_form)

    def recover_store(self, code: str, passphrase: str | None) -> None:
        self.recover_store_form.setEnabled(False)
        self._bridge.run(
            lambda: self._desk.recover_store(code, passphrase),
            lambda _: self._opened(),
            self.recover_store_form.showing,
        )

    def show_choose(self) -> None:
        self.choose.show_profiles(self._desk.profiles(), self._last)
        self._show(self.choose)

    def show_create(self) -> None:
        self.create_form.offer_back(bool(self._desk.profiles()))
        self._show(self.create_form)

    def show_recover(self, clinician_id: str) -> None:
        self.recover_form.show_for(clinician_id)
        self._show(self.recover_form)

    def unlock(self, clinician_id: str, pin: str) -> None:
        self.choose.setEnabled(False)
        self._bridge.run(lambda: self._desk.unlock(clinician_id, pin), self._enter, self._pin_failed)

    def make_profile(self, name: str, role: str, registration: str, pin: str) -> None:
        self.create_form.setEnabled(False)
        self._bridge.run(
            lambda: self._desk.create_profile(name, role, registration, pin),
            self._created,
            self.create_form.showing,
        )

    def recover(self, clinician_id: str, code: str, pin: str) -> None:
        self.recover_form.setEnabled(False)
        self._bridge.run(lambda: self._desk.recover(clinician_id, code, pin), self._enter, self.recover_form.showing)

    def finish(self) -> None:
        """The recovery code is written down."""
        self.code.show_code("")
        if self._made:
            self._enter(self._made)

    def _opened(self) -> None:
        for secret_ in (self.passphrase, self.recover_store_form):
            secret_.phrase.clear()
            secret_.again.clear()
        if self._desk.profiles():
            self._welcome.setText(self.tr("Welcome back"))
            self.show_choose()
        else:
            self.show_create()

    def _store_failed(self, error: ScribeError) -> None:
        if self._desk.needs_passphrase():
            self._show(self.passphrase)
            self.passphrase.showing(error)
            self.passphrase.phrase.selectAll()
        elif error.code in ("store-key-missing", "no-keyring"):
            self.show_recover_store(f"{error.happened} {error.safe}".strip())
        else:
            self._bridge.error.emit(error)

    def _pin_failed(self, error: ScribeError) -> None:
        if error.code == "disk-full":  # what it says of a change is of no use here
            error = ScribeError(
                self.tr("Scribe cannot unlock while the disk is full, because it writes down every try of a PIN."),
                safe=self.tr("Your work is kept, and a recording goes on."),
                do=self.tr("Free some space, then try again."),
                code=error.code,
            )
        self.choose.showing(error)
        self.choose.pin.setFocus()

    def _created(self, made: tuple[Clinician, str]) -> None:
        self._made, code = made
        self.create_form.setEnabled(True)
        for widget in (self.create_form.pin, self.create_form.again):
            widget.clear()
        self.code.show_code(code)
        self._show(self.code)

    def _enter(self, clinician: Clinician) -> None:
        self._last = clinician.id
        self._made = None
        self.choose.setEnabled(True)
        self.recover_form.setEnabled(True)
        self.unlocked.emit(clinician)

    def _show(self, form: _Form) -> None:
        form.setEnabled(True)
        for other in self._forms:  # one at a time, so that the card is as tall as the form on it
            other.setVisible(other is form)
        form.first.setFocus()
