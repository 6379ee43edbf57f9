"""What a key on the review page means for the draft: thin steps over the pure edits of `scribe.review`."""

from __future__ import annotations

from collections.abc import Iterable

from scribe import review
from scribe.draft import templates
from scribe.records import Check, Draft, Line, Omission, Settled, utc_now


def settle(draft: Draft, check_id: str, settled: Settled, text: str) -> Draft:
    """Answers a check: accepted, corrected (with `text`) or removed."""
    if settled is Settled.ACCEPTED:
        return review.accept_check(draft, check_id, now=utc_now())
    if settled is Settled.CORRECTED:
        return review.correct_check(draft, check_id, text, now=utc_now())
    return review.remove_check(draft, check_id, now=utc_now())


def settle_look(draft: Draft, line_id: str, settled: Settled, text: str) -> Draft:
    """Answers a question about a line of the note: it stands, reads as `text` now, or goes."""
    if settled is Settled.ACCEPTED:
        return review.see(draft, line_id, now=utc_now())
    if settled is Settled.CORRECTED:
        return review.edit_line(draft, line_id, text, now=utc_now())
    return review.remove_line(draft, line_id, now=utc_now())


def take(draft: Draft, omission: Omission) -> Draft:
    """Puts something said into the note: under the heading for its section, with what was said around it."""
    template = templates.load(draft.template_id)
    heading = next((rule.id for rule in template.headings if omission.section in rule.sections), "")
    return review.take_omission(
        draft,
        omission,
        problem=_problem_near(draft, omission),
        heading=heading or template.headings[0].id,
        now=utc_now(),
    )


def leave(draft: Draft, omission: Omission) -> Draft:
    """Something said does not belong in the note."""
    return review.leave_omission(draft, omission, now=utc_now())


def add_after(draft: Draft, problem: str, heading: str, after: str) -> Draft:
    """A new empty line after another, or at the end of a heading."""
    return review.add_line(
        draft, "", problem=problem, heading=heading, before=_next_of_heading(draft, after), now=utc_now()
    )


def dictate(draft: Draft, problem: str, heading: str, after: str, sentences: Iterable[str]) -> Draft:
    """What the clinician dictated, as lines of their own after another, or at the end of a heading."""
    before = _next_of_heading(draft, after) if any(line.id == after for line in draft.lines) else ""
    for sentence in sentences:
        draft = review.add_line(draft, sentence, problem=problem, heading=heading, before=before, now=utc_now())
    return draft


def move(draft: Draft, line_id: str, steps: int) -> Draft:
    """Moves a line one up (-1) or down (1) among the lines of its heading, or to the neighbouring heading in use."""
    lines = draft.lines
    at = next(number for number, line in enumerate(lines) if line.id == line_id)
    own = [line for line in lines if _home(line) == _home(lines[at])]
    place = own.index(lines[at]) + steps
    if 0 <= place < len(own):
        before = own[place].id if steps < 0 else _next_of_heading(draft, own[place].id)
        if not before:
            return review.move_line(draft, line_id, now=utc_now())
        return review.move_line(draft, line_id, before=before, now=utc_now())
    order = _headings_in_order(draft)
    next_home = order.index(_home(lines[at])) + steps
    if not 0 <= next_home < len(order):
        return draft
    problem, heading = order[next_home]
    first = next(line.id for line in lines if _home(line) == order[next_home])
    before = first if steps > 0 else ""
    return review.move_line(draft, line_id, problem=problem, heading=heading, before=before, now=utc_now())


def _home(line: Line) -> tuple[str, str]:
    return line.problem, line.heading


def _headings_in_order(draft: Draft) -> list[tuple[str, str]]:
    order = [rule.id for rule in templates.load(draft.template_id).headings]
    problems = list(dict.fromkeys(line.problem for line in draft.lines))
    used = dict.fromkeys(_home(line) for line in draft.lines)
    return sorted(used, key=lambda home: (problems.index(home[0]), order.index(home[1]) if home[1] in order else 99))


def _next_of_heading(draft: Draft, line_id: str) -> str:
    """The line that follows under the same heading, or "" when there is none."""
    if not line_id:
        return ""
    own = next(line for line in draft.lines if line.id == line_id)
    same = [line for line in draft.lines if _home(line) == _home(own)]
    place = same.index(own) + 1
    return same[place].id if place < len(same) else ""


def _problem_near(draft: Draft, omission: Omission) -> str:
    """The problem that was being talked about when this was said."""
    spoken = min((piece.turn_number for piece in omission.evidence), default=0)

    def distance(one: Line | Check) -> int:
        return min((abs(piece.turn_number - spoken) for piece in one.evidence), default=10**6)

    return min(draft.lines, key=distance).problem if draft.lines else ""
