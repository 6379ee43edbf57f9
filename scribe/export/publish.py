"""Writing a file into a folder that others watch: whole or not at all, and never over another file."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import sys
from pathlib import Path

from scribe.errors import Fixable

_KEPT = "The signed note is safe in Scribe."
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EXDEV)
_AT_FDCWD = -100
# Linux: the drives that belong to this computer, and those that are there now.
_DRIVES, _MOUNTED = Path("/etc/fstab"), Path("/proc/self/mounts")


def publish(data: bytes, folder: Path, name: str, *, again: bool = False) -> Path:
    """Writes `data` to `folder/name`, syncs it, shows it under its name at once, reads it back and compares.

    Args:
        data: the file's bytes.
        folder: an existing one.
        name: the file's name.
        again: an interrupted export is taken up: a file of this name with the very same bytes counts as written.

    Raises:
        Fixable: "export-folder-missing", "export-target-exists", "disk-full", "export-not-written",
            "export-unsafe-folder".
    """
    require_there(folder)
    part = folder / f".{name}.part"
    target = folder / name
    try:
        if again and _holds(target, data):
            return target
        part.unlink(missing_ok=True)  # what an interrupted export of the same name left; nobody reads it
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _show(part, target)
        _sync_folder(folder)
        written = target.read_bytes()
    except FileExistsError as error:
        raise _taken(folder, name) from error
    except OSError as error:
        raise _not_written(error, folder) from error
    finally:
        _remove_quietly(part)
    if hashlib.sha256(written).digest() != hashlib.sha256(data).digest():
        _remove_quietly(target)
        raise Fixable(
            f"What was read back from {folder} is not what was written.",
            safe=_KEPT,
            do="Check the drive, and export to another folder.",
            code="export-not-written",
        )
    return target


def require_free(data: bytes, folder: Path, name: str, *, again: bool = False) -> None:
    """Refuses a name that is taken before the first file of an export is written; `publish` refuses it all the same.

    Args:
        data, folder, name, again: as for `publish`.

    Raises:
        Fixable: "export-target-exists"; "export-not-written", the folder cannot be looked into.
    """
    target = folder / name
    try:
        if os.path.lexists(target) and not (again and _holds(target, data)):
            raise _taken(folder, name)
    except OSError as error:
        raise _not_written(error, folder) from error


def require_there(folder: Path) -> None:
    """Refuses a folder that is not there, before anybody works for it.

    Raises:
        Fixable: "export-folder-missing".
    """
    if not _is_there(folder):
        raise Fixable(
            f"The folder {folder} is not there.",
            safe=_KEPT,
            do="Choose another folder, or connect the drive, and export again.",
            code="export-folder-missing",
        )


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir() and not _is_of_a_drive_that_is_away(folder)
    except OSError:
        return False  # a network drive that is gone answers in many ways


def _is_of_a_drive_that_is_away(folder: Path) -> bool:
    """Whether a drive belongs here that is not mounted: the empty folder in its place would take the file, where
    nobody looks for it."""
    away = _mount_points(_DRIVES) - _mount_points(_MOUNTED)
    return any(folder.resolve().is_relative_to(point) for point in away)


def _mount_points(table: Path) -> set[Path]:
    if sys.platform != "linux":
        return set()
    try:
        rows = [row.split() for row in table.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return set()
    named = {row[1] for row in rows if len(row) > 1 and not row[0].startswith("#") and row[1].startswith("/")}
    # A space stands there as \040.
    return {Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)) for point in named}


def _holds(target: Path, data: bytes) -> bool:
    try:
        return target.read_bytes() == data
    except FileNotFoundError:
        return False


def _show(part: Path, target: Path) -> None:
    """Gives the finished file its name, and refuses when the name is taken."""
    if sys.platform == "win32":
        part.rename(target)  # on Windows this refuses an existing target
        return
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_without_replacing(part, target)


def _rename_without_replacing(part: Path, target: Path) -> None:
    """For file systems without links (exFAT, many network drives): one step of the system that never overwrites."""
    # The flags are the systems' own: Linux's RENAME_NOREPLACE, macOS's RENAME_EXCL.
    old, new = os.fsencode(part), os.fsencode(target)
    name: str = ""
    arguments: tuple[int | bytes, ...] = ()
    if sys.platform == "linux":
        name, arguments = "renameat2", (_AT_FDCWD, old, _AT_FDCWD, new, 1)
    elif sys.platform == "darwin":
        name, arguments = "renamex_np", (old, new, 4)
    library = ctypes.CDLL(None, use_errno=True)
    rename = getattr(library, name, None) if name else None
    if rename is None:
        raise _no_safe_way()
    if rename(*arguments) == 0:
        return
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, *_NO_LINKS):
        raise _no_safe_way()
    raise OSError(number, os.strerror(number))


def _taken(folder: Path, name: str) -> Fixable:
    return Fixable(
        f"A file named {name} is already in {folder}.",
        safe=f"It was not touched. {_KEPT}",
        do="Choose another folder, or move that file.",
        code="export-target-exists",
    )


def _no_safe_way() -> Fixable:
    return Fixable(
        "This folder's file system cannot publish a file without the risk of overwriting another.",
        safe=f"Nothing was written. {_KEPT}",
        do="Choose a folder on a local disk.",
        code="export-unsafe-folder",
    )


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be opened for syncing there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(error: OSError, folder: Path) -> Fixable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return Fixable(
            f"There is no space left in {folder}.",
            safe=f"Nothing half-written was left there. {_KEPT}",
            do="Free some space or choose another folder, and export again.",
            code="disk-full",
        )
    return Fixable(
        f"The file could not be written to {folder} ({error.strerror or 'unknown reason'}).",
        safe=f"Nothing half-written was left there. {_KEPT}",
        do="Check that you may write there, or choose another folder.",
        code="export-not-written",
    )


def _remove_quietly(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the drive is gone; the dot file is not a note's name and no program picks it up
