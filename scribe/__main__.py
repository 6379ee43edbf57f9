"""The command line's way in: `python -m scribe`, also as `python3 run.py scribe`."""

from __future__ import annotations

import multiprocessing


def main() -> None:
    multiprocessing.freeze_support()
    from scribe import offline

    offline.enforce()
    from scribe.cli import run

    raise SystemExit(run())


if __name__ == "__main__":
    main()
