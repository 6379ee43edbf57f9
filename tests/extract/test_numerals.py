import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.extract.numerals import digits


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("every twenty, thirty minutes", "every 20-30 minutes"),
        ("six or seven times a day", "6-7 times a day"),
        ("thirty seven point five", "37.5"),
        ("born in nineteen fifty eight", "born in 1958"),
        ("two hundred and fifty milligrams", "250 milligrams"),
        ("one tablet three times a day", "1 tablet 3 times a day"),
        ("one hundred and twenty over eighty", "120 over 80"),
        ("twenty-five years", "25 years"),
        ("five foot five", "5 foot 5"),
        ("two of them and three others", "2 of them and 3 others"),
    ],
)
def test_spoken_numbers_become_digits(said: str, written: str) -> None:
    assert " ".join(digits(said.split())) == written


@pytest.mark.parametrize("said", ["no one else at home", "this one", "one of them", "the left one.", "zero tolerance"])
def test_one_that_counts_nothing_stays_a_word(said: str) -> None:
    assert " ".join(digits(said.split())) == said


@given(st.lists(st.text(alphabet="abcdefghij'-,.", min_size=1, max_size=8), max_size=12))
def test_words_without_numbers_pass_through(words: list[str]) -> None:
    assert digits(words) == words
