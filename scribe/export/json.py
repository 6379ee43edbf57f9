"""JSON: everything the signed note holds, for programs. The schema's version stands first; the schema is published
as signed-note-1.schema.json beside this module, and `scribe export --schema` prints it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from scribe.errors import Bug
from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import DEMO_MARK
from scribe.export.reading import Reading, Unreadable, expected
from scribe.records import SignedNote
from scribe.review import verify_signed

SCHEMA = "scribe-signed-note/1"
SCHEMA_FILE = Path(__file__).with_name("signed-note-1.schema.json")
_NOTE = TypeAdapter(SignedNote)
_KEYS = ("schema", "label", "organisation", "note")


def render(note: SignedNote, context: Context) -> bytes:
    """UTF-8, indented, keys in the record's own order."""
    marks = {"notice": DEMO_MARK} if note.demo else {}
    organisation = context.site.organisation
    content: dict[str, Any] = {
        "schema": SCHEMA,
        **marks,
        "label": label(note).pairs(),
        "organisation": organisation.model_dump(),
        "note": _NOTE.dump_python(note, mode="json"),
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def load(data: bytes) -> SignedNote:
    """Reads back what `render` wrote, so that a program (or a test) can hold it against its digest.

    Raises:
        Unreadable: not a signed note of this schema.
    """
    content = _content(data)
    try:
        return _NOTE.validate_python(content["note"], strict=False)
    except (KeyError, ValidationError) as error:
        raise Unreadable("the note in it is incomplete") from error


def read(data: bytes) -> Reading:
    return expected(load(data))


def rules(data: bytes) -> list[str]:
    """The note is as it was signed, and nothing beside it says otherwise."""
    try:
        content, note = _content(data), load(data)
    except Unreadable as error:
        return [str(error)]
    wrong = []
    try:
        verify_signed(note)
    except Bug:
        wrong.append("the note is not as it was signed: its digest differs")
    if content.get("label") != label(note).pairs():
        wrong.append("the label does not agree with the note")
    if (content.get("notice") == DEMO_MARK) != note.demo:
        wrong.append("the demonstration mark does not agree with the note")
    if not set(_KEYS) <= set(content) or set(content) - {*_KEYS, "notice"}:
        wrong.append("its parts are not those of the schema")
    return wrong


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of these files, made from the records themselves; a test holds the published file to it."""
    note = _NOTE.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions = note.pop("$defs")
    for each in (note, *definitions.values()):
        if each.get("type") == "object":
            each["required"] = sorted(each["properties"])
            each["additionalProperties"] = False
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:scribe:signed-note:1",
        "title": "A signed note as Scribe exports it",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "notice": {"const": DEMO_MARK},
            "label": {
                "type": "object",
                "properties": {
                    "drafted-with-ai": {"enum": ["true", "false"]},
                    "demo": {"const": "true"},
                    **dict.fromkeys(("product", "reviewed-by", "reviewed-at", "models", "template", "note"), text),
                    "version": {"type": "string", "pattern": "^[0-9]+$"},
                    "replaces": text,
                },
                "required": ["drafted-with-ai", "note", "template", "version"],
                "additionalProperties": False,
            },
            "organisation": {
                "type": "object",
                "properties": {"name": text, "ods": text},
                "required": ["name", "ods"],
                "additionalProperties": False,
            },
            "note": note,
        },
        "required": list(_KEYS),
        "additionalProperties": False,
        "$defs": definitions,
    }


def _content(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise Unreadable("it is not JSON") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise Unreadable(f"it is not a {SCHEMA} file")
    return content
