"""What the clinician decided in one view of a note, carried into the next: no change of template or detail undoes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scribe.draft.template import Template
from scribe.draft.templates import load
from scribe.records import SENSITIVE, Check, Draft, Fact, Line, Origin, Settled


class Decisions:
    """What stands in a draft because a person wanted it so, and what is missing because a person took it out.

    Attributes:
        held: ids of the facts that stand in lines of the clinician's own making, and in no drafted line beside them.
    """

    def __init__(self, previous: Draft | None) -> None:
        self._previous = previous
        self._is_for_the_record = previous is not None and not load(previous.template_id).patient_facing
        lines = previous.lines if previous else ()
        accepted = (
            {check.fact_ids for check in previous.checks if check.settled is Settled.ACCEPTED} if previous else {}
        )
        self._own = [
            line
            for line in lines
            if line.origin is not Origin.DRAFTED
            or line.moved
            or line.cleared
            or (line.evidence and not line.fact_ids)
            or line.fact_ids in accepted
        ]
        drafted = {fact_id for line in lines if line not in self._own for fact_id in line.fact_ids}
        self.held = {fact_id for line in self._own for fact_id in line.fact_ids} - drafted
        self._removed = set(previous.removed) if previous else set()
        self._taken = {line.evidence for line in lines if line.evidence and not line.fact_ids}

    def settles(self, fact: Fact) -> bool:
        """Whether no view is to draft this fact: its line was removed, or its words were put in by hand."""
        return fact.id in self._removed or fact.evidence in self._taken

    def among(self, drafted: Sequence[Line], rest: Sequence[Line], template: Template) -> list[Line]:
        """The lines of a new view.

        Args:
            drafted: what the template makes of all facts; says where each of them belongs.
            rest: what it makes of those that no line of the clinician's own holds.
            template: the new view's.
        """
        place: dict[str, int] = {}
        for number, line in enumerate(drafted):
            for fact_id in line.fact_ids:
                place.setdefault(fact_id, number)
        own = [
            self._housed(line, [drafted[place[f]] for f in line.fact_ids if f in place], template) for line in self._own
        ]
        found: list[
            tuple[int, bool, Line]
        ] = []  # where it belongs; drafted lines after those of the clinician's making
        for number, line in enumerate(rest):
            home = min((place[f] for f in line.fact_ids if f in place), default=number)
            line = replace(line, problem=drafted[home].problem) if line.fact_ids else line
            if not any(_same_home(line, one) and set(one.fact_ids) & set(line.fact_ids) for one in own):
                found.append((home, True, line))
        last = len(drafted)
        found += [(min((place[f] for f in line.fact_ids if f in place), default=last), False, line) for line in own]
        return [line for *_, line in sorted(found, key=lambda each: each[:2])]

    def settled(self, checks: Sequence[Check]) -> tuple[Check, ...]:
        """The checks of the new view, answered as they were."""
        answers = {check.fact_ids: check.settled for check in self._previous.checks} if self._previous else {}
        return tuple(replace(check, settled=answers.get(check.fact_ids, Settled.OPEN)) for check in checks)

    def _housed(self, line: Line, homes: Sequence[Line], template: Template) -> Line:
        """A line under a heading of this template: where its facts belong, unless somebody chose another place."""
        if template.patient_facing and self._is_for_the_record:
            line = replace(line, cleared=False)  # that it may stand in the record says nothing of a letter
        if homes and not line.moved:
            return replace(line, problem=homes[0].problem, heading=_nearest(line, homes).heading)
        problem = line.problem if template.group_by_problem or line.problem == SENSITIVE else ""
        if any(rule.id == line.heading for rule in template.headings):
            return replace(line, problem=problem)
        assert self._previous is not None
        section = load(self._previous.template_id).rule(line.heading).sections[0]
        heading = next(rule.id for rule in template.headings if section in rule.sections and rule.takes_all)
        return replace(line, problem=problem, heading=heading)


def _nearest(line: Line, homes: Sequence[Line]) -> Line:
    return next((home for home in homes if home.heading == line.heading), homes[0])


def _same_home(one: Line, other: Line) -> bool:
    return (one.problem, one.heading) == (other.problem, other.heading)
