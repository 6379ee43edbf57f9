"""The export profile of a site: which formats, where to, under which names, and what its systems are called.

A profile is a TOML file that an administrator imports (`scribe export --import-profile FILE`) into the folder beside
the safety settings, or a person keeps beside their own settings. docs/integration.md shows a whole one.
"""

from __future__ import annotations

import os
import string
import tempfile
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from scribe import settings
from scribe.errors import Fixable
from scribe.paths import config_dir

DEFAULT = "default"
FOLDER = "export"

Ods = Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]{3,10})?$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
# An application or facility in MSH: no HL7 delimiters, so that nobody can write a field by its name.
Hl7Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._/-]*$", max_length=60)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]


class Headings(StrEnum):
    """How plain text shows a heading."""

    CAPITALS = "capitals"
    AS_WRITTEN = "as-written"


class Paste(StrEnum):
    """Whose record system the clipboard's text is for."""

    PLAIN = "plain"
    EMIS = "emis"
    SYSTMONE = "systmone"


def _whole_path(folder: str) -> str:
    """From the root on: where a program was started must not decide where notes go."""
    whole = PurePosixPath(folder).is_absolute() or PureWindowsPath(folder).is_absolute() or folder[:1] == "~"
    if folder and not whole:
        raise ValueError("a folder is named whole, from the drive or the root on")
    return folder


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Organisation(_Strict):
    name: Short = ""
    ods: Ods = ""


class Text(_Strict):
    """Plain text, as a file and on the clipboard. `columns` 0 leaves lines whole."""

    columns: Annotated[int, Field(ge=0, le=200)] = 0
    crlf: bool = True
    headings: Headings = Headings.CAPITALS
    paste: Paste = Paste.PLAIN

    @field_validator("columns")
    @classmethod
    def _not_tiny(cls, columns: int) -> int:
        if 0 < columns < 30:
            raise ValueError("lines narrower than 30 columns cannot be read")
        return columns


class Docx(_Strict):
    letterhead: str = ""  # a .docx beside the profile; empty for the plain one


class Fhir(_Strict):
    """`snomed_headings`: sections carry the older SNOMED CT heading codes too, where there is one."""

    snomed_headings: bool = False


class Hl7(_Strict):
    """What stands in the header, and how a PDF is announced.

    Args:
        processing: P for production, T for training.
        document_type: TXA-2; CN is a consultation note, DS a discharge summary.
        pdf: how OBX-5 names a PDF: by HL7's table ("app^AP^PDF^Base64^"), or by MIME type, as many feeds do
            ("^application^pdf^Base64^").
    """

    sending_application: Hl7Name = "SCRIBE"
    sending_facility: Hl7Name = ""
    receiving_application: Hl7Name = ""
    receiving_facility: Hl7Name = ""
    processing: Literal["P", "T"] = "P"
    document_type: Literal["CN", "DS"] = "CN"
    pdf: Literal["table", "mime"] = "table"


class Identity(_Strict):
    """The watch folder where the record system drops a file that says who the patient is; empty for none.

    `minutes`: an older file is of a patient before, and is not offered.
    """

    folder: str = ""
    minutes: Annotated[int, Field(ge=1, le=240)] = 15

    _whole = field_validator("folder")(_whole_path)


class Site(_Strict):
    """One profile.

    Args:
        id: its name; the file's, without the ending.
        title: for people.
        formats: what is written when nobody chooses otherwise; ids of `FORMATS`.
        folder: where to; empty leaves the choice to the person.
        names: the files' names, from {time}, {document} and {version}, without the ending. Nothing about a patient
            can be in them.
        sds_user_ids: the NHS Spine's user id for a registration such as "GMC 1234567".
    """

    id: Id = DEFAULT
    title: Short = "Usual"
    formats: Annotated[tuple[str, ...], Field(min_length=1)] = ("docx", "pdf")
    folder: str = ""
    names: Annotated[str, StringConstraints(max_length=80)] = "{time}_{document}_{version}"
    organisation: Organisation = Organisation()
    sds_user_ids: dict[str, Annotated[str, StringConstraints(pattern=r"^\d{12}$")]] = {}
    text: Text = Text()
    docx: Docx = Docx()
    fhir: Fhir = Fhir()
    hl7: Hl7 = Hl7()
    identity: Identity = Identity()

    _whole = field_validator("folder")(_whole_path)

    @field_validator("names")
    @classmethod
    def _safe_names(cls, pattern: str) -> str:
        try:
            pieces = list(string.Formatter().parse(pattern))
        except ValueError as error:
            raise ValueError("the pattern of names cannot be read") from error
        fields = [(name, spec, turned) for _, name, spec, turned in pieces if name is not None]
        literal = "".join(text for text, *_ in pieces)
        if any(name not in ("time", "document", "version") or spec or turned for name, spec, turned in fields):
            raise ValueError("names are made of {time}, {document} and {version} only")
        if not {"document", "version"} <= {name for name, *_ in fields}:
            raise ValueError("names must hold {document} and {version}, or one note would meet another's name")
        if not all(sign.isascii() and (sign.isalnum() or sign in "._-") for sign in literal) or pattern[:1] == ".":
            raise ValueError("names may hold letters, digits, dots, dashes and underscores, and begin with no dot")
        return pattern


# Anybody may choose these; an administrator's of the same name takes their place.
_BUILT_IN = {
    each.id: each
    for each in (
        Site(),
        Site(id="emis", title="EMIS", text=Text(paste=Paste.EMIS)),
        Site(id="systmone", title="SystmOne", text=Text(paste=Paste.SYSTMONE)),
    )
}


