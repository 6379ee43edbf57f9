#!/usr/bin/env python3
"""Sets Scribe up on this computer, then runs it: the only thing needed beforehand is Python 3.11 or newer.

    python3 run.py demo        a recorded consultation all the way to an exported note
    python3 run.py app         open Scribe
    python3 run.py scribe ...  the command line (try: scribe --help)
    python3 run.py test        check the code and run every test

Set-up makes a virtual environment with the locked requirements, adds the system libraries that are missing
where it may, and fetches the models. All of it goes to the user's cache folder, never into this one. When it
is there already, this takes a moment and needs no network.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent
COMMANDS = ("demo", "app", "scribe", "test")
UNUSED_DAYS = 60

if sys.version_info < (3, 11):  # noqa: UP036 (older ones get here, and deserve a plain answer)
    sys.exit(
        "Scribe needs Python 3.11 or newer, and this is Python {}.{}. Install a newer one, then run this with it, "
        "for example: python3.12 run.py demo".format(*sys.version_info[:2])
    )


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 0 if argv in (["-h"], ["--help"]) else 2
    command, rest = argv[0], argv[1:]
    os.environ.setdefault("PYTHONUTF8", "1")
    testing = command == "test"
    try:
        add_system_libraries(testing)
        python = environment(testing)
        if needs_models(command, rest):
            fetch_models(python, testing)
        if testing:
            return run_tests(python, rest)
        return run([python, "-m", "scribe", *(rest if command == "scribe" else [command, *rest])])
    except SetUpFailed as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run goes on from here.", file=sys.stderr)
        return 130


class SetUpFailed(Exception):
    """Says what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(command: list[str | Path], *, cwd: Path | None = None, stdout: TextIO | None = None) -> int:
    """Runs a command to which the checkout's packages are importable from any folder."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    return subprocess.call([str(part) for part in command], env=env, cwd=cwd, stdout=stdout)


# --- system libraries


def add_system_libraries(testing: bool) -> None:
    """Installs what is missing where that is possible, and otherwise says what to install. Never stops set-up:
    most of Scribe works without."""
    sys.path.insert(0, str(ROOT))
    from scribe import libraries

    missing = libraries.missing()
    packages = [library.package for library in missing]
    packages += libraries.missing_test_packages() if testing else ()
    if not packages:
        return
    if may_apt():
        say(f"Installing system libraries: {' '.join(packages)}")
        if apt_install(packages) and not libraries.missing():
            return
        missing = libraries.missing()
    without = " and ".join(dict.fromkeys(library.purpose for library in missing)) or "some of the tests"
    say(
        f"Some system libraries are missing; without them {without} will not work. Set-up goes on.\n"
        f"On Debian and Ubuntu an administrator adds them with:\n"
        f"    sudo apt-get install {' '.join(packages)}"
    )


def may_apt() -> bool:
    return bool(hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"))


def apt_install(packages: list[str]) -> bool:
    """Whether they are installed now. What apt says is kept to itself unless it fails."""
    install = ("install", "--no-install-recommends", *packages)
    return apt_get(*install) or (apt_get("update") and apt_get(*install, complain=True))


def apt_get(*arguments: str, complain: bool = False) -> bool:
    apt = ["apt-get", "-q", "-y", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
    apt += ["-o", "Dpkg::Use-Pty=0", *arguments]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    lines: list[str] = []
    shown, unpacked = time.monotonic(), 0
    with subprocess.Popen(
        apt, env=env, stdin=subprocess.DEVNULL, text=True, errors="replace", stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            unpacked += line.startswith("Unpacking")
            if time.monotonic() - shown > 2:
                shown = time.monotonic()
                say(f"  {unpacked} unpacked" if unpacked else "  fetching")
    if process.returncode and complain:
        say("".join(["apt-get could not do it:\n", *(line for line in lines[-15:] if line[:2] in ("E:", "W:", "Er"))]))
    return process.returncode == 0


# --- the virtual environment


def environment(testing: bool) -> Path:
    """The Python of a virtual environment that holds what the lock file asks for; made, if it is not there.

    Its name tells Python's version and the lock file's hash, so that a changed lock file makes a new one. The
    stamp is written last: without it, whatever an interrupted set-up left is thrown away.
    """
    app_lock, test_lock = ROOT / "requirements" / "app.txt", ROOT / "requirements" / "test.txt"
    version = f"{sys.implementation.cache_tag}-{platform.machine()}".lower()
    place = cache_dir() / "venv" / f"{version}-{digest(app_lock)}"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamps = [place / "ready-app"] + ([place / f"ready-test-{digest(test_lock)}"] if testing else [])
    if all(stamp.is_file() for stamp in stamps) and python.exists():
        stamps[0].touch()
        return python
    place.parent.mkdir(parents=True, exist_ok=True)
    if not stamps[0].is_file():
        say(
            "Setting Scribe up. This is done once: some 1.5 GB are fetched, and kept, 3 GB when unpacked, in\n"
            f"{cache_dir()}. Where the computer carries the larger writer, it is 2.6 GB, and 6 GB.\n"
            "It takes some minutes; if you stop it, the next run goes on from there."
        )
    with only_one(place.with_suffix(".lock")):
        if not (stamps[0].is_file() and python.exists()):
            if place.exists():
                shutil.rmtree(place)
            make_environment(place)
            install(python, app_lock)
            stamps[0].touch()
        if not stamps[-1].is_file():
            install(python, test_lock)
            stamps[-1].touch()
    remove_unused(place)
    return python


def make_environment(place: Path) -> None:
    say("Making a Python environment")
    if not importlib.util.find_spec("ensurepip"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not (may_apt() and apt_install([package])):
            raise SetUpFailed(f"this Python cannot make environments. Run: sudo apt-get install {package}")
    if subprocess.call([sys.executable, "-m", "venv", str(place)], stdout=sys.stderr):
        raise SetUpFailed(f"no Python environment could be made in {place}. Is the disk full?")


def install(python: Path, lock: Path) -> None:
    """Installs exactly what the lock file names; every download's hash is checked, nothing is built."""
    total = sum(not line.startswith((" ", "#")) for line in lock.read_text(encoding="utf-8").splitlines())
    command = [str(python), "-m", "pip", "install", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "-r", str(lock)]
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    lines: list[str] = []
    shown, seen = time.monotonic(), 0
    say(f"Installing {total} packages")
    process = subprocess.Popen(
        command, env=env, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if line.startswith(("Collecting", "Processing", "Requirement already")):
            seen += 1
            if time.monotonic() - shown > 2:
                shown = time.monotonic()
                say(f"  {seen} of {total}")
        elif line.startswith("Installing collected"):
            say("  unpacking")
    if process.wait():
        reasons = "".join(line for line in lines[-15:] if "ERROR" in line) or "".join(lines[-5:])
        raise SetUpFailed(
            f"the required packages could not be installed.\n{reasons}"
            "Check the network, or ask for the address of your organisation's package mirror "
            "(pip config set global.index-url ADDRESS), then run this again."
        )


def remove_unused(current: Path) -> None:
    """Environments of earlier versions that nobody has used for a while."""
    for stamp in current.parent.glob("*/ready-app"):
        if stamp.parent != current and time.time() - stamp.stat().st_mtime > UNUSED_DAYS * 86400:
            shutil.rmtree(stamp.parent, ignore_errors=True)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def cache_dir() -> Path:
    """The same folder as scribe.paths.cache_dir(), which needs an installed package to tell."""
    if named := os.environ.get("SCRIBE_CACHE_DIR"):
        return Path(named)
    home = Path.home()
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "scribe" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "scribe"
    return Path(os.environ.get("XDG_CACHE_HOME", "").strip() or home / ".cache") / "scribe"


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Two set-ups at once take turns. The system lets go of the lock if this process dies."""
    with path.open("a+b") as handle:
        if os.name == "nt":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
                    break
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# --- models and tests


def needs_models(command: str, rest: list[str]) -> bool:
    """Whether models are looked for, and fetched where they are missing, before the command itself."""
    if command == "scribe" and rest[:1] in (["models"], ["doctor"]):
        return False  # these tell what is missing, and bring it in where there is no network
    return command != "app" or not models_were_fetched()  # the window says itself if one was removed since


def fetch_models(python: Path, testing: bool) -> None:
    if run([python, "-m", "scribe.models", "get", *(["--tests"] if testing else [])], stdout=sys.stderr):
        raise SetUpFailed(
            "the models are not all here (see above). Where there is no network, carry them in: "
            "python3 run.py scribe models import FOLDER"
        )
    models_stamp().parent.mkdir(parents=True, exist_ok=True)
    models_stamp().touch()


def models_were_fetched() -> bool:
    """Whether those that this version uses by default have been here and whole; to look again takes half a second."""
    return models_stamp().is_file()


def models_stamp() -> Path:
    """Of what is fetched, and of how it is converted: when either changes, it is looked after again."""
    made_by = (ROOT / "models" / "manifest.toml", ROOT / "scribe" / "models" / "convert.py")
    return cache_dir() / "models" / f"fetched-{'-'.join(map(digest, made_by))}"


def run_tests(python: Path, rest: list[str]) -> int:
    """Static checks, then the tests; pytest's summary is the last line. With arguments, pytest alone."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    failed = []
    checks = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy", "--cache-dir", str(cache_dir() / "mypy")],
    }
    for name, arguments in {} if rest else checks.items():
        say(f"{name} ...")
        if run([python, "-m", *arguments], cwd=ROOT):
            failed.append(name)
    if failed:
        say(f"FAILED: {', '.join(failed)}. The tests run all the same.")
    # Two at a time (tests/conftest.py says which go together); what was asked for by name runs as pytest always does.
    two = ["--numprocesses=2", "--dist=loadscope", "--no-loadscope-reorder"]
    tests = run([python, "-m", "pytest", *(rest or two)], cwd=ROOT)
    return tests or bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
