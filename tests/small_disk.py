"""A small disk of its own for a test, to be filled for real."""

from __future__ import annotations

import errno
from pathlib import Path


class SmallDisk:
    """Lies at `folder`; a file beside what a test writes there takes up the room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, but_bytes: int = 0) -> None:
        """Leaves just so much room, in whole blocks of 4 KB."""
        with self._ballast.open("ab", buffering=0) as file:
            size = 1 << 16
            while size:
                try:
                    file.write(b"x" * size)
                except OSError as error:
                    assert error.errno == errno.ENOSPC
                    size //= 2
            if but_bytes:
                file.truncate(file.tell() - but_bytes)

    def make_room(self) -> None:
        self._ballast.unlink()
