"""`scribe doctor`: what works on this computer, and what to do about the rest."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psutil
from rich.console import Console
from rich.text import Text

from scribe import libraries, models, offline, settings
from scribe.capture.apart import microphones
from scribe.draft import templates
from scribe.errors import Fixable, ScribeError
from scribe.paths import cache_dir, data_dir
from scribe.store import system_keyring

_ENOUGH_MEMORY_MB = 7_000
_ENOUGH_DISK_MB = 3_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        name: what.
        ok: whether it is as it should be.
        what: how it is.
        do: what to do about it; "" when nothing has to be done.
    """

    name: str
    ok: bool
    what: str
    do: str = ""


def run_doctor() -> int:
    """Looks, and prints each finding as it comes. Returns 0 when all is well, 3 when something should be done."""
    console = Console(highlight=False)
    wrong = 0
    for finding in findings():
        wrong += not finding.ok
        sign, style = ("ok", "green") if finding.ok else ("!!", "bold red")
        console.print(Text.assemble((sign, style), f"  {finding.name}: {finding.what}"), soft_wrap=True)
        if finding.do:
            console.print(f"    → {finding.do}", markup=False, soft_wrap=True)
    console.print("Everything works." if not wrong else f"{wrong} to put right.")
    return 3 if wrong else 0


def findings() -> Iterator[Finding]:
    """Everything that is looked at, in order; the models' hashes take a second or two."""
    for look in _LOOKS:
        try:
            yield from look()
        except ScribeError as error:
            yield Finding(look.__name__.strip("_"), False, error.happened, error.do)


def _python() -> Iterable[Finding]:
    version = platform.python_version()
    return [Finding("Python", True, f"{version} on {platform.system()} {platform.machine()}")]


def _memory() -> Iterable[Finding]:
    total = psutil.virtual_memory().total // 1_000_000
    if total < _ENOUGH_MEMORY_MB:
        return [Finding("memory", False, f"{total} MB", "Choose the smaller models in Settings; 8 GB is comfortable.")]
    return [Finding("memory", True, f"{total} MB")]


def _cores() -> Iterable[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    do = "" if cores > 1 else "With one core a draft takes longer than the consultation; choose whisper-tiny.en."
    return [Finding("processor cores", cores > 1, str(cores), do)]


def _disk() -> Iterable[Finding]:
    for name, folder in (("disk for records", data_dir()), ("disk for models", cache_dir())):
        free = shutil.disk_usage(folder).free // 1_000_000
        enough = free >= _ENOUGH_DISK_MB
        yield Finding(name, enough, f"{free} MB free", "" if enough else f"Free some space on the disk of {folder}.")


def _store() -> Iterable[Finding]:
    folder = data_dir()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        do = (
            "Free some space on its disk; until then Scribe cannot open its records."
            if full
            else "See that you may write there."
        )
        return [Finding("records", False, f"{folder}: {error.strerror}", do)]
    return [Finding("records", True, f"can be written ({folder})")]


def _keyring() -> Iterable[Finding]:
    if system_keyring() is None:
        return [Finding("keyring", True, "none on this computer; Scribe asks for a passphrase when it starts instead")]
    return [Finding("keyring", True, "the system's keyring holds the key of the records")]


def _models() -> Iterable[Finding]:
    for line in models.list_models():
        if line.present or line.model.default == "app":
            try:
                yield Finding(f"model {line.name}", True, f"ready ({models.verify(line.name).made_by})")
            except Fixable as error:
                yield Finding(f"model {line.name}", False, error.happened, error.do)


def _microphone() -> Iterable[Finding]:
    return [Finding("microphone", True, ", ".join(microphones()))]


def _window() -> Iterable[Finding]:
    missing = [library for library in libraries.missing() if library.purpose == libraries.WINDOW]
    if missing:
        packages = " ".join(library.package for library in missing)
        return [
            Finding(
                "window",
                False,
                f"system libraries are missing: {', '.join(library.name for library in missing)}",
                f"On Debian and Ubuntu: sudo apt-get install {packages}",
            )
        ]
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return [Finding("window", True, "no screen here; the commands work without one")]
    return [Finding("window", True, "can be opened")]


def _network() -> Iterable[Finding]:
    if not offline.enforced():
        return [Finding("network", False, "this process is not kept off it", "Please report this.")]
    return [Finding("network", True, "not used: nothing leaves this computer")]


def _settings() -> Iterable[Finding]:
    settings.safety()
    warnings = settings.load().warnings
    if warnings:
        return [Finding("settings", False, warning.happened, warning.do) for warning in warnings]
    return [Finding("settings", True, "right")]


def _templates() -> Iterable[Finding]:
    if wrong := templates.refused():
        return [Finding("templates", False, error.happened, error.do) for error in wrong]
    return [Finding("templates", True, "right")]


_LOOKS = (
    _python,
    _memory,
    _cores,
    _disk,
    _store,
    _keyring,
    _models,
    _microphone,
    _window,
    _network,
    _settings,
    _templates,
)
