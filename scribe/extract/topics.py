"""What people come with: how each complaint is named, what belongs to it, and what is only asked in passing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to name a complaint. A `diagnosis` is a title only where the patient said it."""

    pattern: re.Pattern[str]
    diagnosis: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A complaint as `topics.toml` describes it. All patterns are for text in lower case.

    Attributes:
        names: the clearest first.
        named: any of the names.
        goes: what belongs to it so much that talk moves to it.
        asks: what is asked in passing while it is talked about.
        site: a part of the body, which may only be where something else is.
        chronic: known long before; a mention alone makes it no problem of this visit.
        general: of the whole body; what comes up later is mostly part of it.
        within: keys of complaints that are mostly part of the same problem.
    """

    key: str
    names: tuple[Name, ...]
    named: re.Pattern[str]
    goes: re.Pattern[str]
    asks: re.Pattern[str]
    site: bool
    chronic: bool
    general: bool
    within: frozenset[str]


@cache
def any_name() -> re.Pattern[str]:
    """Finds the name of any complaint: most of what is said names none."""
    return re.compile("|".join(topic.named.pattern for topic in topics()))


@cache
def topics() -> tuple[Topic, ...]:
    """Every complaint that is known, in the order of the file."""
    table = tomllib.loads(resources.files("scribe.extract").joinpath("topics.toml").read_text(encoding="utf-8"))
    return tuple(_topic(key, entry) for key, entry in table.items())


def any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the words in lower-case text; "*" stands for the rest of a word, a plural is understood."""
    if not words:
        return _NEVER
    return re.compile("|".join(_body(word) for word in sorted(words, key=len, reverse=True)))


def _topic(key: str, entry: dict[str, str | bool]) -> Topic:
    names = _listed(str(entry["names"]))
    plain = [name.removeprefix("!") for name in names]
    return Topic(
        key,
        tuple(Name(any_of([word]), name.startswith("!")) for name, word in zip(names, plain, strict=True)),
        any_of(plain),
        any_of(_listed(str(entry["goes"]))),
        any_of(_listed(str(entry["asks"]))),
        bool(entry.get("site")),
        bool(entry.get("chronic")),
        bool(entry.get("general")),
        frozenset(_listed(str(entry["with"]))),
    )


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _body(word: str) -> str:
    *front, last = word.split()
    end = r"[\w']*" if last.endswith("*") else r"(?:s|es|'s)?(?![\w'])"
    starred = [re.escape(each.removesuffix("*")) + (r"[\w']*" if each.endswith("*") else "") for each in front]
    return r"(?<![\w'])" + r"[\s-]+".join([*starred, re.escape(last.removesuffix("*"))]) + end
