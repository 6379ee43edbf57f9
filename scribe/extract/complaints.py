"""Complaints weighed: what speaks for each as a problem of its own.

What the patient says of their own accord counts: at the outset, announced ("while I'm here"), taken up by the clinician
("and the knee?", "how long has that been?"), talked of again. What is asked about, denied, somebody else's, or where
something is does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scribe.extract.clauses import Clause, bare, sentences, split
from scribe.extract.topics import Topic, any_name, topics
from scribe.records import Role, Turn

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

# What a patient (or a clinician who asks) says when another matter begins.
_ANOTHER = re.compile(
    r"\b(?:the other (?:thing|problem|issue|reason)|another (?:thing|problem|issue|matter)|(?:one|a) (?:more|other|second|separate) (?:thing|problem|issue)|the second (?:thing|problem|issue)|"
    r"while (?:i'm|i am|we're|we are) here|while i've got you|while you're (?:at it|doing|there|looking)|before i go|something else|what else|can i (?:just )?(?:also )?ask|the reason i'm asking|"
    r"(?:two|three|four) things|separate(?:ly)? (?:issue|problem|thing|from)|"
    r"(?:also|wanted|meant|meaning|told|said|got) (?:wanted |want |need |came |me |i've |i |you )*(?:to )?(?:ask|mention|show|bring|discuss)\b|ask about that too|bring (?:it|this|that) up|"
    r"i also (?:wanted|want|need|came) (?:to )?(?:ask|talk|mention|about|see|discuss|check)|"
    r"(?:there's|there is|there was) also (?:my|this|a|the)|completely different|nothing to do with (?:this|that))\b",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:no|not|never|nothing|without|isn't|wasn't|don't|doesn't|didn't|haven't|hasn't|n't)\b[\w' -]{0,24}$"
)
NO_ANSWER = re.compile(r"^(?:oh |um |er |well )*(?:no|nope|not|nothing|never)\b")
_RELATIVES = "mum|mother|dad|father|sister|brother|nan|gran|grandma|grandad|grandfather|grandmother|auntie|aunt|uncle|cousin|friend|mate|neighbour|husband|wife|partner|son|daughter"
_OF_ANOTHER = re.compile(
    rf"\b(?:my|his|her|our) (?:{_RELATIVES})(?:'s)? (?!say|said|reckon|think|thought|want|notice|told|keeps|made|won't let)[\w' ]*$"
)
# What a clinician puts before the problem that is taken up, near the beginning of what is said.
TAKEN_UP = re.compile(r"(?:^|\b)(?:the|your|his|her|that|those|these|this|which)(?: \w+)? $")
# How a clinician takes up what the patient just came out with, without naming it.
_GO_ON = re.compile(
    r"\b(?:tell me (?:\w+ )*(?:about|more)|how long|since when|when did|in what way|what happens|is that new|how (?:often|many|much)|what's (?:that|it|been)|for how long|(?:that|those|it) (?:been|start|come|happen)\w*)\b"
)
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
_REVIEW = re.compile(r"^(?:'s)? (?:readings?|review|check|check-up|follow-up|clinic|results?|blood tests?|annual)\b")
_TEST = re.compile(r"^ (?:tests?|echo\w*|scans?|x-?rays?|clinic)\b")  # a stress test is no stress
# Whether there is more; an answer that is not "no" brings another matter.
_ASKS_FOR_MORE = re.compile(
    r"^(?:okay|ok|good|right|great|lovely|and|so|now|well|is there|was there|did you have|have you got|,| )*(?:anything|something) else(?: (?:today|you (?:wanted|want|need|came)|i can|we can|on your|bothering|worrying|that you)\b.*)?$"
)
# What a clinician says of why the patient was asked to come, before the name of a problem.
_ASKED_TO_COME = re.compile(
    r"\b(?:rang|called|booked|text|texted|letter|wrote|asked|sent|come|coming|came|here|in|see you|review|is (?:it|this|that))\b[\w' ]* (?:about|for|with|regarding) (?:your|the|his|her)? ?$"
)
_EARLY = 8  # turns in which what the visit is for is said
_LATE = 0.6  # of the turns; from here on plans are made

# What each sign that something is a problem of its own is worth.
_SOON = 4  # turns
_AT_THE_OUTSET = 2
_SOON_AFTER = 1
_ANNOUNCED = 3
_OF_OWN_ACCORD = 1
_MOST_TAKEN_UP = 3
_OFTEN = (3, 7)  # turns that name it: a point each
ENOUGH = 4
MORE_FOR_A_SITE = 1  # twice that in the second half of the talk
MORE_IF_CHRONIC = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A clause with its words in lower case, and the number of its turn among all turns."""

    clause: Clause
    text: str
    at: int

    @property
    def ours(self) -> bool:
        """Whether the clinician says it."""
        return self.clause.role is Role.CLINICIAN


def said_in(turns: Iterable[Turn]) -> Iterator[Said]:
    """The clauses of a talk, in order."""
    for at, turn in enumerate(turns):
        for sentence in sentences(turn):
            for clause in split(sentence):
                yield Said(clause, lower(clause.words), at)


def lower(words: Sequence[str]) -> str:
    """Words in lower case, without punctuation around them."""
    return " ".join(each for each in map(bare, words) if each)


