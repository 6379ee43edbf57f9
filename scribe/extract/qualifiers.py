"""Little words of time, doubt and degree that a statement lost, put back from where it is cited.

"No evidence of coronary disease" is not "no coronary disease", and last year's echocardiogram is not today's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from scribe.extract.clauses import cited_sentences, sentences
from scribe.extract.verify.words import stem
from scribe.records import Certainty, Fact, Polarity, Role, Section, Turn

# The lists of this module are our own, of English.
_TOLD = {Section.PRESENTING_COMPLAINT, Section.HISTORY, Section.PAST_HISTORY, Section.SOCIAL_HISTORY}
_FOUND = {Section.EXAMINATION, Section.ASSESSMENT, Section.HISTORY}
_TEST = re.compile(
    r"^(?P<test>(?:[\w-]+ ){0,3}?(?:echo\w*|x-?rays?|scans?|mri|ct|e[ck]g|ultrasounds?|panel|labs|bloods?|blood tests?|colonoscopy|endoscopy|biopsy|spirometry))(?=:)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:from |in |back in |did )?(?P<when>last (?:year|month|week|spring|summer|autumn|fall|winter)|"
    r"(?:(?:about|around) )?(?:an? |a few |a couple of |[a-z]+ |\d+ )(?:week|month|year)s? ago|"
    r"(?:in )?(?:january|february|march|april|june|july|august|september|october|november|december)(?: (?:of )?(?:19|20)\d\d)?)\b",
    re.IGNORECASE,
)
_STATES_TIME = re.compile(r"\b(?:last|ago|since|previous\w*|old|prior|past|was|were|had|in \w+)\b", re.IGNORECASE)
_EVIDENCE = re.compile(
    r"\b(?:no|any|not (?:have|see|show)(?: any)?) (?P<what>evidence|signs?) of (?:any |an? )?(?P<of>[\w-]+)",
    re.IGNORECASE,
)
_CHILD = re.compile(
    r"\b(?:when|while) you were (?:a (?:child|kid|teenager)|young|little|younger)\b|\bas a (?:child|kid)\b",
    re.IGNORECASE,
)
_STATES_CHILD = re.compile(
    r"\b(?:child\w*|kid|young\w*|teen\w*|school|age|years?|ago|past|previous\w*|until|aged)\b", re.IGNORECASE
)
_AT_TIMES = re.compile(
    r"(?P<word>[\w'-]+) (?P<at>at times|now and (?:then|again)|every now and then|on and off|from time to time)\b",
    re.IGNORECASE,
)
_STATES_OFTEN = re.compile(
    r"\b(?:times|sometimes|now and|on and off|occasional\w*|intermittent\w*|comes and goes|often)\b", re.IGNORECASE
)
_SCHEDULED = re.compile(r"^(?P<what>.*[^,;])(?<! be) (?:is |are )?scheduled$", re.IGNORECASE)
_TO_SCHEDULE = re.compile(
    r"\bget\b[^.?!]*\bscheduled\b|\b(?:to|and|can|will|gonna|let's|please|i'll|we'll) (?:\w+ )?schedule\b",
    re.IGNORECASE,
)
_RECOMMENDS = re.compile(
    r"\brecommend(?:ing|ed|s)?(?: (?:that|you|your|the|an?|some|have|having|doing|going|for|with|to|would|is|be))* (?P<what>[\w-]+)",
    re.IGNORECASE,
)
_STATES_ADVICE = re.compile(
    r"\b(?:recommend\w*|advise\w*|suggest\w*|should|consider\w*|refer\w*|start|take|use|to|continue|stop|call|see|follow)\b",
    re.IGNORECASE,
)
_STATES_DOUBT = re.compile(
    r"\b(?:possib\w*|probab\w*|likely|may|might|could|would|perhaps|maybe|suspect\w*|think\w*|query|seems?|appears?|looks?|sounds?|suggest\w*|"
    r"consistent|concern\w*|worried|risk|if|can|not|no|unlikely|improv\w*|stable|normal|well|better)\b|\?",
    re.IGNORECASE,
)
_HEDGES = (
    (re.compile(r"\b(?:seems?|looks?|sounds?|appears?)(?: \w+){0,3}? (?:like|that|to be|to have|as if)\b|\b(?:seems?|appears?) (?:that )?you\b", re.IGNORECASE), "Looks like"),
    (re.compile(r"\b(?:most likely|very likely|likely|probably|i suspect)\b", re.IGNORECASE), "Probable"),
    (re.compile(r"\b(?:might|may|could) (?:also |just |well )?(?:be|have|represent)\b|\b(?:possibly|possible|perhaps|maybe)\b", re.IGNORECASE), "Possible"),
)  # fmt: skip
_NEAR_HEDGE = 4  # words from a doubt to what is doubted
_WANTS = re.compile(r"\bwants to\b", re.IGNORECASE)
_NEEDS = re.compile(r"\bneed(?:s|ed)? to\b", re.IGNORECASE)
_WISH = re.compile(r"\b(?:want\w*|wanna|like|love|hop(?:e|ing)|wish\w*|keen)\b", re.IGNORECASE)
_THINKS = re.compile(r"^thinks (?:that )?", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:is there|is it|are there|could (?:it|that|this|i) |do you think|will (?:it|i)|am i)\b", re.IGNORECASE
)
_NOW_AND_THEN = re.compile(r"\bnow and (?:then|again)\b", re.IGNORECASE)
# "An otherwise normal heart" may have a murmur.
_OTHERWISE = re.compile(r"\botherwise (normal|fine|well|clear|healthy|unremarkable|regular|okay|good)\b", re.IGNORECASE)


def with_qualifiers(fact: Fact, turns: Mapping[str, Turn]) -> str:
    """The fact's statement with the little words that bound it where it was said.

    Args:
        fact: as an extractor made it.
        turns: those that it cites, by id.
    """
    text = fact.statement
    said = cited_sentences(fact.evidence, turns)
    text = _meant(_otherwise(_percent(text, said), said), fact, said)
    if fact.section in _FOUND:
        text = _when_tested(text, fact, turns)
        if fact.polarity is Polarity.ABSENT:
            text = _evidence(text, said)
    if fact.section in _TOLD:
        text = _as_a_child(text, fact, turns)
        if fact.polarity is Polarity.PRESENT:
            text = _at_times(_was(text, said), said)
    if fact.section is Section.PLAN:
        text = _planned(text, said)
    if fact.section is Section.ASSESSMENT and fact.polarity is Polarity.PRESENT and fact.certainty is Certainty.CERTAIN:
        text = _hedged(text, said)
    return text


def _hedged(text: str, said: str) -> str:
    """A doubt that was said right before what is stated is stated with it."""
    first = re.match(r"[\w'-]+", text)
    if not first or _STATES_DOUBT.search(text):
        return text
    for hedge, word in _HEDGES:
        for match in hedge.finditer(said):
            following = re.split(r"[.?!]", said[match.end() :])[0].lower().split()[:_NEAR_HEDGE]
            if any(stem(one.strip(",;")) == stem(first[0].lower()) for one in following):
                start = text if text[:2].isupper() else f"{text[0].lower()}{text[1:]}"
                return f"{word} {start}"
    return text


def _percent(text: str, said: str) -> str:
    """ "Ejection fraction 45" of "forty-five per cent", where the number ends the statement."""
    match = re.search(r"\b(\d{1,3})$", text)
    told = match and re.search(rf"\b{match[1]} ?(?:%|per ?cent\b)", said, re.IGNORECASE)
    return f"{text}%" if told else text


def _otherwise(text: str, said: str) -> str:
    for word in _OTHERWISE.findall(said):
        if "otherwise" not in text.lower() and len(re.findall(rf"\b{word}\b", said, re.IGNORECASE)) == 1:
            text = re.sub(rf"\b{word}\b", f"otherwise {word}", text, count=1, flags=re.IGNORECASE)
    return text


def _meant(text: str, fact: Fact, said: str) -> str:
    """A need is no wish, a question no belief, and "now and then" not now."""
    if _WANTS.search(text) and _NEEDS.search(said) and not _WISH.search(said):
        text = _WANTS.sub(lambda match: "needs to" if match[0][0].islower() else "Needs to", text)
    if (
        _THINKS.match(text)
        and fact.section is Section.IDEAS_CONCERNS_EXPECTATIONS
        and "?" in said
        and _ASKED.search(said)
    ) and not re.search(r"\b(?:i|i'm) (?:\w+ )?(?:think|thinking|reckon|guess|thought)\b", said, re.IGNORECASE):
        text = _THINKS.sub("Asks whether ", text)
    then = _NOW_AND_THEN.search(said)
    if then and re.search(r"\bnow$", text, re.IGNORECASE):
        text = f"{text[:-3]}{then[0].lower()}"
    return text


def _when_tested(text: str, fact: Fact, turns: Mapping[str, Turn]) -> str:
    """A result is of the test that was named last before it, whenever that was done."""
    match = _TEST.match(text)
    if not match or _STATES_TIME.search(text):
        return text
    test = re.compile(rf"\b{re.escape(match['test'].split()[-1][:4].rstrip('s'))}", re.IGNORECASE)
    for turn in {one.turn_id: turns[one.turn_id] for one in fact.evidence}.values():
        end = max(one.end_word for one in fact.evidence if one.turn_id == turn.id)
        named = [one.text for one in sentences(turn) if one.first < end and test.search(one.text)]
        when = _WHEN.search(named[-1]) if named else None
        if when:
            return f"{match['test']} {when['when'].lower()}{text[match.end() :]}"
    return text


def _evidence(text: str, said: str) -> str:
    """ "No evidence of" a thing, wherever it was said."""
    for match in _EVIDENCE.finditer(said):
        of = re.escape(match["of"])
        if len(re.findall(rf"\b{of}\b", said, re.IGNORECASE)) == 1 and re.match(
            rf"no (?:[\w-]+ )?{of}\b", text, re.IGNORECASE
        ):
            return re.sub(r"^(no) ", rf"\1 {match['what'].lower()} of ", text, flags=re.IGNORECASE)
    return text


def _as_a_child(text: str, fact: Fact, turns: Mapping[str, Turn]) -> str:
    """What was asked of childhood is told of childhood."""
    if (
        re.search(r"\b(?:now|still|resolved|current\w*|grown)\b", text, re.IGNORECASE)
        or _STATES_CHILD.search(text)
        or len(fact.evidence) < 2
    ):
        return text
    ordered = sorted({turns[one.turn_id] for one in fact.evidence}, key=lambda turn: turn.number)
    for asked, answered in itertools.pairwise(ordered):
        if asked.role is Role.CLINICIAN and answered.number == asked.number + 1 and _CHILD.search(asked.text):
            return f"{text} as a child"
    return text


def _was(text: str, said: str) -> str:
    """ "I was short of breath" says nothing of now."""
    first = re.match(r"(?:[\w'-]+ ){1,2}[\w'-]+|[\w'-]+$", text)
    if not first or re.match(r"(?:was|were|had|has|have|is|did|used)\b", text, re.IGNORECASE):
        return text
    start = re.escape(first[0].lower())
    was = re.search(rf"\bi was (?:also |just |still |really |a bit )?{start}\b", said, re.IGNORECASE)
    now = re.search(
        rf"\b(?:i'm|i am|i've been|it's) (?:also |just |still |really |a bit )?{start}\b", said, re.IGNORECASE
    )
    return f"Was {text[0].lower()}{text[1:]}" if was and not now else text


def _at_times(text: str, said: str) -> str:
    match = None if _STATES_OFTEN.search(text) or re.search(r"\b(?:no|not|never)\b", text) else _AT_TIMES.search(said)
    return f"{text} {match['at'].lower()}" if match and text.lower().endswith(f" {match['word'].lower()}") else text


def _planned(text: str, said: str) -> str:
    match = _SCHEDULED.match(text)
    if match and _TO_SCHEDULE.search(said):
        return f"{match['what']} to be scheduled"
    if re.match(r"on (?!\w+day)", text, re.IGNORECASE) and re.search(r"\bshould be on\b", said, re.IGNORECASE):
        return f"Should be {text[0].lower()}{text[1:]}"
    told = None if _STATES_ADVICE.search(text) else _RECOMMENDS.search(said)
    if told and text.lower().startswith(told["what"].lower()):
        return f"Recommended: {text[0].lower()}{text[1:]}"
    return text
