"""What is thrown away of what a recogniser writes, and what must never be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scribe.records import Word
from scribe.transcribe.plausible import is_speech, without_loops


def words(text: str, ms_each: int = 300) -> list[Word]:
    return [Word(word, i * ms_each, (i + 1) * ms_each) for i, word in enumerate(text.split())]


def test_a_loop_is_left_once() -> None:
    text = "it hurts here " + "and then it went away " * 9 + "yes"
    left = " ".join(word.text for word in without_loops(words(text)))
    assert left == "it hurts here and then it went away yes"


def test_natural_repetition_stays() -> None:
    for text in (
        "No, no, no, no, no.",
        "It was very, very sore",
        "a couple of, a couple of days",
        "yeah yeah yeah",
    ):
        assert [word.text for word in without_loops(words(text))] == text.split()


@given(st.lists(st.sampled_from(["pain", "no", "left", "two", "days"]), max_size=40))
def test_only_repeats_are_ever_dropped(said: list[str]) -> None:
    left = [word.text for word in without_loops(words(" ".join(said)))]
    assert set(left) == set(said)
    remaining = iter(said)
    assert all(word in remaining for word in left)  # in order, nothing added


def test_captions_and_subtitle_thanks_are_not_speech() -> None:
    for text in ("[Music]", "♪ ♪", "(door closes)", "...", "Thanks for watching!", "Subtitles by a company"):
        assert not is_speech(words(text), 0.1, -0.3)


def test_thanks_to_the_doctor_are_speech() -> None:
    for text in ("Thank you.", "Thank you very much, doctor.", "39", "No."):
        assert is_speech(words(text), 0.1, -0.3)


def test_doubtful_words_where_nobody_speaks_are_dropped() -> None:
    assert not is_speech(words("And so the rain"), 0.9, -1.1)
    assert is_speech(words("And so the pain"), 0.9, -0.3)


def test_words_faster_than_anyone_talks_are_dropped() -> None:
    assert not is_speech(words("Thank you for joining us today", ms_each=80), 0.1, -0.3)
