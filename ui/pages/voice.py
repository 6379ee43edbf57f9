"""The clinician's own voice: learnt from a short recording where they want it, and forgotten when they want it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from scribe.desk import Desk
from scribe.errors import ScribeError
from ui import words
from ui.announce import announce
from ui.bridge import Bridge
from ui.pages.consultation import SOUND
from ui.widgets.basic import Button, Card, flow, label


class VoiceCard(Card):
    """Keeps or forgets how the clinician sounds.

    Signals:
        failed(ScribeError).
    """

    failed = Signal(object)

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        super().__init__()
        self._desk, self._bridge = desk, bridge
        self._state = label("", "muted")
        self.learn = Button(self.tr("Choose a recording of your voice…"), self._choose, icon="mic")
        self.forget = Button(self.tr("Forget my voice"), self._forget, kind="danger", icon="remove")
        self.add(
            label(self.tr("Your voice"), "heading"),
            label(
                self.tr(
                    "Scribe can learn how you sound, so that it knows better who is the clinician. Record yourself alone "
                    "for ten seconds or more, reading for instance: “Good morning, I am one of the doctors here. Please "
                    "tell me what I can do for you today, and we will decide together what to do.” Your voice stays on "
                    "this computer, encrypted; the recording is not kept."
                ),
                "muted",
            ),
            self._state,
            flow(self.learn, self.forget),
        )

    def refresh(self) -> None:
        """Shows whether a voice is kept."""
        when = self._desk.voice_enrolled() if self._desk.clinician else None
        self._show(when)

    def take(self, path: Path) -> None:
        """Learns the voice in a file."""
        self.learn.setEnabled(False)
        self._state.setText(self.tr("Listening…"))

        def refused(error: ScribeError) -> None:
            self.refresh()
            self.failed.emit(error)

        self._bridge.run(lambda: self._desk.enrol_voice(path), lambda _: self._learnt(), refused, long=True)

    def _learnt(self) -> None:
        self.refresh()
        announce(self, self._state.text())

    def _show(self, when: datetime | None) -> None:
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
        self.learn.setFocus()
