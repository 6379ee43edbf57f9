"""The golden files: what a signed note is written as, to the byte. DOCX, PDF and what holds a PDF depend on fonts and
libraries; their content is tested elsewhere."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from scribe.export import json as json_format
from scribe.export.formats import FORMATS
from scribe.records import SignedNote
from tests.export.notes import context, corrected, line, make_note

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
KINDS = ("txt", "html", "rtf", "json", "hl7-2.4-text", "hl7-2.5.1-text")
NOTE = make_note(
    (
        line(1, "Knee pain", "history", "Left knee pain for 3 weeks, worse on stairs"),
        line(2, "Knee pain", "history", "No locking; no giving way"),
        line(3, "Knee pain", "medication", "Ibuprofen 400 mg three times a day with food"),
        line(4, "Blood pressure", "history", "BP 142/88 at home | no headache & no dizziness"),
    )
)
NOTES = {"knee-and-blood-pressure": NOTE, "corrected": corrected(NOTE)}


def in_london() -> None:
    os.environ["TZ"] = "Europe/London"
    time.tzset()


def path_of(name: str, kind: str) -> Path:
    return GOLDEN / name / f"note{FORMATS[kind].suffix}"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="golden files: the clock's zone cannot be set here")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_written_as_it_always_was(name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        note: SignedNote = json_format.load(path_of(name, "json").read_bytes())
        assert note == NOTES[name]
        assert FORMATS[kind].render(note, context()) == path_of(name, kind).read_bytes()
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_page_for_integrators_shows_what_is_truly_written() -> None:
    page = (GOLDEN.parent.parent / "docs" / "integration.md").read_text(encoding="utf-8")
    for path in (path_of("knee-and-blood-pressure", "txt"), path_of("corrected", "hl7-2.4-text")):
        assert "\n".join(path.read_bytes().decode().splitlines()) in page


if __name__ == "__main__":
    in_london()
    for each, made in NOTES.items():
        for kind in KINDS:
            path_of(each, kind).write_bytes(FORMATS[kind].render(made, context()))
