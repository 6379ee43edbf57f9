"""Publishing: whole or not at all, never over another file, and never "written" when it was not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from scribe.errors import Fixable
from scribe.export.publish import publish


def test_what_is_written_is_what_was_given_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = publish(b"note", tmp_path, "a.txt")
    assert path.read_bytes() == b"note"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_an_existing_file_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"theirs")
    with pytest.raises(Fixable) as caught:
        publish(b"ours", tmp_path, "a.txt")
    assert caught.value.code == "export-target-exists"
    assert (tmp_path / "a.txt").read_bytes() == b"theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fixable) as caught:
        publish(b"note", tmp_path / "gone", "a.txt")
    assert caught.value.code == "export-folder-missing"
    assert "signed note is safe" in caught.value.safe


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Fixable) as caught:
        publish(b"note", tmp_path, "a.txt")
    assert caught.value.code == "disk-full"
    assert list(tmp_path.iterdir()) == []


def test_a_drive_that_reads_back_something_else_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"rubbish")
    with pytest.raises(Fixable) as caught:
        publish(b"note", tmp_path, "a.txt")
    assert caught.value.code == "export-not-written"
    assert list(tmp_path.iterdir()) == []
