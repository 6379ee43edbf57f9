"""Numbers are read alike whether spoken or written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.extract.verify.quantities import quantities, said_quantities
from scribe.records import Outcome, Reason, Section
from tests.extract.talk import verdict

ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """A number from 1 to 9999 as it is said in Britain."""
    if number >= 1000:
        rest = number % 1000
        link = " and " if 0 < rest < 100 else " "
        return (in_words(number // 1000) + " thousand" + (link + in_words(rest) if rest else "")).strip()
    if number >= 100:
        rest = number % 100
        return f"{ONES[number // 100]} hundred" + (f" and {in_words(rest)}" if rest else "")
    if number >= 20:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    return TEENS[number - 10] if number >= 10 else ONES[number]


@given(st.integers(1, 9999), st.sampled_from(["mg", "milligrams", "days", "tablets"]))
def test_spoken_and_written_numbers_are_the_same(number: int, unit: str) -> None:
    spoken, written = quantities(f"{in_words(number)} {unit}"), quantities(f"{number} {unit}")
    assert len(spoken) == len(written) == 1
    assert spoken[0].same(written[0])
    assert spoken[0].value == number


@given(st.integers(2, 999), st.integers(2, 999))
def test_a_dose_that_was_not_said_is_always_noticed(said: int, stated: int) -> None:
    found = verdict(f"Ibuprofen {stated} mg", f"C: Take ibuprofen, {in_words(said)} milligrams.", section=Section.PLAN)
    if said == stated:
        assert found.outcome is Outcome.SUPPORTED
    else:
        assert found.reason is Reason.NUMBER_NOT_SAID


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("six or seven times a day", [(6, "time"), (7, "time")]),
        ("6-7 times a day", [(6, "time"), (7, "time")]),
        ("500mg QDS", [(500, "mg"), (4, "time")]),
        ("for 3/7", [(3, "day")]),
        ("for 2/52", [(2, "week")]),
        ("half past three", [(3.5, "")]),
        ("two and a half weeks", [(2.5, "week")]),
        ("thirty-eight point two", [(38.2, "")]),
        ("a hundred and twenty over eighty", [(120, ""), (80, "")]),
        ("a couple of days", [(2, "day")]),
        ("1,000 mg", [(1000, "mg")]),
        ("a week ago", [(1, "week")]),
        ("a few days", []),
        ("no one", [(1, "")]),
    ],
)
def test_numbers_as_people_say_them(text: str, values: list[tuple[float, str]]) -> None:
    assert [(one.value, one.unit) for one in quantities(text)] == values


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a fortnight", "2 weeks", True),
        ("24 months", "2 years", True),
        ("1 g", "1000 mg", True),
        ("7 days", "1 week", True),
        ("3 days", "3 weeks", False),
        ("100 mg", "100 micrograms", False),
        ("5 units", "5 ml", False),
    ],
)
def test_units_are_held_apart_and_only_exact_ones_are_equal(one: str, other: str, same: bool) -> None:
    assert quantities(one)[0].same(quantities(other)[0]) is same


@given(st.text(max_size=200))
def test_odd_text_is_read_without_harm(text: str) -> None:
    for one in quantities(text):
        assert 0 <= one.start < one.end <= len(text)


@given(st.text(alphabet="abc 123?.,'-/\n—é🙂", min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_odd_statements_and_odd_speech_always_get_a_verdict(statement: str, said: str) -> None:
    if statement.split() and said.split():
        assert verdict(statement, f"C: {said}", "P: No.").outcome in Outcome


def test_everyday_is_daily() -> None:
    found = verdict("Check weight daily", "C: I'm gonna have you check your weight everyday.", section=Section.PLAN)
    assert found.outcome is Outcome.SUPPORTED


@pytest.mark.parametrize(
    ("said", "meant", "unit"),
    [
        ("one twenty over eighty", 120, ""),
        ("in the one thirties", 130, ""),
        ("since twenty eighteen", 2018, ""),
        ("five or six hundred", 500, ""),
        ("two to three thousand", 2000, ""),
        ("point five centimeters", 0.5, "cm"),
        (".7 millilitres", 0.7, "ml"),
        ("one point five litres", 1.5, "l"),
    ],
)
def test_numbers_said_in_pieces_are_heard_as_meant(said: str, meant: float, unit: str) -> None:
    assert any((one.value, one.unit) == (meant, unit) for one in said_quantities(said))


def test_a_number_at_the_end_of_a_sentence_keeps_its_value() -> None:
    assert [one.value for one in quantities("It was 3.5. Then 4.")] == [3.5, 4]


@pytest.mark.parametrize(
    ("statement", "said", "plain"),
    [
        ("Good cholesterol over 50", "The good cholesterol should be over 50 and it's low.", False),
        ("Vitamin D 30", "Your vitamin D was low, we want it to be 30.", False),
        ("A1c 7", "The goal is 7 for your A1c.", False),
        ("Good cholesterol should be over 50", "The good cholesterol should be over 50 and it's low.", True),
        ("Good cholesterol 44", "The good cholesterol was 44, it should be over 50.", True),
        ("Blood pressure 130", "Your blood pressure was 130, and it should be below 130.", True),
    ],
)
def test_what_a_number_ought_to_be_is_not_what_it_is(statement: str, said: str, plain: bool) -> None:
    found = verdict(statement, f"C: {said}", section=Section.EXAMINATION)
    assert (found.outcome is Outcome.SUPPORTED) is plain


def test_what_a_plan_aims_at_is_no_finding() -> None:
    found = verdict("Blood pressure 130 or less", "C: Your blood pressure should be 130 or less.", section=Section.PLAN)
    assert found.outcome is Outcome.SUPPORTED
