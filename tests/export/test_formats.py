"""Every format shows every line, in order, under its heading, whatever characters were typed."""

from __future__ import annotations

import io
import itertools
import json
import time
from dataclasses import replace

import docx
import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scribe.export import docx as docx_format
from scribe.export import json as json_format
from scribe.export import pdf as pdf_format
from scribe.export import text as text_format
from scribe.export.formats import FORMATS, Format
from scribe.export.label import label
from scribe.export.layout import DEMO_MARK, blocks
from scribe.export.reading import Unreadable, expected
from scribe.export.site import Headings, Text
from scribe.records import SignedNote
from tests.export import notes
from tests.export.notes import (
    SITE,
    context,
    corrected,
    file_of,
    golden,
    line,
    make_note,
    name_of,
    sealed,
    usual_context,
    with_lines,
)

GOLDEN = list(golden())
PEOPLES = [each for each in FORMATS.values() if each.for_people]
ANY_FORMAT = pytest.mark.parametrize("format", FORMATS.values(), ids=list(FORMATS))

# Anything that can be typed; half a surrogate pair cannot.
TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60) | st.sampled_from(notes.ODD)

# A name is at most 200 characters long, and HL7 has room for 199 with its escapes.
NAMES = TYPED.filter(lambda name: name.strip() and len(name) <= 60)


def test_problems_and_headings_keep_their_order_and_every_line(note: SignedNote) -> None:
    seen = [(b.problem, b.heading.title, list(b.lines)) for b in blocks(note)]
    assert seen == [
        ("Knee pain", "History", ["Left knee pain for 3 weeks", "No locking"]),
        ("Knee pain", "Medication", ["Ibuprofen 400 mg three times a day"]),
        ("Blood pressure", "History", ["No headache; no dizziness"]),
    ]


def test_a_line_under_an_unknown_heading_is_kept(note: SignedNote) -> None:
    odd = replace(note, lines=(*note.lines, line(9, "Knee pain", "old_heading", "Kept")))
    assert any(b.heading.title == "Old heading" and b.lines == ("Kept",) for b in blocks(odd))


@ANY_FORMAT
@pytest.mark.parametrize("note", GOLDEN, ids=name_of)
def test_every_line_of_every_golden_note_comes_back_in_order_under_its_heading(
    format: Format, note: SignedNote
) -> None:
    data = file_of(note, format.id)
    assert format.faults(note, usual_context(note), data) == []
    assert format.faults_of_file(data) == []


@ANY_FORMAT
def test_a_file_that_lost_moved_or_changed_a_line_is_not_called_written(format: Format, note: SignedNote) -> None:
    """What is read back is held against the note: here the note is another one than the file was made from."""
    made = context()
    data = format.render(note, made)
    others = {
        "a line more": replace(note, lines=(*note.lines, line(9, "Knee pain", "history", "Fever"))),
        "a line less": replace(note, lines=note.lines[:-1]),
        "a changed line": replace(note, lines=(replace(note.lines[0], text="Right knee pain"), *note.lines[1:])),
        "another order": replace(note, lines=(note.lines[3], *note.lines[1:3], note.lines[0])),
        "another heading": replace(note, lines=(replace(note.lines[0], heading="medication"), *note.lines[1:])),
        "another problem": replace(note, lines=(replace(note.lines[0], problem="Hip"), *note.lines[1:])),
        "another patient": replace(note, patient=replace(note.patient, name="Siân Llewellyn")),
        "another birthday": replace(note, patient=replace(note.patient, date_of_birth=notes._PEOPLE[1][1])),
        "another number": replace(note, patient=replace(note.patient, nhs_number="9434765870")),
        "another version": corrected(note),
        "another reviewer": replace(note, stamp=note.stamp.replace("Okafor", "Okoro")),
    }
    missed = [what for what, other in others.items() if not format.faults(sealed(other), context(), data)]
    assert missed == []


@ANY_FORMAT
def test_the_same_note_at_the_same_instant_gives_the_same_bytes(format: Format, note: SignedNote) -> None:
    assert format.render(note, context()) == format.render(note, context())


@ANY_FORMAT
def test_the_label_can_be_read_by_people_and_by_programs(format: Format, note: SignedNote) -> None:
    data = format.render(note, context())
    assert format.read(data).stamp == note.stamp
    assert label(note).pairs() == {
        "drafted-with-ai": "true",
        "product": "Scribe 0.1.0",
        "reviewed-by": "Dr Amara Okafor, GP, GMC 1234567",
        "reviewed-at": "2026-11-22T09:45:00+00:00",
        "models": "whisper-base@d01c3014",
        "template": "gp-consultation 1.0.0",
        "note": note.id,
        "version": "1",
    }
    # FHIR has resources of its own for it, which its own tests look at; a text has its stamp.
    in_fields = {"fhir": b"typed-without-ai|drafted-with-ai", "txt": b"Drafted with AI ("}
    wanted = in_fields.get(format.id, b"drafted-with-ai").split(b"|")[-1]
    assert wanted in data or format.id in ("docx", "pdf")  # whose rules look into their compressed parts
    if format.id not in ("txt", "pdf", "fhir"):
        assert format.read(data).label == label(note).as_line()


