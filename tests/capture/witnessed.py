"""A recorder whose microphone keeps a witness: how much sound it had handed over at which moment, in a file that
outlives the process. `python -m tests.capture.witnessed ADDRESS HANDSHAKE` in place of the real one."""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import sys
import threading
import time
from pathlib import Path

from scribe.capture.recorder import main
from scribe.capture.sources import OnPcm
from tests.capture.sounds import counted

BLOCK = 1600
_ENTRY = struct.Struct("<dQ")  # monotonic seconds; samples handed over by then
_MOST = 20_000


class Witness:
    """What a microphone says that it has given. A page of memory that a killed process leaves to the file behind it."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            new = path.with_name(f"{path.name}-{os.getpid()}-{threading.get_ident()}")
            new.write_bytes(bytes(_ENTRY.size * _MOST))
            with contextlib.suppress(FileExistsError):  # whoever looks and whoever speaks may both be the first
                os.link(new, path)
            new.unlink()
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), 0)
        self.entries = [entry for entry in _ENTRY.iter_unpack(self._page) if entry[0]]

    @property
    def samples(self) -> int:
        return int(self.entries[-1][1]) if self.entries else 0

    def add(self, samples: int) -> None:
        entry = (time.monotonic(), samples)
        _ENTRY.pack_into(self._page, len(self.entries) * _ENTRY.size, *entry)
        self.entries.append(entry)

    def due(self, moment: float) -> int:
        """How many samples had been handed over by then."""
        return max((int(samples) for at, samples in self.entries if at <= moment), default=0)


class WitnessedSource:
    """Counted sound at the pace of a microphone; it goes on where the process before it was killed."""

    name = "witnessed"
    missing = ""
    gaps = 0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_pcm: OnPcm) -> None:
        self._ended.clear()
        self._thread = threading.Thread(target=self._speak, args=(on_pcm,))
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _speak(self, on_pcm: OnPcm) -> None:
        witness = Witness(self._path)
        began, first = time.monotonic(), witness.samples
        while not self._ended.wait(max(0.0, began + (witness.samples - first + BLOCK) / 16_000 - time.monotonic())):
            block = counted(BLOCK, witness.samples)
            witness.add(witness.samples + BLOCK)  # first: what was about to be handed over counts as given
            on_pcm(block)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), lambda name, computer_sound: WitnessedSource(Path(name)))
