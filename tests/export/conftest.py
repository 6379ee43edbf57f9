"""A made-up signed note, as `scribe.review` would make it, with more than one problem."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scribe.records import Clinician, Heading, Line, Mode, Origin, Patient, SignedNote


def line(number: int, problem: str, heading: str, text: str) -> Line:
    return Line(f"line-{number}", problem, heading, text, (), (), Origin.DRAFTED)


def make_note(lines: tuple[Line, ...], *, demo: bool = False, name: str = "Siân Llewelyn") -> SignedNote:
    return SignedNote(
        id="3f0c2a50-0000-4000-8000-000000000001",
        encounter_id="encounter",
        draft_id="draft",
        version=1,
        replaces="",
        patient=Patient(name, date(1961, 4, 9), "9434765919"),
        clinician=Clinician("clinician", "Dr Amara Okafor", "GP", "GMC 1234567"),
        mode=Mode.FACE_TO_FACE,
        begun_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        signed_at=datetime(2026, 11, 22, 9, 45, tzinfo=UTC),
        template_id="gp-consultation",
        template_version="1",
        headings=(Heading("history", "History"), Heading("medication", "Medication")),
        lines=lines,
        stamp="Drafted with AI (Scribe), reviewed and signed by Dr Amara Okafor, GP, 22 Nov 2026 09:45",
        made_by=("whisper-base@d01c3014",),
        digest="",
        demo=demo,
    )


@pytest.fixture
def note() -> SignedNote:
    return make_note(
        (
            line(1, "Knee pain", "history", "Left knee pain for 3 weeks"),
            line(2, "Knee pain", "medication", "Ibuprofen 400 mg three times a day"),
            line(3, "Blood pressure", "history", "No headache; no dizziness"),
            line(4, "Knee pain", "history", "No locking"),
        )
    )
