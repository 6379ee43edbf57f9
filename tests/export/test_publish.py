"""Publishing: whole or not at all, never over another file, and never "written" when it was not."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scribe.errors import Fixable
from scribe.export import publish as publishing
from scribe.export.publish import publish
from tests.export.kill_publishing import kill_at_random_moments

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file systems")


def code_of(data: bytes, folder: Path, name: str = "a.txt", **how: bool) -> str:
    with pytest.raises(Fixable) as caught:
        publish(data, folder, name, **how)
    return caught.value.code


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_what_was_given_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = publish(b"note", tmp_path, "a.txt")
    assert path.read_bytes() == b"note"
    assert names(tmp_path) == ["a.txt"]


def test_an_existing_file_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"theirs")
    assert code_of(b"ours", tmp_path) == "export-target-exists"
    assert (tmp_path / "a.txt").read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.txt"]


def test_even_the_same_bytes_are_refused_unless_an_export_is_taken_up_again(tmp_path: Path) -> None:
    publish(b"note", tmp_path, "a.txt")
    assert code_of(b"note", tmp_path) == "export-target-exists"
    assert publish(b"note", tmp_path, "a.txt", again=True).read_bytes() == b"note"
    assert code_of(b"other", tmp_path, again=True) == "export-target-exists"
    assert (tmp_path / "a.txt").read_bytes() == b"note"


def test_what_an_interrupted_export_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.part").write_bytes(b"no")
    publish(b"note", tmp_path, "a.txt", again=True)
    assert names(tmp_path) == ["a.txt"]


@POSIX
def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / ".a.txt.part").symlink_to(tmp_path / "theirs")
    publish(b"note", tmp_path, "a.txt")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fixable) as caught:
        publish(b"note", tmp_path / "gone", "a.txt")
    assert caught.value.code == "export-folder-missing"
    assert "signed note is safe" in caught.value.safe


@pytest.mark.skipif(sys.platform != "linux", reason="the tables in which Linux keeps its drives")
@pytest.mark.parametrize("inside", ["", "in/gp"])
def test_the_empty_place_of_a_drive_that_is_not_mounted_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    place = tmp_path / "our drive"
    folder = place / inside
    folder.mkdir(parents=True)
    drives, mounted = tmp_path / "fstab", tmp_path / "mounts"
    named = str(place).replace(" ", "\\040")
    drives.write_text(
        f"# drives\n/dev/sda1 / ext4 defaults 0 1\n//server/share {named}/ cifs nofail 0 0\n\nUUID=1 none swap\n"
    )
    mounted.write_text("overlay / overlay rw 0 0\n")
    monkeypatch.setattr(publishing, "_DRIVES", drives)
    monkeypatch.setattr(publishing, "_MOUNTED", mounted)
    assert code_of(b"note", folder) == "export-folder-missing"
    assert list(folder.iterdir()) == []
    publish(b"note", tmp_path, "a.txt")  # beside it is no drive's place
    with mounted.open("a") as table:
        table.write(f"//server/share {named} cifs rw 0 0\n")
    publish(b"note", folder, "a.txt")


def test_a_folder_that_is_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert code_of(b"note", tmp_path / "file") == "export-folder-missing"


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_folder_that_may_not_be_written_to_is_named(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refuse)
    assert code_of(b"note", tmp_path) == "export-not-written"
    assert names(tmp_path) == []


def test_a_file_is_synced_before_it_has_its_name_and_read_back_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def noted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            done.append(name)
            return real(*given, **named)

        return call

    monkeypatch.setattr(os, "fsync", noted("sync", os.fsync))
    monkeypatch.setattr(publishing, "_show", noted("show", publishing._show))
    monkeypatch.setattr(Path, "read_bytes", noted("read", Path.read_bytes))
    publish(b"note", tmp_path, "a.txt")
    assert done[:2] == ["sync", "show"] and done[-1] == "read"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert code_of(b"note", tmp_path) == "disk-full"
    assert names(tmp_path) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, for tests that run as root."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if not mounted or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a full disk: a small file system can only be mounted as root on Linux")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_truly_full_leaves_nothing_behind(tiny_disk: Path) -> None:
    assert code_of(b"x" * 200_000, tiny_disk) == "disk-full"
    assert names(tiny_disk) == []
    publish(b"x" * 20_000, tiny_disk, "a.txt")
    assert code_of(b"x" * 60_000, tiny_disk, "b.txt") == "disk-full"
    assert names(tiny_disk) == ["a.txt"]


def test_a_folder_that_vanishes_while_it_is_written_to_is_said_to_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, away = tmp_path / "in", tmp_path / "away"
    folder.mkdir()
    real = os.fsync

    def vanish(handle: int) -> None:
        real(handle)
        folder.rename(away)
        monkeypatch.setattr(os, "fsync", real)

    monkeypatch.setattr(os, "fsync", vanish)
    assert code_of(b"note", folder) == "export-not-written"
    assert not [path for path in away.iterdir() if not path.name.startswith(".")]


def test_a_drive_that_reads_back_something_else_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"rubbish")
    assert code_of(b"note", tmp_path) == "export-not-written"
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the step of Linux that never overwrites")
def test_a_file_system_without_links_is_written_to_in_one_step_that_never_overwrites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    publish(b"note", tmp_path, "a.txt")
    assert code_of(b"other", tmp_path) == "export-target-exists"
    assert (tmp_path / "a.txt").read_bytes() == b"note"
    assert names(tmp_path) == ["a.txt"]


@POSIX
def test_a_file_system_that_can_do_neither_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(publishing.ctypes, "CDLL", lambda *_, **__: object())
    assert code_of(b"note", tmp_path) == "export-unsafe-folder"
    assert names(tmp_path) == []


@POSIX
def test_killed_at_twenty_random_moments_it_leaves_whole_files_only(tmp_path: Path) -> None:
    seen = kill_at_random_moments(20, tmp_path)
    assert seen["kills"] == 20
    assert seen["published"] > 0
