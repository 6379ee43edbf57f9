"""The manifest: written last, so that whoever watches the folder knows by it that an export is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import DEMO_MARK
from scribe.records import SignedNote

SCHEMA = "scribe-export/1"
SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class File:
    """A file, ready to be written."""

    format: str
    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def manifest(note: SignedNote, context: Context, files: Sequence[File]) -> File:
    """What was written, of which version, how it came about, and what it replaces; nothing about the patient."""
    content = {
        "schema": SCHEMA,
        **({"notice": DEMO_MARK} if note.demo else {}),
        "document": note.id,
        "version": note.version,
        "replaces": note.replaces,
        "label": label(note).pairs(),
        "exported_at": context.at.astimezone(UTC).isoformat(timespec="seconds"),
        "profile": context.site.id,
        "files": [
            {"name": each.name, "format": each.format, "bytes": len(each.data), "sha256": each.sha256} for each in files
        ],
    }
    return File("manifest", context.file_name(note, SUFFIX), json.dumps(content, indent=1).encode())


def is_manifest(data: bytes) -> bool:
    try:
        content = json.loads(data)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("schema") == SCHEMA


def faults(path: Path) -> list[str]:
    """Whether every file that a manifest names lies beside it, as it was written; [] when all do."""
    content: dict[str, Any] = json.loads(path.read_bytes())
    wrong = []
    try:
        if (content["version"] > 1) != bool(content["replaces"]):
            wrong.append("a later version says what it replaces, a first one nothing")
        made = content["label"]
        if made["drafted-with-ai"] not in ("true", "false") or not (made.get("demo") or made.get("reviewed-by")):
            wrong.append("its label does not say how the note was made and who reviewed it")
        if (made["note"], made["version"]) != (content["document"], str(content["version"])):
            wrong.append("its label is of another version")
        if bool(made.get("demo")) != (content.get("notice") == DEMO_MARK):
            wrong.append("the demonstration mark does not agree with the label")
        for each in content["files"]:
            name = str(each["name"])
            if str(content["document"]) not in name:
                wrong.append("a file's name is not made of the document's id")
                continue  # what it is made of instead may be a patient's name, and is not said
            beside = path.with_name(name)
            if beside.parent != path.parent or not beside.is_file():
                wrong.append(f"{name} is not there")
                continue
            data = beside.read_bytes()
            if len(data) != each["bytes"] or hashlib.sha256(data).hexdigest() != each["sha256"]:
                wrong.append(f"{name} is not as it was written")
        if not content["files"]:
            wrong.append("it names no file")
    except (KeyError, TypeError, ValueError):
        wrong.append("it is incomplete")
    return wrong
