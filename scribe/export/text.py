"""Plain text: capital headings, one item a line, no markdown; as a file, and whole on the clipboard.

Passages are set apart by one empty line. The first line of a passage is its heading, each other line one item; a
long item goes on, indented by two spaces. `PROBLEM: title` is a passage by itself.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from scribe.export.context import Context
from scribe.export.label import is_stamp
from scribe.export.layout import DEMO_MARK, blocks, identity, shown
from scribe.export.reading import Reading, Unreadable
from scribe.export.reading import differences as reading_differences
from scribe.export.site import Headings, Site
from scribe.records import SignedNote

_PROBLEM = "PROBLEM: "
_INDENT = "  "


def note_text(note: SignedNote, site: Site | None = None) -> str:
    """The whole note, with identity at its head and the stamp at its foot; lines end with \\n."""
    site = site or Site()
    return "".join(f"{line}\n" for line in wrapped(note_lines(note, site), site.text.columns))


def note_lines(note: SignedNote, site: Site) -> list[str]:
    """The note's lines before any is wrapped."""
    out = [DEMO_MARK, ""] if note.demo else []
    out += [f"{label}: {value}" for label, value in identity(note, site.organisation.name)]
    problem = ""
    for block in blocks(note):
        if block.problem != problem:
            # Without a title of its own a problem would seem to go on with the one before.
            out += ["", f"{_PROBLEM}{block.problem or '(none in particular)'}"]
        problem = block.problem
        out += ["", heading(block.heading.title, site), *block.lines]
    return [*out, "", shown(note.stamp)]


def heading(title: str, site: Site) -> str:
    title = shown(title)
    return title.upper() if site.text.headings is Headings.CAPITALS else title


def render(note: SignedNote, context: Context) -> bytes:
    """UTF-8 with the line ends that Windows record systems expect, unless the site wants others."""
    text = note_text(note, context.site)
    return (text.replace("\n", "\r\n") if context.site.text.crlf else text).encode()


def read(data: bytes) -> Reading:
    """Reads what `render` wrote.

    Raises:
        Unreadable: it is not UTF-8, or not laid out like a note.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text") from error
    return read_text(text.replace("\r\n", "\n"))


def read_text(text: str) -> Reading:
    """Reads what `note_text` wrote.

    Raises:
        Unreadable: it is not laid out like a note.
    """
    passages = [passage.split("\n") for passage in _unwrapped(text).strip("\n").split("\n\n")]
    reading = Reading(demo=passages[0] == [DEMO_MARK])
    if reading.demo:
        del passages[0]
    if len(passages) < 2 or len(passages[-1]) != 1 or not is_stamp(passages[-1][0]):
        raise Unreadable("it is not laid out as a note with its label at the end")
    for row in passages[0]:
        reading.take_identity(*_row(row))
    problem = ""
    for title, *lines in passages[1:-1]:
        if not lines and title.startswith(_PROBLEM):
            problem = title.removeprefix(_PROBLEM)
            problem = "" if problem == "(none in particular)" else problem
        elif lines:
            reading.add(problem, title, lines)
        else:
            raise Unreadable("a heading stands there without lines")
    reading.stamp = passages[-1][0]
    return reading


def differences(note: SignedNote, context: Context, data: bytes) -> list[str]:
    """What the text says otherwise than the note, and where it is not laid out as the site likes."""
    reading, site = read(data), context.site
    wrong = reading_differences(note, reading, fold)
    if [title for _, title, _ in reading.passages] != [heading(each.heading.title, site) for each in blocks(note)]:
        wrong.append("a heading is not in the letters that the site likes")
    text = data.decode()
    if text.count("\r\n") != (text.count("\n") if site.text.crlf else 0) or "\r" in text.replace("\r\n", ""):
        wrong.append("its lines do not end as the site likes")
    if site.text.columns and any(len(line) > site.text.columns and " " in line.strip() for line in text.splitlines()):
        wrong.append("a line is longer than the site likes")
    return wrong


def fold(text: str) -> str:
    """Capitals cannot be told apart in a heading."""
    return text.upper()


def _row(row: str) -> tuple[str, str]:
    label, colon, value = row.partition(": ")
    if not colon:
        raise Unreadable("the head of the note is not made of labels and values")
    return label, value


def wrapped(lines: list[str], columns: int) -> Iterator[str]:
    """Lines of at most `columns` characters, the rest of each indented; 0 leaves them whole. Wraps at spaces only: a word, and so a number or an address, is never broken."""
    for line in lines:
        if columns and len(line) > columns:
            yield from textwrap.wrap(
                line,
                columns,
                subsequent_indent=_INDENT,
                break_long_words=False,
                break_on_hyphens=False,
                expand_tabs=False,
                replace_whitespace=False,
            )
        else:
            yield line


def _unwrapped(text: str) -> str:
    return text.replace(f"\n{_INDENT}", " ")
