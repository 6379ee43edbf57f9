"""Whatever touches the computer's sound system runs in a process of its own: a broken one (ALSA on Linux, a driver on
Windows) ends the process that asks it, and that must never be the window with a note in it.

    python -m scribe.capture record ADDRESS HANDSHAKE    the recorder; the window starts it
    python -m scribe.capture microphones                 prints the names of those at hand, the usual one first, as JSON
    python -m scribe.capture play                        plays what comes in on standard input
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scribe import offline, paths
from scribe.errors import Fixable

SOUND_FLAG = "--scribe-sound"
"""In a frozen app the program itself is started with this flag to become such a process."""

_ANSWER_S = 10.0
_SAID_NO = 3

Command = Callable[..., list[str]]


def command(*arguments: str) -> list[str]:
    """What starts such a process; its arguments are those of `python -m scribe.capture`."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SOUND_FLAG, *arguments]
    return [sys.executable, "-m", "scribe.capture", *arguments]


def surroundings() -> dict[str, str]:
    """Its environment: it is started from any folder and must find this package."""
    path = os.pathsep.join(filter(None, (str(paths.root_dir()), os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path}


def microphones(command: Command = command) -> tuple[str, ...]:
    """SLOW (a process is started): the microphones that are plugged in now, the usual one first.

    Args:
        command: what to start; tests put another one in its place.

    Raises:
        Fixable: "no-microphone": there is none, or the sound system is missing or broken.
    """
    try:
        done = subprocess.run(
            command("microphones"), env=surroundings(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=_ANSWER_S, check=False,
        )  # fmt: skip
        if done.returncode in (0, _SAID_NO):
            answer = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise broken() from error
    if done.returncode == 0:
        return tuple(answer)
    if done.returncode == _SAID_NO:
        raise Fixable(answer["happened"], safe=answer["safe"], do=answer["do"], code=answer["code"])
    raise broken()


def main(arguments: list[str]) -> int:
    """Inside the process. Returns its exit code; 3 when the sound system says no."""
    match arguments:
        case ["record", address, handshake]:
            from scribe.capture import recorder

            recorder.main(address, Path(handshake))
            return 0
        case ["microphones"]:
            return print_microphones()
        case ["play"]:
            from scribe.capture import playback

            return playback.play_input()
    print(__doc__, file=sys.stderr)
    return 2


def print_microphones() -> int:
    """Inside the process."""
    offline.enforce()
    from scribe.capture import sources

    try:
        found = sorted(sources.microphones(), key=lambda each: not each.is_default)
    except Fixable as error:
        print(json.dumps({name: getattr(error, name) for name in ("happened", "safe", "do", "code")}))
        return _SAID_NO
    print(json.dumps([each.name for each in found]))
    return 0


def broken() -> Fixable:
    """The sound system broke down under the process that asked it, or did not answer."""
    return Fixable(
        "This computer's sound system does not work: it failed when Scribe asked for the microphones.",
        safe="Recordings from files still work.",
        do="Restart the computer. If it stays so, ask for its sound settings to be looked at.",
        code="no-microphone",
    )
