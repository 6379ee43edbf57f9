"""Spans say what the writer did not, and what it said without proof is not said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from scribe.extract.extractor import Watch
from scribe.extract.importance import importance
from scribe.extract.ledger import build
from scribe.extract.spans import SpanExtractor
from scribe.extract.together import Together
from scribe.extract.writer import GoOn, Said
from scribe.records import Outcome, Section, Turn
from tests.extract.test_passages import talk
from tests.extract.test_writer import FakeModel

LATEX = talk(
    ("clinician", "Do you have any allergies to any medicines?"),
    ("patient", "Just latex."),
    ("clinician", "Okay, thank you."),
)


def statements(turns: tuple[Turn, ...], answer: str) -> list[str]:
    return [one.fact.statement for one in Together(FakeModel(answer)).extract(turns, Watch())]


def by_spans(turns: tuple[Turn, ...], answer: str) -> list[str]:
    found = Together(FakeModel(answer)).extract(turns, Watch())
    return [one.fact.statement for one in found if one.fact.made_by.startswith("spans")]


def test_what_the_writer_proved_is_not_said_again() -> None:
    assert "Allergic to latex" in statements(LATEX, "1-2 allergy!: Allergic to latex")
    assert not [one for one in by_spans(LATEX, "1-2 allergy!: Allergic to latex") if "latex" in one.lower()]


def test_what_it_could_not_prove_leaves_its_words_to_spans() -> None:
    assert [one for one in by_spans(LATEX, "1-2 allergy!: No latex allergy") if "latex" in one.lower()]


class Unsure(FakeModel):
    """Says what it says with little confidence."""

    def __init__(self, answer: str, sure: float = 0.35) -> None:
        super().__init__(answer)
        self._sure = sure

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        for place, answer in super().write(prompts, go_on):
            yield place, [Said(one.text, self._sure, self._sure) for one in answer]


def test_what_it_is_unsure_of_is_said_only_where_its_words_stand_together() -> None:
    one_place = talk(("patient", "I've had this cough for three weeks."), ("clinician", "Okay."))
    for sure, kept in ((0.35, True), (0.25, False)):
        found = Together(Unsure("1 complaint!: Cough for 3 weeks", sure)).extract(one_place, Watch())
        assert ("Cough for 3 weeks" in [one.fact.statement for one in found]) is kept

    answer = "1-2 allergy!: Allergic to latex"
    assert "Allergic to latex" in statements(LATEX, answer)
    unsure = [one.fact.statement for one in Together(Unsure(answer)).extract(LATEX, Watch())]
    assert not [one for one in unsure if "latex" in one.lower()], "nor do the spans take it up"


def test_a_span_counts_less_than_a_statement_that_matters_as_much() -> None:
    together = Together(FakeModel("", ""))
    worth = {one.fact.statement: importance(known) for one, known in together.candidates(LATEX, Watch())}
    found = list(together.extract(LATEX, Watch()))
    assert found and all(one.fact.importance < worth[one.fact.statement] for one in found)


def test_no_finding_is_made_of_a_piece_of_speech() -> None:
    turns = talk(("clinician", "Let me have a listen. The chest is clear on both sides, and the throat is red."))
    assert not [
        one for one in Together(FakeModel("")).extract(turns, Watch()) if one.fact.section is Section.EXAMINATION
    ]
    assert [one for one in SpanExtractor().extract(turns, Watch()) if one.fact.section is Section.EXAMINATION]


def test_what_a_statement_looks_like_to_the_reader_tells_in_its_worth() -> None:
    found = Together(FakeModel("1-2 allergy!: Allergic to latex")).candidates(LATEX, Watch())
    _, known = next(one for one in found if one[0].fact.statement == "Allergic to latex")
    unseen = {name: 0.0 if name.startswith("state ") else value for name, value in known.items()}
    assert sum(name.startswith("state ") for name in known) == 384
    assert abs(importance(known) - importance(unseen)) > 0.01


class Judging(FakeModel):
    """Says what it thinks of its lines."""

    def __init__(self, answer: str, right: float) -> None:
        super().__init__(answer)
        self._right = right

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        for place, answer in super().write(prompts, go_on):
            yield place, [replace(one, right=self._right) for one in answer]


def test_what_the_writer_thinks_little_of_counts_for_less_and_at_last_for_nothing() -> None:
    def importance_of(right: float) -> float | None:
        found = Together(Judging("1-2 allergy!: Allergic to latex", right)).extract(LATEX, Watch())
        return next((one.fact.importance for one in found if one.fact.statement == "Allergic to latex"), None)

    even, sure = importance_of(0.5), importance_of(0.99)
    assert even is not None and even == sure
    assert importance_of(0.25) == pytest.approx(even / 2, abs=1e-3)
    assert importance_of(0.05) is None


def test_however_sure_the_writer_is_the_verifier_decides() -> None:
    turns = talk(("clinician", "So there's some bruising there on your lung exam I hear a wheeze at both bases."))
    ledger = build(turns, extractor=Together(Judging("1 exam!: Bruising and wheeze at both bases", 0.99)))
    (entry,) = (one for one in ledger.entries if one.fact.made_by.startswith("writer"))
    assert entry.verdict.outcome is not Outcome.SUPPORTED


def test_a_condition_alone_counts_for_less_than_one_with_what_is_to_be_done() -> None:
    turns = talk(("clinician", "If it's above 38 call us, and if it's above 39 go to A and E."), ("patient", "Okay."))

    def worth(statement: str) -> float:
        together = Together(FakeModel(f"1 safety!: {statement}", f"1 safety!: {statement}"))
        plain = next(
            importance(known) for one, known in together.candidates(turns, Watch()) if one.fact.importance == 1
        )
        return (
            next(one.fact.importance for one in together.extract(turns, Watch()) if one.fact.statement == statement)
            / plain
        )

    assert worth("If above 38") < 0.7
    assert worth("Call if above 38") == pytest.approx(1, abs=1e-3)
