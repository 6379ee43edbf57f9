"""Sensitive lines are flagged: ten scripted cases, and ordinary lines that must not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scribe.errors import Fixable
from scribe.records import SENSITIVE, Draft, Heading, SignedNote
from scribe.review import Sensitivity, edit_line, sensitivity, set_apart, sign
from tests.store.made import MORNING

NOW = MORNING + timedelta(minutes=15)

SAFEGUARDING, ABUSE, THIRD = Sensitivity.SAFEGUARDING, Sensitivity.DOMESTIC_ABUSE, Sensitivity.THIRD_PARTY

CASES = (
    ("Bruises on the arms of her two-year-old son, no explanation given", SAFEGUARDING),
    ("Safeguarding referral to be made today", SAFEGUARDING),
    ("Grandson left alone in the flat most evenings", SAFEGUARDING),
    ("Carer takes her bank card; possible financial abuse", SAFEGUARDING),
    ("Husband has hit her twice since the summer", ABUSE),
    ("Afraid to go home after appointments", ABUSE),
    ("Partner controls her money and checks her phone", ABUSE),
    ("Denies domestic violence", ABUSE),
    ("Her brother is HIV positive", THIRD),
    ("Daughter rang in confidence about his memory", THIRD),
)
ORDINARY = (
    "Lives with husband; walks the dog, less far than before",
    "Dad had a heart attack at 62",
    "ICE: worried about needing a knee replacement like her mother",
    "Daughter brings her to appointments",
    "Two children, both well",
    "Drinks 30 units of alcohol a week",
    "Knee gave way, hit the rail",
    "Low mood for six weeks, no thoughts of self-harm",
    "Blood pressure not well controlled",
    "Wife does the driving",
)


@pytest.mark.parametrize(("text", "kind"), CASES)
def test_each_scripted_case_is_caught(text: str, kind: Sensitivity) -> None:
    assert kind in sensitivity(text)


def test_a_line_goes_into_an_entry_of_its_own_and_back(made) -> None:  # type: ignore[no-untyped-def]
    line = made.draft.lines[0]
    apart = set_apart(made.draft, line.id, True, now=NOW)
    assert (apart.lines[0].problem, apart.lines[0].heading) == (SENSITIVE, line.heading)
    back = set_apart(apart, line.id, False, now=NOW)
    assert back.lines[0].problem != SENSITIVE and back.lines[0].cleared


def test_a_letter_to_the_patient_holds_nothing_sensitive_that_was_not_looked_at(made, clinician) -> None:  # type: ignore[no-untyped-def]
    draft = replace(made.draft, checks=())
    line = draft.lines[0]

    def sign_letter(draft: Draft) -> SignedNote:
        return sign(
            draft,
            made.encounter,
            clinician,
            headings=(Heading("history", "History"), Heading("medication", "Medication")),
            confirmed_patient=made.encounter.patient,
            now=NOW,
            patient_facing=True,
        )

    flagged = edit_line(draft, line.id, "Husband has hit her twice", now=NOW)
    for refused in (flagged, set_apart(flagged, line.id, True, now=NOW), set_apart(draft, line.id, True, now=NOW)):
        with pytest.raises(Fixable) as caught:
            sign_letter(refused)
        assert caught.value.code == "sensitive-in-letter"
    looked_at = set_apart(flagged, line.id, False, now=NOW)
    assert sign_letter(looked_at).lines[0].text == "Husband has hit her twice"
    assert sign_letter(draft).lines


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_lines_are_left_in_peace(text: str) -> None:
    assert sensitivity(text) == ()
