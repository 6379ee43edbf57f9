"""The engine runs without Qt, and each module knows only what stands to its left in the line."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.paths import root_dir

LINE = ("encounter", "capture", "transcribe", "attribute", "extract", "draft", "review", "export")
ENGINE = root_dir() / "scribe"


def _modules() -> Iterator[str]:
    for path in sorted(ENGINE.rglob("*.py")):
        parts = path.relative_to(root_dir()).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_the_engine_imports_with_qt_blocked() -> None:
    modules = [name for name in _modules() if not name.endswith("__main__")]
    code = (
        "import importlib, sys\n"
        "sys.modules['PySide6'] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "assert not any(name.startswith(('PySide6', 'ui')) for name in sys.modules if sys.modules[name])\n"
    )
    env = os.environ | {"PYTHONPATH": str(root_dir())}
    result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_engine_never_names_the_window() -> None:
    for path in ENGINE.rglob("*.py"):
        named = {name.split(".")[0] for name in _imports(path)}
        assert not named & {"PySide6", "ui", "shiboken6"}, path


@pytest.mark.parametrize("step", LINE)
def test_each_step_imports_only_from_its_left(step: str) -> None:
    to_the_right = LINE[LINE.index(step) + 1 :]
    for path in (ENGINE / step).rglob("*.py"):
        wrong = [name for name in _imports(path) if name.startswith(tuple(f"scribe.{each}" for each in to_the_right))]
        assert not wrong, f"{path.relative_to(ENGINE)} imports {wrong}"


def test_the_window_reaches_the_engine_through_no_step_of_the_line() -> None:
    """Recording, speech and drafting stay behind the desk. app.py starts processes, the recorder among them."""
    behind = ("scribe.capture", "scribe.transcribe", "scribe.attribute", "scribe.extract", "scribe.engine")
    for path in {*(root_dir() / "ui").rglob("*.py")} - {root_dir() / "ui" / "app.py"}:
        wrong = [name for name in _imports(path) if name.startswith(behind)]
        assert not wrong, f"{path.name} imports {wrong}"
