"""Whose encounter it is: what a person typed about the patient, checked before it is saved."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nhs_number.constants import REGION_ENGLAND, REGION_SCOTLAND, REGION_SYNTHETIC
from nhs_number.details import NhsNumber

from scribe.errors import Fixable
from scribe.records import Patient

_OLDEST_YEARS = 130
_LONGEST_NAME = 200


class Notice(StrEnum):
    """Something worth showing beside the patient; it stops nobody."""

    NHS_NUMBER_SCOTTISH = "nhs-number-scottish"  # in the range of Scottish CHI numbers
    NHS_NUMBER_SYNTHETIC = "nhs-number-synthetic"  # a test number, never issued to a person
    NHS_NUMBER_OTHER_RANGE = "nhs-number-other-range"  # Northern Ireland, Republic of Ireland, not issued
    FILE_FOR_OTHER_CLINICIAN = "file-for-other-clinician"  # the record system's file names somebody else
    FILE_FOR_OTHER_ORGANISATION = "file-for-other-organisation"  # … or another organisation
    PATIENT_CHANGED = "patient-changed"  # the encounter had another name or date of birth before
    FILE_BEFORE_ANOTHER = "file-before-another"  # the file is older than another consultation: it may be of that one
    NUMBER_OF_ANOTHER = "number-of-another"  # the NHS number stands for somebody else in today's list
    NAMESAKE_TODAY = "namesake-today"  # somebody else in today's list is called almost the same
    SEEN_TODAY = "seen-today"  # the same patient has another consultation today
    VERSION_OF_ANOTHER = "version-of-another"  # the signed version before was another patient's


@dataclass(frozen=True, slots=True)
class CheckedPatient:
    patient: Patient
    notices: tuple[Notice, ...] = ()


def check_patient(patient: Patient, today: date) -> CheckedPatient:
    """Puts what was typed in order, and refuses what cannot be right.

    Args:
        patient: as typed; every part may be empty ("no patient yet").
        today: the date on this computer's clock.

    Raises:
        Fixable: "name-too-long", "date-of-birth", "nhs-number".
    """
    name = _tidy(patient.name)
    if len(name) > _LONGEST_NAME:
        raise Fixable(
            f"A name may have at most {_LONGEST_NAME} characters.",
            do="Shorten it.",
            code="name-too-long",
        )
    _require_sane(patient.date_of_birth, today)
    number, notices = _check_number(patient.nhs_number)
    medicines = dict.fromkeys(filter(None, map(_tidy, patient.known_medicines)))
    family, given = _parts(name, _tidy(patient.family_name), _tidy(patient.given_names))
    checked = Patient(name, patient.date_of_birth, number, tuple(medicines), family, given)
    return CheckedPatient(checked, notices)


def is_same_person(before: Patient, after: Patient) -> bool:
    """Whether nothing that tells people apart was changed; what was empty may be filled in."""
    pairs = (
        (before.name.casefold(), after.name.casefold()),
        (before.date_of_birth, after.date_of_birth),
        (before.nhs_number, after.nhs_number),
    )
    return all(not old or old == new for old, new in pairs)


def confusable(patient: Patient, others: Iterable[Patient]) -> tuple[Notice, ...]:
    """What to look at twice, since one of today's other patients is easily taken for this one.

    Args:
        patient: of the encounter in hand.
        others: of the day's other encounters.
    """
    found = set()
    for other in others:
        if not patient.name or not other.name:
            continue
        same_number = bool(patient.nhs_number) and patient.nhs_number == other.nhs_number
        same = is_same_person(patient, other) or is_same_person(other, patient)  # one may lack something
        if same and (same_number or patient.date_of_birth == other.date_of_birth):
            found.add(Notice.SEEN_TODAY)
        elif same_number:
            found.add(Notice.NUMBER_OF_ANOTHER)
        elif _sounds_alike(patient.name, other.name):
            found.add(Notice.NAMESAKE_TODAY)
    return tuple(notice for notice in Notice if notice in found)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits can be somebody's NHS number; those like 1111111111 pass the check digit and are nobody's."""
    if len(digits) != 10 or not (digits.isascii() and digits.isdecimal()) or len(set(digits)) == 1:
        return False
    return bool(NhsNumber(digits).valid)  # type: ignore[no-untyped-call]


def _parts(name: str, family: str, given: str) -> tuple[str, str]:
    """Family and given names, as long as the whole name still is made of them: it may have been typed over."""
    belongs = name.casefold() in (f"{given} {family}".strip().casefold(), f"{family} {given}".strip().casefold())
    return (family, given) if belongs else ("", "")


def _sounds_alike(one: str, other: str) -> bool:
    """The same last name and the same first letter: Siân and Sian, Ann and Anne, John and his father Jack."""
    first, second = _folded(one), _folded(other)
    return first[-1:] == second[-1:] and first[:1] != [] and first[0][0] == second[0][0]


def _folded(name: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(sign))
    return plain.replace("-", " ").split()


def _require_sane(born: date | None, today: date) -> None:
    if born and not today.year - _OLDEST_YEARS <= born.year <= today.year:
        happened = f"A date of birth in {born.year} cannot be right."
    elif born and born > today:
        happened = "A date of birth cannot lie in the future."
    else:
        return
    raise Fixable(happened, do="Check day, month and year.", code="date-of-birth")


def _check_number(typed: str) -> tuple[str, tuple[Notice, ...]]:
    if not typed.strip():
        return "", ()
    number = NhsNumber(typed)  # type: ignore[no-untyped-call]
    if not number.valid or not is_nhs_number(number.standardised):
        raise Fixable(
            "That is not an NHS number: its digits do not agree with each other.",
            do="Check the ten digits, or leave the field empty.",
            code="nhs-number",
        )
    if number.region is REGION_SCOTLAND:
        return number.standardised, (Notice.NHS_NUMBER_SCOTTISH,)
    if number.region is REGION_SYNTHETIC:
        return number.standardised, (Notice.NHS_NUMBER_SYNTHETIC,)
    if number.region is not REGION_ENGLAND:  # England, Wales and the Isle of Man share one range
        return number.standardised, (Notice.NHS_NUMBER_OTHER_RANGE,)
    return number.standardised, ()


def _tidy(text: str) -> str:
    """Composed characters, single spaces, nothing that cannot be seen."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(sign for sign in composed if sign.isprintable() or sign.isspace()).split())
