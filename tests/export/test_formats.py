"""Every format shows every line, in order, under its heading, whatever characters were typed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scribe.export import docx as docx_format
from scribe.export import json as json_format
from scribe.export import pdf as pdf_format
from scribe.export import text as text_format
from scribe.export.layout import DEMO_MARK, blocks
from scribe.records import SignedNote
from tests.export.conftest import line, make_note

ODD = st.text(min_size=1, max_size=60) | st.sampled_from(
    [
        "Łukasz Żółć",
        "عبد الله",
        "Dŵr",
        "🙂",
        "|^~\\&",
        "<script>alert(1)</script>",
        "#strong[x] *y* _z_",
        "\u202eabc",
        "\x00\x1b",
    ]
)


def words_of(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed here")
    path = folder / "note.pdf"
    path.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(run.stdout.split())


def test_problems_and_headings_keep_their_order_and_every_line(note: SignedNote) -> None:
    seen = [(b.problem, b.heading.title, [x.text for x in b.lines]) for b in blocks(note)]
    assert seen == [
        ("Knee pain", "History", ["Left knee pain for 3 weeks", "No locking"]),
        ("Knee pain", "Medication", ["Ibuprofen 400 mg three times a day"]),
        ("Blood pressure", "History", ["No headache; no dizziness"]),
    ]


def test_a_line_under_an_unknown_heading_is_kept(note: SignedNote) -> None:
    odd = replace(note, lines=(*note.lines, line(9, "Knee pain", "old_heading", "Kept")))
    assert any(b.heading.title == "Old heading" and b.lines[0].text == "Kept" for b in blocks(odd))


def test_text_has_capital_headings_windows_line_ends_and_the_stamp(note: SignedNote) -> None:
    data = text_format.render(note).decode()
    assert "PROBLEM: Knee pain\r\n\r\nHISTORY\r\nLeft knee pain for 3 weeks\r\n" in data
    assert data.rstrip().endswith(note.stamp)
    assert "NHS number: 943 476 5919" in data
    assert "\n" not in data.replace("\r\n", "")


def test_copying_one_heading_takes_only_that_heading_of_that_problem(note: SignedNote) -> None:
    copied = text_format.heading_text(note, "Knee pain", "history")
    assert copied.splitlines() == ["Left knee pain for 3 weeks", "No locking", note.stamp]


@given(typed=st.lists(ODD, min_size=1, max_size=5), name=ODD)
def test_json_reads_back_to_the_same_note(typed: list[str], name: str) -> None:
    note = make_note(tuple(line(i, "P", "history", text) for i, text in enumerate(typed)), name=name)
    try:
        name.encode(), "".join(typed).encode()
    except UnicodeEncodeError:
        return  # half a surrogate pair cannot be typed
    assert json_format.read(json_format.render(note)) == note


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="scribe-signed-note"):
        json_format.read(b'{"schema": "other/1"}')


@given(typed=st.lists(ODD, min_size=1, max_size=5))
def test_docx_holds_every_line_as_its_own_item(typed: list[str]) -> None:
    note = make_note(tuple(line(i, "P", "history", text) for i, text in enumerate(typed)))
    document = docx.Document(io.BytesIO(docx_format.render(note)))
    items = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "List Bullet"]
    expected = [docx_format._xml_safe(text_format.one_line(text)) for text in typed]
    assert items == expected
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 3"]
    assert headings == ["History"]


def test_docx_is_in_british_english_with_the_stamp_on_every_page(note: SignedNote) -> None:
    document = docx.Document(io.BytesIO(docx_format.render(note)))
    assert 'w:val="en-GB"' in document.styles.element.xml
    assert document.sections[0].footer.paragraphs[0].text == note.stamp


def test_pdf_is_tagged_and_holds_every_line(note: SignedNote, tmp_path: Path) -> None:
    pdf = pdf_format.render(note)
    assert pdf.startswith(b"%PDF-") and b"/StructTreeRoot" in pdf
    words = words_of(pdf, tmp_path)
    for each in note.lines:
        assert each.text in words
    assert note.stamp in words


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=ODD)
def test_pdf_is_written_for_any_text(typed: str, note: SignedNote) -> None:
    assert pdf_format.render(replace(note, lines=(line(1, typed, "history", typed),))).startswith(b"%PDF-")


def test_pdf_names_a_character_that_no_font_can_show(note: SignedNote, tmp_path: Path) -> None:
    pdf = pdf_format.render(replace(note, lines=(line(1, "", "history", "Feels \U0001f9ff today"),)))
    assert re.search(r"Feels (\[nazar amulet\]|\U0001f9ff) today", words_of(pdf, tmp_path))


def test_markup_is_shown_not_run(note: SignedNote, tmp_path: Path) -> None:
    typed = '#panic("x") *bold* $x^2$ <script>'
    assert typed in words_of(pdf_format.render(replace(note, lines=(line(1, "", "history", typed),))), tmp_path)


def test_a_demo_note_says_so_in_every_format(note: SignedNote, tmp_path: Path) -> None:
    demo = replace(note, demo=True)
    document = docx.Document(io.BytesIO(docx_format.render(demo)))
    assert DEMO_MARK in text_format.render(demo).decode()
    assert DEMO_MARK in text_format.heading_text(demo, "Knee pain", "history")
    assert DEMO_MARK in json_format.render(demo).decode()
    assert document.paragraphs[0].text == DEMO_MARK
    assert DEMO_MARK in words_of(pdf_format.render(demo), tmp_path)
