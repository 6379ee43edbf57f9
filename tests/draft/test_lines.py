"""How a note reads: what goes first, what stands together, what is left out, and that nothing is added."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.draft.render import LINE_TURNS, as_json, as_text, owner_of, render
from scribe.draft.template import Owner
from scribe.draft.templates import load
from scribe.records import (
    Certainty,
    Detail,
    Draft,
    Entry,
    Evidence,
    Ledger,
    Mode,
    Omission,
    Outcome,
    Polarity,
    Reason,
    Role,
    Section,
    Status,
    Verdict,
)
from tests.extract.talk import fact, turns

HEARD = turns(*(f"P: words of turn {number}" for number in range(1, 40)))
SUPPORTED = Verdict(Outcome.SUPPORTED)


def entry(statement: str, turn: int, verdict: Verdict = SUPPORTED, **changes: Any) -> Entry:
    return Entry(fact(statement, HEARD, evidence=(Evidence(f"t{turn}", turn, 0, 3),), **changes), verdict)


def draft(*entries: Entry, template: str = "gp-consultation", detail: Detail = Detail.STANDARD, **more: Any) -> Draft:
    ledger = Ledger("r", entries, more.pop("omissions", ()))
    mode = more.pop("mode", Mode.FACE_TO_FACE)
    return render(ledger, load(template), detail, encounter_id="e", mode=mode, **more)


def text(*entries: Entry, template: str = "gp-consultation", **more: Any) -> list[str]:
    return as_text(draft(*entries, template=template, **more), load(template)).splitlines()


def test_the_complaint_comes_first_then_its_course_then_the_denials_on_one_line() -> None:
    assert text(
        entry("No blood in stool", 4),
        entry("Worse at night", 3),
        entry("No vomiting", 5),
        entry("Diarrhoea for 3 days", 2, section=Section.PRESENTING_COMPLAINT),
        entry("Come back if not better in 3 days", 9, section=Section.SAFETY_NET),
        entry("Likely gastroenteritis", 8, section=Section.ASSESSMENT),
    ) == [
        "Problem:",
        "Diarrhoea for 3 days",
        "History:",
        "Worse at night",
        "No blood in stool; no vomiting",
        "Comment:",
        "Likely gastroenteritis",
        "Follow-up:",
        "Come back if not better in 3 days",
    ]


def test_denials_of_allergy_and_plan_stand_alone() -> None:
    said = text(
        entry("No known drug allergies", 1, section=Section.ALLERGY),
        entry("No antibiotics needed", 2, section=Section.PLAN),
        entry("No X-ray needed", 3, section=Section.PLAN),
    )
    assert said == ["Allergy:", "No known drug allergies", "Comment:", "No antibiotics needed", "No X-ray needed"]


def test_a_line_cites_few_turns() -> None:
    lines = draft(*(entry(f"No x{number}", number) for number in range(1, 12))).lines
    assert len(lines) == 3
    assert all(len({one.turn_id for one in line.evidence}) <= LINE_TURNS for line in lines)
    assert sorted(one for line in lines for one in line.fact_ids) == sorted(f"fact No x{n}" for n in range(1, 12))


def test_two_problems_each_get_their_own_and_what_belongs_to_none_comes_last() -> None:
    said = text(
        entry("Asthma", 1, section=Section.PAST_HISTORY),
        entry("Cough for 3 weeks", 2, problem="Cough", section=Section.PRESENTING_COMPLAINT),
        entry("Left knee pain", 3, problem="Knee pain", section=Section.PRESENTING_COMPLAINT),
        entry("Dry", 4, problem="Cough"),
        entry("Worse on stairs", 5, problem="Knee pain"),
    )
    assert said == [
        "Problem:", "Cough for 3 weeks", "History:", "Dry",
        "Problem:", "Left knee pain", "History:", "Worse on stairs",
        "History:", "PMH: asthma",
    ]  # fmt: skip


def test_a_problem_without_its_complaint_is_headed_by_its_title_with_evidence() -> None:
    (title, line) = draft(entry("Dry cough at night", 2, problem="Dry cough")).lines
    assert (title.text, title.heading) == ("Dry cough", "problem")
    assert title.evidence == line.evidence


def test_systmone_heads_problems_by_title_only_where_there_are_several() -> None:
    one = entry("Cough for 3 weeks", 2, problem="Cough")
    assert text(one, template="gp-consultation-systmone") == ["History:", "Cough for 3 weeks"]
    both = text(one, entry("Sore knee", 3, problem="Knee"), template="gp-consultation-systmone")
    assert both == ["Cough:", "History:", "Cough for 3 weeks", "Knee:", "History:", "Sore knee"]


def test_only_what_is_supported_and_not_replaced_stands_in_the_note() -> None:
    replaced = Entry(entry("Right knee", 1).fact, SUPPORTED, replaced_by="other")
    made = draft(
        entry("Left knee", 2),
        replaced,
        entry("Ramipril", 3, Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL, "ramipril"), section=Section.MEDICATION),
        entry("Chest clear", 4, Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED, "clear")),
    )
    assert [line.text for line in made.lines] == ["Left knee"]
    assert [(check.text, check.heading, check.reason) for check in made.checks] == [
        ("Ramipril", "medication", Reason.DRUG_DOUBTFUL)
    ]


def test_by_telephone_a_finding_without_a_measurement_waits() -> None:
    found = entry("Wheeze", 1, section=Section.EXAMINATION)
    assert draft(found).lines and not draft(found).checks
    by_telephone = draft(found, mode=Mode.TELEPHONE)
    assert not by_telephone.lines and len(by_telephone.checks) == 1
    assert draft(entry("Temperature 38.2", 1, section=Section.EXAMINATION), mode=Mode.TELEPHONE).lines


def test_doubt_is_kept() -> None:
    doubtful = entry("Bell's palsy", 1, section=Section.ASSESSMENT, certainty=Certainty.POSSIBLE)
    assert text(doubtful) == ["Comment:", "Possible Bell's palsy"]


def test_the_most_important_go_first_when_words_are_few_and_the_rest_is_shown_as_left_out() -> None:
    many = [entry(f"Complaint number {n} with some more words", n, importance=n / 40) for n in range(1, 40)]
    sizes = {}
    for detail in Detail:
        made = draft(*many, detail=detail)
        sizes[detail] = sum(len(line.text.split()) for line in made.lines)
        kept = {one for line in made.lines for one in line.fact_ids}
        least_kept = min(one.fact.importance for one in many if one.fact.id in kept)
        assert all(one.importance <= least_kept for one in made.omissions)
        assert len(made.omissions) + len(kept) == len(many)
    assert sizes[Detail.TERSE] < sizes[Detail.STANDARD] <= 220 < sizes[Detail.FULL] <= 350 or sizes[Detail.FULL] <= 350


def test_what_no_fact_used_passes_through_most_important_first() -> None:
    low, high = (
        Omission(words, Section.HISTORY, weight, (Evidence("t1", 1, first, first + 2),), Role.PATIENT)
        for words, weight, first in (("low", 0.5, 0), ("high", 0.9, 2))
    )
    made = draft(omissions=(low, high))
    assert made.omissions == (high, low)
    left = replace(made, omissions=(low,), left_out=(high,))
    again = draft(omissions=(low, high), previous=left, detail=Detail.FULL)
    assert (again.omissions, again.left_out) == ((low,), (high,)), "what was left out is not offered again"


@pytest.mark.parametrize(
    ("statement", "status", "owner"),
    [
        ("GP to check bloods in 2 weeks", Status.PLANNED, Owner.GP),
        ("Ask your GP for a blood test", Status.PLANNED, Owner.GP),
        ("We will arrange an MRI", Status.PLANNED, Owner.HOSPITAL),
        ("Patient to keep a diary", Status.PLANNED, Owner.PATIENT),
        ("Drink plenty of fluids", Status.ADVISED, Owner.PATIENT),
        ("MRI of the spine", Status.PLANNED, None),
    ],
)
def test_actions_go_to_the_owner_that_was_said(statement: str, status: Status, owner: Owner | None) -> None:
    assert owner_of(fact(statement, HEARD, section=Section.PLAN, status=status)) is owner


def test_a_letter_opens_with_diagnoses_medicine_changes_and_actions() -> None:
    said = text(
        entry("Knee pain for a year", 1, section=Section.PRESENTING_COMPLAINT),
        entry("Osteoarthritis of the knee", 5, section=Section.ASSESSMENT),
        entry("Takes paracetamol", 2, section=Section.MEDICATION),
        entry("Ibuprofen stopped because of indigestion", 6, section=Section.MEDICATION, status=Status.STOPPED),
        entry("GP to check kidney function", 7, section=Section.PLAN),
        entry("Physiotherapy", 8, section=Section.PLAN, status=Status.PLANNED),
        template="outpatient-letter",
    )
    assert said == [
        "Diagnoses:", "Osteoarthritis of the knee",
        "Medicine changes:", "Ibuprofen stopped because of indigestion",
        "Actions for GP:", "GP to check kidney function",
        "Other actions:", "Physiotherapy",
        "Presenting concerns:", "Knee pain for a year",
        "Current medicines:", "Takes paracetamol",
    ]  # fmt: skip


def test_json_holds_lines_facts_evidence_checks_and_coverage() -> None:
    entries = (entry("Cough", 1), entry("Fever", 2, Verdict(Outcome.CHECK, Reason.POLARITY_UNCLEAR, "fever")))
    ledger = Ledger("r", entries)
    made = render(ledger, load("soap"), Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE)
    plain = as_json(made, ledger, tuple(HEARD.values()))
    assert plain["lines"][0]["evidence"] == [{"turn": 1, "role": "patient", "words": "words of turn"}]
    assert plain["checks"][0]["why"] == "It is not clear whether “fever” was confirmed or denied."
    assert [(one["statement"], one["in_note"]) for one in plain["facts"]] == [("Cough", True), ("Fever", False)]
    assert plain["coverage"] == []


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=40), st.sampled_from(Section), st.sampled_from(Polarity)), max_size=8
    )
)
def test_odd_statements_never_become_headings_or_break_the_note(facts: list[tuple[str, Section, Polarity]]) -> None:
    entries = [
        entry(f"a{statement}", number, section=section, polarity=polarity)
        for number, (statement, section, polarity) in enumerate(facts, 1)
    ]
    titles = {f"{rule.title}:" for rule in load("gp-consultation").headings}
    for line in text(*entries):
        assert line in titles or not line.endswith(":")
        assert line.strip()


def test_the_diagnosis_and_the_safety_net_find_room_in_a_crowded_note() -> None:
    many = [entry(f"Word{n} thing{n} went{n} so{n}", n % 30 + 1, importance=0.5) for n in range(80)]
    thought = entry("Likely viral illness of the chest", 31, section=Section.ASSESSMENT, importance=0.55)
    back = entry("Come back if not better in 3 days", 32, section=Section.SAFETY_NET, importance=0.6)
    idle = entry("Some illness or other perhaps", 33, section=Section.ASSESSMENT, importance=0.2)
    said = text(*many, thought, back, idle)
    assert "Likely viral illness of the chest" in said and "Come back if not better in 3 days" in said
    assert "Some illness or other perhaps" not in said
