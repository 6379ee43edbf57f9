"""Edits: each takes a draft and gives a new revision of it; the one before stays as it was.

Lines stand in the order of the draft within one heading of one problem; which heading comes first is the
template's affair. A line keeps its evidence through every edit, and says whether a person changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from scribe.errors import Bug
from scribe.records import SENSITIVE, Check, Detail, Draft, Encounter, Line, Omission, Origin, Settled, new_id


def typed_note(encounter: Encounter, template_version: str, *, now: datetime) -> Draft:
    """An empty draft, for a note that the clinician types without a recording."""
    return Draft(
        id=new_id(),
        encounter_id=encounter.id,
        recording_id="",
        template_id=encounter.template_id,
        template_version=template_version,
        detail=Detail.STANDARD,
        lines=(),
        made_at=now,
    )


# ---------------------------------------------------------------- lines


def edit_line(draft: Draft, line_id: str, text: str, *, now: datetime) -> Draft:
    """Changes the words of a line. An emptied line stays while it is being worked on; signing leaves it out."""
    line = _line(draft, line_id)
    text = tidy(text)
    if text == line.text:
        return draft
    return _with_line(draft, replace(line, text=text, origin=_edited(line)), now)


def own_words(draft: Draft, line_id: str, own: bool, *, now: datetime) -> Draft:
    """Marks an edited line as the clinician's own, since it says more than was said, or takes that mark back."""
    line = _line(draft, line_id)
    origin = Origin.CLINICIAN if own or not line.evidence else Origin.EDITED
    return draft if origin is line.origin else _with_line(draft, replace(line, origin=origin), now)


def split_line(draft: Draft, line_id: str, at: int, *, now: datetime) -> Draft:
    """Makes two lines of one, at a place in its text; both keep the evidence, since either may rest on any of it.

    Returns the draft as it is where one half would be empty.
    """
    line = _line(draft, line_id)
    first, second = tidy(line.text[:at]).rstrip(" ;,"), tidy(line.text[at:]).lstrip(" ;,")
    if not first or not second:
        return draft
    edited = replace(line, text=first, origin=_edited(line))
    other = replace(edited, id=new_id(), text=second[:1].upper() + second[1:])
    lines = tuple(each for one in draft.lines for each in ((edited, other) if one is line else (one,)))
    return _revised(draft, now, lines=lines)


def merge_lines(draft: Draft, line_id: str, other_id: str, *, now: datetime) -> Draft:
    """Makes one line of two: the other's words and evidence are added to the first, under whose heading it stands."""
    line, other = _line(draft, line_id), _line(draft, other_id)
    merged = replace(
        line,
        text="; ".join(part for part in (line.text.rstrip(" .;"), other.text) if part),
        fact_ids=tuple(dict.fromkeys((*line.fact_ids, *other.fact_ids))),
        evidence=tuple(dict.fromkeys((*line.evidence, *other.evidence))),
        origin=Origin.CLINICIAN if Origin.CLINICIAN in (line.origin, other.origin) else Origin.EDITED,
        moved=line.moved or other.moved,
    )
    lines = tuple(merged if one is line else one for one in draft.lines if one is not other)
    return _revised(draft, now, lines=lines)


def add_line(draft: Draft, text: str, *, problem: str = "", heading: str, before: str = "", now: datetime) -> Draft:
    """Adds a line of the clinician's own, before the line with the id `before` or at the end of its heading."""
    line = Line(new_id(), tidy(problem), heading, tidy(text), (), (), Origin.CLINICIAN)
    return _revised(draft, now, lines=_placed(draft.lines, line, before))


def remove_line(draft: Draft, line_id: str, *, now: datetime) -> Draft:
    """Takes a line out. Its facts stay out of every other view of the note, too, unless another line holds them."""
    line = _line(draft, line_id)
    lines = tuple(other for other in draft.lines if other is not line)
    held = {fact_id for other in lines for fact_id in other.fact_ids}
    gone = tuple(fact_id for fact_id in line.fact_ids if fact_id not in held)
    return replace(_revised(draft, now, lines=lines), removed=tuple(dict.fromkeys((*draft.removed, *gone))))


