"""`scribe doctor` names what is wrong and what to do, and never fails itself."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from scribe import doctor, libraries, models, offline, settings
from scribe.errors import Fixable
from scribe.models.shelf import InstalledModel
from tests.small_disk import SmallDisk


class Memory(NamedTuple):
    total: int


@pytest.fixture(autouse=True)
def a_good_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIBE_SITE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(models, "verify", lambda name: InstalledModel(name, tmp_path, f"{name}@00000000", "speech"))
    monkeypatch.setattr(doctor, "microphones", lambda: ("Desk microphone",))
    monkeypatch.setattr(libraries, "missing", lambda: ())
    monkeypatch.setattr(offline, "enforced", lambda: True)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(16_000_000_000))


def wrong() -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.findings() if not finding.ok}


def test_a_good_computer_has_nothing_to_put_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert wrong() == {}
    assert doctor.run_doctor() == 0
    said = capsys.readouterr().out
    assert "Desk microphone" in said and "Everything works" in said


def test_each_trouble_comes_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_microphone() -> tuple[str, ...]:
        raise Fixable("No microphone was found.", do="Plug one in.", code="no-microphone")

    def damaged(name: str) -> InstalledModel:
        raise Fixable(f"The model {name} is damaged.", do="Fetch it again.", code="model-damaged")

    monkeypatch.setattr(doctor, "microphones", no_microphone)
    monkeypatch.setattr(models, "verify", damaged)
    monkeypatch.setattr(libraries, "missing", lambda: (libraries.Library("libEGL.so.1", "libegl1", libraries.WINDOW),))
    monkeypatch.setattr(offline, "enforced", lambda: False)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(2_000_000_000))
    found = wrong()
    assert {"microphone", "model whisper-base", "window", "network", "memory"} <= set(found)
    assert all(finding.do for finding in found.values())
    assert "libegl1" in found["window"].do
    assert doctor.run_doctor() == 3
    assert f"{len(found)} to put right" in capsys.readouterr().out


def test_settings_that_cannot_be_right_are_told(tmp_path: Path) -> None:
    settings.administrators_file().write_text("allow = 1")
    found = wrong()
    assert str(settings.administrators_file()) in found["settings"].do


@pytest.mark.parametrize("folder", ["SCRIBE_DATA_DIR", "SCRIBE_CACHE_DIR", "SCRIBE_CONFIG_DIR"])
def test_a_folder_that_cannot_be_used_is_named(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(folder, str(tmp_path / "file" / "x"))
    found = wrong()
    assert found
    assert all(str(tmp_path / "file" / "x") in finding.what and finding.do for finding in found.values())


def test_a_full_disk_is_told_from_a_folder_that_may_not_be_written_to(
    small_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIBE_DATA_DIR", str(small_disk.folder))
    small_disk.fill()
    assert "Free some space" in wrong()["records"].do
