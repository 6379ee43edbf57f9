"""Where a transcript has no punctuation it gets some; where it has, nothing is touched; the words never change."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scribe.attribute.marks import Marker, punctuated
from scribe.attribute.numbered import turns_from_numbered
from scribe.records import Role, Turn, Word

BARE = [
    ("clinician", "okay and how long have you had the cough do you bring anything up"),
    ("patient", "about two weeks it started with a cold and now i bring up some green stuff in the morning"),
    ("clinician", "any fever"),
    ("patient", "no"),
    (
        "clinician",
        "okay let me listen to your chest take a deep breath that sounds clear so i think it is a viral cough",
    ),
]


def said(*turns: tuple[str, str]) -> list[Turn]:
    return [
        Turn(str(n), "r", n, Role(who), 1.0, tuple(Word(word, i, i + 1) for i, word in enumerate(text.split())))
        for n, (who, text) in enumerate(turns)
    ]


def test_questions_and_sentences_are_told_apart_where_nothing_is_marked() -> None:
    asked, told, fever, no, found = (turn.text for turn in punctuated(said(*BARE)))
    assert asked.endswith("?") and re.search(r"cough[.?] [Dd]o you", asked)
    assert told.endswith(".") and " I bring" in told
    assert fever == "Any fever?"
    assert no == "No."
    assert found.startswith("Okay. Let me") and "clear. So I think" in found


def test_what_has_marks_is_left_as_it_is() -> None:
    turns = said(("clinician", "Any fever?"), ("patient", "No. But I do feel hot, now and then, since the weekend."))
    assert list(punctuated(turns)) == turns


def test_a_long_stretch_that_was_left_bare_is_marked_among_others_that_were_not() -> None:
    turns = said(("clinician", "What can I do for you?"), ("patient", f"{BARE[1][1]} and my chest hurts when i cough"))
    first, second = punctuated(turns)
    assert first == turns[0]
    assert second.text.count(".") >= 2


def test_what_is_not_english_is_left_alone() -> None:
    turns = [replace(turn, language="pl") for turn in said(*BARE)]
    assert list(punctuated(turns)) == turns


@given(
    st.lists(st.lists(st.from_regex(r"[a-z']{1,9}", fullmatch=True), min_size=1, max_size=60), min_size=1, max_size=4)
)
def test_the_words_stay_as_they_were_said(spoken: list[list[str]]) -> None:
    turns = said(*(("patient", " ".join(words)) for words in spoken))
    for before, after in zip(turns, punctuated(turns), strict=True):
        bare = [re.sub(r"[.,?]+$", "", word.text).lower() for word in after.words]
        assert bare == [word.text for word in before.words]
        assert [(word.start_ms, word.end_ms) for word in after.words] == [(w.start_ms, w.end_ms) for w in before.words]


def test_what_a_corpus_took_to_pieces_is_put_together() -> None:
    text = "well , i do n't know . it 's gon na hurt , is n't it ? i think i 'm fine now , but my wife says i should have it looked at soon"
    (turn,) = turns_from_numbered({"id": "x", "utterances": [{"n": 1, "speaker": "patient", "text": text}]})
    assert (
        turn.text
        == "Well, I don't know. It's gonna hurt, isn't it? I think I'm fine now, but my wife says I should have it looked at soon"
    )


def test_what_was_read_before_is_not_read_again() -> None:
    marker = Marker()
    first = marker.read(said(*BARE))
    read = marker._told.cache_info().misses
    assert read > 0
    assert list(marker.read(said(*BARE)).values()) == list(first.values())
    assert marker._told.cache_info().misses == read


def test_a_decimal_that_a_corpus_took_to_pieces_is_put_together() -> None:
    def read(text: str) -> str:
        return turns_from_numbered({"id": "x", "utterances": [{"n": 1, "speaker": "clinician", "text": text}]})[0].text

    assert (
        read("Your a1c is seven . five , and the temperature 98 . 2 .")
        == "Your a1c is seven point five, and the temperature 98.2."
    )
    assert read("It is ninety seven . seven today .") == "It is ninety seven point seven today."
    for word in ("anxiety", "phone", "often", "done"):  # they end as numbers do
        assert read(f"It is the {word} . two were worse .") == f"It is the {word}. two were worse."
    assert read("There were four . six weeks later one was left .") == "There were four. six weeks later one was left."
