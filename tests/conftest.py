"""Shared by all tests: no network, nothing touches the user's own folders, nothing is left running."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from scribe import offline
from tests import demo_run as demo
from tests.small_disk import SmallDisk

offline.enforce()  # for the whole run; Scribe's own processes do it themselves
# How long an example takes says how busy the computer is, not whether the program keeps its promise.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@lru_cache
def _holds(path: Path, text: str) -> bool:
    return text in path.read_text(encoding="utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real sound first, while the computer is quiet, then what takes longest."""
    items.sort(key=lambda item: (not _holds(item.path, "SoundSystem("), not _holds(item.path, "mark.slow")))


class FileByFile(LoadScopeScheduling):
    """Two workers take file after file; those that look at the demonstration go together, so that it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        return "demo" if _holds(Path(self.config.rootpath, path), "demo_run") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    return FileByFile(config, log)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoRun:
    return demo.run(tmp_path_factory.mktemp("demo"))


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has its own store and settings; models stay in the shared cache."""
    monkeypatch.setenv("SCRIBE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SCRIBE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("SCRIBE_SITE_CONFIG_DIR", str(tmp_path / "site"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of four megabytes, where the system lets us have one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no real disk was filled: mounting one needs Linux and root")
    yield SmallDisk(folder)
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A thread that outlives its test fails it."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive() and not _is_library(t)]
    for thread in left:
        thread.join(timeout=2)
    left = [t for t in left if t.is_alive()]
    assert not left, f"threads left running: {[t.name for t in left]}"


def _is_library(thread: threading.Thread) -> bool:
    """tqdm's monitor is a daemon of a library, started once a process and never stopped."""
    return type(thread).__name__ == "TMonitor"
