"""Templates carry codes that exist, take every section, and are refused in plain words when they are not sound."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from scribe import paths
from scribe.draft import codes, templates
from scribe.draft.lint import lint
from scribe.draft.templates import all_templates, load
from scribe.errors import Fixable
from scribe.records import Section

# UK Core record-standard headings and SNOMED CT document types, listed here apart from the program's own.
HEADINGS = {
    "allergies-and-adverse-reaction", "assessments", "clinical-summary", "diagnoses", "examination-findings",
    "family-history", "history", "information-and-advice-given", "investigation-results",
    "medications-and-medical-devices", "observations", "patient-and-carer-concerns-expectations-and-wishes",
    "person-completing-record", "plan-and-requested-actions", "presenting-complaints-or-issues",
    "problems-and-issues", "procedures", "reason-for-contact", "reason-for-referral",
    "relevant-past-medical-surgical-and-mental-health-history", "safeguarding", "safety-alerts", "social-context",
}  # fmt: skip
DOCUMENTS = {"823691000000103", "823681000000100", "25611000000107", "25671000000102", "373942005"}
IDS = ["gp-consultation", "gp-consultation-systmone", "soap", "outpatient-letter", "patient-summary"]


def source(name: str) -> tuple[str, str]:
    folder = paths.templates_dir()
    return (folder / f"{name}.toml").read_text("utf-8"), (folder / f"{name}.j2").read_text("utf-8")


@pytest.mark.parametrize("name", IDS)
def test_every_code_exists_and_every_section_has_a_place(name: str) -> None:
    template = load(name)
    assert {rule.code for rule in template.headings} <= HEADINGS
    assert template.composition in DOCUMENTS
    assert {section for rule in template.headings for section in rule.sections} == set(Section)


@pytest.mark.parametrize("name", IDS)
def test_every_heading_is_of_the_published_list_with_the_older_code_that_goes_with_it(name: str) -> None:
    for rule in load(name).headings:
        assert codes.HEADING_CODES[rule.code]
        assert rule.snomed == codes.SNOMED_HEADINGS.get(rule.code, "")


def test_the_published_list_is_the_whole_one() -> None:
    """Version 2.2.0 of UKCore-RecordStandardHeadings, codes and displays, as it was read when this was written."""
    listed = json.dumps(codes.HEADING_CODES, sort_keys=True).encode()
    assert len(codes.HEADING_CODES) == 186
    assert hashlib.sha256(listed).hexdigest() == "f2625a26369cf176c03e0fdade660a8f59bd1dcdfd42f6cf6b0af792982d3106"
    assert set(codes.SNOMED_HEADINGS) <= set(codes.HEADING_CODES)


def test_an_older_code_that_belongs_to_another_heading_is_refused() -> None:
    toml, layout = source("soap")
    wrong = toml.replace(codes.SNOMED_HEADINGS["history"], codes.SNOMED_HEADINGS["diagnoses"])
    assert wrong != toml and lint(wrong, layout)


@pytest.mark.parametrize("name", IDS)
def test_bundled_templates_pass_their_own_lint(name: str) -> None:
    assert lint(*source(name)) == ()


def test_systems_have_their_own_headings_in_their_own_order() -> None:
    assert [rule.title for rule in load("gp-consultation").headings] == [
        "Problem", "History", "Examination", "Family history", "Social", "Medication", "Allergy", "Comment", "Follow-up",
    ]  # fmt: skip
    assert [rule.title for rule in load("gp-consultation-systmone").headings] == [
        "History", "Examination", "Diagnosis", "Plan",
    ]  # fmt: skip
    assert [rule.title for rule in load("outpatient-letter").headings][:5] == [
        "Diagnoses", "Medicine changes", "Actions for GP", "Actions for hospital", "Actions for patient",
    ]  # fmt: skip


LAYOUT = "{% for problem in note.problems %}\nREST\n{% endfor %}\n"


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("{{ ''.__class__ }}", 2),
        ("{{ note.__init__ }}", 2),
        ("{{ problem['__class__'] }}", 2),
        ("{{ problem.title | attr('x') }}", 2),
        ("{% include 'other' %}", 2),
        ("{% import 'os' as os %}", 2),
        ("{% macro a() %}{% endmacro %}", 2),
        ("{{ note.problems.append(1) }}", 2),
        ("{{ patient.name }}", 2),
        ("{{ problem.nothing }}", 2),
        ("{% if %}", 2),
        ("At least 4 points", 2),
        ("Give three bullet points:", 2),
        ("Chest clear", 2),
        ("No red flags:", 2),
        ("{{ 'NAD' }}", 2),
        ("{{ 'No allergies' if problem.title else problem.title }}", 2),
    ],
)
def test_a_layout_that_reaches_out_counts_or_asserts_is_refused(rest: str, line: int) -> None:
    findings = lint(source("soap")[0], LAYOUT.replace("REST", rest))
    assert findings
    assert findings[0].file == "j2" and findings[0].line == line
    assert findings[0].happened and findings[0].do


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "history"', 'code = "no-such-code"'),
        ('composition = "25671000000102"', 'composition = "12345"'),
        ('title = "Plan"', 'title = "Plan: at least 4 points"'),
        ('title = "Objective"', 'title = "Examination normal"'),
        ('id = "plan"', 'id = "assessment"'),
        ('sections = ["plan", "safety_net"]', 'sections = ["plan"]'),
        ('sections = ["plan", "safety_net"]', 'sections = ["plan", "safety_net", "weather"]'),
        ('version = "1.0.0"', 'version = "new"'),
        ("group_by_problem = true", "group_by_problem = "),
        ("group_by_problem = true", "surprise = true"),
    ],
)
def test_settings_that_are_not_sound_are_refused_with_the_line(old: str, new: str) -> None:
    settings, layout = source("soap")
    assert old in settings
    findings = lint(settings.replace(old, new), layout)
    assert findings and findings[0].file == "toml"
    assert 1 <= findings[0].line <= len(settings.splitlines()) + 1
    assert findings[0].do


def test_a_template_of_the_users_own_is_found_and_a_broken_one_says_what_to_do(tmp_path: Path) -> None:
    settings, layout = source("soap")
    (tmp_path / "mine.toml").write_text(settings.replace('id = "soap"', 'id = "mine"'), "utf-8")
    (tmp_path / "mine.j2").write_text(layout, "utf-8")
    assert load("mine", [tmp_path]).id == "mine"
    (tmp_path / "bad.toml").write_text(settings, "utf-8")
    (tmp_path / "bad.j2").write_text("{{ ''.__class__ }}", "utf-8")
    with pytest.raises(Fixable, match="line 1") as refused:
        load("bad", [tmp_path])
    assert refused.value.code == "template-refused" and refused.value.do
    assert [each.id for each in all_templates([tmp_path])] == ["mine"]
    (wrong,) = templates.refused([tmp_path])
    assert "bad.j2, line 1" in wrong.happened and wrong.do
    (tmp_path / "alone.toml").write_text(settings, "utf-8")
    for name in ("alone", "none"):
        with pytest.raises(Fixable) as missing:
            load(name, [tmp_path])
        assert missing.value.code == "template-missing"
