"""Where a statement stands in the talk: the clauses whose words prove it, few enough for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scribe.extract import coverage
from scribe.extract.clauses import sentences
from scribe.extract.passages import Passage, SpokenLine
from scribe.extract.verify import claim, lexicon, words
from scribe.extract.verify.quantities import TIME_UNITS, quantities, said_quantities, unit_of
from scribe.records import Evidence, Role, Turn

MOST_WORDS = 40  # marked in the transcript for one statement
MOST_TURNS = 4
LOOK_BACK = 400  # words of earlier talk in which the thing that "it" stands for is looked for
_AGREES = re.compile(
    r"(?:\W*(?:um+|uh+|er+m?|oh|well)\b)*\W*(?:yes|yeah|yep|yup|mm-?hmm|mhm|correct|right|exactly)\b", re.IGNORECASE
)
_TURNS_DOWN = re.compile(
    r"(?:\W*(?:um+|uh+|er+m?|oh|well)\b)*\W*(?:no|nope|nah|not|never|none|nothing)\b", re.IGNORECASE
)
_REPLY_WORDS = 12  # of an answer, marked with its question
_ECHO_WORDS = 4  # of what was asked, said again before the answer


@dataclass(frozen=True, slots=True)
class Proof:
    """`missing` are words of the statement that claim something and were not found."""

    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    turn: Turn
    first: int
    end: int
    proves: frozenset[int]  # which of the wanted words it holds

    @property
    def size(self) -> int:
        return self.end - self.first

    @property
    def asks(self) -> bool:
        return self.turn.role is Role.CLINICIAN

    @property
    def said(self) -> list[str]:
        return [words.plain(word.text) for word in self.turn.words[self.first : self.end]]


def prove(statement: str, passage: Passage, first: int, last: int, turns: Sequence[Turn]) -> Proof | None:
    """The evidence of a statement that was written from lines `first` to `last` of a passage.

    Args:
        statement: in the note's words.
        passage: what it was written from.
        first, last: the cited lines, counted from 1.
        turns: the whole talk, for things that were named earlier.

    Returns:
        None where nothing in the passage speaks of it.
    """
    wanted = _Wanted(statement)
    cited = [c for line in passage.lines[first - 1 : last] for c in _clauses(line, wanted)]
    chosen: list[_Clause] = []
    _cover(wanted, cited, chosen)
    if wanted.left(chosen):
        others = [c for line in passage.lines for c in _clauses(line, wanted) if c not in cited]
        _cover(wanted, others, chosen)
    if wanted.left(chosen) and chosen:
        _cover(wanted, list(_earlier(turns, passage, wanted)), chosen, at_most=1)
    if not any(c.turn is line.turn for c in chosen for line in passage.lines):
        chosen += [c for c in cited if c.asks][-1:] or cited[-1:]  # all frame: "No other problems"
    denies = claim.read(statement).denies
    _with_reply(passage, chosen, denies=denies)
    if denies:
        _with_no_after_echo(passage, chosen)
    if not chosen:
        return None
    missing = tuple(wanted.texts[i] for i in sorted(wanted.left(chosen)) if i not in wanted.sought)
    return Proof(_evidence(chosen), missing)


class _Wanted:
    """The words and numbers of a statement that something must prove."""

    def __init__(self, statement: str) -> None:
        read = claim.read(statement)
        self.concepts = [word.concepts for word in read.content_or_frame]
        self.texts = [word.text for word in read.content_or_frame]
        # "For a few days": looked for, but what is not found of it is the verifier's to tell.
        times = [word for word in read.words if not word.has_content and unit_of(word.text) in TIME_UNITS]
        self.sought = range(len(self.concepts), len(self.concepts) + len(times))
        self.concepts += [word.concepts for word in times]
        self.texts += [word.text for word in times]
        self.numbers = list(quantities(statement))
        self.texts += [statement[one.start : one.end] for one in self.numbers]

    def of(self, text: Sequence[str]) -> frozenset[int]:
        plain = [token for word in text for token in words.tokens(word)]
        said = frozenset[str]().union(*words.concepts(plain)) if plain else frozenset()
        found = {i for i, concepts in enumerate(self.concepts) if concepts & said}
        if self.numbers:
            heard = said_quantities(" ".join(text))
            found |= {
                len(self.concepts) + i
                for i, one in enumerate(self.numbers)
                if any(one.value == other.value for other in heard)
            }
        return frozenset(found)

    def left(self, chosen: Sequence[_Clause]) -> set[int]:
        return set(range(len(self.texts))) - set().union(*(c.proves for c in chosen))


def _clauses(line: SpokenLine, wanted: _Wanted) -> Iterator[_Clause]:
    for clause in coverage.clauses(line.turn):
        first, end = max(clause.first_word, line.first), min(clause.end_word, line.end)
        if first < end:
            texts = [word.text for word in line.turn.words[first:end]]
            yield _Clause(line.turn, first, end, wanted.of(texts))


def _cover(wanted: _Wanted, clauses: Sequence[_Clause], chosen: list[_Clause], at_most: int = 6) -> None:
    """Adds clauses, each time the one that proves most of what is left, the later one of equals."""
    for _ in range(at_most):
        left = wanted.left(chosen)
        room = MOST_WORDS - sum(c.size for c in chosen)
        turns = {c.turn.id for c in chosen}
        fit = [
            (len(c.proves & left), place, c)
            for place, c in enumerate(clauses)
            if c.proves & left and c.size <= room and (c.turn.id in turns or len(turns) < MOST_TURNS)
        ]
        if not fit:
            return
        chosen.append(max(fit, key=lambda one: one[:2])[2])


def _with_reply(passage: Passage, chosen: list[_Clause], *, denies: bool) -> None:
    """A question proves nothing without its answer: the beginning of what was said next goes with it.

    A recogniser leaves many a question mark out: what is denied and was only named before a "no" was a question too, and
    so was what the clinician says of the patient who then agrees.
    """
    for place, line in enumerate(passage.lines[:-1]):
        asked = [c for c in chosen if c.turn is line.turn and c.asks and line.first <= c.first < line.end]
        if not asked:
            continue
        reply = next((one for one in passage.lines[place + 1 :] if one.turn.role is not Role.CLINICIAN), None)
        following = passage.lines[place + 1]
        told = (denies and _opens(following, _TURNS_DOWN)) or (
            not denies and _of_patient(asked[-1]) and _opens(following, _AGREES)
        )
        if reply is None or not (told or _is_question(line, asked[-1])):
            continue
        between = passage.lines[place + 1 : passage.lines.index(reply)]
        if any(_asks_else(one, asked[-1]) for one in between):
            continue  # "Is it itchy?" "Do you use cotton buds?" "No.": that was not answered
        if any(c.turn is reply.turn and c.first == reply.first for c in chosen):
            continue
        end = min(reply.end, reply.first + _REPLY_WORDS)
        stop = next((i + 1 for i in range(reply.first, end) if re.search(r"[.?!]$", reply.turn.words[i].text)), end)
        room = len({c.turn.id for c in chosen} | {reply.turn.id}) <= MOST_TURNS
        if room and sum(c.size for c in chosen) + stop - reply.first <= MOST_WORDS:
            chosen.append(_Clause(reply.turn, reply.first, stop, frozenset()))


def _asks_else(line: SpokenLine, asked: _Clause) -> bool:
    """Whether a line asks about something else than a question before it, of which it names no more than half."""
    named = _named(" ".join(asked.said))
    return any(
        sentence.asks
        and line.first <= sentence.first < line.end
        and 2 * len(named & _named(sentence.text)) <= len(named)
        for sentence in sentences(line.turn)
    )


def _named(text: str) -> set[str]:
    return {words.stem(word) for word in words.tokens(text) if word not in lexicon.FRAME}


def _with_no_after_echo(passage: Passage, chosen: list[_Clause]) -> None:
    """ "Oh, allergies. Er, no.": what was asked is said again before the answer, which then goes with it."""
    for line in passage.lines:
        for echo in [c for c in chosen if c.turn is line.turn and not c.asks and c.size <= _ECHO_WORDS]:
            if not line.first <= echo.first < echo.end < line.end:
                continue
            after = SpokenLine(line.turn, echo.end, line.end)
            if not _has_no(echo.said) and _opens(after, _TURNS_DOWN):
                end = next(n + 1 for n in range(after.first, after.end) if _has_no([after.turn.words[n].text]))
                chosen.append(_Clause(line.turn, echo.end, end, frozenset()))


def _has_no(said: Sequence[str]) -> bool:
    return any(_TURNS_DOWN.match(word) for word in said)


def _opens(line: SpokenLine, pattern: re.Pattern[str]) -> bool:
    """Whether a patient's or relative's line opens so."""
    said = " ".join(word.text for word in line.turn.words[line.first : line.first + 4])
    return line.turn.role is not Role.CLINICIAN and bool(pattern.match(said))


def _of_patient(clause: _Clause) -> bool:
    """Whether the clinician says it to the patient, of the patient: "you're passing urine OK"."""
    return bool({"you", "you're", "you've", "your"} & set(clause.said))


def _is_question(line: SpokenLine, clause: _Clause) -> bool:
    """Whether the sentence that holds the clause asks."""
    return any(s.asks and s.first <= clause.first < s.end for s in sentences(line.turn))


def _earlier(turns: Sequence[Turn], passage: Passage, wanted: _Wanted) -> Iterator[_Clause]:
    """Clauses before the passage, the nearest last."""
    begin = next(i for i, turn in enumerate(turns) if turn.id == passage.lines[0].turn.id)
    found: list[_Clause] = []
    seen = 0
    for turn in reversed(turns[:begin]):
        if seen > LOOK_BACK:
            break
        seen += len(turn.words)
        found += list(_clauses(SpokenLine(turn, 0, len(turn.words)), wanted))[::-1]
    yield from reversed(found)


def _evidence(chosen: Sequence[_Clause]) -> tuple[Evidence, ...]:
    """One run of words for each turn where its clauses touch, in the order of the talk."""
    ordered = sorted(set(chosen), key=lambda c: (c.turn.number, c.first))
    runs: list[Evidence] = []
    for clause in ordered:
        before = runs[-1] if runs else None
        if before and before.turn_id == clause.turn.id and clause.first <= before.end_word:
            runs[-1] = Evidence(before.turn_id, before.turn_number, before.first_word, max(before.end_word, clause.end))
        else:
            runs.append(Evidence(clause.turn.id, clause.turn.number, clause.first, clause.end))
    return tuple(runs)
