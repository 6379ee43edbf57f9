"""Problems: what brought the patient, each titled in words that were said, and which facts belong to it.

A problem is opened by what the patient says of their own accord, and weighed: said at the outset, announced ("while I'm
here"), taken up by the clinician ("and the knee?"), talked of again and again. What usually is part of a complaint
opens none. Then the talk is followed clause by clause: it stays with a problem until another is named, or something
that belongs to another alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scribe.extract.clauses import bare
from scribe.extract.complaints import (
    ENOUGH,
    NO_ANSWER,
    TAKEN_UP,
    Said,
    Signs,
    announced,
    lower,
    passed_by,
    said_in,
    weighed,
)
from scribe.extract.extractor import Finding
from scribe.extract.merge import content
from scribe.extract.topics import Name, Topic, any_of
from scribe.extract.verify import medicines
from scribe.records import Fact, Polarity, Section, Turn

# Where no other source is named, the lists of this module are our own, of English.

_BACKGROUND = {
    Section.PAST_HISTORY,
    Section.MEDICATION,
    Section.ALLERGY,
    Section.FAMILY_HISTORY,
    Section.SOCIAL_HISTORY,
}
_SET_AGAINST = re.compile(r"\b(?:before|after|during|between|from|since)(?: my| his| her| the| your| a)? $")
_HEDGED = re.compile(
    r"\b(?:think|thought|thinking|maybe|might|could|perhaps|wonder\w*|worried|possibly|probably|sounds like)\b"
)
_TITLE_END = re.compile(
    r"\b(?:for|since|over|about|around|started|which|that|because|when|and then|in the last|after|until|last|yesterday|today|now|this morning|where|but)\b|[,:;(]|\d",
    re.I,
)
_TITLE_LEAD = re.compile(
    r"^(?:the other thing is |is |has been |having |had |has |feeling |feels |felt |noticed |some |a |an |the |bit of |lot of |problems? with |trouble with |struggling with |worried about |really )+",
    re.I,
)
LONGEST_TITLE = 6  # words
_GO_AHEAD = 5  # words with which a clinician only bids the patient go on
# What speaks for a fact's problem.
_IN_FOCUS = 2.5
_NAMED = 4.0
_NAMED_IN_PASSING = 1.0
_GOES = 1.5
_ASKED = 0.5


@dataclass
class _Problem:
    """A problem that was opened, with the complaints that it takes in."""

    title: str
    begins: int  # the turn, counted among all turns
    named: list[re.Pattern[str]] = field(default_factory=list)
    goes: list[re.Pattern[str]] = field(default_factory=list)
    asks: list[re.Pattern[str]] = field(default_factory=list)

    def names(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self.named)

    def before(self, text: str) -> str:
        """What stands before the first name of the problem."""
        starts = [match.start() for pattern in self.named if (match := pattern.search(text))]
        return text[: min(starts, default=0)]

    def takes(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self.goes)

    def expects(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self.asks)


def titled(findings: Sequence[Finding], turns: Mapping[str, Turn]) -> list[Finding]:
    """The findings with the title of their problem, where there are several; background (medicines, family …) has none."""
    said = list(said_in(turns.values()))
    found = _opened(said, findings)
    if len(found) < 2:
        return list(findings)  # nothing to tell apart, and a title in chance words would only mislead
    focus = _followed(said, found)
    return [
        f
        if f.fact.section in _BACKGROUND
        else replace(f, fact=replace(f.fact, problem=_home(f.fact, found, focus).title))
        for f in findings
    ]


# ---------------------------------------------------------------- which problems there are


def _opened(said: Sequence[Said], findings: Sequence[Finding]) -> list[_Problem]:
    """The problems in the order in which they came up."""
    signs = weighed(said)
    chosen: list[Signs] = []
    taken_in: list[Signs] = []
    for one in sorted(signs, key=lambda s: (-s.weight, s.first)):
        akin = [other for other in (*chosen, *taken_in) if one.part_of(other)]
        apart = one.announced and one.taken_up and any(one.first > other.first for other in akin)
        if akin and not apart:
            taken_in += [one] if one.weight >= ENOUGH else []
        elif not chosen or one.enough(said[-1].at):
            chosen.append(one)
    chosen.sort(key=lambda s: (s.first, signs.index(s)))
    found = [
        _Problem(_title_of(one.topic, said), one.first, [one.topic.named], [one.topic.goes], [one.topic.asks])
        for one in chosen
    ]
    for one in taken_in:
        home = next((problem for problem, other in zip(found, chosen, strict=True) if one.part_of(other)), None)
        if home is not None:
            home.goes.append(one.topic.named)
    return _with_others(found, signs, findings, said)


def _title_of(topic: Topic, said: Sequence[Said]) -> str:
    """The clearest name that was said, and neither asked nor denied; a diagnosis only where the patient is sure of it.
    Where there is none such, any name that was said."""
    for sure in (True, False):
        for name in topic.names:
            for each in said:
                match = name.pattern.search(each.text)
                if match and not (sure and not _stands(name, each, each.text[: match.start()])):
                    return _capital(_as_said(each, match.start(), match.end()))
    raise AssertionError(topic.key)  # a topic is only opened where it was named


def _stands(name: Name, each: Said, before: str) -> bool:
    return _vouches(each, before) if name.diagnosis else not (each.clause.asks or passed_by(each.text, before))


def _vouches(each: Said, before: str) -> bool:
    return not (each.ours or each.clause.asks or passed_by(each.text, before) or _HEDGED.search(each.text))


def _as_said(each: Said, start: int, end: int) -> str:
    """The words of a clause that its text in lower case has between two places."""
    words = [word for word in each.clause.words if bare(word)]
    first = each.text[:start].count(" ")
    said = " ".join(words[first : first + each.text[start:end].count(" ") + 1])
    return re.sub(r"^\W+|(?:['’]s)?\W*$", "", said)


def _with_others(
    found: list[_Problem],
    signs: Sequence[Signs],
    findings: Sequence[Finding],
    said: Sequence[Said],
) -> list[_Problem]:
    """Adds what no topic describes: the first complaint, and what was announced, titled by the words of a fact."""
    calls = {said[place].at for place in announced(said)}
    complaints = [f.fact for f in findings if _complains(f.fact)]
    numbers = {each.at: each.clause.turn.number for each in said}
    places = {number: at for at, number in numbers.items()}
    known = {at for one in signs for at in one.turns}
    others: list[_Problem] = []
    for at in sorted(calls):
        if any(
            at <= problem.begins <= at + 2 or problem.names(each.text)
            for problem in found
            for each in said
            if each.at == at
        ):
            continue
        goes_on = sum(len(each.text.split()) for each in said if each.at == at + 1) <= _GO_AHEAD
        within = {at, at + 2} if goes_on else {at}
        fact = next((f for f in complaints if places.get(f.evidence[-1].turn_number) in within), None)
        if fact is not None:
            others.append(_by_words(_title(fact), at))
    first = complaints[0] if complaints else None
    if first is not None and (found or others):
        begins = places.get(first.evidence[0].turn_number, 0)
        opened_later = all(problem.begins > begins + 4 and problem.begins in calls for problem in found)
        if opened_later and all(at > begins + 4 for at in known):
            others.append(_by_words(_title(first), 0))
    titles: dict[str, _Problem] = {}
    for problem in sorted([*found, *others], key=lambda each: each.begins):
        titles.setdefault(problem.title.lower(), problem)
    return list(titles.values())


def _by_words(title: str, begins: int) -> _Problem:
    words = [word for word in map(bare, title.split()) if len(word) > 3 and content(word)]
    return _Problem(title, begins, [any_of(words)])


def _complains(fact: Fact) -> bool:
    return (
        fact.section in {Section.PRESENTING_COMPLAINT, Section.HISTORY}
        and fact.informant != "clinician"
        and fact.polarity is Polarity.PRESENT
        and bool(_title(fact))
    )


def _title(fact: Fact) -> str:
    text = _TITLE_LEAD.sub("", fact.statement)
    end = _TITLE_END.search(text)
    text = text[: end.start()] if end else text
    words = text.strip(" ,.").split()
    if not words or len(words) > LONGEST_TITLE or len(content(text)) == 0:
        return ""
    return _capital(" ".join(words))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------- which problem the talk is about

_Focus = Mapping[str, Sequence[tuple[int, int, int]]]  # turn id → (first word, end word, problem)


def _followed(said: Sequence[Said], found: Sequence[_Problem]) -> _Focus:
    focus: dict[str, list[tuple[int, int, int]]] = {}
    now = asked = 0
    homes: dict[str, int] = {}  # medicine → the problem that it was first spoken of with
    turn = -1
    for each in said:
        starts, turn = each.at != turn, each.at
        if starts and each.ours and now != asked and _returns(each.text, found[now], found[asked], found):
            now = asked
        now = _moved(each, found, now, homes)
        for medicine in (
            _medicines(each) if not each.clause.asks else ()
        ):  # "and you're still on the …?" may be an aside
            homes.setdefault(medicine, now)
        if each.ours:
            asked = now
        focus.setdefault(each.clause.turn.id, []).append((each.clause.first, each.clause.end, now))
    return focus


def _returns(text: str, now: _Problem, asked: _Problem, found: Sequence[_Problem]) -> bool:
    """Whether the clinician goes on with what was asked before the patient's aside."""
    if any(problem.names(text) for problem in found) or now.takes(text) or now.expects(text):
        return False
    return asked.takes(text) or asked.expects(text)


