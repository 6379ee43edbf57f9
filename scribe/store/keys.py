"""Where the store's root secret is kept, and how it is found again.

The root is 256 random bits. From it come the database key and, for each profile, a secret that the PIN needs
beside it. It is kept in the system's keyring, or sealed by a passphrase where there is none; it never lies
on disk in the clear. The key file beside the store holds no secret: which of the two it is, and the root once
more for each recovery code, so that a code helps when the keyring is gone.
"""

from __future__ import annotations

import base64
import os
import unicodedata
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError
from pydantic import BaseModel, ConfigDict, ValidationError

from scribe.errors import Fixable
from scribe.store.database import disk_failure
from scribe.store.seal import Work, WrongKey, derive, new_key, seal, unseal

MIN_PASSPHRASE = 12

_SERVICE = "scribe"
_CODE_BYTES = 15  # 120 bits: 24 letters and digits, six groups of four
_CODE_GROUP = 4
_SALT_BYTES = 16
# Keyrings that the operating system guards. Others, keyrings.alt among them, may write plain text to disk.
_TRUSTED_KEYRINGS = tuple(
    f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "kwallet", "libsecret")
)


class KeyKind(StrEnum):
    KEYRING = "keyring"
    PASSPHRASE = "passphrase"
    MEMORY = "memory"  # throw-away stores


class KeySource(Protocol):
    """Keeps the root secret of a store."""

    kind: KeyKind

    def keep(self, store_id: str, root: bytes) -> str:
        """Keeps the root; returns what may stand in the key file to find it again."""

    def fetch(self, store_id: str, kept: str) -> bytes:
        """The root; raises Fixable when it cannot be had."""


# ---------------------------------------------------------------- keyring


def system_keyring() -> KeyringBackend | None:
    """The operating system's own keyring, or None where there is none that keeps secrets encrypted."""
    chosen = keyring.get_keyring()
    backends: tuple[KeyringBackend, ...] = (chosen, *getattr(chosen, "backends", ()))
    for backend in backends:
        if type(backend).__module__.startswith(_TRUSTED_KEYRINGS):
            return backend
    return None


class Keyring:
    """Keeps the root in the system's keyring.

    Raises:
        Fixable: "no-keyring": there is none here; use a passphrase.
    """

    kind = KeyKind.KEYRING

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        found = backend or system_keyring()
        if found is None:
            raise Fixable(
                "This computer has no keyring that Scribe can trust.",
                do="Choose a passphrase instead.",
                code="no-keyring",
            )
        self._backend = found

    def keep(self, store_id: str, root: bytes) -> str:
        try:
            self._backend.set_password(_SERVICE, store_id, root.hex())
        except KeyringError:
            raise _keyring_refused() from None
        return ""

    def fetch(self, store_id: str, kept: str) -> bytes:
        try:
            secret = self._backend.get_password(_SERVICE, store_id)
        except KeyringError:
            raise _keyring_refused() from None
        if not secret:
            raise Fixable(
                "The key to your saved work is no longer in this computer's keyring.",
                safe="Your saved work is still there, locked.",
                do="Type your recovery code to open it again.",
                code="store-key-missing",
            )
        return bytes.fromhex(secret)


def _keyring_refused() -> Fixable:
    return Fixable(
        "This computer's keyring is locked or does not answer.",
        safe="Your saved work is still there.",
        do="Unlock the keyring (signing in to the computer again often does), then try again.",
        code="keyring-locked",
    )


# ---------------------------------------------------------------- passphrase


class Passphrase:
    """Keeps the root sealed by a passphrase, in the key file.

    Args:
        text: what the person typed.
        work: how hard each guess is made for a root that is kept from now on.

    Raises:
        Fixable: "passphrase-short".
    """

    kind = KeyKind.PASSPHRASE

    def __init__(self, text: str, work: Work | None = None) -> None:
        self._text = unicodedata.normalize("NFC", text)
        if len(self._text) < MIN_PASSPHRASE:
            raise Fixable(
                f"A passphrase needs at least {MIN_PASSPHRASE} characters.",
                do="Choose a longer one: four or five unrelated words are easy to remember.",
                code="passphrase-short",
            )
        self._work = work or Work()

    def keep(self, store_id: str, root: bytes) -> str:
        salt = os.urandom(_SALT_BYTES)
        sealed = seal(self._work.stretch(self._text, salt), root, _place("root", store_id))
        return f"{self._work}${salt.hex()}${sealed.hex()}"

    def fetch(self, store_id: str, kept: str) -> bytes:
        work, salt, sealed = kept.split("$")
        key = Work.parse(work).stretch(self._text, bytes.fromhex(salt))
        try:
            return unseal(key, bytes.fromhex(sealed), _place("root", store_id))
        except WrongKey:
            raise Fixable(
                "That is not the passphrase of this store.",
                safe="Your saved work is still there, locked.",
                do="Try again, or type your recovery code and choose a new passphrase.",
                code="passphrase-wrong",
            ) from None


