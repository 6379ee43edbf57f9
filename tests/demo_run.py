"""One run of the demonstration, watched, for all the tests that look at it: it costs half a minute and more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scribe.paths import root_dir

_SPY = """
import os, socket, sys

def _note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
        host = arguments[1][0]
    else:
        return
    with open(os.environ["SCRIBE_TEST_SPY"], "a") as log:
        log.write(f"{os.getpid()} {event} {host}\\n")
    raise OSError("no network here")

sys.addaudithook(_note)
with open(os.environ["SCRIBE_TEST_SPY"], "a") as log:
    log.write(f"{os.getpid()} started\\n")
"""


@dataclass(frozen=True)
class DemoRun:
    """What came of `scribe demo new-medicine`.

    Args:
        code, stdout, stderr: of the command.
        files: what it wrote.
        processes: how many Python processes took part.
        sockets: every attempt of any of them to reach the internet or to look up a name.
    """

    code: int
    stdout: str
    stderr: str
    files: tuple[Path, ...]
    processes: int
    sockets: list[str]


def run(folder: Path) -> DemoRun:
    """Runs it. Every Python process, children too, loads a spy first; where it may, none of them has a network."""
    spy, log, out = folder / "spy", folder / "log", folder / "out"
    spy.mkdir()
    (spy / "sitecustomize.py").write_text(_SPY)
    env = os.environ | {
        "PYTHONPATH": f"{spy}{os.pathsep}{root_dir()}",
        "SCRIBE_TEST_SPY": str(log),
        "SCRIBE_DATA_DIR": str(folder / "data"),
        "SCRIBE_CONFIG_DIR": str(folder / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [*without_network(), sys.executable, "-m", "scribe", "demo", "new-medicine", "--out", str(out)],
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    lines = log.read_text().splitlines()
    sockets = [line for line in lines if not line.endswith("started")]
    files = tuple(sorted(out.iterdir())) if out.is_dir() else ()
    return DemoRun(done.returncode, done.stdout, done.stderr, files, len(lines) - len(sockets), sockets)


def without_network() -> list[str]:
    """The command that takes the network away from what follows it; empty where that is not permitted."""
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode:
        return []
    return [unshare, "-n"]