def read(path: Path) -> Site:
    """The profile in a file; a letterhead's place is made absolute.

    Raises:
        Fixable: "export-profile-wrong".
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if table.pop("schema", 1) != 1:
            raise ValueError("a newer Scribe wrote it")
        site = Site.model_validate({"title": path.stem} | table | {"id": path.stem.lower()})
    except (OSError, ValueError) as error:  # of which TOML's and pydantic's errors are kinds
        raise _wrong(path, _plain(error)) from error
    if not site.docx.letterhead:
        return site
    letterhead = (path.parent / site.docx.letterhead).resolve()
    return site.model_copy(update={"docx": Docx(letterhead=str(letterhead))})


@dataclass(frozen=True, slots=True)
class Listed:
    """A profile that there is: `site` where it can be used, and otherwise what is wrong with it."""

    id: str
    site: Site | None
    problem: Fixable | None = None
    imported: bool = False  # by an administrator, and can be removed by one


def all_sites() -> tuple[Listed, ...]:
    """The profiles that come with Scribe, the usual one first, then the administrator's and the person's own.

    One that cannot be read takes no other down with it.
    """
    return tuple(_listed(site_id) for site_id in dict.fromkeys((*_BUILT_IN, *_files())))


def load(site_id: str = DEFAULT) -> Site:
    """The profile with this id.

    Raises:
        Fixable: "export-profile-missing", "export-profile-wrong".
    """
    if path := _files().get(site_id):
        return read(path)
    if site_id in _BUILT_IN:
        return _BUILT_IN[site_id]
    raise _missing(site_id)


def remove(site_id: str) -> None:
    """Takes away an administrator's profile; its letterhead stays, which another may name.

    Raises:
        Fixable: "export-profile-missing", "export-profile-not-saved".
    """
    path = _files().get(site_id)
    if path is None or path.parent != _administrators_folder():
        raise _missing(site_id)
    try:
        path.unlink()
    except OSError as error:
        raise _not_saved(error) from error


def _listed(site_id: str) -> Listed:
    path = _files().get(site_id)
    imported = path is not None and path.parent == _administrators_folder()
    try:
        return Listed(site_id, load(site_id), imported=imported)
    except Fixable as error:
        return Listed(site_id, None, error, imported)


def _files() -> dict[str, Path]:
    """Where each profile lies that did not come with Scribe. A person's own cannot take the place of another, nor say
    what is usual here."""
    found: dict[str, Path] = {}
    for folder in (_administrators_folder(), config_dir() / FOLDER):
        for path in sorted(folder.glob("*.toml")):
            mine = folder != _administrators_folder()
            if not (mine and path.stem.lower() in _BUILT_IN):
                found.setdefault(path.stem.lower(), path)
    return found


def import_site(path: Path) -> Path:
    """Takes in an administrator's profile, with its letterhead, after checking it; replaces one of the same name.

    Returns:
        Where it lies now.

    Raises:
        Fixable: "export-profile-wrong", "letterhead-wrong", "export-profile-not-saved".
    """
    site = read(path)
    _require_formats(site, path)
    letterhead = Path(site.docx.letterhead) if site.docx.letterhead else None
    if letterhead and not letterhead.is_file():
        raise Fixable(
            f"The letterhead {letterhead.name} is not beside the profile.",
            safe="Nothing was changed.",
            do="Put both files into one folder, and import again.",
            code="export-profile-wrong",
        )
    if letterhead:
        _require_letterhead(letterhead)
    folder = _administrators_folder()
    if letterhead and _is_anothers(folder / letterhead.name, letterhead.read_bytes(), site.id):
        raise Fixable(
            f"Another profile has a letterhead called {letterhead.name}, which looks otherwise.",
            safe="Nothing was changed.",
            do="Give this one another name, in the profile too, and import again.",
            code="export-profile-wrong",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if letterhead:
            _put(letterhead.read_bytes(), folder / letterhead.name)
        target = folder / f"{site.id}.toml"
        _put(path.read_bytes(), target)
    except OSError as error:
        raise _not_saved(error) from error
    return target


def _is_anothers(target: Path, data: bytes, site_id: str) -> bool:
    """Whether a letterhead of this name is there already, in use by another profile, and would be changed."""
    return (
        target.is_file()
        and target.read_bytes() != data
        and any(
            each.site is not None and each.id != site_id and each.site.docx.letterhead == str(target.resolve())
            for each in all_sites()
        )
    )


def _require_letterhead(letterhead: Path) -> None:
    from scribe.export.docx import check_letterhead  # here, and not above, as below

    check_letterhead(letterhead)


def _require_formats(site: Site, path: Path) -> None:
    from scribe.export.formats import FORMATS  # here, and not above: formats are made for sites

    if unknown := [name for name in site.formats if name not in FORMATS]:
        raise _wrong(path, f"there is no format called {unknown[0]}")


def _missing(site_id: str) -> Fixable:
    return Fixable(
        f"There is no export profile called “{site_id}” here.",
        do="Choose another in Settings; `scribe export` lists those there are.",
        code="export-profile-missing",
    )


def _wrong(path: Path, what: str) -> Fixable:
    return Fixable(
        f"The export profile {path.name} cannot be used: {what}.",
        safe="Nothing was exported with it.",
        do="Ask your administrator to correct it.",
        code="export-profile-wrong",
    )


def _not_saved(error: OSError) -> Fixable:
    return Fixable(
        f"The export profiles in {_administrators_folder()} could not be changed: {error.strerror or 'the disk failed'}.",
        safe="They are as they were.",
        do="Ask an administrator of this computer to do this.",
        code="export-profile-not-saved",
    )


def _put(data: bytes, target: Path) -> None:
    with tempfile.NamedTemporaryFile("wb", dir=target.parent, prefix=".export-", delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)


def _administrators_folder() -> Path:
    return settings.administrators_file().parent / FOLDER


def _plain(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        )
    return str(error)
