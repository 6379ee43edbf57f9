"""Line icons, drawn for this app on a grid of 24, in whatever colour the theme asks for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_PATHS = {
    "mic": '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="2.5"/>',
    "pause": '<path d="M8.5 5.5v13M15.5 5.5v13"/>',
    "play": '<path d="M8 5.5v13l10.5-6.5z"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="2.5"/><path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>',
    "back": '<path d="M14.5 5.5 8 12l6.5 6.5"/>',
    "next": '<path d="M9.5 5.5 16 12l-6.5 6.5"/>',
    "down": '<path d="m6.5 9.5 5.5 5.5 5.5-5.5"/>',
    "up": '<path d="m6.5 14.5 5.5-5.5 5.5 5.5"/>',
    "check": '<path d="m5 12.5 4.7 4.7L19 7.5"/>',
    "close": '<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>',
    "warning": '<path d="M12 4 3 19.5h18z"/><path d="M12 10v4.5M12 17v.2"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.2"/>',
    "add": '<path d="M12 5.5v13M5.5 12h13"/>',
    "edit": '<path d="M5 19l.8-3.8L16 5l3 3L8.8 18.2z"/>',
    "remove": '<path d="M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7"/>',
    "erase": '<path d="M8 19.5 3.8 15.3 14.3 4.8l5.7 5.7-9 9zM9 10l5.7 5.7M8 19.5h12"/>',
    "copy": '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M5 15V6.5A1.5 1.5 0 0 1 6.5 5H15"/>',
    "file": '<path d="M6.5 3.5h7l4.5 4.5v12.5h-11.5z"/><path d="M13.5 3.5V8H18"/>',
    "folder": '<path d="M3.5 18.5v-12h6l2 2.5h9v9.5z"/>',
    "keyboard": '<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6.5 10h.2M10 10h.2M13.5 10h.2M17 10h.2M8 14h8"/>',
    "person": '<circle cx="12" cy="8" r="3.7"/><path d="M4.5 20c.8-4 4-6 7.5-6s6.7 2 7.5 6"/>',
    "undo": '<path d="M5 9.5h9.5a5 5 0 0 1 0 10H9M9 5 4.5 9.5 9 14"/>',
    "redo": '<path d="M19 9.5H9.5a5 5 0 0 0 0 10H15M15 5l4.5 4.5L15 14"/>',
    "download": '<path d="M12 4v10.5M7.5 10.5 12 15l4.5-4.5M5 19.5h14"/>',
    "sign": '<path d="M4 17c3-7 5-10 6.5-9.5S9 15 10.5 15s2.5-3 4-3 .5 3 2 3 2-.8 3-2M4 20.5h16"/>',
    "spark": '<path d="M12 4v4M12 16v4M4 12h4M16 12h4M6.5 6.5l2.5 2.5M15 15l2.5 2.5M17.5 6.5 15 9M9 15l-2.5 2.5"/>',
}


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon `name` as a picture of `size` logical pixels, in `colour` (any form QColor reads)."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{QColor(colour).name()}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">'
        f"{_PATHS[name]}</svg>"
    )
    made = QPixmap(QSize(size, size) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


def icon(name: str, colour: str, size: int = 18) -> QIcon:
    """The icon for a button."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
    return made
