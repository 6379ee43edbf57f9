"""A made-up signed note with more than one problem."""

from __future__ import annotations

import os

import pytest

from scribe.records import SignedNote
from tests.export.notes import generated, line, make_note


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


@pytest.fixture(scope="session")
def generated_notes() -> list[SignedNote]:
    """Made-up notes; SCRIBE_GENERATED says how many, or which: 500 for the long run that docs/integration.md names,
    or 100-200 for a slice of it."""
    first, _, end = os.environ.get("SCRIBE_GENERATED", "25").rpartition("-")
    return [generated(seed) for seed in range(int(first or 0), int(end))]
