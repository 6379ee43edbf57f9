"""Whether what a statement joins was joined by whoever said it.

Words from two sentences, each truly said, make a third thing that nobody said: "Naproxen for heartburn" of
"omeprazole is for heartburn" and "we'll try naproxen". What a little word joins must stand in one sentence, or
in a question and its answer.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from scribe.extract.verify import lexicon, medicines, words
from scribe.extract.verify.claim import Claim, ClaimWord
from scribe.extract.verify.heard import Heard, HeardWord, as_said, units
from scribe.records import TO_DO, Fact, Mode, Role, Section, Verdict

# The lists of this module are our own: grammar, and in _complaints() the commonest complaints of general practice.
_TOLD_SINCE = lexicon.words_of("since after ever from start started began begin onset ago last")
# What somebody does while a thing is so. What such words call a complaint, or what it is like, is not meant.
_DOING = re.compile(r"^\w{2,}ing$")
_NOT_DOING = lexicon.words_of(
    "anything something everything nothing during morning evening tingling swelling bleeding vomiting wheezing itching feeling hearing "
    "coughing breathing worrying concerning dizzying annoying tiring burning stabbing throbbing shooting aching cramping "
    "including according starting ongoing lasting worsening increasing"
)
_OWNER = re.compile(
    r"^(GP|doctor|nurse|clinic|consultant|specialist|pharmacist|physio\w*)s? (?:to|will|should)\b", re.IGNORECASE
)
_IF = re.compile(r"(?<!as )\b(?:if|in case|unless|should)\b", re.IGNORECASE)
_CONDITION = lexicon.words_of("if unless when whenever case should once until any whether depending or")
_THINKS = re.compile(r"^(?:thinks?|thought)\b", re.IGNORECASE)
_THOUGHT = re.compile(
    r"(?:think|thought|reckon|suspect|assum|believ|guess|wonder|suppos|seem|sound|look|feel|likely|probabl|possib|may|might|could)"
)


def joined(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What "for", "from", "than" and "since" join was said together; and so was what somebody did while it hurt."""
    for place, word in enumerate(claim.words):
        before, after = _beside(claim, place)
        if before and after and _binds(word.text, before, after, fact) and _apart(before, after, heard):
            if word.text == "since" and _said_alone(after, heard):
                continue  # "There's a swelling. Since yesterday."
            return claim.not_so
        earlier = claim.words[place - 1] if place else None
        doing = _DOING.match(word.text) and word.text not in _NOT_DOING and not word.denied
        if earlier and doing and earlier.concepts & _COMPLAINTS and _apart(earlier, word, heard):
            return claim.not_so  # "pain lying down"
    return None


def _binds(word: str, before: ClaimWord, after: ClaimWord, fact: Fact) -> bool:
    """Whether a little word makes one thing of what stands on either side of it."""
    if word == "for":  # what a medicine that is taken is for is often told apart from its name
        return fact.section in TO_DO and bool(medicines.british(before.text))
    if word == "from":
        return bool(before.concepts & _COMPLAINTS)
    return word in {"than", "since"} and not (word == "since" and after.denied)


_TIME_ONLY = 5  # words of a sentence that only says when
_UNTIL = re.compile(r"\b(?:un)?till?\b", re.IGNORECASE)


def _said_alone(stated: ClaimWord, heard: Heard) -> bool:
    """Whether a word makes a sentence that only says when."""
    numbers = {one.sentence for one in heard.cited if one.concepts & stated.concepts}
    inside = [[one.text for one in heard.words if one.sentence == number] for number in numbers]
    return any(len(said) <= _TIME_ONLY and "since" in said for said in inside)


