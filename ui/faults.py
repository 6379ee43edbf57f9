"""What we write down about our own mistakes: where in the code, never what anybody said or typed."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

from scribe.paths import data_dir
from scribe.records import utc_now

_KEEP_BYTES = 200_000


def fault_log() -> Path:
    return data_dir() / "faults.log"


def write_fault(kind: type[BaseException], trace: TracebackType | None) -> None:
    """Adds one fault to the log: time, kind and code places. The message is left out: it may quote a note."""
    places = (f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace))
    text = "\n".join((f"{utc_now():%Y-%m-%dT%H:%M:%SZ} {kind.__module__}.{kind.__name__}", *places)) + "\n"
    log = fault_log()
    try:
        kept = log.read_text("utf-8")[-_KEEP_BYTES:] if log.exists() else ""
        log.write_text(kept + text, "utf-8")
    except OSError:
        pass  # a full disk must not turn one fault into two
