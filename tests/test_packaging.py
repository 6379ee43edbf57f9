"""The built app: one folder that opens its window and starts its recorder and engines from one executable."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from scribe.paths import cache_dir, root_dir

SHIPPED = ("scribe", "ui", "templates", "models", "packaging", "requirements")


def built() -> Path:
    """The folder of the built app; built anew only when something that goes into it has changed."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in SHIPPED:
        for path in sorted((root_dir() / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root_dir())).encode() + b"\0" + path.read_bytes())
    place = cache_dir() / "frozen"
    stamp = place / "built-from"
    if not stamp.is_file() or stamp.read_text() != digest.hexdigest():
        stamp.unlink(missing_ok=True)
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN"]
        command += ["--distpath", str(place), "--workpath", str(place / "work")]
        command += [str(root_dir() / "packaging" / "scribe.spec")]
        result = subprocess.run(command, cwd=root_dir(), capture_output=True, text=True, timeout=1500, check=False)
        assert result.returncode == 0, result.stderr[-3000:]
        stamp.write_text(digest.hexdigest())
    return place / "Scribe"


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only tried on Linux")
def test_the_built_app_starts_its_children_and_drafts(tmp_path: Path) -> None:
    program = built() / "Scribe"
    shipped = {path.name for path in (built() / "_internal").iterdir()}
    assert {"LICENSE", "NOTICE", "templates", "models", "demo"} <= shipped
    assert not shipped & {"torch", "transformers", "scipy", "sklearn", "pytest", "mypy"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_"))}
    env |= {
        "SCRIBE_DATA_DIR": str(tmp_path / "data"),
        "SCRIBE_CONFIG_DIR": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    result = subprocess.run(
        [str(program), "--smoke"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert "recorder and its engines" in result.stdout
    assert "drafted from them" in result.stdout
    assert "sample exports, and read each back" in result.stdout
    left = [process for process in psutil.process_iter(["exe"]) if process.info["exe"] == str(program)]
    _, alive = psutil.wait_procs(left, timeout=60)
    assert not alive, "children outlived the app"
