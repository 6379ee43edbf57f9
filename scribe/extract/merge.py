"""The same fact said twice becomes one with all its evidence; what was taken back is replaced; contradictions are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scribe.extract.extractor import Finding
from scribe.records import Entry, Evidence, Fact, Outcome, Polarity, Reason, Section, Verdict

# Where no other source is named, the lists of this module are our own, of English.

_COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "does",
        "do",
        "did",
        "not",
        "no",
        "nor",
        "it",
        "its",
        "this",
        "that",
        "some",
        "any",
        "very",
        "just",
        "about",
        "also",
        "then",
        "than",
        "there",
        "up",
        "out",
        "so",
        "if",
        "but",
        "patient",
        "advised",
        "thought",
        "can",
        "could",
        "would",
        "will",
        "may",
        "might",
        "like",
        "feels",
        "feel",
        "feeling",
        "gets",
        "get",
        "noticed",
        "takes",
        "taking",
    ]
)
_SAME_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NEVER_MERGED = {Section.SAFETY_NET}
_OURS = {Section.EXAMINATION, Section.ASSESSMENT, Section.PLAN}  # what the clinician finds and does is not history
MOST_MARKED = 40  # words of the transcript that a merged fact marks, but for its own
MOST_EVIDENCE = 3  # pieces of evidence that a merged fact keeps: the first, and those that add words


def stem(word: str) -> str:
    """A rough stem: 'vomiting' and 'vomited' are the same thing here."""
    word = re.sub(r"[^a-z0-9.]", "", word.lower().replace("'s", "")).strip(".")
    for ending in ("ings", "ing", "ies", "ied", "ness", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def content(statement: str) -> frozenset[str]:
    """The stems by which two statements are compared: numbers and whatever is not grammar."""
    words = re.findall(r"[\w.'-]+", statement)
    return frozenset(stem(w) for w in words if w.lower() not in _COMMON) - {""}


def merge(findings: Sequence[Finding], judge: dict[str, Verdict]) -> tuple[Entry, ...]:
    """Entries in the order in which they were said.

    Args:
        findings: what was found, in order.
        judge: the verifier's verdict on each, by fact id.
    """
    kept: list[Finding] = []
    verdicts: dict[str, Verdict] = {}
    for finding in findings:
        verdict = judge[finding.fact.id]
        if finding.doubt is not None and verdict.outcome is Outcome.SUPPORTED:
            verdict = Verdict(Outcome.CHECK, finding.doubt, finding.fact.statement)
        verdicts[finding.fact.id] = verdict
        twin = _twin(finding, kept, verdicts)
        if twin is None:
            kept.append(finding)
            continue
        joined = _join(kept[twin].fact, finding.fact, verdicts)
        verdicts[joined.id] = min(
            (verdicts[kept[twin].fact.id], verdict), key=lambda v: v.outcome is not Outcome.SUPPORTED
        )
        kept[twin] = Finding(joined)
    return _settle([Entry(f.fact, verdicts[f.fact.id]) for f in kept])


def _twin(finding: Finding, kept: Sequence[Finding], verdicts: dict[str, Verdict]) -> int | None:
    """Where the same thing stands already: one's content lies within the other's, and nothing that matters differs."""
    new = finding.fact
    if new.section in _NEVER_MERGED:
        same = [i for i, k in enumerate(kept) if k.fact.statement == new.statement]
        return same[0] if same else None
    mine = content(new.statement)
    if not mine:
        return None
    for i, other in enumerate(kept):
        old = other.fact
        if old.section in _NEVER_MERGED or old.polarity is not new.polarity or old.experiencer is not new.experiencer:
            continue
        if (verdicts[old.id].outcome is Outcome.SUPPORTED) != (verdicts[new.id].outcome is Outcome.SUPPORTED):
            continue
        if (old.section in _OURS) != (new.section in _OURS) or _of_two_problems(old, new):
            continue
        theirs = content(old.statement)
        small, large = sorted((mine, theirs), key=len)
        if not small or not small <= large:
            continue
        if len(small) == 1 and len(large) > 3 and small != large:
            continue
        return i
    return None


def _of_two_problems(one: Fact, other: Fact) -> bool:
    """ "No blood" of the cough is not "no blood" of the bowels; what was said in one breath may be both."""
    apart = bool(one.problem and other.problem and one.problem != other.problem)
    return apart and not {e.turn_id for e in one.evidence} & {e.turn_id for e in other.evidence}


def _join(old: Fact, new: Fact, verdicts: dict[str, Verdict]) -> Fact:
    """The fuller of the two with the evidence of both."""
    fuller = new if len(content(new.statement)) > len(content(old.statement)) else old
    if (
        len(fuller.statement.split()) > 14
        and len(min((old, new), key=lambda f: len(f.statement)).statement.split()) > 3
    ):
        fuller = min((old, new), key=lambda f: len(f.statement))
    evidence: list[Evidence] = list(fuller.evidence)
    for one in (*old.evidence, *new.evidence):
        marked = sum(each.end_word - each.first_word for each in [*evidence, one])
        if len(evidence) < MOST_EVIDENCE and marked <= MOST_MARKED and one not in evidence:
            evidence.append(one)
    return replace(
        old,
        statement=fuller.statement,
        slots=fuller.slots,
        section=fuller.section,
        evidence=tuple(evidence),
        importance=max(old.importance, new.importance),
        confidence=max(old.confidence, new.confidence),
    )


def _settle(entries: list[Entry]) -> tuple[Entry, ...]:
    """Two facts that say the opposite of the same thing wait for the reviewer, each naming the other."""
    out = list(entries)
    for i, entry in enumerate(entries):
        for j in range(i + 1, len(entries)):
            other = entries[j]
            if _opposed(entry, other):
                for k, against in ((i, other), (j, entry)):
                    named = entries[k].fact.section is Section.ALLERGY and entries[k].fact.polarity is Polarity.PRESENT
                    if out[k].verdict.outcome is Outcome.SUPPORTED and not named:  # an allergy that was named stands
                        out[k] = replace(
                            out[k],
                            verdict=Verdict(Outcome.CHECK, Reason.CONTRADICTED, against.fact.statement),
                        )
    return tuple(out)


# Allergies that "no allergies to medicines" leaves open; of common knowledge.
_NO_MEDICINE = content("hay fever pollen grass cat cats dog dogs dust mite mites mould nut nuts peanut peanuts")
_MEDICINES = content("drug drugs medication medications medicine medicines")
_CONDITION = re.compile(r"(?:if|should|when|in case)\b", re.IGNORECASE)
_ANY_ALLERGY = content("known drug drugs allergies allergy allergic medication medications medicines medicine anything")


def _opposed_allergies(one: Fact, other: Fact) -> bool:
    """ "No allergies" beside an allergy that was named; "no other allergies" is no contradiction."""
    if {one.section, other.section} != {Section.ALLERGY} or {one.polarity, other.polarity} != set(Polarity):
        return False
    denial, named = (one, other) if one.polarity is Polarity.ABSENT else (other, one)
    if content(denial.statement) & _MEDICINES and content(named.statement) & _NO_MEDICINE:
        return False
    return content(denial.statement) <= _ANY_ALLERGY


def _settled_by(doubtful: Entry, proved: Entry) -> bool:
    """Whether what one entry was not sure of is what the other proves from the same answer ("Any headaches?" "No headaches.")."""
    if doubtful.verdict.reason is not Reason.POLARITY_UNCLEAR or proved.verdict.outcome is not Outcome.SUPPORTED:
        return False
    return {one.turn_id for one in proved.fact.evidence} <= {one.turn_id for one in doubtful.fact.evidence}


def _opposed(one: Entry, other: Entry) -> bool:
    a, b = one.fact, other.fact
    if _opposed_allergies(a, b):
        return one.verdict.outcome is other.verdict.outcome is Outcome.SUPPORTED
    if (
        a.polarity is b.polarity
        or a.experiencer is not b.experiencer
        or Outcome.SUPPORTED is not one.verdict.outcome is not other.verdict.outcome
    ):
        return False
    if (a.section in _OURS) != (b.section in _OURS) or _of_two_problems(a, b):
        return False
    if bool(_CONDITION.match(a.statement)) != bool(_CONDITION.match(b.statement)):
        return False  # "if you cough up blood" is no word against "no blood coughed up"
    if _settled_by(one, other) or _settled_by(other, one):
        return False
    negatives = {"never", "none", "nothing", "denies"}
    mine, theirs = content(a.statement) - negatives, content(b.statement) - negatives
    return bool(mine) and mine == theirs and Polarity.ABSENT in (a.polarity, b.polarity)
