"""The system's clipboard: what Scribe puts there is kept out of histories and clouds where the system allows."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
_WINDOWS_FORMATS = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)


class SystemClipboard:
    """Puts text on the clipboard; the Desk's guard reads and clears it, so that none reaches the next patient."""

    def text(self) -> str:
        return QGuiApplication.clipboard().text()

    def clear(self) -> None:
        QGuiApplication.clipboard().clear()

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
