"""Scribe beside another load: `python -m tests.measure.load [SECONDS] [HOGS]`, `python -m tests.measure.load draft [HOGS]`.

Plays a bundled consultation into PulseAudio's null sink, records its monitor through the real recorder process while
HOGS processes of normal priority use all the processor time that they get (half the cores' number by default, so half the
processor time), and says whether a sample was lost: every two seconds must lie at the same distance from what was played.
With `draft` it rehearses a bundled consultation in real time beside them, and says how long after Stop the draft came.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scribe import demo_recordings, rehearse
from scribe.capture import decode
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import SealedReader
from scribe.capture.sound import SAMPLE_RATE
from tests.capture.sound_system import SoundSystem, alsa_of_its_own, missing
from tests.capture.sounds import write

_KEY = b"k" * 32
_PIECE = 2 * SAMPLE_RATE
_SPOKEN = 300  # what is all silence lies anywhere


def main(seconds: int, hogs: int) -> None:
    if missing():
        print(f"no microphone: {', '.join(sorted(missing()))} missing", file=sys.stderr)
        return
    folder = Path(tempfile.mkdtemp(prefix="scribe-load-"))
    os.environ |= alsa_of_its_own(folder)
    whole = np.concatenate(list(decode.pcm(demo_recordings.recording("telephone-cough").path)))
    said = np.resize(whole, seconds * SAMPLE_RATE)
    path = write(folder / "said.wav", "pcm_s16le", iter([said]))
    system, recorder = SoundSystem(folder), RecorderClient(folder)
    worst_ms = 0
    with contextlib.ExitStack() as after, busy(hogs):
        after.callback(system.close)
        after.callback(recorder.disconnect)
        recorder.start("r", folder, _KEY)
        while not recorder.status().elapsed_ms:
            os.sched_yield()

        def look() -> None:
            nonlocal worst_ms
            status = recorder.status()
            worst_ms = max(worst_ms, status.elapsed_ms - status.safe_ms)

        system.play(path, meanwhile=look)
        before_ms = recorder.status().elapsed_ms
        while recorder.status().elapsed_ms < before_ms + 1000:
            look()
        recorder.stop()
    reader = SealedReader(folder, _KEY, "r")
    heard = np.concatenate(list(reader.pcm()))
    starts = [at for at in range(0, len(said) - _PIECE, _PIECE) if np.std(said[at : at + _PIECE]) > _SPOKEN]
    lags = [_lag(heard, said[at : at + _PIECE]) - at for at in starts]
    usual = int(np.median(lags))
    moved = sum(abs(lag - usual) > 1 for lag in lags)
    gaps = sum(event.what == "gap" for event in reader.events())
    print(
        f"{seconds} s beside {hogs} other loads: {moved} of {len(lags)} pieces moved, {gaps} gaps told by the sound system, "
        f"at most {worst_ms} ms not yet safe"
    )


def draft(hogs: int) -> None:
    path = demo_recordings.recording("new-medicine").path
    with busy(hogs):
        found = rehearse.rehearse(path, said=path.parent / "script.json", gold=path.parent / "facts.json")
    print(f"beside {hogs} other loads:\n{rehearse.as_table(found)}")


@contextlib.contextmanager
def busy(hogs: int) -> Iterator[None]:
    """So many processes that use all the processor time that they get."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(hogs)]
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def _lag(heard: np.ndarray, piece: np.ndarray) -> int:  # type: ignore[type-arg]
    """Where the piece lies in what was heard, in samples."""
    size = len(heard) + len(piece)
    spectrum = np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(piece.astype(float), size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard) - len(piece) + 1]))


if __name__ == "__main__":
    half = max(1, (os.cpu_count() or 2) // 2)
    words = sys.argv[1:]
    if words[:1] == ["draft"]:
        draft(int(words[1]) if words[1:] else half)
    else:
        main(int(words[0]) if words else 60, int(words[1]) if words[1:] else half)
