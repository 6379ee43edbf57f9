"""The same fact twice is one with all its evidence; opposites wait for the reviewer, each naming the other."""

from dataclasses import replace

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.extractor import Finding
from scribe.extract.merge import merge
from scribe.records import Entry, Experiencer, Outcome, Polarity, Reason, Section, Verdict
from tests.fakes import fact

TURNS = turns_from_numbered(
    {"id": "x", "utterances": [{"n": n, "speaker": "patient", "text": "some words said here"} for n in (1, 2)]}
)


def finding(number: int, statement: str, polarity: Polarity = Polarity.PRESENT, doubt: Reason | None = None) -> Finding:
    return Finding(replace(fact(TURNS[number]), statement=statement, polarity=polarity), doubt)


def merged(*findings: Finding) -> tuple[Entry, ...]:
    return merge(findings, {f.fact.id: Verdict(Outcome.SUPPORTED) for f in findings})


def test_the_same_thing_said_twice_is_one_fact_with_both_proofs() -> None:
    (entry,) = merged(finding(0, "Diarrhoea"), finding(1, "Diarrhoea for 3 days"))
    assert entry.fact.statement == "Diarrhoea for 3 days"
    assert {proof.turn_number for proof in entry.fact.evidence} == {1, 2}


def test_a_number_keeps_two_facts_apart() -> None:
    assert len(merged(finding(0, "Pain for 3 days"), finding(1, "Pain for 4 days"))) == 2


def test_another_person_is_never_merged_with_the_patient() -> None:
    mine = finding(0, "Asthma")
    hers = replace(mine, fact=replace(finding(1, "Asthma").fact, experiencer=Experiencer.RELATIVE))
    assert len(merged(mine, hers)) == 2


def of(problem: str, found: Finding) -> Finding:
    return replace(found, fact=replace(found.fact, problem=problem))


def test_the_same_words_of_two_problems_are_two_facts() -> None:
    denied = [finding(number, "No blood", Polarity.ABSENT) for number in (0, 1)]
    assert len(merged(of("Cough", denied[0]), of("Bowels", denied[1]))) == 2
    assert len(merged(of("Cough", denied[0]), of("Cough", denied[1]))) == 1
    assert len(merged(of("Cough", denied[0]), denied[1])) == 1


def test_what_was_said_of_two_problems_in_one_breath_is_one_fact() -> None:
    assert len(merged(of("Cough", finding(0, "Off work")), of("Bowels", finding(0, "Off work")))) == 1


def test_what_is_so_of_one_problem_contradicts_nothing_of_another() -> None:
    entries = merged(of("Knee", finding(0, "Pain")), of("Ear", finding(1, "No pain", Polarity.ABSENT)))
    assert [e.verdict.outcome for e in entries] == [Outcome.SUPPORTED, Outcome.SUPPORTED]


def test_opposites_wait_and_name_each_other() -> None:
    entries = merged(finding(0, "Chest pain"), finding(1, "No chest pain", Polarity.ABSENT))
    assert [e.verdict.reason for e in entries] == [Reason.CONTRADICTED, Reason.CONTRADICTED]
    assert [e.verdict.detail for e in entries] == ["No chest pain", "Chest pain"]


def test_what_to_do_if_it_happens_is_no_word_against_its_not_having_happened() -> None:
    entries = merged(finding(0, "No coughing up blood", Polarity.ABSENT), finding(1, "If coughing up blood"))
    assert [e.verdict.outcome for e in entries] == [Outcome.SUPPORTED, Outcome.SUPPORTED]


def test_hay_fever_is_no_word_against_no_allergies_to_medicines() -> None:
    named = replace(finding(0, "Sometimes hay fever").fact, section=Section.ALLERGY)
    none = replace(finding(1, "No known allergies to medications", Polarity.ABSENT).fact, section=Section.ALLERGY)
    assert [e.verdict.outcome for e in merged(Finding(named), Finding(none))] == [Outcome.SUPPORTED] * 2
    of_all = replace(finding(1, "No allergies", Polarity.ABSENT).fact, section=Section.ALLERGY)
    assert merged(Finding(named), Finding(of_all))[1].verdict.reason is Reason.CONTRADICTED


def test_a_doubt_of_the_extractor_becomes_a_check() -> None:
    (entry,) = merged(finding(0, "No palpitations", Polarity.ABSENT, Reason.PARTIAL_ANSWER))
    assert entry.verdict.outcome is Outcome.CHECK
    assert entry.verdict.reason is Reason.PARTIAL_ANSWER


@pytest.mark.parametrize(
    ("denial", "asked"), [("No allergies", True), ("No known drug allergies", True), ("No other allergies", False)]
)
def test_an_allergy_that_was_named_stands_against_a_denial_of_all(denial: str, asked: bool) -> None:
    named = replace(finding(0, "Allergic to penicillin").fact, section=Section.ALLERGY)
    none = replace(finding(1, denial, Polarity.ABSENT).fact, section=Section.ALLERGY)
    first, second = merged(Finding(named), Finding(none))
    assert first.verdict.outcome is Outcome.SUPPORTED
    assert second.verdict.outcome is (Outcome.CHECK if asked else Outcome.SUPPORTED)
