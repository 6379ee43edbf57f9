"""What was said and stands in no supported fact is shown, by clause, within a quarter of all words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scribe.extract.coverage import SHARE_OF_WORDS, Clause, Worth, clauses, omissions
from scribe.records import Entry, Evidence, Outcome, Section, Verdict
from tests.extract.talk import fact, turns

SUPPORTED = Verdict(Outcome.SUPPORTED)


def worth(clause: Clause) -> Worth | None:
    """Clauses that name a complaint matter; blood matters most."""
    text = clause.text.lower()
    if "blood" in text:
        return Worth(0.9, Section.HISTORY)
    return Worth(0.6, Section.HISTORY) if "pain" in text or "cough" in text else None


def test_a_turn_whose_one_clause_is_used_still_shows_the_other() -> None:
    heard = turns("P: I have a bad cough, and there was blood in my phlegm.", "C: " + "so " * 60)
    used = Entry(fact("Cough", heard, evidence=(Evidence("t1", 1, 0, 5),)), SUPPORTED)
    shown = omissions(tuple(heard.values()), [used], worth)
    assert [one.text for one in shown] == ["and there was blood in my phlegm."]
    assert shown[0].evidence == (Evidence("t1", 1, 5, 12),)


def test_a_fact_that_failed_or_was_replaced_covers_nothing() -> None:
    heard = turns("P: I have a bad cough.", "C: " + "so " * 60)
    cited = fact("Cough", heard, evidence=(Evidence("t1", 1, 0, 5),))
    for entry in (Entry(cited, Verdict(Outcome.CHECK)), Entry(cited, SUPPORTED, replaced_by="other")):
        assert len(omissions(tuple(heard.values()), [entry], worth)) == 1


def test_the_most_important_come_first_and_small_talk_never() -> None:
    heard = turns("P: My back is in pain.", "P: There was blood.", "P: Lovely weather today.", "C: " + "so " * 60)
    assert [one.importance for one in omissions(tuple(heard.values()), [], worth)] == [0.9, 0.6]


def test_the_lane_stays_within_its_share() -> None:
    heard = turns(*["P: I have such pain."] * 40)
    shown = omissions(tuple(heard.values()), [], worth)
    assert 0 < sum(len(one.text.split()) for one in shown) <= SHARE_OF_WORDS * 40 * 4


@given(
    st.lists(st.sampled_from(["pain,", "and", "I", "blood.", "so", "there", "no?", "cough"]), min_size=1, max_size=60)
)
def test_clauses_make_up_the_turn(said: list[str]) -> None:
    turn = turns("P: " + " ".join(said))["t1"]
    parts = list(clauses(turn))
    assert [parts[0].first_word, parts[-1].end_word] == [0, len(turn.words)]
    assert all(one.end_word == after.first_word for one, after in pairwise(parts))
