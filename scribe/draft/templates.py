"""Where templates are found: NAME.toml beside NAME.j2, bundled or the user's own.

Both kinds are linted before use: a template arranges what was said, asserts nothing, asks for no number of points and
reaches nothing but the note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from scribe import paths
from scribe.draft.template import Template, parse
from scribe.errors import Fixable


def folders() -> tuple[Path, ...]:
    """Where templates lie: the bundled ones, then the user's own, which cannot take a bundled name."""
    return paths.templates_dir(), paths.config_dir() / "templates"


def load(template_id: str, where: Sequence[Path] | None = None) -> Template:
    """The template with this id.

    Raises:
        Fixable: there is none ("template-missing"), or it is not sound ("template-refused").
    """
    for folder in where if where is not None else folders():
        toml = folder / f"{template_id}.toml"
        if toml.is_file():
            return _read(toml, toml.stat().st_mtime_ns)
    raise Fixable(
        f"There is no template called “{template_id}”.",
        do=f"Choose another template, or put its two files into {folders()[-1]}.",
        code="template-missing",
    )


def all_templates(where: Sequence[Path] | None = None) -> tuple[Template, ...]:
    """Every sound template, bundled ones first; one that is not sound is left out here and refused by `load`."""
    return tuple(found for found in _each(where) if isinstance(found, Template))


def refused(where: Sequence[Path] | None = None) -> tuple[Fixable, ...]:
    """What is wrong with those that are not sound, in words that their author can act on."""
    return tuple(found for found in _each(where) if isinstance(found, Fixable))


def _each(where: Sequence[Path] | None) -> Iterable[Template | Fixable]:
    found: dict[str, Template | Fixable] = {}
    for folder in where if where is not None else folders():
        for toml in sorted(folder.glob("*.toml")):
            try:
                found.setdefault(toml.stem, _read(toml, toml.stat().st_mtime_ns))
            except Fixable as error:
                found.setdefault(toml.stem, error)
    return found.values()


@lru_cache(maxsize=64)
def _read(toml: Path, changed_at: int) -> Template:
    from scribe.draft.lint import lint  # late: the window opens without the sandbox

    layout = toml.with_suffix(".j2")
    if not layout.is_file():
        raise Fixable(
            f"The template “{toml.stem}” has no layout: {layout.name} is missing beside {toml.name}.",
            do=f"Put both files into {toml.parent}.",
            code="template-missing",
        )
    settings, text = toml.read_text(encoding="utf-8"), layout.read_text(encoding="utf-8")
    findings = lint(settings, text)
    if findings:
        first = findings[0]
        raise Fixable(
            f"The template “{toml.stem}” cannot be used: {toml.stem}.{first.file}, line {first.line}: {first.happened}",
            safe="Your notes are not touched.",
            do=first.do,
            code="template-refused",
        )
    return parse(settings, text)
