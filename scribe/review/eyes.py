"""What needs eyes first: one short list of what failed a check and of lines that would harm most if they were wrong.

Every line of the draft is held against the words it cites once more, as it stands now; what they do not say comes first,
for it is in the note already. Then come the checks, then what is risky by its kind. The list is as long as somebody
tired will read, and no longer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from scribe.draft import templates
from scribe.draft.plain import plain
from scribe.extract.verify import medicines, verify
from scribe.records import (
    Check,
    Draft,
    Fact,
    Ledger,
    Line,
    Mode,
    Omission,
    Origin,
    Outcome,
    Risk,
    Role,
    Section,
    Status,
    Turn,
    Verdict,
)
from scribe.review.again import claim, parts
from scribe.review.edits import identity
from scribe.review.risk import by_risk

SHORTEST, SHARE = 6, 0.15  # the list holds so many, or this share of the lines where that is more
_UNSURE_WORD, _UNSURE_ROLE = 0.5, 0.6
# The extractor's verdict on its own statement below which readers found more than one in four untrue or misleading.
_UNSURE_LINE = 0.6

_NO = re.compile(r"(?i)\b(no|not|never|nil|denies|without|n't|nor)\b")
_ALLERGY = re.compile(r"(?i)\b(allerg|anaphyla|intoleran)")
_DOSE = re.compile(
    r"(?i)\d[\d.,]*\s*(?:mg|mcg|micrograms?|milligrams?|grams?|g|ml|millilitres?|units?|puffs?|tablets?|capsules?|drops?)\b|"
    r"\b(?:once|twice|(?:two|three|four|\d) times)\b.{0,12}\b(?:day|daily|week|weekly|night)\b"
)
_DONE = frozenset({Section.PLAN, Section.MEDICATION, Section.SAFETY_NET})  # by the clinician, for the patient
_CHANGING = frozenset({Status.PLANNED, Status.ADVISED, Status.STOPPED, Status.CONSIDERED})
_WEIGHT = {
    Risk.UNSURE: 5.0,
    Risk.ALLERGY: 6.0,
    Risk.NEW_MEDICINE: 6.0,
    Risk.DOSE: 4.0,
    Risk.WORDS: 4.0,
    Risk.SPEAKER: 4.0,
    Risk.MEDICINE: 3.0,
    Risk.DENIAL: 1.5,
    Risk.NUMBER: 1.0,
}


@dataclass(frozen=True, slots=True)
class Look:
    """A line of the note that is worth a look.

    Attributes:
        risks: why, the worst first.
        verdict: for a doubt, what the words it cites do not say.
        required: it must be looked at before the note is signed.
        seen: it was.
    """

    line: Line
    risks: tuple[Risk, ...]
    verdict: Verdict | None
    required: bool
    seen: bool


class Eyes:
    """Looks over the drafts of one consultation; what was found about a line is kept until it reads otherwise.

    Args:
        turns: what was said.
        ledger: the facts that the lines came from.
        mode: how they met.
        known_medicines: what the patient is known to take.
        must_see: kinds of lines that are always to be looked at, by the administrator's wish.
    """

    def __init__(
        self,
        turns: Sequence[Turn],
        ledger: Ledger | None,
        mode: Mode,
        known_medicines: Sequence[str] = (),
        must_see: Collection[Risk] = (),
    ) -> None:
        self._turns = {turn.id: turn for turn in turns}
        self._facts = {entry.fact.id: entry.fact for entry in ledger.entries} if ledger else {}
        self._mode, self._known = mode, tuple(known_medicines)
        self._must_see = frozenset(must_see) | {Risk.DOUBT}
        if Risk.MEDICINE in self._must_see:
            self._must_see |= {Risk.NEW_MEDICINE}
        self._found: dict[object, tuple[tuple[Risk, ...], Verdict | None]] = {}

    def looks(self, draft: Draft) -> tuple[Look, ...]:
        """The lines that are worth a look, the riskiest first; those that the clinician wrote are not among them."""
        if not self._turns:
            return ()
        made = []
        seen = set(draft.seen)
        for line in draft.lines:
            if line.origin is not Origin.DRAFTED or not line.text or not line.evidence:
                continue
            key = (line.text, line.heading, line.fact_ids, line.evidence)
            if key not in self._found:
                self._found[key] = self._look_at(line, draft.template_id)
            risks, verdict = self._found[key]
            if risks:
                was_seen = seen.issuperset(identity(line))
                made.append(Look(line, risks, verdict, bool(self._must_see & set(risks)), was_seen))
        return tuple(sorted(made, key=lambda look: -_weight(look)))

    def _look_at(self, line: Line, template_id: str) -> tuple[tuple[Risk, ...], Verdict | None]:
        facts = [self._facts[fact_id] for fact_id in line.fact_ids if fact_id in self._facts]
        section = facts[0].section if facts else _section(line, template_id)
        verdict = self._doubt(line, facts, section)
        found = set(self._risks(line, facts, section))
        if verdict:
            found.add(Risk.DOUBT)
        return tuple(risk for risk in Risk if risk in found), verdict

    def _doubt(self, line: Line, facts: Sequence[Fact], section: Section) -> Verdict | None:
        """What the words that a line cites do not say of it: statement by statement where they can be told apart."""
        stated = parts(line.text)
        for number, part in enumerate(stated):
            if len(stated) == len(facts):
                fact = replace(facts[number], statement=_unlaid(part, facts[number].statement))
            else:
                fact = claim(part, line, facts, section)
            verdict = verify(fact, self._turns, self._mode, self._known)
            if verdict.outcome is not Outcome.SUPPORTED:
                return verdict
        return None

    def _risks(self, line: Line, facts: Sequence[Fact], section: Section) -> Iterator[Risk]:
        text = line.text
        if any(fact.right is not None and fact.right < _UNSURE_LINE for fact in facts):
            yield Risk.UNSURE
        if section is Section.ALLERGY or _ALLERGY.search(text):
            yield Risk.ALLERGY
        if section is Section.MEDICATION or medicines.named_in(text):
            yield Risk.MEDICINE
            if section is Section.PLAN or any(fact.status in _CHANGING for fact in facts):
                yield Risk.NEW_MEDICINE
        if _DOSE.search(text):
            yield Risk.DOSE
        elif re.search(r"\d", text):
            yield Risk.NUMBER
        if _NO.search(text):
            yield Risk.DENIAL
        stated = set(re.findall(r"[\w']+", text.lower()))
        for one in line.evidence:
            turn = self._turns.get(one.turn_id)
            if turn is None:
                continue
            cited = turn.words[one.first_word : one.end_word]
            if any(word.probability < _UNSURE_WORD and word.text.lower().strip(".,;:?!") in stated for word in cited):
                yield Risk.WORDS
            if turn.confidence < _UNSURE_ROLE or turn.overlapped:
                yield Risk.SPEAKER


def short_list(draft: Draft, looks: Sequence[Look]) -> tuple[Check | Look, ...]:
    """What the reviewer is shown at first: what must be settled, then what is risky by its kind, as far as there is room."""
    rest = [look for look in looks if not look.required and not look.seen]
    return (*to_settle(draft, looks), *rest)[: most(draft)]


def unwritten(omissions: Sequence[Omission]) -> tuple[Omission, ...]:
    """What the clinician said as a plan, a medicine or a safety net, and that is in no line: what harms most where it
    is missing, and what they will believe to be there."""
    return tuple(one for one in omissions if one.role is Role.CLINICIAN and one.section in _DONE)


def most(draft: Draft) -> int:
    """How much of the list is shown at a time; what must be settled beyond that waits behind it."""
    return max(SHORTEST, int(SHARE * len(draft.lines)))


def to_settle(draft: Draft, looks: Sequence[Look]) -> tuple[Check | Look, ...]:
    """What holds up the signature: lines that their words do not bear out, checks, and what the administrator asks for."""
    left = must_be_seen(looks)
    doubts = [look for look in left if look.verdict]
    wanted = [look for look in left if not look.verdict]
    return (*doubts, *by_risk(draft.open_checks), *wanted)


def must_be_seen(looks: Sequence[Look]) -> tuple[Look, ...]:
    """The lines that hold up the signature."""
    return tuple(look for look in looks if look.required and not look.seen)


def _weight(look: Look) -> float:
    weight = sum(_WEIGHT.get(risk, 0.0) for risk in look.risks)
    return weight + 100.0 if look.verdict else weight


def _unlaid(part: str, statement: str) -> str:
    """A statement without what laying it out added or took away: a capital, "Advised to", "Possible", plain words."""
    laid = part.lower()
    same = (stated.strip(" .").lower() for stated in (statement, plain(statement)))
    return statement if any(laid.endswith(one) or one.endswith(laid) for one in same) else part


def _section(line: Line, template_id: str) -> Section:
    rules = templates.load(template_id).headings
    return next((rule.sections[0] for rule in rules if rule.id == line.heading and rule.sections), Section.HISTORY)
