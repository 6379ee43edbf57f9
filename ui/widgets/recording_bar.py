"""A bar that says, wherever one is and even when locked, that the microphone is open."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from scribe.desk import RecorderStatus
from ui import theme, words
from ui.widgets.basic import IconLabel, label


class RecordingBar(QFrame):
    """Recording or paused, and for how long; it names no patient."""

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
        self.setVisible(status.state in ("recording", "paused"))
        said = self.tr("Recording paused") if status.state == "paused" else self.tr("Recording")
        self._text.setText(f"{said}   {words.duration(status.elapsed_ms)}")
        self.setAccessibleName(said)
