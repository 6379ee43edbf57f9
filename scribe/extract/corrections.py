"""What was taken back: by the speaker in the same breath ("the right knee. No, sorry, the left one."), or by the
clinician in the next ("And I can take it with the simvastatin." "Actually, no.").

What was taken back is never a plain line: it waits to be checked. Where it is plain what was meant instead, another side,
person or number, the statement says that, so that a reviewer who only nods does no harm.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scribe.extract.clauses import is_tag
from scribe.extract.numerals import digits
from scribe.extract.verify import lexicon, words
from scribe.records import Fact, Outcome, Polarity, Reason, Role, Turn, Verdict

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

# Ways of taking back one's words in spoken British English; our own list.
_MARKERS = tuple(
    tuple(phrase.split())
    for phrase in (
        "no sorry",
        "no hang on",
        "oh wait",
        "oh hang on",
        "wait yes",
        "no wait",
        "no tell a lie",
        "no i tell a lie",
        "tell a lie",
        "i tell a lie",
        "no actually",
        "no i mean",
        "sorry no",
        "sorry i mean",
        "i meant",
        "or rather",
        "scratch that",
    )
)
_REACH = 14  # words: how far back a correction may reach within a turn
_SHOWN = 6  # words of what was said instead
_OPENING = 3  # words of a reply in which a "no" is still the answer
_GOES_ON = 20  # words after a denial in which it may be taken back
_NOT_THINGS = frozenset(
    words.stem(word)
    for word in ("does", "have", "been", "with", "from", "when", "that", "this", "other", "recent", "feel", "take")
)
_DENIALS = frozenset({"no", "not", "never", "none", "nothing", "neither", "nope"})


def after_corrections(fact: Fact, turns: Mapping[str, Turn]) -> tuple[Fact, Verdict | None]:
    """The fact as it stands after what was taken back, and CHECK where some of it was.

    Args:
        fact: as it was found.
        turns: every turn of the recording by its id.
    """
    for proof in fact.evidence:
        turn = turns.get(proof.turn_id)
        if turn is None:
            continue
        texts = [word.text for word in turn.words]
        for at, end in _marked(texts):
            begin = _sentence_before(texts, at)
            if not (proof.first_word < at and proof.end_word > begin):
                continue
            exchange = _exchange(texts[begin:at], texts[end:])
            if exchange is None:
                return fact, Verdict(Outcome.CHECK, Reason.CONTRADICTED, _shown(texts[end:]))
            if exchange.concerns(fact.statement):
                right = replace(fact, statement=exchange.made_in(fact.statement))
                return right, Verdict(Outcome.CHECK, Reason.CONTRADICTED, _shown(texts[max(begin, at - _SHOWN) : at]))
    return fact, _denied_next(fact, turns) or _affirmed_next(fact, turns) or _asked_again(fact, turns)


def _shown(texts: list[str]) -> str:
    return " ".join(texts[:_SHOWN]).strip(" ,.;")


@dataclass(frozen=True)
class _Exchange:
    """One side, person or number that was said, and the one that was meant."""

    taken: str
    given: str

    def concerns(self, statement: str) -> bool:
        """Whether a statement still says what was taken back."""
        return any(_one(word) == _one(self.taken) for word in _WORD.findall(statement))

    def made_in(self, statement: str) -> str:
        """The statement with what was meant."""
        put = _WORD.sub(lambda match: self.given if _one(match[0]) == _one(self.taken) else match[0], statement)
        return put[:1].upper() + put[1:]


_WORD = re.compile(r"\d+\.\d+|[\w'-]+")
_NUMBER = re.compile(r"(?!1$)\d+(?:\.\d+)?$")  # but for one: "the left one"


def _one(word: str) -> str:
    return lexicon.one_person(word.lower())


def _exchange(before: list[str], after: list[str]) -> _Exchange | None:
    """What was put in the place of what, where both are of one kind and the second stands alone."""
    ends = next((place + 1 for place, text in enumerate(after) if text.endswith((".", "?", "!"))), len(after))
    said, meant = (_WORD.findall(" ".join(digits(some)).lower()) for some in (before, after[:ends]))
    for of_kind in (lexicon.SIDES.__contains__, lambda word: _one(word) in lexicon.PEOPLE, _NUMBER.match):
        taken = [word for word in said if of_kind(word)]
        given = [word for word in meant if of_kind(word)]
        if taken and len(given) == 1 and _one(taken[-1]) != _one(given[0]):
            return _Exchange(taken[-1], given[0])
    return None


def _asked_again(fact: Fact, turns: Mapping[str, Turn]) -> Verdict | None:
    """CHECK where between a question and its answer the clinician asked for something else, which was answered ("Do you
    smoke? Do you drink?" "Now and again.")."""
    by_number = {turn.number: turn for turn in turns.values()}
    cited = sorted({one.turn_number for one in fact.evidence} & by_number.keys())
    stated = {words.stem(word) for word in words.tokens(fact.statement)}
    for asked, answered in itertools.pairwise(cited):
        question = by_number[asked]
        if not _asks(question) or by_number[answered].role is Role.CLINICIAN:
            continue
        said = {words.stem(word) for word in words.tokens(question.text)}
        for turn in (by_number[number] for number in range(asked + 1, answered) if number in by_number):
            things = {words.stem(word) for word in words.tokens(turn.text) if len(word) > 3} - _NOT_THINGS
            if _asks(turn) and things - said and not things & stated:
                return Verdict(Outcome.CHECK, Reason.POLARITY_UNCLEAR, fact.statement)
    return None


def _asks(turn: Turn) -> bool:
    said = turn.text.split()
    return turn.role is Role.CLINICIAN and bool(said) and said[-1].endswith("?") and not is_tag(said)


def _affirmed_next(fact: Fact, turns: Mapping[str, Turn]) -> Verdict | None:
    """CHECK where the patient goes on, after a denial, to affirm the thing ("No." "But it's a bit of a rash, I suppose.")."""
    last = fact.evidence[-1] if fact.evidence else None
    turn = turns.get(last.turn_id) if last else None
    if last is None or turn is None or turn.role is Role.CLINICIAN or fact.polarity is not Polarity.ABSENT:
        return None
    if re.match(r"not (?:sure|very|always|really)\b", fact.statement, re.IGNORECASE):
        return None
    said = [word.text for word in turn.words[last.end_word :]][:_GOES_ON]
    after = sorted((one for one in turns.values() if one.number > turn.number), key=lambda one: one.number)[:2]
    for one in after:
        if one.role is turn.role:
            said += [word.text for word in one.words][:_GOES_ON]
    plain = [_plain(text) for text in said]
    turning = next((place for place, word in enumerate(plain) if word in {"but", "although", "except"}), None)
    if (
        turning is None
        and after
        and after[0].role is turn.role
        and _plain(after[0].words[0].text) in {"yes", "yeah", "actually"}
    ):
        turning = len(turn.words[last.end_word :][:_GOES_ON])  # "No." "Well, yes, once."
    if turning is None:
        return None
    wanted = {words.stem(word) for word in words.tokens(fact.statement)[1:] if len(word) > 3} - _NOT_THINGS
    for sentence in _sentences(said[turning:]):
        denied = any(_plain(text) in _DENIALS or text.endswith("n't") for text in sentence)
        if not denied and wanted & {words.stem(_plain(text)) for text in sentence}:
            return Verdict(Outcome.CHECK, Reason.CONTRADICTED, " ".join(sentence[: _SHOWN + 4]).strip(" ,.;"))
    return None


def _sentences(texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for text in texts:
        found[-1].append(text)
        if text.endswith((".", "?", "!")):
            found.append([])
    return found


def _denied_next(fact: Fact, turns: Mapping[str, Turn]) -> Verdict | None:
    """CHECK where the patient's last sentence states something and the clinician's next words are "no".

    A recogniser writes many questions without their mark, so that they read as statements.
    """
    last = fact.evidence[-1] if fact.evidence else None
    turn = turns.get(last.turn_id) if last else None
    if last is None or turn is None or turn.role is Role.CLINICIAN or fact.polarity is Polarity.ABSENT:
        return None
    texts = [word.text for word in turn.words]
    begin = _sentence_before(texts, len(texts))
    said = {_plain(text) for text in texts[begin:]}
    if last.end_word <= begin or said & _DENIALS or any(text.endswith("n't") for text in said):
        return None  # not the last sentence, or a denial of the patient's own that the clinician echoes
    reply = min(
        (other for other in turns.values() if other.number > turn.number), key=lambda other: other.number, default=None
    )
    if reply is None or reply.role is not Role.CLINICIAN:
        return None
    first = [word.text for word in reply.words[:_OPENING]]
    if any(_plain(text) == "no" and not text.endswith("?") for text in first):
        return Verdict(Outcome.CHECK, Reason.CONTRADICTED, " ".join(first).strip(" ,.;"))
    return None


def _marked(texts: list[str]) -> list[tuple[int, int]]:
    """First word and end of every correction that follows something in the turn."""
    plain = [_plain(text) for text in texts]
    found = []
    for at in range(1, len(plain)):
        for marker in _MARKERS:
            if tuple(plain[at : at + len(marker)]) == marker:
                found.append((at, at + len(marker)))
                break
    return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z']", "", text.lower())


def _sentence_before(texts: list[str], at: int) -> int:
    """Where the sentence that ends right before word `at` begins."""
    begin = at - 1
    while begin > 0 and at - begin < _REACH and not texts[begin - 1].endswith((".", "?", "!")):
        begin -= 1
    return begin
