"""Ledger → draft: which facts stand in the note, in what order, on which lines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from scribe.draft.decisions import Decisions
from scribe.draft.layout import lay_out
from scribe.draft.plain import plain
from scribe.draft.sensitive import sensitivity
from scribe.draft.template import Empty, Owner, Rule, Template
from scribe.extract.merge import content
from scribe.extract.reasons import in_words
from scribe.records import (
    Certainty,
    Check,
    Detail,
    Draft,
    Entry,
    Evidence,
    Fact,
    Ledger,
    Line,
    Mode,
    Omission,
    Outcome,
    Polarity,
    Reason,
    Role,
    Section,
    Settled,
    Status,
    Turn,
    new_id,
)


class Room(NamedTuple):
    """How many words the statements of a note take: up to `always` whatever they tell, and up to `most` as long as the
    next is worth `enough`, so that an eventful consultation gets a longer note."""

    always: int
    most: int
    enough: float


ROOM = {
    Detail.TERSE: Room(110, 110, 0.0),
    Detail.STANDARD: Room(200, 285, 0.12),
    Detail.FULL: Room(325, 420, 0.12),
}
# A line stays readable, and its evidence too: so many words and cited turns at most.
LINE_WORDS = 24
LINE_TURNS = 4
LINE_MARKED = 40  # words of the transcript that one line marks
# What was left out: so many entries, the most important first, stay within a quarter of what was said.
MOST_OMISSIONS = 45
NOT_DOCUMENTED = "Not documented"
# In choosing for a short note: how much what is told already counts against a fact, and how much its length does.
NOVELTY, BREVITY = 0.4, 0.45
# A note without what was thought, or without when to come back, is not one: of these the two that matter most count for more.
_NEVER_WITHOUT = (Section.ASSESSMENT, Section.SAFETY_NET)
_SEATS, _LEAST_SEATED, _SEATED = 2, 0.5, 1.3
_ADVISED = "Advised to "

# Denials of these sections share a line; a plan or a diagnosis always stands alone.
_TOGETHER = frozenset({Section.HISTORY, Section.PAST_HISTORY, Section.FAMILY_HISTORY, Section.EXAMINATION})


def render(
    ledger: Ledger,
    template: Template,
    detail: Detail,
    *,
    encounter_id: str,
    mode: Mode,
    previous: Draft | None = None,
) -> Draft:
    """The draft that a template makes of a ledger.

    Only supported facts that nothing replaced become lines; what must be checked waits beside the note, and what was
    left out for brevity joins the omissions.

    Args:
        ledger: the facts with their verdicts.
        template: which heading takes what, and in which order.
        detail: how many words the note may have.
        encounter_id: whose consultation it is.
        mode: how they met; it may have been corrected after the facts were checked, so that findings are held
            against it once more.
        previous: the draft before; what the clinician decided in it is kept.
    """
    decisions = Decisions(previous)
    standing = [entry.fact for entry in ledger.entries if _stands(entry, mode) and not decisions.settles(entry.fact)]
    if template.plain_words:
        standing = [fact for fact in standing if not sensitivity(fact.statement)]
    chosen = _chosen(standing, detail)
    lines = list(_lines(chosen, template))
    checks = tuple(_check(entry, template) for entry in ledger.entries if _waits(entry, mode))
    touchy = _touchy_turns(ledger)
    left_out = _left_out([fact for fact in standing if fact not in chosen and fact.id not in decisions.held])
    if previous is not None:
        rest = [fact for fact in chosen if fact.id not in decisions.held]
        lines = decisions.among(lines, list(_lines(rest, template)), template)
        checks = decisions.settled(checks)
    omitted: Iterable[Omission] = [*ledger.omissions, *left_out]
    if template.patient_facing:  # one key must not put into it what the patient's summary or letter may not say
        omitted = [one for one in omitted if not _is_touchy(one.text, one.evidence, touchy)]
    if template.plain_words:
        checks = tuple(
            check for check in checks
            if check.settled is not Settled.OPEN or not _is_touchy(check.text, check.evidence, touchy)
        )  # fmt: skip
    left_for_good = previous.left_out if previous else ()
    taken = {line.evidence for line in lines if line.evidence and not line.fact_ids}
    taken |= {one.evidence for one in left_for_good}
    return Draft(
        id=new_id(),
        encounter_id=encounter_id,
        recording_id=ledger.recording_id,
        template_id=template.id,
        template_version=template.version,
        detail=detail,
        lines=tuple(lines),
        checks=checks,
        omissions=_most_important(one for one in omitted if one.evidence not in taken),
        made_by=tuple(sorted({entry.fact.made_by for entry in ledger.entries})),
        revision=previous.revision + 1 if previous else 0,
        parent_id=previous.id if previous else "",
        removed=previous.removed if previous else (),
        seen=previous.seen if previous else (),
        left_out=left_for_good,
    )


def as_text(draft: Draft, template: Template) -> str:
    """The draft as text: headings that end in ":" and one line a statement, and nothing else."""
    return lay_out(template, draft.lines)


def as_json(draft: Draft, ledger: Ledger, turns: Sequence[Turn]) -> dict[str, Any]:
    """The draft with everything behind it, as plain data: lines, facts, evidence, checks and what was left out."""
    by_id = {turn.id: turn for turn in turns}
    used = {fact_id for line in draft.lines for fact_id in line.fact_ids}
    return {
        "template": draft.template_id,
        "template_version": draft.template_version,
        "detail": draft.detail,
        "made_by": list(draft.made_by),
        "lines": [
            {
                "problem": line.problem,
                "heading": line.heading,
                "text": line.text,
                "facts": list(line.fact_ids),
                "evidence": _evidence(line.evidence, by_id),
            }
            for line in draft.lines
        ],
        "checks": [
            {
                "problem": check.problem,
                "heading": check.heading,
                "text": check.text,
                "reason": check.reason,
                "why": in_words(check.reason, check.detail),
                "facts": list(check.fact_ids),
                "evidence": _evidence(check.evidence, by_id),
            }
            for check in draft.checks
        ],
        "coverage": [
            {
                "text": one.text,
                "section": one.section,
                "importance": round(one.importance, 3),
                "role": one.role,
                "evidence": _evidence(one.evidence, by_id),
            }
            for one in draft.omissions
        ],
        "facts": [
            {
                "id": entry.fact.id,
                "problem": entry.fact.problem,
                "section": entry.fact.section,
                "statement": entry.fact.statement,
                "polarity": entry.fact.polarity,
                "certainty": entry.fact.certainty,
                "status": entry.fact.status,
                "experiencer": entry.fact.experiencer,
                "informant": entry.fact.informant,
                "importance": round(entry.fact.importance, 3),
                "verdict": entry.verdict.outcome,
                "reason": entry.verdict.reason,
                "detail": entry.verdict.detail,
                "replaced_by": entry.replaced_by,
                "in_note": entry.fact.id in used,
                "evidence": _evidence(entry.fact.evidence, by_id),
                "made_by": entry.fact.made_by,
            }
            for entry in ledger.entries
        ],
    }


def _evidence(evidence: Sequence[Evidence], turns: dict[str, Turn]) -> list[dict[str, Any]]:
    return [
        {
            "turn": one.turn_number,
            "role": turns[one.turn_id].role,
            "words": " ".join(word.text for word in turns[one.turn_id].words[one.first_word : one.end_word]),
        }
        for one in evidence
        if one.turn_id in turns
    ]


# ---------------------------------------------------------------- which facts


def _stands(entry: Entry, mode: Mode) -> bool:
    return entry.verdict.outcome is Outcome.SUPPORTED and not entry.replaced_by and not _unseen(entry.fact, mode)


def _waits(entry: Entry, mode: Mode) -> bool:
    if entry.replaced_by:
        return False
    unseen = entry.verdict.outcome is Outcome.SUPPORTED and _unseen(entry.fact, mode)
    return entry.verdict.outcome is Outcome.CHECK or unseen


def _unseen(fact: Fact, mode: Mode) -> bool:
    """A finding without a measured number in a consultation where nobody could look."""
    return fact.section is Section.EXAMINATION and mode is Mode.TELEPHONE and not re.search(r"\d", fact.statement)


def _chosen(facts: Sequence[Fact], detail: Detail) -> list[Fact]:
    """The facts that tell most in the room there is, in the order of the ledger: what matters, is new, and is short."""
    room = ROOM[detail]
    used = 0
    waiting = {fact.id: (fact, content(fact.statement), _cost(fact)) for fact in facts}
    seated = {
        fact.id
        for section in _NEVER_WITHOUT
        for fact in sorted((one for one in facts if one.section is section), key=lambda one: -one.importance)[:_SEATS]
        if fact.importance >= _LEAST_SEATED
    }
    told: set[str] = set()
    chosen: set[str] = set()

    def worth(one: tuple[Fact, frozenset[str], int]) -> float:
        fact, words, cost = one
        new = len(words - told) / max(1, len(words))
        importance = fact.importance * (_SEATED if fact.id in seated else 1.0)
        return float(importance * (1 - NOVELTY + NOVELTY * new) / cost**BREVITY)

    while fitting := [one for one in waiting.values() if used + one[2] <= room.most]:
        best = max(fitting, key=worth)
        if used >= room.always and worth(best) < room.enough:
            break
        fact, words, cost = best
        del waiting[fact.id]
        chosen.add(fact.id)
        told |= words
        used += cost
    return [fact for fact in facts if fact.id in chosen]


def _cost(fact: Fact) -> int:
    """The words that a fact adds to the note; where it shares its opening with others, that counts once."""
    words = len(fact.statement.split())
    if fact.statement.startswith(_ADVISED):
        words -= len(_ADVISED.split())
    elif _SHORT_DENIAL.match(fact.statement):
        words -= 1  # its "no" is shared too
    return max(1, words)


def _touchy_turns(ledger: Ledger) -> frozenset[str]:
    """The turns in which something sensitive was said: its neighbours may be the rest of the same story."""
    stated = [(entry.fact.statement, entry.fact.evidence) for entry in ledger.entries]
    stated += [(one.text, one.evidence) for one in ledger.omissions]
    return frozenset(piece.turn_id for text, evidence in stated if sensitivity(text) for piece in evidence)


def _is_touchy(text: str, evidence: Sequence[Evidence], touchy: frozenset[str]) -> bool:
    return bool(sensitivity(text)) or any(piece.turn_id in touchy for piece in evidence)


def _most_important(omissions: Iterable[Omission]) -> tuple[Omission, ...]:
    return tuple(sorted(omissions, key=lambda one: -one.importance)[:MOST_OMISSIONS])


def _left_out(facts: Sequence[Fact]) -> Iterator[Omission]:
    """What would have been lines; denials of one section together, so that one look and one key settle them."""
    for section in Section:
        mine = sorted((fact for fact in facts if fact.section is section), key=_place)
        denied = [fact for fact in mine if fact.polarity is Polarity.ABSENT and section in _TOGETHER]
        for group in [*_packed(denied), *([fact] for fact in mine if fact not in denied)]:
            role = {"clinician": Role.CLINICIAN, "patient": Role.PATIENT}.get(group[0].informant, Role.OTHER)
            none_matters = math.prod(1 - min(fact.importance, 1.0) for fact in group)
            yield Omission(
                _joined([_phrased(fact) for fact in group]), section, round(1 - none_matters, 4), _cited(group), role
            )


# ---------------------------------------------------------------- which lines


def _lines(facts: Sequence[Fact], template: Template) -> Iterator[Line]:
    for line in _worded_as_said(facts, template):
        yield replace(line, text=plain(line.text)) if template.plain_words else line


def _worded_as_said(facts: Sequence[Fact], template: Template) -> Iterator[Line]:
    for problem in _problems(facts, template):
        mine = [fact for fact in facts if _problem(fact, facts, template) == problem]
        for rule in template.headings:
            under = [fact for fact in mine if _heading(fact, template) == rule.id]
            yield from _heading_lines(problem, rule, under)
            if not under and problem and rule.id == template.problem_heading:
                yield _line(problem, rule, [problem], _naming(problem, mine))
    if template.empty is Empty.SAY_SO:
        used = {_heading(fact, template) for fact in facts}
        for rule in template.headings:
            if rule.id not in used and rule.takes_all:
                yield _line("", rule, [NOT_DOCUMENTED], [])


def _problems(facts: Sequence[Fact], template: Template) -> list[str]:
    """Problems in the order in which they came up; what belongs to none comes last."""
    found = dict.fromkeys(_problem(fact, facts, template) for fact in sorted(facts, key=_place))
    return sorted(found, key=lambda problem: not problem)


def _problem(fact: Fact, facts: Sequence[Fact], template: Template) -> str:
    """The problem a fact stands under; with one problem in all, everything belongs to it."""
    if not template.group_by_problem:
        return ""
    named = {one.problem for one in facts} - {""}
    return next(iter(named)) if len(named) == 1 else fact.problem


def _naming(problem: str, facts: Sequence[Fact]) -> list[Fact]:
    """The fact whose words name the problem, else the first."""
    words = set(problem.lower().split())
    return sorted(facts, key=lambda fact: (-len(words & set(fact.statement.lower().split())), _place(fact)))[:1]


def _heading(fact: Fact, template: Template) -> str:
    for rule in template.headings:
        if fact.section not in rule.sections or (rule.status and fact.status not in rule.status):
            continue
        if rule.owner is None or rule.owner is owner_of(fact):
            return rule.id
    raise KeyError(fact.section)  # the linter has seen to it that every section has a heading


_OWNERS = (
    (Owner.GP, r"^(?:your |the )?gp\b|\b(?:gp|general practitioner) (?:to|will|can|should)\b|\bask (?:your |the )?gp\b|\bvia (?:the )?gp\b"),
    (Owner.PATIENT, r"^(?:patient|you)\b|\bpatient (?:to|will|should)\b"),
    (Owner.HOSPITAL, r"^(?:we|i|clinic|hospital|team)\b|\b(?:we|i|clinic|hospital|team|nurse|ward|consultant) (?:to|will|shall)\b|\b(?:we|i)'ll\b"),
)  # fmt: skip


def owner_of(fact: Fact) -> Owner | None:
    """Who is to act, if the statement says; advice is the patient's to follow."""
    for owner, pattern in _OWNERS:
        if re.search(pattern, fact.statement, re.IGNORECASE):
            return owner
    return Owner.PATIENT if fact.status is Status.ADVISED else None


