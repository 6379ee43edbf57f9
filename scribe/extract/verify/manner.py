"""How a thing was said: as usual, as so only now, as likely, as what may come, as what hangs on something said before.

The words may all be there; without the manner they state something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scribe.extract.verify import lexicon
from scribe.extract.verify.claim import Claim
from scribe.extract.verify.heard import Heard, HeardWord, as_said
from scribe.records import TO_DO, Fact, Mode, Role, Section, Verdict

_TOLD = {Section.PRESENTING_COMPLAINT, Section.HISTORY, Section.PAST_HISTORY}
# The lists of this module are our own, of English.
_USUALLY = re.compile(r"\b(?:(?<!ing )normally|usually|as a rule|before (?:this|that|all this))\b", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:right now|now|at the moment|currently|any ?more|today),? (?:but|though|although)\b", re.IGNORECASE
)
_STATES_NOW = re.compile(r"\b(?:now|at the moment|current\w*|today|any ?more|longer)\b", re.IGNORECASE)
_HEDGED = re.compile(r"^(?:possib\w+|probabl\w+|likely|suspected)\b", re.IGNORECASE)
_HEDGES = re.compile(
    r"\b(?:may|might|could|can|possib\w+|probab\w+|likely|perhaps|maybe|think|thinks|thinking|thought|suspect\w*|wonder\w*|seem\w*|sounds?|looks?|"
    r"suggest\w*|query|chance|not sure|imagine|guess|would be|feel\w*|reckon|consider\w*|potential\w*|sort of|kind of|risk)\b",
    re.IGNORECASE,
)
_MAY_NEED = re.compile(
    r"\b(?:may|might)(?: also| just| then| even)* (?:need|have|be (?:told|asked|given|offered))\b", re.IGNORECASE
)
_STATES_DOUBT = re.compile(
    r"\b(?:may|might|could|possib\w*|perhaps|if|consider\w*|likely|potential\w*)\b", re.IGNORECASE
)
_THEN = re.compile(r"^(?:\W*(?:uh|um|er|so|and|but|okay|ok|yeah|well)\b)*\W*then\b", re.IGNORECASE)
_HELP = re.compile(
    r"\b(?:see|seek|call|ring|phone|contact|come back|get in touch|go to|attend|999|111|a&e|a and e|emergency|hospital|urgent\w*)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless|when|once|should|in case|after|until)\b", re.IGNORECASE)
_UNLIKELY = re.compile(r"\b(?:un|not (?:very |that |so )?)likely\b", re.IGNORECASE)


def usual(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """What was asked of ordinary times does not deny what is there now."""
    if not claim.denies or fact.section not in _TOLD or _USUALLY.search(claim.statement):
        return None
    asked = [text for text, words in _sentences(heard) if words[0].turn.role is Role.CLINICIAN and words[-1].question]
    return claim.not_so if asked and all(_USUALLY.search(text) for text in asked) else None


def besides(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "Any other allergies?" "No." leaves those that were told."""
    if not claim.denies or _OTHER.search(claim.statement):
        return None
    denied = [word.text for word in claim.words if word.denied and word.has_content]
    asked = [text for text, words in _sentences(heard) if words[-1].question]
    named = [text for text in asked if denied and re.search(rf"\b{re.escape(denied[-1])}", text, re.IGNORECASE)]
    left = [
        text for text in named if re.search(rf"\b(?:other|else)(?: \w+)? {re.escape(denied[-1])}", text, re.IGNORECASE)
    ]
    return claim.not_so if named and left == named else None


_OTHER = re.compile(r"\b(?:other|else|further|more|known|history)\b", re.IGNORECASE)


def only_now(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "No fever today, but there was one" is not "no fever"."""
    if not claim.denies or fact.section not in _TOLD or _STATES_NOW.search(claim.statement):
        return None
    return claim.not_so if any(_NOW.search(text) for text, _ in _sentences(heard)) else None


def trouble(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "No trouble with balance" is not "no balance"."""
    if not claim.denies or _TROUBLE.search(claim.statement):
        return None
    asked = " ".join(text for text, words in _sentences(heard) if words[-1].question).lower()
    denied = [word.text for word in claim.words if word.denied and word.has_content]
    troubled = [word for word in denied if re.search(rf"{_TROUBLE.pattern}(?: \w+){{0,2}} {re.escape(word)}\b", asked)]
    alone = [
        word
        for word in troubled
        if word in _NEEDED
        and re.search(
            rf"(?:^no|^never(?: had)?|,|\bor) {word}(?:$|,| or\b| in the past)", claim.statement, re.IGNORECASE
        )
    ]
    return claim.not_so if alone else None


_TROUBLE = re.compile(r"\b(?:difficult\w*|problems?|trouble|issues?)\b", re.IGNORECASE)
# Our own list of what everybody has and does, and of treatments: without the trouble nothing, or something else, is denied.
_NEEDED = lexicon.words_of(
    "urine water bowels bowel breathing breath swallowing sleeping sleep walking passing hearing vision sight eyes eating speaking "
    "speech moving movement balance memory concentrating appetite weight mood sedation anaesthetic anaesthetics anaesthesia surgery operations "
    "medication medications medicine medicines tablets vaccines vaccinations"
)


def hedged(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Nobody made likely what a statement calls likely, or somebody called it unlikely."""
    if not (_HEDGED.match(claim.statement) and fact.section in {Section.ASSESSMENT, *TO_DO}):
        return None
    said = as_said(heard.words)
    if _UNLIKELY.search(said) and not re.search("unlikely|not", claim.statement, re.IGNORECASE):
        return claim.not_so
    return None if _HEDGES.search(said) else claim.not_so


def may_come(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "You may need steroids" advises none."""
    if fact.section not in TO_DO or _STATES_DOUBT.search(claim.statement):
        return None
    said = [text for text, words in _sentences(heard) if words[0].turn.role is Role.CLINICIAN]
    return claim.not_so if said and all(_MAY_NEED.search(text) for text in said) else None


def then(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """Where to seek help was said for a case ("then see a doctor") that the statement leaves out."""
    if fact.section not in TO_DO or not _HELP.search(claim.statement) or _CONDITION.search(claim.statement):
        return None
    said = [text for text, words in _sentences(heard) if words[0].turn.role is Role.CLINICIAN]
    return claim.not_so if said and all(_THEN.match(text) for text in said) else None


_SCARCELY_NOT = re.compile(r"\b(?:rarely|hardly|barely|scarcely|seldom) (?:\w+ )?not\b", re.IGNORECASE)


def scarcely(fact: Fact, claim: Claim, heard: Heard, mode: Mode) -> Verdict | None:
    """ "I rarely get drunk" is not "rarely not drunk"."""
    said = any(word.text in lexicon.NEGATIONS or word.text.endswith("n't") for word in heard.cited)
    return claim.not_so if _SCARCELY_NOT.search(claim.statement) and not said else None


def _sentences(heard: Heard) -> Iterator[tuple[str, list[HeardWord]]]:
    """The sentences that are cited, whole."""
    for number in sorted({word.sentence for word in heard.cited}):
        inside = [word for word in heard.words if word.sentence == number]
        yield as_said(inside), inside


ALL = (usual, besides, only_now, trouble, hedged, may_come, then, scarcely)