class InMemory:
    """Keeps the root nowhere but in this object: for throw-away stores."""

    kind = KeyKind.MEMORY

    def __init__(self) -> None:
        self._root = b""

    def keep(self, store_id: str, root: bytes) -> str:
        self._root = root
        return ""

    def fetch(self, store_id: str, kept: str) -> bytes:
        return self._root


# ---------------------------------------------------------------- recovery codes


def new_code() -> str:
    """A recovery code to show once: 120 random bits as six groups of four letters and digits."""
    text = base64.b32encode(os.urandom(_CODE_BYTES)).decode()
    return "-".join(text[at : at + _CODE_GROUP] for at in range(0, len(text), _CODE_GROUP))


def read_code(typed: str) -> bytes:
    """The secret of a code as a person typed it: small letters, spaces and look-alikes are put right.

    Raises:
        Fixable: "code-mistyped": it cannot be a recovery code.
    """
    letters = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    letters = letters.translate(str.maketrans("018", "OIB"))  # a code holds no 0, 1 or 8
    try:
        secret = base64.b32decode(letters)
    except ValueError:
        secret = b""
    if len(secret) != _CODE_BYTES:
        raise Fixable(
            "A recovery code is six groups of four letters and digits.",
            do="Check it against the paper it was written on.",
            code="code-mistyped",
        )
    return secret


def code_refused() -> Fixable:
    return Fixable(
        "That recovery code does not belong here.",
        safe="Nothing was changed.",
        do="Check each group against the paper it was written on.",
        code="code-wrong",
    )


# ---------------------------------------------------------------- the key file


class KeyFile(BaseModel):
    """What lies beside the store in the clear. It holds nothing that opens anything by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = 1
    store_id: str
    kind: KeyKind
    kept: str
    recovery: dict[str, str] = {}  # clinician id → the root, sealed by that clinician's recovery code

    @classmethod
    def read(cls, path: Path) -> KeyFile | None:
        """The key file, or None where there is none yet.

        Raises:
            Fixable: "key-file-damaged".
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk_failure(error) from None
        except ValidationError:
            raise Fixable(
                "The key file beside the store is damaged, or was written by a newer version of Scribe.",
                safe="Your saved work is still there, locked.",
                do="Restore the file from a backup, or install the newer version.",
                code="key-file-damaged",
            ) from None

    def write(self, path: Path) -> None:
        """Replaces the file in one step: a crash leaves the old one or the new one."""
        part = path.with_suffix(".part")
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                file.write(self.model_dump_json(indent=1))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise disk_failure(error) from None

    def root(self, source: KeySource) -> bytes:
        """The root, from where it is kept.

        Raises:
            Fixable: "store-other-key": it is kept in another way than `source`; or what `source` raises.
        """
        if source.kind is not self.kind:
            raise Fixable(
                "This store is opened by "
                + ("a passphrase." if self.kind is KeyKind.PASSPHRASE else "the computer's keyring."),
                safe="Nothing was changed.",
                do="Type the passphrase." if self.kind is KeyKind.PASSPHRASE else "",
                code="store-other-key",
            )
        return source.fetch(self.store_id, self.kept)

    def kept_by(self, source: KeySource, root: bytes) -> KeyFile:
        """This file, with the root kept by `source` from now on."""
        return self.model_copy(
            update={"kind": source.kind, "kept": source.keep(self.store_id, root)},
        )

    def with_recovery(self, clinician_id: str, code: str, root: bytes) -> KeyFile:
        """This file, with the root sealed by a clinician's recovery code as well."""
        sealed = seal(_code_key(code), root, _place("recovery", self.store_id)).hex()
        return self.model_copy(update={"recovery": {**self.recovery, clinician_id: sealed}})

    def recovered_root(self, code: str) -> bytes:
        """The root, by any clinician's recovery code.

        Raises:
            Fixable: "code-mistyped", "code-wrong".
        """
        key = _code_key(code)
        for sealed in self.recovery.values():
            try:
                return unseal(key, bytes.fromhex(sealed), _place("recovery", self.store_id))
            except WrongKey:
                continue
        raise code_refused()


def new_key_file(store_id: str, source: KeySource) -> tuple[KeyFile, bytes]:
    """A key file for a new store, and its fresh root."""
    root = new_key()
    return KeyFile(store_id=store_id, kind=source.kind, kept=source.keep(store_id, root)), root


def _code_key(code: str) -> bytes:
    return derive(read_code(code), "scribe recovery of the store")


def _place(what: str, store_id: str) -> str:
    return f"key file/{what}/{store_id}"
