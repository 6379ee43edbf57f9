"""The preferences in use, kept in one place and saved at once when one is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QObject, Signal

from scribe import settings


class Preferences(QObject):
    """What the person prefers.

    Signals:
        changed(): one of them was changed and saved.
    """

    changed = Signal()

    def __init__(self, now: settings.Preferences | None = None) -> None:
        super().__init__()
        self.now = now or settings.Preferences()

    def change(self, **changes: Any) -> None:
        """Changes some and saves them.

        Raises:
            Fixable: "settings-wrong", "settings-not-saved"; nothing was changed then.
        """
        wanted = self.now.changed(**changes)
        if wanted != self.now:
            settings.save(wanted)
            self.now = wanted
            self.changed.emit()

    @property
    def export_folder(self) -> Path:
        """Where exports go unless somebody chooses another place."""
        chosen = self.now.export_folder
        return Path(chosen) if chosen else Path(platformdirs.user_documents_dir()) / "Scribe"
