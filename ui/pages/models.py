"""The models on this computer: fetched, checked, carried in by hand, removed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from scribe import models
from scribe.errors import ScribeError
from ui import motion, theme
from ui.announce import announce
from ui.bridge import Bridge
from ui.preferences import Preferences
from ui.widgets.basic import Button, Card, Choice, chip, clear, field, flow, label, row


class ModelsCard(Card):
    """Which models are used, and each model with what it is for and what can be done with it.

    Signals:
        failed(ScribeError).
        changed(): a model came or went, and the usual one may be another now.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(self, bridge: Bridge, preferences: Preferences) -> None:
        super().__init__()
        self._bridge, self._preferences = bridge, preferences
        self._speech, self._language = Choice(self.tr("Speech to text")), Choice(self.tr("Drafting"))
        self._speech.activated.connect(lambda _: self._use(speech_model=self._speech.currentData()))
        self._language.activated.connect(lambda _: self._use(language_model=self._language.currentData()))
        self._stop = threading.Event()
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GAP)
        self._said = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._cancel = Button(self.tr("Stop"), self._stop.set, icon="close")
        self._busy = QWidget()
        busy = QVBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        for part in (self._said, self._bar):
            busy.addWidget(part)
        busy.addLayout(row(self._cancel, 1))
        self._busy.hide()
        carry = Button(self.tr("Bring in from a folder or archive…"), self._choose, icon="folder")
        self._carry = carry
        self.add(
            label(self.tr("Models"), "label"),
            label(
                self.tr(
                    "What turns speech into text and drafts the note, on this computer. Each is checked, "
                    "byte for byte, before it is used."
                ),
                "muted",
            ),
            field(self.tr("Speech to text"), self._speech),
            field(self.tr("Drafting"), self._language),
            self._list,
            self._busy,
            flow(carry),
        )

    def refresh(self) -> None:
        """Reads the list again."""
        clear(self._list)
        listed = models.list_models()
        for line in listed:
            self._list.addWidget(self._row(line))
        now = self._preferences.now
        here = [line for line in listed if line.present]
        self._offer(self._speech, [line.name for line in here if line.model.kind == "speech"], now.speech_model)
        drafting = [line.name for line in here if line.model.kind == "language" and models.is_trained(line.name)]
        self._offer(self._language, drafting, now.language_model, models.drafting())

    def _offer(self, choice: Choice, names: list[str], used: str, usual: str = "") -> None:
        """What is on this computer, and what is used although it is not; the usual one first, where there is one."""

        def said(name: str) -> str:
            return name if name in names else self.tr("%1 (not on this computer)").replace("%1", name)

        choice.clear()
        if usual:
            choice.addItem(self.tr("The usual one here: %1").replace("%1", said(usual)), "")
        for name in filter(None, dict.fromkeys((*names, used))):
            choice.addItem(said(name), name)
        choice.setCurrentIndex(choice.findData(used))

    def _use(self, **changes: str) -> None:
        try:
            self._preferences.change(**changes)
        except ScribeError as error:
            self.failed.emit(error)

    def _row(self, line: models.Listed) -> QWidget:
        made = QWidget()
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        inner = QVBoxLayout(made)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.GRID)
        here = chip(self.tr("✓ On this computer"), "good") if line.present else chip(self.tr("Not here"))
        name = label(line.name, "strong")
        head = row(name, here)
        head.setStretch(0, 1)
        inner.addLayout(head)
        about = self.tr("{about}. {size} MB, {memory} MB of memory in use. {licence}.")
        inner.addWidget(
            label(
                about.format(
                    about=line.model.about.rstrip("."),
                    size=round(line.model.size / 1e6),
                    memory=line.model.memory_mb,
                    licence=line.model.licence,
                ),
                "small",
            )
        )
        actions = (
            (
                (self.tr("Check"), lambda: self._verify(line.name)),
                (self.tr("Remove"), lambda: self._remove(line.name)),
            )
            if line.present
            else ((self.tr("Get"), lambda: self._get(line.name)),)
        )
        inner.addLayout(flow(*(Button(text, act, kind="quiet", name=f"{text}: {line.name}") for text, act in actions)))
        return made

    def _get(self, name: str) -> None:
        tell = self._bridge.tell(self._progress)
        self._run(
            self.tr("Getting {name}").format(name=name),
            lambda: models.get(name, tell, self._stop.is_set),
            stoppable=True,
        )

    def _verify(self, name: str) -> None:
        self._run(self.tr("Checking {name}").format(name=name), lambda: models.verify(name))

    def _remove(self, name: str) -> None:
        self._run(self.tr("Removing {name}").format(name=name), lambda: models.remove(name))

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Archive or file with models"), str(Path.home()))
        path = chosen or QFileDialog.getExistingDirectory(self, self.tr("Folder with models"), str(Path.home()))
        if path:
            tell = self._bridge.tell(self._progress)
            self._run(
                self.tr("Bringing in models"),
                lambda: models.import_from(Path(path), tell, self._stop.is_set),
                stoppable=True,
            )

    def _run(self, said: str, call: Callable[[], object], *, stoppable: bool = False) -> None:
        self._stop.clear()
        self._said.setText(said)
        motion.show_busy(self._bar)
        self._cancel.setVisible(stoppable)
        self._busy.show()
        self._carry.setEnabled(False)

        def over(_: object) -> None:
            self._busy.hide()
            self._carry.setEnabled(True)
            self.refresh()
            self.changed.emit()
            announce(self, self.tr("Done"))

        def refused(error: ScribeError) -> None:
            over(None)
            self.failed.emit(error)

        self._bridge.run(call, over, refused, long=True)

    def _progress(self, progress: models.Progress) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * progress.done / max(progress.total, 1)))
        if progress.step == "fetch":
            said = self.tr("Getting {name}: {done} of {total} MB")
        else:
            said = self.tr("Getting {name} ready to use")
        self._said.setText(
            said.format(name=progress.model, done=round(progress.done / 1e6), total=round(progress.total / 1e6))
        )

    def stop(self) -> None:
        """Has a download end soon; what was fetched is kept for the next time."""
        self._stop.set()
