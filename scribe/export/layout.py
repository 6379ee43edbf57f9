"""The order in which every format shows a signed note: problem by problem, heading by heading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scribe.records import Heading, Line, SignedNote

DEMO_MARK = "DEMO, simulated consultation, not reviewed by a clinician"
_MODES = {
    "face-to-face": "face to face",
    "telephone": "by telephone",
    "video": "by video",
    "home": "home visit",
}


@dataclass(frozen=True, slots=True)
class Block:
    """The lines under one heading of one problem. `problem` is empty where the note has no problem titles."""

    problem: str
    heading: Heading
    lines: tuple[Line, ...]


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
            lines = tuple(line for line in note.lines if line.problem == problem and line.heading == heading_id)
            if lines:
                yield Block(problem, titles[heading_id], lines)


def identity(note: SignedNote) -> tuple[tuple[str, str], ...]:
    """Label and value of what stands at the head of a note: whose it is, by whom, when and how."""
    patient = note.patient
    born = patient.date_of_birth.strftime("%d %b %Y") if patient.date_of_birth else ""
    by = ", ".join(part for part in (note.clinician.name, note.clinician.role) if part)
    begun = note.begun_at.astimezone().strftime("%d %b %Y %H:%M")
    rows = (
        ("Patient", patient.name),
        ("Date of birth", born),
        ("NHS number", " ".join(_groups(patient.nhs_number))),
        ("Consultation", f"{begun}, {_MODES[note.mode]}"),
        ("Clinician", ", ".join(part for part in (by, note.clinician.registration) if part)),
        ("Version", f"{note.version}, replaces {note.replaces}" if note.replaces else ""),
    )
    return tuple((label, value) for label, value in rows if value)


def _groups(nhs_number: str) -> tuple[str, ...]:
    """Ten digits read 3-3-4, as the NHS prints them."""
    return (nhs_number[:3], nhs_number[3:6], nhs_number[6:]) if len(nhs_number) == 10 else (nhs_number,)
