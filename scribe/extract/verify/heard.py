"""What was heard where a fact cites it: every word with its polarity, doubt and condition as said.

A question claims nothing: the words in it take their polarity from the answer that follows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from scribe.extract.clauses import is_tag
from scribe.extract.verify import lexicon, words
from scribe.records import Evidence, Role, Turn, Word

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.


class Said(Enum):
    """Whether a word was affirmed, denied, affirmed in a lesser degree ("not very"), or only asked about."""

    YES = "yes"
    NO = "no"
    LESS = "less"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word of a cited turn. `sentence` numbers the sentences over all cited turns."""

    text: str  # plain
    concepts: frozenset[str]
    word: Word
    turn: Turn
    sentence: int
    cited: bool
    said: Said
    conditional: bool  # within an "if" clause, or what may be under an earlier one
    question: bool
    closed: bool  # within a question that yes or no answers


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said. `known` are names of medicines that this patient is known to take."""

    words: tuple[HeardWord, ...]
    known: frozenset[str] = frozenset()

    @property
    def cited(self) -> tuple[HeardWord, ...]:
        return tuple(word for word in self.words if word.cited)

    @property
    def text(self) -> str:
        """The cited words as they stand, for reading numbers out of them."""
        return as_said(self.cited)

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(dict.fromkeys(word.turn for word in self.cited))


def as_said(heard: Sequence[HeardWord]) -> str:
    """The words as they stand; one that was read in parts ("twenty-one") stands once."""
    return " ".join(
        one.word.text for place, one in enumerate(heard) if not place or heard[place - 1].word is not one.word
    )


def units(heard: Heard) -> list[list[HeardWord]]:
    """What was said together: sentences, each question with the turn that answers it."""
    found: list[list[HeardWord]] = []
    for number in sorted({word.sentence for word in heard.words}):
        inside = [word for word in heard.words if word.sentence == number]
        if any(word.question for word in inside):
            after = [word.turn for word in heard.words if word.turn.number > inside[0].turn.number]
            inside += [word for word in heard.words if after and word.turn is after[0]]
        found.append(inside)
    return found


_NO = lexicon.words_of("no nope nah never none nothing not neither negative nowhere")
_YES = lexicon.words_of("yes yeah yep yup correct definitely absolutely sure right sometimes mhm mm-hmm mmhmm uh-huh")
ANSWERS = _NO | _YES
_FILLERS = lexicon.words_of("ah oh well so like okay ok i think you know sorry just and eh actually maybe honestly")
HESITATION = re.compile(r"^(u+h*m*|e+r+m*|h+m+|m+|a+h+|o+h+)$")
_ASKING = re.compile(
    r"^(?:(?:and|so|okay|ok|um|uh|erm|er|right|alright|yeah|fine|great|now|sorry|but|well|oh|no|or|sure|good|then)\b[\s,.]*)*"
    r"(?:any|anything|anyone|anybody|do(?!n't| (?:come|call|ring|let|make|get|take|keep|go|try|book|return|contact|not|be|give|tell)\b)|does|did|have(?! (?:an?|the|some|to)\b)|has|had|are|is|was|were|can|could|would|will|how|"
    r"what(?! (?:i|i'd|i'll|i'm|i've|we|we'll|we'd|we're|you need|you're describing|the most)\b)|when|where|"
    r"which|who(?! (?:presents|comes|came|is here)\b)|why|whereabouts|what's|how's|where's|you're|you don't|you haven't|there's no)\b",
    re.IGNORECASE,
)
# "Who do you live with?" takes no yes or no.
_OPEN = re.compile(
    r"(?:(?:and|so|okay|ok|um+|uh+|erm?|right|alright|yeah|fine|now|but|well|then|sorry|great) )*"
    r"(?:who|what|what's|which|where|where's|whereabouts|how|how's|when|why)\b(?! about)",
)
# Yes or no answers it: it begins with a verb or with "any", and asks for no word besides.
_CLOSED = re.compile(
    r"(?:(?:and|so|okay|ok|um+|uh+|erm?|right|alright|yeah|fine|now|but|well|then|sorry|great|also|no|yes) )*"
    r"(?:any|anything|anyone|do(?!n't| (?:come|call|ring|let|make|get|take|keep|go|try|book|return|contact|not|be|give|tell)\b)|does|did|have(?! (?:an?|the|some|to)\b)|has|had|are|is|was|were|can|could|you don't|you haven't|you didn't|there's no)\b"
    r"(?!.*\b(?:what|which|who|how|when|where|why|whereabouts)\b)",
)
_INTRODUCING = re.compile(
    r"^(?:\S+ ){0,8}?(?:ask (?:you )?(?:about|a)|questions?|regarding|with regards? to|in terms of|moving on|"
    r"just to (?:double.?)?check)\b",
    re.IGNORECASE,
)
# "Chest pain, palpitations, any trouble with your eyes." A recogniser leaves many question marks out.
_LISTING = re.compile(r"^(?:[\w' -]{3,40}, ){1,6}(?:or )?any\b[^,]*$", re.IGNORECASE)
_BARE_ANSWER = 3  # words
_SHORT_QUESTION = 8  # words: a longer statement before a "yes" is no question unless it reads as one
_NOUN_NO = 4  # words: what is so called and denied after
_LONG_QUESTION = 30  # words: what was said as one before a "no", which turns it down whether it asked or stated
_ANYTHING = re.compile(r"\b(?:anything like that|at all|or anything)$")
_LIST_MEMBER = 4  # words: "no chest pain, swelling of the ankles, or cough"
_REACH = 9  # words over which a negation holds, if nothing ends it before
# "Is it constant or does it come and go?" offers a choice, which yes or no cannot settle.
_CHOICE = re.compile(r"(?:\w+ ){0,4}?(?:is|was|are|were|does|did|do) (?:that|it|this|the|they|your)\b")
_THAT_IS_ALL = re.compile(
    r"\b(that's (?:about |pretty much |really )?(?:it|all)|nothing else|"
    r"(?:apart from|other than|besides) (?:that|this)(?: \w+){0,2} no|just (?:the|that|this|my|a)|only (?:the|that))\b"
)
_CHANGING = lexicon.words_of(
    "stopped stop prevent prevented affect affected change changed cut bother bothered disturb disturbed disrupt put"
)
_PROBLEM = lexicon.words_of(
    "problem problems issue issues trouble troubles difficulty difficulties condition conditions illness illnesses concern "
    "concerns worry worries change changes"
)
_HURTS = lexicon.words_of("tender painful sore hurt hurts hurting uncomfortable itchy")
_ALL_FINE = re.compile(
    r"(?:[\w']+ ){0,4}?(?:i'm|i am|it's|that's|they're|it is|that is|they are|everything(?:'s| is)?|everyone(?: else)?(?:'s| is)?|all|all of that(?:'s| is)?)"
    r" (?:[\w']+ ){0,2}?(?:fine|ok|okay|good|well|normal|healthy|alright|all right)\b"
)
_BESIDES = re.compile(
    r"\b(?:other than (?:that|this)|apart from (?:that|this)|otherwise|besides) (?:[\w']+ ){0,4}?(?:fine|ok|okay|good|well|normal|healthy)\b"
)
_SOFTENED = lexicon.words_of("only just sure too that very much so quite as overly particularly")
_BREAKS = lexicon.words_of("but however although except apart though whereas because cause just only")
_SUBJECTS = lexicon.words_of(
    "i it it's it'll i'm i've he he'll she she'll they they'll they've we we'll we've we're you you'll you've you're that that's that'll "
    "there there's i'd i'll they're he's she's"
)
# "No travel, working from home"; "no fever, some chills": what begins so is no member of a list of denials.
_AFFIRMS = lexicon.words_of(
    "some mild occasional completely otherwise generally pretty fine healthy normal working works living lives still able can"
)
_CONSEQUENCE = re.compile(
    r"(?<=\w )then (?:you(?:'d|'ll)?|we(?:'d|'ll)?|i(?:'d|'ll)?) (?:would |will |can |could |should |might |may |need|must|have to|ought)"
)
_PRAGMATIC_IF = re.compile(
    r"\bif (?:that's|that is|it's|you (?:can|like|want|don't mind|wouldn't mind|prefer|know|see)|i may|i can|anything|okay|so|not|possible|"
    r"that sounds|you're happy)\b|\bas if\b|\bwhat if\b|\bsee if\b|\bwonder(?:ing|ed)? if\b|\bknow if\b|\bask(?:ing)? if\b|\bsure if\b",
    re.IGNORECASE,
)


def hear(evidence: Sequence[Evidence], turns: Mapping[str, Turn], known: frozenset[str] = frozenset()) -> Heard:
    """The cited turns, in the order they were spoken, word by word.

    Raises:
        KeyError: a cited turn is not among `turns`.
    """
    spans: dict[str, list[Evidence]] = {}
    for one in evidence:
        spans.setdefault(one.turn_id, []).append(one)
    cited_turns = sorted((turns[turn_id] for turn_id in spans), key=lambda turn: turn.number)
    found: list[HeardWord] = []
    for turn in cited_turns:
        places = {place for one in spans[turn.id] for place in range(one.first_word, one.end_word)}
        found += _turn(turn, places, found[-1].sentence + 1 if found else 0)
    return Heard(tuple(_answered(found)), known)


def _turn(turn: Turn, cited: set[int], first_sentence: int) -> list[HeardWord]:
    found: list[HeardWord] = []
    under_condition = False
    for number, (start, end) in enumerate(_sentences(turn), first_sentence):
        piece = turn.words[start:end]
        text = " ".join(word.text for word in piece)
        question = ("?" in text and not is_tag(text.split()) and not _lilts(turn, text)) or (
            turn.role is Role.CLINICIAN
            and bool(_ASKING.match(text) or _INTRODUCING.match(text) or _LISTING.match(text))
        )
        pairs = [(place, plain) for place, word in enumerate(piece, start) for plain in words.tokens(word.text)]
        if not pairs:
            continue
        spoken = [plain for _, plain in pairs]
        raw = [turn.words[place].text for place, _ in pairs]
        closed = question and _asks_yes_or_no(spoken, raw)
        denied = negated(spoken, raw)
        named = turn.role is not Role.CLINICIAN and len(spoken) <= _NOUN_NO and not any(denied)
        if named and (spoken[-1] == "no" or _is_bare_no(turn, end)):
            denied = [True] * len(spoken)  # "Oh, allergies, no"; "Allergies. Er, no."
        softly = [less or fine for less, fine in zip(softened(spoken), _untroubled(spoken), strict=True)]
        conditions = conditional(spoken, raw)
        under_condition = under_condition and bool(_GOES_ON.match(" ".join(spoken)))
        if under_condition:
            conditions = [True] * len(spoken)
        under_condition = under_condition or bool(_BARE_IF.fullmatch(" ".join(spoken)))
        kinds = words.concepts(spoken)
        for (place, plain), no, soft, condition, kind in zip(pairs, denied, softly, conditions, kinds, strict=True):
            said = Said.LESS if soft and no else Said.NO if no else Said.ASKED if question else Said.YES
            found.append(
                HeardWord(
                    plain,
                    kind,
                    turn.words[place],
                    turn,
                    number,
                    place in cited,
                    said,
                    condition,
                    question,
                    closed,
                )
            )
    return found


# "If you don't. It can lead to arthritis. You can also get flat feet.": a condition parted from what it leads to.
_BARE_IF = re.compile(
    r"(?:and |but |so |because |cause )?if (?:you|we|it|they|that|he|she|i|not)(?: (?:do|does|did|is|are|have|has|can|will))?(?: ?n't| not)?"
)
_GOES_ON = re.compile(
    r"(?:and |so |then )*(?:it|you|that|this|there|they) (?:also )?(?:can|could|may|might|will|would)\b"
)

# "It's like loose stools, going quite often?": a voice that rises at the end of what it tells. Our own list of English.
_TELLS = re.compile(
    r"(?:(?:yeah|yes|so|um+|uh+|er+m?|well|and|like|but|oh|no|aye)\b[\s,.]*)*"
    r"(?:it's|it was|i've|i had|i'm|i was|i get|i feel|i felt|my|there's|there was|(?:some|a bit of) \w+ in my)\b",
    re.IGNORECASE,
)
_ASKS_AFTER_ALL = re.compile(
    r"\b(?:should|would|could|can|will|shall|may|might|(?:have|need|got|supposed|meant|allowed) to|going to(?! (?:the|a|my|bed|sleep|work)\b)|or|right|normal|okay|ok|"
    r"(?:is|was|are|do|does|did|has|have|am)(?:n't)? (?:i|it|that|this|you|they|there|he|she|we))\b|\byou\b(?! know)",
    re.IGNORECASE,
)
_LILT_WORDS = 6


def _lilts(turn: Turn, text: str) -> bool:
    """Whether the question mark in what a patient says only tells how it was spoken."""
    return (
        turn.role is not Role.CLINICIAN
        and len(text.split()) >= _LILT_WORDS
        and bool(_TELLS.match(text))
        and not _ASKS_AFTER_ALL.search(text)
    )


def _is_bare_no(turn: Turn, start: int) -> bool:
    """Whether the sentence from there on is a "no" and nothing else."""
    end = next((end for first, end in _sentences(turn) if first == start), start)
    said = (plain for word in turn.words[start:end] for plain in words.tokens(word.text))
    return [plain for plain in said if not HESITATION.match(plain)] == ["no"]


def _asks_yes_or_no(spoken: Sequence[str], raw: Sequence[str]) -> bool:
    """Whether yes or no answers a question: it begins so, or goes on so after words that only lead up to it."""
    starts = [0, *(place + 1 for place, word in enumerate(raw[:-1]) if word.endswith(","))]
    return not _OPEN.match(" ".join(spoken)) and any(_CLOSED.match(" ".join(spoken[start:])) for start in starts)


def _sentences(turn: Turn) -> list[tuple[int, int]]:
    bounds, start = [], 0
    for place, word in enumerate(turn.words):
        if word.text.endswith((".", "?", "!", "...", "…", "--")) and not re.fullmatch(
            r"(dr|mr|mrs|ms)\.", word.text.lower()
        ):
            bounds.append((start, place + 1))
            start = place + 1
    if start < len(turn.words):
        bounds.append((start, len(turn.words)))
    return bounds


def negated(plain: Sequence[str], raw: Sequence[str] | None = None) -> list[bool]:
    """For each word of one sentence, whether a negation reaches it.

    A negation reaches forward to the next clause: to "but" and its like, or to a comma before a new subject or
    verb. "No" alone before a comma ("No, it is fine") answers a question and denies nothing that follows, unless
    a list of nouns does.

    Args:
        plain: the words in plain form.
        raw: the same words with their punctuation; without it no comma ends anything.
    """
    raw = raw if raw is not None else plain
    found = [False] * len(plain)
    open_since: int | None = None
    for place, word in enumerate(plain):
        if _is_negation(plain, place):
            # "No, ..." and "No. ..." are answers; the comma ends them.
            answer = word in {"no", "nope", "nah", "not"} and (
                raw[place].rstrip().endswith((",", ".", "..."))
                or place == len(plain) - 1
                or (word != "not" and plain[place + 1] in _SUBJECTS)  # "no I have a bad migraine"
            )
            open_since = None if answer else place
            found[place] = False
            continue
        caused = word == "cause" and plain[place - 1] in _VERB_FOLLOWS  # "doesn't cause any pain"
        if word in _BREAKS and open_since is not None and not caused and (word != "just" or plain[open_since] == "no"):
            open_since = None
        if open_since is not None and place - open_since > _REACH:
            open_since = None
        if open_since is not None and plain[open_since] != "no" and place - open_since <= 3 and word in _CHANGING:
            found[place], open_since = True, None  # "it didn't affect my appetite" denies no appetite
            continue
        if open_since is not None:
            if place > open_since + 1 and _joins_clause(plain, place):
                open_since = None
                continue
            found[place] = True
            if raw[place].endswith((",", ";", ":")) and place + 1 < len(plain) and _new_clause(plain, raw, place + 1):
                open_since = None
    return found


# "Not very bad", "don't drink much", "can't walk as far as I could": less of it, and no denial of it.
_DEGREE = re.compile(
    r"^(?:\S+ ){0,5}?(?:(?:that|so|too|as) (?:much|many|bad|badly|often|severe|painful|sore|big|well|good|long|far|easily)|"
    r"very|overly|(?<!any )much|more than|every|always|all the time|regularly|usually|often|a lot|lots|properly)\b"
)
_DEGREE_WORDS = 7
_CLAUSE = lexicon.words_of("because cause but and so which since when")


_NO_PROBLEM = re.compile(
    r"(?:\w+ )?(?:problems?|troubles?|issues?|difficult(?:y|ies)|concerns?|complaints?) (?:with|about|in)\b"
)


def _untroubled(plain: Sequence[str]) -> list[bool]:
    """For each word of one sentence, whether it is what there is "no problem with": the thing itself is there."""
    found = [False] * len(plain)
    for place in range(len(plain)):
        match = _NO_PROBLEM.match(" ".join(plain[place + 1 : place + 5])) if _is_negation(plain, place) else None
        if match:
            start = place + 1 + len(match.group().split())
            found[start:] = [True] * (len(plain) - start)
    return found


def softened(plain: Sequence[str]) -> list[bool]:
    """For each word of one sentence, whether the negation that reaches it only says how much or how often."""
    found = [False] * len(plain)
    soft = False
    for place in range(len(plain)):
        if _is_negation(plain, place):
            bare = plain[place] in lexicon.NEGATIONS - {"not", "n't", "cannot"}  # "no great pain" is no pain
            following = list(itertools.takewhile(lambda word: word not in _CLAUSE, plain[place + 1 :]))
            soft = not bare and bool(_DEGREE.match(" ".join(following[:_DEGREE_WORDS])))
        found[place] = soft
    return found


_VERB_FOLLOWS = lexicon.words_of(
    "not doesn't don't didn't won't wouldn't can't to really that can could may might will would"
)


def _joins_clause(plain: Sequence[str], place: int) -> bool:
    """Whether "and", "so", "because" and the like begin a clause with a subject of its own here."""
    following = plain[place + 1] if place + 1 < len(plain) else ""
    if plain[place] == "cause":
        return plain[place - 1] not in _VERB_FOLLOWS
    if plain[place] in {"because", "which", "so", "since", "when"}:
        return True
    return plain[place] in {"and", "or", "then"} and (
        following in _SUBJECTS or following in {"my", "your", "the", "then", "just", "if"}
    )


def _is_negation(plain: Sequence[str], place: int) -> bool:
    word = plain[place]
    following = plain[place + 1] if place + 1 < len(plain) else ""
    before = plain[max(0, place - 8) : place]
    if word == "not" and following in _SOFTENED:
        return False
    # "I don't know if", "make sure you don't have": neither says that it is not so.
    if (word != "no" and words.stem(following) in {"know", "rememb", "mind", "worri"}) or {
        "sure",
        "check",
        "ensure",
    } & set(before[-5:]):
        return False
    # Under a condition nothing is denied: "if it is not better by Friday". A "but" ends the condition.
    since = max((number for number, one in enumerate(before) if one == "but"), default=-1)
    if {"if", "unless", "until", "case", "why"} & set(before[since + 1 :]):
        return False
    if word == "no" and following in {"problem", "worries", "doubt"} and place + 2 >= len(plain):
        return False
    if word == "without" and before[-2:] == ["with", "or"]:
        return False
    if following in {"harm", "hurt"}:  # "no harm in trying", "it won't hurt to"
        return False
    if word.endswith("n't") or word in {"cannot", "dont", "doesnt", "didnt", "havent", "cant", "isnt", "wasnt"}:
        return True
    return word in lexicon.NEGATIONS


def _new_clause(plain: Sequence[str], raw: Sequence[str], place: int) -> bool:
    """Whether a comma before this word ends what a negation reaches: anything but the next member of a list."""
    before = plain[place - 1]
    while place + 1 < len(plain) and HESITATION.match(plain[place]):
        place += 1
    if plain[place] == before:
        return False  # the word once more: "hasn't been sleeping, sleeping through"
    if plain[place] in _SUBJECTS | _BREAKS | _YES | _FILLERS | _AFFIRMS:
        return True
    if plain[place] == "a" and plain[place + 1 : place + 2] and plain[place + 1] in {"bit", "little", "few"}:
        return True  # "no weight change, a bit less hungry"
    end = place
    while end < len(plain) - 1 and not raw[end].endswith((",", ";")):
        end += 1
    member = plain[place : end + 1]
    return len(member) > _LIST_MEMBER and not {"or", "nor"} & set(member)


def conditional(plain: Sequence[str], raw: Sequence[str]) -> list[bool]:
    """For each word of one sentence, whether it stands within an "if", "unless" or "in case" clause.

    Such a clause lasts until a comma before a clause of its own, or "then". Polite turns ("if that's all right")
    are none.
    """
    found = [False] * len(plain)
    spoken = " ".join(plain)
    consequence = _CONSEQUENCE.search(spoken)
    if consequence and not {"if", "unless", "when", "once"} & set(plain):
        # "And the swelling spreads, then you must ring us": a condition that lost its "if".
        before = len(spoken[: consequence.start()].split())
        return [place < before for place in range(len(plain))]
    inside = False
    for place, word in enumerate(plain):
        if word in {"if", "unless"} or (word == "case" and place and plain[place - 1] == "in"):
            inside = not _PRAGMATIC_IF.search(" ".join(plain[max(0, place - 1) : place + 4]))
            continue
        if word == "then":
            inside = False
        found[place] = inside
        if inside and raw[place].endswith((",", ";")) and place + 1 < len(plain) and _main_clause(plain, place + 1):
            inside = False
    return found


def _main_clause(plain: Sequence[str], place: int) -> bool:
    """Whether what begins here is no longer the condition: anything but another member of a list."""
    while place + 1 < len(plain) and HESITATION.match(plain[place]):
        place += 1
    return plain[place] not in {"or", "and", "any", "if", "a", "your", "you're"}


def answer(
    plain: Sequence[str],
    raw: Sequence[str],
    asked: frozenset[str] = frozenset(),
    *,
    several: bool = False,
) -> Said | None:
    """What an answer says at its start: yes, no, or neither. "Yeah, no" is no; "No, yeah" is yes.

    Args:
        plain: the answer's words in plain form.
        raw: the same words with their punctuation.
        asked: stems of the question, which an answer may take up first ("Oh, operations. No.").
        several: the question named more than one thing, so that "no pain" answers for the pain alone.
    """
    verdict: Said | None = None
    plain, raw = _without_hedge(plain, raw)
    for place, word in enumerate(plain[:12]):
        if several and verdict is None and word == "no" and _determines(plain, raw, place):
            return None
        if word.endswith("n't") and words.stem(_at(plain, place + 1)) in {"know", "rememb"}:
            break  # "I can't remember"
        if word in _NO or word.endswith("n't"):
            verdict = Said.NO
        elif word in _YES:
            if verdict is Said.NO and not raw[place - 1].endswith((",", ".")):
                break
            verdict = Said.YES if verdict is None or word in {"yes"} else verdict
        elif word not in _FILLERS and not HESITATION.match(word) and words.stem(word) not in asked:
            break
    if verdict is None:
        if re.search(r"\b(?:i think so|probably(?! not))\b", " ".join(plain[:12])) and "don't" not in plain[:12]:
            return Said.YES
        head = " ".join(word for word in plain[: _first_sentence(raw)] if not HESITATION.match(word))
        if re.match(
            r"(?:and |so |oh |well )?(?:i|it|he|she|they|we|there) (?:do|does|have|has|am|is|are|was|did|can)\b(?! ?n.t| not)",
            head,
        ):
            return Said.YES
        if re.match(
            r"(?:\w+ ){0,3}?(i|it|he|she|they|we|there) (do|does|have|has|am|is|are|was|did|can) ?(not|n't)", head
        ):
            return Said.NO
        if re.search(
            r"\b(don't|doesn't|didn't|haven't|hasn't|isn't|wasn't|can't|not really|not that|not at all)\b", head
        ):
            return Said.NO
    return verdict


def _at(plain: Sequence[str], place: int) -> str:
    return plain[place] if place < len(plain) else ""


def _first_sentence(raw: Sequence[str]) -> int:
    """Where the first sentence of more than a word or two ends; ten words at most."""
    return next((place + 1 for place, word in enumerate(raw[:10]) if place > 1 and word.endswith((".", "?", "!"))), 10)


def _without_hedge(plain: Sequence[str], raw: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """An answer without the "but" or the "yeah, I mean" with which it gets under way."""
    start = 0
    while start < len(plain) - 1 and (plain[start] == "but" or HESITATION.match(plain[start])):
        start += 1
    if tuple(plain[start : start + 3]) in {("yeah", "i", "mean"), ("yes", "i", "mean")}:
        start += 3
    return plain[start:], raw[start:]


def _determines(plain: Sequence[str], raw: Sequence[str], place: int) -> bool:
    """Whether a "no" belongs to the noun that follows it ("no pain in the chest") and is no answer by itself."""
    if raw[place].endswith((",", ".", "!", "?", "...")) or place + 1 >= len(plain):
        return False
    following = plain[place + 1]
    return not (
        following in _SUBJECTS | _NO | _YES | _FILLERS | _BREAKS
        or following in {"not", "none", "more", "other", "problem", "problems", "issue", "issues", "haven't", "don't"}
        or following.endswith("n't")
        or HESITATION.match(following)
    )


def several_things(asked: Sequence[HeardWord]) -> bool:
    """Whether a question names more than one thing."""
    plain = [word.text for word in asked]
    joined = any(
        word == "or" and following not in {"so", "not", "anything", "something", "whatever", "no"}
        for word, following in itertools.pairwise(plain)
    )
    return joined or sum(word.word.text.endswith(",") for word in asked[2:-1]) > 1


def _answered(found: list[HeardWord]) -> list[HeardWord]:
    """The words with each question settled by the answer of the next speaker, where that is clear."""
    result = list(found)
    for sentence in sorted({word.sentence for word in found}):
        asked = [place for place, word in enumerate(found) if word.sentence == sentence]
        turn = found[asked[0]].turn
        if _OPEN.match(_plain(found, asked)):
            asked = _restarted(found, asked)
        if not asked or not (found[asked[0]].question or _asked_without_mark(found, asked)):
            continue
        reply = [word for word in found[asked[-1] + 1 :] if word.turn.id != turn.id and word.turn.role is not turn.role]
        own = [word for word in found[asked[-1] + 1 :] if word.turn.id == turn.id and word.sentence == sentence + 1]
        verdict = None
        later = [word for word in found[asked[-1] + 1 :] if word.turn.id != turn.id]
        first_turn = [word for word in later if word.turn.id == later[0].turn.id]
        opening = [word for word in first_turn if word.sentence == first_turn[0].sentence]
        if opening and len(opening) <= _BARE_ANSWER and first_turn[0].turn.role is turn.role and opening[0].text in _NO:
            # A bare "No." that was put into the mouth of the one who asked, or that they repeat.
            reply = opening
        stems = frozenset(words.stem(found[place].text) for place in asked if found[place].text not in lexicon.FRAME)
        several = several_things([found[place] for place in asked])
        if own and (len(own) <= 2 or turn.role is not Role.CLINICIAN):
            verdict = answer([w.text for w in own], [w.word.text for w in own])
        if verdict is None and reply:
            first = [word for word in reply if word.turn.id == reply[0].turn.id]
            verdict = answer([w.text for w in first], [w.word.text for w in first], stems, several=several)
        named = {found[place].text for place in asked}
        if verdict in {None, Said.YES} and reply and named & _HURTS and _ALL_FINE.search(_head(reply)):
            verdict = Said.NO  # "Is it tender there?" "On the tip it's fine."
        if verdict in {None, Said.YES} and reply and named & _PROBLEM:
            # "Any trouble with your hearing?" "It's fine."
            apart = _BESIDES.search(" ".join(word.text for word in reply))
            verdict = Said.NO if _ALL_FINE.match(_head(reply)) or apart else verdict
        repeated: frozenset[str] = frozenset()
        choice = "or" in {found[place].text for place in asked} and _CHOICE.match(_plain(found, asked))
        if verdict is None and reply and not choice and _THAT_IS_ALL.search(" ".join(word.text for word in reply)):
            # "Just the cough, that's it": what was asked and not named again is denied.
            verdict = Said.NO
            repeated = frozenset[str]().union(*(word.concepts for word in reply))
        if verdict is None:
            continue
        # "You don't have any pain?": whatever the answer begins with, what was denied stays denied, unless it goes on
        # to admit a little.
        agreed = bool(reply) and (verdict is Said.YES or reply[0].text in _YES)
        admitted = agreed and _A_LITTLE.search(as_said(reply))
        for place in asked:
            if result[place].said is not Said.NO and not result[place].concepts & repeated:
                result[place] = replace(result[place], said=verdict)
            elif admitted:
                result[place] = replace(result[place], said=Said.YES)
        for place in _echo(found, asked):
            result[place] = replace(result[place], said=verdict)
    return result


_A_LITTLE = re.compile(
    r"\bit(?:'s| is| was)(?: just| only)? (?:a (?:(?:wee|little|tiny|small|slight) )?bit|a little|sometimes|occasional)\b",
    re.IGNORECASE,
)


def _head(reply: Sequence[HeardWord]) -> str:
    """The first words of an answer, without hesitations."""
    return " ".join(word.text for word in reply[:12] if not HESITATION.match(word.text))


def _restarted(found: Sequence[HeardWord], asked: Sequence[int]) -> list[int]:
    """The yes-or-no question with which an open one was begun again: "what have you, have you taken anything?" """
    commas = [number for number, place in enumerate(asked[:-1], 1) if found[place].word.text.endswith(",")]
    tail = list(asked[commas[-1] :]) if commas else []
    return tail if _CLOSED.match(_plain(found, tail)) else []


def _plain(found: Sequence[HeardWord], places: Sequence[int]) -> str:
    return " ".join(found[place].text for place in places)


def _echo(found: Sequence[HeardWord], asked: Sequence[int]) -> list[int]:
    """Where the one who answers first takes up a word of the question, by itself: "Oh, operations." """
    start = asked[-1] + 1
    first = [place for place in range(start, len(found)) if found[place].sentence == found[start].sentence]
    if not first or len(first) > _BARE_ANSWER or found[start].turn.id == found[asked[0]].turn.id:
        return []
    kinds = frozenset[str]().union(*(found[place].concepts for place in asked))
    return [place for place in first if found[place].concepts & kinds]


def _asked_without_mark(found: Sequence[HeardWord], asked: Sequence[int]) -> bool:
    """Whether the clinician's last words before a plain yes or no were a question, as "Weight loss recently." is."""
    last = found[asked[-1]]
    after = found[asked[-1] + 1] if asked[-1] + 1 < len(found) else None
    if (
        last.turn.role is not Role.CLINICIAN
        or after is None
        or after.turn.id == last.turn.id
        or len(asked) > _LONG_QUESTION
    ):
        return False
    if len(asked) > _SHORT_QUESTION:
        return after.text in _NO or bool(_ANYTHING.search(_plain(found, asked)) and after.text in _YES)
    return after.text in _NO | _YES or bool(HESITATION.match(after.text))
