"""Language weights: from GGUF, as publishers pack them, to the int8 weights that onnxruntime loads. No torch.

The work (scribe/models/gguf.py) runs in a process of its own: it can be stopped, and its memory is given back.
The result lies beside its source with a record of what it was made from and the SHA-256 of every file.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from scribe.errors import Bug, Fixable, ScribeError
from scribe.models.files import sha256_of

CONVERTED = "onnx-int8"
GRAPH, WEIGHTS = "model.onnx", "weights.bin"
EMBEDDINGS, SCALES = "embeddings.npy", "embedding_scales.npy"
"""What lies there, beside tokenizer.json."""
_BEFORE = "ct2-int8"  # where earlier versions kept what nobody loads any more
_RECORD = "converted.json"
_RECIPE = 4  # raised when the conversion changes: what an older one made is then made again from its source
_POLL_S = 0.2

Report = Callable[[float], None]
"""Called with the share that is done, 0 to 1; what it raises ends the work."""


@dataclass(frozen=True)
class Record:
    """What the converted weights were made from, and what they are. Args: files: SHA-256 by name."""

    recipe: int
    source: str
    files: dict[str, str]


def read_record(folder: Path, source: str) -> Record | None:
    """The record of a finished conversion of what `source` names, or None if there is none."""
    try:
        record = Record(**json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if (record.recipe, record.source) == (_RECIPE, source) else None


def in_child(weights: Path, adapter: Path | None, source: str, report: Report) -> None:
    """Converts `weights` to the folder CONVERTED beside it, in a process of its own.

    Args:
        weights: the GGUF file.
        adapter: what we trained on top of it, if anything (`scribe.models.gguf`).
        source: names both by their SHA-256.
        report: called a few times a second.

    Raises:
        Fixable: "disk-full" or "out-of-memory".
        Bug: the weights are of a kind that we do not know.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, weights, adapter, source), daemon=True)
    process.start()
    theirs.close()
    share = 0.0
    try:
        while True:
            report(share)
            if ours.poll(_POLL_S):
                message = ours.recv()
                if isinstance(message, ScribeError):
                    raise message
                share = message
    except EOFError:
        process.join()
    finally:
        if process.is_alive():
            process.kill()
            process.join()
        ours.close()
    if process.exitcode:
        raise Fixable(
            "The model could not be prepared: the computer stopped the work, most likely for want of memory.",
            safe="The download is kept.",
            do="Close other programs and try again, or choose a smaller model.",
            code="out-of-memory",
        )


def _child(pipe: Connection, weights: Path, adapter: Path | None, source: str) -> None:
    try:
        convert(weights, adapter, source, pipe.send)
    except MemoryError:
        raise SystemExit(1) from None
    except OSError as error:
        pipe.send(
            Fixable(
                f"The model could not be prepared: {error.strerror or 'the disk failed'}.",
                safe="The download is kept.",
                do="Free some space and try again.",
                code="disk-full",
            )
        )
    except ScribeError as error:
        pipe.send(error)
    except Exception as error:
        pipe.send(Bug(f"The model could not be prepared ({type(error).__name__}: {error})."))


def convert(weights: Path, adapter: Path | None, source: str, report: Report) -> None:
    """Converts `weights` to the folder CONVERTED beside it; the folder appears whole or not at all."""
    from scribe.models import gguf

    folder = weights.parent / CONVERTED
    partial = weights.parent / f"{CONVERTED}.partial"
    for old in (partial, folder, weights.parent / _BEFORE):
        if old.exists():
            shutil.rmtree(old)
    partial.mkdir()
    gguf.to_onnx(weights, adapter, partial, report)
    files = {path.name: sha256_of(path) for path in sorted(partial.iterdir())}
    record = json.dumps(asdict(Record(_RECIPE, source, files)), indent=2)
    (partial / _RECORD).write_text(record + "\n", encoding="utf-8")
    partial.replace(folder)
    report(1.0)
