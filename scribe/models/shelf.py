"""Where models lie on disk, and whether they are what they should be.

A model's folder appears whole or not at all: it is filled beside its place and moved there at the end. What a
download has so far lies in `incoming`, so that it can go on after an interruption.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import filelock

from scribe.errors import Fixable
from scribe.models import manifest
from scribe.models.convert import CONVERTED, Record, read_record
from scribe.models.files import has_hash
from scribe.models.manifest import Kind, Model
from scribe.paths import cache_dir


@dataclass(frozen=True)
class InstalledModel:
    """A model whose files were found to be right.

    Args:
        name: as in the manifest.
        path: the folder to load it from.
        made_by: name and hashes, for the records that it makes: "whisper-base@d01c3014"; of our adapter too.
        kind: "speech", "language", "encoder" or "speaker".
    """

    name: str
    path: Path
    made_by: str
    kind: Kind


@dataclass(frozen=True)
class Listed:
    """A line of the list of models. `present` goes by names and sizes only; hashes are checked at use."""

    name: str
    model: Model
    present: bool


def models_dir() -> Path:
    return cache_dir() / "models"


def folder(name: str) -> Path:
    """Where the model lies, or would."""
    return models_dir() / f"{name}-{manifest.model(name).short_hash}"


def incoming(name: str) -> Path:
    """What has been fetched so far of a model that is not complete."""
    return models_dir() / "incoming" / folder(name).name


def lock(name: str) -> filelock.BaseFileLock:
    """Held while a model is fetched or removed: two windows, or a window and a command, take turns."""
    models_dir().mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(models_dir() / f"{folder(name).name}.lock")


def list_models() -> tuple[Listed, ...]:
    """Every model of the manifest, quickly."""
    return tuple(Listed(name, model, present(name)) for name, model in manifest.known().items())


def present(name: str) -> bool:
    """Whether the model's files are there with the right sizes, and converted where they must be."""
    model, place = manifest.model(name), folder(name)
    if model.kind == "language" and _record(name) is None:
        return False
    return all(_size(place / file.name) == file.size for file in model.files)


def installed(name: str) -> InstalledModel:
    """The model, ready to load, after the SHA-256 of every file that is going to be loaded was checked.

    Raises:
        Fixable: "model-missing", "model-damaged" or "model-unknown".
    """
    model = manifest.model(name)
    if not present(name):
        raise _missing(name)
    place = folder(name)
    if model.kind == "language":
        place = place / CONVERTED
        wanted = dict(_require_record(name).files)
    else:
        wanted = {file.name: file.sha256 for file in model.files}
    wrong = [file for file, sha256 in wanted.items() if not has_hash(place / file, sha256)]
    if wrong:
        raise _damaged(name, wrong)
    trained = f"+{model.adapter.sha256[:8]}" if model.adapter else ""
    return InstalledModel(name, place, f"{name}@{model.short_hash}{trained}", model.kind)


def is_trained(name: str) -> bool:
    """Whether it is a language model that we trained for our task."""
    return manifest.model(name).adapter is not None


def verify(name: str) -> InstalledModel:
    """Checks everything that lies in the model's folder, the files that it was converted from too.

    Raises:
        Fixable: "model-missing", "model-damaged" or "model-unknown".
    """
    model = manifest.model(name)
    if not present(name):
        raise _missing(name)
    wrong = [file.name for file in model.files if not has_hash(folder(name) / file.name, file.sha256)]
    if wrong:
        raise _damaged(name, wrong)
    return installed(name)


def left_out(name: str) -> bool:
    """Whether it was removed, or could not be had: it is fetched again only when somebody asks for it."""
    return _left_out(name).is_file()


def leave_out(name: str) -> None:
    """Has it not fetched unasked from now on."""
    _left_out(name).parent.mkdir(parents=True, exist_ok=True)
    _left_out(name).touch()


def take_in(name: str) -> None:
    """Forgets that it was left out."""
    _left_out(name).unlink(missing_ok=True)


def _left_out(name: str) -> Path:
    return models_dir() / f"{folder(name).name}.left-out"


def remove(name: str) -> int:
    """Removes the model and whatever was fetched of it. Returns the number of bytes that became free."""
    leave_out(name)
    with lock(name):
        freed = 0
        for place in (folder(name), incoming(name)):
            if place.is_dir():
                freed += sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
                shutil.rmtree(place)
        return freed


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _record(name: str) -> Record | None:
    return read_record(folder(name) / CONVERTED, source=manifest.model(name).made_from)


def _require_record(name: str) -> Record:
    record = _record(name)
    if record is None:
        raise _missing(name)
    return record


def _missing(name: str) -> Fixable:
    return Fixable(
        f"The model {name} is not on this computer.",
        do=f"Fetch it in Settings, or with: scribe models get {name}",
        code="model-missing",
    )


def _damaged(name: str, wrong: list[str]) -> Fixable:
    return Fixable(
        f"The model {name} is damaged ({', '.join(sorted(wrong))}), so it was not used.",
        do=f"Fetch it again in Settings, or with: scribe models get {name}",
        code="model-damaged",
    )