def since(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "When I'm walking" is not since: what began then is told by a word for beginning."""
    match = re.search(r"\bsince (.*)", claim.statement, re.IGNORECASE)
    told = {one.text for one in heard.words}
    recent = re.search(r"\b(?:in|for|over) the (?:last|past)\b", claim.statement, re.IGNORECASE)
    if (match or recent) and told & {"till", "until"} and "since" not in told and not _UNTIL.search(claim.statement):
        return claim.not_so  # "fine until Tuesday" is not fine since Tuesday
    if not match or not re.match(r"\w+ing\b", match[1]) or told & _TOLD_SINCE:
        return None
    return claim.not_so


_LATER = re.compile(r"\b(?:hour|minute|day|week|month|year)s? after\b", re.IGNORECASE)


def after(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Three days ago" is not three days after the other thing that was told."""
    if not _LATER.search(claim.statement) or _LATER.search(heard.text) or "later" in heard.text.lower():
        return None
    return claim.not_so if re.search(r"\bago\b", heard.text, re.IGNORECASE) else None


_LASTING = re.compile(
    r"\bfor (?:about |around |over |nearly |the )*(?:last |past )?(?P<time>[\w-]+ (?:day|week|month|year|hour)s?)\b",
    re.IGNORECASE,
)


def lasting(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """How long something has been was said of it: "a cough for a week, and since today a rash" says nothing of the rash."""
    match = _LASTING.search(claim.statement)
    if not match or fact.section not in _COMPLAINED:
        return None
    place = claim.place(match.start())
    stated = [word for word in claim.words[:place] if word.has_content]
    unit = match["time"].split()[-1].rstrip("s")
    told = [at for at, one in enumerate(heard.words) if one.text.rstrip("s") == unit]
    if not stated or not told:
        return None
    complaints = frozenset[str]().union(*(word.concepts for word in stated))
    for at in told:
        inside = [(abs(n - at), one) for n, one in enumerate(heard.words) if one.sentence == heard.words[at].sentence]
        ours = [gap for gap, one in inside if one.concepts & complaints]
        others = [gap for gap, one in inside if _COMPLAINTS & one.concepts and not one.concepts & complaints]
        if not others or (ours and min(ours) < min(others)):
            return None
    return claim.not_so


_BEGUN = re.compile(
    r"\b(?:start\w*|began|begun|gave|given|prescri\w+|put (?:me|her|him|you|them) on|got|been (?:on|taking|using)|since)\b",
    re.IGNORECASE,
)


def used(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "The drops were finished a month ago": a time ago is no length, unless something began then."""
    if fact.section is not Section.MEDICATION or claim.denies or not _LASTING.search(claim.statement):
        return None
    numbers = {one.sentence for one in heard.words if one.text == "ago"}
    told = [as_said([one for one in heard.words if one.sentence == number]) for number in numbers]
    return claim.not_so if told and not any(_BEGUN.search(one) for one in told) else None


def _complaints() -> frozenset[str]:
    named = (
        "diarrhoea", "vomiting", "nausea", "fever", "cough", "phlegm", "tired", "itch", "rash", "swelling", "pain", "headache", "dizzy", "breathless",
        "wheeze", "constipation", "bleeding", "anxiety", "depression",
    )  # fmt: skip
    return frozenset(one for kinds in words.concepts(list(named)) for one in words.equal(kinds))


_COMPLAINTS = _complaints()
_COMPLAINED = {Section.PRESENTING_COMPLAINT, Section.HISTORY}


def owned(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Who is to do it was named where it was said: of another thing they may have been named."""
    match = _OWNER.match(claim.statement)
    if not match:
        return None
    owner = claim.words[0]
    named = {one.sentence for one in heard.cited if one.concepts & owner.concepts}
    if not named:
        return None  # the clinician's own "I will"
    rest = [word for word in claim.content if word is not owner]
    near = [one for one in heard.words if any(abs(one.sentence - number) <= 1 for number in named)]
    there = sum(any(one.concepts & word.concepts for one in near) for word in rest)
    return claim.not_so if there * 2 < len(rest) else None


def conditional(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """An "if" was said as one, of what it is stated of; and an impression does not hang on what a safety net does."""
    match = _IF.search(claim.statement)
    if not match:
        return None
    if not {one.text for one in heard.words} & _CONDITION:
        return claim.not_so
    place = claim.place(match.start())
    before, after = _beside(claim, place)
    if not before or not after or not _apart(before, after, heard):
        return None
    of_condition = [word for word in claim.words[place + 1 :] if word.has_content]
    said_so = any(
        one.text in _CONDITION
        and any(_says(word, [later for later in heard.words[at:] if later.turn is one.turn]) for word in of_condition)
        for at, one in enumerate(heard.words)
    )
    speakers = {one.turn.role for one in heard.cited if any(one.concepts & word.concepts for word in claim.content)}
    if fact.section is Section.ASSESSMENT or not said_so or (fact.section in TO_DO and Role.PATIENT in speakers):
        return claim.not_so
    return None


def action(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What to do was said for this trigger: "a weak arm, ring 999. A bad headache, ring us the same day"."""
    match = _IF.search(claim.statement)
    if not match or fact.section not in TO_DO:
        return None
    place = claim.place(match.start())
    first = match.start() == 0
    stated = {one for one in _WHAT_TO_DO if re.search(one, claim.statement, re.IGNORECASE)}
    trigger = [word for word in (claim.words if first else claim.words[place + 1 :]) if word.has_content]
    for word in trigger:
        if any(re.search(one, word.text) for one in stated) or word.text in _CALLS:
            continue
        for number in {one.sentence for one in heard.words if one.concepts & word.concepts}:
            inside = as_said([one for one in heard.words if one.sentence == number])
            said = {one for one in _WHAT_TO_DO if re.search(one, inside, re.IGNORECASE)}
            if not said or said & stated or not stated:
                break
        else:
            if any(one.concepts & word.concepts for one in heard.words):
                return claim.not_so
    return None


_WHAT_TO_DO = (
    r"\b999\b",
    r"\b111\b",
    r"\bsame day\b",
    r"\b(?:a&e|a and e|casualty|emergency department)\b",
)
_CALLS = lexicon.words_of("ring call phone contact come go see return back get touch day same seek")
_FORMS = lexicon.words_of("gel cream ointment spray inhaler drops patch patches lotion mouthwash")


def form(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Take paracetamol, and rub on the ibuprofen gel" makes no paracetamol gel."""
    for name, shape in itertools.pairwise(claim.words):
        if shape.text not in _FORMS or not medicines.british(name.text):
            continue
        named = {medicines.british(a.text) for a, b in itertools.pairwise(heard.words) if b.text == shape.text} - {""}
        if named and medicines.british(name.text) not in named:
            return claim.not_so
    return None


_EXAM_OF = re.compile(
    r"^(?:(?P<first>\w+) exam(?:ination)?:|.*\bon (?:the |your |his |her )?(?P<last>\w+) exam(?:ination)?\b)",
    re.IGNORECASE,
)
_NO_EXAM = re.compile(r"\b(?:no|not) (?:[\w-]+ ){0,3}(?:exam(?:ination)?|tests?)\b", re.IGNORECASE)


def of_organ(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A finding stands after the part that was examined and before the next: "wheezing. On your heart exam, a murmur"."""
    if fact.section is not Section.EXAMINATION:
        return None
    if _NO_EXAM.search(claim.statement) and not _NO_EXAM.search(as_said(heard.cited)):
        return claim.not_so  # "no bruits. Your lung exam", "negative test": neither was left undone
    match = _EXAM_OF.match(claim.statement)
    if not match:
        return None
    part = (match["first"] or match["last"]).lower()
    stated = [word for word in claim.content if word.text not in (part, "exam", "examination")]
    named = ""
    told: set[str] = set()
    for at, one in enumerate(heard.words):
        after = heard.words[at + 1].text if at + 1 < len(heard.words) else ""
        named = one.text if after in ("exam", "examination") else named
        told |= {word.text for word in stated if named == part and one.concepts & word.concepts}
    headed = any(one.text == part and a.text in ("exam", "examination") for one, a in itertools.pairwise(heard.words))
    return claim.not_so if headed and 2 * len(told) < len(stated) else None


# Where a clinician who speaks on without a stop goes to the next part: "no bruits on your lung exam crackles".
_NEXT_PART = re.compile(
    r"\b(?:on|for|with) (?:the |your |his |her )?(?!an? |annual|yearly|routine|physical|quick|full|eye)(?:[\w-]+ ){0,2}exam(?:ination)?\b",
    re.IGNORECASE,
)


def across(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What was found before the next part is announced does not belong to what is found after it."""
    if fact.section is not Section.EXAMINATION or len(heard.turns) != 1:
        return None
    stretches: list[list[HeardWord]] = [[]]
    text, begins = "", []
    for one in heard.words:
        begins.append(len(text))
        text += f"{one.text} "
    borders = {match.start() for match in _NEXT_PART.finditer(text)}
    for begin, one in zip(begins, heard.words, strict=True):
        if begin in borders:
            stretches.append([])
        stretches[-1].append(one)
    stated = [word for word in claim.content if word.text not in {"exam", "examination"} and _says(word, heard.words)]
    most = max(sum(_says(word, stretch) for word in stated) for stretch in stretches)
    return claim.not_so if len(stretches) > 1 and most < len(stated) else None


_TEST = re.compile(
    r"\b(?:echo\w*|x-?rays?|scans?|mri|ct|e[ck]g|ultrasounds?|colonoscop\w+|endoscop\w+|biops\w+|spirometry)\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:order\w*|schedul\w*|book\w*|arrang\w*|refer\w*|send you|(?<!able to )get (?:you )?(?:an?|the)|(?:going to|gonna|will|'ll|want to|like to) (?:get|do|have|repeat))\b",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"\b(?:show|pull up|look at|see|review)\b", re.IGNORECASE)


def of_test(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What an investigation found was told after it, and not of one that is still to be done ("Echocardiogram: raised
    phosphatase" of "I'll order an echo. Your bloods showed …")."""
    label, colon, _ = claim.statement.partition(": ")
    match = _TEST.search(label)
    if not colon or not match or fact.section not in {Section.HISTORY, Section.EXAMINATION, Section.ASSESSMENT}:
        return None
    stem = match[0].lower()[:4].rstrip("s")
    numbers = sorted({one.sentence for one in heard.words})
    whole = {number: as_said([one for one in heard.words if one.sentence == number]) for number in numbers}
    named = {number for number, text in whole.items() if re.search(rf"\b{re.escape(stem)}", text, re.IGNORECASE)}
    of_label = len(words.tokens(label))
    stated = [word for word in claim.words[of_label:] if word.has_content]
    told = {one.sentence for one in heard.cited if any(one.concepts & word.concepts for word in stated)}
    if not named or not told or named & told:
        return None
    first = min(told)
    for number in named:
        if not _ORDERED.search(whole[number]) and (number < first or not _SHOWN.search(whole[number])):
            return None
    return claim.not_so


_OF_PARTS = (
    (
        lexicon.words_of("murmur murmurs rub rubs gallop gallops"),
        lexicon.words_of("lung lungs belly abdomen abdominal neck throat ear ears leg legs knee foot"),
    ),
    (
        lexicon.words_of("crackle crackles wheeze wheezes wheezing rales rhonchi rhonchus crepitations"),
        lexicon.words_of("neck heart cardiac belly abdomen abdominal throat ear ears leg legs knee foot"),
    ),
)


def in_its_part(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A sound is heard over the part that makes it: "no murmurs on your lung exam" joins two parts of an examination."""
    if fact.section is not Section.EXAMINATION:
        return None
    for piece in re.split(r"[,;:]| and | but ", claim.statement.lower()):
        plain = set(words.tokens(piece))
        if "radiat" in piece or "transmit" in piece:
            continue  # a murmur is heard into the neck
        if any(plain & sounds and plain & elsewhere for sounds, elsewhere in _OF_PARTS):
            return claim.not_so
    return None


def thought(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Nobody thinks who did not say so."""
    if _THINKS.match(claim.statement) and not any(_THOUGHT.match(one.text) for one in heard.words):
        return claim.not_so
    return None


def _beside(claim: Claim, place: int) -> tuple[ClaimWord | None, ClaimWord | None]:
    """The nearest words of content before and after a place."""
    before = [word for word in claim.words[:place] if word.has_content]
    after = [word for word in claim.words[place + 1 :] if word.has_content]
    return (before[-1] if before else None), (after[0] if after else None)


def _apart(one: ClaimWord, other: ClaimWord, heard: Heard) -> bool:
    """Whether both were said, and nowhere together."""
    whole = list(heard.words)
    if not _says(one, whole) or not _says(other, whole):
        return False
    return not any(_says(one, unit) and _says(other, unit) for unit in units(heard))


def _says(stated: ClaimWord, said: Sequence[HeardWord]) -> bool:
    return any(one.concepts & stated.concepts for one in said)


ALL = (
    joined,
    since,
    after,
    lasting,
    used,
    owned,
    conditional,
    action,
    form,
    of_organ,
    across,
    of_test,
    in_its_part,
    thought,
)
