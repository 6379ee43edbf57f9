"""The sandbox in which template layouts run: they see the note's headings and lines, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scribe.draft.template import Template
from scribe.records import Line

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


@dataclass(frozen=True, slots=True)
class HeadingView:
    id: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProblemView:
    title: str
    headings: tuple[HeadingView, ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    title: str
    problems: tuple[ProblemView, ...]


FILTERS = ("capitalize", "first", "join", "last", "length", "lower", "title", "trim", "upper")


def environment() -> ImmutableSandboxedEnvironment:
    """A sandbox without globals and with a handful of filters; an unknown name is an error, never an empty text."""
    from jinja2 import StrictUndefined  # late: the window opens without it
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    sandbox = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in FILTERS}
    return sandbox


def lay_out(template: Template, lines: Sequence[Line]) -> str:
    """The note as text, as the template's .j2 arranges it."""
    view = NoteView(template.title, tuple(_problems(template, lines)))
    return environment().from_string(template.layout).render(note=view)


def _problems(template: Template, lines: Sequence[Line]) -> Iterator[ProblemView]:
    for problem in dict.fromkeys(line.problem for line in lines):
        mine = [line for line in lines if line.problem == problem]
        headings = tuple(
            HeadingView(rule.id, rule.title, texts)
            for rule in template.headings
            if (texts := tuple(line.text for line in mine if line.heading == rule.id))
        )
        yield ProblemView(problem, headings)
