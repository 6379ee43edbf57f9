"""HTML: one file without scripts, pictures or links, its parts marked so that a program finds them again."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

from scribe.export.context import Context
from scribe.export.label import in_one_line, label
from scribe.export.layout import DEMO_MARK, TITLE, blocks, identity, shown
from scribe.export.reading import Reading, Unreadable
from scribe.records import SignedNote

_STYLE = (
    "body{font-family:sans-serif;max-width:45em;margin:2em auto;padding:0 1em;line-height:1.4}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em}dt{font-weight:bold}dd{margin:0}"
    "h2{margin-bottom:0}h3{margin-bottom:.2em}ul{margin-top:.2em}"
    ".stamp{border-top:1px solid;padding-top:.6em;font-size:.9em}.notice{font-weight:bold}"
)
# Nothing may be fetched or run, whatever a viewer would do by itself.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(note: SignedNote, context: Context) -> bytes:
    """UTF-8. Text is escaped; each line shows in the direction of its own script."""
    made = "".join(
        f'<meta name="scribe:{name}" content="{_safe(value)}">\n' for name, value in label(note).pairs().items()
    )
    out = [
        "<!DOCTYPE html>\n"
        '<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"{made}<title>{TITLE}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    ]
    if note.demo:
        out.append(f'<p class="notice">{DEMO_MARK}</p>\n')
    out.append(f"<h1>{TITLE}</h1>\n<dl>\n")
    out += [
        f'<dt>{_safe(label)}</dt><dd dir="auto">{_safe(value)}</dd>\n'
        for label, value in identity(note, context.site.organisation.name)
    ]
    out.append("</dl>\n")
    problem = ""
    for block in blocks(note):
        if block.problem != problem:
            out.append(f'<h2 dir="auto">{_safe(block.problem or "No problem in particular")}</h2>\n')
        problem = block.problem
        level = "h3" if problem else "h2"
        mark = "" if problem else ' class="heading"'
        out.append(f'<{level}{mark} dir="auto">{_safe(block.heading.title)}</{level}>\n<ul>\n')
        out += [f'<li dir="auto">{_safe(line)}</li>\n' for line in block.lines]
        out.append("</ul>\n")
    out.append(f'<p class="stamp">{_safe(note.stamp)}</p>\n</main>\n</body>\n</html>\n')
    return "".join(out).encode()


def read(data: bytes) -> Reading:
    """Reads what `render` wrote.

    Raises:
        Unreadable: it is not UTF-8, or it holds what no note of ours does.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text") from error
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.finish()
    return reader.reading


def rules(data: bytes) -> list[str]:
    """What a page for the record must be: in British English, self-contained, complete."""
    text = data.decode(errors="replace")
    wrong = []
    if '<html lang="en-GB">' not in text:
        wrong.append("it does not say that it is in British English")
    if not text.rstrip().endswith("</html>"):
        wrong.append("it ends too early")
    return wrong


def _safe(text: str) -> str:
    return escape(shown(text), quote=True)


class _Reader(HTMLParser):
    """Collects the text of the elements that carry something; any element that ours never has is refused."""

    _KNOWN = frozenset(
        ["html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "h3", "dl", "dt", "dd", "ul", "li"],
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = Reading()
        self._tag, self._class, self._text = "", "", ""
        self._label = self._problem = self._title = ""
        self._lines: list[str] = []
        self._made: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._KNOWN or any(name.startswith("on") or name in ("src", "href") for name, _ in attrs):
            raise Unreadable("it holds an element that no note has")
        if tag == "meta":
            given = dict(attrs)
            name, value = given.get("name") or "", given.get("content") or ""
            if name.startswith("scribe:"):
                self._made[name.removeprefix("scribe:")] = value
        if tag in ("h2", "h3", "p"):
            self._flush()
        if tag in ("p", "h2", "h3", "dt", "dd", "li"):
            self._tag, self._class, self._text = tag, dict(attrs).get("class") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag != self._tag:
            return
        text, self._tag = self._text, ""
        if tag == "dt":
            self._label = text
        elif tag == "dd":
            self.reading.take_identity(self._label, text)
        elif tag == "li":
            self._lines.append(text)
        elif tag == "h3" or (tag == "h2" and self._class == "heading"):
            self._title = text
            self._problem = "" if tag == "h2" else self._problem
        elif tag == "h2":
            self._problem = text
        elif self._class == "stamp":
            self.reading.stamp = text
        elif self._class == "notice":
            self.reading.demo = text == DEMO_MARK

    def handle_data(self, data: str) -> None:
        if self._tag:
            self._text += data

    def finish(self) -> None:
        self._flush()
        self.reading.label = in_one_line(self._made)
        if self._tag:
            raise Unreadable("it ends too early")

    def _flush(self) -> None:
        if self._lines:
            self.reading.add(self._problem, self._title, self._lines)
            self._lines = []
