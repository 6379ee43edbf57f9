from __future__ import annotations

from datetime import date

import nhs_number
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.encounter import Notice, check_patient, confusable, is_same_person
from scribe.errors import Fixable
from scribe.records import Patient

TODAY = date(2026, 11, 23)


def refused(patient: Patient) -> str:
    with pytest.raises(Fixable) as caught:
        check_patient(patient, TODAY)
    return caught.value.code


def test_no_patient_yet_is_fine() -> None:
    assert check_patient(Patient(), TODAY).patient == Patient()


def test_what_was_typed_is_tidied() -> None:
    typed = Patient(
        "  Sia\u0302n \t Lle\u00adwelyn\n", None, "943 476 5919", (" Ramipril ", "", "ramipril", "Ramipril")
    )
    assert check_patient(typed, TODAY).patient == Patient("Siân Llewelyn", None, "9434765919", ("Ramipril", "ramipril"))


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_any_name_is_one_line_of_visible_characters(name: str) -> None:
    tidy = check_patient(Patient(name), TODAY).patient.name
    assert tidy.isprintable()
    assert check_patient(Patient(tidy), TODAY).patient.name == tidy


def test_an_overlong_name_is_refused() -> None:
    assert refused(Patient("x" * 201)) == "name-too-long"


@pytest.mark.parametrize("number", ["9434765918", "943476591", "94347659191", "abc", "1111111111", "0000000000"])
def test_a_wrong_nhs_number_is_refused(number: str) -> None:
    assert refused(Patient(nhs_number=number)) == "nhs-number"


@given(st.integers(0, 9))
def test_no_repeated_digit_is_an_nhs_number(digit: int) -> None:
    assert refused(Patient(nhs_number=str(digit) * 10)) == "nhs-number"


@pytest.mark.parametrize(
    "region, notices",
    [
        (nhs_number.REGION_ENGLAND, ()),
        (nhs_number.REGION_SCOTLAND, (Notice.NHS_NUMBER_SCOTTISH,)),
        (nhs_number.REGION_SYNTHETIC, (Notice.NHS_NUMBER_SYNTHETIC,)),
        (nhs_number.REGION_NORTHERN_IRELAND, (Notice.NHS_NUMBER_OTHER_RANGE,)),
        (nhs_number.REGION_RESERVED, (Notice.NHS_NUMBER_OTHER_RANGE,)),
    ],
)
def test_unusual_ranges_are_noted(region, notices) -> None:
    for number in nhs_number.generate(for_region=region, quantity=5):
        assert check_patient(Patient(nhs_number=number), TODAY).notices == notices


@pytest.mark.parametrize("born", [date(1896, 1, 1), date(1896, 12, 31), TODAY, date(2026, 1, 1)])
def test_a_possible_date_of_birth_is_taken(born: date) -> None:
    assert check_patient(Patient("A B", born), TODAY).patient.date_of_birth == born


@pytest.mark.parametrize("born", [date(1895, 12, 31), date(2026, 11, 24), date(2027, 1, 1), date(202, 1, 1)])
def test_an_impossible_date_of_birth_is_refused(born: date) -> None:
    assert refused(Patient("A B", born)) == "date-of-birth"


def test_refusals_hold_no_identity() -> None:
    with pytest.raises(Fixable) as caught:
        check_patient(Patient("Ann Example", date(1961, 4, 2), "9434765918"), TODAY)
    assert "Ann" not in str(caught.value)
    assert "943" not in str(caught.value)


def test_filling_in_is_no_change_of_person() -> None:
    ann = Patient("Ann Example", date(1961, 4, 2), "9434765919")
    assert is_same_person(Patient(), ann)
    assert is_same_person(Patient("ann example"), ann)
    assert not is_same_person(ann, Patient("Anne Example", date(1961, 4, 2), "9434765919"))
    assert not is_same_person(ann, Patient("Ann Example", date(1961, 4, 3), "9434765919"))
    assert not is_same_person(ann, Patient("Ann Example", date(1961, 4, 2), ""))


SIAN = Patient("Siân Llewelyn-Jones", date(1961, 4, 9), "9434765919")


@pytest.mark.parametrize(
    ("other", "notices"),
    [
        (SIAN, (Notice.SEEN_TODAY,)),
        (Patient("SIÂN Llewelyn-Jones", date(1961, 4, 9)), (Notice.SEEN_TODAY,)),
        (Patient("Beth Other", date(1950, 1, 2), "9434765919"), (Notice.NUMBER_OF_ANOTHER,)),
        (Patient("Siân Llewelyn-Jones", date(1961, 9, 4), "9434765919"), (Notice.NUMBER_OF_ANOTHER,)),
        (Patient("Sian Jones", date(1950, 1, 2), "9434765870"), (Notice.NAMESAKE_TODAY,)),
        (Patient("Siân Llewelyn-Jones", date(1950, 1, 2)), (Notice.NAMESAKE_TODAY,)),
        (Patient("Siân Llewelyn-Jones", date(1961, 4, 9), "9434765870"), (Notice.NAMESAKE_TODAY,)),
        (Patient("Siân Llewelyn-Jones"), (Notice.NAMESAKE_TODAY,)),
        (Patient("Tom Jones", date(1950, 1, 2)), ()),
        (Patient("Siân Other", date(1950, 1, 2)), ()),
        (Patient(), ()),
    ],
)
def test_who_is_easily_taken_for_another_patient_of_the_day_is_noted(
    other: Patient, notices: tuple[Notice, ...]
) -> None:
    assert confusable(SIAN, (other,)) == notices
    assert confusable(SIAN, (Patient(), other)) == notices
    assert confusable(SIAN, ()) == ()
