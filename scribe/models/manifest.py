"""The manifest: which models there are, where each can be had, and the hashes without which none is used."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from scribe.errors import Bug, Fixable
from scribe.paths import manifest_dir

Kind = Literal["speech", "language", "encoder", "speaker"]
Default = Literal["app", "roomy", "tests", "no"]
"""Who fetches it unasked: everybody, computers that carry it, the tests, nobody."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PlainName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Piece(_Strict):
    """Some bytes known by their hash: a whole file, or a part to be joined with others."""

    size: int
    sha256: Sha256


class Part(_Strict):
    """A member of a wheel in the package index. Without size and hash it is the whole file."""

    package: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+==[0-9.]+$")]
    path: str
    size: int | None = None
    sha256: Sha256 | None = None


class File(_Strict):
    """One file of a model, as it lies in the model's folder."""

    name: PlainName
    size: int
    sha256: Sha256
    parts: tuple[Part, ...]

    def pieces(self) -> tuple[Piece, ...]:
        """What has to be joined, in order, to make the file."""
        return tuple(Piece(size=p.size or self.size, sha256=p.sha256 or self.sha256) for p in self.parts)


class Hub(_Strict):
    """A model hub's repository at a pinned revision; its files have the names that ours have."""

    repo: Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$")]
    revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]


class Adapter(_Strict):
    """What we trained on top of a language model (LoRA): a file in our models/ folder, added when it is converted."""

    path: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+/[a-z0-9_.]+$")]
    sha256: Sha256


class Model(_Strict):
    """One model of the manifest. `memory_mb` is what using it costs, roughly."""

    kind: Kind
    version: str
    licence: str
    default: Default
    about: str
    same_as: str
    memory_mb: int
    files: tuple[File, ...]
    hub: Hub | None = None
    adapter: Adapter | None = None

    @property
    def made_from(self) -> str:
        """What the converted weights of a language model are made from: the hash of its weights, and of ours."""
        weights = self.files[0].sha256
        return f"{weights}+{self.adapter.sha256}" if self.adapter else weights

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def short_hash(self) -> str:
        """Eight hex digits of the weights' SHA-256 (the largest file's): names this model's folder."""
        return max(self.files, key=lambda file: file.size).sha256[:8]


class _Manifest(_Strict):
    schema_: Literal[1]
    models: dict[PlainName, Model]


def load(path: Path) -> dict[str, Model]:
    """Reads a manifest.

    Raises:
        Bug: the manifest is not what it should be; it is ours, so nobody else can put it right.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        raw["schema_"] = raw.pop("schema", None)
        return _Manifest.model_validate(raw).models
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        problem = re.sub(r"\s+", " ", str(error))
        raise Bug(f"The list of models cannot be read: {problem}", code="manifest-broken") from error


@functools.cache
def known() -> dict[str, Model]:
    """The models of the manifest that came with Scribe, by name."""
    return load(manifest_dir() / "manifest.toml")


def model(name: str) -> Model:
    """The model called `name`.

    Raises:
        Fixable: "model-unknown".
    """
    try:
        return known()[name]
    except KeyError:
        raise Fixable(
            f"There is no model called {name}.",
            do=f"The models are: {', '.join(known())}.",
            code="model-unknown",
        ) from None