def _moved(each: Said, found: Sequence[_Problem], now: int, homes: Mapping[str, int]) -> int:
    """The problem that a clause is about, when the talk was about `now` before."""
    names = [i for i, problem in enumerate(found) if problem.names(each.text)]
    if names:
        passing = found[now].expects(each.text) and (_in_passing(each, found[names[0]]))
        return now if now in names or passing else names[0]
    takes = [i for i, problem in enumerate(found) if problem.takes(each.text)]
    if now in takes or found[now].expects(each.text):
        return now
    if takes:
        return takes[0] if len(takes) == 1 else now
    for medicine in _medicines(each):
        if medicine in homes:
            return homes[medicine]
    expecting = [i for i, problem in enumerate(found) if problem.expects(each.text)]
    return expecting[0] if len(expecting) == 1 else now


def _in_passing(each: Said, problem: _Problem) -> bool:
    """Whether a problem is only named to ask or tell of another: "any headaches?", "no headaches", "before my period"."""
    before = problem.before(each.text)
    if _SET_AGAINST.search(before):
        return True
    return not TAKEN_UP.search(before) and (each.clause.asks or bool(NO_ANSWER.match(each.text)))


def _medicines(each: Said) -> list[str]:
    return [name for name in map(medicines.british, each.text.split()) if name]


def _home(fact: Fact, found: Sequence[_Problem], focus: _Focus) -> _Problem:
    """By what it names and what belongs to that, and by what the talk was about where it was said."""
    weights = [0.0] * len(found)
    about: Counter[int] = Counter()
    for one in fact.evidence:
        for first, end, now in focus.get(one.turn_id, ()):
            about[now] += max(0, min(end, one.end_word) - max(first, one.first_word))
    for now, words in about.items():
        weights[now] += _IN_FOCUS * words / max(1, about.total())
    text = lower(fact.statement.split())
    main = max(range(len(found)), key=weights.__getitem__)
    for i, problem in enumerate(found):
        if problem.names(text):
            denied = fact.polarity is Polarity.ABSENT
            aside = denied or bool(_SET_AGAINST.search(problem.before(text)))
            passing = i != main and aside and found[main].expects(text)
            weights[i] += _NAMED_IN_PASSING if passing else _NAMED
        weights[i] += _GOES * problem.takes(text) + _ASKED * problem.expects(text)
    return found[max(range(len(found)), key=weights.__getitem__)]
