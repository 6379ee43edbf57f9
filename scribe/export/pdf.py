"""PDF by typst: tagged, PDF/A-2a and PDF/UA-1 as typst writes them, fonts embedded. No Qt is needed."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import typst

from scribe.export.layout import DEMO_MARK, blocks, identity
from scribe.export.text import one_line
from scribe.records import SignedNote

_TEMPLATE = Path(__file__).with_name("note.typ")
_UNSHOWABLE = re.compile(r'the text `(?P<quoted>".*?")` could not be displayed', re.S)
_MOST_FONT_MISSES = 25


def render(note: SignedNote) -> bytes:
    """A character that no font at hand can show is written by its Unicode name, in square brackets.

    PDF/A refuses a missing glyph, and leaving it out would change what was signed.
    """
    data = json.dumps(_content(note), ensure_ascii=False)
    data = "".join(c if c >= " " else _named(c) for c in data)
    for _ in range(_MOST_FONT_MISSES):
        try:
            return _compile(data)
        except typst.TypstError as error:
            missing = _UNSHOWABLE.search(str(error))
            if missing is None:
                raise
            for character in set(missing["quoted"][1:-1]):
                data = data.replace(character, _named(character)) if ord(character) > 127 else data
    return _compile("".join(c if ord(c) < 384 else _named(c) for c in data))


def _compile(data: str) -> bytes:
    pdf = typst.compile(_TEMPLATE, sys_inputs={"note": data}, pdf_standards=["a-2a", "ua-1"])
    assert isinstance(pdf, bytes)
    return pdf


def _content(note: SignedNote) -> dict[str, object]:
    shown: list[dict[str, object]] = []
    problem = ""
    for block in blocks(note):
        title = block.problem if block.problem != problem else ""
        problem = block.problem
        lines = [_clean(line.text) for line in block.lines]
        heading = _clean(block.heading.title)
        shown.append({"title": _clean(title), "problem": bool(problem), "heading": heading, "lines": lines})
    return {
        "title": "Consultation note",
        "author": _clean(note.clinician.name),
        "notice": DEMO_MARK if note.demo else "",
        "footer": DEMO_MARK if note.demo else "Drafted with AI and reviewed: see the end of the note",
        "identity": [[label, _clean(value)] for label, value in identity(note)],
        "blocks": shown,
        "stamp": _clean(note.stamp),
    }


def _clean(text: str) -> str:
    return "".join(_named(c) if unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") else c for c in one_line(text))


def _named(character: str) -> str:
    return f"[{unicodedata.name(character, f'character {ord(character):04X}').lower()}]"
