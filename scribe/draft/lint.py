"""What is wrong with a template, in words that its author can act on."""

from __future__ import annotations

import re
import tomllib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

import jinja2
from jinja2 import meta, nodes
from pydantic import ValidationError

from scribe.draft.layout import FILTERS, HeadingView, NoteView, ProblemView, environment
from scribe.draft.template import parse


@dataclass(frozen=True, slots=True)
class Finding:
    """`file` is "toml" or "j2"; `line` counts from 1."""

    file: str
    line: int
    happened: str
    do: str


_QUOTA = re.compile(
    r"\b(?:at least|no fewer than|not less than|a minimum of|minimum|exactly|up to)\s+(?:\d+|one|two|three|four|five|six|"
    r"seven|eight|nine|ten)\b|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s+)?(?:points?|bullets?|items?|"
    r"sentences?|lines?|facts?)\b",
    re.IGNORECASE,
)
_FINDING = re.compile(
    r"\b(?:nad|normal|unremarkable|clear|intact|no|nil|none|not|denies|denied|without|absent|negative|nkda|red flags?)\b",
    re.IGNORECASE,
)
_USE_NOTE = "Use only the headings and lines of the note."
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name, nodes.Getattr, nodes.Const,
    nodes.Filter, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Test,
)  # fmt: skip
_SAMPLE = NoteView(
    "Title",
    (
        ProblemView("First", (HeadingView("history", "History", ("One", "Two")),)),
        ProblemView("", (HeadingView("history", "History", ("Three",)),)),
    ),
)


def lint(settings: str, layout: str) -> tuple[Finding, ...]:
    """Everything that keeps a template from being used; none means that it is sound.

    Args:
        settings: the text of NAME.toml.
        layout: the text of NAME.j2.
    """
    return (*_settings(settings), *_layout(layout))


def _settings(text: str) -> Iterator[Finding]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        yield Finding(
            "toml", int(place[1]) if place else 1, "this is not valid TOML.", "Correct the line and try again."
        )
        return
    try:
        parse(text, "")
    except ValidationError as error:
        for one in error.errors():
            where = ".".join(str(part) for part in one["loc"])
            message = one["msg"].removeprefix("Value error, ")
            line = _line_of(text, one["loc"], one.get("input"))
            yield Finding("toml", line, f"{where + ': ' if where else ''}{message}.", "Correct it and try again.")
        return
    for number, line_text in enumerate(text.splitlines(), 1):
        if _QUOTA.search(_without_comment(line_text)):
            yield _quota("toml", number)
    for heading in raw["headings"]:
        for words in (heading["title"], *heading.get("labels", {}).values()):
            if _FINDING.search(words):
                yield _assertion("toml", _line_of(text, (), words), words)


def _line_of(text: str, location: tuple[int | str, ...], value: object) -> int:
    """The line where a value stands: found by its text, then by its key, else the first."""
    keys = [str(part) for part in location if isinstance(part, str)]
    for wanted in ([f'"{value}"'] if isinstance(value, str) else []) + keys[::-1]:
        for number, line in enumerate(text.splitlines(), 1):
            if wanted in line:
                return number
    return 1


def _without_comment(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line


def _layout(text: str) -> Iterator[Finding]:
    sandbox = environment()
    try:
        tree = sandbox.parse(text)
    except jinja2.TemplateSyntaxError as error:
        yield Finding("j2", error.lineno, f"{_sentence(error.message)}", "Correct the line and try again.")
        return
    unsafe = list(_nodes(tree))
    yield from unsafe
    yield from _texts(text, tree)
    if unsafe:
        return
    for name in sorted(meta.find_undeclared_variables(tree) - {"note"}):
        line = next((one.lineno for one in tree.find_all(nodes.Name) if one.name == name), 1)
        yield Finding("j2", line, f"“{name}” is not part of a note.", "Use only what stands under “note”.")
    try:
        sandbox.from_string(text).render(note=_SAMPLE)
    except (jinja2.TemplateError, TypeError) as error:
        yield Finding("j2", _line_of_error(error), "this asks for something that a note does not have.", _USE_NOTE)


def _line_of_error(error: Exception) -> int:
    """The line of the layout where it failed, which jinja2 writes into the traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] if lines and lines[-1] else 1


def _nodes(tree: nodes.Template) -> Iterator[Finding]:
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            yield Finding(
                "j2",
                node.lineno,
                f"“{node.attr}” reaches into the program.",
                "Remove it; use only the note's own parts.",
            )
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield Finding(
                "j2", node.lineno, f"the filter “{node.name}” is not allowed.", f"Use one of: {', '.join(FILTERS)}."
            )
        elif not isinstance(node, _ALLOWED):
            what = type(node).__name__.lower()
            yield Finding(
                "j2",
                node.lineno,
                f"“{what}” is not allowed in a template.",
                "Use loops, conditions and plain values.",
            )


def _texts(text: str, tree: nodes.Template) -> Iterator[Finding]:
    """The template's own words: headings end in a colon, anything else would be a statement that nobody made."""
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", lambda m: "\n" * m[0].count("\n") + " ", text, flags=re.DOTALL)
    for number, line in enumerate(plain.splitlines(), 1):
        yield from _own_words(number, line.strip())
    for output in tree.find_all(nodes.Output):
        for const in output.find_all(nodes.Const):
            if isinstance(const.value, str):
                yield from _own_words(const.lineno, const.value)


def _own_words(number: int, words: str) -> Iterator[Finding]:
    if not re.search(r"[A-Za-z]", words):
        return
    if _QUOTA.search(words):
        yield _quota("j2", number)
    elif not words.strip().endswith(":") or _FINDING.search(words):
        yield _assertion("j2", number, words.strip())


def _quota(file: str, line: int) -> Finding:
    return Finding(
        file,
        line,
        "a template that asks for a number of points invites invention.",
        "Remove the number; the note says what was said.",
    )


def _assertion(file: str, line: int, words: str) -> Finding:
    return Finding(
        file,
        line,
        f"“{words[:40]}” would stand in every note, whether it was said or not.",
        "Remove it; a template may only name headings, which end in “:”.",
    )


def _sentence(message: str | None) -> str:
    return (message or "this cannot be read").rstrip(".") + "."
