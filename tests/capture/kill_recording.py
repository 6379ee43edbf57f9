"""Kills recorder, window or both at random moments and checks every sample that was due.

    python -m tests.capture.kill_recording 1000

The test run does twenty. A window here is a process with a `RecorderClient` and nothing else.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import SealedReader
from scribe.capture.sound import Pcm
from tests.capture.sounds import counted
from tests.capture.witnessed import BLOCK, Witness

KEY = b"k" * 32
VICTIMS = ("recorder", "recorder", "window", "both")
_WINDOW = """
import sys
from pathlib import Path
from tests.capture.kill_recording import KEY, client
folder = Path(sys.argv[1])
client(folder).start("r", folder, KEY, str(folder / "witness"))
print("started", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Outcome:
    """Of one kill: what was killed, how much of the sound given by then was missing, and how much stood in the file."""

    victim: str
    missing_ms: float
    kept_ms: float


def client(folder: Path) -> RecorderClient:
    """A client of a recorder with a witness."""
    return RecorderClient(folder, lambda address, handshake: [
        sys.executable, "-m", "tests.capture.witnessed", address, str(handshake)
    ])  # fmt: skip


def kill_once(folder: Path, victim: str, chance: random.Random) -> Outcome:
    """One recording, killed.

    Args:
        folder: for it alone.
        victim: one of `VICTIMS`.
        chance: says when.

    Raises:
        AssertionError: a sample that was due is missing or wrong, or what should have gone on did not.
    """
    folder.mkdir()
    after_ms = chance.randrange(150, 2500)
    window = None
    first = client(folder)
    try:
        if victim == "recorder":
            first.start("r", folder, KEY, str(folder / "witness"))
        else:
            window = subprocess.Popen(
                [sys.executable, "-c", _WINDOW, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            assert window.stdout and window.stdout.readline() == b"started\n"
        until(lambda: Witness(folder / "witness").samples >= after_ms * 16)
        pid = int((folder / "recorder").read_text().split()[0])
        if window:
            window.kill()
            window.wait()
        if victim == "window":
            return _goes_on(folder, first)
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        until(lambda: is_gone(pid))
        outcome = _what_is_left(folder, victim, killed)
        if victim == "recorder":
            _is_taken_up(folder, first)
        return outcome
    finally:
        if window:
            assert window.stdin and window.stdout
            window.kill()
            window.wait()
            window.stdin.close()
            window.stdout.close()
        first.disconnect()


def _what_is_left(folder: Path, victim: str, killed: float) -> Outcome:
    """What was due is there, sample by sample."""
    sound, given = _sound(folder), Witness(folder / "witness").due(killed)
    due = Witness(folder / "witness").due(killed - 1)
    assert len(sound) >= due, f"{due - len(sound)} samples that were due are missing"
    assert np.array_equal(sound, counted(len(sound)))
    return Outcome(victim, (given - len(sound)) / 16, len(sound) / 16)


def _is_taken_up(folder: Path, window: RecorderClient) -> None:
    """The window sees that the recorder died, and another one goes on."""
    before = len(_sound(folder))
    until(lambda: window.status().problem == "recorder-gone")
    until(lambda: window.status().state == "recording" and window.status().elapsed_ms > before / 16 + 300)
    window.stop()
    rest, reader = _sound(folder)[before:], SealedReader(folder, KEY, "r")
    assert reader.extent().complete
    assert "gone-on" in (happened := [event.what for event in reader.events()]), happened
    start = next(at for at in range(0, Witness(folder / "witness").samples, BLOCK) if at >= before and np.array_equal(
        counted(BLOCK, at), rest[:BLOCK]))  # fmt: skip
    assert np.array_equal(rest, counted(len(rest), start)), "what came after has no gap"


def _goes_on(folder: Path, next_window: RecorderClient) -> Outcome:
    """The recorder never stopped; the next window finds it, and nothing at all is missing."""
    assert next_window.running().recording_id == "r"
    before = next_window.status().elapsed_ms
    until(lambda: next_window.status().elapsed_ms > before)
    next_window.stop()
    sound = _sound(folder)
    assert len(sound) == Witness(folder / "witness").samples
    assert np.array_equal(sound, counted(len(sound)))
    return Outcome("window", 0.0, len(sound) / 16)


def _sound(folder: Path) -> Pcm:
    return np.concatenate([np.empty(0, np.int16), *SealedReader(folder, KEY, "r").pcm()])


def is_gone(pid: int) -> bool:
    """Whether a process has ended, waited for or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return (Path("/proc") / str(pid) / "stat").read_text().split()[2] == "Z"


def until(condition: Callable[[], bool]) -> None:
    """Looks every few milliseconds; a minute means that it never comes."""
    tick = threading.Event()
    for _ in range(12_000):
        if condition():
            return
        tick.wait(0.005)
    raise AssertionError("it never happened")


def main(runs: int, seed: int) -> None:
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="scribe-kill-"))
    outcomes: list[Outcome] = []
    lost = 0
    for run in range(runs):
        try:
            outcomes.append(kill_once(folder / str(run), VICTIMS[run % len(VICTIMS)], chance))
        except AssertionError as error:
            lost += 1
            print(f"run {run}: {error}", flush=True)
        shutil.rmtree(folder / str(run), ignore_errors=True)
    missing = sorted(outcome.missing_ms for outcome in outcomes if outcome.victim != "window")
    print(
        f"{runs} kills (seed {seed}): {dict(Counter(each.victim for each in outcomes))}, {lost} with a loss or a failure;"
        f" of the sound given up to the kill, missing median {missing[len(missing) // 2]:.0f} ms, most {missing[-1]:.0f} ms"
    )
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
