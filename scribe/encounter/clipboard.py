"""What Scribe put on the clipboard, so that it never reaches the next patient's record."""

from __future__ import annotations

import hmac
import os
from typing import Protocol


class Clipboard(Protocol):
    """The system's clipboard, as the window gives it."""

    def text(self) -> str: ...

    def clear(self) -> None: ...


class ClipboardGuard:
    """Remembers what was copied (as keyed hashes, never the text) and clears it when told.

    What the clinician copied elsewhere is left alone. One guard serves the whole app, whoever is signed in.
    """

    def __init__(self, clipboard: Clipboard) -> None:
        self._clipboard = clipboard
        self._key = os.urandom(32)
        self._copied: set[bytes] = set()

    def copied(self, text: str) -> None:
        """To be told whenever Scribe puts text on the clipboard."""
        self._copied.add(self._mark(text))

    def clear_own(self) -> bool:
        """Clears the clipboard if what it holds came from Scribe; says whether it did."""
        if not self._copied or self._mark(self._clipboard.text()) not in self._copied:
            return False
        self._clipboard.clear()
        return True

    def _mark(self, text: str) -> bytes:
        # Systems change line ends on the way through the clipboard.
        lines = "\n".join(text.splitlines()).encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, lines, "sha256")
