"""Plain preferences, each saved as it is changed, and below them the models."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit

from scribe.desk import Desk
from scribe.errors import ScribeError
from scribe.records import Detail
from ui import phrases, theme, words
from ui.bridge import Bridge
from ui.pages.models import ModelsCard
from ui.pages.profiles import ProfilesCard
from ui.pages.voice import VoiceCard
from ui.preferences import Preferences
from ui.widgets.basic import Button, Card, CentredPage, Choice, column, field, label, row

_TEXT_SIZES = (100, 115, 130, 150, 175, 200)
_IDLE = (2, 5, 10, 15, 30, 60)


class SettingsPage(CentredPage):
    """Preferences.

    Signals:
        left(), failed(ScribeError), listening_changed(): a microphone was opened or closed.
    """

    left = Signal()
    failed = Signal(object)
    listening_changed = Signal()

    def __init__(self, desk: Desk, bridge: Bridge, preferences: Preferences) -> None:
        super().__init__(720)
        self._desk, self._bridge, self._preferences = desk, bridge, preferences
        self._loaded = False
        self._back = Button(self.tr("Back"), self._leave, icon="back", key="Esc")
        head = row(label(self.tr("Settings"), "title"), self._back)
        head.setStretch(0, 1)
        self.column.addLayout(head)
        # What matters to the next consultation first, what is set once last.
        self._build_consultation()
        self.voice = VoiceCard(desk, bridge)
        self.voice.failed.connect(self.failed)
        self.voice.listening_changed.connect(self.listening_changed)
        self.column.addWidget(self.voice)
        self._build_notes()
        self.profiles = ProfilesCard(bridge, preferences)
        self.profiles.failed.connect(self.failed)
        self.column.addWidget(self.profiles)
        self._build_look()
        self.models = ModelsCard(bridge, preferences)
        self.models.failed.connect(self.failed)
        self.column.addWidget(self.models)
        self.column.addStretch(1)

    def load(self) -> None:
        """Shows the preferences in use."""
        now = self._preferences.now
        self._fill(self._theme, now.theme)
        self._fill(self._text, now.text_percent)
        self._fill(self._motion, now.motion)
        self._fill(self._idle, now.idle_minutes)
        self._fill(self._detail, now.detail)
        self._fill(self._other, now.other_microphone)
        self._show_microphones(())
        self._bridge.run(self._desk.microphones, self._show_microphones, lambda _: None)  # said where one records
        self._template.clear()
        for template in self._desk.templates():
            self._template.addItem(template.title, template.id)
        refused = self._desk.refused_templates()
        self._refused.setText("\n".join(f"{error.happened} {error.do}" for error in refused))
        self._refused.setVisible(bool(refused))
        self._fill(self._template, now.template)
        self._folder.setText(str(self._preferences.export_folder))
        self._words.setPlainText("\n".join(now.own_words))
        self._phrases.setPlainText(phrases.written(now.phrases))
        self._loaded = True
        self.profiles.refresh()
        self.voice.refresh()
        self.models.refresh()

    def _show_microphones(self, names: tuple[str, ...]) -> None:
        preferred = self._preferences.now.microphone
        self._microphone.clear()
        self._microphone.addItem(self.tr("Whichever the computer uses"), "")
        for name in dict.fromkeys((*names, *filter(None, (preferred,)))):
            self._microphone.addItem(name, name)
        self._fill(self._microphone, preferred)

    def start(self) -> None:
        self.load()
        self.area.verticalScrollBar().setValue(0)
        self._microphone.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _build_look(self) -> None:
        self._theme, self._text = Choice(self.tr("Light or dark")), Choice(self.tr("Text size"))
        for title, value in (
            (self.tr("Same as this computer"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
            (self.tr("Light, high contrast"), "light-contrast"),
            (self.tr("Dark, high contrast"), "dark-contrast"),
        ):
            self._theme.addItem(title, value)
        for percent in _TEXT_SIZES:
            self._text.addItem(self.tr("{percent} %").format(percent=percent), percent)
        self._motion = Choice(self.tr("Movement"))
        self._motion.addItem(self.tr("Same as this computer"), "system")
        self._motion.addItem(self.tr("None: nothing moves by itself"), "none")
        self._on_choice(self._motion, "motion")
        self._on_choice(self._theme, "theme")
        self._on_choice(self._text, "text_percent")
        self.column.addWidget(
            Card().add(
                label(self.tr("How it looks"), "heading"),
                field(self.tr("Light or dark"), self._theme),
                field(self.tr("Text size"), self._text),
                field(self.tr("Movement"), self._motion),
            )
        )

    def _build_consultation(self) -> None:
        self._microphone, self._idle = Choice(self.tr("Microphone")), Choice(self.tr("Lock"))
        for minutes in _IDLE:
            self._idle.addItem(self.tr("after {minutes} minutes without use").format(minutes=minutes), minutes)
        self._words = QPlainTextEdit()
        self._words.setTabChangesFocus(True)
        self._words.setMinimumHeight(96)
        self._words.setMaximumHeight(160)
        self._other = Choice(self.tr("If the microphone is unplugged"))
        self._other.addItem(self.tr("Wait until it is back"), False)
        self._other.addItem(self.tr("Go on with the computer's usual microphone"), True)
        self._on_choice(self._microphone, "microphone")
        self._on_choice(self._other, "other_microphone")
        self._on_choice(self._idle, "idle_minutes")
        self.column.addWidget(
            Card().add(
                label(self.tr("Consultation"), "heading"),
                field(self.tr("Microphone"), self._microphone),
                field(self.tr("If the microphone is unplugged"), self._other),
                field(
                    self.tr("Names that Scribe mishears"),
                    self._words,
                    self.tr("One a line, at most 30: people, places, services. They count as spelt right, too."),
                ),
                field(
                    self.tr("Lock"),
                    self._idle,
                    self.tr("A key or the mouse counts as use. A recording goes on while Scribe is locked."),
                ),
            )
        )

    def _build_notes(self) -> None:
        self._template, self._detail = Choice(self.tr("Layout")), Choice(self.tr("Detail"))
        for detail in Detail:
            self._detail.addItem(words.detail(detail), detail)
        self._refused = label("", tone="warn")
        self._phrases = QPlainTextEdit()
        self._phrases.setTabChangesFocus(True)
        self._phrases.setMinimumHeight(96)
        self._phrases.setMaximumHeight(160)
        self._folder = QLineEdit()
        self._folder.setAccessibleName(self.tr("Folder for signed notes"))
        self._folder.editingFinished.connect(lambda: self._set(export_folder=self._folder.text().strip()))
        choose = Button("", self._choose_folder, icon="folder", name=self.tr("Choose a folder"))
        where = row(self._folder, choose)
        where.setStretch(0, 1)
        caption = label(self.tr("Folder for signed notes"), "label")
        caption.setBuddy(self._folder)
        self._on_choice(self._template, "template")
        self._on_choice(self._detail, "detail")
        self.column.addWidget(
            Card().add(
                label(self.tr("Notes"), "heading"),
                field(self.tr("Layout"), self._template),
                self._refused,
                field(self.tr("Detail"), self._detail),
                field(
                    self.tr("Your phrases"),
                    self._phrases,
                    self.tr(
                        "One a line, such as: sn1 = Call 999 if the pain comes back. While you edit a line, type sn1 and "
                        "a space."
                    ),
                ),
                column(caption, where, gap=theme.GRID),
            )
        )

    def _on_choice(self, choice: Choice, name: str) -> None:
        choice.activated.connect(lambda _: self._set(**{name: choice.currentData()}))

    def _fill(self, choice: Choice, value: object) -> None:
        index = choice.findData(value)
        if index < 0:
            choice.addItem(str(value), value)
            index = choice.count() - 1
        choice.setCurrentIndex(index)

    def _set(self, **changes: Any) -> None:
        try:
            self._preferences.change(**changes)
        except ScribeError as error:
            self.failed.emit(error)

    def hideEvent(self, event: QHideEvent) -> None:
        # However one leaves the page: by Back, by another page, by a lock.
        super().hideEvent(event)
        if event.spontaneous() or not self._loaded:
            return
        own = tuple(dict.fromkeys(filter(None, (line.strip() for line in self._words.toPlainText().splitlines()))))
        self._set(own_words=own)
        self._set(phrases=phrases.read(self._phrases.toPlainText()))

    def _leave(self) -> None:
        self.left.emit()

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for signed notes"), self._folder.text())
        if chosen:
            self._folder.setText(chosen)
            self._set(export_folder=chosen)
