"""PDF by typst: tagged, PDF/A-2a and PDF/UA-1 as typst writes them, fonts embedded. No Qt is needed.

A PDF's text comes back without spaces that can be trusted and, in scripts that run from right to left, in an order
that differs from reader to reader. So it is compared sign by sign: the whole text, headings and lines in order,
without spaces; a stretch from right to left, by the signs it has.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pypdfium2
import typst

from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import DEMO_MARK, PATIENT, TITLE, WHOSE, blocks, identity, shown, whose
from scribe.export.reading import Reading, Unreadable
from scribe.export.site import Site
from scribe.records import SignedNote

_TEMPLATE = Path(__file__).with_name("note.typ")
_UNSHOWABLE = re.compile(r'the text `(?P<quoted>".*?")` could not be displayed', re.S)
_MOST_FONT_MISSES = 25
_MOST_FOOT_LINES = 4  # a name of 200 characters takes three
_FOOTER = "Drafted with AI and reviewed: see the end of the note"
_TYPED_FOOTER = "Typed without AI: see the end of the note"
_NO_PROBLEM = "No problem in particular"
# Marks that direct how text runs or breaks, and have no look of their own.
_INVISIBLE = frozenset((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
# What is kept as it is, from a first try to a last: all; the alphabets of Europe and the Near East with their
# punctuation; Latin letters.
_KEPT: tuple[Callable[[int], bool], ...] = (
    lambda code: True,
    lambda code: code < 0x750 or 0x1E00 <= code < 0x2100,
    lambda code: code < 384 or code in _INVISIBLE,
)
_LONG = re.compile(r"\S{40}(?=\S{20})")  # a word that would run off the page may be broken there
_MIRRORED = str.maketrans(")]}>", "([{<")


def render(note: SignedNote, context: Context) -> bytes:
    return context.pdf(note)


def compose(note: SignedNote, site: Site) -> bytes:
    """The printed note.

    A character that no font at hand can show, or that does not come back when the PDF is read, is written by its
    Unicode name, in square brackets. PDF/A refuses a missing glyph, and leaving it out would change what was signed.
    """
    data = json.dumps(_content(note, site), ensure_ascii=False)
    data = "".join(c if c >= " " else _named(c) for c in data)
    pdf = b""
    for is_kept in _KEPT:
        pdf = _shown("".join(c if is_kept(ord(c)) else _named(c) for c in data))
        if not differences(note, site, pdf):
            break
    return pdf


def _shown(data: str) -> bytes:
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


def differences(note: SignedNote, site: Site, data: bytes) -> list[str]:
    """What the printed note says otherwise than the signed one; empty when nothing."""
    try:
        found = _without_feet(_pages(data), f"{whose(note)} {_footer(note)}")
    except Unreadable as error:
        return [str(error)]
    for what, unit in _units(note, site):
        length = _beginning(found, unit)
        if length is None:
            return [f"{what} differs"]  # all that follows would seem to differ too
        found = found[length:]
    if found:
        return ["it says more than the note"]
    wanted = "".join(map(_named_sign, _signs(", ".join(_keywords(note)))))
    return (
        [] if "".join(map(_named_sign, _signs(_kept_keywords(data)))) == wanted else ["the label for programs differs"]
    )


def read(data: bytes) -> Reading:
    """Head and label of a printed note; its lines, without their headings.

    Raises:
        Unreadable: it is no PDF.
    """
    text = "\n".join(map(_without_foot, _pages(data)))
    reading = Reading(demo=text.startswith(DEMO_MARK))
    head, _, body = text.partition("\n\u2022 ")
    for row in head.split("\n"):
        name, _, value = row.partition(": ")
        if row.endswith(f" :{PATIENT}"):  # a name that runs from right to left takes its label along
            name, value = PATIENT, row.removesuffix(f" :{PATIENT}")
        reading.take_identity(name, value.strip())
    found = re.search(r"^(Drafted with AI \(|Typed without AI \(|DEMO, )[^\u2022]*\Z", body, re.M)
    reading.stamp = " ".join(found[0].replace("-\n", "-").split()) if found else ""
    if body:
        reading.add("", "", body[: found.start() if found else None].split("\n\u2022 "))
    return reading


def rules(data: bytes) -> list[str]:
    """Whether it says of itself what `compose` asks typst for. This is not a validation of PDF/A or PDF/UA."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            tagged = pypdfium2.raw.FPDFCatalog_IsTagged(document.raw) and all(map(_has_structure, document))
            embedded = all(map(_brings_its_fonts, document))
            described = document.get_metadata_dict()
    except pypdfium2.PdfiumError:
        return ["it is not a PDF, or damaged"]
    wrong = []
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-64:]:
        wrong.append("it ends too early")
    if not tagged:
        wrong.append("it is not tagged, or its tags are empty")
    if not embedded:
        wrong.append("a font is not embedded")
    if b"/Lang(en-GB)" not in data:
        wrong.append("it does not say that it is in British English")
    if b"<pdfaid:part>2</pdfaid:part>" not in data or b"<pdfuaid:part>1</pdfuaid:part>" not in data:
        wrong.append("it does not say that it is PDF/A-2 and PDF/UA-1")
    if "drafted-with-ai=" not in described["Keywords"]:
        wrong.append("its label is missing for programs")
    return wrong


