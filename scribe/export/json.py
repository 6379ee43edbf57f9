"""JSON: everything the signed note holds, for programs. The schema's version stands first."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from scribe.export.layout import DEMO_MARK
from scribe.records import SignedNote

SCHEMA = "scribe-signed-note/1"
_NOTE = TypeAdapter(SignedNote)


def render(note: SignedNote) -> bytes:
    """UTF-8, indented, keys in the record's own order."""
    marks = {"notice": DEMO_MARK} if note.demo else {}
    content: dict[str, Any] = {"schema": SCHEMA, **marks, "note": _NOTE.dump_python(note, mode="json")}
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def read(data: bytes) -> SignedNote:
    """Reads back what `render` wrote, so that a program (or a test) can hold it against its digest.

    Raises:
        ValueError: not a signed note of this schema.
    """
    content = json.loads(data)
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ValueError(f"not a {SCHEMA} file")
    return _NOTE.validate_python(content["note"], strict=False)
