"""Which doubts are put to the reviewer: few enough that each is looked at, and one question for one doubt.

What is not asked stays in the ledger as rejected, and its words come back in the coverage lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scribe.extract.merge import content
from scribe.extract.verify import lexicon
from scribe.extract.verify.quantities import quantities
from scribe.extract.verify.spelled import WORD, knows
from scribe.records import Entry, Fact, Outcome, Reason, Section
from scribe.transcribe.sounding import sound

MOST_ASKED = 5  # questions to the reviewer: so few that each is really looked at
# What nobody may be spared: a slip here harms, so the reviewer is asked however much else there is.
_ALWAYS_ASKED = {Reason.DRUG_DOUBTFUL, Reason.DRUG_NOT_SAID, Reason.CONTRADICTED, Reason.OTHER_PATIENT}


def spared(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Questions that need no asking are withdrawn: the thing, or its opposite, stands proved elsewhere; and of the
    rest only the weightiest are put. What is withdrawn stays in the ledger, and its words in the coverage lane."""
    proved = [content(e.fact.statement) for e in entries if e.verdict.outcome is Outcome.SUPPORTED]
    out = list(entries)
    asked: list[int] = []
    for i, entry in enumerate(entries):
        if entry.verdict.outcome is not Outcome.CHECK:
            continue
        mine = content(entry.fact.statement)
        if entry.verdict.reason not in _ALWAYS_ASKED and any(mine <= theirs for theirs in proved):
            out[i] = _withdrawn(entry)
        else:
            asked.append(i)
    asked.sort(key=lambda i: (entries[i].verdict.reason not in _ALWAYS_ASKED, -entries[i].fact.importance))
    kept: list[int] = []
    for i in asked:
        if any(_asks_the_same(entries[i], entries[other]) for other in kept):
            out[i] = _withdrawn(entries[i])
        else:
            kept.append(i)
    for i in kept[MOST_ASKED:]:
        if entries[i].verdict.reason not in _ALWAYS_ASKED and entries[i].fact.section is not Section.ALLERGY:
            out[i] = _withdrawn(entries[i])
    return tuple(out)


def _asks_the_same(one: Entry, other: Entry) -> bool:
    """Whether the answer about `other` settles `one`: the same doubt about the same words, or about the same name, and
    no number, side or change beside."""
    same = one.verdict.reason is other.verdict.reason and one.fact.polarity is other.fact.polarity
    if not same:
        return False
    together = bool(_turns(one) & _turns(other))
    if one.verdict.reason is Reason.DRUG_DOUBTFUL and together and _is_its_dose(one, other):
        return True
    if _tells_more(one.fact, other.fact):
        return False
    mine, theirs = (frozenset(map(lexicon.one_person, content(entry.fact.statement))) for entry in (one, other))
    if together and 2 * len(mine & theirs) > min(len(mine), len(theirs)):
        return True
    return one.verdict.reason is Reason.DRUG_DOUBTFUL and _of_one_name(one, other)


def _turns(entry: Entry) -> set[str]:
    return {proof.turn_id for proof in entry.fact.evidence}


_TELLING = content(
    "left right both start stop restart continue increase reduce double halve switch change avoid mother father brother sister"
)
_START = content("start")


def _tells_more(one: Fact, other: Fact) -> bool:
    """Whether the first has a number, a side or a change that the second has not; what is planned may as well be started."""
    planned = one.section is other.section is Section.PLAN
    beyond = content(one.statement) - content(other.statement) - (_START if planned else frozenset())
    counted = quantities(other.statement)
    numbers = [number for number in quantities(one.statement) if number.unit or number.value != 1]  # "the … one"
    return bool(beyond & _TELLING) or any(not any(number.same(each) for each in counted) for number in numbers)


def _is_its_dose(one: Entry, other: Entry) -> bool:
    """Whether a dose without its medicine is that of a doubtful name that is asked about: "5 mg, one tablet"."""
    if one.verdict.detail or _misheard(one.fact):
        return False
    doses = [dose for dose in quantities(other.fact.statement) if dose.unit]
    return any(dose.unit and any(dose.same(each) for each in doses) for dose in quantities(one.fact.statement))


def _of_one_name(one: Entry, other: Entry) -> bool:
    """Whether both doubts are about one medicine: it may have been the same, or one name is a piece of the other
    ("lodapine" beside "amlodapine")."""
    if one.verdict.detail and one.verdict.detail == other.verdict.detail:
        return True
    return any(mine in theirs for mine in _misheard(one.fact) for theirs in _misheard(other.fact))


_A_NAME = 5  # letters of a sound: a shorter one lies within many


def _misheard(fact: Fact) -> list[str]:
    """How the words of a statement sound that no dictionary has."""
    unknown = [word for word in WORD.findall(fact.statement) if not knows(word)]
    return [key for key in map(sound, unknown) if len(key) >= _A_NAME]


def _withdrawn(entry: Entry) -> Entry:
    return replace(entry, verdict=replace(entry.verdict, outcome=Outcome.REJECTED))