def move_line(
    draft: Draft,
    line_id: str,
    *,
    problem: str | None = None,
    heading: str | None = None,
    before: str = "",
    now: datetime,
) -> Draft:
    """Moves a line before another, or to the end of a heading; its words and evidence stay."""
    line = _line(draft, line_id)
    if before == line_id:
        return draft
    moved = replace(
        line,
        problem=line.problem if problem is None else tidy(problem),
        heading=heading or line.heading,
    )
    if (moved.problem, moved.heading) != (line.problem, line.heading):
        moved = replace(moved, moved=True)
    others = tuple(other for other in draft.lines if other is not line)
    lines = _placed(others, moved, before)
    return draft if lines == draft.lines else _revised(draft, now, lines=lines)


def set_apart(draft: Draft, line_id: str, apart: bool, *, now: datetime) -> Draft:
    """Puts a sensitive line into an entry of its own, or back among the others, where it then is left in peace."""
    line = _line(draft, line_id)
    if apart:
        return _with_line(draft, replace(line, problem=SENSITIVE, moved=True, cleared=False), now)
    others = (other.problem for other in draft.lines if other.problem != SENSITIVE)
    problem = next(others, "") if line.problem == SENSITIVE else line.problem
    return _with_line(draft, replace(line, problem=problem, moved=True, cleared=True), now)


def identity(line: Line) -> tuple[str, ...]:
    """What a line is known by in `Draft.seen`: its facts, so that another layout need not be looked at again."""
    return line.fact_ids or (line.id,)


def see(draft: Draft, line_id: str, *, now: datetime) -> Draft:
    """The clinician looked at a line and lets it stand."""
    return _seen(_revised(draft, now), identity(_line(draft, line_id)))


# ---------------------------------------------------------------- checks and omissions


def accept_check(draft: Draft, check_id: str, *, now: datetime) -> Draft:
    """The clinician takes what was in doubt as it stands: it becomes a line, with its evidence."""
    check = _open_check(draft, check_id)
    return _seen(_settled(draft, check, Settled.ACCEPTED, check.text, Origin.DRAFTED, now), check.fact_ids)


def correct_check(draft: Draft, check_id: str, text: str, *, now: datetime) -> Draft:
    """The clinician puts right what was in doubt: their words become a line, with the evidence."""
    check = _open_check(draft, check_id)
    return _settled(draft, check, Settled.CORRECTED, tidy(text), Origin.EDITED, now)


def remove_check(draft: Draft, check_id: str, *, now: datetime) -> Draft:
    """The clinician says that what was in doubt does not belong in the note."""
    check = _open_check(draft, check_id)
    return _revised(draft, now, checks=_with_check(draft, replace(check, settled=Settled.REMOVED)))


def take_omission(draft: Draft, omission: Omission, *, problem: str = "", heading: str, now: datetime) -> Draft:
    """Adds something that was said and is in no line, under the heading given, with its evidence."""
    if omission not in draft.omissions:
        raise _missing("omission")
    line = Line(new_id(), tidy(problem), heading, as_line(omission.text), (), omission.evidence)
    left = tuple(other for other in draft.omissions if other != omission)
    return _seen(_revised(draft, now, lines=_placed(draft.lines, line, ""), omissions=left), identity(line))


def leave_omission(draft: Draft, omission: Omission, *, now: datetime) -> Draft:
    """The clinician says that something that was said does not belong in the note."""
    if omission not in draft.omissions:
        raise _missing("omission")
    left = tuple(other for other in draft.omissions if other != omission)
    return replace(_revised(draft, now, omissions=left), left_out=(*draft.left_out, omission))


# ---------------------------------------------------------------- revisions


