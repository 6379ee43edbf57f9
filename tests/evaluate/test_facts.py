"""The scorer credits a fact that a note states, notices one that it turns round, and counts what is useful."""

from __future__ import annotations

import pytest

from scribe.evaluate.facts import FactSheet, GoldFact, combine, fact_is_stated, faults, score_note


def gold(name: str, polarity: str, weight: str, *match: list[str], text: str = "", evidence: int = 1) -> GoldFact:
    return GoldFact.model_validate(
        {
            "id": name,
            "section": "history",
            "text": text or name,
            "polarity": polarity,
            "weight": weight,
            "evidence": [evidence],
            "match": match,
        }
    )


COUGH = gold("cough", "present", "critical", ["cough*"], ["3 week*", "three week*", "3/52"], text="Cough for 3 weeks")
BLOOD = gold("blood", "absent", "critical", ["blood", "haemoptysis"], text="No haemoptysis")
SMOKES = gold("smokes", "absent", "routine", ["smok*"], text="Non-smoker")
SHEET = FactSheet(id="one", facts=(COUGH, BLOOD, SMOKES))


@pytest.mark.parametrize(
    ("fact", "statement", "stated"),
    [
        (COUGH, "Cough for three weeks", True),
        (COUGH, "Coughing, 3/52", True),
        (COUGH, "Cough", False),
        (COUGH, "No cough for 3 weeks", False),
        (BLOOD, "No blood or phlegm", True),
        (BLOOD, "Blood: nil", True),
        (BLOOD, "Denies haemoptysis", True),
        (BLOOD, "Blood in sputum", False),
        (BLOOD, "No fever but blood in sputum", False),
        (BLOOD, "Come back if not better or blood", False),
        (SMOKES, "Does not smoke", True),
        (SMOKES, "Smokes 20 a day", False),
        (COUGH, "cough " + "word " * 60 + "3 weeks", False),
    ],
)
def test_a_statement_states_a_fact_by_its_words_and_polarity(fact: GoldFact, statement: str, stated: bool) -> None:
    assert fact_is_stated(fact, statement) is stated


def test_a_note_is_scored_statement_by_statement() -> None:
    note = "History:\n- Cough for 3 weeks; no haemoptysis\nSocial:\nSmokes 20 a day\nLovely weather today.\n"
    score = score_note(SHEET, note)
    assert (score.recall, score.critical_recall) == (pytest.approx(2 / 3), 1.0)
    assert score.contradicted == ("smokes",) and score.missed == ()
    assert (score.statements, score.useful) == (4, 0.5)
    assert score.words == 16


def test_two_statements_under_one_heading_may_state_a_fact_together_but_not_across_headings() -> None:
    assert score_note(SHEET, "Cough\nFor 3 weeks").missed == ("blood", "smokes")
    assert score_note(SHEET, "History:\nCough\nPlan:\nFor 3 weeks").missed == ("cough", "blood", "smokes")


def test_a_fact_stated_both_ways_side_by_side_is_contradicted_and_further_apart_is_not() -> None:
    assert score_note(SHEET, "No blood\nSome blood").contradicted == ("blood",)
    assert score_note(SHEET, "No blood\nx\nSome blood").contradicted == ()


def test_an_empty_note_states_nothing_and_not_documented_is_no_statement() -> None:
    assert score_note(SHEET, "").missed == ("cough", "blood", "smokes")
    assert score_note(SHEET, "Allergy:\nNot documented").statements == 0


def test_long_statements_are_never_useful() -> None:
    assert score_note(SHEET, "Cough for 3 weeks " + "and " * 25).useful == 0


def test_a_set_weighs_facts_and_statements_alike() -> None:
    small = FactSheet(id="two", facts=(COUGH,))
    both = combine([score_note(SHEET, ""), score_note(small, "Cough for 3 weeks")])
    assert both.recall == pytest.approx(1 / 4)
    assert both.critical_recall == pytest.approx(1 / 3)
    assert (both.notes, both.useful, both.words) == (2, 1.0, 2.0)
    assert combine([]).recall == 0.0


def test_a_fact_sheet_that_is_not_sound_is_told() -> None:
    assert faults(SHEET, {1: "I have a cough, three weeks, no blood, never smoked"}) == []
    wrong = FactSheet(id="w", facts=(COUGH.model_copy(update={"text": "Sneezing", "evidence": (9,)}),))
    told = " ".join(faults(wrong, {1: "hello"}))
    assert "evidence" in told and "own text" in told and "is said" in told
