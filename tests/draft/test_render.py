"""Drafts hold what is supported, keep what the clinician decided, and come from templates that assert nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.draft.lint import lint
from scribe.draft.render import as_text, render
from scribe.draft.templates import all_templates, load
from scribe.records import SENSITIVE, Detail, Entry, Ledger, Mode, Origin, Outcome, Polarity, Reason, Section, Verdict
from scribe.review import accept_check, add_line, edit_line, move_line, remove_line, set_apart
from tests.fakes import fact

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TURNS = turns_from_numbered(
    {
        "id": "x",
        "utterances": [
            {"n": 1, "speaker": "patient", "text": "I have a cough."},
            {"n": 2, "speaker": "patient", "text": "Penicillin gives me a rash."},
            {"n": 3, "speaker": "clinician", "text": "Take amoxicillin."},
        ],
    }
)


def ledger() -> Ledger:
    cough, rash, doubt = (fact(turn) for turn in TURNS)
    return Ledger(
        "x",
        (
            Entry(cough, Verdict(Outcome.SUPPORTED)),
            Entry(replace(rash, section=Section.ALLERGY), Verdict(Outcome.SUPPORTED)),
            Entry(
                replace(doubt, section=Section.MEDICATION), Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL, "amoxicillin")
            ),
        ),
    )


LEDGER = ledger()


def drafted(template: str = "gp-consultation"):  # type: ignore[no-untyped-def]
    return render(LEDGER, load(template), Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE)


def test_only_what_is_supported_is_in_the_note_and_the_rest_waits() -> None:
    draft = drafted()
    text = as_text(draft, load("gp-consultation"))
    assert "cough" in text and "rash" in text and "moxicillin" not in text
    assert [check.reason for check in draft.checks] == [Reason.DRUG_DOUBTFUL]
    assert all(line.evidence for line in draft.lines)


@pytest.mark.parametrize("other", ["soap", "gp-consultation-systmone", "outpatient-letter"])
def test_another_template_keeps_what_the_clinician_decided(other: str) -> None:
    draft = drafted()
    draft = accept_check(draft, draft.checks[0].id, now=NOW)
    draft = edit_line(draft, draft.lines[0].id, "Dry cough", now=NOW)
    draft = add_line(draft, "Looks well", heading="examination", now=NOW)
    template = load(other)
    again = render(LEDGER, template, Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE, previous=draft)
    texts = [line.text for line in again.lines]
    assert {"Dry cough", "Looks well", "Take amoxicillin"} <= set(texts)
    assert len(texts) == len(set(texts))
    assert {line.heading for line in again.lines} <= {rule.id for rule in template.headings}
    assert again.open_checks == ()


VIEWS = [(template, detail) for template in ("soap", "outpatient-letter", "gp-consultation") for detail in Detail]


def seen(draft, template: str, detail: Detail):  # type: ignore[no-untyped-def]
    return render(LEDGER, load(template), detail, encounter_id="e", mode=Mode.FACE_TO_FACE, previous=draft)


@pytest.mark.parametrize(("template", "detail"), VIEWS)
def test_a_removed_line_stays_out_of_every_view_and_does_not_come_back(template: str, detail: Detail) -> None:
    draft = drafted()
    draft = remove_line(draft, draft.lines[0].id, now=NOW)
    for _ in range(2):
        draft = seen(draft, template, detail)
        (line,) = (line for line in draft.lines if line.fact_ids)
        assert "rash" in line.text
        assert "cough" not in " ".join(one.text for one in draft.omissions)


def test_a_moved_line_stays_where_it_was_put_and_an_edited_one_goes_where_its_facts_belong() -> None:
    draft = drafted()
    cough, rash = draft.lines
    draft = move_line(draft, rash.id, heading="comment", now=NOW)
    draft = edit_line(draft, cough.id, "Dry cough", now=NOW)
    again = seen(draft, "gp-consultation", Detail.FULL)
    assert {line.text: line.heading for line in again.lines} == {"Dry cough": "history", rash.text: "comment"}
    soap = seen(again, "soap", Detail.STANDARD)
    assert {line.text: line.heading for line in soap.lines}["Dry cough"] == "subjective"


@pytest.mark.parametrize(("template", "detail"), VIEWS)
def test_a_sensitive_line_stays_apart_in_every_view(template: str, detail: Detail) -> None:
    draft = drafted()
    draft = set_apart(draft, draft.lines[0].id, True, now=NOW)
    again = seen(seen(draft, template, detail), "gp-consultation", Detail.STANDARD)
    for view in (seen(draft, template, detail), again):
        assert [line.text for line in view.lines if line.problem == SENSITIVE] == ["I have a cough"]
        assert "I have a cough" not in [line.text for line in view.lines if line.problem != SENSITIVE]


def test_an_edit_of_part_of_a_line_that_another_view_packs_loses_nothing() -> None:
    entries = tuple(
        Entry(replace(fact(turn), statement=f"No {what}", polarity=Polarity.ABSENT), Verdict(Outcome.SUPPORTED))
        for turn, what in zip(TURNS, ("cough", "fever", "wheeze"), strict=True)
    )
    denials = Ledger("x", entries)

    def view(previous=None):  # type: ignore[no-untyped-def]
        return render(
            denials, load("soap"), Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE, previous=previous
        )

    (line,) = view().lines
    part = replace(line, id="part", text="No cough at night", fact_ids=line.fact_ids[:1], origin=Origin.EDITED)
    again = view(replace(view(), lines=(part,)))
    edited, rest = (one.text for one in again.lines)
    assert edited == "No cough at night"
    assert "fever" in rest and "wheeze" in rest and "cough" not in rest


def test_what_was_put_in_from_what_was_left_out_is_not_drafted_a_second_time() -> None:
    draft = drafted()
    cough = draft.lines[0]
    taken = replace(cough, id="taken", fact_ids=())
    again = seen(replace(draft, lines=(taken,)), "gp-consultation", Detail.FULL)
    assert [line.text for line in again.lines].count(cough.text) == 1


def test_the_bundled_templates_are_there_and_sound() -> None:
    assert {each.id for each in all_templates()} == {
        "patient-summary",
        "gp-consultation",
        "gp-consultation-systmone",
        "soap",
        "outpatient-letter",
    }


@pytest.mark.parametrize(
    "layout",
    [
        "{% for problem in note.problems %}",
        "{{ ''.__class__ }}",
        "Write at least 4 points.",
        "Examination: NAD",
    ],
)
def test_a_template_that_is_broken_reaches_out_or_asserts_is_refused(layout: str) -> None:
    settings = (load.__globals__["paths"].templates_dir() / "soap.toml").read_text(encoding="utf-8")
    (first, *_) = lint(settings, layout)
    assert first.happened and first.do


def test_denials_that_were_left_out_wait_together() -> None:
    denials = [
        Entry(
            replace(
                fact(TURNS[0]), id=f"no {thing}", statement=f"No {thing}", polarity=Polarity.ABSENT, importance=0.1
            ),
            Verdict(Outcome.SUPPORTED),
        )
        for thing in ("fever", "chest pain", "rash")
    ]
    long = [
        Entry(
            replace(
                fact(TURNS[1]),
                id=f"long {n}",
                statement=" ".join([f"word{n}x{i}" for i in range(size)]),
                importance=0.9,
            ),
            Verdict(Outcome.SUPPORTED),
        )
        for n, size in enumerate((50, 50, 50, 50, 3))
    ]
    draft = render(
        Ledger("x", (*denials, *long)),
        load("gp-consultation"),
        Detail.STANDARD,
        encounter_id="e",
        mode=Mode.FACE_TO_FACE,
    )
    left = [one for one in draft.omissions if one.text.startswith("No ")]
    assert [one.text for one in left] == ["No fever, chest pain or rash"]
    assert left[0].importance > 0.1
    assert left[0].evidence


@pytest.mark.parametrize(("importance", "least", "most"), [(0.9, 276, 285), (0.3, 200, 209)])
def test_a_note_grows_past_its_usual_length_only_for_what_matters(importance: float, least: int, most: int) -> None:
    facts = [
        replace(
            fact(TURNS[1]),
            id=f"f{n}",
            statement=" ".join(f"word{n}x{i}" for i in range(10)),
            importance=importance,
        )
        for n in range(40)
    ]
    draft = render(
        Ledger("x", tuple(Entry(one, Verdict(Outcome.SUPPORTED)) for one in facts)),
        load("gp-consultation"),
        Detail.STANDARD,
        encounter_id="e",
        mode=Mode.FACE_TO_FACE,
    )
    words = sum(word.lower().startswith("word") for line in draft.lines for word in line.text.split())
    assert least <= words <= most
