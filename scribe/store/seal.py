"""Sealing: how a record becomes bytes that only its key can open, and how keys come from other secrets.

Every cell is AES-256-GCM with a fresh nonce. The place it belongs to (table, column, encounter, row) is
authenticated with it, so a cell that is moved to another row, or another patient, does not open.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import TypeAdapter

from scribe.errors import Bug

KEY_BYTES = 32
_NONCE_BYTES = 12

T = TypeVar("T")


class WrongKey(Exception):
    """The key does not open these bytes, or they were changed or moved since they were sealed."""


def new_key() -> bytes:
    """A fresh random key of 256 bits."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """Encrypts `plain` so that it opens only with `key` and only at `place`."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Opens what `seal` made.

    Raises:
        WrongKey: the key, the place or the bytes are not those of `seal`.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except InvalidTag:
        raise WrongKey from None


def derive(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose from a secret that is already strong (HKDF-SHA-256)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


@dataclass(frozen=True, slots=True)
class Work:
    """How hard each guess at a PIN or passphrase is made (Argon2id).

    The defaults are the second recommendation of RFC 9106 (64 MiB, 3 passes): about 0.3 s on two cores.
    The values are kept with what they sealed, so that they can rise later.
    """

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4

    def stretch(self, secret: str, salt: bytes) -> bytes:
        """A key from something a person remembers."""
        argon = Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=self.passes,
            lanes=self.lanes,
            memory_cost=self.memory_kib,
        )
        return argon.derive(secret.encode())

    def __str__(self) -> str:
        return f"{self.passes},{self.memory_kib},{self.lanes}"

    @classmethod
    def parse(cls, text: str) -> Work:
        """Reads what `str()` gave."""
        return cls(*(int(part) for part in text.split(",")))


def pack(kind: type[T], record: T) -> bytes:
    """A frozen record as compressed JSON.

    Goes through Python's own JSON, since pydantic's refuses half surrogates, which recognised or pasted text
    may hold, and turns NaN into null.
    """
    return zlib.compress(json.dumps(_adapter(cast(Hashable, kind)).dump_python(record, mode="json")).encode(), level=1)


def unpack(kind: type[T], packed: bytes) -> T:
    """Reads what `pack` made; fields that came later take their defaults."""
    record: T = _adapter(cast(Hashable, kind)).validate_python(json.loads(zlib.decompress(packed)))
    return record


def seal_record(key: bytes, kind: type[T], record: T, place: str) -> bytes:
    return seal(key, pack(kind, record), place)


def unseal_record(key: bytes, kind: type[T], sealed: bytes, place: str) -> T:
    """Opens a sealed record.

    Raises:
        Bug: it does not open ("sealed-cell"): it was changed outside Scribe.
    """
    try:
        return unpack(kind, unseal(key, sealed, place))
    except WrongKey:
        raise Bug(
            "A saved record does not open with its own key.",
            safe="Nothing was changed, and all other records are as they were.",
            do="Restore the store from a backup, or tell support.",
            code="sealed-cell",
        ) from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
