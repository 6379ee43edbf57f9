"""run.py: what it sets up, what it leaves alone, and that it goes on after an interruption. No network, no pip."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scribe import libraries
from scribe.paths import cache_dir, root_dir


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module, with a cache of its own and with every command recorded instead of run."""
    spec = importlib.util.spec_from_file_location("run", root_dir() / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("SCRIBE_CACHE_DIR", str(tmp_path / "cache"))
    return module


class Made:
    """Counts what set-up does, and stands in for it."""

    def __init__(self, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.fail_at = ""

        def make(place: Path) -> None:
            self._note("make")
            python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
            python.parent.mkdir(parents=True)
            python.touch()

        def install(python: Path, lock: Path) -> None:
            assert python.exists()
            self._note(f"install {lock.name}")

        monkeypatch.setattr(run, "make_environment", make)
        monkeypatch.setattr(run, "install", install)

    def _note(self, what: str) -> None:
        if what == self.fail_at:
            raise KeyboardInterrupt
        self.done.append(what)


@pytest.fixture
def made(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(run, monkeypatch)


def test_set_up_happens_once(run: ModuleType, made: Made) -> None:
    python = run.environment(testing=False)
    assert made.done == ["make", "install app.txt"]
    assert run.environment(testing=False) == python
    assert made.done == ["make", "install app.txt"]
    assert run.environment(testing=True) == python
    assert made.done == ["make", "install app.txt", "install test.txt"]
    run.environment(testing=True)
    assert len(made.done) == 3


@pytest.mark.parametrize("step", ["make", "install app.txt"])
def test_an_interrupted_set_up_starts_clean(run: ModuleType, made: Made, step: str) -> None:
    made.fail_at = step
    with pytest.raises(KeyboardInterrupt):
        run.environment(testing=False)
    made.fail_at = ""
    made.done.clear()
    left = [path for path in (run.cache_dir() / "venv").glob("*") if path.is_dir()]
    for half in left:
        (half / "half").touch()
    python = run.environment(testing=False)
    assert made.done == ["make", "install app.txt"]
    assert not (python.parent.parent / "half").exists()


def test_an_interrupted_test_set_up_keeps_what_the_app_has(run: ModuleType, made: Made) -> None:
    made.fail_at = "install test.txt"
    with pytest.raises(KeyboardInterrupt):
        run.environment(testing=True)
    made.fail_at = ""
    run.environment(testing=True)
    assert made.done == ["make", "install app.txt", "install test.txt"]


def test_a_changed_lock_makes_another_environment(
    run: ModuleType, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run.environment(testing=False)
    (tmp_path / "requirements").mkdir()
    for name in ("app.txt", "test.txt"):
        (tmp_path / "requirements" / name).write_text("numpy==9\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    assert run.environment(testing=False) != before


def test_its_cache_is_scribes_cache(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.cache_dir() == cache_dir()
    monkeypatch.delenv("SCRIBE_CACHE_DIR")
    import platformdirs

    assert run.cache_dir() == Path(platformdirs.user_cache_dir("scribe", appauthor=False))


def test_missing_libraries_are_named_and_do_not_stop_it(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = next(library for library in libraries.LIBRARIES if library.package == "libportaudio2")
    monkeypatch.setattr(libraries, "missing", lambda: (missing,))
    monkeypatch.setattr(libraries, "missing_test_packages", lambda: ())
    monkeypatch.setattr(run, "may_apt", lambda: False)
    run.add_system_libraries(testing=False)
    said = capsys.readouterr().err
    assert "recording from a microphone" in said
    assert "sudo apt-get install libportaudio2" in said


@pytest.mark.skipif(sys.platform == "win32", reason="there is no apt")
@pytest.mark.parametrize("updated", [False, True])
def test_as_root_it_installs_them_and_goes_on_when_that_fails(
    run: ModuleType, updated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails = "exit 100" if not updated else "case $* in *update*) exit 0;; esac; exit 100"
    apt = tmp_path / "apt-get"
    apt.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\necho "Reading package lists..."\necho "E: Unable to fetch"\n{fails}\n'
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(libraries, "missing", lambda: libraries.LIBRARIES[:2])
    monkeypatch.setattr(libraries, "missing_test_packages", lambda: ("xvfb",))
    monkeypatch.setattr(run, "may_apt", lambda: True)
    run.add_system_libraries(testing=True)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert len(asked) == 2 + updated
    assert asked[0].endswith("libportaudio2 libegl1 xvfb")
    assert asked[1].endswith("update")
    said = capsys.readouterr().err
    assert "Set-up goes on" in said
    assert "Reading package lists" not in said
    assert ("E: Unable to fetch" in said) is updated


def _recorded(run: ModuleType, monkeypatch: pytest.MonkeyPatch, codes: dict[str, int]) -> list[list[str]]:
    commands: list[list[str]] = []

    def call(command: list[str | Path], **_: Any) -> int:
        commands.append([str(part) for part in command])
        return next((code for tool, code in codes.items() if tool in commands[-1]), 0)

    monkeypatch.setattr(run, "run", call)
    return commands


@pytest.mark.parametrize(("codes", "expected"), [({}, 0), ({"mypy": 1}, 1), ({"ruff": 1}, 1), ({"pytest": 2}, 2)])
def test_any_failed_check_fails_the_run_and_pytest_speaks_last(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, codes: dict[str, int], expected: int
) -> None:
    commands = _recorded(run, monkeypatch, codes)
    assert run.run_tests(Path("python"), []) == expected
    assert [command[2] for command in commands] == ["ruff", "ruff", "mypy", "pytest"]


@pytest.mark.parametrize(
    ("arguments", "passed_on"),
    [
        (["demo", "--out", "here"], ["demo", "--out", "here"]),
        (["app"], ["app"]),
        (["scribe", "draft", "x.wav"], ["draft", "x.wav"]),
    ],
)
def test_commands_are_passed_on(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str], passed_on: list[str]
) -> None:
    steps: list[Callable[..., Any]] = []
    monkeypatch.setattr(run, "add_system_libraries", lambda testing: steps.append(run.add_system_libraries))
    monkeypatch.setattr(run, "environment", lambda testing: Path("python"))
    commands = _recorded(run, monkeypatch, {})
    assert run.main(arguments) == 0
    assert commands == [
        ["python", "-m", "scribe.models", "get"],
        ["python", "-m", "scribe", *passed_on],
    ]


@pytest.mark.parametrize("arguments", [["models", "import", "folder"], ["models", "list"], ["doctor"]])
def test_models_are_carried_in_by_hand_on_a_computer_without_them_and_without_a_network(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr(run, "add_system_libraries", lambda testing: None)
    monkeypatch.setattr(run, "environment", lambda testing: Path("python"))
    commands = _recorded(run, monkeypatch, {"scribe.models": 1})
    assert run.main(["scribe", *arguments]) == 0
    assert commands == [["python", "-m", "scribe", *arguments]]


def test_the_window_does_not_wait_for_models_that_were_fetched_before(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "add_system_libraries", lambda testing: None)
    monkeypatch.setattr(run, "environment", lambda testing: Path("python"))
    failed = _recorded(run, monkeypatch, {"scribe.models": 1})
    assert run.main(["app"]) == 1
    assert len(failed) == 1
    commands = _recorded(run, monkeypatch, {})
    assert run.main(["app"]) == run.main(["app"]) == run.main(["demo"]) == 0
    looked = ["python", "-m", "scribe.models", "get"]
    opened, demo = (["python", "-m", "scribe", name] for name in ("app", "demo"))
    assert commands == [looked, opened, opened, looked, demo]


def test_an_unknown_command_is_wrong_usage(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["dance"]) == 2
    assert "run.py demo" in capsys.readouterr().err


def test_locked_requirements_have_hashes_and_no_addresses() -> None:
    for name in ("app.txt", "test.txt"):
        text = (root_dir() / "requirements" / name).read_text(encoding="utf-8")
        entries = [entry for entry in text.split("\n") if entry and not entry.startswith((" ", "#"))]
        assert len(entries) > 50
        assert text.count("--hash=sha256:") > len(entries)
        for entry in entries:
            assert "==" in entry and entry.endswith("\\"), entry
        assert not any(word in text for word in ("http:", "https:", "file:", "--index", "--find-links"))


def test_nobody_needs_torch_to_run_it() -> None:
    app = (root_dir() / "requirements" / "app.txt").read_text(encoding="utf-8")
    assert not any(line.startswith(("torch", "scikit-learn", "scipy")) for line in app.splitlines())


def test_models_are_looked_after_again_when_what_is_fetched_or_how_it_is_converted_changes(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("models/manifest.toml", "scribe/models/convert.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    stamps = {run.models_stamp()}
    for name in ("models/manifest.toml", "scribe/models/convert.py"):
        (tmp_path / name).write_text("changed")
        stamps.add(run.models_stamp())
    assert len(stamps) == 3
