"""The store as a whole: opened with its root secret, it knows who has a profile and unlocks them.

folder/store.db     the encrypted database
folder/store.keys   how its key is found (no secret)
folder/sound/ID/    the sealed sound of one encounter
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from scribe.errors import Bug, Fixable
from scribe.records import Clinician, new_id, utc_now
from scribe.store import pin as pins
from scribe.store.database import Database
from scribe.store.keys import (
    InMemory,
    KeyFile,
    KeyKind,
    KeySource,
    code_refused,
    new_code,
    new_key_file,
    read_code,
)
from scribe.store.profile import Profile
from scribe.store.schema import MIGRATIONS
from scribe.store.seal import Work, WrongKey, derive, new_key, seal, unseal

_SALT_BYTES = 16
_QUICK = Work(passes=1, memory_kib=8, lanes=1)


def key_kind(folder: Path) -> KeyKind | None:
    """How the store in this folder is opened, or None where there is none yet."""
    key_file = KeyFile.read(_key_path(folder))
    return key_file.kind if key_file else None


def recover_key(folder: Path, code: str, source: KeySource) -> None:
    """Finds the store's key again by a recovery code, and keeps it in `source` from now on.

    For a keyring that was lost, or a forgotten passphrase. Afterwards `Store.open(folder, source)` works;
    the PIN is set again with `Store.recover`.

    Raises:
        Fixable: "store-missing", "code-mistyped", "code-wrong".
    """
    key_file = KeyFile.read(_key_path(folder))
    if key_file is None:
        raise Fixable("There is no saved work in this folder.", do="Choose another.", code="store-missing")
    key_file.kept_by(source, key_file.recovered_root(code)).write(_key_path(folder))


class Store:
    """An open store. Safe to use from any thread; writes from several wait for each other.

    Made by `Store.open` or `Store.throwaway`; use it as a context manager, or `close()` it.
    """

    def __init__(
        self, folder: Path, database: Database, root: bytes, clock: Callable[[], datetime], work: Work
    ) -> None:
        self._folder = folder
        self._database = database
        self._root = root
        self._clock = clock
        self._work = work
        self._wipe: Callable[[], None] = lambda: None

    @classmethod
    def open(
        cls,
        folder: Path,
        source: KeySource,
        *,
        clock: Callable[[], datetime] = utc_now,
        work: Work | None = None,
    ) -> Store:
        """Opens the store in `folder`, or makes a new one there.

        Args:
            folder: made where it is missing.
            source: `Keyring()` or `Passphrase(text)`; for an existing store of the kind `key_kind` says.
            clock: the present instant, timezone-aware.
            work: how hard a guess at a PIN is made, for PINs set from now on.

        Raises:
            Fixable: "store-newer", "store-key-missing", "keyring-locked", "passphrase-wrong",
                "store-other-key", "key-file-missing", "key-file-damaged", "store-key-wrong", and the disk's own.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_path, data_path = _key_path(folder), folder / "store.db"
        key_file = KeyFile.read(key_path)
        if key_file:
            root = key_file.root(source)
        elif data_path.exists():
            raise Fixable(
                "The key file that belongs to the store is gone.",
                safe="Your saved work is still there, locked.",
                do="Put the file store.keys back beside it, from a backup.",
                code="key-file-missing",
            )
        else:
            key_file, root = new_key_file(new_id(), source)
            key_file.write(key_path)
        database = Database(data_path, derive(root, "scribe database"), MIGRATIONS)
        store = cls(folder, database, root, clock, work or Work())
        store._sweep()
        return store

    @classmethod
    def throwaway(cls, *, clock: Callable[[], datetime] = utc_now) -> Store:
        """A store with a random key in memory, in a temporary folder that is removed at close."""
        folder = tempfile.mkdtemp(prefix="scribe-")
        try:
            # Guesses at its PIN need not be slow: without the key in memory nobody gets as far as that.
            store = cls.open(Path(folder), InMemory(), clock=clock, work=_QUICK)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        store._wipe = lambda: shutil.rmtree(folder, ignore_errors=True)
        return store

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; profiles that are still open can do no more."""
        self._database.close()
        self._wipe()

    def keep_key_in(self, source: KeySource) -> None:
        """Keeps the store's key in another place from now on: keyring, or a new passphrase."""
        self._key_file().kept_by(source, self._root).write(_key_path(self._folder))

    # ---------------------------------------------------------------- profiles

    def profiles(self) -> tuple[Clinician, ...]:
        """Everybody who has a profile on this computer, in the order they were made."""
        rows = self._database.rows("SELECT id, name, role, registration FROM profiles ORDER BY made_at, rowid")
        return tuple(Clinician(*row) for row in rows)

    def create_profile(self, name: str, role: str, registration: str = "", *, pin: str) -> tuple[Clinician, str]:
        """Makes a profile with a key of its own.

        Returns:
            The clinician, and a recovery code to show once; it is kept nowhere.

        Raises:
            Fixable: "name-missing", "pin-weak", and the disk's own.
        """
        clinician = Clinician(new_id(), _words(name), _words(role), _words(registration))
        if not clinician.name or not clinician.role:
            raise Fixable(
                "A profile needs a name and a role.",
                do="Type both: they stand on every note you sign.",
                code="name-missing",
            )
        pins.require_good(pin)
        key, code = new_key(), new_code()
        salt = os.urandom(_SALT_BYTES)
        # The key file first: an entry without a profile does no harm, a profile without its entry would.
        self._key_file().with_recovery(clinician.id, code, self._root).write(_key_path(self._folder))
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO profiles (id, name, role, registration, salt, work, key_by_pin, key_by_code, made_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                clinician.id,
                clinician.name,
                clinician.role,
                clinician.registration,
                salt,
                str(self._work),
                seal(self._pin_key(clinician.id, pin, salt, self._work), key, _place("pin", clinician.id)),
                seal(_code_key(code), key, _place("code", clinician.id)),
                self._clock().isoformat(),
            )
        return clinician, code

    def unlock(self, clinician_id: str, pin: str) -> Profile:
        """Opens a profile by its PIN.

        Raises:
            Fixable: "pin-wrong", "pin-wait" (too soon after wrong ones).
            Bug: no such profile ("profile-missing").
        """
        return self._open_profile(clinician_id, self._key_by_pin(clinician_id, pin))

    def change_pin(self, clinician_id: str, pin: str, new_pin: str) -> None:
        """Sets a new PIN by the old one.

        Raises:
            Fixable: "pin-wrong", "pin-wait", "pin-weak".
        """
        pins.require_good(new_pin)
        self._set_pin(clinician_id, self._key_by_pin(clinician_id, pin), new_pin)

    def recover(self, clinician_id: str, code: str, new_pin: str) -> Profile:
        """Opens a profile by its recovery code and sets a new PIN. The code stays good.

        Raises:
            Fixable: "code-mistyped", "code-wrong", "pin-weak".
        """
        pins.require_good(new_pin)
        sealed = self._profile(clinician_id).key_by_code
        try:
            key = unseal(_code_key(code), sealed, _place("code", clinician_id))
        except WrongKey:
            raise code_refused() from None
        self._set_pin(clinician_id, key, new_pin)
        return self._open_profile(clinician_id, key)

    def new_recovery_code(self, clinician_id: str, pin: str) -> str:
        """A fresh recovery code, to show once; the old one no longer works.

        Raises:
            Fixable: "pin-wrong", "pin-wait".
        """
        key, code = self._key_by_pin(clinician_id, pin), new_code()
        with self._database.transaction():
            self._database.execute(
                "UPDATE profiles SET key_by_code = ? WHERE id = ?",
                seal(_code_key(code), key, _place("code", clinician_id)),
                clinician_id,
            )
            self._key_file().with_recovery(clinician_id, code, self._root).write(_key_path(self._folder))
        return code

    # ---------------------------------------------------------------- inside

    def _open_profile(self, clinician_id: str, key: bytes) -> Profile:
        return Profile(
            self._profile(clinician_id).clinician,
            key,
            self._database,
            self._folder,
            self._clock,
            lambda pin: self._key_by_pin(clinician_id, pin),
        )

    def _key_by_pin(self, clinician_id: str, pin: str) -> bytes:
        now = self._clock()
        # The try is counted before it is made, so that ending the program gains nothing.
        with self._database.transaction():
            row = self._profile(clinician_id)
            pins.require_turn(row.wrong_pins, row.last_wrong, now)
            self._database.execute(
                "UPDATE profiles SET wrong_pins = wrong_pins + 1, last_wrong = ? WHERE id = ?",
                now.isoformat(),
                clinician_id,
            )
        try:
            key = unseal(
                self._pin_key(clinician_id, pin, row.salt, row.work),
                row.key_by_pin,
                _place("pin", clinician_id),
            )
        except WrongKey:
            raise pins.refused() from None
        self._forget_wrong_pins(clinician_id)
        return key

    def _set_pin(self, clinician_id: str, key: bytes, pin: str) -> None:
        salt = os.urandom(_SALT_BYTES)
        sealed = seal(self._pin_key(clinician_id, pin, salt, self._work), key, _place("pin", clinician_id))
        with self._database.transaction():
            self._database.execute(
                "UPDATE profiles SET salt = ?, work = ?, key_by_pin = ? WHERE id = ?",
                salt,
                str(self._work),
                sealed,
                clinician_id,
            )
            self._forget_wrong_pins(clinician_id)

    def _forget_wrong_pins(self, clinician_id: str) -> None:
        with self._database.transaction():
            self._database.execute("UPDATE profiles SET wrong_pins = 0, last_wrong = '' WHERE id = ?", clinician_id)

    def _pin_key(self, clinician_id: str, pin: str, salt: bytes, work: Work) -> bytes:
        """PIN and root together: neither the file nor the PIN alone opens a profile."""
        half = derive(self._root, f"scribe profile {clinician_id}")
        return derive(half + work.stretch(pin, salt), "scribe profile key")

    def _profile(self, clinician_id: str) -> _ProfileRow:
        rows = self._database.rows(
            "SELECT name, role, registration, salt, work, key_by_pin, key_by_code, wrong_pins, last_wrong"
            " FROM profiles WHERE id = ?",
            clinician_id,
        )
        if not rows:
            raise Bug("There is no such profile.", code="profile-missing")
        name, role, registration, salt, work, key_by_pin, key_by_code, wrong_pins, last_wrong = rows[0]
        return _ProfileRow(
            Clinician(clinician_id, name, role, registration),
            salt,
            Work.parse(work),
            key_by_pin,
            key_by_code,
            wrong_pins,
            datetime.fromisoformat(last_wrong) if last_wrong else None,
        )

    def _key_file(self) -> KeyFile:
        key_file = KeyFile.read(_key_path(self._folder))
        if key_file is None:
            raise Fixable(
                "The key file that belongs to the store is gone.",
                safe="Your saved work is still there.",
                do="Put the file store.keys back beside it, from a backup.",
                code="key-file-missing",
            )
        return key_file

    def _sweep(self) -> None:
        """Finishes what a crash interrupted: sound whose encounter was destroyed goes too."""
        for (encounter_id,) in self._database.rows("SELECT encounter_id FROM tombstones"):
            shutil.rmtree(self._folder / "sound" / encounter_id, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _ProfileRow:
    clinician: Clinician
    salt: bytes
    work: Work
    key_by_pin: bytes
    key_by_code: bytes
    wrong_pins: int
    last_wrong: datetime | None


def _key_path(folder: Path) -> Path:
    return folder / "store.keys"


def _code_key(code: str) -> bytes:
    return derive(read_code(code), "scribe recovery of a profile")


def _place(what: str, clinician_id: str) -> str:
    return f"profiles/{what}/{clinician_id}"


def _words(text: str) -> str:
    return " ".join(text.split())
