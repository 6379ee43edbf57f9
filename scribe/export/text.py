"""Plain text: capital headings, one item a line, no markdown; what clinicians paste into record systems."""

from __future__ import annotations

from scribe.export.layout import DEMO_MARK, blocks, identity
from scribe.records import SignedNote


def note_text(note: SignedNote) -> str:
    """The whole note, with identity at its head and the stamp at its foot."""
    out = [DEMO_MARK, ""] if note.demo else []
    out += [f"{label}: {value}" for label, value in identity(note)]
    problem = None
    for block in blocks(note):
        out.append("")
        if block.problem and block.problem != problem:
            out += [f"PROBLEM: {one_line(block.problem)}", ""]
        problem = block.problem
        out.append(block.heading.title.upper())
        out += [one_line(line.text) for line in block.lines]
    return "\n".join([*out, "", note.stamp, ""])


def heading_text(note: SignedNote, problem: str, heading: str) -> str:
    """One heading of one problem as it is pasted, without its title, and the one-line stamp after it."""
    lines = [
        one_line(line.text)
        for block in blocks(note)
        if (block.problem, block.heading.id) == (problem, heading)
        for line in block.lines
    ]
    marks = [DEMO_MARK] if note.demo else []
    return "\n".join([*lines, *marks, note.stamp])


def one_line(text: str) -> str:
    """One statement stays one line, whatever was typed: record systems start a new entry at each line end."""
    return " ".join(text.split())


def render(note: SignedNote) -> bytes:
    """UTF-8 with the line ends that Windows record systems expect."""
    return note_text(note).replace("\n", "\r\n").encode()