def _heading_lines(problem: str, rule: Rule, facts: Sequence[Fact]) -> Iterator[Line]:
    for section in rule.sections:
        mine = sorted((fact for fact in facts if fact.section is section), key=_place)
        label = rule.labels.get(section, "")
        denied = [fact for fact in mine if fact.polarity is Polarity.ABSENT and section in _TOGETHER]
        advice = [fact for fact in mine if fact.statement.startswith(_ADVISED)]
        said = [fact for fact in mine if fact not in denied and fact not in advice]
        for group in _packed(said) if label else ([fact] for fact in said):
            yield _line(problem, rule, [_phrased(fact) for fact in group], group, label)
        for group in _packed(advice):
            opening, *others = [_phrased(fact) for fact in group]
            parts = [opening, *(other.removeprefix(_ADVISED) for other in others)]
            yield _line(problem, rule, parts, group, label)
        for group in _packed(denied):
            yield _line(problem, rule, [_phrased(fact) for fact in group], group, label)


def _packed(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """Groups of facts that fit one line, with few enough turns to look at."""
    group: list[Fact] = []
    for fact in facts:
        both = [*group, fact]
        turns = {one.turn_id for each in both for one in each.evidence}
        marked = sum(one.end_word - one.first_word for one in {one for each in both for one in each.evidence})
        words = sum(len(each.statement.split()) for each in both)
        if group and (len(turns) > LINE_TURNS or words > LINE_WORDS or marked > LINE_MARKED):
            yield group
            group = [fact]
        else:
            group = both
    if group:
        yield group


def _line(problem: str, rule: Rule, parts: Sequence[str], facts: Sequence[Fact], label: str = "") -> Line:
    text = _joined(parts)
    if label:
        text = f"{label}: {_lower_first(text)}"
    return Line(
        id=new_id(),
        problem=problem,
        heading=rule.id,
        text=text,
        fact_ids=tuple(fact.id for fact in facts),
        evidence=_cited(facts),
    )


def _cited(facts: Sequence[Fact]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(one for fact in facts for one in fact.evidence))


def _joined(parts: Sequence[str]) -> str:
    """What stands on one line, as one text."""
    first, *others = _denials_joined(parts)
    return "; ".join([first, *(_lower_first(other) for other in others)])


# What can share one "no": a few plain words, so that nothing said of one thing is read as said of its neighbour.
_SHORT_DENIAL = re.compile(
    r"^No ((?:[\w'-]+)(?: (?!or\b|and\b|in\b|for\b|since\b|with\b|of\b|on\b|to\b|at\b)[\w'-]+){0,2})$"
)


def _denials_joined(parts: Sequence[str]) -> list[str]:
    """ "No fever", "No chills" and "No rash" that follow each other become "No fever, chills or rash"."""
    joined: list[str] = []
    run: list[str] = []
    for part in [*parts, ""]:
        match = _SHORT_DENIAL.match(part)
        if match and not re.search(r"\d|\bother\b|\bknown\b", part):
            run.append(match[1])
            continue
        if run:
            joined.append("No " + (run[0] if len(run) == 1 else f"{', '.join(run[:-1])} or {run[-1]}"))
            run = []
        if part:
            joined.append(part)
    return joined


def _place(fact: Fact) -> tuple[int, int]:
    return min(((one.turn_number, one.first_word) for one in fact.evidence), default=(0, 0))


_DOUBT = re.compile(
    r"\b(possib|probab|likely|may|might|could|perhaps|maybe|suspect|query|thinks?|thought|wonder|unsure|not sure)|\?",
    re.I,
)


def _phrased(fact: Fact) -> str:
    """The statement as it stands in a note: one line, a capital first, doubt kept, nothing that reads as a heading."""
    text = " ".join(fact.statement.split()).strip(" .;:#-•*")
    if fact.certainty is Certainty.POSSIBLE and fact.section is Section.ASSESSMENT and not _DOUBT.search(text):
        text = f"Possible {_lower_first(text)}"
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    """The text as it goes on in a line; abbreviations and names keep their case."""
    first = text.split(" ", 1)[0]
    ordinary = first == "A" or (first[1:].islower() and not first.endswith("'s"))  # "Bell's" keeps its capital
    return text[:1].lower() + text[1:] if ordinary else text


# ---------------------------------------------------------------- checks


def _check(entry: Entry, template: Template) -> Check:
    fact, verdict = entry.fact, entry.verdict
    return Check(
        id=new_id(),
        problem=fact.problem,
        heading=_heading(fact, template),
        text=_phrased(fact),
        reason=verdict.reason or Reason.NOT_SUPPORTED,
        detail=verdict.detail,
        fact_ids=(fact.id,),
        evidence=fact.evidence,
    )
