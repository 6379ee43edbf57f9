"""Scores a drafted note against a fact sheet: which facts it states, which it turns round, how much of it is useful.

A fact sheet is `{"id", "facts": [{"id", "section", "text", "polarity", "weight", "evidence", "match"}]}`. `match`
holds groups of alternatives; a passage states the fact when it holds one of every group. The first group names the
thing itself, and its polarity is read where it is named. A note is plain text, one statement a line (or parted by
semicolons or full stops) under headings that end in ":".

The judgement is lexical. It cannot see inventions, and part of what it calls contradicted is mere wording, so that
reading notes beside their transcripts stays half of the measurement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from pydantic import BaseModel

LONGEST_STATEMENT = 25  # words; a longer one is never useful, and its facts must fit a window of so many
_WINDOW_STEP = 5
_LONGEST_HEADING = 60  # characters


class GoldFact(BaseModel):
    """One fact that was said, and the words by which a note is seen to state it."""

    id: str
    section: str
    text: str
    polarity: str
    weight: str
    evidence: tuple[int, ...]
    match: tuple[tuple[str, ...], ...]


class FactSheet(BaseModel):
    id: str
    facts: tuple[GoldFact, ...]


class Stated(Enum):
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class NoteScore:
    """The figures of one note. Shares are 0 to 1; `contradicted` and `missed` hold fact ids."""

    id: str
    facts: int
    critical: int
    recall: float
    critical_recall: float
    contradicted: tuple[str, ...]
    missed: tuple[str, ...]
    statements: int
    useful: float
    words: int


@dataclass(frozen=True, slots=True)
class SetScore:
    """The figures of a set: facts and statements weigh alike, whichever note they are in; `words` is the mean."""

    notes: int
    recall: float
    critical_recall: float
    contradicted: float
    useful: float
    words: float
    each: tuple[NoteScore, ...] = field(repr=False, default=())


# What negates, and how far it reaches.
_NEGATION = re.compile(
    r"\b(?:no|not|nil|non|none|nothing|never|without|denies|denied|deny|negative|absent|nkda|nka|neither|nor|unaware of|"
    r"isn't|wasn't|hasn't|haven't|doesn't|don't|didn't|aren't|cannot|can't|ruled out|free of|unlikely)\b|-ve\b",
    re.IGNORECASE,
)
_NEGATION_AFTER = re.compile(
    r"[\s:=\-]*(?:nil|none|no|never|absent|negative|denied|-ve|(?:is |are |was |felt )?unlikely|excluded|ruled out|"
    r"(?:is |are |was )?not (?:present|reported|noted|indicated|needed|required|likely|suspected|felt))\b"
    r"(?!\s+(?:else|other|further))",
    re.IGNORECASE,
)
_REACH_ENDS = re.compile(
    r"[.;()\n]|\s[-–]\s|\b(?:but|however|although|except|apart from|other than)\b|,\s*(?=\d|(?:some|has|had|with)\b|"
    r"mild|moderate|severe|occasional|social|slight|possibl|ongoing|reports|normal)",
    re.IGNORECASE,
)
# "if not better by Friday" denies nothing, and "non-smoker" only its own word.
_CONDITION = re.compile(
    r"\b(?:if|unless|until|when|should)\b[^,;.]{0,40}?\b(?:not|no|isn't|doesn't|don't|hasn't|haven't|aren't|cannot|can't)\b",
    re.IGNORECASE,
)
_NON_WORD = re.compile(r"\bnon[\s\-]?(?=\w)\w+[\s,]+", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*•–]|\d+[.)])\s+")
_CITATION = re.compile(r"\[[^\]]{0,40}\]")
_STATEMENT_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|;\s+")
_NOTHING_SAID = re.compile(
    r"\W*(?:not (?:documented|discussed|recorded|covered|mentioned|applicable)|none (?:documented|recorded)|n/?a)\W*",
    re.IGNORECASE,
)
_LOOK_AHEAD = 30  # characters after the thing in which "nil", "denied" … still belong to it


def score_note(sheet: FactSheet, note: str) -> NoteScore:
    """The figures of one note.

    Args:
        sheet: what was said.
        note: the note as text; empty for a missing one.
    """
    groups = list(_groups(note))
    passages = list(_passages(groups))
    right, wrong, missed = [], [], []
    for fact in sheet.facts:
        seen = {_stated(fact, passage) for passage in passages}
        if _both_ways(fact, groups) or (Stated.WRONG in seen and Stated.RIGHT not in seen):
            wrong.append(fact.id)
        elif Stated.RIGHT in seen:
            right.append(fact.id)
        else:
            missed.append(fact.id)
    critical = [fact.id for fact in sheet.facts if fact.weight == "critical"]
    said = [statement for group in groups for statement in group if not _NOTHING_SAID.fullmatch(statement)]
    useful = sum(is_useful(sheet, statement) for statement in said)
    return NoteScore(
        id=sheet.id,
        facts=len(sheet.facts),
        critical=len(critical),
        recall=_share(len(right), len(sheet.facts)),
        critical_recall=_share(len(set(critical) & set(right)), len(critical)),
        contradicted=tuple(wrong),
        missed=tuple(missed),
        statements=len(said),
        useful=_share(useful, len(said)),
        words=len(note.split()),
    )


def is_useful(sheet: FactSheet, statement: str) -> bool:
    """Whether a statement is short enough and states some fact on its own."""
    if len(statement.split()) > LONGEST_STATEMENT:
        return False
    return any(_stated(fact, statement) is Stated.RIGHT for fact in sheet.facts)


def fact_is_stated(fact: GoldFact, statement: str) -> bool:
    """Whether a statement states this fact with the right polarity."""
    return _stated(fact, statement) is Stated.RIGHT


def combine(scores: Sequence[NoteScore]) -> SetScore:
    """The figures of a set of notes."""
    facts = sum(score.facts for score in scores)
    critical = sum(score.critical for score in scores)
    statements = sum(score.statements for score in scores)
    return SetScore(
        notes=len(scores),
        recall=_share(sum(score.recall * score.facts for score in scores), facts),
        critical_recall=_share(sum(score.critical_recall * score.critical for score in scores), critical),
        contradicted=_share(sum(len(score.contradicted) for score in scores), facts),
        useful=_share(sum(score.useful * score.statements for score in scores), statements),
        words=_share(sum(score.words for score in scores), len(scores)),
        each=tuple(scores),
    )


def faults(sheet: FactSheet, turns: dict[int, str]) -> list[str]:
    """What is wrong with a fact sheet: texts that its own patterns miss, evidence that does not hold them.

    Args:
        sheet: the fact sheet.
        turns: the words of each numbered turn.
    """
    found: list[str] = []
    for fact in sheet.facts:
        name = f"{sheet.id} {fact.id}"
        if not fact.evidence or any(number not in turns for number in fact.evidence):
            found.append(f"{name}: evidence {fact.evidence}")
        if _stated(fact, fact.text) is not Stated.RIGHT:
            found.append(f"{name}: its patterns do not match its own text {fact.text!r}")
        said = " ".join(turns.get(number, "") for number in fact.evidence)
        found += [
            f"{name}: none of {list(group)} is said in turns {fact.evidence}"
            for group in fact.match
            if not any(_pattern(alternative).search(said) for alternative in group)
        ]
    return found


def _share(part: float, whole: float) -> float:
    return part / max(1, whole)


# ---------------------------------------------------------------- statements and passages


def _groups(note: str) -> Iterator[list[str]]:
    """The statements of a note, those under one heading together."""
    group: list[str] = []
    for raw in note.splitlines():
        line = _CITATION.sub("", raw[bullet.end() :] if (bullet := _BULLET.match(raw)) else raw).strip()
        if line.startswith("#") or (line.endswith(":") and len(line) < _LONGEST_HEADING):
            if group:
                yield group
            group = []
        else:
            group += [part.strip() for part in _STATEMENT_ENDS.split(line) if part.strip()]
    if group:
        yield group


def _passages(groups: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each statement, and each two that follow each other under one heading."""
    for group in groups:
        yield from group
        yield from (f"{first.rstrip('.')}. {second}" for first, second in pairwise(group))