def restore(latest: Draft, earlier: Draft, *, now: datetime) -> Draft:
    """Undo and redo: what stood in `earlier`, as a new revision after `latest`."""
    if earlier.encounter_id != latest.encounter_id:
        raise Bug("A draft of one encounter was about to be put into another.", code="crossed-encounters")
    return _revised(earlier, now, revision=latest.revision + 1, parent_id=latest.id)


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs between two drafts; `before` or `after` is None where there is none."""

    kind: Kind
    before: Line | None
    after: Line | None


def changes(first: Draft, last: Draft) -> tuple[Change, ...]:
    """What became of the lines of `first` in `last`, for the page on which the clinician signs.

    A line is known again by its id or, after it was laid out anew, split or merged, by its facts. In the order of
    `last`, removed lines at the end; one that was both edited and moved counts as edited. A line emptied is removed.
    """
    found: list[Change] = []
    left = [line for line in first.lines if line.text]
    gone = list(left)
    for line in last.lines:
        if not line.text:
            continue
        old = _known_again(line, left)
        gone = [other for other in gone if other is not old and not set(other.fact_ids) & set(line.fact_ids)]
        if old is None:
            found.append(Change(Kind.ADDED, None, line))
        elif old.text != line.text:
            found.append(Change(Kind.EDITED, old, line))
        elif (old.problem, old.heading) != (line.problem, line.heading):
            found.append(Change(Kind.MOVED, old, line))
    return tuple(found + [Change(Kind.REMOVED, line, None) for line in gone])


def tidy(text: str) -> str:
    """Text as one line: single spaces, no control characters, no half characters."""
    kept = "".join(sign for sign in text if sign.isspace() or not _is_unwritable(sign))
    return " ".join(kept.split())


def as_line(said: str) -> str:
    """What was said as a line begins and ends; the words stay."""
    text = tidy(said).rstrip(" .,;:")
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------- inside


def _edited(line: Line) -> Origin:
    return Origin.EDITED if line.evidence else Origin.CLINICIAN


def _known_again(line: Line, lines: Sequence[Line]) -> Line | None:
    """The line that this one was: the same id, or else one that shares facts with it or reads the same without any."""
    for same in (
        lambda other: other.id == line.id,
        lambda other: bool(set(other.fact_ids) & set(line.fact_ids)),
        lambda other: not other.fact_ids and not line.fact_ids and other.text == line.text,
    ):
        for other in lines:
            if same(other):
                return other
    return None


def _is_unwritable(sign: str) -> bool:
    """Control characters and half surrogates: no exporter could write them."""
    code = ord(sign)
    return code < 0x20 or 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)


def _revised(
    draft: Draft,
    now: datetime,
    *,
    lines: tuple[Line, ...] | None = None,
    checks: tuple[Check, ...] | None = None,
    omissions: tuple[Omission, ...] | None = None,
    revision: int | None = None,
    parent_id: str = "",
) -> Draft:
    return replace(
        draft,
        id=new_id(),
        lines=draft.lines if lines is None else lines,
        checks=draft.checks if checks is None else checks,
        omissions=draft.omissions if omissions is None else omissions,
        made_at=now,
        revision=draft.revision + 1 if revision is None else revision,
        parent_id=parent_id or draft.id,
    )


def _seen(draft: Draft, ids: Iterable[str]) -> Draft:
    return replace(draft, seen=tuple(dict.fromkeys((*draft.seen, *ids))))


def _settled(draft: Draft, check: Check, settled: Settled, text: str, origin: Origin, now: datetime) -> Draft:
    line = Line(new_id(), check.problem, check.heading, text, check.fact_ids, check.evidence, origin)
    return _revised(
        draft,
        now,
        lines=_placed(draft.lines, line, ""),
        checks=_with_check(draft, replace(check, settled=settled)),
    )


def _with_line(draft: Draft, line: Line, now: datetime) -> Draft:
    return _revised(draft, now, lines=tuple(line if other.id == line.id else other for other in draft.lines))


def _with_check(draft: Draft, check: Check) -> tuple[Check, ...]:
    return tuple(check if other.id == check.id else other for other in draft.checks)


def _placed(lines: tuple[Line, ...], line: Line, before: str) -> tuple[Line, ...]:
    at = _index(lines, lambda other: other.id == before) if before else _end_of_heading(lines, line)
    return (*lines[:at], line, *lines[at:])


def _end_of_heading(lines: tuple[Line, ...], line: Line) -> int:
    """After the last line of the same heading; else after the last of the same problem; else last of all."""
    for same in (
        [at for at, other in enumerate(lines) if (other.problem, other.heading) == (line.problem, line.heading)],
        [at for at, other in enumerate(lines) if other.problem == line.problem],
    ):
        if same:
            return same[-1] + 1
    return len(lines)


def _index(lines: tuple[Line, ...], wanted: Callable[[Line], bool]) -> int:
    for at, line in enumerate(lines):
        if wanted(line):
            return at
    raise _missing("line")


def _line(draft: Draft, line_id: str) -> Line:
    return draft.lines[_index(draft.lines, lambda line: line.id == line_id)]


def _open_check(draft: Draft, check_id: str) -> Check:
    for check in draft.open_checks:
        if check.id == check_id:
            return check
    raise _missing("check")


def _missing(what: str) -> Bug:
    return Bug(
        f"This {what} is not in the note any more.",
        safe="Nothing was changed.",
        do="Go back to the note and try again.",
        code=f"{what}-missing",
    )
