"""`python -m scribe.capture`: what touches the computer's sound system, each in a process of its own.

record ADDRESS HANDSHAKE    the recorder; the window starts it
microphones                 prints the names of those at hand, the usual one first, as JSON
play                        plays what comes in on standard input
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Returns the exit code; 3 when the sound system says no."""
    match arguments:
        case ["record", address, handshake]:
            from scribe.capture import recorder

            recorder.main(address, Path(handshake))
            return 0
        case ["microphones"]:
            from scribe.capture import apart

            return apart.print_microphones()
        case ["play"]:
            from scribe.capture import playback

            return playback.play_input()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
