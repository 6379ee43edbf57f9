"""One wrong fact put into a draft after it was extracted, with the evidence of a true line: a missing link does not betray it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from scribe.extract.verify import medicines
from scribe.records import Draft, Entry, Fact, Ledger, Outcome, Polarity, Section

from .drafted import Drafted


class Kind(StrEnum):
    NUMBER = "number"
    NEGATION = "negation"
    DRUG = "drug"
    INVENTED = "invented line"


@dataclass(frozen=True, slots=True)
class Seed:
    """A draft with one wrong fact."""

    kind: Kind
    true: str
    wrong: str
    draft: Draft
    ledger: Ledger
    line_id: str


_OTHER_NUMBER = {
    "one": "three", "two": "four", "three": "five", "four": "two", "five": "eight", "six": "three", "seven": "ten",
    "eight": "four", "nine": "six", "ten": "twenty", "twice": "four times", "once": "twice",
}  # fmt: skip
_OTHER_DRUG = ("amitriptyline", "bisoprolol", "metformin", "naproxen", "prednisolone", "sertraline")
# Inventions that would pass for notes; none of them is said in any of the twenty consultations.
_INVENTED = {
    Section.PLAN: ("Refer to neurology", "Arrange echocardiogram", "Repeat thyroid function in 3 months"),
    Section.MEDICATION: ("Takes warfarin 3 mg once daily", "Uses a steroid inhaler twice daily"),
    Section.HISTORY: ("Woken by pain every night", "Lost half a stone in a month", "Fainted once on the bus"),
    Section.PAST_HISTORY: ("Epilepsy as a child", "Previous deep vein thrombosis"),
    Section.EXAMINATION: ("Temperature 38.4", "Crackles at the left base"),
}


def seeded(drafted: Drafted, kind: Kind) -> Iterator[Seed]:
    """The drafts that have one fact of a kind wrong: one for each fact that can be made so."""
    before = drafted.draft()
    in_note = {fact_id for line in before.lines for fact_id in line.fact_ids}
    for entry in drafted.ledger.entries:
        if entry.fact.id not in in_note or entry.verdict.outcome is not Outcome.SUPPORTED:
            continue
        wrong = _wrong(entry.fact, kind)
        if wrong is None:
            continue
        ledger = _replaced(drafted.ledger, entry, wrong)
        after = drafted.draft(ledger)
        lines = [line for line in after.lines if entry.fact.id in line.fact_ids]
        if lines:
            yield Seed(kind, entry.fact.statement, wrong.statement, after, ledger, lines[0].id)


def _replaced(ledger: Ledger, entry: Entry, wrong: Fact) -> Ledger:
    entries = tuple(replace(one, fact=wrong) if one is entry else one for one in ledger.entries)
    return replace(ledger, entries=entries)


def _wrong(fact: Fact, kind: Kind) -> Fact | None:
    text = fact.statement
    if kind is Kind.NUMBER:
        wrong = _number(text)
    elif kind is Kind.NEGATION:
        return _negated(fact)
    elif kind is Kind.DRUG:
        wrong = _drug(text)
    else:
        choices = _INVENTED.get(fact.section, ())
        wrong = choices[sum(map(ord, fact.statement)) % len(choices)] if choices else ""
    return replace(fact, statement=wrong) if wrong and wrong != text else None


def _number(text: str) -> str:
    if found := re.search(r"\d+", text):
        number = int(found[0])
        other = str(number * 10) if number in (1, 2, 5, 20, 25, 50, 100) else str(number + 2)
        return text[: found.start()] + other + text[found.end() :]
    for word in re.findall(r"[A-Za-z]+", text):
        if word.lower() in _OTHER_NUMBER:
            return re.sub(rf"\b{word}\b", _OTHER_NUMBER[word.lower()], text, count=1)
    return ""


def _negated(fact: Fact) -> Fact | None:
    text = fact.statement
    if fact.polarity is Polarity.ABSENT and (found := re.match(r"No (?!longer|known|other|further)(\w.*)$", text)):
        return replace(fact, statement=found[1][:1].upper() + found[1][1:], polarity=Polarity.PRESENT)
    plain = fact.section in (Section.HISTORY, Section.PAST_HISTORY, Section.EXAMINATION, Section.PRESENTING_COMPLAINT)
    if plain and fact.polarity is Polarity.PRESENT and re.fullmatch(r"[A-Z][a-z]+(?: [a-z]+){0,3}", text):
        return replace(fact, statement=f"No {text[:1].lower()}{text[1:]}", polarity=Polarity.ABSENT)
    return None


def _drug(text: str) -> str:
    for word in re.findall(r"[A-Za-z]{4,}", text):
        if medicines.british(word.lower()):
            other = _OTHER_DRUG[len(text) % len(_OTHER_DRUG)]
            if medicines.british(word.lower()) == other:
                other = _OTHER_DRUG[(len(text) + 1) % len(_OTHER_DRUG)]
            return re.sub(rf"\b{word}\b", other if word.islower() else other.capitalize(), text, count=1)
    return ""


def pick(seeds: Sequence[Seed], number: int) -> Seed | None:
    """One of them, another one for each number."""
    return seeds[number % len(seeds)] if seeds else None
