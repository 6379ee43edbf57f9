"""Settings: what each person prefers, and what the computer's administrator asks for.

Preferences lie in the person's own file. A preference that cannot be right is replaced by the usual one, with a
warning that the person sees, for no preference is worth a program that does not start. Safety settings lie in a
file that only an administrator can write. One that cannot be right stops Scribe, for it cannot be guessed.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from scribe.errors import Fixable
from scribe.models import manifest
from scribe.paths import config_dir
from scribe.records import Detail, Risk

SCHEMA = 1
_MIGRATORS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each older schema's number, what makes its table one of the next schema."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Short = Annotated[str, StringConstraints(pattern=r"^[^\s=]{1,20}$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class Preferences(BaseModel):
    """What one person prefers.

    Args:
        theme: follows the system unless chosen.
        text_percent: size of text; 100 is the system's.
        motion: whether things may move by themselves; "system" follows the computer.
        speech_model, language_model: names of the models manifest; "" is the language model that suits the computer.
        microphone: the device's name; "" is the system's choice.
        other_microphone: the system's choice may take over where the microphone goes during a recording.
        export_folder: where exports go; "" is a folder in the person's documents.
        export_profile: the id of the export profile by which notes leave.
        own_words: words that speech recognition should expect, such as names; at most 30.
        phrases: what the person's abbreviations stand for while they edit a note; at most 200.
        template: id of the template that a new note starts with.
        detail: how much a new note says.
        idle_minutes: after so long without a key or a click the window locks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    theme: Literal["system", "light", "dark", "light-contrast", "dark-contrast"] = "system"
    text_percent: Annotated[int, Field(ge=75, le=300)] = 100
    motion: Literal["system", "none"] = "system"
    speech_model: str = "whisper-base"
    language_model: str = ""
    microphone: str = ""
    other_microphone: bool = False
    export_folder: str = ""
    export_profile: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "default"
    own_words: Annotated[tuple[Word, ...], Field(max_length=30)] = ()
    phrases: Annotated[dict[Short, Phrase], Field(max_length=200)] = {}
    template: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = "gp-consultation"
    detail: Detail = Detail.STANDARD
    idle_minutes: Annotated[int, Field(ge=1, le=60)] = 10

    @field_validator("speech_model", "language_model")
    @classmethod
    def _known(cls, name: str, info: Any) -> str:
        if not name and info.field_name == "language_model":
            return name
        kind = info.field_name.removesuffix("_model")
        if name not in manifest.known() or manifest.known()[name].kind != kind:
            raise ValueError(f"there is no {kind} model called {name}")
        return name

    def changed(self, **changes: Any) -> Preferences:
        """These preferences with some changed.

        Raises:
            Fixable: "settings-wrong", a value is not allowed.
        """
        try:
            return Preferences.model_validate(self.model_dump() | changes)
        except ValidationError as error:
            raise Fixable(
                f"This cannot be set: {_plain(error)}.",
                safe="Nothing was changed.",
                do="Choose another value.",
                code="settings-wrong",
            ) from error


class Safety(BaseModel):
    """What the administrator asks for; by default nothing.

    Args:
        must_see: a minimum of care: kinds of lines that must be looked at before a note is signed, such as
            `["medicines", "allergies"]`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    must_see: tuple[Risk, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """Preferences, and a warning for each that had to be replaced."""

    preferences: Preferences
    warnings: tuple[Fixable, ...]


def load() -> Loaded:
    """Reads the person's preferences.

    Raises:
        Fixable: "settings-newer", a newer Scribe wrote them, so that saving would lose something.
    """
    path = _file()
    try:
        table = _read(path)
    except tomllib.TOMLDecodeError:
        return Loaded(Preferences(), (_replaced(path, "the file cannot be read"),))
    schema = table.pop("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise Fixable(
            "The settings were written by a newer version of Scribe.",
            safe="They were not touched.",
            do=f"Update Scribe, or move {path} away to start with the usual settings.",
            code="settings-newer",
        )
    for older in range(schema, SCHEMA):
        table = _MIGRATORS[older](table)
    try:
        return Loaded(Preferences.model_validate(table), ())
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors()}
        kept = {name: value for name, value in table.items() if name not in wrong}
        return Loaded(Preferences.model_validate(kept), (_replaced(path, _plain(error)),))


def save(preferences: Preferences) -> None:
    """Writes the preferences, all or nothing.

    Raises:
        Fixable: "settings-not-saved".
    """
    table = {"schema": SCHEMA} | preferences.model_dump(mode="json", exclude_defaults=True)
    path = _file()
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".settings-", delete=False) as file:
            try:
                tomli_w.dump(table, file)
                file.flush()
                os.fsync(file.fileno())
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Fixable(
            f"The settings could not be saved: {error.strerror or 'the disk failed'}.",
            safe="The earlier ones are kept.",
            do=f"See that there is space, and that you may write, in {path.parent}.",
            code="settings-not-saved",
        ) from error


def safety() -> Safety:
    """Reads the administrator's settings.

    Raises:
        Fixable: "safety-wrong"; Scribe must not start.
    """
    path = administrators_file()
    try:
        table = _read(path)
        if table.pop("schema", SCHEMA) != SCHEMA:
            raise ValueError("another version of Scribe wrote it")
        return Safety.model_validate(table)
    except (OSError, ValueError) as error:  # of which TOML's and pydantic's errors are kinds
        what = _plain(error) if isinstance(error, ValidationError) else str(error)
        raise Fixable(
            f"Scribe did not start, because its safety settings cannot be right: {what}.",
            safe="Nothing was changed.",
            do=f"Ask your administrator to correct {path}.",
            code="safety-wrong",
        ) from error


def administrators_file() -> Path:
    """Where an administrator's settings lie. SCRIBE_SITE_CONFIG_DIR overrides the folder, for tests."""
    folder = os.environ.get("SCRIBE_SITE_CONFIG_DIR") or platformdirs.site_config_dir("scribe", appauthor=False)
    return Path(folder) / "safety.toml"


def _file() -> Path:
    return config_dir() / "settings.toml"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _replaced(path: Path, what: str) -> Fixable:
    return Fixable(
        f"Some settings could not be used, and the usual ones stand in for them: {what}.",
        do=f"Choose them again in Settings (they lie in {path}).",
        code="settings-replaced",
    )


def _plain(error: ValidationError) -> str:
    """What is wrong, without pydantic's addresses."""
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ').lower()}"
        for problem in error.errors()
    )
