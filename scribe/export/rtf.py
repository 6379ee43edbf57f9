"""RTF: ASCII throughout, other characters as \\u with a question mark for readers that do not know it."""

from __future__ import annotations

import re

from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import DEMO_MARK, TITLE, blocks, identity, shown, whose
from scribe.export.reading import Reading, Unreadable
from scribe.records import SignedNote

# Paragraph styles by number: what a paragraph is can be told from its style.
_TITLE, _PROBLEM, _HEADING, _ITEM, _IDENTITY, _STAMP, _NOTICE = range(1, 8)
_LOOKS = {
    _TITLE: ("heading 1", r"\sb120\sa120\outlinelevel0\b\fs36"),
    _PROBLEM: ("heading 2", r"\sb240\sa60\outlinelevel1\b\fs26"),
    _HEADING: ("heading 3", r"\sb120\sa40\outlinelevel2\b\fs22"),
    _ITEM: ("List Bullet", r"\fi-200\li400\fs22"),
    _IDENTITY: ("Scribe identity", r"\fs22"),
    _STAMP: ("Scribe stamp", r"\sb240\fs18"),
    _NOTICE: ("Scribe notice", r"\b\fs22"),
}
_DOCCOMM = re.compile(r"\{\\doccomm ((?:[^\\{}]|\\.)*)\}")
_TOKEN = re.compile(
    r"\\(?:'(?P<hex>[0-9a-f]{2})|(?P<word>[a-z]+)(?P<number>-?[0-9]+)? ?|(?P<sign>[^a-z]))|[{}]|[^\\{}]+"
)


def render(note: SignedNote, context: Context) -> bytes:
    styles = "".join(rf"{{\s{number}{looks} {name};}}" for number, (name, looks) in _LOOKS.items())
    out = [
        r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss Arial;}}{\stylesheet{\s0\fs22 Normal;}" + styles + "}",
        rf"{{\info{{\title {TITLE}}}{{\author {_safe(note.clinician.name)}}}{{\doccomm {_safe(label(note).as_line())}}}}}",
        r"\paperw11906\paperh16838\margl1247\margr1247\margt1134\margb1361\f0\lang2057",
    ]
    out.append(rf"{{\footer \pard\fs16 {_safe(whose(note))}\par}}")
    if note.demo:
        out.append(_paragraph(_NOTICE, DEMO_MARK))
    out.append(_paragraph(_TITLE, TITLE))
    out += [
        _paragraph(_IDENTITY, f"{label}: {value}") for label, value in identity(note, context.site.organisation.name)
    ]
    problem = None
    for block in blocks(note):
        if block.problem != (problem or ""):
            out.append(_paragraph(_PROBLEM, block.problem or "No problem in particular"))
        problem = block.problem
        out.append(_paragraph(_HEADING, block.heading.title))
        out += [_paragraph(_ITEM, line, before=r"\bullet  ") for line in block.lines]
    out.append(_paragraph(_STAMP, note.stamp))
    return ("\r\n".join(out) + "}\r\n").encode("ascii")


def read(data: bytes) -> Reading:
    """Reads what `render` wrote.

    Raises:
        Unreadable: it is not the RTF that we write, or ends too early.
    """
    reading = Reading(label=_doccomm(data))
    problem = title = ""
    lines: list[str] = []
    for style, text in _paragraphs(data):
        if style != _ITEM and lines:
            reading.add(problem, title, lines)
            lines = []
        if style == _ITEM:
            lines.append(text)
        elif style == _PROBLEM:
            problem = "" if text == "No problem in particular" else text
        elif style == _HEADING:
            title = text
        elif style == _IDENTITY:
            reading.take_identity(*_row(text))
        elif style == _STAMP:
            reading.stamp = text
        elif style == _NOTICE:
            reading.demo = text == DEMO_MARK
    return reading


def rules(data: bytes) -> list[str]:
    wrong = []
    if not data.isascii():
        wrong.append("it is not ASCII")
    return wrong


def _doccomm(data: bytes) -> str:
    """The label for programs, or ""."""
    found = _DOCCOMM.search(data.decode("ascii", errors="replace"))
    return _paragraphs(rf"{{\rtf1{{\pard\s0 {found[1]}\par}}}}".encode())[0][1] if found else ""


def _paragraph(style: int, text: str, before: str = "") -> str:
    return rf"{{\pard\s{style}{_LOOKS[style][1]} {before}{_safe(text)}\par}}"


def _safe(text: str) -> str:
    return "".join(map(_sign, shown(text)))


def _sign(sign: str) -> str:
    if sign in "\\{}":
        return "\\" + sign
    if sign.isascii():
        return sign
    units = sign.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(rf"\u{number}?" for number in numbers)


def _row(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(": ")
    if not colon:
        raise Unreadable("the head of the note is not made of labels and values")
    return name, value


def _paragraphs(data: bytes) -> list[tuple[int, str]]:
    """Style and text of each paragraph; destinations (fonts, styles, info, footer) are passed over."""
    text = data.decode("ascii", errors="replace")
    if not text.startswith(r"{\rtf1"):
        raise Unreadable("it is not RTF")
    found: list[tuple[int, str]] = []
    depth = hidden = style = 0
    units = bytearray()
    skip = 0
    for token in _TOKEN.finditer(text):
        whole = token[0]
        if whole == "{":
            depth += 1
        elif whole == "}":
            depth -= 1
            hidden = 0 if hidden > depth else hidden
        elif (word := token["word"]) in ("fonttbl", "stylesheet", "info", "footer"):
            hidden = hidden or depth
        elif hidden:
            continue
        elif word == "s":
            style = int(token["number"])
        elif word == "u":
            units += (int(token["number"]) & 0xFFFF).to_bytes(2, "little")
            skip = 1
        elif word == "par":
            found.append((style, _decoded(units).strip(" ")))
            units.clear()
        elif token["sign"]:
            units += token["sign"].encode("utf-16-le")
        elif not word and depth > 1:
            units += whole[skip:].replace("\r\n", "").encode("utf-16-le")
            skip = 0
    if depth:
        raise Unreadable("it ends too early")
    return found


def _decoded(units: bytearray) -> str:
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise Unreadable("it holds half a character") from error
