"""The single checks. Each takes a fact, its claim, what was heard and the mode, and returns a verdict or None."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from scribe.extract.verify import binding, lexicon, manner, medicines, splice, whole, words
from scribe.extract.verify.claim import Claim, ClaimWord
from scribe.extract.verify.heard import Heard, HeardWord, Said, as_said
from scribe.extract.verify.quantities import TIME_UNITS, Quantity, quantities, said_quantities, unit_of
from scribe.extract.verify.spelled import abroad, knows
from scribe.records import (
    TO_DO,
    Certainty,
    Experiencer,
    Fact,
    Mode,
    Outcome,
    Polarity,
    Reason,
    Role,
    Section,
    Status,
    Turn,
    Verdict,
)

Check = Callable[[Fact, Claim, Heard, Mode], Verdict | None]

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

SURE_OF_SPEAKER = 0.6
SURE_OF_WORD = 0.5
_SURE_OF_WORD_OVER = 0.8  # where somebody else spoke at the same time
_SHORT_ANSWER = 3  # words; said over somebody else, whose they are is not sure
_HARDLY_HEARD = 0.3  # of a word that is neither number, medicine, negation nor side


def _check(reason: Reason, detail: str = "") -> Verdict:
    return Verdict(Outcome.CHECK, reason, detail)


# ---------------------------------------------------------------- numbers, units, dates


# "First rest, then ...", "one of them": words of number that count nothing.
_NO_COUNT = frozenset({"a", "an", "one", "first", "second", "single", "double", "half"})
_ONCE_COUNTS = re.compile(
    r"[\s,.;)]*(?:$|a |an |per |in |every |each |daily|weekly|monthly|yearly|or |before|only)", re.IGNORECASE
)


def numbers(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Every number of the statement was heard, with its unit."""
    said = said_quantities(heard.text)
    units = {unit_of(word.text) for word in heard.cited} - {""}
    for stated in quantities(claim.statement):
        raw = claim.statement[stated.start : stated.end]
        if raw.lower() in _NO_COUNT and stated.unit in {"", "th"}:
            continue
        if raw.lower() == "once" and not _ONCE_COUNTS.match(claim.statement[stated.end :]):
            continue
        if any(stated.same(one) and _unit_agrees(stated, one, units) for one in said):
            if other := _of_something_else(stated, claim, heard):
                return _check(Reason.NUMBER_NOT_SAID, other)
            if fact.section not in TO_DO and _only_aimed_at(stated, claim, heard):
                return _check(Reason.NUMBER_NOT_SAID, raw)
            continue
        if stated.unit and any(one.value == stated.value for one in said):
            return _check(Reason.UNIT_NOT_SAID, stated.unit)
        if raw.lower() in {"a", "an"} and stated.unit in units:
            continue
        return _check(Reason.NUMBER_NOT_SAID, raw)
    counted = {one.unit for one in quantities(claim.statement)}
    for place, word in enumerate(claim.words):
        unit = unit_of(word.text)
        if unit in TIME_UNITS - {"night", "fortnight"} and unit not in units | counted:
            return _check(Reason.UNIT_NOT_SAID, word.text)
        if _names_date(claim, place) and not any(_same_date(word.text, one.text) for one in heard.cited):
            return _check(Reason.NUMBER_NOT_SAID, word.text)
    return None


# "It should be over fifty", "the goal is seven".
_AIM = re.compile(
    r"\b(?:(?:should(?: \w+)?|(?:supposed|needs?|ought) to|want (?:it|that|this|them|those) to) be|(?:goal|target|normal)(?: range)? is)"
    r"(?: (?:over|under|above|below|around|about|at|between|least|less than|more than|greater than|up to))*\W*$",
    re.IGNORECASE,
)
_STATES_AIM = re.compile(
    r"\b(?:should|goal|target|aim\w*|normal|ideal\w*|want\w*|keep|supposed|needs?|ought)\b", re.IGNORECASE
)


def _only_aimed_at(stated: Quantity, claim: Claim, heard: Heard) -> bool:
    """Whether a number was named as what ought to be, while the statement gives it as what is."""
    before = re.split(r"[,;]", claim.statement[: stated.start])[-1]
    after = re.split(r"[,;]", claim.statement[stated.start :])[0]
    if _STATES_AIM.search(before + after):
        return False
    said = [one for one in said_quantities(heard.text) if stated.same(one)]
    return all(_AIM.search(heard.text[: one.start]) for one in said)


def _of_something_else(stated: Quantity, claim: Claim, heard: Heard) -> str:
    """The number as stated, where it was said of another thing than the statement names, or empty.

    "Ramipril five milligrams and bisoprolol ten": beside ramipril stands five. Only where every mention of the thing
    has a number of that unit of its own, and none of them the one that is stated.
    """
    if not stated.unit or len(quantities(claim.statement)) > 1:
        return ""
    things = [word for word in claim.focus if words.stem(word.text) not in _MEASURES and not unit_of(word.text)]
    near = list(_doses_beside(things, stated.unit, heard))
    for piece in [] if near else _pieces(heard):
        found = [one for one in quantities(as_said(piece)) if one.unit == stated.unit]
        if found and any(word.concepts & one.concepts for word in things for one in piece):
            near += found
    return "" if not near or any(stated.same(one) for one in near) else claim.statement[stated.start : stated.end]


def _doses_beside(things: Sequence[ClaimWord], unit: str, heard: Heard) -> Iterator[Quantity]:
    """The numbers of that unit that go with a medicine: from its name to the next one's, and "five milligrams of" it."""
    named = {medicines.british(word.text) for word in things} - {""}
    places = [place for place, word in enumerate(heard.cited) if medicines.british(word.text)]
    for number, place in enumerate(places):
        if medicines.british(heard.cited[place].text) not in named:
            continue
        end = places[number + 1] if number + 1 < len(places) else len(heard.cited)
        start = place - 4 if place and heard.cited[place - 1].text == "of" else place
        yield from (one for one in quantities(as_said(heard.cited[max(0, start) : end])) if one.unit == unit)


