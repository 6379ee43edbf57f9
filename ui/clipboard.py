"""The system's clipboard: what Scribe puts there is kept out of histories and clouds where the system allows."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from scribe.encounter.clipboard import ClipboardGuard

_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
_WINDOWS_FORMATS = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)


class SystemClipboard:
    """What the guard needs of Qt's clipboard."""

    def text(self) -> str:
        return QGuiApplication.clipboard().text()

    def clear(self) -> None:
        QGuiApplication.clipboard().clear()


class Clipboard:
    """Puts text on the clipboard, and takes away only what it put there."""

    def __init__(self) -> None:
        self._guard = ClipboardGuard(SystemClipboard())

    def put(self, text: str) -> None:
        data = QMimeData()
        data.setText(text)
        if sys.platform == "win32":
            for name in _WINDOWS_FORMATS:
                data.setData(_WINDOWS.format(name), (0).to_bytes(4, "little"))
        elif sys.platform == "darwin":
            data.setData("org.nspasteboard.ConcealedType", b"1")
        else:
            data.setData("x-kde-passwordManagerHint", b"secret")
        QGuiApplication.clipboard().setMimeData(data)
        self._guard.copied(text)

    def clear_own(self) -> bool:
        """Clears the clipboard if what it holds came from Scribe; says whether it did."""
        return self._guard.clear_own()
