"""The label of a note: drafted with AI, reviewed by whom and when, by which product, models and template.

People read the stamp, which every export carries whole. Programs read the same from the fields that a format has
for it, or from the stamp itself: its grammar is this module's, and docs/integration.md gives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from scribe.records import SignedNote

_DRAFTED = re.compile(r"Drafted with AI \((?P<product>[^()]+)\), reviewed and signed by (?P<signed>.+)")
_TYPED = re.compile(r"Typed without AI \((?P<product>[^()]+)\), signed by (?P<signed>.+)")
_DEMO = re.compile(r"drafted with AI \((?P<product>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Label:
    """How a note came about. `reviewed_by` is empty for a `demo`, which nobody reviewed."""

    drafted_with_ai: bool
    product: str
    reviewed_by: str
    reviewed_at: str  # ISO 8601, UTC
    models: tuple[str, ...]
    template: str
    note_id: str
    version: int
    replaces: str
    demo: bool = False

    def pairs(self) -> dict[str, str]:
        """Names and values for a format's own fields; empty ones are left out."""
        named = {
            "drafted-with-ai": "true" if self.drafted_with_ai else "false",
            "demo": "true" if self.demo else "",
            "product": self.product,
            "reviewed-by": self.reviewed_by,
            "reviewed-at": self.reviewed_at,
            "models": ", ".join(self.models),
            "template": self.template,
            "note": self.note_id,
            "version": str(self.version),
            "replaces": self.replaces,
        }
        return {name: value for name, value in named.items() if value}

    def as_line(self) -> str:
        """`name=value; name=value`, for formats that have one field for it; `;` and `=` in values become spaces."""
        return in_one_line(self.pairs())


def label(note: SignedNote) -> Label:
    who = note.clinician
    return Label(
        drafted_with_ai=is_drafted_with_ai(note.stamp),
        product=product(note.stamp),
        reviewed_by="" if note.demo else ", ".join(filter(None, (who.name, who.role, who.registration))),
        reviewed_at="" if note.demo else note.signed_at.astimezone(UTC).isoformat(timespec="seconds"),
        models=note.made_by,
        template=f"{note.template_id} {note.template_version}",
        note_id=note.id,
        version=note.version,
        replaces=note.replaces,
        demo=note.demo,
    )


def in_one_line(pairs: Mapping[str, str]) -> str:
    """Names and values as they stand in one field, and as every format's are compared."""
    return "; ".join(f"{name}={' '.join(re.sub('[;=]', ' ', value).split())}" for name, value in pairs.items())


def is_stamp(text: str) -> bool:
    """Whether a line is a stamp as signing writes it."""
    return bool(_DRAFTED.match(text) or _TYPED.match(text) or (text.startswith("DEMO, ") and _DEMO.search(text)))


def is_drafted_with_ai(stamp: str) -> bool:
    return _TYPED.match(stamp) is None


def product(stamp: str) -> str:
    found = _DRAFTED.match(stamp) or _TYPED.match(stamp) or _DEMO.search(stamp)
    return found["product"] if found else ""
