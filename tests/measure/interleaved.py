"""How much of a note stands under the right problem, in talks that go to and fro between two to four problems.

    python -m tests.measure.interleaved [FILE ...] [--later] [--spans]

Drafts each talk of `tests/extract/interleaved` in full with the gp-consultation template, as `scribe draft` does;
with --spans by the span extractor alone, without a language model. Counts the gold facts that some line states; of
those that belong to one problem, how many a line states under that problem, under another (or a title that names
two, or none that is known), and under no problem. Where several lines state a fact, the best of them counts. What
stands only among the background (past history, medicines, allergies, family, social), which a note keeps apart from its problems by
design, is counted for itself and has no part in the share.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel

from scribe.attribute import numbered
from scribe.draft import render, templates
from scribe.evaluate.facts import GoldFact, fact_is_stated
from scribe.records import Detail, Draft, Line, Mode, new_id

FOLDER = Path(__file__).parents[1] / "extract" / "interleaved"
LATER = FOLDER / "later"  # written after the code, as a test that it had not seen
TEMPLATE = "gp-consultation"
BACKGROUND = {"family_history", "social", "medication", "allergy"}  # headings of that template
PAST = "PMH"  # how it begins a line of past history, which stands under History


class ProblemFact(GoldFact):
    """A fact and the problem that it belongs to, by its key; empty where that is none, or several."""

    problem: str


class Utterance(BaseModel):
    n: int
    speaker: str
    start: float
    end: float
    text: str


class Talk(BaseModel):
    """A consultation with what was said of which problem.

    `problems` holds for each key the words by which a title names that problem; "*" stands for the rest of a word.
    """

    id: str
    mode: Mode
    utterances: tuple[Utterance, ...]
    problems: Mapping[str, tuple[str, ...]]
    facts: tuple[ProblemFact, ...]


class Place(StrEnum):
    """Where a stated fact stands, best first."""

    RIGHT = "under the right problem"
    OTHER = "under another"
    NONE = "under none"
    BACKGROUND = "in the background"


@dataclass(frozen=True)
class Score:
    """`placed` counts the stated facts that belong to one problem."""

    facts: int
    stated: int
    placed: Counter[Place]

    def __str__(self) -> str:
        filed = [place for place in Place if place is not Place.BACKGROUND]
        belong = sum(self.placed[place] for place in filed)
        share = self.placed[Place.RIGHT] / max(1, belong)
        places = ", ".join(f"{self.placed[place]} {place}" for place in filed)
        return (
            f"{self.stated} of {self.facts} facts stated; of {belong} that belong to a problem {places}: {share:.0%}; "
            f"{self.placed[Place.BACKGROUND]} more {Place.BACKGROUND}"
        )


def talks(paths: Iterable[Path] = ()) -> Iterator[tuple[Path, Talk]]:
    """The talks with the files that they stand in; all by default."""
    for path in list(paths) or sorted(FOLDER.glob("*.json")):
        yield path, Talk.model_validate_json(path.read_text(encoding="utf-8"))


def named(title: str, problems: Mapping[str, Sequence[str]]) -> set[str]:
    """The problems that a title names."""
    return {key for key, words in problems.items() if any(_pattern(word).search(title) for word in words)}


def score(talk: Talk, lines: Sequence[Line]) -> Score:
    """What lines state of a talk, and under which problem."""
    stated = 0
    placed: Counter[Place] = Counter()
    for fact in talk.facts:
        places = {_place(fact, line, talk) for line in lines if fact_is_stated(fact, line.text)}
        stated += bool(places)
        if places and fact.problem:
            placed[next(place for place in Place if place in places)] += 1
    return Score(len(talk.facts), stated, placed)


def together(scores: Sequence[Score]) -> Score:
    """Of all talks together; every fact weighs alike."""
    placed: Counter[Place] = Counter()
    for each in scores:
        placed += each.placed
    return Score(sum(each.facts for each in scores), sum(each.stated for each in scores), placed)


def _place(fact: ProblemFact, line: Line, talk: Talk) -> Place:
    if not line.problem:
        background = line.heading in BACKGROUND or line.text.startswith(PAST)
        return Place.BACKGROUND if background else Place.NONE
    return Place.RIGHT if named(line.problem, talk.problems) == {fact.problem} else Place.OTHER


def _pattern(word: str) -> re.Pattern[str]:
    body = re.escape(word.removesuffix("*")).replace(r"\ ", r"[\s\-]+")
    return re.compile(rf"(?<!\w){body}" + ("" if word.endswith("*") else r"(?!\w)"), re.IGNORECASE)


def _by_spans(path: Path, mode: Mode) -> Draft:
    from scribe.extract.ledger import build
    from scribe.extract.spans import SpanExtractor
    from scribe.line import usable

    ledger = build(usable(numbered.read(path)), mode=mode, extractor=SpanExtractor())
    return render.render(ledger, templates.load(TEMPLATE), Detail.FULL, encounter_id=new_id(), mode=mode)


def _drafts(found: Sequence[tuple[Path, Talk]], spans: bool) -> Iterator[tuple[Talk, Draft]]:
    if spans:
        for path, talk in found:
            yield talk, _by_spans(path, talk.mode)
        return
    from scribe import line, settings

    preferences = settings.load().preferences
    with line.Line(preferences.speech_model, preferences.language_model) as engines:
        for path, talk in found:
            drafted = engines.draft_file(path, template_id=TEMPLATE, detail=Detail.FULL, mode=talk.mode)
            yield talk, drafted.draft


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="by default all of them")
    parser.add_argument("--spans", action="store_true", help="the span extractor alone, without a language model")
    parser.add_argument("--later", action="store_true", help="the talks that were written after the code instead")
    arguments = parser.parse_args()
    if arguments.later:
        arguments.files += sorted(LATER.glob("*.json"))
    scores = []
    for talk, draft in _drafts(list(talks(arguments.files)), arguments.spans):
        scores.append(score(talk, draft.lines))
        print(f"{talk.id}: {scores[-1]}", flush=True)
        titles = dict.fromkeys(line.problem for line in draft.lines if line.problem)
        print(f"    titles: {'; '.join(titles) or 'none'}  (made by {', '.join(draft.made_by)})", flush=True)
    print(f"All: {together(scores)}")


if __name__ == "__main__":
    main()
