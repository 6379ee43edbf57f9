"""Twenty consultations of our own with ledgers that Scribe made of them, kept so that a test needs no engine.

Two demonstrations went through the whole pipeline (`scribe draft`); the third and the excerpts through the spans alone:
the writer has seen the excerpts in training.

    python -m tests.review.drafted NAME …       makes some of them anew, by the spans
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from scribe.attribute.numbered import turns_from_numbered
from scribe.draft import render, templates
from scribe.extract.ledger import build
from scribe.paths import root_dir
from scribe.records import Detail, Draft, Entry, Ledger, Mode, Turn

FOLDER = Path(__file__).parent / "drafts"
DEMOS = {
    "new-medicine": Mode.FACE_TO_FACE,
    "outpatient-relative": Mode.FACE_TO_FACE,
    "telephone-cough": Mode.TELEPHONE,
}
_ENTRIES = TypeAdapter(tuple[Entry, ...])


@dataclass(frozen=True, slots=True)
class Drafted:
    """A consultation with what was made of it."""

    name: str
    mode: Mode
    turns: tuple[Turn, ...]
    ledger: Ledger

    @property
    def turns_by_id(self) -> dict[str, Turn]:
        return {turn.id: turn for turn in self.turns}

    def draft(self, ledger: Ledger | None = None) -> Draft:
        """The standard note of it, or of another ledger."""
        return render.render(
            ledger or self.ledger,
            templates.load("gp-consultation"),
            Detail.STANDARD,
            encounter_id=self.name,
            mode=self.mode,
        )


def every() -> Iterator[Drafted]:
    """All of them, in the order of their names."""
    for path in sorted(FOLDER.glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        turns = _turns(kept["id"], kept["utterances"])
        entries = _ENTRIES.validate_python(kept["entries"])
        yield Drafted(path.stem, Mode(kept["mode"]), turns, Ledger(path.stem, entries))


def _turns(name: str, utterances: list[dict[str, Any]]) -> tuple[Turn, ...]:
    made = turns_from_numbered({"id": name, "utterances": utterances})
    return tuple(replace(turn, id=f"t{turn.number}", recording_id=name) for turn in made)


def main(names: Sequence[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        script = root_dir() / "demo" / name / "script.json"
        excerpt = root_dir() / "models" / "recipe_writer" / "consultations" / f"{name}.json"
        said = json.loads((script if name in DEMOS else excerpt).read_text(encoding="utf-8"))["utterances"]
        utterances = [{key: one[key] for key in ("n", "speaker", "text")} for one in said]
        mode = DEMOS.get(name, Mode.FACE_TO_FACE)
        ledger = build(_turns(name, utterances), mode=mode)
        entries = json.loads(_ENTRIES.dump_json(ledger.entries, exclude_defaults=True))
        kept = {"id": name, "mode": mode, "utterances": utterances, "entries": entries}
        text = json.dumps(kept, ensure_ascii=False, indent=0, separators=(",", ":"))
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
