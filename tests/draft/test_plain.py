"""The patient's summary: plain words, and nothing sensitive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scribe.draft.plain import plain
from scribe.draft.render import render
from scribe.draft.templates import load
from scribe.records import Detail, Draft, Entry, Ledger, Mode, Outcome, Section, Verdict
from scribe.review import edit_line, set_apart

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
