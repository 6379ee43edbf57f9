"""PDF by typst: tagged, PDF/A-2a and PDF/UA-1 as typst writes them, fonts embedded. No Qt is needed.

A PDF's text comes back without spaces that can be trusted and, in scripts that run from right to left, in an order
that differs from reader to reader. So it is compared sign by sign: the whole text, headings and lines in order,
without spaces; a stretch from right to left, by the signs it has.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC
from pathlib import Path

import pypdfium2
import typst

from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import DEMO_MARK, TITLE, blocks, identity, shown
from scribe.export.reading import Reading, Unreadable
from scribe.export.site import Site
from scribe.records import SignedNote

_TEMPLATE = Path(__file__).with_name("note.typ")
_UNSHOWABLE = re.compile(r'the text `(?P<quoted>".*?")` could not be displayed', re.S)
_MOST_FONT_MISSES = 25
_FOOTER = "Drafted with AI and reviewed: see the end of the note"
_TYPED_FOOTER = "Typed without AI: see the end of the note"
_NO_PROBLEM = "No problem in particular"
_LONG = re.compile(r"\S{40}(?=\S{20})")  # a word that would run off the page may be broken there
_LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
_MIRRORED = str.maketrans(")]}>", "([{<")


def render(note: SignedNote, context: Context) -> bytes:
    return context.pdf(note)


def compose(note: SignedNote, site: Site) -> bytes:
    """The printed note.

    A character that no font at hand can show is written by its Unicode name, in square brackets. PDF/A refuses a
    missing glyph, and leaving it out would change what was signed.
    """
    data = json.dumps(_content(note, site), ensure_ascii=False)
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


def differences(note: SignedNote, context: Context, data: bytes) -> list[str]:
    """What the printed note says otherwise than the signed one; empty when nothing."""
    content = _content(note, context.site)
    units = _units(note, context.site)
    found = ""
    try:
        pages = _pages(data)
    except Unreadable as error:
        return [str(error)]
    for number, page in enumerate(pages, 1):
        footer = _signs(f"{content['footer']}Page{number}of{len(pages)}")
        text = _signs(page)
        if not text.endswith(footer):
            return [f"the foot of page {number} differs"]
        found += text.removesuffix(footer)
    at, wrong = 0, []
    for what, unit in units:
        want = _signs(unit)
        here, at = found[at : at + len(want)], at + len(want)
        if here != want and not (_runs_both_ways(unit) and _unordered(here) == _unordered(want)):
            wrong.append(f"{what} differs")
            break  # all that follows would seem to differ too
    if at < len(found) and not wrong:
        wrong.append("it says more than the note")
    return wrong


def read(data: bytes) -> Reading:
    """Head and label of a printed note; its lines, without their headings.

    Raises:
        Unreadable: it is no PDF.
    """
    text = "\n".join(page.replace("\r\n", "\n").rsplit("\n", 1)[0] for page in _pages(data))
    reading = Reading(demo=text.startswith(DEMO_MARK))
    head, _, body = text.partition("\n\u2022 ")
    for row in head.split("\n"):
        name, _, value = row.partition(": ")
        reading.take_identity(name, value.strip())
    found = re.search(r"^(Drafted with AI \(|Typed without AI \(|DEMO, )[^\u2022]*\Z", body, re.M)
    reading.stamp = " ".join(found[0].split()) if found else ""
    if body:
        reading.add("", "", body[: found.start() if found else None].split("\n\u2022 "))
    return reading


def rules(data: bytes) -> list[str]:
    """Whether it says of itself what `compose` asks typst for. This is not a validation of PDF/A or PDF/UA."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            tagged = pypdfium2.raw.FPDFCatalog_IsTagged(document.raw)
            described = document.get_metadata_dict()
    except pypdfium2.PdfiumError:
        return ["it is not a PDF, or damaged"]
    wrong = []
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-64:]:
        wrong.append("it ends too early")
    if not tagged:
        wrong.append("it is not tagged")
    if b"<pdfaid:part>2</pdfaid:part>" not in data or b"<pdfuaid:part>1</pdfuaid:part>" not in data:
        wrong.append("it does not say that it is PDF/A-2 and PDF/UA-1")
    if "drafted-with-ai=" not in described["Keywords"]:
        wrong.append("its label is missing for programs")
    return wrong


