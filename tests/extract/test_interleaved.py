"""Whole talks that go to and fro between problems are well formed, and what is counted of them is counted right.

`python -m tests.measure.interleaved` drafts them; here no model runs.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from pathlib import Path

import pytest

from scribe.attribute import numbered
from scribe.evaluate.facts import FactSheet, faults
from scribe.records import Line, Section
from tests.measure.interleaved import LATER, Place, ProblemFact, Score, Talk, named, score, talks, together

TEN = list(talks())
TALKS = [*TEN, *talks(sorted(LATER.glob("*.json")))]
every_talk = pytest.mark.parametrize(("path", "talk"), TALKS, ids=[talk.id for _, talk in TALKS])


def test_there_are_ten_and_not_all_are_face_to_face() -> None:
    assert len(TEN) == 10
    assert len({talk.mode for _, talk in TEN}) == 4


@every_talk
def test_a_talk_is_read_as_numbered_turns(path: Path, talk: Talk) -> None:
    assert talk.id == path.stem
    assert [turn.number for turn in numbered.read(path)] == list(range(1, len(talk.utterances) + 1))
    assert {each.speaker for each in talk.utterances} == {"clinician", "patient"}
    assert all(each.start < each.end for each in talk.utterances)
    assert all(first.end <= second.start for first, second in pairwise(talk.utterances))
    assert 40 <= len(talk.utterances) <= 80
    assert 400 <= sum(len(each.text.split()) for each in talk.utterances) <= 1100


@every_talk
def test_its_facts_match_their_own_words_and_those_of_their_turns(path: Path, talk: Talk) -> None:
    sheet = FactSheet(id=talk.id, facts=talk.facts)
    assert faults(sheet, {each.n: each.text for each in talk.utterances}) == []
    assert 25 <= len(talk.facts) <= 45
    assert len({fact.id for fact in talk.facts}) == len(talk.facts)
    for fact in talk.facts:
        assert fact.section in set(Section)
        assert fact.polarity in {"present", "absent"} and fact.weight in {"critical", "routine"}


@every_talk
def test_its_problems_are_told_apart_by_words_that_were_said(path: Path, talk: Talk) -> None:
    assert 2 <= len(talk.problems) <= 4
    assert {fact.problem for fact in talk.facts} - {""} == set(talk.problems)
    said = " ".join(each.text for each in talk.utterances)
    for key, words in talk.problems.items():
        assert words and named(said, {key: words})
        assert all(word == word.lower() for word in words)
        for word in words:
            assert named(word.removesuffix("*"), talk.problems) == {key}, word


@every_talk
def test_it_leaves_every_problem_and_comes_back_to_plan_for_it(path: Path, talk: Talk) -> None:
    belong = sorted((fact for fact in talk.facts if fact.problem), key=lambda fact: fact.evidence[-1])
    stretches = [problem for problem, _ in groupby(fact.problem for fact in belong)]
    for problem in talk.problems:
        assert stretches.count(problem) >= 2
        assert any(fact.problem == problem and fact.section in {"plan", "safety_net"} for fact in talk.facts)


# ---------------------------------------------------------------- what is counted


def _talk(*facts: tuple[str, str]) -> Talk:
    return Talk(
        id="one",
        mode="face-to-face",
        utterances=(),
        problems={"knee": ("knee*",), "pressure": ("blood pressure", "bp")},
        facts=tuple(
            ProblemFact(
                id=text,
                section="history",
                text=text,
                polarity="present",
                weight="routine",
                evidence=(1,),
                match=((text,),),
                problem=problem,
            )
            for text, problem in facts
        ),
    )


def _line(text: str, problem: str, heading: str = "history") -> Line:
    return Line(id=text, problem=problem, heading=heading, text=text, fact_ids=(), evidence=())


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("Left knee aching", Place.RIGHT),
        ("KNEES", Place.RIGHT),
        ("Blood pressure", Place.OTHER),
        ("Knee pain and BP", Place.OTHER),
        ("Something else", Place.OTHER),
        ("", Place.NONE),
    ],
)
def test_a_fact_is_where_the_title_above_it_says(title: str, place: Place) -> None:
    found = score(_talk(("stiff", "knee")), [_line("Stiff in the morning", title)])
    assert (found.stated, dict(found.placed)) == (1, {place: 1})


def test_the_best_line_counts_and_what_is_not_stated_or_belongs_nowhere_is_not_placed() -> None:
    talk = _talk(("stiff", "knee"), ("swollen", "knee"), ("smoker", ""))
    found = score(talk, [_line("Stiff", "BP"), _line("Stiff", "Knee"), _line("Smoker", "")])
    assert (found.facts, found.stated, dict(found.placed)) == (3, 2, {Place.RIGHT: 1})


@pytest.mark.parametrize(
    "line",
    [
        _line("Stiff", "", "medication"),
        _line("Stiff", "", "allergy"),
        _line("Stiff", "", "family_history"),
        _line("Stiff", "", "social"),
        _line("PMH: stiff", ""),
    ],
)
def test_background_under_no_problem_has_no_part_in_the_share(line: Line) -> None:
    talk = _talk(("stiff", "knee"), ("swollen", "knee"))
    assert dict(score(talk, [line]).placed) == {Place.BACKGROUND: 1}
    assert score(talk, [line, _line("Stiff", "BP")]).placed == {Place.OTHER: 1}
    assert "of 1 that belong to a problem 1 under the right problem" in str(
        score(talk, [line, _line("Swollen", "Knee")])
    )


def test_talks_are_added_up_fact_by_fact() -> None:
    talk = _talk(("stiff", "knee"), ("dizzy", "pressure"))
    right = score(talk, [_line("Stiff", "Knee"), _line("Dizzy", "BP")])
    wrong = score(talk, [_line("Stiff", "")])
    assert str(together([right, wrong])) == (
        "3 of 4 facts stated; of 3 that belong to a problem 2 under the right problem, 0 under another, "
        "1 under none: 67%; 0 more in the background"
    )
    assert isinstance(together([]), Score)
