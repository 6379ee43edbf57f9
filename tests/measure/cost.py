"""Time and memory of `scribe draft` on recordings, with all its processes.

    python -m tests.measure.cost FILE ... [--json PATH]

Memory is the sum of the proportional set sizes (PSS) of the command and all its children, looked at four times a
second: a page that several processes share counts once. Linux only. Take it on a quiet computer.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from scribe.capture import decode

_LOOK_S = 0.25


@dataclass(frozen=True)
class Cost:
    """`peak_mb` is that of all processes together, `at_minutes` the highest seen in each minute of the work."""

    file: str
    minutes: float
    wall_s: float
    peak_mb: float
    at_minutes: tuple[float, ...]


def cost(path: Path) -> Cost:
    """Drafts a recording once, as a user would."""
    minutes = decode.probe(path).duration_ms / 60_000
    began = time.monotonic()
    highest: list[float] = []
    process = psutil.Popen(
        [sys.executable, "-m", "scribe", "draft", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    while process.poll() is None:
        minute = int((time.monotonic() - began) // 60)
        highest += [0.0] * (minute + 1 - len(highest))
        highest[minute] = max(highest[minute], _pss_mb(process))
        time.sleep(_LOOK_S)
    wall_s = time.monotonic() - began
    if process.returncode:
        raise SystemExit(f"{path.name}: {process.stderr.read().decode()}")
    return Cost(path.name, round(minutes, 2), round(wall_s, 1), max(highest), tuple(highest))


def _pss_mb(parent: psutil.Process) -> float:
    total = 0
    try:
        for process in (parent, *parent.children(recursive=True)):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue  # it has just ended
    except psutil.Error:
        return 0.0
    return round(total / 1e6, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", type=Path, help="keep the figures here too")
    arguments = parser.parse_args()
    found = []
    for path in arguments.files:
        found.append(cost(path))
        each = found[-1]
        print(f"{each.file}: {each.minutes} minutes of sound in {each.wall_s} s, at most {each.peak_mb} MB", flush=True)
        if arguments.json:
            arguments.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
