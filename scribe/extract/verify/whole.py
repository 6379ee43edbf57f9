"""Whether a statement is one at all: words that say something by themselves, and not the remains of a question, of a
condition or of a sentence that was broken off. What fails here is noise, or would be read as something it is not."""

from __future__ import annotations

import re

from scribe.extract.verify import lexicon, medicines
from scribe.extract.verify.claim import Claim
from scribe.extract.verify.heard import ANSWERS, HESITATION, Heard, HeardWord, Said, answer, as_said, several_things
from scribe.extract.verify.quantities import quantities
from scribe.records import Certainty, Fact, Mode, Outcome, Polarity, Reason, Role, Section, Verdict

_TOLD = {Section.PLAN, Section.SAFETY_NET}

# "No no headaches", "No anything when …", "No in the night": a denial whose own words do not hold together.
_GARBLED = re.compile(
    r"^no (?:no|not|any\w*|either|in|of|at|on|with|to|for|from|and|or|i|you|it|they|we|he|she|is|are|was|were|have|has|do|does)\b",
    re.IGNORECASE,
)
# "Any" asks or denies; a statement that affirms with it is the remains of a question.
_ANY = re.compile(r"^any(?:thing|one|body|where)?\b", re.IGNORECASE)
# Begins with what joins it to words that are not there: grammar, as are the lists of this module where nothing else is said.
_REMAINS = re.compile(
    r"^(?:which|whose|whom|that'll|that's|of|than|the (?:it|i|he|she|they|we|that|and)|or|through|"
    r"(?:lead|leads|leading) to|(?:resulting|resulted) in)\b",
    re.IGNORECASE,
)
# Ends with what needs another word.
_BROKEN_OFF = re.compile(
    r"(?:\b(?:would|will|should|could|might|must|is|are|was|were|the|an?|to|of|and|or|because|which|than|your|my|his|her|"
    r"some|any|we|you|they|if|when|very)|(?:,|\bthen) (?:you )?(?:needs?|takes?|gets?|gives?|has|have|makes?))[.,]?$",
    re.IGNORECASE,
)
_NO = re.compile(r"^no\b", re.IGNORECASE)
_BARE_CONDITION = re.compile(r"^(?:if|unless|once (?:is|are|you|able|feeling)|until|in case)\b[^,:;]*$", re.IGNORECASE)
_MAIN_VERB = re.compile(
    r"\b(?:advised|has|uses|takes|gets|call|ring|come|go|see|book|contact|return|seek|attend|stop|start|take|use|increase|reduce|give|need|"
    r"needs|should|can|will|would|to be|999|111|a&e)\b",
    re.IGNORECASE,
)


_ASKS = re.compile(r"(?:asks?|asked|asking|wonders?|wondering|wants?|would like|hop(?:es?|ing))\b", re.IGNORECASE)


def says_only_when(statement: str) -> bool:
    """Whether a statement names a condition and not what is then to be done."""
    return bool(_BARE_CONDITION.match(statement)) and not _MAIN_VERB.search(statement)


