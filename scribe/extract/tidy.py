"""Small slips of a statement that can be put right without changing what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from scribe.extract.clauses import cited_sentences
from scribe.extract.qualifiers import with_qualifiers
from scribe.records import Experiencer, Fact, Polarity, Section, Turn

# The lists of this module are our own, of spoken English and of what recognisers leave out.

# What speech hangs on to a list: "cats, stuff", "stairs and things like that".
_TRAILS = re.compile(
    r",?(?: and| or)? (?:stuff|things|something|whatever|so on)(?: like (?:that|this))?$", re.IGNORECASE
)
_SOMETHING_CALLED = re.compile(
    r"\b(?:a |some)thing,? (?:that's |that is |which is |which we )?call(?:ed)? (?=\w)", re.IGNORECASE
)
_OVER_TWICE = re.compile(r"\b(\d{2,3}/)(\d{2,3}) over \2\b", re.IGNORECASE)
# A recogniser leaves the apostrophe out: "mums got diabetes", "brothers had his knee replaced".
_ONE_RELATIVE = re.compile(
    r"^(mum|dad|nan|gran|brother|sister|wife|husband|son|daughter)s (got|had(?= (?:his|her)\b))", re.IGNORECASE
)
# "Hey, Dragon, order an echocardiogram", "number one, coronary disease", "does hear a murmur".
_TO_A_MACHINE = re.compile(r"^(?:(?:hey|okay|hi),? )?(?:dragon|dax|siri|alexa),? (?=\w)", re.IGNORECASE)
_COUNTED = re.compile(
    r"^(advised(?: to|:) )?(?:(?:for )?(?:your )?(?:number (?:one|two|three|four|\d)|(?:first|second|third|next|last) problem)(?: of| is to| is)?[,:]? )+(?=\w)",
    re.IGNORECASE,
)
_PERCEIVES = re.compile(
    r"^(?:does |do )?(?:hears?|sees?|appreciates?|notes?) (?:that )?(?:you(?:'ve)? (?:have|got) )?(?:an? |some )?(?=\w)",
    re.IGNORECASE,
)
# "Re- related", "chole- cholesterol": begun and begun again.
_STUTTER = re.compile(r"\b([a-z]{1,9})- ?(?=\1)", re.IGNORECASE)
_LOOKED_INTO = re.compile(r"\b(?:tests?|scans?|x-?rays?|bloods|biops\w+|results?)\b", re.IGNORECASE)
# "All right. Lungs are clear": of no side.
_RIGHT = re.compile(r"^right (?=\w)", re.IGNORECASE)
_ALL_RIGHT = re.compile(r"\b(?:all|that's) right\b", re.IGNORECASE)
# "Right now it's not swollen" does not say that it never was.
_NOW = re.compile(r"\b(?:right now|at the moment)\b", re.IGNORECASE)
_STATES_NOW = re.compile(r"\b(?:now|moment|current\w*|today|present\w*|any ?more|other|else)\b", re.IGNORECASE)
_SHORT = 5  # words: the "now" of a longer statement may belong to a part of it
_TOLD = {Section.PRESENTING_COMPLAINT, Section.HISTORY}
_CANNOT = re.compile(r"^(?:cannot|can't)\b", re.IGNORECASE)
_COULD_NOT = re.compile(r"\bcould(?:n['’]t| not)\b", re.IGNORECASE)
_CAN_NOT = re.compile(r"\bcan(?:['’]t|not| not)\b|\bunable\b", re.IGNORECASE)
_PAST = re.compile(r"^past (?:(?:medical )?history of )?(?=\w{3})", re.IGNORECASE)
# A sex that nobody spoke of: "it keeps me up" is no "keeps him up".
_SEXED = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
_WHOM = re.compile(
    r"\b(?:him|her)(?=$|[,;.]| (?:up|down|out|off|in|on|at|to|from|with|and|or|awake|when|if|that|by)\b)"
)
_WHOSE = re.compile(r"\b(?:his|her) (?=\w)")
_WEE = re.compile(r"\bwee (?=bit\b)", re.IGNORECASE)  # of Scots and Irish speech
_ADVISED = re.compile(r"^advised(?: to|:) (?P<verb>[a-z]+)\b", re.IGNORECASE)


def tidied(fact: Fact, turns: Mapping[str, Turn]) -> Fact:
    """The fact with its statement put right.

    Args:
        fact: as an extractor made it.
        turns: those that it cites, by id.
    """
    text = _SOMETHING_CALLED.sub("", _TRAILS.sub("", with_qualifiers(fact, turns)))
    text = _COUNTED.sub(lambda match: match[1] or "", _TO_A_MACHINE.sub("", text))
    if fact.section is Section.EXAMINATION and fact.polarity is Polarity.PRESENT:
        text = _PERCEIVES.sub("", text)
    text = _WEE.sub("", _STUTTER.sub("", text))
    text = _OVER_TWICE.sub(r"\1\2", text)
    text = _ONE_RELATIVE.sub(lambda match: f"{match[1]} {'has' if match[2].lower() == 'got' else 'had'}", text)
    said = cited_sentences(fact.evidence, turns)
    if (
        _RIGHT.match(text)
        and _ALL_RIGHT.search(said)
        and not re.search(r"\bright\b", _ALL_RIGHT.sub("", said), re.IGNORECASE)
    ):
        text = _RIGHT.sub("", text)
    if _CANNOT.match(text) and _COULD_NOT.search(said) and not _CAN_NOT.search(said):
        text = _CANNOT.sub("Could not", text)
    text = _own_act(text, said)
    if fact.section is Section.PAST_HISTORY:
        text = _PAST.sub("", text)  # the heading says so, and much of it is there still
    if fact.experiencer is Experiencer.PATIENT and not _SEXED & {word.strip(".,;:?!") for word in said.lower().split()}:
        text = _WHOSE.sub("", _WHOM.sub("patient", text))
    if fact.polarity is Polarity.ABSENT and fact.section in _TOLD and not _STATES_NOW.search(text):
        now = _NOW.search(said)
        text = f"{text} {now[0].lower()}" if now and len(text.split()) <= _SHORT else text
    if fact.section is Section.PRESENTING_COMPLAINT and (fact.polarity is Polarity.ABSENT or _LOOKED_INTO.search(text)):
        fact = replace(fact, section=Section.HISTORY)  # nobody comes with what they have not, or with a test
    return replace(fact, statement=text[:1].upper() + text[1:]) if text and text != fact.statement else fact


def _own_act(text: str, said: str) -> str:
    """What the clinician will do is no advice: "we're going to look at your foot" is "Look at foot"."""
    match = _ADVISED.match(text)
    if not match:
        return text
    verb = re.escape(match["verb"])
    ours = re.search(
        rf"\b(?:we|i)(?:['’](?:re|ll|d|m)| are| am| will| would| can| could)?(?: (?!you\b)\w+){{0,4}}? {verb}\b",
        said,
        re.IGNORECASE,
    )
    yours = re.search(rf"\byou(?:['’]\w+)?(?: (?!we\b|i\b)\w+){{0,4}}? {verb}\b", said, re.IGNORECASE)
    return text[match.start("verb") :] if ours and not yours else text
