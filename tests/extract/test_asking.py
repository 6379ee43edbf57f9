"""One doubt makes one question, and only as many are put as are really looked at."""

from dataclasses import replace

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.asking import spared
from scribe.extract.extractor import Finding
from scribe.extract.merge import merge
from scribe.records import Entry, Outcome, Polarity, Reason, Section, Verdict
from tests.fakes import fact

TURNS = turns_from_numbered(
    {"id": "x", "utterances": [{"n": n, "speaker": "patient", "text": "some words said here"} for n in (1, 2)]}
)


def finding(number: int, statement: str, polarity: Polarity = Polarity.PRESENT, doubt: Reason | None = None) -> Finding:
    return Finding(replace(fact(TURNS[number]), statement=statement, polarity=polarity), doubt)


def put(*findings: Finding) -> tuple[Entry, ...]:
    return spared(merge(findings, {f.fact.id: Verdict(Outcome.SUPPORTED) for f in findings}))


def test_nobody_is_asked_about_what_is_proved_elsewhere() -> None:
    sure = finding(0, "Drinks wine every Friday")
    unsure = finding(1, "No wine", Polarity.ABSENT, Reason.POLARITY_UNCLEAR)
    assert [e.verdict.outcome for e in put(sure, unsure)] == [Outcome.SUPPORTED, Outcome.REJECTED]


def test_only_the_weightiest_questions_are_put_and_a_doubtful_medicine_always_is() -> None:
    things = ["Cough", "Fever", "Rash", "Cramps", "Thirst", "Wheeze", "Sweats"]
    unsure = [
        Finding(replace(finding(0, thing).fact, importance=place / 10), Reason.PARTIAL_ANSWER)
        for place, thing in enumerate(things)
    ]
    drug = Finding(replace(finding(1, "Ramapril").fact, importance=0.0), Reason.DRUG_DOUBTFUL)
    asked = [e.fact.statement for e in put(*unsure, drug) if e.verdict.outcome is Outcome.CHECK]
    assert asked == ["Cramps", "Thirst", "Wheeze", "Sweats", "Ramapril"]


def test_one_doubt_is_asked_once_and_what_is_to_be_done_otherwise_twice() -> None:
    doubtful = {
        "Stop sinver statin": 0.9,
        "The sinver statin to stop": 0.5,
        "Start ramapril in the morning": 0.7,
        "Stop ramapril in the morning": 0.6,
    }
    said = [
        Finding(replace(finding(1, statement).fact, importance=weight), Reason.DRUG_DOUBTFUL)
        for statement, weight in doubtful.items()
    ]
    asked = [e.fact.statement for e in put(*said) if e.verdict.outcome is Outcome.CHECK]
    assert asked == [one for one in doubtful if one != "The sinver statin to stop"]


def test_a_name_that_was_hard_to_hear_is_asked_about_once_with_its_dose() -> None:
    said = {
        "Amlodapine 5 mg once a day": "amlodipine",
        "The plan, to start amlodapine": "amlodipine",
        "5 milligrams, 1 tablet": "",  # whose? that of the name beside it
        "Lodapine, at night": "loxapine",  # a piece of the same name
        "Stop sinver statin": "simvastatin",
        "The cholesterol one, cymbastatin": "simvastatin",
    }
    found = [
        replace(finding(1, statement).fact, importance=1 - place / 10, section=Section.PLAN)
        for place, statement in enumerate(said)
    ]
    verdicts = {
        one.id: Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL, name)
        for one, name in zip(found, said.values(), strict=True)
    }
    entries = spared(merge([Finding(one) for one in found], verdicts))
    asked = [entry.fact.statement for entry in entries if entry.verdict.outcome is Outcome.CHECK]
    assert asked == ["Amlodapine 5 mg once a day", "Stop sinver statin"]


def test_another_dose_of_a_doubtful_name_is_another_question() -> None:
    found = [finding(number, f"Amlodapine {dose} mg").fact for number, dose in ((0, 5), (1, 10))]
    verdicts = {one.id: Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL, "amlodipine") for one in found}
    entries = spared(merge([Finding(one) for one in found], verdicts))
    assert [entry.verdict.outcome for entry in entries] == [Outcome.CHECK, Outcome.CHECK]


def test_a_doubt_about_an_answer_does_not_contradict_what_the_answer_proves() -> None:
    sure = finding(1, "No headaches", Polarity.ABSENT)
    unsure = finding(1, "Headaches", Polarity.PRESENT, Reason.POLARITY_UNCLEAR)
    assert [e.verdict.outcome for e in put(sure, unsure)] == [Outcome.SUPPORTED, Outcome.REJECTED]
