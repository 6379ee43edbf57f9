"""Hashes of files."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def has_hash(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256
