"""The export profile of a site: which formats, where to, under which names, and what its systems are called.

A profile is a TOML file that an administrator imports (`scribe export --import-profile FILE`) into the folder beside
the safety settings, or a person keeps beside their own settings. docs/integration.md shows a whole one.
"""

from __future__ import annotations

import os
import string
import tempfile
import tomllib
from enum import StrEnum
from pathlib import Path
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
    formats: tuple[str, ...] = ("docx", "pdf")
    folder: str = ""
    names: Annotated[str, StringConstraints(max_length=80)] = "{time}_{document}_{version}"
    organisation: Organisation = Organisation()
    sds_user_ids: dict[str, Annotated[str, StringConstraints(pattern=r"^\d{12}$")]] = {}
    text: Text = Text()
    docx: Docx = Docx()
    fhir: Fhir = Fhir()
    hl7: Hl7 = Hl7()
    identity: Identity = Identity()

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
        raise Fixable(
            f"The export profile {path.name} cannot be used: {_plain(error)}.",
            safe="Nothing was exported with it.",
            do="Ask your administrator to correct it.",
            code="export-profile-wrong",
        ) from error
    if not site.docx.letterhead:
        return site
    letterhead = (path.parent / site.docx.letterhead).resolve()
    return site.model_copy(update={"docx": Docx(letterhead=str(letterhead))})


def all_sites() -> tuple[Site, ...]:
    """The usual profile, then the administrator's, then the person's own, which cannot take another's name.

    Raises:
        Fixable: "export-profile-wrong".
    """
    found = {DEFAULT: Site()}
    for folder in (_administrators_folder(), config_dir() / FOLDER):
        for path in sorted(folder.glob("*.toml")):
            if path.stem.lower() == DEFAULT and folder == _administrators_folder():
                found[DEFAULT] = read(path)  # an administrator may say what is usual here
            else:
                found.setdefault(path.stem.lower(), read(path))
    return tuple(found.values())


def load(site_id: str = DEFAULT) -> Site:
    """The profile with this id.

    Raises:
        Fixable: "export-profile-missing", "export-profile-wrong".
    """
    for site in all_sites():
        if site.id == site_id:
            return site
    raise Fixable(
        f"There is no export profile called “{site_id}”.",
        do="`scribe export` lists those there are.",
        code="export-profile-missing",
    )


def import_site(path: Path) -> Path:
    """Takes in an administrator's profile, with its letterhead, after checking it; replaces one of the same name.

    Returns:
        Where it lies now.

    Raises:
        Fixable: "export-profile-wrong", "export-profile-not-saved".
    """
    site = read(path)
    letterhead = Path(site.docx.letterhead) if site.docx.letterhead else None
    if letterhead and not letterhead.is_file():
        raise Fixable(
            f"The letterhead {letterhead.name} is not beside the profile.",
            safe="Nothing was changed.",
            do="Put both files into one folder, and import again.",
            code="export-profile-wrong",
        )
    folder = _administrators_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if letterhead:
            _put(letterhead.read_bytes(), folder / letterhead.name)
        target = folder / f"{site.id}.toml"
        _put(path.read_bytes(), target)
    except OSError as error:
        raise Fixable(
            f"The profile could not be saved in {folder}: {error.strerror or 'the disk failed'}.",
            safe="The earlier profiles are kept.",
            do="Do this as an administrator.",
            code="export-profile-not-saved",
        ) from error
    return target


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
