"""The order in which every format shows a signed note: problem by problem, heading by heading."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from scribe.records import Heading, SignedNote

TITLE = "Consultation note"
DEMO_MARK = "DEMO, simulated consultation, not reviewed by a clinician"

PATIENT, BORN, NHS_NUMBER = "Patient", "Date of birth", "NHS number"
CONSULTATION, CLINICIAN, ORGANISATION, VERSION = "Consultation", "Clinician", "Organisation", "Version"

WHOSE = "Note of "

_MODES = {
    "face-to-face": "face to face",
    "telephone": "by telephone",
    "video": "by video",
    "home": "home visit",
}
# Not strftime: its names follow the locale, which Qt sets.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Block:
    """The lines under one heading of one problem, as shown. `problem` is empty where the note has no problem titles."""

    problem: str
    heading: Heading
    lines: tuple[str, ...]


def blocks(note: SignedNote) -> Iterator[Block]:
    """Yields the note's non-empty blocks: problems in the order of their first line, headings as in the template.

    A line whose heading the template does not know is kept, under its own id: nothing signed is ever left out.
    """
    titles = {heading.id: heading for heading in note.headings}
    order = list(titles)
    for line in note.lines:
        if line.heading not in titles:
            titles[line.heading] = Heading(line.heading, line.heading.replace("_", " ").capitalize())
            order.append(line.heading)
    for problem in dict.fromkeys(line.problem for line in note.lines):
        for heading_id in order:
            mine = (line.text for line in note.lines if line.problem == problem and line.heading == heading_id)
            if lines := tuple(filter(None, map(shown, mine))):
                yield Block(shown(problem), titles[heading_id], lines)


def shown(text: str) -> str:
    """One statement stays one line, whatever was typed: record systems start a new entry at each line end.

    Control characters, which most formats have no place for, become the sign for an unreadable character; so do
    halves of surrogate pairs, which no file can hold.
    """
    return " ".join("".join(_UNREADABLE if _is_unwritable(sign) else sign for sign in text).split())


@functools.lru_cache(maxsize=4096)
def _is_unwritable(sign: str) -> bool:
    if sign.isspace() and sign not in "\x1c\x1d\x1e\x1f":
        return False
    return unicodedata.category(sign) in ("Cc", "Cs") or ord(sign) & 0xFFFE == 0xFFFE


def identity(note: SignedNote, organisation: str = "") -> tuple[tuple[str, str], ...]:
    """Label and value of what stands at the head of a note: whose it is, by whom, when and how."""
    patient = note.patient
    clinician = ", ".join(filter(None, (note.clinician.name, note.clinician.role, note.clinician.registration)))
    rows = (
        (PATIENT, patient.name),
        (BORN, day(patient.date_of_birth) if patient.date_of_birth else ""),
        (NHS_NUMBER, spaced(patient.nhs_number)),
        (CONSULTATION, f"{moment(note.begun_at)}, {_MODES[note.mode]}"),
        (CLINICIAN, clinician),
        (ORGANISATION, organisation),
        (VERSION, f"{note.version}, replaces {note.replaces}" if note.replaces else str(note.version)),
    )
    return tuple((label, shown(value)) for label, value in rows if shown(value))


def whose(note: SignedNote) -> str:
    """What stands on every page: one that is parted from the others is filed with the right patient, or not at all."""
    patient = note.patient
    born = f"born {day(patient.date_of_birth)}" if patient.date_of_birth else ""
    number = f"NHS number {spaced(patient.nhs_number)}" if patient.nhs_number else ""
    known = ", ".join(filter(None, (shown(patient.name), born, number)))
    return f"{WHOSE}{known}" if known else ""


def day(of: date) -> str:
    """As the NHS writes dates of birth: 09 Apr 1961."""
    return f"{of.day:02} {_MONTHS[of.month - 1]} {of.year:04}"


def read_day(text: str) -> date | None:
    """What `day` wrote, or None."""
    parts = text.split()
    if len(parts) != 3 or parts[1] not in _MONTHS or not (parts[0].isdecimal() and parts[2].isdecimal()):
        return None
    return date(int(parts[2]), _MONTHS.index(parts[1]) + 1, int(parts[0]))


def moment(at: datetime) -> str:
    """Date and time on this computer's clock."""
    local = at.astimezone()
    return f"{day(local.date())} {local:%H:%M}"


def spaced(nhs_number: str) -> str:
    """Ten digits read 3-3-4, as the NHS prints them."""
    number = nhs_number
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number
