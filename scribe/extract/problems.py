"""Problems: what brought the patient, each titled in words that were said, and which facts belong to it.

A problem is opened by what the patient says of their own accord, and weighed: said at the outset, announced ("while I'm
here"), taken up by the clinician ("and the knee?"), talked of again and again. What usually is part of a complaint
opens none. Then the talk is followed clause by clause: it stays with a problem until another is named, or something
that belongs to another alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scribe.extract.clauses import Clause, bare, sentences, split
from scribe.extract.extractor import Finding
from scribe.extract.merge import content
from scribe.extract.topics import Topic, any_name, any_of, topics
from scribe.extract.verify import medicines
from scribe.records import Fact, Polarity, Role, Section, Turn

# What a patient (or a clinician who asks) says when another matter begins.
_ANOTHER = re.compile(
    r"\b(?:the other (?:thing|problem|issue|reason)|another (?:thing|problem|issue|matter)|(?:one|a) (?:more|other|second|separate) (?:thing|problem|issue)|the second (?:thing|problem|issue)|"
    r"while (?:i'm|i am|we're|we are) here|while i've got you|separate(?:ly)? (?:issue|problem|thing|from)|"
    r"(?:also|wanted|meant|meaning|told|said|got) (?:wanted |want |need |came |me |i've |i |you )*(?:to )?(?:ask|mention|show|bring|discuss)\b|ask about that too|bring (?:it|this|that) up|"
    r"i also (?:wanted|want|need|came) (?:to )?(?:ask|talk|mention|about|see|discuss|check)|"
    r"(?:there's|there is|there was) also (?:my|this|a|the)|completely different|nothing to do with (?:this|that))\b",
    re.I,
)
_BACKGROUND = {
    Section.PAST_HISTORY,
    Section.MEDICATION,
    Section.ALLERGY,
    Section.FAMILY_HISTORY,
    Section.SOCIAL_HISTORY,
}
_TITLE_END = re.compile(
    r"\b(?:for|since|over|about|around|started|which|that|because|when|and then|in the last|after|until|last|yesterday|today|now|this morning|where|but)\b|[,:;(]|\d",
    re.I,
)
_TITLE_LEAD = re.compile(
    r"^(?:has been |having |had |has |feeling |feels |felt |noticed |some |a |an |the |bit of |lot of |problems? with |trouble with |struggling with |worried about |really )+",
    re.I,
)
LONGEST_TITLE = 6  # words
_DENIED = re.compile(
    r"\b(?:no|not|never|nothing|without|isn't|wasn't|don't|doesn't|didn't|haven't|hasn't|n't)\b[\w' -]{0,24}$"
)
_NO_ANSWER = re.compile(r"^(?:oh |um |er |well )*(?:no|nope|not|nothing|never)\b")
_RELATIVES = "mum|mother|dad|father|sister|brother|nan|gran|grandma|grandad|grandfather|grandmother|auntie|aunt|uncle|cousin|friend|mate|neighbour|husband|wife|partner|son|daughter"
_OF_ANOTHER = re.compile(
    rf"\b(?:my|his|her|our) (?:{_RELATIVES})(?:'s)? (?!say|said|reckon|think|thought|want|notice|told|keeps|made|won't let)[\w' ]*$"
)
# What a clinician puts before the problem that is taken up, near the beginning of what is said.
_TAKEN_UP = re.compile(r"(?:^|\b)(?:the|your|his|her|that|those|these|this)(?: \w+)? $")
_SET_AGAINST = re.compile(r"\b(?:before|after|during|between|from|since)(?: my| his| her| the| your| a)? $")
HEADING_WORDS = 6  # how near the beginning
_WHERE = re.compile(
    r"\b(?:on|behind|round|around|under|underneath|above|below|near|to|into|inside|between|of|past|down|over|across)(?: both| all)?(?: my| his| her| the| your)?(?: \w+)?(?: side of (?:my|the|his|her))? $"
)
# A question about what there was before, whose answer is no complaint.
_ABOUT_BACKGROUND = re.compile(
    r"\b(?:medical (?:problem|condition|histor|issue)|other (?:medical|health|condition|illness|problem)|(?:conditions?|illness\w*|operations?|diagnos\w+) (?:in|that|before|you)|"
    r"(?:take|taking|on) any|any (?:\w+ )?(?:medic\w+|tablets|allerg\w+)|allergic|allergies|regular medic|in the (?:past|family)|family history|run in|runs in|anyone in|anybody in|ever had|ever been|past medical)\b"
)
_ASKS_WHERE = re.compile(
    r"\b(?:where|whereabouts|which (?:part|area|bit)|(?:anywhere|somewhere) else|(?:spread|go|move) anywhere)\b"
)
_REVIEW = re.compile(r"^(?:'s)? (?:review|check|check-up|follow-up|clinic|results?|blood tests?|annual)\b")
_EARLY = 8  # turns in which what the visit is for is said
_LATE = 0.6  # of the turns; from here on plans are made

# What each sign that something is a problem of its own is worth.
_AT_THE_OUTSET = 2
_SOON_AFTER = 1
_ANNOUNCED = 3
_OF_OWN_ACCORD = 1
_MOST_TAKEN_UP = 3
_OFTEN = (3, 7)  # turns that name it: a point each
ENOUGH = 4
MORE_FOR_A_SITE = 2
MORE_IF_CHRONIC = 3

# What speaks for a fact's problem.
_IN_FOCUS = 2.5
_NAMED = 4.0
_NAMED_IN_PASSING = 1.0
_GOES = 1.5
_ASKED = 0.5


@dataclass(frozen=True, slots=True)
class _Said:
    """A clause with its words in lower case, and the number of its turn among all turns."""

    clause: Clause
    text: str
    at: int

    @property
    def ours(self) -> bool:
        return self.clause.role is Role.CLINICIAN


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
    said = list(_said(turns.values()))
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


def _said(turns: Iterator[Turn] | Sequence[Turn]) -> Iterator[_Said]:
    for at, turn in enumerate(turns):
        for sentence in sentences(turn):
            for clause in split(sentence):
                yield _Said(clause, _lower(clause.words), at)


def _lower(words: Sequence[str]) -> str:
    return " ".join(each for each in map(bare, words) if each)


# ---------------------------------------------------------------- which problems there are


@dataclass
class _Signs:
    """What speaks for a complaint as a problem of its own."""

    topic: Topic
    first: int  # turn in which the patient first says it
    turns: set[int] = field(default_factory=set)
    taken_up: set[int] = field(default_factory=set)
    announced: bool = False
    worth: int = 0
    planned: bool = False

    @property
    def weight(self) -> int:
        often = sum(len(self.turns) >= enough for enough in _OFTEN)
        signs = self.worth + _ANNOUNCED * self.announced + min(len(self.taken_up), _MOST_TAKEN_UP) + often
        return signs + self.planned


def _opened(said: Sequence[_Said], findings: Sequence[Finding]) -> list[_Problem]:
    """The problems in the order in which they came up."""
    announced = {each.at for each in said if not each.ours and _ANOTHER.search(each.text)}
    signs = _signs(said, announced)
    chosen: list[_Signs] = []
    taken_in: list[_Signs] = []
    for sign in sorted(signs, key=lambda s: (-s.weight, s.first)):
        akin = [other for other in [*chosen, *taken_in] if _part_of(sign, other)]
        if akin and not (sign.announced and sign.taken_up and sign.first > min(other.first for other in akin)):
            if sign.weight >= ENOUGH:
                taken_in.append(sign)
        elif (
            not chosen
            or sign.weight >= ENOUGH + MORE_FOR_A_SITE * sign.topic.site + MORE_IF_CHRONIC * sign.topic.chronic
        ):
            chosen.append(sign)
    chosen.sort(key=lambda s: s.first)
    found = [
        _Problem(_named(sign.topic, said), sign.first, [sign.topic.named], [sign.topic.goes], [sign.topic.asks])
        for sign in chosen
    ]
    for sign in taken_in:
        for problem, other in zip(found, chosen, strict=True):
            if _part_of(sign, other):
                problem.goes.append(sign.topic.named)
                break
    return _with_others(found, signs, announced, findings, said)


def _signs(said: Sequence[_Said], announced: set[int]) -> list[_Signs]:
    signs: dict[str, _Signs] = {}
    ours_at: dict[str, int] = {}
    outset: int | None = None
    last, background, where = -1, False, False
    late = _LATE * max((each.at for each in said), default=0)
    for each in said:
        if each.ours:
            background = bool(_ABOUT_BACKGROUND.search(each.text)) or (background and each.at == last)
            where = bool(_ASKS_WHERE.search(each.text)) or (where and each.at == last)
            last = each.at
        for topic in topics() if any_name().search(each.text) else ():
            match = topic.named.search(each.text)
            if not match:
                continue
            if each.ours:
                ours_at[topic.key] = each.at
                if topic.key in signs:
                    signs[topic.key].turns.add(each.at)
                before = each.text[: match.start()]
                if len(before.split()) <= HEADING_WORDS and _TAKEN_UP.search(before):
                    signs.setdefault(topic.key, _Signs(topic, -1)).taken_up.add(each.at)
                if topic.key in signs and each.at > late:
                    signs[topic.key].planned = True
                if each.at >= _EARLY or not _REVIEW.match(each.text[match.end() :]):
                    continue
            before = each.text[: match.start()]
            if _DENIED.search(before) or _OF_ANOTHER.search(before) or _NO_ANSWER.match(each.text):
                continue
            if (background and not each.ours) or (topic.site and (where or _WHERE.search(before))):
                continue
            sign = signs.setdefault(topic.key, _Signs(topic, -1))
            if sign.first < 0:
                sign.first = each.at
                outset = each.at if outset is None else outset
                if each.at == outset:
                    sign.worth += _AT_THE_OUTSET
                elif each.at <= outset + 4:
                    sign.worth += _SOON_AFTER
                if ours_at.get(topic.key, -9) < each.at - 1:
                    sign.worth += _OF_OWN_ACCORD
                sign.announced = any(at in announced for at in (each.at, each.at - 2))
            sign.turns.add(each.at)
    return [sign for sign in signs.values() if sign.first >= 0]


def _part_of(one: _Signs, other: _Signs) -> bool:
    """Whether a complaint is mostly part of the same problem as another."""
    if other.topic.general and not one.announced and one.first > other.first + _EARLY:
        return True
    return one.topic.key in other.topic.within or other.topic.key in one.topic.within


def _named(topic: Topic, said: Sequence[_Said]) -> str:
    """The clearest name that was said; a diagnosis only where the patient said it."""
    for name in topic.names:
        for each in said:
            match = name.pattern.search(each.text)
            if match and not (each.ours and name.diagnosis):
                return _capital(match.group().removesuffix("'s"))
    raise AssertionError(topic.key)  # a topic is only opened where the patient named it


def _with_others(
    found: list[_Problem],
    signs: Sequence[_Signs],
    announced: set[int],
    findings: Sequence[Finding],
    said: Sequence[_Said],
) -> list[_Problem]:
    """Adds what no topic describes: the first complaint, and what was announced, titled by the words of a fact."""
    complaints = [f.fact for f in findings if _complains(f.fact)]
    numbers = {each.at: each.clause.turn.number for each in said}
    places = {number: at for at, number in numbers.items()}
    known = {at for sign in signs for at in sign.turns}
    others: list[_Problem] = []
    for at in sorted(announced):
        if known & {at, at + 1, at + 2}:
            continue
        fact = next((f for f in complaints if at <= places.get(f.evidence[-1].turn_number, -1) <= at + 4), None)
        if fact is not None:
            others.append(_by_words(_title(fact), at))
    first = complaints[0] if complaints else None
    if first is not None and (found or others):
        begins = places.get(first.evidence[0].turn_number, 0)
        opened_later = all(problem.begins > begins + 4 and problem.begins in announced for problem in found)
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


def _followed(said: Sequence[_Said], found: Sequence[_Problem]) -> _Focus:
    focus: dict[str, list[tuple[int, int, int]]] = {}
    now = asked = 0
    homes: dict[str, int] = {}  # medicine → the problem that it was first spoken of with
    turn = -1
    for each in said:
        starts, turn = each.at != turn, each.at
        if starts and each.ours and now != asked and _returns(each.text, found[now], found[asked], found):
            now = asked
        now = _moved(each, found, now, homes)
        for medicine in _medicines(each):
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


def _moved(each: _Said, found: Sequence[_Problem], now: int, homes: Mapping[str, int]) -> int:
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


def _in_passing(each: _Said, problem: _Problem) -> bool:
    """Whether a problem is only named to ask or tell of another: "any headaches?", "no headaches", "before my period"."""
    before = problem.before(each.text)
    if _SET_AGAINST.search(before):
        return True
    return not _TAKEN_UP.search(before) and (each.clause.asks or bool(_NO_ANSWER.match(each.text)))


def _medicines(each: _Said) -> list[str]:
    return [name for name in map(medicines.british, each.text.split()) if name]


def _home(fact: Fact, found: Sequence[_Problem], focus: _Focus) -> _Problem:
    """By what it names and what belongs to that, and by what the talk was about where it was said."""
    weights = [0.0] * len(found)
    about: Counter[int] = Counter()
    for one in fact.evidence:
        for first, end, problem in focus.get(one.turn_id, ()):
            about[problem] += max(0, min(end, one.end_word) - max(first, one.first_word))
    for problem, words in about.items():
        weights[problem] += _IN_FOCUS * words / max(1, about.total())
    text = _lower(fact.statement.split())
    main = max(range(len(found)), key=weights.__getitem__)
    for i, problem in enumerate(found):
        if problem.names(text):
            denied = fact.polarity is Polarity.ABSENT
            aside = denied or bool(_SET_AGAINST.search(problem.before(text)))
            passing = i != main and aside and found[main].expects(text)
            weights[i] += _NAMED_IN_PASSING if passing else _NAMED
        weights[i] += _GOES * problem.takes(text) + _ASKED * problem.expects(text)
    return found[max(range(len(found)), key=weights.__getitem__)]
