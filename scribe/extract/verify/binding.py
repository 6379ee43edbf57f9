"""Whether words that were all said belong together as stated: what is compared with what, which bound goes with a number,
what a "no" was said of. Each word proved by itself can still make a statement that nobody made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scribe.extract.verify import lexicon, medicines
from scribe.extract.verify.claim import Claim, ClaimWord
from scribe.extract.verify.heard import Heard, HeardWord, as_said, units
from scribe.records import Fact, Mode, Outcome, Reason, Role, Section, Verdict

# The lists of this module are our own, of English.
_COMPARED = re.compile(r"^(?P<less>.+?)\b(?:not (?:as|so)|less) [\w-]+ (?:as|than) (?P<more>.+)$", re.IGNORECASE)
_BOUNDS = (
    (
        re.compile(r"\b(?:more than|over|above)\s+(?:about )?\d", re.IGNORECASE),
        re.compile(
            r"\b(?:more than|over|above|at least|or more|plus|exceed\w*|older than|upwards of)\b", re.IGNORECASE
        ),
    ),
    (
        re.compile(r"\b(?:less than|under|below)\s+(?:about )?\d", re.IGNORECASE),
        re.compile(r"\b(?:less than|under|below|fewer|within|younger than|not even|up to)\b", re.IGNORECASE),
    ),
)
_LATER = re.compile(r"\bin (?:about )?\d+(?:-\d+)? (?:day|week|month|year)s?\b(?! (?:time )?ago)", re.IGNORECASE)
_AGO = re.compile(r"\b(?:ago|back|earlier|before)\b", re.IGNORECASE)
_SAYS_IN = re.compile(r"\b(?:in|within|over|for) (?:a|an|the|about|around|another|\w+)\b", re.IGNORECASE)
_OWNED = frozenset({"your", "the", "this", "these", "that", "those"})
_WILL_LOOK = re.compile(
    r"\b(?:let's|going to|gonna|need to|want to|would like|i'll|we'll|book|get (?:you|that|your|the)\b.*\b(?:checked|looked|seen|examined))\b",
    re.IGNORECASE,
)
_ASKED_OF = {Section.PRESENTING_COMPLAINT, Section.HISTORY, Section.PAST_HISTORY, Section.SOCIAL_HISTORY}


def compared(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "The left knee not as bad as the right" was not said the other way round."""
    match = _COMPARED.match(claim.statement)
    if not match:
        return None
    less = [word for word in claim.content if word.text in match["less"].lower()]
    more = [word for word in claim.content if word.text in match["more"].lower() and word not in less]
    for sentence in {word.sentence for word in heard.cited}:
        inside = [word for word in heard.words if word.sentence == sentence]
        first, second = _places(less, inside), _places(more, inside)
        if first and second and re.search(r"\b(?:as|so|less|than)\b", as_said(inside)):
            return claim.not_so if min(first) > max(second) else None
    return None


