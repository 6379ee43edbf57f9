"""Who the patient is, as the record system says in a small file that it drops: CSV, JSON or a FHIR Patient.

The wrong patient is the worst error that an export can make, and a file is a way to make it: one left from the
patient before, one of two, one for the clinician next door. So a file speaks for one patient only, an old one is not
offered, and what it says is put in front of the person, who confirms it. It is removed once it was used.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from scribe.encounter.patient import CheckedPatient, check_patient
from scribe.errors import Fixable
from scribe.records import Patient

KINDS = (".csv", ".json")
_LARGEST_BYTES = 256 * 1024
_NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_DATES = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d-%b-%Y", "%d %b %Y", "%d.%m.%Y")
# What record systems call their columns, without case, spaces and underscores.
_COLUMNS = {
    "name": ("name", "fullname", "patientname", "patient"),
    "family_name": ("familyname", "surname", "lastname", "family"),
    "given_names": ("givennames", "givenname", "forename", "forenames", "firstname", "given"),
    "date_of_birth": ("dateofbirth", "dob", "birthdate", "born"),
    "nhs_number": ("nhsnumber", "nhsno", "nhs"),
    "clinician": ("clinician", "clinicianregistration", "gmcnumber", "gmc", "registration"),
    "organisation": ("organisation", "ods", "odscode", "practicecode"),
}


@dataclass(frozen=True, slots=True)
class IdentityFile:
    """What a file says, checked, for a person to confirm."""

    path: Path
    written_at: datetime
    checked: CheckedPatient
    clinician: str = ""  # registration, where the file names one
    organisation: str = ""  # ODS code, where the file names one

    @property
    def patient(self) -> Patient:
        return self.checked.patient


def newest(folder: Path, now: datetime, max_age: timedelta) -> IdentityFile | None:
    """The one file that waits in a watch folder, or None where none does.

    Args:
        folder: where the record system drops its files; may be away.
        now: the present instant, timezone-aware.
        max_age: older files are of a patient before, and are passed over.

    Raises:
        Fixable: "identity-two-patients": files of more than one patient wait, so nobody can say which is meant;
            what `read` refuses.
    """
    try:
        waiting = [path for path in folder.iterdir() if path.suffix.lower() in KINDS and path.is_file()]
    except OSError:
        return None
    fresh = [path for path in waiting if timedelta() <= _age(path, now) <= max_age]
    if not fresh:
        return None
    found = [read(path, now) for path in sorted(fresh, key=lambda path: path.stat().st_mtime, reverse=True)]
    if len({(each.patient.name.casefold(), each.patient.date_of_birth, each.patient.nhs_number) for each in found}) > 1:
        raise _two_patients(f"{len(found)} files from the record system wait, of more than one patient.")
    return found[0]


def read(path: Path, now: datetime) -> IdentityFile:
    """Reads one file.

    Raises:
        Fixable: "identity-unreadable", "identity-two-patients", "identity-incomplete", and what `check_patient`
            refuses.
    """
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("it is a link, or too large")
        data = path.read_bytes()
        found = _of_json(data) if path.suffix.lower() == ".json" else _of_csv(data)
    except (OSError, ValueError) as error:  # json's and csv's errors, and undecodable text, are kinds of these
        raise _unreadable(path) from error
    local = now.astimezone()
    name = found["name"] or f"{found['given_names']} {found['family_name']}".strip()
    if not name or not found["date_of_birth"]:
        raise Fixable(
            f"The file {path.name} names no patient, or no date of birth.",
            do="Send the patient from the record system again, or type who it is.",
            code="identity-incomplete",
        )
    patient = Patient(
        name=name,
        date_of_birth=_date(found["date_of_birth"], path),
        nhs_number=found["nhs_number"],
        family_name=found["family_name"],
        given_names=found["given_names"],
    )
    written_at = datetime.fromtimestamp(path.stat().st_mtime, tz=local.tzinfo)
    return IdentityFile(
        path, written_at, check_patient(patient, local.date()), found["clinician"], found["organisation"].upper()
    )


def _of_csv(data: bytes) -> dict[str, str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # what Windows programs write
    sample = text.splitlines()[0] if text.strip() else ""
    rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t|", key=sample.count), strict=True))
    rows = [row for row in rows if any((value or "").strip() for value in row.values() if isinstance(value, str))]
    if len(rows) > 1:
        raise _two_patients("The file from the record system holds more than one patient.")
    if not rows or None in rows[0]:
        raise ValueError("no row, or more values than columns")
    return _named(rows[0])


def _of_json(data: bytes) -> dict[str, str]:
    content = json.loads(data.decode("utf-8-sig"))
    if isinstance(content, list):
        if len(content) > 1:
            raise _two_patients("The file from the record system holds more than one patient.")
        content = content[0] if content else {}
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return _of_fhir(content) if "resourceType" in content else _named(content)


def _named(content: Mapping[str, Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, value in content.items():
        if isinstance(value, str | int):
            values.setdefault(re.sub(r"[\s_-]", "", str(key)).casefold(), str(value).strip())
    return {name: next((values[key] for key in keys if values.get(key)), "") for name, keys in _COLUMNS.items()}


def _of_fhir(patient: dict[str, Any]) -> dict[str, str]:
    """A FHIR Patient, of R4 or STU3: its official name, or the only one."""
    if patient.get("resourceType") != "Patient":
        raise ValueError("not a Patient")
    try:
        numbers = {
            str(each["value"]).replace(" ", "")
            for each in patient.get("identifier", [])
            if each.get("system") == _NHS_NUMBER and each.get("use") != "old"
        }
        names = [each for each in patient.get("name", []) if each.get("use") not in ("old", "nickname")]
        chosen = next((each for each in names if each.get("use") == "official"), names[0] if len(names) == 1 else {})
        given = " ".join(chosen.get("given", []))
        family = chosen.get("family", "")
        if not isinstance(family, str):
            raise ValueError("the family name is not text")
        whole = f"{given} {family}".strip() or str(chosen.get("text", ""))
        practitioners = [each.get("identifier", {}).get("value", "") for each in patient.get("generalPractitioner", [])]
    except (AttributeError, TypeError, KeyError) as error:
        raise ValueError("not laid out as a Patient") from error
    if len(numbers) > 1:
        raise _two_patients("The file from the record system gives more than one NHS number.")
    return {
        "name": whole,
        "family_name": family,
        "given_names": given,
        "date_of_birth": str(patient.get("birthDate", "")),
        "nhs_number": next(iter(numbers), ""),
        "clinician": _only(practitioners),
        "organisation": "",
    }


def _only(values: Iterable[str]) -> str:
    found = [value for value in values if value]
    return found[0] if len(found) == 1 else ""


def _date(text: str, path: Path) -> date:
    """Day before month, as it is written here; what cannot be read so is refused, never turned round."""
    for pattern in _DATES:
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    raise Fixable(
        f"The date of birth in {path.name} cannot be read.",
        do="Type who the patient is, and tell whoever set up the record system's file.",
        code="identity-unreadable",
    )


def _age(path: Path, now: datetime) -> timedelta:
    # A clock that is a little ahead, as a server's may be, makes a file no older.
    age = now.timestamp() - path.stat().st_mtime
    return timedelta(seconds=0 if -60 < age < 0 else age)


def _two_patients(happened: str) -> Fixable:
    return Fixable(
        happened,
        safe="Nobody was chosen.",
        do="Type who the patient is, or send only this patient from the record system.",
        code="identity-two-patients",
    )


def _unreadable(path: Path) -> Fixable:
    return Fixable(
        f"The file {path.name} from the record system cannot be read.",
        safe="Nobody was chosen.",
        do="Send the patient from the record system again, or type who it is.",
        code="identity-unreadable",
    )
