"""Who the patient is, as the record system's file says: one patient, a fresh file, and a person who confirms it."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import stdnum.gb.nhs
from hypothesis import given
from hypothesis import strategies as st

from scribe.encounter import Notice
from scribe.encounter.identity_file import newest, read
from scribe.encounter.patient import is_nhs_number
from scribe.errors import Fixable
from scribe.records import Patient

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
AGE = timedelta(minutes=15)
ROW = "Llewelyn,Siân,1961-04-09,943 476 5919"
HEADER = "family_name,given_names,date_of_birth,nhs_number"
SIAN = Patient("Siân Llewelyn", date(1961, 4, 9), "9434765919", (), "Llewelyn", "Siân")
FHIR = {
    "resourceType": "Patient",
    "identifier": [
        {"system": "https://example.org/local", "value": "77"},
        {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"},
    ],
    "name": [
        {"use": "old", "family": "Jones", "given": ["Siân"]},
        {"use": "official", "family": "Llewelyn", "given": ["Siân"]},
    ],
    "birthDate": "1961-04-09",
}


def dropped(folder: Path, content: str | bytes | object, name: str = "patient.csv", minutes: float = 1) -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    at = (NOW - timedelta(minutes=minutes)).timestamp()
    os.utime(path, (at, at))
    return path


def code_of(path: Path) -> str:
    with pytest.raises(Fixable) as caught:
        read(path, NOW)
    assert "Llewelyn" not in str(caught.value) and "9434765919" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f"{HEADER}\n{ROW}\n", "patient.csv"),
        (f"\ufeff{HEADER}\r\n{ROW}\r\n\r\n", "patient.csv"),
        (f"{HEADER};x\n{ROW};y\n".replace(",", ";"), "patient.csv"),
        ("Surname\tForename\tDOB\tNHS No\nLlewelyn\tSiân\t09/04/1961\t9434765919\n", "PATIENT.CSV"),
        (f"{HEADER}\n{ROW}\n".encode("cp1252"), "patient.csv"),
        ({"Surname": "Llewelyn", "givenNames": "Siân", "dob": "19610409", "nhsNumber": 9434765919}, "patient.json"),
        ([{"surname": "Llewelyn", "forename": "Siân", "born": "09-Apr-1961", "nhs": "9434765919"}], "p.json"),
        (FHIR, "patient.json"),
    ],
    ids=["csv", "csv with mark", "semicolons", "tabs", "cp1252", "json", "json list", "fhir"],
)
def test_the_same_patient_is_read_from_each_kind_of_file(tmp_path: Path, content: object, name: str) -> None:
    found = read(dropped(tmp_path, content, name), NOW)
    assert found.patient == SIAN
    assert found.checked.notices == (Notice.NHS_NUMBER_SYNTHETIC,)  # which all numbers in these tests are


def test_a_whole_name_is_never_cut_apart(tmp_path: Path) -> None:
    found = read(dropped(tmp_path, "name,dob\nMaría del Carmen Ruiz,1961-04-09\n"), NOW)
    assert (found.patient.name, found.patient.family_name) == ("María del Carmen Ruiz", "")


def test_day_comes_before_month(tmp_path: Path) -> None:
    assert read(dropped(tmp_path, "name,dob\nA B,03/04/1961\n"), NOW).patient.date_of_birth == date(1961, 4, 3)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (f"{HEADER}\n{ROW}\n{ROW}\n", "p.csv", "identity-two-patients"),
        ([{}, {}], "p.json", "identity-two-patients"),
        (
            FHIR | {"identifier": [*FHIR["identifier"], {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "1"}]},  # type: ignore[misc]
            "p.json",
            "identity-two-patients",
        ),
        (f"{HEADER}\n", "p.csv", "identity-unreadable"),
        ("", "p.csv", "identity-unreadable"),
        (f"{HEADER}\n{ROW},more,and more\n", "p.csv", "identity-unreadable"),
        (b"\x00\xff\xfe", "p.json", "identity-unreadable"),
        ("{", "p.json", "identity-unreadable"),
        ({"resourceType": "Bundle"}, "p.json", "identity-unreadable"),
        ({"resourceType": "Patient", "name": "x"}, "p.json", "identity-unreadable"),
        ("name,dob\nA B,1961-13-45\n", "p.csv", "identity-unreadable"),
        ("name,dob\nA B,04/31/1961\n", "p.csv", "identity-unreadable"),
        ("name,dob\nA B,\n", "p.csv", "identity-incomplete"),
        ("name,dob\n,1961-04-09\n", "p.csv", "identity-incomplete"),
        ("name,dob,nhs\nA B,1961-04-09,9434765910\n", "p.csv", "nhs-number"),
        ("name,dob,nhs\nA B,1961-04-09,1111111111\n", "p.csv", "nhs-number"),
        ("name,dob\nA B,2031-04-09\n", "p.csv", "date-of-birth"),
    ],
)
def test_a_file_that_is_not_clear_chooses_nobody(tmp_path: Path, content: object, name: str, code: str) -> None:
    assert code_of(dropped(tmp_path, content, name)) == code


def test_a_link_or_a_huge_file_is_not_read(tmp_path: Path) -> None:
    dropped(tmp_path, f"{HEADER}\n{ROW}\n", "real.txt")
    (tmp_path / "p.csv").symlink_to(tmp_path / "real.txt")
    assert code_of(tmp_path / "p.csv") == "identity-unreadable"
    assert code_of(dropped(tmp_path, HEADER + "\n" + " " * 300_000, "big.csv")) == "identity-unreadable"


@pytest.mark.parametrize(
    ("number", "notices"),
    [
        ("9990000018", (Notice.NHS_NUMBER_SYNTHETIC,)),
        ("0101010109", (Notice.NHS_NUMBER_SCOTTISH,)),
        ("4010232137", ()),
    ],
)
def test_test_numbers_and_scottish_ones_are_noted(tmp_path: Path, number: str, notices: tuple[Notice, ...]) -> None:
    assert read(dropped(tmp_path, f"name,dob,nhs\nA B,1961-04-09,{number}\n"), NOW).checked.notices == notices


@given(st.text("0123456789", min_size=10, max_size=10) | st.integers(0, 9).map(lambda digit: str(digit) * 10))
def test_numbers_are_checked_as_another_library_checks_them_and_repeated_digits_are_refused(number: str) -> None:
    theirs = stdnum.gb.nhs.is_valid(number) and len(set(number)) > 1
    assert theirs or not is_nhs_number(number)
    if number[0] in "467":  # ranges that are given out whole; of others ours knows that they are nobody's
        assert is_nhs_number(number) == theirs


# ---------------------------------------------------------------- the watch folder


def test_the_one_fresh_file_is_offered(tmp_path: Path) -> None:
    dropped(tmp_path, "not one", "notes.txt")
    path = dropped(tmp_path, f"{HEADER}\n{ROW}\n")
    found = newest(tmp_path, NOW, AGE)
    assert found is not None and (found.path, found.patient) == (path, SIAN)


def test_the_patient_of_an_hour_ago_is_not_offered(tmp_path: Path) -> None:
    dropped(tmp_path, f"{HEADER}\n{ROW}\n", minutes=60)
    assert newest(tmp_path, NOW, AGE) is None
    dropped(tmp_path, "name,dob\nNext Patient,1980-01-01\n", "next.csv")
    found = newest(tmp_path, NOW, AGE)
    assert found is not None and found.patient.name == "Next Patient"


def test_of_two_patients_nobody_is_chosen(tmp_path: Path) -> None:
    dropped(tmp_path, f"{HEADER}\n{ROW}\n")
    dropped(tmp_path, "name,dob\nNext Patient,1980-01-01\n", "next.csv", minutes=0)
    with pytest.raises(Fixable) as caught:
        newest(tmp_path, NOW, AGE)
    assert caught.value.code == "identity-two-patients"


def test_the_same_patient_sent_twice_is_one(tmp_path: Path) -> None:
    dropped(tmp_path, f"{HEADER}\n{ROW}\n", minutes=5)
    later = dropped(tmp_path, FHIR, "again.json")
    found = newest(tmp_path, NOW, AGE)
    assert found is not None and found.path == later


def test_a_file_from_a_clock_that_is_ahead_is_not_from_the_future_patient(tmp_path: Path) -> None:
    dropped(tmp_path, f"{HEADER}\n{ROW}\n", minutes=-0.5)
    assert newest(tmp_path, NOW, AGE) is not None
    dropped(tmp_path, f"{HEADER}\n{ROW}\n", minutes=-30)
    assert newest(tmp_path, NOW, AGE) is None


def test_a_folder_that_is_away_offers_nobody(tmp_path: Path) -> None:
    assert newest(tmp_path / "gone", NOW, AGE) is None
