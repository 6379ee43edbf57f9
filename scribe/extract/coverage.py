"""The coverage lane: what was said, is worth noting, and stands in no supported fact. By clause, not by turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scribe.records import Entry, Evidence, Omission, Outcome, Section, Turn

# Where no other source is named, the lists of this module are our own, of English grammar.

WORTH_SHOWING = 0.5
SHARE_OF_WORDS = 0.25
_CLAUSE_END = re.compile(r"[.?!;:…,]$|--$")
_JOINING = frozenset({"and", "but", "because", "so", "although", "or"})
_SUBJECTS = frozenset(
    {"i", "i've", "i'm", "it", "it's", "he", "she", "they", "we", "you", "there", "that", "my", "then", "also"}
)
LONGEST = 14  # words, but for a few that end a clause
_FEW = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of one turn that says one thing: `turn.words[first_word:end_word]`."""

    turn: Turn
    first_word: int
    end_word: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.turn.words[self.first_word : self.end_word])


@dataclass(frozen=True, slots=True)
class Worth:
    """How much a clause matters for the note, 0 to 1, and where it would go."""

    importance: float
    section: Section


def clauses(turn: Turn) -> Iterator[Clause]:
    """The clauses of a turn, in order; together they are the whole turn."""
    start = 0
    for place, word in enumerate(turn.words):
        after = turn.words[place + 1].text.lower() if place + 1 < len(turn.words) else ""
        long_enough = place + 1 - start >= 3
        ends = bool(_CLAUSE_END.search(word.text)) and (long_enough or word.text[-1] in ".?!…")
        joins = long_enough and after in _JOINING and _joins_clause(turn, place + 1)
        too_long = place + 1 - start >= LONGEST and not _ends_soon(turn, place + 1)
        if ends or joins or too_long or place + 1 == len(turn.words):
            yield Clause(turn, start, place + 1)
            start = place + 1


def _ends_soon(turn: Turn, place: int) -> bool:
    """Whether the clause is over within a few words anyway, which are best left with it: "80 mg once a | day"."""
    rest = turn.words[place : place + _FEW]
    return len(rest) < _FEW or any(_CLAUSE_END.search(word.text) for word in rest)


def _joins_clause(turn: Turn, place: int) -> bool:
    return place + 1 < len(turn.words) and turn.words[place + 1].text.lower().strip(",.") in _SUBJECTS


def omissions(
    turns: Sequence[Turn],
    entries: Sequence[Entry],
    worth: Callable[[Clause], Worth | None],
) -> tuple[Omission, ...]:
    """What no supported fact uses, the most important first.

    Args:
        turns: the consultation in order.
        entries: the ledger; only supported, unreplaced facts count as used.
        worth: what a clause is worth, or None for small talk and noise.

    Returns:
        Clauses worth at least WORTH_SHOWING, together at most SHARE_OF_WORDS of all words.
    """
    used = _used(entries)
    found: list[Omission] = []
    for turn in turns:
        for clause in clauses(turn):
            value = worth(clause)
            if value is None or value.importance < WORTH_SHOWING or _is_used(clause, used):
                continue
            evidence = (Evidence(turn.id, turn.number, clause.first_word, clause.end_word),)
            found.append(Omission(clause.text, value.section, value.importance, evidence, turn.role))
    found.sort(key=lambda one: (-one.importance, one.evidence[0].turn_number, one.evidence[0].first_word))
    left = SHARE_OF_WORDS * sum(len(turn.words) for turn in turns)
    shown: list[Omission] = []
    for one in found:
        left -= one.evidence[0].end_word - one.evidence[0].first_word
        if left < 0:
            break
        shown.append(one)
    return tuple(shown)


def _used(entries: Sequence[Entry]) -> dict[str, set[int]]:
    used: dict[str, set[int]] = {}
    for entry in entries:
        if entry.verdict.outcome is Outcome.SUPPORTED and not entry.replaced_by:
            for one in entry.fact.evidence:
                used.setdefault(one.turn_id, set()).update(range(one.first_word, one.end_word))
    return used


def _is_used(clause: Clause, used: dict[str, set[int]]) -> bool:
    words = used.get(clause.turn.id, set())
    covered = sum(place in words for place in range(clause.first_word, clause.end_word))
    return covered * 2 >= clause.end_word - clause.first_word
