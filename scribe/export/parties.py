"""Who a document for a system is about and from: what such a file may not lack, and is never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scribe.errors import Fixable
from scribe.export.codes import REGISTERS
from scribe.export.site import Site
from scribe.records import SignedNote

_REGISTRATION = re.compile(r"(?P<register>[A-Za-z]{3,4})[ :.-]*(?P<number>[A-Za-z]{0,2}[0-9]{4,8}[A-Za-z]?)")
_SAFE = "Nothing was written. The signed note is safe in Scribe."


@dataclass(frozen=True, slots=True)
class Registered:
    """The clinician's number on a professional register."""

    register: str
    number: str


def registered(note: SignedNote, site: Site) -> Registered:
    """What a record system files a document by.

    Raises:
        Fixable: "demo-note", "nhs-number-missing", "registration-missing", "organisation-missing".
    """
    if note.demo:
        raise Fixable(
            "A demonstration is not written for a record system, which might file it.",
            do="Choose a format for people: Word, PDF, text.",
            code="demo-note",
        )
    if not note.patient.nhs_number or not note.patient.date_of_birth:
        raise Fixable(
            "A document for a record system needs the patient's NHS number: by name alone it might meet another "
            "patient.",
            safe=_SAFE,
            do="Correct the note with the number, or choose a format for people.",
            code="nhs-number-missing",
        )
    found = _REGISTRATION.fullmatch(note.clinician.registration.strip())
    if not found or found["register"].upper() not in REGISTERS:
        raise Fixable(
            "A document for a record system needs the clinician's registration, such as “GMC 1234567”.",
            safe=_SAFE,
            do="Add it to your profile and correct the note, or choose a format for people.",
            code="registration-missing",
        )
    if not site.organisation.ods or not site.organisation.name:
        raise Fixable(
            "A document for a record system needs the organisation's name and ODS code.",
            safe=_SAFE,
            do="Ask your administrator for an export profile that has them.",
            code="organisation-missing",
        )
    return Registered(found["register"].upper(), found["number"])