def worded(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A statement is one: not a question that nobody answered, and not the pieces of two sentences."""
    statement = claim.statement
    if _GARBLED.match(statement) or (_NO.match(statement) and not claim.content_or_frame):
        return claim.not_so
    if _REMAINS.match(statement) or _BROKEN_OFF.search(statement):
        return claim.not_so
    if says_only_when(statement) and fact.section is not Section.SAFETY_NET:
        return claim.not_so
    if fact.section in _TOLD:
        return None  # "Could you book that?" asks for something to be done; "any fever, ring us" is advice
    if _ANY.match(statement):
        return claim.not_so
    if _ASKS.match(statement):
        return None  # the patient's question is what is stated
    one_turn = len({word.turn.id for word in heard.cited}) == 1
    marked = fact.section not in {Section.ASSESSMENT, Section.EXAMINATION} or "?" in heard.text
    if one_turn and marked and all(word.question and word.said is Said.ASKED for word in heard.cited):
        return claim.not_so  # "you're going to need surgery" is no question
    if _alternative(heard) or _says_nothing_new(heard):
        return claim.not_so
    return None


def _alternative(heard: Heard) -> bool:
    """Whether the words are the second half of an "or" whose first was left out ("or lifting something heavy")."""
    first = heard.cited[0]
    inside = [word for word in heard.words if word.sentence == first.sentence]
    place = inside.index(first)
    return place > 0 and not first.question and "or" in {first.text, inside[place - 1].text}


def _says_nothing_new(heard: Heard) -> bool:
    """Whether the answer only repeats words of the question, without a yes or a no ("Oh, operations.")."""
    turns = heard.turns
    if len(turns) != 2 or turns[0].role is turns[1].role:
        return False
    asked = [word for word in heard.words if word.turn.id == turns[0].id]
    reply = [word for word in heard.cited if word.turn.id == turns[1].id]
    if not asked[-1].question and not any(word.question for word in asked):
        return False
    if any(word.text in ANSWERS or word.text.endswith("n't") for word in reply) or any(w.text == "or" for w in asked):
        return False
    if answer([word.text for word in reply], [word.word.text for word in reply]) is not None:
        return False  # "I am."
    kinds = frozenset[str]().union(*(word.concepts for word in asked))
    new = [
        word
        for word in reply
        if not word.concepts & kinds and word.text not in _EMPTY and not HESITATION.match(word.text)
    ]
    return not new


_EMPTY = lexicon.words_of("um uh er erm ah oh ohh hmm hm mm so well like you know i mean the a an my your and but")


# ---------------------------------------------------------------- answers, topics


_TOPIC = re.compile(r"^([^:]{3,60}): (\S.*)$")
_FORMS = re.compile(r"\b(?:advised|thought|plan|pmh|dh|fh|sh|explained)$", re.IGNORECASE)


def topic(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Triggers: four days ago" claims the triggers; a yes-or-no question that got neither claims nothing."""
    match = _TOPIC.match(claim.statement)
    if not match or _FORMS.search(match[1]):
        return None
    stems = {word.text for word in claim.content if word.text in match[1].lower()}
    held = [word for word in heard.cited if word.closed and word.text in stems]
    asked = [word for word in heard.words if held and word.sentence == held[0].sentence]
    several = several_things(asked)
    if not several and _names_one([word for word in heard.cited if not word.question], asked):
        return None
    if held and all(word.said is not Said.YES and (several or asks_whether_there_is(word, heard)) for word in held):
        return Verdict(Outcome.CHECK, Reason.POLARITY_UNCLEAR, match[1])
    return None


def asks_whether_there_is(word: HeardWord, heard: Heard) -> bool:
    """Whether a question asks if there is the thing at all, rather than how much of it, or how the known one is."""
    inside = [one for one in heard.words if one.sentence == word.sentence]
    before = [one.text for one in inside[: inside.index(word)]]
    if {one.text for one in inside} & {"much", "many", "often", "enough"} or (before and before[-1] in {"your", "the"}):
        return False
    return not before or bool(set(before) & _WHETHER)


_WHETHER = lexicon.words_of(
    "any anything had noticed experienced experiencing get getting got suffer suffered aware feel feeling is are"
)


def _names_one(reply: list[HeardWord], asked: list[HeardWord]) -> bool:
    """Whether an answer affirms by an instance: "any allergies?" "Penicillin."; "other problems?" "Just the diabetes." """
    said = as_said(reply)
    if re.match(r"(?:\w+[, ]+){0,2}(?:just|only)\b", said) or medicines.named_in(said):
        return True
    kinds = frozenset[str]().union(*(word.concepts for word in asked))
    words = [word for word in reply if word.sentence == reply[0].sentence and word.text not in _EMPTY] if reply else []
    bare = 0 < len(words) <= _INSTANCE and words[0].text not in lexicon.FRAME and not quantities(as_said(words))
    return bare and not any(word.concepts & kinds or word.said is Said.NO for word in words)


_INSTANCE = 3  # words of an answer that only names something


# ---------------------------------------------------------------- medicines and allergies that are not named


_FREQUENCY = re.compile(
    r"\b(?:once|twice|\d+ times|\d+ tablets?|\d+ puffs?|\d+ (?:mg|micrograms?|mcg|ml|units?)) (?:a|per|every|each|in the|daily)\b|"
    r"\b(?:once|twice|\d+ times?) (?:a day|daily|a week|weekly)\b|\bevery (?:day|night|morning|\d+ hours)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:inhalers?|tablets? (?:for|called)|pills?|creams?|ointments?|sprays?|drops|patch(?:es)?|steroids?|antibiotics?|"
    r"anti\w+|painkillers?|statins?|vitamins?|supplements?|insulin|emollients?|moisturis\w+|medicat\w+|medicines?|"
    r"injections?|puffers?|sachets?|rehydration|eats?|drinks?|smokes?|exercis\w+|water)\b",
    re.IGNORECASE,
)
# "Allergic to codeine makes me sick": what a medicine does to someone is an intolerance until they say that it is more.
_NO_ALLERGEN = re.compile(
    r"^allergic to .*\b(?:gave|gives|made|makes|brings|brought|set|sets|upset|upsets)\b", re.IGNORECASE
)
_ALLERGY_WORDS = lexicon.words_of(
    "allergy allergies allergic reaction reactions food foods drug drugs medication medications medicine medicines known other"
)


def unnamed(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """How often something is taken, or that there is an allergy, says nothing until it says what: it could be read onto
    the line before."""
    if fact.section is Section.MEDICATION and fact.polarity is Polarity.PRESENT:
        named = medicines.named_in(claim.statement) or _NAMED.search(claim.statement)
        if not named and _FREQUENCY.search(claim.statement) and not _mentions_other(claim):
            return Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL)
    if fact.section is Section.ALLERGY and not claim.denies:
        if _NO_ALLERGEN.match(claim.statement):
            return Verdict(Outcome.CHECK, Reason.NOT_SUPPORTED, "allergic")
        named_one = [
            word for word in claim.content if word.text not in _ALLERGY_WORDS and not HESITATION.match(word.text)
        ]
        if not named_one:
            return Verdict(Outcome.CHECK, Reason.POLARITY_UNCLEAR, claim.statement)
    return None


def _mentions_other(claim: Claim) -> bool:
    """Whether a content word stands in the statement besides the count and its unit."""
    counted = {
        piece for one in quantities(claim.statement) for piece in claim.statement[one.start : one.end].lower().split()
    }
    return any(
        word.text not in counted and word.text not in _TAKING and not word.text.endswith("ly") for word in claim.content
    )


_TAKING = lexicon.words_of("taking takes taken using uses used having moment day times morning evening night three two")


# ---------------------------------------------------------------- general talk and lost doubt


# Talk of what people have in general, or of what a thing can do, is not about this patient.
_GENERAL = re.compile(
    r"\b(?:(?:someone|somebody)(?! (?:of|like|with) (?:your|you)\b)|some people|some patients|people|patients|most of us|everyone|we see|often you|you sometimes|"
    r"sometimes you|you can (?:sometimes |also )?(?:get|have)|can (?:sometimes |also |often )?(?:cause|lead|give|make|be caused)|"
    r"worst case|tends? to (?:cause|give))\b",
    re.IGNORECASE,
)
_KEEPS_GENERAL = re.compile(
    r"\b(?:can|may|might|could|would|usually|normally|often|sometimes|people|patients|possibl\w+|if|risk|explained|discussed)\b",
    re.IGNORECASE,
)


def general(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What happens to people in general, or can happen, is not stated as this patient's."""
    if claim.denies or fact.section not in {Section.ASSESSMENT, Section.EXAMINATION}:
        return None
    said = [word for word in heard.cited if word.turn.role is Role.CLINICIAN]
    if not said or len(said) * 2 < len(heard.cited):
        return None
    sentences = {word.sentence for word in said}
    whole = as_said([word for word in heard.words if word.sentence in sentences])
    about = re.match(
        r"(?:someone|somebody|some people|people|some patients|patients)\b", claim.statement, re.IGNORECASE
    )
    if about or (_GENERAL.search(whole) and not _KEEPS_GENERAL.search(claim.statement)):
        return Verdict(Outcome.CHECK, Reason.HYPOTHETICAL, claim.statement)
    return None


_HEDGE = lexicon.words_of("maybe perhaps possibly might wonder")
_HEDGED_SECTIONS = {Section.PAST_HISTORY, Section.ALLERGY, Section.FAMILY_HISTORY, Section.ASSESSMENT}


def doubt(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """A thing that was said with a "maybe" is not stated without one."""
    if claim.says_doubt or claim.denies or fact.certainty is Certainty.POSSIBLE or fact.section not in _HEDGED_SECTIONS:
        return None
    if quantities(claim.statement):
        return None  # "maybe ten years ago" doubts the number, which reads as roughly said anyhow
    wanted = frozenset[str]().union(*(word.concepts for word in claim.content))
    for place, word in enumerate(heard.words):
        if word.text in _HEDGE and _next_content(heard.words[place + 1 : place + 5], word, wanted):
            return Verdict(Outcome.CHECK, Reason.HYPOTHETICAL, claim.statement)
    return None


def _next_content(following: tuple[HeardWord, ...], hedge: HeardWord, wanted: frozenset[str]) -> bool:
    return any(word.cited and word.sentence == hedge.sentence and word.concepts & wanted for word in following)