@dataclass
class Signs:
    """What speaks for a complaint. `first` is the turn in which it is said of the patient, counted among all turns."""

    topic: Topic
    first: int = -1
    turns: set[int] = field(default_factory=set)
    taken_up: set[int] = field(default_factory=set)
    announced: bool = False
    planned: bool = False
    worth: int = 0

    @property
    def weight(self) -> int:
        """Points; `enough` says how many make a problem."""
        often = sum(len(self.turns) >= number for number in _OFTEN)
        taken_up = min(len(self.taken_up), _MOST_TAKEN_UP)
        return self.worth + _ANNOUNCED * self.announced + taken_up + often + self.planned

    def enough(self, last: int) -> bool:
        """Whether it is a problem beside another, in a talk whose last turn is `last`."""
        late = self.first > last / 2
        more = MORE_FOR_A_SITE * self.topic.site * (1 + late) + MORE_IF_CHRONIC * self.topic.chronic
        return self.weight >= ENOUGH + more

    def part_of(self, other: Signs) -> bool:
        """Whether it is mostly part of the same problem as another."""
        if other.topic.general and not self.announced and self.first > other.first + _EARLY:
            return True
        return self.topic.key in other.topic.within or other.topic.key in self.topic.within


def weighed(said: Sequence[Said]) -> list[Signs]:
    """Every complaint that the patient has, with what speaks for it."""
    listener = _Listener(said)
    for place, each in enumerate(said):
        listener.hear(place, each)
    return [signs for signs in listener.signs.values() if signs.first >= 0]


def announced(said: Sequence[Said]) -> Iterator[int]:
    """The clauses in which the patient comes to another matter: says so, or answers "anything else?" with more than no."""
    invited = -1  # the turn in which the clinician asks for more
    for place, each in enumerate(said):
        if each.ours:
            invited = each.at if each.clause.asks and _ASKS_FOR_MORE.match(each.text) else invited
        elif _ANOTHER.search(each.text) or (
            invited == each.at - 1 and said[place - 1].at != each.at and not NO_ANSWER.match(each.text)
        ):
            yield place


def passed_by(text: str, before: str) -> bool:
    """Whether a complaint named after `before` is denied, or somebody else's."""
    return bool(_DENIED.search(before) or _OF_ANOTHER.search(before) or NO_ANSWER.match(text))


class _Listener:
    """Follows a talk from its first clause to its last."""

    def __init__(self, said: Sequence[Said]) -> None:
        self.signs: dict[str, Signs] = {}
        self._said = said
        self._late = _LATE * max((each.at for each in said), default=0)
        self._announcing = set(announced(said))
        self._told: set[int] = set()  # announcements after which the same turn said what of
        self._named_by_us: dict[str, int] = {}  # turn in which the clinician last named it
        self._just_said: Signs | None = None
        self._outset: int | None = None
        self._question = -1  # the clinician's last turn, and what it asks about
        self._background = self._where = False

    def hear(self, place: int, each: Said) -> None:
        """Takes in the next clause."""
        named = [(topic, topic.named.search(each.text)) for topic in topics()] if any_name().search(each.text) else []
        if each.ours:
            self._asked(each, bool(named))
        for topic, match in named:
            if match is None:
                continue
            before, after = each.text[: match.start()], each.text[match.end() :]
            if _TEST.match(after):
                continue
            review = each.at < _EARLY and bool(_REVIEW.match(after) or (each.ours and _ASKED_TO_COME.search(before)))
            if each.ours:
                self._named(topic, each, before)
                if not review:
                    continue
            elif self._background:
                continue
            if passed_by(each.text, before) or (topic.site and (self._where or _WHERE.search(before))):
                continue
            signs = self.signs.setdefault(topic.key, Signs(topic))
            if signs.first < 0:
                self._comes_up(signs, place, each, review)
            signs.turns.add(each.at)

    def _asked(self, each: Said, names: bool) -> None:
        """What the clinician's question is after; one that names nothing goes on with what was just said."""
        if self._just_said is not None and not names and _GO_ON.search(each.text):
            self._just_said.taken_up.add(each.at)
            self._just_said = None
        elif names:
            self._just_said = None
        same = each.at == self._question
        self._background = bool(_ABOUT_BACKGROUND.search(each.text)) or (self._background and same)
        self._where = bool(_ASKS_WHERE.search(each.text)) or (self._where and same)
        self._question = each.at

    def _named(self, topic: Topic, each: Said, before: str) -> None:
        """The clinician names a complaint: in passing, or to take it up."""
        self._named_by_us[topic.key] = each.at
        takes_up = len(before.split()) <= HEADING_WORDS and bool(TAKEN_UP.search(before))
        if topic.key not in self.signs and not takes_up:
            return
        signs = self.signs.setdefault(topic.key, Signs(topic))
        if signs.first >= 0:
            signs.turns.add(each.at)
        if takes_up:
            signs.taken_up.add(each.at)
        signs.planned = signs.planned or each.at > self._late

    def _comes_up(self, signs: Signs, place: int, each: Said, review: bool) -> None:
        """The first time that a complaint is said."""
        signs.first = each.at
        self._outset = each.at if self._outset is None else self._outset
        if each.at == self._outset:
            signs.worth += _AT_THE_OUTSET
        elif each.at <= self._outset + _SOON:
            signs.worth += _SOON_AFTER
        if self._named_by_us.get(signs.topic.key, -_EARLY) < each.at - 1:
            signs.worth += _OF_OWN_ACCORD
            if not signs.topic.chronic:
                self._just_said = signs
        here = {one for one in self._announcing if self._said[one].at == each.at and place >= one - 1}
        self._told |= here
        before = any(self._said[one].at == each.at - 2 for one in self._announcing - self._told)
        signs.announced = review or bool(here) or before
