"""`export`: one signed note, one format, one receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from scribe.export import docx, json, pdf, text
from scribe.export.publish import publish
from scribe.records import Receipt, SignedNote, new_id, utc_now
from scribe.review import verify_signed

FORMATS: dict[str, Callable[[SignedNote], bytes]] = {
    "txt": text.render,
    "docx": docx.render,
    "pdf": pdf.render,
    "json": json.render,
}


def export(note: SignedNote, format: str, folder: Path, *, now: Callable[[], datetime] = utc_now) -> Receipt:
    """Writes one file and says so with a receipt; never over an existing file.

    The file's name holds no patient identifier: the time in UTC, the note's id and its version.

    Raises:
        Bug: the note is not signed, or was changed after signing (`verify_signed`).
        Fixable: the folder is missing or full, or the name is taken (`publish`).
        KeyError: no such format.
    """
    verify_signed(note)
    data = FORMATS[format](note)
    at = now()
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}_{note.id}_{note.version}.{format}"
    path = publish(data, folder, name)
    return Receipt(new_id(), note.id, format, str(path), hashlib.sha256(data).hexdigest(), at)
