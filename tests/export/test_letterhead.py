"""The clinic's own letterhead: names in braces are filled in with text, and nothing in it is ever run."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from scribe.errors import Fixable
from scribe.export import docx as docx_format
from scribe.export.formats import FORMATS
from scribe.export.site import Docx, Site
from scribe.records import SignedNote
from tests.export.notes import SITE, context, golden, name_of, sealed


def site_with(folder: Path, build: Callable[[Document], object]) -> Site:
    document = docx.Document()
    build(document)
    path = folder / "clinic.docx"
    document.save(str(path))
    return SITE.model_copy(update={"docx": Docx(letterhead=str(path))})


def usual(document: Document) -> None:
    document.sections[0].header.paragraphs[0].text = "{{ organisation.name }} ({{organisation.ods}})"
    document.add_paragraph("Dear colleague, re {{ patient.name }}, born {{ patient.born }}, {{ patient.nhs_number }}")
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "{{ clinician.name }}, {{ clinician.role }}"
    split = table.cell(0, 1).paragraphs[0]
    for run in ("{", "{ da", "te }", "}"):
        split.add_run(run)
    document.add_paragraph("{{ note }}")
    document.add_paragraph("Yours sincerely, {{ clinician.registration }}")


def opened(note: SignedNote, site: Site) -> Document:
    return docx.Document(io.BytesIO(FORMATS["docx"].render(note, context(site))))


def test_names_in_text_tables_headers_and_split_runs_are_filled_in(note: SignedNote, tmp_path: Path) -> None:
    document = opened(note, site_with(tmp_path, usual))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "Dear colleague, re Siân Llewelyn, born 09 Apr 1961, 943 476 5919"
    assert texts[-1] == "Yours sincerely, GMC 1234567"
    assert document.sections[0].header.paragraphs[0].text == "Example Surgery (A12345)"
    row = document.tables[0].rows[0].cells
    assert [cell.text for cell in row] == ["Dr Amara Okafor, GP", "22 Nov 2026"]
    assert "Consultation note" in texts and "Left knee pain for 3 weeks" in texts and note.stamp in texts


@pytest.mark.parametrize("note", list(golden()), ids=name_of)
def test_every_golden_note_comes_back_from_a_letterhead(note: SignedNote, tmp_path: Path) -> None:
    made = context(site_with(tmp_path, usual))
    assert FORMATS["docx"].faults(note, made, FORMATS["docx"].render(note, made)) == []


def test_a_letterheads_own_properties_stay_beside_the_label(note: SignedNote, tmp_path: Path) -> None:
    site = site_with(tmp_path, usual)
    once = tmp_path / "once.docx"
    once.write_bytes(FORMATS["docx"].render(note, context(site)))
    # A letterhead made from an earlier export, by mistake or for its looks: its label is that of another note.
    document = docx.Document(str(once))
    docx_format._label(document, {"note": "another"})
    part = docx_format._custom_part(document)
    assert part is not None
    part._blob = part.blob.replace(b'name="scribe:note"', b'name="Department"')
    for paragraph in list(document.paragraphs):
        paragraph._element.getparent().remove(paragraph._element)
    document.add_paragraph("{{ note }}")
    document.save(str(once))
    made = context(SITE.model_copy(update={"docx": Docx(letterhead=str(once))}))
    data = FORMATS["docx"].render(note, made)
    assert FORMATS["docx"].faults(note, made, data) == []
    kept = docx_format._custom_part(docx.Document(io.BytesIO(data)))
    assert kept is not None and b'name="Department"' in kept.blob


def test_what_a_patient_is_called_is_text_and_never_markup_nor_a_name_in_braces(
    note: SignedNote, tmp_path: Path
) -> None:
    odd = "</w:t><w:br/> & {{ clinician.name }} {% for x in y %}"
    document = opened(sealed(replace(note, patient=replace(note.patient, name=odd))), site_with(tmp_path, usual))
    assert f"re {odd}, born" in document.paragraphs[0].text


@pytest.mark.parametrize(
    "text",
    [
        "{{ patient.__class__ }}",
        "{{ patient.name.__class__.__mro__ }}",
        "{{ self }}",
        "{{ 7 * 7 }}",
        "{{ patient.name | upper }}",
        "{{ nhs }}",
        "{% for x in range(10) %}{{ x }}{% endfor %}",
    ],
)
def test_anything_but_the_known_names_is_refused(note: SignedNote, tmp_path: Path, text: str) -> None:
    def build(document: Document) -> None:
        document.add_paragraph(f"x {text}")
        document.add_paragraph("{{ note }}")

    with pytest.raises(Fixable) as caught:
        opened(note, site_with(tmp_path, build))
    assert caught.value.code == "letterhead-wrong"


def test_a_letterhead_has_exactly_one_place_for_the_note(note: SignedNote, tmp_path: Path) -> None:
    for build in (
        lambda document: document.add_paragraph("Dear colleague"),
        lambda document: [document.add_paragraph("{{ note }}") for _ in range(2)],
    ):
        with pytest.raises(Fixable) as caught:
            opened(note, site_with(tmp_path, build))
        assert caught.value.code == "letterhead-wrong"


def test_a_letterhead_that_fetches_something_is_refused(note: SignedNote, tmp_path: Path) -> None:
    def build(document: Document) -> None:
        usual(document)
        document.part.relate_to("https://example.org/logo.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)

    with pytest.raises(Fixable) as caught:
        opened(note, site_with(tmp_path, build))
    assert "fetches" in caught.value.happened


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no", b"plain text"])
def test_what_is_no_letterhead_is_named(note: SignedNote, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clinic.docx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Fixable) as caught:
        opened(note, SITE.model_copy(update={"docx": Docx(letterhead=str(path))}))
    assert caught.value.code == "letterhead-wrong" and "clinic.docx" in caught.value.happened


def test_a_letterhead_that_would_lose_a_line_is_never_called_written(note: SignedNote, tmp_path: Path) -> None:
    """A list of the letterhead's own, among the note's, would be read as lines of the note."""
    made = context(site_with(tmp_path, usual))
    document = docx.Document(io.BytesIO(FORMATS["docx"].render(note, made)))
    lost = next(paragraph for paragraph in document.paragraphs if paragraph.text == "No locking")
    lost._element.getparent().remove(lost._element)
    out = io.BytesIO()
    document.save(out)
    assert FORMATS["docx"].faults(note, made, out.getvalue()) == ["the lines of passage 1 differ"]