def _compile(data: str) -> bytes:
    pdf = typst.compile(_TEMPLATE, sys_inputs={"note": data}, pdf_standards=["a-2a", "ua-1"])
    assert isinstance(pdf, bytes)
    return pdf


def _content(note: SignedNote, site: Site) -> dict[str, object]:
    passages: list[dict[str, object]] = []
    problem = ""
    for block in blocks(note):
        changed = block.problem != problem
        title = block.problem or _NO_PROBLEM if changed else ""
        problem = block.problem
        lines = [_clean(line) for line in block.lines]
        heading = _clean(block.heading.title)
        passages.append({"title": _clean(title), "problem": bool(problem), "heading": heading, "lines": lines})
    signed = note.signed_at.astimezone(UTC)
    made = _FOOTER if label(note).drafted_with_ai else _TYPED_FOOTER
    return {
        "title": TITLE,
        "author": _clean(note.clinician.name),
        "description": _clean(note.stamp),
        "keywords": [_clean(f"{name}={value}") for name, value in label(note).pairs().items()],
        "date": [signed.year, signed.month, signed.day, signed.hour, signed.minute, signed.second],
        "notice": DEMO_MARK if note.demo else "",
        "footer": DEMO_MARK if note.demo else made,
        "identity": [[name, _clean(value)] for name, value in identity(note, site.organisation.name)],
        "blocks": passages,
        "stamp": _clean(note.stamp),
    }


def _clean(text: str) -> str:
    named = "".join(_named(c) if unicodedata.category(c) in ("Cn", "Co") else c for c in shown(text))
    return _LONG.sub(lambda found: f"{found[0]}\u200b", named)


def _named(character: str) -> str:
    return f"[{unicodedata.name(character, f'character {ord(character):04X}').lower()}]"


# ---------------------------------------------------------------- read back


def _units(note: SignedNote, site: Site) -> list[tuple[str, str]]:
    """Everything that stands in the printed note, in order, each with what to call it."""
    units = [("the demonstration mark", DEMO_MARK)] if note.demo else []
    units.append(("the title", TITLE))
    units += [(f"“{name}”", f"{name}:{value}") for name, value in identity(note, site.organisation.name)]
    problem = ""
    for number, block in enumerate(blocks(note), 1):
        if block.problem != problem:
            units.append((f"the problem of passage {number}", block.problem or _NO_PROBLEM))
        problem = block.problem
        units.append((f"the heading of passage {number}", block.heading.title))
        units += [(f"line {n} of passage {number}", f"\u2022{line}") for n, line in enumerate(block.lines, 1)]
    return [*units, ("the label", note.stamp)]


def _pages(data: bytes) -> list[str]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            # A hyphen at the end of a line comes as U+FFFE, in the line end's place too.
            return [page.get_textpage().get_text_range().replace("\ufffe", "-\r\n") for page in document]
    except pypdfium2.PdfiumError as error:
        raise Unreadable("it is not a PDF, or damaged") from error


def _signs(text: str) -> str:
    """The text without spaces and invisible marks, each sign that is not ASCII by its name."""
    text = unicodedata.normalize("NFC", shown(text))
    text = "".join(_LIGATURES.get(sign, sign) for sign in text)
    signs = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return "".join(sign if sign.isascii() else _named(sign).replace(" ", "") for sign in signs)


def _runs_both_ways(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL", "AN", "RLE", "RLO", "RLI") for sign in text)


def _unordered(signs: str) -> list[str]:
    return sorted(signs.translate(_MIRRORED))
