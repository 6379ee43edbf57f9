"""Edits are pure: a new revision each, the one before as it was, evidence kept."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.errors import Bug
from scribe.records import Line, Mode, Origin, Settled
from scribe.review import (
    Kind,
    accept_check,
    add_line,
    changes,
    correct_check,
    edit_line,
    leave_omission,
    move_line,
    remove_check,
    remove_line,
    restore,
    take_omission,
    typed_note,
)
from scribe.review.edits import tidy
from tests.store.made import MORNING

LATER = MORNING + timedelta(minutes=5)


def line(name: str, problem: str = "", heading: str = "history") -> Line:
    return Line(name, problem, heading, name, (), ())


def words(draft) -> list[str]:
    return [one.text for one in draft.lines]


@pytest.fixture
def draft(made):
    return made.draft


@pytest.fixture
def long_draft(draft):
    """Two problems, two headings."""
    return replace(
        draft,
        lines=(line("a", "knee"), line("b", "knee"), line("c", "knee", "medication"), line("d", "asthma")),
    )


EDITS = {
    "edit": lambda draft: edit_line(draft, draft.lines[0].id, "other", now=LATER),
    "add": lambda draft: add_line(draft, "new", heading="history", now=LATER),
    "remove": lambda draft: remove_line(draft, draft.lines[0].id, now=LATER),
    "move": lambda draft: move_line(draft, draft.lines[0].id, heading="medication", now=LATER),
    "accept": lambda draft: accept_check(draft, draft.checks[0].id, now=LATER),
    "correct": lambda draft: correct_check(draft, draft.checks[0].id, "right", now=LATER),
    "remove check": lambda draft: remove_check(draft, draft.checks[0].id, now=LATER),
    "leave": lambda draft: leave_omission(draft, draft.omissions[0], now=LATER),
    "take": lambda draft: take_omission(draft, draft.omissions[0], heading="social", now=LATER),
    "restore": lambda draft: restore(draft, draft, now=LATER),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_every_edit_makes_a_new_revision_and_leaves_the_old_one(draft, edit) -> None:
    before = copy.deepcopy(draft)
    after = edit(draft)
    assert draft == before
    assert after.id != draft.id
    assert (after.revision, after.parent_id, after.made_at) == (draft.revision + 1, draft.id, LATER)
    assert (after.encounter_id, after.recording_id) == (draft.encounter_id, draft.recording_id)
    assert after.made_by == draft.made_by


# ---------------------------------------------------------------- lines


def test_an_edited_line_keeps_its_evidence_and_says_it_was_edited(draft) -> None:
    first = draft.lines[0]
    after = edit_line(draft, first.id, "  gabapentin\n600 mg ", now=LATER)
    assert after.lines == (replace(first, text="gabapentin 600 mg", origin=Origin.EDITED),)
    assert after.lines[0].evidence == first.evidence != ()


def test_an_edit_that_changes_nothing_is_no_revision(draft) -> None:
    assert edit_line(draft, draft.lines[0].id, f" {draft.lines[0].text} ", now=LATER) is draft
    assert move_line(draft, draft.lines[0].id, now=LATER) is draft
    assert move_line(draft, draft.lines[0].id, before=draft.lines[0].id, now=LATER) is draft


def test_the_clinician_s_own_line_stays_their_own(draft) -> None:
    after = add_line(draft, "looks pale", problem="knee", heading="examination", now=LATER)
    own = after.lines[-1]
    assert (own.text, own.problem, own.heading, own.origin) == (
        "looks pale",
        "knee",
        "examination",
        Origin.CLINICIAN,
    )
    assert own.evidence == own.fact_ids == ()
    assert edit_line(after, own.id, "looks very pale", now=LATER).lines[-1].origin is Origin.CLINICIAN


def test_a_line_goes_where_it_belongs(long_draft) -> None:
    def added(**where: str) -> list[str]:
        return words(add_line(long_draft, "new", now=LATER, **where))

    assert added(problem="knee", heading="history") == ["a", "b", "new", "c", "d"]
    assert added(problem="knee", heading="plan") == ["a", "b", "c", "new", "d"]
    assert added(problem="gout", heading="plan") == ["a", "b", "c", "d", "new"]
    assert added(problem="knee", heading="history", before="a") == ["new", "a", "b", "c", "d"]


def test_lines_move_within_and_between_headings(long_draft) -> None:
    up = move_line(long_draft, "b", before="a", now=LATER)
    assert words(up) == ["b", "a", "c", "d"]
    assert up.lines[0] == long_draft.lines[1]

    over = move_line(long_draft, "a", heading="medication", now=LATER)
    assert words(over) == ["b", "c", "a", "d"]
    assert over.lines[2] == replace(long_draft.lines[0], heading="medication", moved=True)

    away = move_line(long_draft, "a", problem="asthma", now=LATER)
    assert words(away) == ["b", "c", "d", "a"]
    assert away.lines[3].problem == "asthma"


def test_a_line_can_be_removed(long_draft) -> None:
    assert words(remove_line(long_draft, "b", now=LATER)) == ["a", "c", "d"]


def test_a_removed_line_takes_its_facts_with_it_unless_another_line_holds_them(draft) -> None:
    first = draft.lines[0]
    gone = remove_line(draft, first.id, now=LATER)
    assert gone.removed == first.fact_ids != ()
    assert restore(gone, draft, now=LATER).removed == ()
    twice = replace(draft, lines=(first, replace(first, id="again")))
    assert remove_line(twice, first.id, now=LATER).removed == ()


def test_an_emptied_line_stays_while_it_is_worked_on(draft) -> None:
    after = edit_line(draft, draft.lines[0].id, "  ", now=LATER)
    assert words(after) == [""]
    assert words(edit_line(after, draft.lines[0].id, "again", now=LATER)) == ["again"]


# ---------------------------------------------------------------- checks and omissions


def test_an_accepted_check_becomes_a_line_with_its_evidence(draft) -> None:
    check = draft.checks[0]
    after = accept_check(draft, check.id, now=LATER)
    made = after.lines[-1]
    assert (made.text, made.heading, made.problem) == (check.text, check.heading, check.problem)
    assert (made.evidence, made.fact_ids, made.origin) == (check.evidence, check.fact_ids, Origin.DRAFTED)
    assert after.checks == (replace(check, settled=Settled.ACCEPTED),)
    assert after.open_checks == ()


def test_a_corrected_check_has_the_clinician_s_words_and_the_evidence(draft) -> None:
    check = draft.checks[0]
    after = correct_check(draft, check.id, "pregabalin 75 mg", now=LATER)
    made = after.lines[-1]
    assert (made.text, made.evidence, made.origin) == ("pregabalin 75 mg", check.evidence, Origin.EDITED)
    assert after.checks[0].settled is Settled.CORRECTED


def test_a_removed_check_leaves_no_line(draft) -> None:
    after = remove_check(draft, draft.checks[0].id, now=LATER)
    assert after.lines == draft.lines
    assert after.checks[0].settled is Settled.REMOVED
    assert after.open_checks == ()


def test_an_omission_that_is_left_out_stays_known_and_is_offered_no_more(draft) -> None:
    omission = draft.omissions[0]
    after = leave_omission(draft, omission, now=LATER)
    assert (after.omissions, after.left_out, after.lines) == ((), (omission,), draft.lines)


def test_an_omission_becomes_a_line_that_begins_and_ends_as_lines_do(draft) -> None:
    omission = replace(draft.omissions[0], text="and use the gel, three times a day,")
    after = take_omission(replace(draft, omissions=(omission,)), omission, heading="plan", now=LATER)
    assert after.lines[-1].text == "And use the gel, three times a day"


def test_an_omission_becomes_a_line_with_its_evidence(draft) -> None:
    omission = draft.omissions[0]
    after = take_omission(draft, omission, problem="home", heading="social", now=LATER)
    made = after.lines[-1]
    assert (made.text, made.problem, made.heading) == ("Gabapentin 300 mg left out", "home", "social")
    assert made.evidence == omission.evidence != ()
    assert after.omissions == ()


@pytest.mark.parametrize(
    "edit",
    [
        lambda draft: edit_line(draft, "gone", "x", now=LATER),
        lambda draft: remove_line(draft, "gone", now=LATER),
        lambda draft: move_line(draft, draft.lines[0].id, before="gone", now=LATER),
        lambda draft: add_line(draft, "x", heading="history", before="gone", now=LATER),
        lambda draft: accept_check(draft, "gone", now=LATER),
        lambda draft: take_omission(replace(draft, omissions=()), draft.omissions[0], heading="x", now=LATER),
        lambda draft: leave_omission(replace(draft, omissions=()), draft.omissions[0], now=LATER),
        lambda draft: accept_check(EDITS["remove check"](draft), draft.checks[0].id, now=LATER),
    ],
)
def test_what_is_not_there_any_more_is_refused(draft, edit) -> None:
    with pytest.raises(Bug) as caught:
        edit(draft)
    assert caught.value.code in ("line-missing", "check-missing", "omission-missing")


# ---------------------------------------------------------------- revisions


def test_undo_is_a_new_revision_with_what_stood_before(draft) -> None:
    settled = accept_check(draft, draft.checks[0].id, now=LATER)
    undone = restore(settled, draft, now=LATER)
    assert (undone.lines, undone.checks, undone.omissions) == (draft.lines, draft.checks, draft.omissions)
    assert (undone.revision, undone.parent_id) == (2, settled.id)
    assert restore(undone, settled, now=LATER).lines == settled.lines


def test_nothing_is_restored_from_another_encounter(draft) -> None:
    with pytest.raises(Bug) as caught:
        restore(draft, replace(draft, encounter_id="another"), now=LATER)
    assert caught.value.code == "crossed-encounters"


def test_changes_say_what_became_of_each_line(long_draft) -> None:
    last = edit_line(long_draft, "a", "A", now=LATER)
    last = remove_line(last, "b", now=LATER)
    last = move_line(last, "c", heading="plan", now=LATER)
    last = add_line(last, "new", problem="asthma", heading="history", now=LATER)
    assert [
        (one.kind, one.before and one.before.text, one.after and one.after.text) for one in changes(long_draft, last)
    ] == [
        (Kind.EDITED, "a", "A"),
        (Kind.MOVED, "c", "c"),
        (Kind.ADDED, None, "new"),
        (Kind.REMOVED, "b", None),
    ]
    assert changes(last, last) == ()


def test_changes_know_a_line_again_after_it_was_laid_out_anew(draft) -> None:
    anew = replace(draft, lines=tuple(replace(line, id=f"new {line.id}") for line in draft.lines))
    assert changes(draft, anew) == ()
    edited = edit_line(anew, anew.lines[0].id, "other", now=LATER)
    assert [one.kind for one in changes(draft, edited)] == [Kind.EDITED]
    emptied = edit_line(anew, anew.lines[0].id, "", now=LATER)
    assert [one.kind for one in changes(draft, emptied)] == [Kind.REMOVED]


def test_a_typed_note_begins_empty(made) -> None:
    encounter = replace(made.encounter, mode=Mode.HOME, template_id="soap")
    draft = typed_note(encounter, "1.0.0", now=LATER)
    assert (draft.encounter_id, draft.template_id, draft.template_version) == (encounter.id, "soap", "1.0.0")
    assert draft.lines == draft.checks == draft.made_by == ()
    assert draft.recording_id == ""


# ---------------------------------------------------------------- text


@given(st.text(st.characters(exclude_categories=())))
def test_a_line_is_one_line_that_can_be_written_anywhere(text: str) -> None:
    line = tidy(text)
    line.encode()  # no half characters
    assert len(line.splitlines()) <= 1
    assert not any(ord(sign) < 0x20 for sign in line)
    assert tidy(line) == line


def test_ordinary_text_is_not_touched() -> None:
    for text in ("BP 140/90 mmHg, 37.2 °C – “better”", "Siân’s knee ½ ≥ 3", "👩‍⚕️ नमस्ते"):
        assert tidy(text) == text