_MEASURES = frozenset(
    words.stem(word) for word in ("takes", "started", "symptoms", "lasting", "units", "tablets", "puffs")
)


def _names_date(claim: Claim, place: int) -> bool:
    """Whether the word is a day or a month; "may" is one only where a month can stand."""
    word = claim.words[place].text
    month = (
        word == "may" and place > 0 and claim.words[place - 1].text in {"in", "since", "last", "this", "until", "of"}
    )
    return word in lexicon.DATES or month


def _same_date(stated: str, said: str) -> bool:
    """Whether both name one day or month; it may have been said or written short ("Feb")."""
    said = said.removesuffix("'s")
    return said == stated or (2 < len(said) < 5 and stated.startswith(said))


def _unit_agrees(stated: Quantity, said: Quantity, units: set[str]) -> bool:
    return not stated.unit or bool(said.unit) or stated.unit in units or not units


# ---------------------------------------------------------------- medicines


def drugs(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Every medicine of the statement was heard, and by that name: another name for it, or one that only sounds alike,
    is asked about. A brand is not always what its generic name says (Clenil and Qvar are both beclometasone)."""
    plain = {word.text for word in heard.cited}
    joined = _joined(heard.text)
    for word in claim.words:
        name = medicines.british(word.text)
        if name and not any(medicines.same_name(word.text, other) for other in plain) and word.text not in joined:
            alike = [
                one for one in plain if medicines.british(one) == name or medicines.suggestion(one, heard.known) == name
            ]
            return _check(Reason.DRUG_DOUBTFUL, name) if alike else _check(Reason.DRUG_NOT_SAID, word.text)
        if not name and word.text in plain - heard.known and fact.section in {Section.MEDICATION, Section.ALLERGY}:
            suggested = medicines.suggestion(word.text, heard.known) if len(word.text) > 6 else ""
            if suggested and words.stem(word.text) not in lexicon.FRAME:
                return _check(Reason.DRUG_DOUBTFUL, suggested)
    return None


_MEDICATED = re.compile(
    r"\b(?:t(?:ake|akes|aking|ook|aken|ried)|us(?:e|es|ing|ed)|(?:re)?start\w*|stop\w*|continu\w*|increas\w*|reduc\w*|prescri\w*|switch\w*|"
    r"chang\w*|(?:i'm|i am|been|was) on|tablets?|capsules?|pills?|inhalers?|puffers?|creams?|ointments?|sprays?|drops|doses?|medic\w+|antibiotics?|"
    r"steroids?|statins?|allerg\w*|mg|milligrams?|micrograms?|mcg|ml)\b",
    re.IGNORECASE,
)


def no_word(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A word that no dictionary has, where a medicine may stand, was most likely one that was misheard ("salbutomol" for
    salbutamol); where it stands in pieces ("sinver statin"), they are put together to tell which."""
    told = [word.text for word in claim.words]
    for before, after in itertools.pairwise(claim.words):
        if (
            after.text == "statin"
            and before.has_content
            and not (before.text in _OF_STATINS or _MEDICATED.match(before.text))
        ):
            return _check(Reason.DRUG_DOUBTFUL, medicines.suggestion(before.text + "statin", heard.known))
    for place, word in enumerate(told):
        if len(word) < _NAME or not word.isalpha() or word in heard.known or medicines.british(word):
            continue
        if any(knows(one) for one in (word, word.capitalize(), word.upper(), *abroad(word))):
            continue
        if re.search(rf"\b{word} {_PLACE}", claim.statement, re.IGNORECASE):
            continue
        together = (word, *("".join(pair) for pair in itertools.pairwise(told[max(0, place - 1) : place + 2])))
        name = next(filter(None, (medicines.suggestion(one, heard.known) for one in together)), "")
        near = fact.section in {Section.MEDICATION, Section.ALLERGY} or (
            fact.section not in _OF_PEOPLE and _MEDICATED.search(f"{claim.statement} {heard.text}")
        )
        if name or near:
            return _check(Reason.DRUG_DOUBTFUL, name)
    return None


_OF_PEOPLE = {Section.SOCIAL_HISTORY, Section.FAMILY_HISTORY}  # where unknown words are names of places and firms
_OF_STATINS = lexicon.words_of(
    "high low intensity strength dose new old current regular same different another other stronger"
)
# An unknown word before one of these is its name.
_PLACE = r"(?:pharmac(?:y|ies)|chemists?|surgery|practice|hospital|clinic|ward|road|street)\b"
_NAME = 4  # letters: a shorter unknown word is an abbreviation


def _joined(text: str) -> str:
    """What was said with its numbers in digits and without spaces, for names such as "E forty-five"."""
    pieces: list[str] = []
    end = 0
    for one in quantities(text):
        pieces += [text[end : one.start], f"{one.value:g}"]
        end = one.end
    return re.sub(r"[\s.,-]+", "", "".join([*pieces, text[end:]])).lower()


def _named_by_number(word: str, joined: str) -> bool:
    """Whether a name that holds a number ("E45", "B12") was said, the number perhaps in words."""
    return bool(re.search(r"[a-z]\d", word)) and word in joined


_DOSE = re.compile(
    r"\b\d+(?:\.\d+)?[ -]?(?:mg|milligrams?|mcg|micrograms?|tablets?|capsules?|puffs?|sprays?)\b", re.IGNORECASE
)


_VITAMIN = re.compile(r"\bvitamin [a-z]\d*\b|\b[bd]\d+\b", re.IGNORECASE)


def dose(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A dose stands beside its medicine: alone, or beside a name that no list knows, it could be read onto another."""
    known = any(word.text in heard.known for word in claim.words)
    named = known or medicines.named_in(claim.statement) or _VITAMIN.search(claim.statement)
    if _DOSE.search(claim.statement) and not named:
        return _check(Reason.DRUG_DOUBTFUL)
    return None


# ---------------------------------------------------------------- side, site, person


def side(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A side that is stated was said, as a side ("right," is none), of this part, and not taken back."""
    for place, word in enumerate(claim.words):
        wanted = lexicon.SIDES.get(word.text)
        around = {one.text for one in claim.words[max(0, place - 1) : place + 2]} - {word.text}
        if word.text == "right" and around & {"all", "now", "away", "handed"}:
            continue
        if word.text == "both" and {one.text for one in claim.words[place + 1 : place + 4]} & lexicon.BODY:
            wanted = "both"
        if not wanted:
            continue
        said = _sides_of(claim, heard) or set(_sides(heard.cited))
        if wanted not in said and not (wanted == "both" and {"left", "right"} <= said):
            return _check(Reason.SIDE_NOT_SAID, word.text)
        if wanted in _taken_back(heard):
            return _check(Reason.SIDE_NOT_SAID, word.text)
    return None


def _sides_of(claim: Claim, heard: Heard) -> set[str]:
    """The sides that were said in one breath with what the statement is about; empty where none was."""
    things = [word for word in claim.content if word.text not in lexicon.SIDES and word.text != "both"]
    found: set[str] = set()
    for piece in _pieces(heard):
        if any(word.concepts & one.concepts for word in things for one in piece):
            found |= set(_sides(piece))
    return found


_CORRECTION = re.compile(
    r"\b(?:no,? sorry|sorry,? no|sorry,? (?:i mean|the)|i mean|no,? (?:wait|actually|the|my)|rather)\b", re.IGNORECASE
)


def _taken_back(heard: Heard) -> set[str]:
    """Sides that were said and then corrected: "the left, no, sorry, the right"."""
    pieces = _CORRECTION.split(heard.text)
    named = [set(re.findall(r"\b(?:left|right)\b", piece.lower())) for piece in pieces]
    back: set[str] = set()
    for before, after in itertools.pairwise(named):
        if before and after and not before & after:
            back = before
    return back


def _sides(heard: Sequence[HeardWord]) -> Iterator[str]:
    for place, word in enumerate(heard):
        if word.text in {"both", "sides", "bilateral", "bilaterally", "either"}:
            yield "both"
        elif word.text in {"upper", "top", "above"}:
            yield "upper"
        elif word.text in {"lower", "bottom", "below", "low", "down"}:
            yield "lower"
        elif word.text == "left":
            yield "left"
        elif word.text == "right":
            before = heard[place - 1].text if place else ""
            alone = word.word.text.endswith((",", "?", ".")) or before in {"all", "that's", "is", "be", "quite"}
            if not (alone and before not in {"the", "my", "your", "on", "left", "or", "upper", "lower", "side"}):
                yield "right"


def site(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A part of the body that is stated was said, in that word or an equal one."""
    said = frozenset[str]().union(*(word.concepts for word in heard.cited))
    statement = _NO_SITE.sub(" ", claim.statement.lower())
    for word in claim.words:
        if word.text in lexicon.BODY and word.text in statement and not word.concepts & said:
            if {words.stem(one) for one in lexicon.IMPLIES.get(words.stem(word.text), ())} & said:
                continue
            return _check(Reason.SITE_NOT_SAID, word.text)
    return None


# "Come back", "face to face": no part of the body.
_NO_SITE = re.compile(
    r"\b(?:come|comes|go|goes|get|gets|call|called|ring|phone|report|move|moved|going|coming|look\w*|bring|came|went) back\b|"
    r"\bback (?:in|to|if|for|on|at|home|sooner)\b|\bface[ -]to[ -]face\b|\bby hand\b"
)


_OF_WHOM = re.compile(r"^(?:died|dies|passed away|deceased)\b", re.IGNORECASE)


def person(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A relative who is stated was named; what a relative has is not written as the patient's."""
    said = {lexicon.one_person(word.text) for word in heard.cited}
    for place, word in enumerate(claim.words):
        if place > 1 and [one.text for one in claim.words[place - 2 : place]] == ["as", "a"]:
            continue  # "asthma as a child"
        if word.text in lexicon.PEOPLE and lexicon.one_person(word.text) not in said:
            if lexicon.one_person(word.text) == "child" and said & {"son", "daughter", "baby"}:
                continue
            return _check(Reason.PERSON_UNCLEAR, word.text)
    if other := _other_owner(claim, heard) or _of_another(fact, claim, heard) or _of_speaker(fact, claim, heard):
        return _check(Reason.PERSON_UNCLEAR, other)
    if _TURNED_ROUND.search(claim.statement) and not any(word.text == "patient" for word in heard.words):
        told = {word.text for word in heard.cited if word.turn.role is Role.CLINICIAN}
        if told & {"me", "us"}:
            return _check(Reason.PERSON_UNCLEAR, "patient")  # "give me a call" is no call to the patient
    named = any(word.text in lexicon.PEOPLE or word.text in {"family", "relative"} for word in claim.words)
    if fact.section is Section.FAMILY_HISTORY and not named and _OF_WHOM.match(claim.statement):
        return _check(Reason.PERSON_UNCLEAR)  # "died of a stroke": who, it does not say
    around = {lexicon.one_person(word.text) for word in heard.words}
    if fact.experiencer is Experiencer.RELATIVE and not around & (lexicon.PEOPLE | {"family", "relatives", "parents"}):
        return _check(Reason.PERSON_UNCLEAR)
    if fact.experiencer is Experiencer.PATIENT and not named and fact.section is not Section.FAMILY_HISTORY:
        owner = _subject(claim, heard)
        if owner:
            return _check(Reason.PERSON_UNCLEAR, owner)
    return None


_TURNED_ROUND = re.compile(
    r"\b(?:see|give|call|ring|tell|told|contact|phone|show|let|with|to) patient\b", re.IGNORECASE
)
_THEY = {"he", "she", "he's", "she's", "his", "hers"}
_OWNING = {"my", "your", "his", "her", "the", "our"}


def _of_another(fact: Fact, claim: Claim, heard: Heard) -> str:
    """The relative of whom the cited words were said, where the statement names nobody; or empty.

    "My cousin was, well, ill with it too": the cousin stands before the words that are cited. A bare
    "he" or "she" is a relative too, where one was named just before in the turn.
    """
    if not claim.words or any({word.text, lexicon.one_person(word.text)} & lexicon.PEOPLE for word in claim.words):
        return ""
    if fact.experiencer is not Experiencer.PATIENT and claim.words[0].text not in _THEY | {"died"}:
        return ""
    if claim.words[0].text in _THEY:
        return claim.words[0].text if fact.section is Section.FAMILY_HISTORY else _named_before(heard)
    first = heard.cited[0]
    inside = [word for word in heard.words if word.sentence == first.sentence]
    before = inside[: inside.index(first)]
    for place, word in enumerate(before):
        owned = place > 0 and before[place - 1].text in _OWNING
        if (
            owned
            and lexicon.one_person(word.text) in lexicon.PEOPLE
            and not {"i", "i'm", "i've", "and"} & {w.text for w in before[place:]}
        ):
            return word.text
    subject = first.text in _THEY or (before and before[-1].text in _THEY)
    return _named_before(heard) if subject else ""


def _named_before(heard: Heard) -> str:
    """The relative who was named last in the turn before the first cited word, or empty."""
    first = heard.cited[0]
    place = heard.words.index(first)
    people = [
        word.text
        for word in heard.words[:place]
        if word.turn.id == first.turn.id and lexicon.one_person(word.text) in lexicon.PEOPLE
    ]
    return people[-1] if people else ""


def _other_owner(claim: Claim, heard: Heard) -> str:
    """The stated relative, where the thing was said of another ("my gran has gout, my uncle angina"), or empty."""
    stated = [word for word in claim.words if lexicon.one_person(word.text) in lexicon.PEOPLE]
    things = [word for word in claim.content if lexicon.one_person(word.text) not in lexicon.PEOPLE]
    owners: set[str] = set()
    for piece in _pieces(heard):
        people = {lexicon.one_person(word.text) for word in piece} & lexicon.PEOPLE
        if people and any(word.concepts & one.concepts for word in things for one in piece):
            owners |= people
    if not stated or not owners or any(lexicon.one_person(word.text) in owners for word in stated):
        return ""
    a_child = any(lexicon.one_person(word.text) == "child" for word in stated)
    return "" if a_child and owners & {"son", "daughter"} else stated[0].text


# "I love this weather": of the clinician's own. "I know you have gout", "I see that it's swollen": of the patient.
_LIKES = {"love", "like", "enjoy", "hate", "live", "grew", "went", "used", "drive", "play", "drink", "eat"}


def of_clinician(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What the clinicians tell of themselves is not the patient's."""
    told = fact.section in {Section.HISTORY, Section.SOCIAL_HISTORY, Section.IDEAS_CONCERNS_EXPECTATIONS}
    if not told or any(word.turn.role is not Role.CLINICIAN for word in heard.cited):
        return None
    mentions = [place for place, one in enumerate(heard.words) if any(one.concepts & w.concepts for w in claim.content)]
    for place, one in enumerate(heard.words):
        following = heard.words[place + 1 : place + 4]
        likes = one.text == "i" and any(w.text in _LIKES and w.turn is one.turn for w in following[:2])
        if likes and mentions and all(place < at <= place + _BREATH for at in mentions):
            return Verdict(Outcome.REJECTED, Reason.PERSON_UNCLEAR, claim.statement)
    return None


_OWN = {"i", "i've", "i'm", "i'd", "i'll"}
_BREATH = 6  # words from who has a thing to the thing
_THINKING = {"think", "guess", "believe", "mean", "know", "suppose", "reckon", "remember", "don't", "can't", "say"}


def _of_speaker(fact: Fact, claim: Claim, heard: Heard) -> str:
    """What the patient told of themselves in the same breath as of a relative, where the relative is stated; or empty.

    "My dad has asthma, and when I was young I had eczema": the nearest who is spoken of before the thing has it.
    """
    relative = claim.words and lexicon.one_person(claim.words[0].text) in lexicon.PEOPLE
    if fact.section is not Section.FAMILY_HISTORY or not relative:
        return ""
    for word in claim.words[1:]:
        mentions = [place for place, one in enumerate(heard.words) if one.cited and one.concepts & word.concepts]
        if word.has_content and mentions and all(_own(heard.words, place) for place in mentions):
            return word.text
    return ""


def _own(said: Sequence[HeardWord], place: int) -> bool:
    """Whether the nearest who is spoken of before a word is the patient who speaks."""
    if said[place].turn.role is Role.CLINICIAN:
        return False
    for at in range(place - 1, max(-1, place - _BREATH), -1):
        if said[at].turn is not said[place].turn:
            return False
        text = said[at].text
        if text in _OWN:
            return at + 1 < len(said) and said[at + 1].text not in _THINKING
        if text in _THEY or text in {"they", "they've", "who"} or lexicon.one_person(text) in lexicon.PEOPLE:
            return False
    return False


def _pieces(heard: Heard) -> Iterator[list[HeardWord]]:
    """The cited words in runs between commas, full stops, "and" and "but"."""
    piece: list[HeardWord] = []
    for word in heard.cited:
        if piece and (word.sentence != piece[-1].sentence or word.text in {"and", "but"}):
            yield piece
            piece = []
        piece.append(word)
        if word.word.text.endswith((",", ";")):
            yield piece
            piece = []
    if piece:
        yield piece


def _subject(claim: Claim, heard: Heard) -> str:
    """The relative to whom the stated words belong where they were said ("my mum has asthma"), or empty."""
    for place, word in enumerate(heard.cited[:-1]):
        owned = place > 0 and heard.cited[place - 1].text in {"my", "your", "his", "her"}
        if not owned or lexicon.one_person(word.text) not in lexicon.PEOPLE:
            continue
        following: list[HeardWord] = []
        for one in heard.cited[place + 1 : place + 8]:
            if one.sentence != word.sentence or one.text in _SPEAKER:
                break
            following.append(one)
        # "My wife and I", "my son to school": no subject of what follows.
        if not following or following[0].text in {
            "and",
            "or",
            "to",
            "at",
            "in",
            "for",
            "with",
            "who",
            "on",
            "of",
            "about",
        }:
            continue
        rest = frozenset[str]().union(*(one.concepts for one in following))
        content = [one for one in claim.content if one.concepts & rest]
        elsewhere = frozenset[str]().union(*(one.concepts for one in heard.cited if one.sentence != word.sentence))
        if content and not any(one.concepts & elsewhere for one in content):
            return word.text
    return ""


_SPEAKER = {"i", "i'm", "i've", "i'd", "i'll", "me", "my", "you", "you've", "you're", "your", "we", "we've", "we're"}


# ---------------------------------------------------------------- polarity


def polarity(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What is stated as so was affirmed, what is denied was denied: in the words or by the answer."""
    if claim.denies:
        return _denial(claim, heard)
    if fact.polarity is Polarity.ABSENT and not _lexically_absent(claim) and not _names_negation(claim):
        return _check(Reason.POLARITY_UNCLEAR, _head(claim.content))
    if _GONE.search(claim.statement) or _excepted(claim, heard):
        return None
    if trouble := _trouble_denied(claim, heard):
        return _check(Reason.POLARITY_UNCLEAR, trouble)
    qualified = [word for word in claim.words if word.text in lexicon.IMPAIRED | lexicon.ATTITUDE]
    if qualified and not any(one.said is Said.NO for word in qualified for one in _mentions(word, heard)):
        return None  # "poor sleep" is not against "I can't sleep", nor "afraid of cancer" against "it's no cancer"
    if _names_negation(claim):
        return _lesser(claim, heard)
    no = {Said.NO, Said.LESS} if any(word.text in lexicon.DEGREE for word in claim.words) else {Said.NO}
    for part in (claim.focus, claim.content_or_frame):
        found = [
            (word, {one.said for one in mentions if not _taken_for_granted(one, heard)})
            for word in part
            if (mentions := _heard_of(word, claim, heard))
        ]
        against = [word for word, said in found if no & said and Said.YES not in said]
        if against and len(against) * 2 >= len(found):
            return _check(Reason.POLARITY_UNCLEAR, against[0].text)
        if found:
            break
    return _only_asked(claim, heard)


def _trouble_denied(claim: Claim, heard: Heard) -> str:
    """The trouble that a statement affirms and the words deny: "no problem in rehab" affirms the rehab, and no problem."""
    stated = next((word.text for word in claim.words if word.text in _TROUBLE), "")
    sentences = {word.sentence for word in heard.cited}
    said = {one.said for one in heard.words if one.text in _TROUBLE and one.sentence in sentences and not one.question}
    return stated if stated and said == {Said.NO} else ""


_TROUBLE = lexicon.words_of("problem problems trouble troubles difficulty difficulties issue issues")


def _taken_for_granted(one: HeardWord, heard: Heard) -> bool:
    """Whether a question only names what it asks about: a "no" to "chest pain with the cough?" does not deny the cough."""
    if not one.question or one.said is not Said.NO:
        return False
    place = heard.words.index(one)
    before = [word.text for word in heard.words[max(0, place - 4) : place] if word.sentence == one.sentence]
    owned = next((at for at in range(len(before) - 1, -1, -1) if before[at] in _GIVEN), -1)
    return owned > 0 and before[owned - 1] in _OF_WHAT


_GIVEN = lexicon.words_of("the your this that these those his her")
_OF_WHAT = lexicon.words_of(
    "with caused cause causing by from about during after before triggered trigger brought makes made"
)


def _excepted(claim: Claim, heard: Heard) -> bool:
    """Whether the statement names what an answer excepted from its "no": "any operations?" "No, just tonsils." """
    for match in _EXCEPTING.finditer(heard.text):
        named = {words.stem(one) for one in words.tokens(match[1])}
        if any(words.stem(word.text) in named for word in claim.content):
            return True
    return False


_EXCEPTING = re.compile(
    r"\b(?:no|not|none|nothing)\b[^.?!]*?\b(?:just|only|except|apart from)\b([^.?!]*)", re.IGNORECASE
)


def _lesser(claim: Claim, heard: Heard) -> Verdict | None:
    """ "Not very swollen", "does not sleep much": held back where the thing was affirmed and nothing lessened it."""
    mentions = [one.said for word in claim.focus for one in _mentions(word, heard)]
    if mentions and all(one is Said.YES for one in mentions) and not _any_negation(heard):
        return _check(Reason.POLARITY_UNCLEAR, _head(claim.content))
    return None


def _any_negation(heard: Heard) -> bool:
    return any(one.said is Said.NO or one.text in lexicon.NEGATIONS or one.text.endswith("n't") for one in heard.cited)


def _only_asked(claim: Claim, heard: Heard) -> Verdict | None:
    """A thing that stands only in a yes-or-no question, where a list got a bare yes, or nothing clear was answered."""
    mentions = [one for word in claim.content for one in _mentions(word, heard)]
    if not mentions or not all(one.question and one.said is not Said.NO for one in mentions):
        return None
    if len({one.sentence for one in mentions}) > 1:
        return None
    several = _is_list(heard, mentions[0].sentence)
    alternatives = any(word.text == "or" for word in claim.words) and all(one.said is Said.YES for one in mentions)
    if several or (alternatives and not quantities(claim.statement)):
        return _check(Reason.PARTIAL_ANSWER, claim.statement)
    if all(one.closed and one.said is Said.ASKED and whole.asks_whether_there_is(one, heard) for one in mentions):
        return _check(Reason.POLARITY_UNCLEAR, mentions[0].text)
    return None


def _is_list(heard: Heard, sentence: int) -> bool:
    """Whether a question with its mark asks about three things or more: short runs parted by commas or "or"."""
    inside = [word for word in heard.words if word.sentence == sentence]
    if not inside or "?" not in inside[-1].word.text:
        return False
    runs: list[list[HeardWord]] = [[]]
    for word in inside:
        if word.text == "or":
            runs.append([])
            continue
        runs[-1].append(word)
        if word.word.text.endswith(","):
            runs.append([])
    sizes = [
        sum(word.text not in lexicon.FRAME and len(word.text) > 1 for word in run)
        for place, run in enumerate(runs)
        if not (place and any(word.text in {"you", "you're", "you've", "it", "they", "there", "i"} for word in run))
    ]
    return sum(1 <= size <= 3 for size in sizes) >= 3


# Statements that say by themselves that something is over, unknown or being looked for.
_GONE = re.compile(
    r"\b(?:resolved|stopped|settled|gone|ex-|exclude[ds]?|rule[ds]? out|unsure|uncertain|unknown|unable|less|"
    r"only|rarely|seldom|infrequent\w*|wonders?|asks?|asked|whether|not sure|first time)\b",
    re.IGNORECASE,
)


def _denial(claim: Claim, heard: Heard) -> Verdict | None:
    denied = [word for word in claim.content_or_frame if word.denied]
    found = [(word, mentions) for word in denied if (mentions := _heard_of(word, claim, heard))]
    focused = [one for one in found if one[0] in claim.focus]
    if any(word.denied and word.text in lexicon.IMPAIRED for word in claim.words):
        return _impairment_denied(claim, heard, found)
    if not found:
        if _any_negation(heard):
            return None
        return _check(Reason.POLARITY_UNCLEAR, _head(denied))
    sentences = {one.sentence for _, mentions in found for one in mentions}
    if all(one.said is Said.ASKED for _, mentions in found for one in mentions) and len(sentences) == 1:
        several = _is_list(heard, sentences.pop())
        return _check(Reason.PARTIAL_ANSWER if several else Reason.POLARITY_UNCLEAR, found[0][0].text)
    now = bool(_NOW.search(claim.statement))
    less = any(word.text == "not" or word.text.endswith("n't") for word in claim.words)
    for part in (focused, found):
        agreeing = [word for word, mentions in part if _mostly_denied(mentions, now=now, less=less)]
        if len(agreeing) * 2 > len(part):
            return None
        if len(part) > 1 and len(agreeing) * 2 == len(part) and _denied_together(part):
            return None
        if part and len(agreeing) * 2 < len(part):
            break  # a tie is settled by the rest of the statement
    return _check(Reason.POLARITY_UNCLEAR, found[0][0].text)


def _impairment_denied(claim: Claim, heard: Heard, found: list[tuple[ClaimWord, list[HeardWord]]]) -> Verdict | None:
    """ "No difficulty swallowing": the trouble was denied, under whatever name, or the thing asked about with a no."""
    trouble = [one for one in heard.cited if one.text in lexicon.IMPAIRED]
    mentions = trouble or [one for _, ones in found for one in ones]
    plainly = [one.said for one in mentions if not one.question]
    # "I can't concentrate" affirms poor concentration, and "I can swallow" denies difficulty; under a question the answer counts.
    if not trouble and Said.NO in plainly and Said.YES not in plainly:
        return _check(Reason.POLARITY_UNCLEAR, _head(claim.content))
    if any(one.said in {Said.NO, Said.LESS} for one in mentions) and (not trouble or _mostly_denied(trouble)):
        return None
    return _check(Reason.POLARITY_UNCLEAR, _head(claim.content))


def _denied_together(found: list[tuple[ClaimWord, list[HeardWord]]]) -> bool:
    """Whether one sentence denies all of the words at once ("any drug allergies?" "No."), whatever others say of one."""
    denied = [{one.sentence for one in mentions if one.said is Said.NO} for _, mentions in found]
    return bool(set.intersection(*denied))


_NOW = re.compile(r"\b(?:now|at the moment|at present|currently|today|any ?more|any longer)\b", re.IGNORECASE)


def _mostly_denied(mentions: list[HeardWord], *, now: bool = False, less: bool = False) -> bool:
    """Whether a thing was denied at least as often as affirmed; of as many, the last counts.

    Args:
        mentions: where it was said.
        now: it is denied of now only, so that it may have been affirmed of another time.
        less: it is denied with "not", which "not very" bears out too.
    """
    no = {Said.NO, Said.LESS} if less else {Said.NO}
    settled = [one.said for one in mentions if one.said in no | {Said.YES} and not one.conditional]
    affirmed = settled.count(Said.YES)
    denied = len(settled) - affirmed
    return denied > affirmed or (denied > 0 and denied == affirmed and (now or settled[-1] is not Said.YES))


def _mentions(word: ClaimWord, heard: Heard) -> list[HeardWord]:
    """Where the word was said, or an equal one; where neither was, one that is near to it."""
    sure = words.equal(word.concepts)
    return [one for one in heard.cited if one.concepts & sure] or [
        one for one in heard.cited if one.concepts & word.concepts
    ]


def _heard_of(word: ClaimWord, claim: Claim, heard: Heard) -> list[HeardWord]:
    """The mentions of a word; where the statement sets it apart ("elsewhere"), those that were set apart, if any."""
    mentions = _mentions(word, heard)
    if any(one.text in lexicon.APART for one in claim.words):
        apart = {one.sentence for one in heard.cited if one.text in lexicon.APART}
        return [one for one in mentions if one.sentence in apart] or mentions
    return mentions


def _names_negation(claim: Claim) -> bool:
    """Whether the statement holds a negation at all, even a softened one ("not very painful")."""
    return any(word.text in lexicon.NEGATIONS or word.text.endswith("n't") for word in claim.words)


def _lexically_absent(claim: Claim) -> bool:
    return any(
        re.match(r"(un|in|non|nil|stop|resolv|absent|negative|normal|clear|lack|loss|free)", word.text)
        for word in claim.words
    )


def _head(content: tuple[ClaimWord, ...] | list[ClaimWord]) -> str:
    return content[0].text if content else ""


# ---------------------------------------------------------------- plan and possibility


_FUTURE = re.compile(
    r"\b(?:will|i'll|we'll|you'll|it'll|going to|gonna|need to|needs to|should|could|would|i'd|can|let's|want to|like to|"
    r"recommend|suggest|advise|arrange|book|plan|might|may|must|have to|try|make sure|keep)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:already|done|did|had|took|gave|went|got|saw|was|were|i've|we've|you've|last|yesterday|ago|(?:have|has)(?: just| also| already| recently)? (?:been|had|seen|taken|given|done|gone|written|\w{2,}[^e\W]ed))\b",
    re.IGNORECASE,
)


# "No, just my tonsils", "nothing apart from nuts": what follows is the exception, and is so.
_EXCEPTION = re.compile(
    r"\b(?:just|only|except(?: for)?|apart from|other than|besides)\b((?: [\w'-]+){1,4})", re.IGNORECASE
)
# "Do you remember its name?" "No": what is denied is the remembering.
_KNOWING = re.compile(r"\b(?:do|can|would|did) you (?:remember|recall|know|mind|want|happen to know)\b", re.IGNORECASE)


def exception(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A denial does not reach what was set apart from it, nor what was only asked to be remembered."""
    denied = [word for word in claim.content if word.denied]
    if not denied:
        return None
    for turn in heard.turns:
        if turn.role is Role.CLINICIAN:
            continue
        said = " ".join(words.tokens(turn.text))
        if not re.match(r"(?:\w+ ){0,3}?(?:no|not|nothing|none|nope)\b", said):
            continue
        for apart in _EXCEPTION.finditer(said):
            if re.search(rf"\bno (?:\w+ )?{re.escape(denied[0].text)}\b", said):
                continue  # "no blood, just loose stools": the thing itself was denied by name
            excepted = frozenset[str]().union(*words.concepts(apart[1].split()))
            if any(word.concepts & excepted for word in denied):
                return _check(Reason.POLARITY_UNCLEAR, denied[0].text)
    asked = " ".join(word.word.text for word in heard.words if word.question)
    if _KNOWING.search(asked) and not re.search(
        r"\b(?:remember|recall|know|mind|want)\w*\b", claim.statement, re.IGNORECASE
    ):
        return _check(Reason.POLARITY_UNCLEAR, denied[0].text)
    return None


_IF_SAID = re.compile(
    r"\b(?:if|unless|in case|when|whenever|should|once|until|as long as|provided|otherwise|after|any)\b", re.IGNORECASE
)


_ASKING_IF = re.compile(r"(?:wonder|ask|see|check|know|sure|unsure|as)(?:s|ed|ing)?$", re.IGNORECASE)


def condition(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A condition that is stated was said as one, in the sentence that names it or just before ("if any of these…")."""
    places = [
        place
        for place, word in enumerate(claim.words)
        if word.text in {"if", "unless"} and not (place and _ASKING_IF.match(claim.words[place - 1].text))
    ]
    if not places:
        return None
    after = [word for word in claim.words[places[0] + 1 :] if word.has_content]
    mentions = [one for word in after for one in _mentions(word, heard)]
    for number in {one.sentence for one in mentions}:
        said = " ".join(word.word.text for word in heard.words if number - 2 <= word.sentence <= number)
        if _IF_SAID.search(said):
            return None
    if mentions or not any(_IF_SAID.search(turn.text) for turn in heard.turns):
        return claim.not_so
    return None


_AVOID = re.compile(
    r"\b(?:avoid\w*|don't|do not|not|no|stay away|keep away|cut (?:out|down)|steer clear|off|without)\b", re.IGNORECASE
)


_ADVICE = re.compile(r"(?:advised(?: to|:)? )?(?:avoid|cut down on)\b", re.IGNORECASE)


def avoided(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What is to be avoided was named after the word that says so, in one sentence."""
    places = [place for place, word in enumerate(claim.words[:3]) if word.text in {"avoid", "cut"}]
    if not places or not _ADVICE.match(claim.statement):
        return None
    after = [word for word in claim.words[places[0] + 1 :] if word.has_content and word.text != "down"]
    for word in after[:1] if claim.words[places[0]].text == "cut" else after:  # what comes later may be the reason
        mentions = [(place, one) for place, one in enumerate(heard.words) if one.cited and one.concepts & word.concepts]
        if mentions and not any(
            _AVOID.search(" ".join(w.word.text for w in heard.words[:place] if w.sentence == one.sentence))
            for place, one in mentions
        ):
            return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED, word.text)
    return None


_SEEKS_HELP = re.compile(
    r"\b(?:call|ring|phone|contact|return|come back|see|seek|go to|999|111|a&e|a and e|emergency|hospital|review|message|"
    r"speak|book|get in touch|let|look out|watch|warned|safety|urgent\w*|attend|present|stop|worse|worsening)\b",
    re.IGNORECASE,
)


def safety_net(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A safety net says what to do, or when: its trigger alone would read as something that the patient has."""
    if fact.section is Section.SAFETY_NET and not (claim.says_condition or _SEEKS_HELP.search(claim.statement)):
        return Verdict(Outcome.REJECTED, Reason.HYPOTHETICAL, claim.statement)
    return None


def done(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What is stated as done was said in the past, not as a plan, and under no condition."""
    if claim.denies and not claim.begins_done:
        return None
    if not (claim.says_done or (fact.status is Status.DONE and not claim.says_condition)):
        return None
    if claim.begins_done and _IF.search(claim.statement):
        return _check(Reason.NOT_DONE_YET, claim.statement)
    nearest = [word for word in _nearest(claim, heard) if not word.conditional]
    said = as_said(nearest)
    if re.search(r"\balready\b", said, re.IGNORECASE):
        return None
    by_clinician = any(word.turn.role is Role.CLINICIAN for word in nearest)
    if (by_clinician and _FUTURE.search(said)) or not _PAST.search(said):
        return _check(Reason.NOT_DONE_YET, claim.statement)
    return None


_IF = re.compile(r"\b(?:if|unless|in case)\b", re.IGNORECASE)


def _nearest(claim: Claim, heard: Heard) -> list[HeardWord]:
    """The sentence that holds most of what is stated."""
    best: list[HeardWord] = []
    most = -1
    wanted = frozenset[str]().union(*(word.concepts for word in claim.content))
    for sentence in sorted({word.sentence for word in heard.cited}):
        inside = [word for word in heard.words if word.sentence == sentence]
        shared = len({word.text for word in inside if word.concepts & wanted})
        if shared > most:
            best, most = inside, shared
    return best


def hypothetical(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What was said under an "if" keeps its "if"; a doubtful diagnosis keeps its doubt."""
    if claim.says_condition or claim.denies:
        return None
    mentions = [one for word in claim.content for one in _mentions(word, heard)]
    mentions = [one for one in mentions if one.turn.role is Role.CLINICIAN or one.said is Said.YES]
    told = mentions and all(one.turn.role is Role.CLINICIAN for one in mentions)
    if told and all(one.conditional for one in mentions) and not claim.says_advice:
        return _check(Reason.HYPOTHETICAL, claim.statement)
    certain = fact.section is Section.ASSESSMENT and fact.certainty is Certainty.CERTAIN and not claim.says_doubt
    if certain and _DOUBTED.search(as_said(_nearest(claim, heard))):
        return _check(Reason.HYPOTHETICAL, claim.statement)
    return None


_DOUBTED = re.compile(
    r"\b(?:possibl\w+|might|could be|may be|may have|perhaps|maybe|not sure|wonder\w*|suspect\w*|query|likely|"
    r"probabl\w+|suggest\w*|sounds like|looks like|seems?)\b",
    re.IGNORECASE,
)


# ---------------------------------------------------------------- support, examination, certainty of hearing


def normal(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A normal finding, and everything that is stated as found, was said."""
    said = frozenset[str]().union(*(word.concepts for word in heard.cited))
    for word in claim.words:
        held = word.text in lexicon.NORMAL or (fact.section is Section.EXAMINATION and word.has_content)
        if held and not word.concepts & said:
            return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED, word.text)
    return None


def support(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Most words of the statement that claim something were said, or something equal, and always a named disease."""
    said = frozenset[str]().union(*(word.concepts for word in heard.cited))
    joined = _joined(heard.text)
    pairs = {"".join(pair) for pair in itertools.pairwise(word.text for word in claim.words)} & {
        w.text for w in heard.cited
    }
    missing = [
        word
        for word in claim.content
        if not word.concepts & said
        and not _named_by_number(word.text, joined)
        and not any(word.text in pair for pair in pairs)  # "hay fever" for "hayfever"
    ]
    if not missing:
        return None
    if len(missing) * 3 > len(claim.content) * 2:
        return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED, missing[0].text)
    unsaid = [word for word in missing if word in claim.focus and words.stem(word.text) in _CONDITIONS]
    return _check(Reason.NOT_SUPPORTED, unsaid[0].text) if unsaid else None


_CONDITIONS = frozenset(words.stem(name) for name in lexicon.CONDITIONS)


def examination(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """By telephone and video a finding needs a number that was measured and said."""
    if fact.section is Section.EXAMINATION and mode in {Mode.TELEPHONE, Mode.VIDEO} and not quantities(claim.statement):
        return _check(Reason.NOT_SUPPORTED, claim.statement)
    return None


def speaker(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    if any(turn.confidence < SURE_OF_SPEAKER or _said_over(turn) for turn in heard.turns):
        return _check(Reason.SPEAKER_UNSURE, claim.statement)
    return None


def _said_over(turn: Turn) -> bool:
    return turn.overlapped and len(turn.words) <= _SHORT_ANSWER


def hearing(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """The words where a slip harms (numbers, medicines, negations, sides) were heard clearly, and no word that a statement
    stands on was hardly heard at all."""
    stated = frozenset[str]().union(*(word.concepts for word in claim.words))
    bearing = {word.text for word in claim.content if len(word.text) >= _NAME}
    for one in heard.cited:
        harmful = (
            one.text in lexicon.NEGATIONS
            or bool(medicines.british(one.text))
            or one.text in heard.known
            or (bool(quantities(one.text)) and bool(quantities(claim.statement)))
            or (one.text in lexicon.SIDES and one.concepts & stated)
        )
        sure = _SURE_OF_WORD_OVER if one.turn.overlapped else SURE_OF_WORD
        if one.word.probability < (sure if harmful else _HARDLY_HEARD if one.text in bearing else 0):
            return _check(Reason.WORDS_UNSURE, one.text)
    return None


# How a recogniser writes "four a day" and "two times a day".
_COUNT_OR_NOT = re.compile(
    r"\b(?:for|to|too) (?:(?:a|each) (?:day|night)(?! or\b)|times (?:a|each|per)\b)", re.IGNORECASE
)


def misheard_count(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Of a medicine "for a day" may have been "four a day"."""
    found = _COUNT_OR_NOT.search(claim.statement)
    of_medicine = fact.section is Section.MEDICATION or medicines.named_in(claim.statement)
    return _check(Reason.WORDS_UNSURE, found.group()) if found and of_medicine else None


ALL: tuple[Check, ...] = (
    whole.worded,
    examination,
    normal,
    drugs,
    no_word,  # before the dose: it can tell which name was meant
    dose,
    numbers,
    misheard_count,
    side,
    site,
    person,
    of_clinician,
    done,
    whole.topic,
    exception,
    condition,
    avoided,
    safety_net,
    *binding.ALL,
    *splice.ALL,
    *manner.ALL,
    polarity,
    hypothetical,
    whole.general,
    whole.doubt,
    whole.unnamed,
    support,
    speaker,
    hearing,
)
