"""Every word of the talk is read once, in passages short enough for the writer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.passages import BEFORE_WORDS, LONGEST_LINE, LONGEST_PASSAGE, passages
from scribe.records import Turn

SPEAKERS = st.sampled_from(["clinician", "patient", "other"])
WORDS = st.sampled_from(["yes.", "no,", "um,", "pain?", "the", "three", "weeks.", "any", "fever", "--", "…"])


def talk(*said: tuple[str, str]) -> tuple[Turn, ...]:
    utterances = [{"n": n, "speaker": speaker, "text": text} for n, (speaker, text) in enumerate(said, 1)]
    return tuple(turns_from_numbered({"id": "x", "utterances": utterances}))


@given(st.lists(st.tuples(SPEAKERS, st.lists(WORDS, min_size=1, max_size=90)), max_size=25))
def test_every_word_is_in_exactly_one_line(said: list[tuple[str, list[str]]]) -> None:
    turns = talk(*((speaker, " ".join(words)) for speaker, words in said))
    cut = passages(turns)
    placed = [(line.turn.id, place) for p in cut for line in p.lines for place in range(line.first, line.end)]
    assert placed == [(turn.id, place) for turn in turns for place in range(len(turn.words))]
    for passage in cut:
        assert all(line.end - line.first <= LONGEST_LINE for line in passage.lines)
        assert sum(line.end - line.first for line in passage.lines) <= LONGEST_PASSAGE
        assert sum(line.end - line.first for line in passage.before) <= BEFORE_WORDS


def test_the_prompt_numbers_what_is_to_be_read_and_shows_what_came_before() -> None:
    long = " ".join(["It's been going on for weeks and weeks and I am fed up with it really."] * 6)
    cut = passages(talk(("patient", long), ("clinician", "Any fever?"), ("patient", "Um, no.")))
    assert len(cut) == 2
    assert cut[1].as_prompt().endswith("really.\n1 D: Any fever?\n2 P: no.\n=>\n")


def test_hesitations_go_and_nothing_that_carries_meaning() -> None:
    (passage,) = passages(talk(("patient", "Um, I I don't, er, think so, not really. Uh, 5, um. Maybe.")))
    assert passage.lines[0].plain == "I don't, think so, not really. 5. Maybe."


def test_a_number_to_ring_is_no_stutter() -> None:
    (passage,) = passages(talk(("clinician", "Ring nine nine nine, or, or one one one if it can wait. Nine one one.")))
    assert passage.lines[0].plain == "Ring 999, or 111 if it can wait. 911."


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Go to the ER, er, if it's worse.", "Go to the ER, if it's worse."),
        ("he went to the er twice", "he went to the er twice"),
        ("There was one, one, one night when I rang them.", "There was one, one, one night when I rang them."),
        ("NHS one one one told me to come.", "NHS 111 told me to come."),
        ("I tried one one one last night.", "I tried 111 last night."),
        ("Nine. One one of them said so.", "Nine. One one of them said so."),
        ("Take it 1-1-1 daily, or 2-1-1.", "Take it 1-1-1 daily, or 2-1-1."),
        ("Take the, er, tablets.", "Take the, tablets."),
        ("Vision is twenty twenty in, in both eyes.", "Vision is twenty twenty in both eyes."),
        (
            "It was oh four last time, oh, and now it's nine oh two.",
            "It was oh four last time, and now it's nine oh two.",
        ),
    ],
)
def test_words_that_sound_like_hesitations_or_stutters_stay(said: str, plain: str) -> None:
    (passage,) = passages(talk(("patient", said)))
    assert passage.lines[0].plain == plain


def test_a_speaker_who_is_not_certain_is_not_named() -> None:
    from dataclasses import replace

    (turn,) = talk(("patient", "I have a cough."))
    (passage,) = passages([replace(turn, confidence=0.4)])
    assert passage.as_prompt().startswith("1 ?: ")
