"""Closed questions with their items, and what an answer says about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from scribe.extract.phrase import clean, first_person, lead_off, second_person, third

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.


class Answer(StrEnum):
    """How a closed question was answered."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"  # "not really", "I don't think so": a no that one would not swear to
    NONE = "none"  # no yes and no no in it


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer's first word on the matter, and how many of its words that took."""

    answer: Answer
    used: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A closed question: what it says when the answer is yes, and when it is no, item by item.

    `choice` when it offers alternatives ("is it constant, or does it come and go?"), which yes or no cannot answer.
    `vague` when an item is a mere pronoun, so that it says nothing without what came before.
    """

    items: tuple[tuple[str, str], ...]  # (present, absent) statements, not yet finished
    choice: bool = False
    negative: bool = False  # "so there's no numbness?": already in the negative


_NO = re.compile(
    r"^(?:(?:oh|um|uh|er|well|ah|so|yeah|sorry|i think|i mean|i'd say|honestly)[,.]* )*(?:no|nope|nah|none|never|nothing|neither|not at all|not yet|not now|not at the moment|"
    r"not that i(?:'ve|'m| have| am)? (?:\w+ )?\w+(?: of)?|(?:haven't|hasn't|don't|doesn't|didn't|isn't|wasn't|aren't)\b|i (?:haven't|don't|didn't|wasn't|can't|couldn't)(?: (?:have|had|noticed|do|got|been))?(?: (?:any|that))?(?=[,.]|$))\b",
    re.I,
)
_UNSURE = re.compile(
    r"^(?:(?:oh|um|uh|er|well|ah|no|so)[,.]* )*(?:not really|not particularly|not especially|not specifically|not much|not massively|not very|hardly|i don't think so|don't think so|"
    r"i don't believe so|i wouldn't say so|probably not|maybe not|not sure|i'm not sure|i don't know|don't know|possibly|maybe|might do|sometimes|a (?:little )?bit|occasionally|i think so|perhaps)\b",
    re.I,
)
_DOUBTED_NO = re.compile(
    r"not really|not particularly|not especially|not specifically|think so|believe so|say so|probably not|maybe not",
    re.I,
)
_YES = re.compile(
    r"^(?:(?:oh|um|uh|er|well|ah|so)[,.]* )*(?:yes|yeah|yep|yup|yah|ya|mm-hmm|mhm|correct|that's right|that's correct|exactly|i do|i have|i am|i did|i was|it does|it is|it has|absolutely|definitely|of course|sure|indeed)\b",
    re.I,
)


def reply(text: str) -> Reply:
    """Reads the beginning of an answer. 'Not really' counts as no only with doubt; 'maybe' as neither."""
    plain = text.replace("’", "'").strip()
    match = _UNSURE.match(plain)
    if match:
        no = _DOUBTED_NO.search(match[0]) and not re.search(r"i think so", match[0], re.I)
        return Reply(Answer.UNSURE if no else Answer.NONE, len(match[0].split()))
    match = _NO.match(plain)
    if match:
        return Reply(Answer.NO, len(match[0].split()))
    match = _YES.match(plain)
    if match:
        return Reply(Answer.YES, len(match[0].split()))
    return Reply(Answer.NONE, 0)


_ASK_LEAD = re.compile(
    r"^(?:(?:and|so|um|uh|ok|okay|right|alright|now|also|then|just|but|or|fine|any other symptoms like|any other symptoms such as|"
    r"any other things like|can i (?:just )?(?:ask|check)|could i (?:just )?(?:ask|check)|may i ask|do you know if|do you know whether|can you tell me if|"
    r"can you tell me whether|could you tell me if|i was wondering if|i wonder if|let me ask|tell me|what about(?: any| an?)?|how about(?: any| an?)?|in terms of|apart from (?:that|this)|"
    r"at the moment|at present|currently|generally|normally|before this|otherwise|and then)\b[,.:]*\s+)+",
    re.I,
)
_TAIL = re.compile(
    r"[,\s]+(?:at all|or anything(?: like that| else)?|anything like that|or something(?: like that)?|that you(?:'ve| have)? noticed|that you know of|that you may know of|(?:that )?i should (?:be aware|know) of|(?:that )?i should know(?: about)?|you(?:'re| are) aware of|that you're aware of|"
    r"or not|is that right|is that correct|right|correct|yeah|yes|no|would you say|to your knowledge|you know|if you know|you said|you say|is it|isn't it|then|do you think|have you|do you|are you|ok|okay|any of those|any of that|sorry|please)[\s?.,]*$",
    re.I,
)
_NOTICE = (
    r"(?:had|got|have|noticed|experienced|been having|been getting|been experiencing|suffered(?: from)?|suffer(?: from)?|developed|get|getting|having|ever had|ever have|ever get|"
    r"noticed any other (?:things|symptoms)(?: like)?)"
)


def _strip(text: str) -> str:
    previous = None
    while previous != text:
        previous = text
        text = _TAIL.sub("", _ASK_LEAD.sub("", text)).strip(" ,.?!")
    return text


def _items(text: str) -> list[str]:
    """'fever, chills or chest pain' → its three items. Items that lean on each other are not split."""
    text = re.sub(r"^(?:things like|like|such as|for example|any|a|an|some|the)\s+", "", text, flags=re.I)
    text = re.sub(r"\b(?:for example|such as|things like|like)\b,?", ",", text, flags=re.I)
    parts = re.split(r"\s*,\s*(?:and |or |any |and any |or any )?|\s+(?:or|and) (?:any )?(?=\w)", text)
    parts = [re.sub(r"^(?:any|a|an|some|the|your|my|or|and)\s+", "", p.strip(" ,.?"), flags=re.I) for p in parts]
    parts = [
        p
        for p in parts
        if p and p.lower() not in {"anything", "something", "that", "like that", "else", "things", "so"}
    ]
    if not parts or any(len(p.split()) > 7 for p in parts):
        return [text]
    # "swelling in your arms or legs", "weakness of arms and legs": one item, its last words are a list
    joint = re.match(r"^(.*\b(?:in|of|on|to|from|with|around|behind|about|between)\b) [\w ]+$", parts[0], re.I)
    if joint and len(parts) > 1 and all(len(p.split()) <= 2 for p in parts[1:]):
        return [text]
    return parts


def asked(text: str) -> Asked | None:
    """Reads a closed question; None when it is open or not understood."""
    text = _strip(clean(text))
    if not text or len(text.split()) > 40:
        return None
    text = re.sub(
        r"^(?:you|you've) (?:mentioned|said|told me|say|were saying)(?: that| about)? (?=you|there|it|your)",
        "",
        _last_start(text),
        flags=re.I,
    )
    low = text.lower().replace("’", "'")
    if re.match(
        r"^(?:is|are|was|do|did|have|has) (?:there|you|they|it)? ?(?:have |had |got |noticed )?(?:anything|something)(?: else)?\b",
        low,
    ):
        return None
    if re.match(r"^(?:how|what|when|where|who|why|which|whose|whereabouts|what's|where's|how's)\b", low):
        return None

    choice = re.search(
        r"(?:,| ) ?or (?:is it|does it|do they|is that|are they|do you|are you|did it|was it|has it|more|is there)\b",
        low,
    )
    if choice and re.match(r"^(?:is|are|does|do|did|was|has)\b", low):
        return Asked((), choice=True)

    # so there's no X / no X / you don't have X / you haven't had X
    match = re.match(
        r"^(?:there's|there is|there are|there was|you've had|you have|you've got|you had|you've)? ?no (?:other )?(?P<x>.+)$",
        low,
    )
    if match and not re.match(r"^no (?:one|problem|worries)\b", low):
        return Asked(tuple((_cap(x), f"no {x}") for x in _items(_mine(_keep_case(text, match, "x")))), negative=True)
    match = re.match(
        rf"^(?:you|i take it you|i assume you) (?:haven't|don't|didn't|have not|do not) (?:really )?(?:ever )?(?:{_NOTICE}) (?:any |a |an )?(?P<x>.+)$",
        low,
    )
    if match:
        return Asked(tuple((_cap(x), f"no {x}") for x in _items(_mine(_keep_case(text, match, "x")))), negative=True)

    # Any X? / Do you have any X? / Have you noticed X? / Is there any X?
    match = re.match(
        rf"^(?:(?:do|did|does|have|has|are|is|were|was) (?:you|there|they|it|he|she)(?: (?:been|ever|also|currently|recently|still|previously))*(?: {_NOTICE})? (?:also |ever |recently )?(?P<any>any|a|an|some)|(?P<bare>any)) (?P<x>.+)$",
        low,
    )
    if match and not re.match(
        r"^any(?:thing)? (?:else|other (?:questions|symptoms|things|problems)\b(?! (?:like|such)))", low
    ):
        x = _keep_case(text, match, "x")
        if not re.match(r"^(?:more|of (?:those|these|that)|idea|chance|questions?|concerns?)\b", x, re.I):
            return _nouns(x)
    match = re.match(
        rf"^(?:do|did|have|has|are|were) (?:you|they|he|she)(?: (?:been|ever|also|currently|recently|still|previously))* ?{_NOTICE} (?P<x>(?!to\b|you\b|it\b|in\b|on\b|up\b|into\b|better\b|worse\b|checked\b|enough\b|sick\b|ill\b|this\b|that\b|them\b|one\b).+)$",
        low,
    )
    if match:
        return _nouns(_keep_case(text, match, "x"))

    # Do/Did you VERB …? Have you VERBed …? Are you …? Can you …?
    match = re.match(
        r"^(?P<aux>do|did|does|have|has|had|are|were|was|is|can|could|will|would) (?P<subject>you|they|he|she|it|that|this|there|your [\w ]{2,30}?|the [\w ]{2,30}?|these [\w]+|those [\w]+) (?P<x>.+)$",
        low,
    )
    if match:
        x = _keep_case(text, match, "x")
        return _verbal(match["aux"], match["subject"], x)
    if len(low.split()) <= 7 and not re.search(
        r"\b(?:i|we|you|he|she|it|they|is|are|was|do|this|that|what|how|when|thank|hello|hi|okay)\b|'", low
    ):
        return _nouns(text)
    # Statements put as questions: "So you're sleeping well?"
    match = re.match(r"^(?:you|it|it's|you're|you've|your|there|there's|that|that's)\b", low)
    if match:
        statement = first_person(second_person(text))
        if re.search(r"\b(?:no|not|never|n't)\b|n't\b", low):
            return Asked(((statement, statement),), negative=True)
        return Asked(((statement, f"not {statement[:1].lower() + statement[1:]}"),))
    return None


_START = re.compile(
    r"\b(?:(?:do|did|have|had|has|are|were|can|could|would|will) (?:you|they|he|she)\b|(?:is|are|was|were|has|have) there\b|(?:is|does|was|has|did) (?:it|that|this|the|your|he|she)\b|"
    r"(?:you|they|he|she) (?:haven't|don't|didn't)\b|there's no\b|any\b)",
    re.I,
)


def _last_start(text: str) -> str:
    """From where the question really begins: after a preamble of a few words, or at its last restart."""
    places = [m.start() for m in _START.finditer(text)]
    if not places:
        return text
    begin = places[0]
    for place in places[1:]:
        if (
            len(text[begin:place].split()) <= 4
            and not re.match(r"any\b", text[place:], re.I)
            and not re.search(r"\bor\s*$", text[begin:place], re.I)
        ):
            begin = place
    before = text[:begin].strip(" ,.")
    if re.search(r"\b(?:how|what|when|where|who|why|which|whose|if|that|because|whereabouts)\b", before, re.I):
        return text
    return text[begin:] if len(before.split()) <= 9 else text


def _keep_case(text: str, match: re.Match[str], group: str) -> str:
    return text[match.start(group) : match.end(group)]


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _mine(text: str) -> str:
    return _persons(text)


def _nouns(x: str) -> Asked:
    out = []
    for item in _items(_mine(x)):
        plain = item if item[1:2].isupper() else item[:1].lower() + item[1:]
        out.append((_cap(item), f"no {plain}"))
    return Asked(tuple(out))


def _verbal(aux: str, subject: str, x: str) -> Asked:
    mine = subject in {"you", "they", "he", "she"}
    who = "" if mine or subject in {"it", "that", "this", "there"} else re.sub(r"^(?:your|the) ", "", subject) + " "
    x = re.sub(r"^(?:ever|also|currently|still|actually|normally|generally|usually|happen to) ", "", x, flags=re.I)
    x = _persons(x)
    parts = (
        re.split(r"(?:,| ) ?or (?=(?:been|feel|feeling|had|have|take|taken|use|used|smoke|drink|get|got)\b)", x)
        if aux in {"have", "do", "are"}
        else [x]
    )
    items: list[tuple[str, str]] = []
    for part in parts:
        part = re.sub(r"\b(?:any|some)\b ", "", part, count=1) if aux in {"have", "do", "did"} else part
        verb, _, rest = part.partition(" ")
        rest = f" {rest}" if rest else ""
        negative_rest = rest
        if aux in {"do", "does"}:
            items.append((f"{who}{third(verb)}{rest}", f"{who}does not {verb}{negative_rest}"))
        elif aux == "did":
            items.append((f"{who}did {verb}{rest}", f"{who}did not {verb}{negative_rest}"))
        elif aux in {"have", "has", "had"}:
            items.append((f"{who}has {part}", f"{who}has not {part}"))
        elif aux in {"can", "could"}:
            items.append((f"{who}can {part}", f"{who}cannot {part}"))
        elif aux in {"will", "would"}:
            items.append((f"{who}{aux} {part}", f"{who}{aux} not {part}"))
        else:
            items.append((f"{who}{part}", f"{who}not {part}"))
    return Asked(tuple(items))


def _persons(text: str) -> str:
    return lead_off(first_person("x " + second_person(text)))[2:] if text else text
