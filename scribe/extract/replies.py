"""What the turns around the cited words say of them: whether the question was answered at all, and whether somebody said
otherwise in the next breath, or later.

A fact cites a question and an answer; what stands between them, and what comes after, may take it back. Nothing that may
have been taken back becomes a plain line: it waits to be checked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from scribe.extract.clauses import is_tag
from scribe.extract.verify import claim, lexicon, words
from scribe.extract.verify.heard import ANSWERS, Said, hear
from scribe.extract.verify.quantities import said_quantities
from scribe.records import Evidence, Fact, Outcome, Polarity, Reason, Role, Section, Turn, Verdict

# The lists of this module are our own, of how English is spoken in a consultation.

_REACH = 14  # words: how far back a correction may reach within a turn
_SHOWN = 6  # words of what was said instead
_OPENING = 3  # words of a reply in which a "no" is still the answer
_GOES_ON = 20  # words after a denial in which it may be taken back
_BACKCHANNEL = 4  # words of a turn between two of the other's that asks for nothing
_ANSWER = 10  # words of an answer that says no more than yes or no
_ONLY_NO = 6  # words of an answer that denies and says no more
_LATER = 8  # turns after a denial in which the thing may be told after all
_SOON = 3  # turns after a number was repeated in which it may be put right
_NEAR_END = 12  # words of a clinician's turn to which the reply is a reply
_ECHO = 14  # words of a turn that puts a number right
_NOT_THINGS = frozenset(
    words.stem(word)
    for word in ("does", "have", "been", "with", "from", "when", "that", "this", "other", "recent", "feel", "take")
)
_NOT_OWN = frozenset({"ever", "who", "he", "she", "they", "people", "if"})
_DENIALS = frozenset({"no", "not", "never", "none", "nothing", "neither", "nope"})
_TOLD = {Section.PRESENTING_COMPLAINT, Section.HISTORY, Section.PAST_HISTORY, Section.MEDICATION,
         Section.SOCIAL_HISTORY, Section.FAMILY_HISTORY}  # fmt: skip
_OPENS = r"^(?:\W*\b(?:um+|uh+|er+m?|oh+|ah+|well|so|and|yeah|okay|ok|you know|like|i think)\b)*\W*"
# "What's that, sorry?", "Pardon?", "In the stool?": asked back, so that nothing is answered yet.
_ASKED_BACK = re.compile(
    _OPENS
    + r"(?:no\W+)?(?:sorry\W+)?(?:(?:pardon|sorry|say (?:that |it )?again|come again|how do you mean|what do you mean|"
    r"what)(?:\W+(?:me|sorry|was that|did you say|again))*|what(?:'s| is| are| was)\b[^.!?]*)\W*",
    re.IGNORECASE,
)
# "No." "Um, occasionally, yeah."
_AFTER_ALL = re.compile(
    _OPENS
    + r"(?:occasionally|sometimes|now and (?:again|then)|once in a while|a little|a bit|i (?:do|did|have|would|used)\b(?!n)|"
    r"actually|maybe|yes)\b",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"^(?:\W*\b(?:um+|uh+|er+m?|oh+|ah+|well|so|sorry)\b)*\W*(?:no|nope|nah|not really)\b", re.IGNORECASE
)
# "But I did": of the thing itself, where no other is named.
_BUT_SO = re.compile(
    r"^(?P<no>(?:\S+ ){1,8}?)but (?:i|it|we|they|he|she) (?:(?:did|do|does|was|were)(?! (?:feel|get|have|notice|think|want|need|a|an|the|not)\b|n['’]t)|"
    r"(?:have|has|had|am|is)(?=[.,]|$| (?:in|before|once|around|when|years|recently|now|today)\b))",
    re.IGNORECASE,
)
_HYPO_HYPER = re.compile(r"\b(hypo|hyper)(\w{4,})", re.IGNORECASE)


def told_otherwise(fact: Fact, turns: Mapping[str, Turn]) -> Verdict | None:
    """CHECK where the talk around a fact takes it back or leaves it unanswered; None where nothing does.

    Args:
        fact: as it was found.
        turns: every turn of the recording by its id.
    """
    if not fact.evidence or any(one.turn_id not in turns for one in fact.evidence):
        return None
    around = _Around(fact, turns)
    return next(filter(None, (look(around) for look in _LOOKS)), None)


class _Around:
    """A fact within the whole talk."""

    def __init__(self, fact: Fact, turns: Mapping[str, Turn]) -> None:
        self.fact = fact
        self.turns = turns
        self.talk = sorted(turns.values(), key=lambda turn: turn.number)
        self.place = {turn.id: place for place, turn in enumerate(self.talk)}
        cited = sorted({self.place[one.turn_id] for one in fact.evidence})
        self.cited = [self.talk[place] for place in cited]
        self.last = fact.evidence[-1]  # in the order of the talk
        self.last_turn = turns[self.last.turn_id]
        self.told = fact.section in _TOLD

    @property
    def absent(self) -> bool:
        return self.fact.polarity is Polarity.ABSENT

    def between(self, one: Turn, other: Turn) -> list[Turn]:
        return self.talk[self.place[one.id] + 1 : self.place[other.id]]

    def after(self, turn: Turn, most: int) -> list[Turn]:
        return self.talk[self.place[turn.id] + 1 :][:most]

    def words_of(self, turn: Turn) -> list[str]:
        """The words of a turn that the fact cites."""
        return [
            word.text
            for one in self.fact.evidence
            if one.turn_id == turn.id
            for word in turn.words[one.first_word : one.end_word]
        ]


def _check(reason: Reason, detail: str) -> Verdict:
    return Verdict(Outcome.CHECK, reason, detail)


def _asked_again(around: _Around) -> Verdict | None:
    """Between a question and its answer the clinician asked for something else, which was answered ("Do you smoke? Do you
    drink?" "Now and again.")."""
    stated = {words.stem(word) for word in words.tokens(around.fact.statement)}
    for question, answer in itertools.pairwise(around.cited):
        if not _asks(question) or answer.role is Role.CLINICIAN:
            continue
        said = {words.stem(word) for word in words.tokens(question.text)}
        for turn in around.between(question, answer):
            things = {words.stem(word) for word in words.tokens(turn.text) if len(word) > 3} - _NOT_THINGS
            if _asks(turn) and things - said and not things & stated:
                return _check(Reason.POLARITY_UNCLEAR, around.fact.statement)
    return None


def _unanswered(around: _Around) -> Verdict | None:
    """What is denied was asked, and before anybody answered something else was ("Any itching in the ear?" "Do you use
    cotton buds?" "No."); or the question was only asked back ("What's that, sorry?")."""
    focus = claim.read(around.fact.statement).focus
    if not focus:
        return None
    head = focus[0].concepts
    for question in around.cited:
        if not _asks(question) or not any(head & kinds for kinds in _concepts(question)):
            continue
        following = around.after(question, _SOON)
        reply = next((turn for turn in following if turn.role is not Role.CLINICIAN), None)
        if reply is None:
            continue
        if around.absent and around.talk[around.place[reply.id] - 1] is not question and reply in around.cited:
            asked = [turn for turn in around.between(question, reply) if _asks(turn)]
            named = any(head & kinds for turn in [*asked[-1:], reply] for kinds in _concepts(turn))
            if asked and not named:
                return _check(Reason.POLARITY_UNCLEAR, focus[0].text)
        if _ASKED_BACK.fullmatch(reply.text.strip()):
            elsewhere = [turn for turn in around.cited if turn is not question and turn is not reply]
            if not any(head & kinds for turn in elsewhere for kinds in _concepts(turn)):
                return _check(Reason.POLARITY_UNCLEAR, focus[0].text)
    return None


def _concepts(turn: Turn) -> Sequence[frozenset[str]]:
    return words.concepts([plain for word in turn.words for plain in words.tokens(word.text)])


def _asks(turn: Turn) -> bool:
    said = turn.text.split()
    return turn.role is Role.CLINICIAN and bool(said) and said[-1].endswith("?") and not is_tag(said)


def _affirmed_next(around: _Around) -> Verdict | None:
    """The patient goes on, after a denial, to affirm the thing ("No." "But it's a bit of a rash, I suppose.")."""
    turn = around.last_turn
    if turn.role is Role.CLINICIAN or not around.absent:
        return None
    if re.match(r"not (?:sure|very|always|really)\b", around.fact.statement, re.IGNORECASE):
        return None
    rest = [word.text for word in turn.words[around.last.end_word :]][:_GOES_ON]
    said = list(rest)
    after = around.after(turn, 2)
    for one in after:
        if one.role is turn.role:
            said += [word.text for word in one.words][:_GOES_ON]
    plain = [letters(text) for text in said]
    turning = next((place for place, word in enumerate(plain) if word in {"but", "although", "except"}), None)
    own = bool(after) and after[0].role is turn.role
    if turning is None and own and letters(after[0].words[0].text) in {"yes", "yeah", "actually"}:
        turning = len(rest)  # "No." "Well, yes, once."
    if turning is None:
        return None
    wanted = {words.stem(word) for word in words.tokens(around.fact.statement)[1:] if len(word) > 3} - _NOT_THINGS
    for sentence in _sentences(said[turning:]):
        denied = any(letters(text) in _DENIALS or text.endswith("n't") for text in sentence)
        if not denied and wanted & {words.stem(letters(text)) for text in sentence}:
            return _check(Reason.CONTRADICTED, " ".join(sentence[: _SHOWN + 4]).strip(" ,.;"))
    return None


def _sentences(texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for text in texts:
        found[-1].append(text)
        if text.endswith((".", "?", "!")):
            found.append([])
    return found


def _denied_next(around: _Around) -> Verdict | None:
    """The patient's last sentence states something and the clinician's next words are "no".

    A recogniser writes many questions without their mark, so that they read as statements.
    """
    turn = around.last_turn
    if turn.role is Role.CLINICIAN or around.absent:
        return None
    texts = [word.text for word in turn.words]
    begin = sentence_before(texts, len(texts))
    said = {letters(text) for text in texts[begin:]}
    if around.last.end_word <= begin or said & _DENIALS or any(text.endswith("n't") for text in said):
        return None  # not the last sentence, or a denial of the patient's own that the clinician echoes
    reply = next(iter(around.after(turn, 1)), None)
    if reply is None or reply.role is not Role.CLINICIAN:
        return None
    first = [word.text for word in reply.words[:_OPENING]]
    if any(letters(text) == "no" and not text.endswith("?") for text in first):
        return _check(Reason.CONTRADICTED, " ".join(first).strip(" ,.;"))
    return None


def _but_so(around: _Around) -> Verdict | None:
    """An answer turns round after its "no" ("Not with you, but I did around 2009")."""
    if not around.absent or not around.told:
        return None
    stated = {words.stem(word) for word in words.tokens(around.fact.statement)}
    for turn in around.cited:
        if turn.role is Role.CLINICIAN:
            continue
        match = _BUT_SO.match(turn.text.lower())
        opening = words.tokens(match["no"]) if match else []
        if opening and opening[0] in _DENIALS and not stated & {words.stem(word) for word in opening[1:]} - _NOT_THINGS:
            cited = " ".join(around.words_of(turn)).lower()
            if cited.startswith(opening[0]):
                return _check(Reason.CONTRADICTED, _shown(turn))
    return None


def _went_on(around: _Around) -> Verdict | None:
    """A bare answer, or a clinician's summary, and then the patient says otherwise ("No." "Um, occasionally, yeah.")."""
    turn = around.last_turn
    cited = [letters(word) for word in around.words_of(turn)]
    if not around.told or around.last.end_word < len(turn.words):
        return None
    if turn.role is Role.CLINICIAN:
        focus = claim.read(around.fact.statement).focus
        if not focus or not any(focus[0].concepts & kinds for kinds in _concepts(turn)[-_NEAR_END:]):
            return None
    elif len(cited) > _ANSWER or not ANSWERS & set(cited):
        return None
    longer = len(cited) > _BACKCHANNEL  # taken back only by who gave it, in the next breath
    for one in around.after(turn, _SOON):
        if one.role is Role.CLINICIAN:
            if longer or len(one.words) > _BACKCHANNEL or one.text.rstrip().endswith("?"):
                return None
            continue
        if around.absent and turn.role is not Role.CLINICIAN and _AFTER_ALL.match(one.text):
            return _check(Reason.CONTRADICTED, _shown(one))
        if not around.absent and _NOT_SO.match(one.text):
            return _check(Reason.CONTRADICTED, _shown(one))
    return None


def _put_right(around: _Around) -> Verdict | None:
    """A number that the clinician repeats is put right ("It all started three days ago." "Four days ago.")."""
    if not around.told:
        return None
    stated = {(one.value, one.unit) for one in said_quantities(around.fact.statement) if one.unit}
    for turn in around.cited:
        if turn.role is not Role.CLINICIAN or not stated:
            continue
        mine = {(one.value, one.unit) for one in said_quantities(" ".join(around.words_of(turn)))} & stated
        for one in around.after(turn, _SOON):
            if len(one.words) > _ECHO:
                continue
            for said in said_quantities(one.text):
                if any(said.unit == unit and said.value != value for value, unit in mine):
                    return _check(Reason.CONTRADICTED, _shown(one))
    return None


def _other_word(around: _Around) -> Verdict | None:
    """Hypo- and hyper- are heard for each other: both were said."""
    match = _HYPO_HYPER.search(around.fact.statement)
    if not match:
        return None
    other = ("hyper" if match[1].lower() == "hypo" else "hypo") + match[2].lower()[:5]
    first, last = (around.place[turn.id] for turn in (around.cited[0], around.cited[-1]))
    near = around.talk[max(0, first - _SOON) : last + 1 + _SOON]
    saying = {turn.role for turn in near if match[0].lower()[:9] in turn.text.lower()}
    others = {turn.role for turn in near if other in turn.text.lower()}
    repeated = Role.CLINICIAN in others and len(others) == 1 and saying - others  # the patient's word counts
    if not others or repeated or other in around.fact.statement.lower():
        return None
    return _check(Reason.CONTRADICTED, other)


def _later(around: _Around) -> Verdict | None:
    """What a patient denied the same patient tells of soon after, in a sentence that holds all of it."""
    turn = around.last_turn
    if not around.absent or not around.told or turn.role is Role.CLINICIAN:
        return None
    if re.search(
        r"\b(?:other|else|further|more|now|again|moment|today|not (?:sure|very|always|really))\b",
        around.fact.statement,
        re.I,
    ):
        return None
    read = claim.read(around.fact.statement)
    denied = [word for word in read.content if word.denied]
    if not denied or len(denied) != len(read.content):
        return None
    for one in around.after(turn, _LATER):
        if one.role is not turn.role:
            continue
        heard = hear([Evidence(one.id, one.number, 0, len(one.words))], around.turns)
        for number in {word.sentence for word in heard.words}:
            inside = [
                word for word in heard.words if word.sentence == number and not word.question and not word.conditional
            ]
            if any(word.text in _NOT_OWN or lexicon.one_person(word.text) in lexicon.PEOPLE for word in inside):
                continue
            if all(any(w.said is Said.YES and w.concepts & word.concepts for w in inside) for word in denied):
                return _check(Reason.CONTRADICTED, " ".join(w.text for w in inside[:_SHOWN]))
    return None


_SIDED = re.compile(
    r"\b(left|right)(?:[- ]sided)? (?:\w+ ){0,2}?"
    r"(knee|hip|shoulder|ankle|elbow|wrist|foot|hand|arm|leg|eye|ear|breast|kidney|lung|thumb|finger|toe|heel|calf|thigh|groin|flank)s?\b",
    re.IGNORECASE,
)
_WELL = re.compile(r"\b(?:no|not|normal|fine|well|good|okay|clear|other|healthy|unremarkable|intact)\b", re.IGNORECASE)


def _other_side(around: _Around) -> Verdict | None:
    """The other side of the same part is named more often in the talk: one of the two may be a slip. What is well is
    often the other side."""
    if around.absent or _WELL.search(around.fact.statement):
        return None
    stated = {(side.lower(), part.lower()) for side, part in _SIDED.findall(around.fact.statement)}
    if not stated:
        return None
    said = [(side.lower(), part.lower()) for turn in around.talk for side, part in _SIDED.findall(turn.text)]
    for side, part in sorted(stated):
        other = "left" if side == "right" else "right"
        if said.count((other, part)) > max(1, said.count((side, part))):
            return _check(Reason.CONTRADICTED, f"{other} {part}")
    return None


_ALL_DENIED = re.compile(
    r"^no (?:other |new |more |current )?(?:symptoms?|problems?|issues?|complaints?|concerns?|changes?|trouble)$",
    re.IGNORECASE,
)


def _denied_in_part(around: _Around) -> Verdict | None:
    """ "Any symptoms? Any fever?" "No, none of those. I do notice a bit of swelling.": the answer goes on."""
    if not _ALL_DENIED.match(around.fact.statement) or around.last_turn.role is Role.CLINICIAN:
        return None
    if len(around.last_turn.words) <= _ONLY_NO:
        return None
    return _check(Reason.PARTIAL_ANSWER, around.fact.statement.removeprefix("No "))


_LOOKS = (
    _denied_next,
    _affirmed_next,
    _asked_again,
    _unanswered,
    _but_so,
    _went_on,
    _put_right,
    _other_word,
    _later,
    _other_side,
    _denied_in_part,
)


def _shown(turn: Turn) -> str:
    return " ".join(word.text for word in turn.words[:_SHOWN]).strip(" ,.;")


def letters(text: str) -> str:
    """A word as it is compared here: its letters, in lower case."""
    return re.sub(r"[^a-z']", "", text.lower())


def sentence_before(texts: Sequence[str], at: int) -> int:
    """Where the sentence that ends right before word `at` begins, as far as a correction may reach back."""
    begin = at - 1
    while begin > 0 and at - begin < _REACH and not texts[begin - 1].endswith((".", "?", "!")):
        begin -= 1
    return begin
