"""A disk whose power can go: it forgets every byte that was not synced."""

from __future__ import annotations

import errno
import random
from pathlib import Path

from scribe.capture.sealed import DiskFile


class PowerlessDisk:
    """A file layer for `SealedWriter`. What programs see is one file; what outlasts a loss of power is another.

    Args:
        folder: where `lose_power` puts what is left.
        chance: decides, where asked to, what of the unsynced bytes reached the disk all the same.
    """

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.dies_after: int | None = None
        """So many more operations until every one fails."""
        self._file: _Layer | None = None

    def open(self, path: Path) -> _Layer:
        self._file = _Layer(path, self)
        return self._file

    def lose_power(self, *, tear: bool = False) -> None:
        """Leaves what was synced and, with `tear`, any part of what was not, in any order."""
        assert self._file
        left = bytearray(self._file.safe)
        for what, at, data in self._file.waiting if tear else ():
            if (fate := self.chance.random()) < 0.6:
                _apply(left, what, at, data if fate < 0.3 else data[: self.chance.randrange(len(data) + 1)])
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / self._file.name).write_bytes(left)

    def operate(self) -> None:
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                raise OSError(errno.EIO, "No power")


class _Layer(DiskFile):
    def __init__(self, path: Path, disk: PowerlessDisk) -> None:
        super().__init__(path)
        self.name = path.name
        self.safe = path.read_bytes()
        self.waiting: list[tuple[str, int, bytes]] = []
        self._path = path
        self._disk = disk

    def append(self, data: bytes) -> None:
        self._disk.operate()
        self.waiting.append(("write", self._path.stat().st_size, data))
        super().append(data)

    def overwrite(self, at: int, data: bytes) -> None:
        self._disk.operate()
        self.waiting.append(("write", at, data))
        super().overwrite(at, data)

    def cut(self, size: int) -> None:
        self._disk.operate()
        self.waiting.append(("cut", size, b""))
        super().cut(size)

    def sync(self) -> None:
        self._disk.operate()
        super().sync()
        self.safe = self._path.read_bytes()
        self.waiting.clear()


def _apply(left: bytearray, what: str, at: int, data: bytes) -> None:
    if what == "cut":
        del left[at:]
        return
    left.extend(bytes(max(0, at + len(data) - len(left))))  # a hole in a file reads as zeros
    left[at : at + len(data)] = data