@pytest.mark.parametrize("format", PEOPLES, ids=lambda each: each.id)
def test_a_demonstration_says_so_in_every_format_for_people(format: Format, note: SignedNote) -> None:
    demo = make_note(note.lines, demo=True)
    made = context()
    data = format.render(demo, made)
    assert format.faults(demo, made, data) == []
    assert format.read(data).demo
    assert format.faults(sealed(replace(demo, demo=False)), context(), data)


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(typed=st.lists(st.tuples(TYPED, TYPED), min_size=1, max_size=4), name=NAMES, family=st.booleans())
def test_whatever_was_typed_comes_back_from_every_format(typed: list[tuple[str, str]], name: str, family: bool) -> None:
    lines = tuple(line(n, problem, "history", text) for n, (problem, text) in enumerate(typed))
    note = make_note(lines, name=name)
    if not any(block.lines for block in blocks(note)):
        return  # nothing but spaces was typed
    if family:
        note = sealed(replace(note, patient=replace(note.patient, family_name=name, given_names="A")))
        note = sealed(replace(note, patient=replace(note.patient, name=f"A {name}")))
    made = context()
    for format in FORMATS.values():
        data = format.render(note, made)
        assert format.faults(note, made, data) == [], format.id


@pytest.mark.parametrize(
    "text", ["wörd " * 10_000, "x" * 50_000, "يعاني " * 8_300], ids=["words", "one word", "Arabic"]
)
@ANY_FORMAT
def test_fifty_thousand_characters_come_back(format: Format, text: str) -> None:
    note = with_lines("before", text, "after")
    assert format.faults(note, usual_context(note), file_of(note, format.id)) == []


def test_every_generated_note_holds_in_every_format(generated_notes: list[SignedNote]) -> None:
    for note in generated_notes:
        for format in FORMATS.values():
            data = file_of(note, format.id)
            assert format.faults(note, usual_context(note), data) == [], (format.id, note.id)
            assert format.faults_of_file(data) == [], (format.id, note.id)


def test_all_formats_of_one_note_take_two_seconds_at_most() -> None:
    """Of this process's own time: what else the computer does is not measured."""
    note = max(GOLDEN, key=lambda each: len(each.lines))
    taken = []
    for _ in range(3):
        began, made = time.process_time(), context()
        for format in FORMATS.values():
            assert format.faults(note, made, format.render(note, made)) == []
        taken.append(time.process_time() - began)
    assert min(taken) <= 2.0


# ---------------------------------------------------------------- plain text


def test_text_has_capital_headings_windows_line_ends_and_the_stamp(note: SignedNote) -> None:
    data = text_format.render(note, context()).decode()
    assert "PROBLEM: Knee pain\r\n\r\nHISTORY\r\nLeft knee pain for 3 weeks\r\n" in data
    assert data.rstrip().endswith(note.stamp)
    assert "NHS number: 943 476 5919" in data
    assert "\n" not in data.replace("\r\n", "")


def test_a_site_may_want_other_line_ends_headings_and_a_line_width(note: SignedNote) -> None:
    site = SITE.model_copy(update={"text": Text(columns=32, crlf=False, headings=Headings.AS_WRITTEN)})
    long = make_note((*note.lines, line(9, "Knee pain", "history", "word " * 30 + "supercalifragilistic-" * 3)))
    data = text_format.render(long, context(site)).decode()
    assert "\r" not in data and "\nHistory\n" in data
    assert all(len(each) <= 32 or " " not in each.strip() for each in data.splitlines())
    assert FORMATS["txt"].faults(long, context(site), data.encode()) == []


# ---------------------------------------------------------------- JSON and its schema


def test_json_reads_back_to_the_same_note(note: SignedNote) -> None:
    assert json_format.load(json_format.render(note, context())) == note


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(Unreadable, match="scribe-signed-note"):
        json_format.load(b'{"schema": "other/1"}')


def test_the_published_schema_is_that_of_the_records() -> None:
    published = json.loads(json_format.SCHEMA_FILE.read_text(encoding="utf-8"))
    assert published == json_format.schema()
    jsonschema.Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("note", [*GOLDEN, make_note((line(1, "", "history", "Cough"),), demo=True)])
def test_every_json_file_keeps_to_the_published_schema(note: SignedNote) -> None:
    published = json.loads(json_format.SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json_format.render(note, context())), published)


# ---------------------------------------------------------------- DOCX and PDF


def test_docx_is_in_british_english_with_the_stamp_on_every_page(note: SignedNote) -> None:
    document = docx.Document(io.BytesIO(docx_format.render(note, context())))
    assert 'w:val="en-GB"' in document.styles.element.xml
    assert document.sections[0].footer.paragraphs[0].text == note.stamp
    assert [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 2"] == [
        "Knee pain",
        "Blood pressure",
    ]


def test_pdf_is_tagged_and_says_it_is_archival_and_accessible(note: SignedNote) -> None:
    assert pdf_format.rules(pdf_format.render(note, context())) == []


def test_pdf_names_a_character_that_no_font_can_show() -> None:
    note = with_lines("Feels \U0001f9ff\U000e0041\U0001fae9 today")
    words = "".join(pdf_format._pages(pdf_format.render(note, context())))
    assert "Feels [nazar amulet]" in words or "Feels \U0001f9ff" in words


def test_the_order_of_formats_is_the_one_people_see() -> None:
    assert list(FORMATS)[:4] == ["txt", "docx", "html", "pdf"]
    assert all(each.suffix.startswith(".") for each in FORMATS.values())
    pairs = itertools.combinations(FORMATS.values(), 2)
    assert not any(a.suffix == b.suffix for a, b in pairs), "two files of one export would have the same name"


def test_the_demo_mark_never_stands_in_a_note_that_was_signed() -> None:
    assert not any(expected(each).demo or DEMO_MARK in each.stamp for each in GOLDEN)
