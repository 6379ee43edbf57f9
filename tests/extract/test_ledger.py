"""From turns to ledger with the shipped weights, on talk of our own."""

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.ledger import build
from scribe.records import Ledger, Outcome, Polarity, Reason, Turn


def talk(*said: tuple[str, str]) -> tuple[Turn, ...]:
    rows = [{"n": n, "speaker": who, "text": text} for n, (who, text) in enumerate(said, 1)]
    return turns_from_numbered({"id": "x", "utterances": rows})


def statements(ledger: Ledger, outcome: Outcome) -> list[str]:
    return [entry.fact.statement.lower() for entry in ledger.entries if entry.verdict.outcome is outcome]


def test_no_to_a_list_denies_each_thing_asked() -> None:
    ledger = build(
        talk(
            ("patient", "I've had a cough for two weeks."),
            ("clinician", "Any chest pain, breathlessness or palpitations?"),
            ("patient", "No."),
        )
    )
    said = statements(ledger, Outcome.SUPPORTED)
    assert {"no chest pain", "no breathlessness", "no palpitations"} <= set(said)


def test_not_really_to_a_list_waits_for_the_reviewer() -> None:
    ledger = build(talk(("clinician", "Any chest pain, breathlessness or palpitations?"), ("patient", "Not really.")))
    assert not any(e.fact.polarity is Polarity.ABSENT for e in ledger.entries if e.verdict.outcome is Outcome.SUPPORTED)
    assert {e.verdict.reason for e in ledger.entries} == {Reason.PARTIAL_ANSWER}


def test_every_fact_cites_words_that_are_there() -> None:
    turns = talk(
        ("clinician", "What can I do for you?"),
        ("patient", "I've had this pain in my left knee since Friday, and I take ibuprofen for it."),
        ("clinician", "I'd like you to rest it, and if it's no better in a week, come back and see us."),
    )
    ledger = build(turns)
    length = {turn.id: len(turn.words) for turn in turns}
    proofs = [proof for entry in ledger.entries for proof in entry.fact.evidence]
    assert proofs
    assert all(0 <= proof.first_word < proof.end_word <= length[proof.turn_id] for proof in proofs)


def test_small_talk_makes_no_facts() -> None:
    assert build(talk(("clinician", "Hello, can you hear me?"), ("patient", "Yes, hello."))).entries == ()


def test_progress_reaches_its_end_and_a_cancel_leaves_nothing() -> None:
    turns = talk(("clinician", "Any pain?"), ("patient", "No."), ("clinician", "Do you smoke?"), ("patient", "No."))
    seen: list[tuple[int, int]] = []
    build(turns, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(seen)
    assert build(turns, cancelled=lambda: True).entries == ()


@pytest.mark.parametrize("turns", [(), talk(("patient", "um"))])
def test_nothing_said_is_an_empty_ledger(turns: tuple[Turn, ...]) -> None:
    assert build(turns).entries == ()
