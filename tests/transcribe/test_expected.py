"""Expected words put misheard ones right, and are never put where nothing like them was heard."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from scribe.extract.verify import medicines
from scribe.records import Word
from scribe.transcribe import expected


def said(text: str, unsure: str = "", at_ms: int = 0) -> list[Word]:
    """Words of 300 ms each; those in `unsure` were heard with a probability of 0.4."""
    return [
        Word(word, at_ms + n * 300, at_ms + n * 300 + 300, 0.4 if word.strip(".,") in unsure.split() else 0.95)
        for n, word in enumerate(text.split())
    ]


def heard_as(first: Sequence[Word], second: Sequence[Word], *words: str) -> str:
    found = expected.places(first, words, lambda word: medicines.british(word) or medicines.suggestion(word))
    return " ".join(word.text for word in expected.corrected(first, second, found))


def test_a_misheard_word_is_put_right_where_a_second_hearing_confirms_it() -> None:
    first = said("I take ramapril, every day.", unsure="ramapril")
    second = said("I take ramipril every night.")
    assert heard_as(first, second, "Ramipril") == "I take ramipril, every day."


def test_a_word_that_was_heard_as_several_becomes_one() -> None:
    first = said("Doctor Okon quo will see you.", unsure="Okon quo")
    second = [*said("Doctor"), Word("Okonkwo", 300, 900, 0.9), *said("will see you.", at_ms=900)]
    assert heard_as(first, second, "Okonkwo") == "Doctor Okonkwo will see you."


def test_it_stays_as_unsure_as_it_was() -> None:
    first, second = said("on ramapril now", unsure="ramapril"), said("on ramipril now")
    word = expected.corrected(first, second, expected.places(first, ["ramipril"]))[1]
    assert (word.text, word.probability, word.start_ms, word.end_ms) == ("ramipril", 0.4, 300, 600)


def test_what_the_second_hearing_does_not_confirm_stays() -> None:
    first = said("I take ramapril every day.", unsure="ramapril")
    assert heard_as(first, said("I take rama every day."), "ramipril") == "I take ramapril every day."


def test_a_word_that_was_heard_clearly_stays() -> None:
    first = said("I take ramapril every day.")
    assert heard_as(first, said("I take ramipril every day."), "ramipril") == "I take ramapril every day."


def test_a_word_that_the_second_hearing_puts_somewhere_else_is_not_taken() -> None:
    first = said("I take ramapril every day for a while now", unsure="ramapril")
    second = said("I take it every day for a while ramipril")
    assert heard_as(first, second, "ramipril") == "I take ramapril every day for a while now"


def test_another_medicine_is_never_made_into_the_expected_one() -> None:
    first = said("They put me on felodipine last year.", unsure="felodipine")
    second = said("They put me on amlodipine last year.")
    assert heard_as(first, second, "amlodipine") == "They put me on felodipine last year."
    first = said("They put me on felodipin last year.", unsure="felodipin")
    assert heard_as(first, second, "amlodipine") == "They put me on felodipin last year."


def test_short_words_are_too_much_like_others() -> None:
    assert expected.places(said("It ran on", unsure="It ran on"), ["Ann", "Ian"]) == ()


@given(st.lists(st.sampled_from(["ramipril", "Okonkwo", "Addenbrooke's", "St Mary's"])), st.data())
def test_only_expected_words_ever_come_in_and_no_others_go_out(words: list[str], data: st.DataObject) -> None:
    some = st.text("aeioulmnprst", min_size=1, max_size=9)
    first = [
        Word(text, n * 300, n * 300 + 300, data.draw(st.floats(0, 1)))
        for n, text in enumerate(data.draw(st.lists(some)))
    ]
    second = said(" ".join(data.draw(st.lists(st.one_of(some, st.sampled_from(words or ["x"]))))))
    found = expected.places(first, words)
    after = expected.corrected(first, second, found)
    within = {n for place in found for n in range(place.first, place.end)}
    outside = [word for n, word in enumerate(first) if n not in within]
    assert [word for word in after if any(word is each for each in outside)] == outside
    assert {word.text for word in after} <= {word.text for word in first} | {
        each for word in words for each in (word, word + "s")
    }
    assert [word.start_ms for word in after] == sorted(word.start_ms for word in after)


def test_of_a_medicine_only_the_name_is_expected() -> None:
    entered = ["ramipril 5 mg daily", "sodium valproate", "Humulin M3", "vitamin B12"]
    assert expected.names(entered) == ("ramipril", "sodium valproate", "Humulin M3", "vitamin B12")


def test_no_more_words_are_told_than_a_recogniser_takes() -> None:
    def tokens(text: str) -> int:
        return len(text) // 4

    words = [f"Medicine{n}" for n in range(40)]
    assert expected.fitting(["", "  a  b ", *words, *words], tokens) == ("a b", *words[:29])
    long = [f"{n:02}" + "x" * 58 for n in range(30)]
    told = expected.fitting([*long, "short"], tokens)
    assert tokens(expected.as_prompt(told)) <= expected.MOST_TOKENS
    assert told == (*long[: len(told) - 1], "short")