def _has_structure(page: pypdfium2.PdfPage) -> bool:
    structure = pypdfium2.raw.FPDF_StructTree_GetForPage(page.raw)
    if not structure:
        return False
    children: int = pypdfium2.raw.FPDF_StructTree_CountChildren(structure)
    pypdfium2.raw.FPDF_StructTree_Close(structure)
    return children > 0


def _brings_its_fonts(page: pypdfium2.PdfPage) -> bool:
    raw = pypdfium2.raw
    objects = [raw.FPDFPage_GetObject(page.raw, number) for number in range(raw.FPDFPage_CountObjects(page.raw))]
    texts = [each for each in objects if raw.FPDFPageObj_GetType(each) == raw.FPDF_PAGEOBJ_TEXT]
    return all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(text)) == 1 for text in texts)


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
    return {
        "title": TITLE,
        "author": _clean(note.clinician.name),
        "description": _clean(note.stamp),
        "keywords": [_clean(keyword) for keyword in _keywords(note)],
        "date": [signed.year, signed.month, signed.day, signed.hour, signed.minute, signed.second],
        "notice": DEMO_MARK if note.demo else "",
        "whose": _clean(whose(note)),
        "footer": _footer(note),
        "identity": [[name, _clean(value)] for name, value in identity(note, site.organisation.name)],
        "blocks": passages,
        "stamp": _clean(note.stamp),
    }


def _footer(note: SignedNote) -> str:
    if note.demo:
        return DEMO_MARK
    return _FOOTER if label(note).drafted_with_ai else _TYPED_FOOTER


def _keywords(note: SignedNote) -> list[str]:
    return [f"{name}={value}" for name, value in label(note).pairs().items()]


def _kept_keywords(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        kept: str = document.get_metadata_dict()["Keywords"]
    return kept


def _clean(text: str) -> str:
    named = "".join(_named(c) if unicodedata.category(c) in ("Cn", "Co") else c for c in _composed(text))
    return _LONG.sub(lambda found: f"{found[0]}\u200b", named)


def _composed(text: str) -> str:
    """As shown, each sign in its one composed form, so that it has the same name when it comes back."""
    return unicodedata.normalize("NFC", shown(text))


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


def _without_feet(pages: list[str], footer: str) -> list[str]:
    """The signs of all pages, without what stands at the foot of each."""
    found: list[str] = []
    for number, page in enumerate(pages, 1):
        signs = _signs(page)
        length = _end(signs, f"{footer} Page {number} of {len(pages)}")
        if length is None:
            raise Unreadable(f"the foot of page {number} differs")
        found += signs[: len(signs) - length]
    return found


def _without_foot(page: str) -> str:
    """The page without the last line, and without the lines above it that say whose note it is."""
    lines = page.replace("\r\n", "\n").split("\n")[:-1]
    said = [number for number, line in enumerate(lines) if WHOSE.strip() in line]
    return "\n".join(lines[: said[-1]] if said and said[-1] >= len(lines) - _MOST_FOOT_LINES else lines)


def _beginning(found: list[str], unit: str) -> int | None:
    """How many signs at the beginning of `found` are the unit's, or None where it does not stand there."""
    return _length(found, unit, at_end=False)


def _end(found: list[str], unit: str) -> int | None:
    """The same at the end of `found`."""
    return _length(found, unit, at_end=True)


def _length(found: list[str], unit: str, *, at_end: bool) -> int | None:
    for as_seen, in_order in _ways(unit):
        want = "".join(map(as_seen, _signs(unit)))
        length = characters = 0
        for sign in reversed(found) if at_end else found:
            if characters >= len(want):
                break
            length += 1
            characters += len(as_seen(sign))
        here = "".join(map(as_seen, found[len(found) - length :] if at_end else found[:length]))
        if here == want or (not in_order and Counter(here) == Counter(want)):
            return length
    return None


def _ways(unit: str) -> Iterator[tuple[Callable[[str], str], bool]]:
    """How a unit's signs may be seen in a PDF, and whether in their order."""
    yield _named_sign, True
    yield _compatible_sign, True
    if _runs_both_ways(unit):
        yield _sign_either_way, False


def _signs(text: str) -> list[str]:
    """The signs of a text, without spaces and invisible marks."""
    return [sign for sign in _composed(text) if not sign.isspace() and ord(sign) not in _INVISIBLE]


@functools.lru_cache(maxsize=4096)  # a note has few signs, many times
def _named_sign(sign: str) -> str:
    """A sign as the PDF may have it: ASCII itself, any other by its name, without spaces as everything here."""
    return sign if sign.isascii() else _named(sign).replace(" ", "")


@functools.lru_cache(maxsize=4096)
def _compatible_sign(sign: str) -> str:
    """The same where PDFium has taken a sign apart, such as a ligature or a fraction."""
    return "".join(map(_named_sign, unicodedata.normalize("NFKC", sign).replace("\u2044", "/")))


@functools.lru_cache(maxsize=4096)
def _sign_either_way(sign: str) -> str:
    """The same where text runs both ways: PDFium turns brackets round there."""
    named = _compatible_sign(sign).translate(_MIRRORED)
    return named if named.isascii() and len(named) == 1 else named.replace("right", "left").replace("greater", "less")


def _runs_both_ways(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL", "AN", "RLE", "RLO", "RLI") for sign in text)
