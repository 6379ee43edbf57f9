"""Publishes until it is killed; `kill_at_random_moments` does the killing, and looks at what was left.

The long run:    python -m tests.export.kill_publishing 500
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
_BYTES = 60_000


def content(name: str) -> bytes:
    """What a file of this name holds when it is whole."""
    return (name.encode() * (_BYTES // len(name) + 1))[:_BYTES]


def kill_at_random_moments(times: int, folder: Path, seed: int = 7) -> dict[str, int]:
    """Starts the publisher and kills it, again and again, and checks after each what stands in the folder.

    Returns:
        How often what was found: files published, kills that left a part behind, manifests.

    Raises:
        AssertionError: a partial file, a file said to be written that is not there, or a manifest of less.
    """
    rng = random.Random(seed)
    longest = 2.5 * _round_seconds(folder)  # so that kills fall on files and manifests alike, on any computer
    seen = {"kills": 0, "published": 0, "parts left": 0, "manifests": 0, "kills before the first": 0}
    for number in range(times):
        place = folder / str(number)
        place.mkdir()
        (place / "taken.txt").write_bytes(b"theirs")
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--publish", str(place)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        deadline = time.perf_counter() + rng.random() * longest
        while time.perf_counter() < deadline:
            pass  # finer than the system's sleep
        process.kill()
        said = process.stdout.read().decode().splitlines()
        process.stdout.close()
        process.wait()
        _check(place, said, seen)
    return seen


def _check(place: Path, said: list[str], seen: dict[str, int]) -> None:
    files = {path.name: path.read_bytes() for path in place.iterdir()}
    shown = {name: data for name, data in files.items() if not name.endswith(".part")}
    assert shown.pop("taken.txt") == b"theirs"
    for name, data in shown.items():
        if name.endswith(".manifest"):
            for each, digest in json.loads(data).items():
                assert hashlib.sha256(files[each]).hexdigest() == digest, "a manifest of a file that is not whole"
            seen["manifests"] += 1
        else:
            assert data == content(name), f"{name} is partial"
    written = [line.split()[1] for line in said if line.startswith("written ") and line.endswith(" .")]
    assert set(written) <= set(shown), "it was said to be written, and is not there"
    seen["kills"] += 1
    seen["published"] += len(shown)
    seen["parts left"] += any(name.endswith(".part") for name in files)
    seen["kills before the first"] += not shown


def _round_seconds(folder: Path) -> float:
    """How long three files and their manifest take here."""
    module, place = _publishing(), folder / "measured"
    place.mkdir()
    began = time.perf_counter()
    for number in range(12):
        module.publish(content(str(number)), place, str(number))
    return (time.perf_counter() - began) / 3


def _publishing() -> Any:
    # The module alone: its package would take longer to import than the publishing takes.
    spec = importlib.util.spec_from_file_location("publish", ROOT / "scribe" / "export" / "publish.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def publish_for_ever(place: Path) -> None:
    module = _publishing()
    print("begun", flush=True)
    for number in range(100_000):
        digests = {}
        for kind in ("txt", "hl7", "pdf"):
            name = f"{number:06}.{kind}"
            module.publish(content(name), place, name)
            print("written", name, ".", flush=True)
            digests[name] = hashlib.sha256(content(name)).hexdigest()
        module.publish(json.dumps(digests).encode(), place, f"{number:06}.manifest")
        try:
            module.publish(b"ours", place, "taken.txt")
        except module.Fixable:
            continue
        raise SystemExit("a file of others was overwritten")


if __name__ == "__main__":
    if sys.argv[1] == "--publish":
        publish_for_ever(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(kill_at_random_moments(int(sys.argv[1]), Path(folder), seed=int(time.time())))
