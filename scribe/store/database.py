"""One SQLite file, encrypted by SQLCipher, with one connection that all threads share behind a lock.

One connection, not one a thread: every statement here is short (a write costs one fsync), so waiting for each
other is cheaper than the questions that several connections raise (which one checkpoints the log, which one
closes). Transactions are immediate and nest: the outermost commits.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from scribe.errors import Bug, Fixable, ScribeError

Version = tuple[int, int]
Migration = tuple[Version, Callable[["Database"], None]]

_SAVED = "Everything saved before is safe."
_BUSY_MS = 5_000
_OPENING_BYTES = 10 << 20  # more than the log, its index and the first changes ever take
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}

# SQLite's result codes → (code, what happened, what to do).
_FAILURES = {
    "SQLITE_FULL": (
        "disk-full",
        "The disk is full, so the last change was not saved.",
        "Free some space, then try again.",
    ),
    "SQLITE_IOERR": (
        "store-not-written",
        "The disk did not take the last change.",
        "Check that the drive is connected and has space, then try again.",
    ),
    "SQLITE_READONLY": (
        "store-read-only",
        "The folder of the store may not be written to.",
        "Ask for write access to it.",
    ),
    "SQLITE_CANTOPEN": (
        "store-not-opened",
        "The store could not be opened.",
        "Check that its folder is there and may be written to.",
    ),
    "SQLITE_BUSY": (
        "store-busy",
        "Another Scribe window is using the store.",
        "Close it, then try again.",
    ),
    "SQLITE_CORRUPT": (
        "store-damaged",
        "The store's file is damaged.",
        "Restore it from a backup, or tell support. Do not delete it.",
    ),
    "SQLITE_NOTADB": (
        "store-key-wrong",
        "The key does not open the store.",
        "Use the passphrase or the recovery code that belongs to this store.",
    ),
}


class Database:
    """The encrypted file: opened, brought up to date, read and written.

    Args:
        path: the file; made when it is not there.
        key: 32 random bytes, used as they are.
        migrations: the steps from an empty file to today's schema, in order.

    Raises:
        Fixable: "store-newer", "store-key-wrong", "store-busy" and what `_FAILURES` lists.
    """

    def __init__(self, path: Path, key: bytes, migrations: Sequence[Migration]) -> None:
        self.path = path
        self._lock = threading.RLock()
        with _room_to_open(path.parent):
            _make_private(path)
            with _told():
                self._connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
            try:
                self._set_up(key)
                self._migrate(migrations, key)
                self.empty_log()
            except BaseException:
                self._connection.close()
                raise

    def _set_up(self, key: bytes) -> None:
        _apply_key(self._connection, key)
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",  # NORMAL may lose the last commits when the power goes
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",  # sorting never spills clinical text into a temporary file
        ):
            self.rows(f"PRAGMA {pragma}")

    # ---------------------------------------------------------------- versions

    @property
    def version(self) -> Version:
        number = int(self.rows("PRAGMA user_version")[0][0])
        return number >> 16, number & 0xFFFF

    def _migrate(self, migrations: Sequence[Migration], key: bytes) -> None:
        newest = migrations[-1][0]
        if self.version[0] > newest[0]:
            raise Fixable(
                "This store was written by a newer version of Scribe.",
                safe="Nothing was changed.",
                do="Install the newer version and open it with that.",
                code="store-newer",
            )
        todo = [step for step in migrations if step[0] > self.version]
        if not todo:
            return
        if self.version > (0, 0):
            self._back_up(key)
        with self.transaction():
            for (major, minor), step in todo:
                step(self)
                self.execute(f"PRAGMA user_version = {major << 16 | minor}")

    def _back_up(self, key: bytes) -> None:
        """A copy beside the store, under the same key, named after the version it holds."""
        major, minor = self.version
        target = self.path.with_name(f"{self.path.stem}-{major}.{minor}.backup")
        target.unlink(missing_ok=True)
        _make_private(target)
        # SQLite's own way: opening and closing the file beside it would drop its locks on POSIX systems.
        with _told():
            copy = sqlcipher.connect(str(target), isolation_level=None)
            try:
                _apply_key(copy, key)
                self._connection.backup(copy)
            finally:
                copy.close()

    def forget_backups(self) -> None:
        """Removes the copies made before migrations: they would outlive what is destroyed in the store."""
        for backup in self.path.parent.glob(f"{self.path.stem}-*.backup"):
            backup.unlink()

    # ---------------------------------------------------------------- statements

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query. Values are bound, never pasted into the text."""
        with self._lock, _told():
            return list(self._connection.execute(sql, values).fetchall())

    def execute(self, sql: str, *values: object) -> int:
        """Runs one statement inside a transaction; returns how many rows it changed."""
        with self._lock, _told():
            if not self._connection.in_transaction:
                raise Bug("A write was tried outside a transaction.", code="no-transaction")
            return int(self._connection.execute(sql, values).rowcount)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed together, or not at all; a transaction inside another joins it."""
        with self._lock:
            with _told():
                outermost = not self._connection.in_transaction
                if outermost:
                    self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                if outermost:
                    with _told():
                        self._connection.execute("COMMIT")
            except BaseException:
                # SQLite itself has rolled back already after some failures, a full disk among them.
                if outermost and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def empty_log(self) -> None:
        """Moves what the write-ahead log holds into the file and cuts the log to nothing."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes the file; later calls raise Bug "store-closed"."""
        with self._lock, _told():
            self._connection.close()


