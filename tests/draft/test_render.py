"""Drafts hold what is supported, keep what the clinician decided, and come from templates that assert nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.draft.lint import lint
from scribe.draft.render import as_text, render
from scribe.draft.templates import all_templates, load
from scribe.records import Detail, Entry, Ledger, Mode, Outcome, Reason, Section, Verdict
from scribe.review import accept_check, add_line, edit_line
from tests.fakes import fact

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TURNS = turns_from_numbered(
    {
        "id": "x",
        "utterances": [
            {"n": 1, "speaker": "patient", "text": "I have a cough."},
            {"n": 2, "speaker": "patient", "text": "Penicillin gives me a rash."},
            {"n": 3, "speaker": "clinician", "text": "Take amoxicillin."},
        ],
    }
)


def ledger() -> Ledger:
    cough, rash, doubt = (fact(turn) for turn in TURNS)
    return Ledger(
        "x",
        (
            Entry(cough, Verdict(Outcome.SUPPORTED)),
            Entry(replace(rash, section=Section.ALLERGY), Verdict(Outcome.SUPPORTED)),
            Entry(
                replace(doubt, section=Section.MEDICATION), Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL, "amoxicillin")
            ),
        ),
    )


LEDGER = ledger()


def drafted(template: str = "gp-consultation"):  # type: ignore[no-untyped-def]
    return render(LEDGER, load(template), Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE)


def test_only_what_is_supported_is_in_the_note_and_the_rest_waits() -> None:
    draft = drafted()
    text = as_text(draft, load("gp-consultation"))
    assert "cough" in text and "rash" in text and "moxicillin" not in text
    assert [check.reason for check in draft.checks] == [Reason.DRUG_DOUBTFUL]
    assert all(line.evidence for line in draft.lines)


@pytest.mark.parametrize("other", ["soap", "gp-consultation-systmone", "outpatient-letter"])
def test_another_template_keeps_what_the_clinician_decided(other: str) -> None:
    draft = drafted()
    draft = accept_check(draft, draft.checks[0].id, now=NOW)
    draft = edit_line(draft, draft.lines[0].id, "Dry cough", now=NOW)
    draft = add_line(draft, "Looks well", heading="examination", now=NOW)
    template = load(other)
    again = render(LEDGER, template, Detail.STANDARD, encounter_id="e", mode=Mode.FACE_TO_FACE, previous=draft)
    texts = [line.text for line in again.lines]
    assert {"Dry cough", "Looks well", "Take amoxicillin"} <= set(texts)
    assert len(texts) == len(set(texts))
    assert {line.heading for line in again.lines} <= {rule.id for rule in template.headings}
    assert again.open_checks == ()


def test_the_four_templates_are_there_and_sound() -> None:
    assert {each.id for each in all_templates()} == {
        "gp-consultation",
        "gp-consultation-systmone",
        "soap",
        "outpatient-letter",
    }


@pytest.mark.parametrize(
    "layout",
    [
        "{% for problem in note.problems %}",
        "{{ ''.__class__ }}",
        "Write at least 4 points.",
        "Examination: NAD",
    ],
)
def test_a_template_that_is_broken_reaches_out_or_asserts_is_refused(layout: str) -> None:
    settings = (load.__globals__["paths"].templates_dir() / "soap.toml").read_text(encoding="utf-8")
    (first, *_) = lint(settings, layout)
    assert first.happened and first.do