def _both_ways(fact: GoldFact, groups: Sequence[Sequence[str]]) -> bool:
    """Whether two statements that follow each other state the fact and its opposite."""
    for group in groups:
        for first, second in pairwise(group):
            if {_stated(fact, first), _stated(fact, second)} == {Stated.RIGHT, Stated.WRONG}:
                return True
    return False


# ---------------------------------------------------------------- one fact, one passage


def _stated(fact: GoldFact, passage: str) -> Stated | None:
    """How a passage states a fact, if it does; in a long one all its words must stand close together."""
    found = {_stated_within(fact, window) for window in _windows(passage)}
    return Stated.RIGHT if Stated.RIGHT in found else Stated.WRONG if Stated.WRONG in found else None


def _windows(passage: str) -> list[str]:
    words = passage.split()
    if len(words) <= 2 * LONGEST_STATEMENT:
        return [passage]
    starts = range(0, len(words) - LONGEST_STATEMENT + 1, _WINDOW_STEP)
    return [" ".join(words[start : start + LONGEST_STATEMENT]) for start in starts]


def _stated_within(fact: GoldFact, text: str) -> Stated | None:
    thing, *others = fact.match
    if not all(any(_pattern(alternative).search(text) for alternative in group) for group in others):
        return None
    denied = fact.polarity == "absent"
    named = False
    for alternative in thing:
        for found in _pattern(alternative).finditer(text):
            # An alternative with a negation of its own says by itself what the fact says.
            if _NEGATION.search(alternative) or _is_negated(text, found) is denied:
                return Stated.RIGHT
            named = True
    return Stated.WRONG if named else None


def _is_negated(text: str, found: re.Match[str]) -> bool:
    before = _REACH_ENDS.split(text[: found.start()])[-1]
    before = _CONDITION.sub(" ", _NON_WORD.sub("", before))
    after = text[found.end() : found.end() + _LOOK_AHEAD]
    return bool(_NEGATION.search(before) or _NEGATION_AFTER.match(after))


@lru_cache(maxsize=50_000)
def _pattern(alternative: str) -> re.Pattern[str]:
    """What an alternative matches: whole words, blanks or hyphens between them, "*" for the rest of a word."""
    body = re.escape(alternative.strip().lower()).replace(r"\ ", r"[\s\-]+").replace(r"\*", r"\w*")
    end = "" if alternative.endswith("*") else r"(?!\w)"
    return re.compile(rf"(?<!\w){body}{end}", re.IGNORECASE)
