"""A bar that says, wherever one is and even when locked, that the microphone is open."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from scribe.desk import RecorderStatus
from ui import theme, words
from ui.widgets.basic import IconLabel, label


class RecordingBar(QFrame):
    """Recording, paused or in trouble, and for how long; it names no patient."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("bar", "recording")
        self._text = label("", wrap=False)
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.GAP_PAGE, theme.GRID + 1, theme.GAP_PAGE, theme.GRID + 1)
        across.setSpacing(theme.GAP_SMALL)
        across.addWidget(IconLabel("mic", "on_record", 18))
        across.addWidget(self._text, 1)
        self.hide()

    def show_status(self, status: RecorderStatus) -> None:
        self.setVisible(status.state != "idle")
        said = {
            "paused": self.tr("Recording paused"),
            "problem": self.tr("Not recording"),
        }.get(status.state, self.tr("Recording, not for the note") if status.aside else self.tr("Recording"))
        problem = words.recorder_problem(status.problem)[0] if status.problem else ""
        self._text.setText("   ".join(filter(None, (said, words.duration(status.elapsed_ms), problem))))
        self.setAccessibleName(said)
