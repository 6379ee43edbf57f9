"""What a file is, and whether it holds: for those who integrate, and for anyone who doubts a file."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scribe.encounter import identity_file
from scribe.errors import Fixable
from scribe.export import docx, hl7, manifest, site
from scribe.export import json as json_format
from scribe.export.formats import FORMATS
from scribe.export.label import is_stamp
from scribe.export.layout import CONSULTATION, PATIENT, VERSION
from scribe.export.reading import Unreadable


@dataclass(frozen=True, slots=True)
class Finding:
    """What a file is, for people, and what is wrong with it; `faults` is empty when it holds."""

    kind: str
    faults: tuple[str, ...]


def validate(path: Path, now: datetime) -> Finding:
    """Tells by its content, not its name, what a file is.

    Raises:
        Fixable: it is not there ("file-missing"), or nothing that Scribe writes or reads ("file-unknown").
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Fixable(
            f"{path.name} cannot be read.", do="Check where it is, and that you may read it.", code="file-missing"
        ) from error
    if path.suffix.lower() == ".toml":
        return _told("an export profile", lambda: site.read(path))
    if path.suffix.lower() == ".csv":
        return _told("a file that says who the patient is", lambda: identity_file.read(path, now))
    if _is_json(path, data):
        return _of_json(path, data, now)
    name = _format(data)
    if name == "docx" and docx.is_letterhead(data):
        return _told("a clinic's letterhead", lambda: docx.check_letterhead(path))
    if name == "txt" and _is_copied(data):
        return Finding("the text of one heading, as it is copied", ())
    if name is None:
        raise _unknown(path)
    return Finding(FORMATS[name].title, tuple(dict.fromkeys(FORMATS[name].faults_of_file(data))))


def _is_json(path: Path, data: bytes) -> bool:
    begins = data.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if begins == b"[":  # with which a text may begin as well
        return path.suffix.lower() == ".json"
    return begins == b"{" and not data.startswith(b"{\\rtf")


def _format(data: bytes) -> str | None:
    if data.startswith(b"MSH"):
        try:
            message = hl7.parse(data)
        except Unreadable:
            return "hl7-2.4-text"  # whose rules say what is wrong with it
        version = message.field("MSH", 12)
        kind = "pdf" if message.field("OBX", 2) == "ED" else "text"
        return f"hl7-{version if version in hl7.CHARACTER_SETS else '2.4'}-{kind}"
    for start, name in ((b"%PDF", "pdf"), (b"PK\x03\x04", "docx"), (b"{\\rtf", "rtf"), (b"<!DOCTYPE html", "html")):
        if data.startswith(start):
            return name
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return "txt"


def _is_copied(data: bytes) -> bool:
    """Whether it is one heading as the clipboard gets it: lines, then the label; a note's head stands over no such."""
    lines = data.decode().strip().splitlines()
    head = (f"{PATIENT}: ", f"{CONSULTATION}: ", f"{VERSION}: ")
    return len(lines) > 1 and is_stamp(lines[-1]) and not any(line.startswith(head) for line in lines)


def _of_json(path: Path, data: bytes, now: datetime) -> Finding:
    try:
        content = json.loads(data)
    except ValueError:
        return Finding("JSON", ("it is damaged: it does not end as JSON does",))
    if not isinstance(content, dict):
        return _told("a file that says who the patient is", lambda: identity_file.read(path, now))
    if manifest.is_manifest(data):
        return Finding("the manifest of an export", tuple(manifest.faults(path)))
    if content.get("resourceType") == "Bundle":
        return Finding(FORMATS["fhir"].title, tuple(dict.fromkeys(FORMATS["fhir"].faults_of_file(data))))
    if str(content.get("schema", "")).startswith("scribe-signed-note/"):
        return Finding(FORMATS["json"].title, tuple(FORMATS["json"].faults_of_file(data)))
    if content.get("$id") == json_format.schema()["$id"]:
        same = content == json_format.schema()
        return Finding("the schema of signed notes", () if same else ("it is not the one of this version",))
    return _told("a file that says who the patient is", lambda: identity_file.read(path, now))


def _told(kind: str, read: Callable[[], object]) -> Finding:
    try:
        read()
    except Fixable as error:
        return Finding(kind, (error.happened.rstrip("."),))
    return Finding(kind, ())


def _unknown(path: Path) -> Fixable:
    return Fixable(
        f"{path.name} is nothing that Scribe writes or reads.",
        do="`scribe export` lists the formats.",
        code="file-unknown",
    )
