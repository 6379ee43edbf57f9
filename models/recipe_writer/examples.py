"""What the writer learns from: passages of consultations, and the facts that a clinician would note of each.

A fact belongs to the passage that holds most of its evidence and of its words; where no passage holds its words, it is
left out, so that the writer never learns to write what was not said.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "recipe"))
from data import COMMON, _matched, stem

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.passages import Passage, passages
from scribe.extract.writer import TAGS
from scribe.records import Section

LEAST_SAID = 0.5  # of the fact's words that the passage must hold
SAID_AGAIN = 0.85  # a passage that holds so much of them tells the fact, whether or not another tells it better
MOST_LINES = 4  # that one fact cites


def examples(transcript: Path, sheet: Path) -> Iterator[tuple[str, str]]:
    """Prompt and answer for each passage of one consultation."""
    turns = turns_from_numbered(json.loads(transcript.read_text(encoding="utf-8")))
    facts = json.loads(sheet.read_text(encoding="utf-8"))["facts"]
    cut = passages(turns)
    answers: list[list[tuple[int, int, str]]] = [[] for _ in cut]
    for fact in facts:
        found = [(place, *_found(fact, passage)) for place, passage in enumerate(cut)]
        best = max((share for _, share, _, _ in found), default=0.0)
        for place, share, first, last in found:
            # Said twice, it is written twice: a passage knows nothing of the one before. Merging comes later.
            if share >= max(LEAST_SAID, min(best, SAID_AGAIN)):
                answers[place].append((last, first, _written(fact, first, last)))
    for passage, written in zip(cut, answers, strict=True):
        yield passage.as_prompt(), "".join(f"{line}\n" for _, _, line in sorted(written))


def _written(fact: dict[str, Any], first: int, last: int) -> str:
    mark = "!" if fact["weight"] == "critical" else ""
    where = str(last) if first == last else f"{first}-{last}"
    return f"{where} {TAGS[Section(fact['section'])]}{mark}: {fact['text']}"


def _found(fact: dict[str, Any], passage: Passage) -> tuple[float, int, int]:
    """The share of the fact's words that its evidence in this passage holds, and the first and last line of it."""
    content = {stem(w) for w in re.findall(r"[\w']+", fact["text"]) if w.lower() not in COMMON} - {""}
    wanted = set(fact["evidence"])
    lines = [
        (n, line.plain.split()) for n, line in enumerate(passage.lines, 1) if line.turn.number in wanted and line.plain
    ]
    if not lines or not content:
        return 0.0, 0, 0
    hits: dict[int, float] = {}
    seen: set[str] = set()
    for n, words in lines:
        mine = {stem(w) for w in words} & content
        groups = [bool(_matched(words, group)) for group in fact.get("match", ())]
        hits[n] = len(mine) + sum(groups)
        seen |= mine
        if groups:
            seen |= {f"group {i}" for i, found in enumerate(groups) if found}
    groups_all = len(fact.get("match", ()))
    shares = [len(seen & content) / len(content)]
    if groups_all:
        shares.append(sum(s.startswith("group ") for s in seen) / groups_all)
    before = {stem(w) for line in passage.before for w in line.plain.split()} & content
    shares.append(len((seen | before) & content) / len(content) - 0.1)
    core = max(hits, key=lambda n: hits[n])
    near = [n for n in hits if abs(n - core) <= MOST_LINES // 2]
    first, last = min(near), max(near)
    return max(shares), first, last


def corpus(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Examples by consultation: interviews as "osce/ID", our own excerpts as "own/ID".

    The development consultations are not among them: the writer that is shipped has never seen one, and so every
    figure on them is a figure on unseen talk.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for sheet in sorted((folder / "train" / "osce_facts").glob("*.json")):
        found[f"osce/{sheet.stem}"] = list(examples(folder / "train" / "osce_numbered" / sheet.name, sheet))
    own = Path(__file__).parent / "consultations"
    for both in sorted(own.glob("*.json")):
        found[f"own/{both.stem}"] = list(examples(both, both))
    return found


def main() -> None:
    """python models/recipe_writer/examples.py EVAL EXAMPLES.json"""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.write_text(json.dumps(corpus(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