def _apply_key(connection: Any, key: bytes) -> None:
    """Raw key, so SQLCipher stretches nothing: ours is already random."""
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr on a wrong key
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def _make_private(path: Path) -> None:
    """Creates the file for this user alone where the system knows such modes; leaves one that is there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise disk_failure(error) from None


@contextmanager
def _told() -> Iterator[None]:
    """Turns SQLite's and the disk's errors into ours; theirs may quote values, so they are not chained."""
    try:
        yield
    except sqlcipher.ProgrammingError as error:
        if "closed" in str(error):
            raise Bug("The store was used after it was closed.", safe=_SAVED, code="store-closed") from None
        raise Bug("The store refused a statement.", safe=_SAVED, code="store-statement") from None
    except sqlcipher.Error as error:
        raise _translated(error) from None
    except OSError as error:
        raise disk_failure(error) from None


@contextmanager
def _room_to_open(folder: Path) -> Iterator[None]:
    """Says that the disk is full where that keeps the store shut: SQLite calls it an I/O error, since its index of the
    log, which lies beside the file, finds no room."""
    try:
        yield
    except Fixable as error:
        if error.code not in ("disk-full", "store-not-written") or shutil.disk_usage(folder).free > _OPENING_BYTES:
            raise
        raise Fixable(
            "The disk is full, so Scribe cannot open its records.",
            safe=_SAVED,
            do=f"Free some space on the disk of {folder} ({_OPENING_BYTES >> 20} MB will do), then start Scribe again.",
            code="disk-full",
        ) from error


def _translated(error: Exception) -> ScribeError:
    name = getattr(error, "sqlite_errorname", "")
    for prefix, (code, happened, do) in _FAILURES.items():
        if name.startswith(prefix):
            return Fixable(happened, safe=_SAVED, do=do, code=code)
    if name.startswith("SQLITE_CONSTRAINT"):
        return Bug("The store refused a record that does not fit.", safe=_SAVED, code="store-constraint")
    return Bug(f"The store failed ({name or type(error).__name__}).", safe=_SAVED, code="store-failed")


def disk_failure(error: OSError) -> Fixable:
    """What the operating system refused, in our words: full disk, no right to write, anything else."""
    if error.errno in _FULL:
        name = "SQLITE_FULL"
    elif isinstance(error, PermissionError):
        name = "SQLITE_READONLY"
    else:
        name = "SQLITE_IOERR"
    code, happened, do = _FAILURES[name]
    return Fixable(happened, safe=_SAVED, do=do, code=code)
