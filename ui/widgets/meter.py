"""How loud it is, as a row of bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import motion, theme

_HEARD = 0.02  # from here on something is heard
_BAR_PX = 9  # a bar with the gap after it


class LevelMeter(QWidget):
    """Shows a level between 0 and 1; the number of lit bars says it, not their colour."""

    def __init__(self) -> None:
        super().__init__()
        self._level = 0.0
        self.setAccessibleName(self.tr("Sound level"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_level(self, level: float) -> None:
        level = min(max(level, 0.0), 1.0)
        if motion.is_still():  # it says whether anything is heard, and does not dance
            level = 0.0 if level < _HEARD else 0.5
        if abs(level - self._level) > 0.001:
            self._level = level
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bars = max(12, self.width() // _BAR_PX)
        step = self.width() / bars
        lit = round(self._level**0.6 * bars)  # ears are not linear
        for bar in range(bars):
            tall = self.height() * (0.45 + 0.55 * (bar % 3) / 2) if bar < lit else self.height() * 0.3
            painter.setBrush(theme.colour("accent" if bar < lit else "border"))
            box = QRectF(bar * step + step * 0.2, (self.height() - tall) / 2, step * 0.6, tall)
            painter.drawRoundedRect(box, step * 0.3, step * 0.3)
