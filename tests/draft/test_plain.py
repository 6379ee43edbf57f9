"""The patient's summary: plain words, and nothing sensitive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scribe.draft.plain import plain
from scribe.draft.render import render
from scribe.draft.templates import load
from scribe.records import (
    Detail,
    Draft,
    Entry,
    Evidence,
    Ledger,
    Mode,
    Omission,
    Outcome,
    Reason,
    Role,
    Section,
    Verdict,
)
from scribe.review import edit_line, set_apart
from tests.review.test_sensitive import CASES

from .test_render import TURNS, fact

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("BP 152/88", "Blood pressure 152/88"),
        ("Hypertension, takes ramipril 5 mg od", "High blood pressure, takes ramipril 5 mg once a day"),
        ("No dysuria, haematuria", "No pain on passing urine, blood in the urine"),
        ("Odd noise; bd", "Odd noise; twice a day"),
        ("Od", "Od"),
    ],
)
def test_words_of_the_trade_become_plain_ones(said: str, read: str) -> None:
    assert plain(said) == read


def ledger(*statements: str) -> Ledger:
    facts = [
        replace(fact(turn), statement=statement, section=Section.HISTORY)
        for turn, statement in zip(TURNS, statements, strict=False)
    ]
    return Ledger("x", tuple(Entry(one, Verdict(Outcome.SUPPORTED)) for one in facts))


def view(made: Ledger, template: str, previous: Draft | None = None) -> Draft:
    return render(made, load(template), Detail.FULL, encounter_id="e", mode=Mode.FACE_TO_FACE, previous=previous)


def test_the_summary_is_drafted_in_plain_words_and_the_record_is_not() -> None:
    made = ledger("Dyspnoea on stairs")
    assert [line.text for line in view(made, "patient-summary").lines] == ["Breathlessness on stairs"]
    assert [line.text for line in view(made, "soap").lines] == ["Dyspnoea on stairs"]


def test_nothing_sensitive_is_drafted_into_the_summary_nor_offered_to_it() -> None:
    made = ledger("Husband has hit her twice", "Cough")
    record = view(made, "soap")
    summary = view(made, "patient-summary", record)
    assert [line.text for line in summary.lines] == ["Cough"]
    assert not any("Husband" in one.text for one in summary.omissions)
    assert {line.text for line in view(made, "soap", summary).lines} == {"Husband has hit her twice", "Cough"}


def test_a_line_that_was_left_in_the_record_is_not_thereby_left_in_a_letter() -> None:
    record = view(ledger("Cough", "Tired"), "soap")
    line = record.lines[0]
    edited = edit_line(record, line.id, "Husband has hit her twice", now=NOW)
    record = set_apart(edited, line.id, False, now=NOW)
    assert next(one for one in record.lines if one.id == line.id).cleared
    letter = view(ledger("Cough", "Tired"), "patient-summary", record)
    assert not next(one for one in letter.lines if one.id == line.id).cleared


@pytest.mark.parametrize("template", ["patient-summary", "outpatient-letter"])
@pytest.mark.parametrize(
    "text", [text for text, _ in CASES] + ["he hits me when he's had a drink", "I'm scared of him"]
)
def test_sensitive_speech_is_not_offered_to_what_the_patient_reads(text: str, template: str) -> None:
    here, elsewhere = (tuple(Evidence(turn.id, turn.number, 0, 2) for turn in one) for one in (TURNS[1:2], TURNS[2:3]))
    said = Omission(text, Section.HISTORY, 0.9, here, Role.PATIENT)
    beside = Omission("it was last week", Section.HISTORY, 0.8, here, Role.PATIENT)
    other = Omission("the cough is worse at night", Section.HISTORY, 0.7, elsewhere, Role.PATIENT)
    made = replace(ledger("Cough"), omissions=(said, beside, other))
    assert view(made, "gp-consultation").omissions == (said, beside, other)
    assert view(made, template).omissions == (other,)


def test_a_sensitive_doubt_is_not_asked_about_in_the_summary_and_waits_in_the_record() -> None:
    made = ledger("Cough", "Partner controls her money")
    doubt = Verdict(Outcome.CHECK, Reason.SPEAKER_UNSURE)
    made = replace(made, entries=(made.entries[0], replace(made.entries[1], verdict=doubt)))
    record = view(made, "gp-consultation")
    assert [check.text for check in record.open_checks] == ["Partner controls her money"]
    summary = view(made, "patient-summary", record)
    assert summary.checks == ()
    again = view(made, "gp-consultation", summary)
    assert [check.text for check in again.open_checks] == ["Partner controls her money"]
