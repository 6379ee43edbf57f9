"""The talk as the writer reads it: passages of a few exchanges, in numbered lines, with a little of what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scribe.extract.clauses import bare, sentences
from scribe.extract.exchanges import exchanges
from scribe.extract.numerals import NUMBER_WORDS, dialled
from scribe.records import Evidence, Role, Turn

# Where no other source is named, the lists of this module are our own, of spoken English.

PASSAGE_WORDS = 90  # a passage is closed before it grows longer, unless one exchange alone is
LONGEST_PASSAGE = 150  # words; a longer exchange is cut between lines
LONGEST_LINE = 60  # words; a longer turn is cut between sentences
BEFORE_WORDS = 30  # of the talk before, so that "it" and a late answer can be understood
_SURE = 0.6  # a role of which less is certain is not shown
_SPEAKERS = {Role.CLINICIAN: "D", Role.PATIENT: "P", Role.OTHER: "R"}
_HESITATIONS = frozenset(
    ["um", "uh", "er", "erm", "ah", "oh", "hm", "hmm", "mm", "mmm", "uhm", "uhh", "umm", "eh", "ehm"]
)


def _means(words: Sequence[str], place: int) -> bool:
    """What sounds like a hesitation is a word here: "go to the ER", "oh four", "nine oh two"."""
    said = bare(words[place])
    before = words[place - 1] if place else ""
    if said == "er":
        return words[place].strip(",.?!;") == "ER" or (bare(before) in {"the", "an"} and not before.endswith(","))
    return said == "oh" and bare(words[place + 1] if place + 1 < len(words) else "") in NUMBER_WORDS


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A turn, or a part of a long one: `turn.words[first:end]`."""

    turn: Turn
    first: int
    end: int

    @property
    def words(self) -> list[str]:
        return [word.text for word in self.turn.words[self.first : self.end]]

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.turn.id, self.turn.number, self.first, self.end)

    @property
    def plain(self) -> str:
        """The words without hesitations and stutters; nothing that carries meaning is dropped."""
        kept: list[str] = []
        words = dialled(self.words)
        for place, word in enumerate(words):
            said = bare(word)
            if (said in _HESITATIONS or not said) and not re.search(r"\d", word) and not _means(words, place):
                if kept and word[-1:] in ".?!" and kept[-1][-1:] not in ".?!":
                    kept[-1] = kept[-1].rstrip(",") + word[-1]
                continue
            again = kept and bare(kept[-1]) == said and len(said) < 8
            if again and not said.isdigit() and said not in NUMBER_WORDS:
                kept[-1] = word
                continue
            kept.append(word)
        return " ".join(kept)


@dataclass(frozen=True, slots=True)
class Passage:
    """A few exchanges. `before` is the end of the talk before them: context that is not drafted from again."""

    before: tuple[SpokenLine, ...]
    lines: tuple[SpokenLine, ...]

    def as_prompt(self) -> str:
        """What the writer reads; it goes on with one line a fact, "NUMBERS SECTION: statement"."""
        said = [f"{_speaker(line.turn)}: {line.plain}" for line in self.before if line.plain]
        said += [f"{n} {_speaker(line.turn)}: {line.plain}" for n, line in enumerate(self.lines, 1) if line.plain]
        return "\n".join(said) + "\n=>\n"


def _speaker(turn: Turn) -> str:
    return _SPEAKERS[turn.role] if turn.confidence >= _SURE else "?"


def passages(turns: Sequence[Turn]) -> tuple[Passage, ...]:
    """Cuts the talk at the borders of its exchanges. Every turn with words is in exactly one passage."""
    groups: list[list[SpokenLine]] = []
    for exchange in exchanges(turns):
        for part in _parts([line for turn in exchange.turns for line in _lines(turn)]):
            if groups and _size(groups[-1]) + _size(part) <= PASSAGE_WORDS:
                groups[-1] += part
            else:
                groups.append(part)
    said = [line for group in groups for line in group]
    found: list[Passage] = []
    at = 0
    for group in groups:
        found.append(Passage(tuple(_tail(said[:at])), tuple(group)))
        at += len(group)
    return tuple(found)


def _lines(turn: Turn) -> Iterator[SpokenLine]:
    first = 0
    for sentence in sentences(turn):
        if sentence.end - first > LONGEST_LINE and sentence.first > first:
            yield SpokenLine(turn, first, sentence.first)
            first = sentence.first
        while sentence.end - first > LONGEST_LINE:  # a recogniser that writes no full stops
            yield SpokenLine(turn, first, first + LONGEST_LINE)
            first += LONGEST_LINE
    if first < len(turn.words):
        yield SpokenLine(turn, first, len(turn.words))


def _parts(lines: Sequence[SpokenLine]) -> Iterator[list[SpokenLine]]:
    part: list[SpokenLine] = []
    for line in lines:
        if part and _size([*part, line]) > LONGEST_PASSAGE:
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _size(lines: Sequence[SpokenLine]) -> int:
    return sum(line.end - line.first for line in lines)


def _tail(lines: Sequence[SpokenLine]) -> list[SpokenLine]:
    """The last lines, cut from the front so that they are short."""
    left = BEFORE_WORDS
    tail: list[SpokenLine] = []
    for line in reversed(lines):
        if left <= 0:
            break
        tail.insert(0, SpokenLine(line.turn, max(line.first, line.end - left), line.end))
        left -= line.end - line.first
    return tail