def bounded(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "More than 3" was said as a bound, and "in 10 years" of what is to come."""
    for stated, said in _BOUNDS:
        if (match := stated.search(claim.statement)) and not said.search(heard.text):
            return Verdict(Outcome.CHECK, Reason.NUMBER_NOT_SAID, match.group())
    later = _LATER.search(claim.statement)
    if later and _AGO.search(heard.text) and not _SAYS_IN.search(heard.text):
        return Verdict(Outcome.CHECK, Reason.NUMBER_NOT_SAID, later.group())
    return None


def presupposed(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A "no" to "anything that brings your headaches on?" does not deny the headaches."""
    denied = [word for word in claim.content_or_frame if word.denied]
    if not denied or not claim.statement.lower().startswith("no "):
        return None
    mentions = [
        (place, one) for place, one in enumerate(heard.words) if one.cited and one.concepts & denied[0].concepts
    ]
    if not mentions or not all(one.question for _, one in mentions):
        return None
    if any(word.text in lexicon.IMPAIRED or word.text in _TROUBLE for word in claim.words):
        return None
    owned = [
        any(w.text in _OWNED and w.sentence == one.sentence for w in heard.words[max(0, place - 1) : place])
        and _asked_before(heard, place)
        for place, one in mentions
    ]
    return Verdict(Outcome.CHECK, Reason.POLARITY_UNCLEAR, denied[0].text) if all(owned) else None


_TROUBLE = lexicon.words_of("problem problems issue issues trouble difficulty difficulties change changes concerns")
# Something else is asked about before the thing is named: "anything that brings your headaches on".
_ASKS_ELSE = lexicon.words_of(
    "anything something triggers trigger set sets brought made makes worse better help helps helped"
)


def _asked_before(heard: Heard, place: int) -> bool:
    one = heard.words[place]
    before = [word.text for word in heard.words[:place] if word.sentence == one.sentence]
    return bool(set(before) & _ASKS_ELSE)


_WORRIED = re.compile(
    r"^(?:is |was )?(?:(?P<not>no|not|nothing|never)(?: too| very| really| to)* )?(?:worr(?:ied|y)|concerned|afraid|scared|anxious) (?:about|of|that)\b",
    re.IGNORECASE,
)
_WORRY = re.compile(
    r"\b(?:worr\w+|concern\w*|afraid|scar(?:ed|y|es)|anxious|fear\w*|panic\w*|frighten\w*|nervous|hope|serious|want|wanna|read|online|internet|(?:looked|searched|googled)(?: it| that)? up|googled)\b",
    re.I,
)


def worried(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What a patient is said to worry about was named beside the worry."""
    match = _WORRIED.match(claim.statement)
    if not match:
        return None
    reach = 0 if match["not"] else 1  # sentences: what is nothing to worry about was named in the same one
    about = [word for word in claim.content if not _WORRY.match(word.text)]
    for one in heard.cited:
        if any(one.concepts & word.concepts for word in about):
            near = [word for word in heard.words if abs(word.sentence - one.sentence) <= reach]
            if _WORRY.search(as_said(near)):
                return None
    return claim.not_so if about else None


# A little word makes another verb of these: what is brought up is not brought. Our own list of English.
_UP_OR_OUT = re.compile(r"\b(?P<verb>cough|bring|throw|pass)\w*(?: \w+)? (?:up|out)\b", re.IGNORECASE)


def up_or_out(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Throwing anything up?" "No." denies what comes up, and no throwing."""
    denied = [word for word in claim.words if word.denied]
    verbs = {match[0] for word in denied if word.has_content for match in [_BARE.match(word.text)] if match}
    others = [word for word in denied if word.has_content and not _BARE.match(word.text)]
    if len(verbs) != 1 or others or _UP_OR_OUT.search(claim.statement):
        return None
    verb = verbs.pop()
    inside = {word.sentence for word in heard.cited if word.text.startswith(verb)}
    asked = [as_said([word for word in heard.words if word.sentence == number]) for number in inside]
    apart = [[match["verb"].lower() for match in _UP_OR_OUT.finditer(one)] for one in asked]
    return claim.not_so if asked and all(verb in one for one in apart) else None


_BARE = re.compile(r"cough|bring|throw|pass")


_TOLD_TO = re.compile(r"can (?:sit|lie|lay|get|put|take|look|breathe|relax|come|stand|hop|go|turn)\b", re.IGNORECASE)


def to_be_found(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What is still to be looked at is no finding."""
    if fact.section is not Section.EXAMINATION or any(letter.isdigit() for letter in claim.statement):
        return None
    said = [word for word in heard.cited if word.turn.role is Role.CLINICIAN]
    numbers = {word.sentence for word in said}
    whole = [as_said([word for word in heard.words if word.sentence == number]) for number in sorted(numbers)]
    told = _TOLD_TO.match(claim.statement)
    if told and re.search(rf"\byou {told[0]}", as_said(heard.words), re.IGNORECASE):
        return Verdict(Outcome.REJECTED, Reason.NOT_DONE_YET, claim.statement)  # "okay, you can sit up"
    stated = [word.text for word in claim.content]
    if whole and not any(_is_found(one, stated) for one in whole):
        return Verdict(Outcome.REJECTED, Reason.NOT_DONE_YET, claim.statement)
    return None


_FINDS = re.compile(
    r"\b(?:there(?:'s| is| are)|you(?:'ve got| do have| have)|(?:is|are|looks?|feels?|seems?|shows?)\b|\w+'s (?:still|a|very|quite)\b)",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"\b(?:if|whether|see|sure|check)\b", re.IGNORECASE)


def _is_found(sentence: str, stated: Sequence[str]) -> bool:
    """Whether a sentence that may go on to what will be looked at, or begin with it, tells of a finding."""
    match = _WILL_LOOK.search(sentence)
    if not match:
        return True
    for part in (sentence[: match.start()], sentence[match.end() :]):
        finds = _FINDS.search(part)
        if finds and not _WHETHER.search(part[: finds.start()]) and any(word in part.lower() for word in stated):
            return True
    return False


def from_one_exchange(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Do you smoke?" and "any trouble at school?" do not make "smoking at school": words that stand only in questions
    stand in one."""
    if claim.denies or fact.section not in _ASKED_OF:
        return None
    asked: list[set[int]] = []
    for word in claim.content:
        mentions = [one for one in heard.cited if one.concepts & word.concepts]
        if not all(one.question and one.turn.role is Role.CLINICIAN for one in mentions):
            return None
        if mentions:
            asked.append({one.turn.number for one in mentions})
    apart = [(a, b) for place, a in enumerate(asked) for b in asked[place + 1 :] if not a & b]
    return claim.not_so if any(not _goes_on(a, b, heard) for a, b in apart) else None


def _goes_on(one: set[int], other: set[int], heard: Heard) -> bool:
    """Whether of two questions, by their turns, the later asks more of the same: "can you straighten the leg?" "Yes." "And bend
    it?" """
    first, second = sorted((one, other), key=min)
    if min(second) - max(first) > 2:
        return False
    return any(word.turn.number in second and word.text in {"it", "them"} for word in heard.words)


def denied_of(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Ramipril not ...": what is denied of a medicine was said in one breath with it, or in the answer about it."""
    match = re.match(r"^(?P<thing>.+?) (?:not|isn't|wasn't)\b(?P<what>.*)$", claim.statement, re.IGNORECASE)
    if not match or not medicines.named_in(match["thing"]):
        return None
    thing = [word for word in claim.content if word.text in match["thing"].lower().split()]
    what = [word for word in claim.content if word.denied and word not in thing]
    if not thing or not what:
        return None
    for unit in units(heard):
        if _places(thing, unit) and _places(what, unit):
            return None
    found = _places(thing, list(heard.cited)) and _places(what, list(heard.cited))
    return claim.not_so if found else None


_CALLED = re.compile(r"([\w-]+),? (?:called|i\.e\.|also known as) ([\w-]+)", re.IGNORECASE)


def called(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Two medicines are not one that is called by the other's name."""
    match = _CALLED.search(claim.statement)
    names = [medicines.british(one.lower()) for one in match.groups()] if match else []
    return claim.not_so if all(names) and len(set(names)) == 2 else None


def _places(stated: Sequence[ClaimWord], said: Sequence[HeardWord]) -> list[int]:
    return [place for place, one in enumerate(said) if any(one.concepts & word.concepts for word in stated)]


ALL = (compared, bounded, presupposed, worried, up_or_out, to_be_found, from_one_exchange, denied_of, called)
