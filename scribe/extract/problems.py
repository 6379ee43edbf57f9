"""Problems: what brought the patient, each titled in words that were said, and which facts belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from scribe.extract.extractor import Finding
from scribe.extract.merge import content
from scribe.records import Fact, Polarity, Role, Section, Turn

# What a patient (or a clinician who asks) says when another matter begins.
_ANOTHER = re.compile(
    r"\b(?:the other (?:thing|problem|issue|reason)|another (?:thing|problem|issue|matter)|(?:one|a) (?:more|other|second|separate) (?:thing|problem|issue)|the second (?:thing|problem|issue)|"
    r"while (?:i'm|i am) here|while i've got you|separate(?:ly)? (?:issue|problem|thing|from)|i also (?:wanted|want|need|came) (?:to )?(?:ask|talk|mention|about|see|discuss|check)|"
    r"(?:there's|there is|there was) also (?:my|this|a|the)|completely different|nothing to do with (?:this|that))\b",
    re.I,
)
_BACKGROUND = {
    Section.PAST_HISTORY,
    Section.MEDICATION,
    Section.ALLERGY,
    Section.FAMILY_HISTORY,
    Section.SOCIAL_HISTORY,
}
_OURS = {Section.ASSESSMENT, Section.PLAN, Section.SAFETY_NET}
_TITLE_END = re.compile(
    r"\b(?:for|since|over|about|around|started|which|that|because|when|and then|in the last|after|until|last|yesterday|today|now|this morning|where|but)\b|[,:;(]|\d",
    re.I,
)
_TITLE_LEAD = re.compile(
    r"^(?:has been |having |had |has |feeling |feels |felt |noticed |some |a |an |the |bit of |lot of |problems? with |trouble with |struggling with |worried about |really )+",
    re.I,
)
LONGEST_TITLE = 6  # words


@dataclass
class _Problem:
    title: str
    begins: int  # turn number
    words: set[str] = field(default_factory=set)


def titled(findings: Sequence[Finding], turns: dict[str, Turn]) -> list[Finding]:
    """The findings with the title of their problem, where there are several; background (medicines, family …) has none."""
    complaints = [f.fact for f in findings if _complains(f.fact)]
    if not complaints:
        return list(findings)
    found = [_Problem(_title(complaints[0]), 0)]
    for turn in turns.values():
        if (
            turn.role is not Role.CLINICIAN
            and turn.number > complaints[0].evidence[0].turn_number
            and _ANOTHER.search(turn.text)
        ):
            fact = next((f for f in _history(findings) if f.evidence[-1].turn_number >= turn.number), None)
            title = _title(fact) if fact is not None and fact.evidence[-1].turn_number <= turn.number + 4 else ""
            if title and all(title.lower() != p.title.lower() for p in found):
                found.append(_Problem(title, turn.number))
    if len(found) == 1:
        return list(findings)  # nothing to tell apart, and a title in chance words would only mislead
    for problem in found:
        problem.words |= content(problem.title)
    for finding in findings:
        if finding.fact.section not in _OURS | _BACKGROUND:
            _home(finding.fact, found).words.update(content(finding.fact.statement))
    return [
        f if f.fact.section in _BACKGROUND else replace(f, fact=replace(f.fact, problem=_home(f.fact, found).title))
        for f in findings
    ]


def _complains(fact: Fact) -> bool:
    return (
        fact.section in {Section.PRESENTING_COMPLAINT, Section.HISTORY}
        and fact.informant != "clinician"
        and fact.polarity is Polarity.PRESENT
        and bool(_title(fact))
    )


def _history(findings: Sequence[Finding]) -> list[Fact]:
    return [f.fact for f in findings if _complains(f.fact)]


def _title(fact: Fact) -> str:
    text = _TITLE_LEAD.sub("", fact.statement)
    end = _TITLE_END.search(text)
    text = text[: end.start()] if end else text
    words = text.strip(" ,.").split()
    if not words or len(words) > LONGEST_TITLE or len(content(text)) == 0:
        return ""
    title = " ".join(words)
    return title[:1].upper() + title[1:]


def _home(fact: Fact, found: Sequence[_Problem]) -> _Problem:
    """By the words for what the clinician plans, by the place in the talk for everything else."""
    if fact.section in _OURS:
        mine = content(fact.statement)
        shared = [len(mine & problem.words) for problem in found]
        if max(shared) > 0 and shared.count(max(shared)) == 1:
            return found[shared.index(max(shared))]
    number = fact.evidence[-1].turn_number
    return [problem for problem in found if problem.begins <= number][-1]
