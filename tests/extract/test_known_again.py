"""A ledger made anew keeps the ids of what says the same."""

from __future__ import annotations

from dataclasses import replace

from scribe.extract.again import known_again
from scribe.records import (
    Certainty,
    Entry,
    Evidence,
    Experiencer,
    Fact,
    Ledger,
    Outcome,
    Polarity,
    Section,
    Status,
    Verdict,
)


def entry(fact_id: str, statement: str, informant: str = "patient", replaced_by: str = "") -> Entry:
    fact = Fact(
        fact_id, "r", "", Section.HISTORY, statement, Polarity.PRESENT, Certainty.CERTAIN, Status.CURRENT,
        Experiencer.PATIENT, informant, (Evidence("t1", 1, 0, 2),), "spans@1",
    )  # fmt: skip
    return Entry(fact, Verdict(Outcome.SUPPORTED), replaced_by)


def test_what_says_the_same_of_the_same_words_is_the_same_fact() -> None:
    before = Ledger("r", (entry("a", "Cough"), entry("b", "Fever"), entry("c", "Tired")))
    after = Ledger("r", (entry("x", "Fever", replaced_by="y"), entry("y", "Cough"), entry("z", "Tired", "clinician")))
    known = known_again(after, before)
    assert [(one.fact.id, one.fact.statement, one.replaced_by) for one in known.entries] == [
        ("b", "Fever", "a"),
        ("a", "Cough", ""),
        ("z", "Tired", ""),
    ]
    assert known_again(after, None) == after


def test_two_that_read_the_same_stay_two() -> None:
    before = Ledger("r", (entry("a", "Cough"),))
    twice = replace(before, entries=(entry("x", "Cough"), entry("y", "Cough")))
    assert [one.fact.id for one in known_again(twice, before).entries] == ["a", "y"]
