"""Turns cut into exchanges: a question with its answer and follow-ups, an account, an explanation, an instruction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scribe.extract.clauses import FILLERS, bare, sentences
from scribe.records import Role, Turn

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

CONTEXT_WORDS = 90  # of talk before and after, shown to the reader but not extracted from


class Kind(StrEnum):
    """What happens in an exchange."""

    QUESTION = "question"
    ACCOUNT = "account"
    EXPLANATION = "explanation"
    INSTRUCTION = "instruction"
    SUMMARY = "summary"  # the clinician says back what was heard
    CORRECTION = "correction"  # someone takes back what was said


@dataclass(frozen=True, slots=True)
class Exchange:
    """A few turns that belong together, with the talk around them for context."""

    kind: Kind
    turns: tuple[Turn, ...]
    before: tuple[Turn, ...] = ()
    after: tuple[Turn, ...] = ()


_SUMMARY = re.compile(
    r"\b(to recap|recap|to summari[sz]e|in summary|let me (?:just )?(?:summari[sz]e|check i|make sure i)|so (?:just )?to (?:check|confirm)|what i'm hearing|from what you've (?:said|told))\b",
    re.I,
)
_CORRECTION = re.compile(
    r"\b(no,? sorry|sorry,? (?:i meant|not|it's|it was|i mean)|i meant|actually,? no|i got that wrong|let me correct|i take that back|not the \w+,? the \w+)\b",
    re.I,
)
_INSTRUCTION = re.compile(
    r"\b(you (?:should|need to|must|can|could|have to|want to)|i(?:'d| would) (?:like|want|recommend|suggest|advise)|make sure|try (?:to|and)|take|i(?:'ll| will|'m going to)|we(?:'ll| will|'re going to| can| need to)|come back|call|ring|999|a and e|a&e)\b",
    re.I,
)


def is_backchannel(turn: Turn) -> bool:
    """Only "mm", "okay", "right": it shows that someone listens and says nothing. A yes or no is an answer, not this."""
    words = [bare(w.text) for w in turn.words]
    return all(w in FILLERS or not w for w in words) and not any(w in {"yes", "yeah", "yep", "yup"} for w in words)


def exchanges(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """Cuts the talk. Every turn with words is in exactly one exchange; context overlaps."""
    said = [turn for turn in turns if turn.words]
    groups: list[list[int]] = []
    answered = True  # whether the present group may be closed by the next thing that the clinician says
    for i, turn in enumerate(said):
        speaks = not is_backchannel(turn)
        if not groups or (turn.role is Role.CLINICIAN and speaks and answered and len(_content(turn)) > 1):
            groups.append([])
            answered = False
        groups[-1].append(i)
        if (speaks and turn.role is not Role.CLINICIAN) or (
            speaks
            and not any(s.asks for s in sentences(turn))
            and not any(s.asks for j in groups[-1] for s in sentences(said[j]))
        ):
            answered = True
    return tuple(
        Exchange(
            _kind([said[i] for i in group]),
            tuple(said[i] for i in group),
            _around(said, group[0], -1),
            _around(said, group[-1], +1),
        )
        for group in groups
    )


def _content(turn: Turn) -> list[str]:
    return [w for w in (bare(word.text) for word in turn.words) if w and w not in FILLERS]


def _around(turns: Sequence[Turn], at: int, step: int) -> tuple[Turn, ...]:
    out: list[Turn] = []
    words = 0
    i = at + step
    while 0 <= i < len(turns) and words < CONTEXT_WORDS:
        out.append(turns[i])
        words += len(turns[i].words)
        i += step
    return tuple(reversed(out)) if step < 0 else tuple(out)


def _kind(turns: Sequence[Turn]) -> Kind:
    text = " ".join(turn.text for turn in turns)
    spoken = [turn for turn in turns if turn.role is Role.CLINICIAN]
    clinician = " ".join(turn.text for turn in spoken)
    if _CORRECTION.search(text):
        return Kind.CORRECTION
    if _SUMMARY.search(clinician):
        return Kind.SUMMARY
    if any(s.asks for turn in spoken for s in sentences(turn)):
        return Kind.QUESTION
    if not spoken:
        return Kind.ACCOUNT
    return Kind.INSTRUCTION if _INSTRUCTION.search(clinician) else Kind.EXPLANATION
