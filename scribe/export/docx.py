"""DOCX with real heading styles, British English, and the stamp in the footer of every page."""

from __future__ import annotations

import io

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from scribe.export.layout import DEMO_MARK, blocks, identity
from scribe.export.text import one_line
from scribe.records import SignedNote


def render(note: SignedNote) -> bytes:
    document = docx.Document()
    _set_language(document)
    document.core_properties.title = "Consultation note"
    document.core_properties.author = _xml_safe(note.clinician.name)
    document.core_properties.created = note.signed_at.replace(tzinfo=None)
    if note.demo:
        document.add_paragraph().add_run(DEMO_MARK).bold = True
    document.add_heading("Consultation note", level=1)
    for label, value in identity(note):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(_xml_safe(value))
    problem = None
    for block in blocks(note):
        if block.problem and block.problem != problem:
            document.add_heading(_xml_safe(one_line(block.problem)), level=2)
        problem = block.problem
        document.add_heading(_xml_safe(block.heading.title), level=3 if problem else 2)
        for line in block.lines:
            document.add_paragraph(_xml_safe(one_line(line.text)), style="List Bullet")
    document.add_paragraph()
    document.add_paragraph(_xml_safe(note.stamp))
    footer = DEMO_MARK if note.demo else note.stamp
    document.sections[0].footer.paragraphs[0].text = _xml_safe(footer)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_language(document: Document) -> None:
    """Word checks spelling by the language of the style; python-docx's default template says American."""
    fonts = document.styles.element.find(".//" + qn("w:lang"))
    if fonts is not None:
        fonts.set(qn("w:val"), "en-GB")


def _xml_safe(text: str) -> str:
    """XML 1.0 has no place for most control characters: they become the sign for an unreadable character."""
    return "".join(c if (c >= " " and c not in "\ufffe\uffff") or c in "\t\n" else "\ufffd" for c in text)
