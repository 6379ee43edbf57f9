from __future__ import annotations

import pytest

from scribe.records import Clinician
from tests.store.made import Consultation, consultation


@pytest.fixture
def clinician() -> Clinician:
    return Clinician("clinician", "Dr Jo Field", "GP", "GMC 1234567")


@pytest.fixture
def made(clinician: Clinician) -> Consultation:
    """A consultation with one line, one open check and one omission."""
    return consultation(clinician, "gabapentin 300 mg")
