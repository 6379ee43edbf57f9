"""The clinician's own voice: learnt from what they read aloud, or from a file, where they want it; forgotten when they
want it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog

from scribe.desk import Desk
from scribe.errors import ScribeError
from ui import words
from ui.announce import announce
from ui.bridge import Bridge
from ui.pages.consultation import SOUND
from ui.widgets.basic import Button, Card, flow, label

_LONGEST_MS = 60_000  # whoever is called away leaves no microphone open


class VoiceCard(Card):
    """Keeps or forgets how the clinician sounds.

    Signals:
        failed(ScribeError), listening_changed(): the microphone was opened or closed.
    """

    failed = Signal(object)
    listening_changed = Signal()

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        super().__init__()
        self._desk, self._bridge = desk, bridge
        self.microphone = ""  # as in `scribe.settings`
        self._listening = False
        self._longest = QTimer(self)
        self._longest.setSingleShot(True)
        self._longest.setInterval(_LONGEST_MS)
        self._longest.timeout.connect(self.stop)
        self._state = label("", "muted")
        self._sentences = label(
            self.tr(
                "“Good morning, I am one of the doctors here, and I am glad that you could come in today. Please tell me what "
                "I can do for you, and then we will decide together what to do.”"
            )
        )
        self.read = Button("", self._read_or_done, icon="mic")
        self.learn = Button(self.tr("Choose a recording instead…"), self._choose)
        self.forget = Button(self.tr("Forget my voice"), self._forget, kind="danger", icon="remove")
        self.add(
            label(self.tr("Your voice"), "heading"),
            label(
                self.tr(
                    "Scribe can learn how you sound, so that it knows better who is the clinician. Read these two "
                    "sentences aloud, alone, as you would speak to a patient. Only a description of your voice is kept, on this "
                    "computer, encrypted; what was recorded is destroyed at once. You can have it forgotten at any time."
                ),
                "muted",
            ),
            self._sentences,
            self._state,
            flow(self.read, self.learn, self.forget),
        )
        self._show(None)

    def refresh(self) -> None:
        """Shows whether a voice is kept."""
        when = self._desk.voice_enrolled() if self._desk.clinician else None
        self._show(when)

    def take(self, path: Path) -> None:
        """Learns the voice in a file."""
        self._wait(self.tr("Listening to the recording…"))
        self._bridge.run(lambda: self._desk.enrol_voice(path), lambda _: self._learnt(), self._refused, long=True)

    def stop(self) -> None:
        """Listens no longer, and learns nothing."""
        if self._listening:
            self._over()
            self._bridge.run(self._desk.drop_own_voice, self._closed, self._refused)

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def _read_or_done(self) -> None:
        if not self._listening:
            self._wait(self.tr("Opening the microphone…"))
            microphone = self.microphone
            self._bridge.run(lambda: self._desk.begin_own_voice(microphone), self._opened, self._refused)
            return
        self._over()
        self._wait(self.tr("Learning your voice…"))

        def closed(_: object) -> None:
            self.listening_changed.emit()
            self._bridge.run(self._desk.enrol_own_voice, lambda _: self._learnt(), self._refused, long=True)

        self._bridge.run(self._desk.end_dictation, closed, self._refused)

    def _opened(self, _: object) -> None:
        if not self.isVisible():  # the page was left meanwhile
            self._bridge.run(self._desk.drop_own_voice, self._closed, self._refused)
            return
        self._listening = True
        self._longest.start()
        self.read.say(self.tr("Done reading"))
        self.read.setEnabled(True)
        self.read.setFocus()
        self._say(self.tr("Listening. Read both sentences aloud, then press Done reading."))
        self.listening_changed.emit()

    def _over(self) -> None:
        self._listening = False
        self._longest.stop()

    def _closed(self, _: object) -> None:
        self.listening_changed.emit()
        self.refresh()

    def _refused(self, error: ScribeError) -> None:
        self._closed(None)
        self.failed.emit(error)

    def _learnt(self) -> None:
        self.refresh()
        announce(self, self._state.text())

    def _wait(self, why: str) -> None:
        self.read.setEnabled(False)
        self.learn.setEnabled(False)
        self._say(why)

    def _say(self, text: str) -> None:
        self._state.setText(text)
        announce(self, text)

    def _show(self, when: datetime | None) -> None:
        self.read.say(self.tr("Read them again") if when else self.tr("Read them now"))
        self.read.setEnabled(True)
        self.learn.setEnabled(True)
        self.forget.setVisible(when is not None)
        self._state.setText(
            self.tr("Learnt on {day}.").format(day=words.day(when.astimezone().date()))
            if when
            else self.tr("Not learnt. Nothing depends on it.")
        )

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("A recording of your voice"), "", self.tr("Recordings (%1)").replace("%1", SOUND)
        )
        if chosen:
            self.take(Path(chosen))

    def _forget(self) -> None:
        self._desk.forget_voice()
        self.refresh()
        self.read.setFocus()
