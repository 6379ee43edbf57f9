"""What is pasted into a record system: one heading of one problem, in plain characters, with a one-line stamp.

EMIS and SystmOne take text without looks. Typographic signs are spelt out; letters of any language stay as they are,
for a changed letter changes a name; what has neither spelling nor letter is named in square brackets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from scribe.export import text
from scribe.export.layout import DEMO_MARK, blocks, shown
from scribe.export.site import Paste, Site
from scribe.records import Receipt, SignedNote

_SPELT = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201b": "'",
    "\u2032": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2033": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": " - ",
    "\u2212": "-",
    "\u2022": "-",
    "\u00b7": ".",
    "\u2026": "...",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "not equal to ",
    "\u2248": "about ",
    "\u00d7": "x",
    "\u00f7": "/",
    "\u00b1": "+/-",
    "\u2192": "->",
    "\u2190": "<-",
    "\u2191": " increased ",
    "\u2193": " decreased ",
    "\u20ac": "EUR ",
}
_KEPT = "£°"
# The sign, or the Greek letter where it stands alone: in a Greek name it is a letter like the others.
_MICRO = re.compile("(?:\u00b5|(?<![\u0370-\u03ff])\u03bc(?![\u0370-\u03ff]))(?P<grams>g\\b)?")
_FRACTION = re.compile("(?P<whole>[0-9])?(?P<sign>[\u00bc-\u00be\u2150-\u215e])")
_RAISED = "\u00b2\u00b3\u00b9\u2070\u2074\u2075\u2076\u2077\u2078\u2079"


def heading_text(note: SignedNote, problem: str, heading: str, site: Site | None = None) -> str:
    """One heading of one problem as it is pasted, without its title; "" where it has no lines.

    Args:
        note: as signed.
        problem: its title in the note; may be empty.
        heading: the heading's id.
        site: whose record system it goes to.
    """
    site = site or Site()
    # Two titles that are shown alike are one passage there, so the lines are found by what they are shown as.
    lines = [
        line
        for block in blocks(note)
        if (block.problem, block.heading.id) == (shown(problem), heading)
        for line in block.lines
    ]
    if not lines:
        return ""
    marks = [DEMO_MARK] if note.demo else []
    whole = [*lines, *marks, shown(note.stamp)]
    return _ended(whole if site.text.paste is Paste.PLAIN else [plain(line) for line in whole], site)


def note_text(note: SignedNote, site: Site | None = None) -> str:
    """The whole note as it is pasted."""
    site = site or Site()
    lines = text.note_lines(note, site)
    return _ended([*(lines if site.text.paste is Paste.PLAIN else map(plain, lines)), ""], site)


def passages(note: SignedNote) -> tuple[tuple[str, str], ...]:
    """Problem and heading id of each thing that can be pasted, in the note's order; empty headings are left out."""
    return tuple((block.problem, block.heading.id) for block in blocks(note))


def copies(note: SignedNote, receipts: Iterable[Receipt]) -> dict[tuple[str, str], datetime | None]:
    """When each thing that can be pasted was last copied, in the note's order; None for what never was."""
    last = {
        passage: receipt.written_at
        for receipt in receipts
        if receipt.note_id == note.id
        for passage in receipt.passages
    }
    return {key: last.get(key) for key in passages(note)}


def plain(line: str) -> str:
    """The same in characters that any record system takes. No number runs into another, and nothing is dropped but
    marks without a look of their own."""
    line = unicodedata.normalize("NFC", line)
    line = _MICRO.sub(lambda found: "micrograms" if found["grams"] else "micro", line)
    line = _FRACTION.sub(_fraction, line)
    spelt = "".join(map(_plain_sign, line))
    indent = spelt[: len(spelt) - len(spelt.lstrip(" "))] if line.startswith(" ") else ""
    return indent + " ".join(spelt.split())


def _fraction(found: re.Match[str]) -> str:
    spelt = unicodedata.normalize("NFKC", found["sign"]).replace("\u2044", "/")
    return f"{found['whole']} {spelt}" if found["whole"] else spelt


def _plain_sign(sign: str) -> str:
    if (sign.isascii() and sign.isprintable()) or sign in _KEPT:
        return sign
    if sign in _SPELT:
        return _SPELT[sign]
    if sign in _RAISED:
        return f"^{unicodedata.normalize('NFKC', sign)}"
    if unicodedata.category(sign)[0] in "LM" or sign.isdecimal():
        return sign
    if sign.isspace():
        return " "
    compatible = unicodedata.normalize("NFKC", sign)
    if compatible.isascii() and compatible.isprintable():
        return compatible
    if unicodedata.category(sign) == "Cf":
        return ""  # a mark that directs how text runs, and has no look of its own
    return f"[{unicodedata.name(sign, f'character {ord(sign):04X}').lower()}]"


def _ended(lines: list[str], site: Site) -> str:
    """A record system's own line ends, where it is known; otherwise the system's clipboard makes them."""
    own = site.text.crlf and site.text.paste is not Paste.PLAIN
    return ("\r\n" if own else "\n").join(text.wrapped(lines, site.text.columns))
