"""DOCX with real heading styles, British English, and the stamp in the footer of every page.

A clinic's own letterhead is a .docx with names in double braces, such as {{ patient.name }}, which may stand in its
text, tables, headers and footers, and with one paragraph {{ note }} where the note goes. Only the names of `_NAMES`
are known, nothing is ever evaluated, and what is put in their place is text, never markup.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC
from html import escape
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from scribe.errors import Fixable
from scribe.export.context import Context
from scribe.export.label import in_one_line, label
from scribe.export.layout import DEMO_MARK, TITLE, blocks, day, identity, shown, spaced, whose
from scribe.export.reading import Reading, Unreadable
from scribe.records import SignedNote

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_OURS = "scribe:"
_IDENTITY, _STAMP, _NOTICE = "Scribe identity", "Scribe stamp", "Scribe notice"
_NAMES = (
    "patient.name",
    "patient.born",
    "patient.nhs_number",
    "clinician.name",
    "clinician.role",
    "clinician.registration",
    "organisation.name",
    "organisation.ods",
    "date",
)
_VALUE = qn("w:val")
_BRACES = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_NO_PROBLEM = "No problem in particular"


def render(note: SignedNote, context: Context) -> bytes:
    """The note on the site's letterhead, or on plain paper.

    Raises:
        Fixable: "letterhead-wrong".
    """
    letterhead = context.site.docx.letterhead
    document = _letterhead(Path(letterhead)) if letterhead else docx.Document()
    _set_language(document)
    place = _fill_in(document, note, context) if letterhead else document.add_paragraph()
    _write(document, place, note, context.site.organisation.name)
    place._element.getparent().remove(place._element)
    if not letterhead:
        document.sections[0].header.paragraphs[0].text = whose(note)
        document.sections[0].footer.paragraphs[0].text = DEMO_MARK if note.demo else shown(note.stamp)
    properties = document.core_properties
    properties.title = TITLE
    properties.author = properties.last_modified_by = shown(note.clinician.name)[:255]
    properties.created = properties.modified = note.signed_at.astimezone(UTC).replace(tzinfo=None)
    properties.language = "en-GB"
    properties.keywords = "drafted-with-ai" if label(note).drafted_with_ai else "typed-without-ai"
    _label(document, label(note).pairs())
    properties.comments = "Drafted with AI" if label(note).drafted_with_ai else "Typed without AI"
    out = io.BytesIO()
    document.save(out)
    return _timeless(out.getvalue())


def read(data: bytes) -> Reading:
    """Reads what `render` wrote, whatever the letterhead says around it.

    Raises:
        Unreadable: it is no .docx.
    """
    reading = Reading()
    problem = title = ""
    lines: list[str] = []
    waiting = ""  # a heading of the second level: a problem's title, or a heading's where there is no problem
    document = _open(data)
    reading.label = in_one_line(_labelled(document))
    for paragraph in document.paragraphs:
        style = paragraph.style.name if paragraph.style is not None else ""
        if style != "List Bullet" and lines:
            reading.add(problem, title, lines)
            lines = []
        if style == "List Bullet":
            if waiting:
                problem, title, waiting = "", waiting, ""
            lines.append(paragraph.text)
        elif style == "Heading 2":
            waiting = paragraph.text
        elif style == "Heading 3":
            problem, waiting = waiting or problem, ""
            title = paragraph.text
        elif style == _IDENTITY:
            name, _, value = paragraph.text.partition(": ")
            reading.take_identity(name, value)
        elif style == _STAMP:
            reading.stamp = paragraph.text
        elif style == _NOTICE:
            reading.demo = paragraph.text == DEMO_MARK
    return reading


def rules(data: bytes) -> list[str]:
    try:
        document = _open(data)
    except Unreadable as error:
        return [str(error)]
    wrong = []
    proofing = _proofing_language(document)
    if document.core_properties.language != "en-GB" or (proofing is not None and proofing.get(_VALUE) != "en-GB"):
        wrong.append("it does not say that it is in British English")
    if _reaches_out(document):
        wrong.append("it fetches something when it is opened")
    return wrong


def _open(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if package.testzip() is not None:
                raise Unreadable("it is damaged")
        return docx.Document(io.BytesIO(data))
    except Unreadable:
        raise
    except Exception as error:  # python-docx and lxml let many kinds through
        raise Unreadable("it is not a Word document") from error


def _write(document: Document, place: Paragraph, note: SignedNote, organisation: str) -> None:
    """Puts the whole note before `place`."""

    styles: dict[str, ParagraphStyle] = {}

    def add(text: str, style: str) -> Paragraph:
        if style not in styles:
            styles[style] = _style(document, style)
        return place.insert_paragraph_before(text, styles[style])

    if note.demo:
        add(DEMO_MARK, _NOTICE).runs[0].bold = True
    add(TITLE, "Heading 1")
    for name, value in identity(note, organisation):
        paragraph = add("", _IDENTITY)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(value)
    problem = titled = ""
    for block in blocks(note):
        if block.problem != problem and (block.problem or titled):
            titled = block.problem or _NO_PROBLEM
            if block.problem:
                add(block.problem, "Heading 2")
        problem = block.problem
        add(shown(block.heading.title), "Heading 3" if problem else "Heading 2")
        for line in block.lines:
            add(line, "List Bullet")
    add(shown(note.stamp), _STAMP)


def _style(document: Document, name: str) -> ParagraphStyle:
    """A letterhead brings its own looks for headings and lists; what it lacks is added plainly."""
    if name not in document.styles:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=not name.startswith("Scribe"))
        style.base_style = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
        style.font.bold = name.startswith("Heading")
    found = document.styles[name]
    assert isinstance(found, ParagraphStyle)
    return found


def _set_language(document: Document) -> None:
    """Word checks spelling by the language of the style; python-docx's default template says American."""
    proofing = _proofing_language(document)
    if proofing is not None:
        proofing.set(_VALUE, "en-GB")


def _proofing_language(document: Document) -> Any:
    """The element that names the language of all styles; a letterhead may have none, or words in another one."""
    return document.styles.element.find(".//" + qn("w:lang"))


# ---------------------------------------------------------------- the label, in custom properties


def _label(document: Document, pairs: Mapping[str, str]) -> None:
    """One custom property for each name; a keyword holds 255 characters at most. A letterhead's own ones stay."""
    part = _custom_part(document)
    root = parse_xml(part.blob if part else f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}"/>')
    for old in _ours(root):
        root.remove(old)
    number = max((int(each.get("pid", "1")) for each in root), default=1)
    for name, value in pairs.items():
        number += 1
        root.append(
            parse_xml(
                f'<property xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}" fmtid="{_FMTID}" pid="{number}" name="{_OURS}{name}">'
                f"<vt:lpwstr>{escape(shown(value))}</vt:lpwstr></property>"
            )
        )
    blob = serialize_part_xml(root)
    if part:
        part._blob = blob
    else:
        package = document.part.package
        package.relate_to(Part(PackURI("/docProps/custom.xml"), _CUSTOM_TYPE, blob, package), _CUSTOM_LINK)


def _labelled(document: Document) -> dict[str, str]:
    part = _custom_part(document)
    if part is None:
        return {}
    found = _ours(parse_xml(part.blob))
    return {str(each.get("name")).removeprefix(_OURS): "".join(each.itertext()) for each in found}


def _ours(root: Any) -> list[Any]:
    return [each for each in root if str(each.get("name")).startswith(_OURS)]


def _custom_part(document: Document) -> Part | None:
    for link in document.part.package.rels.values():
        if link.reltype == _CUSTOM_LINK and not link.is_external:
            part: Part = link.target_part
            return part
    return None


# ---------------------------------------------------------------- the clinic's letterhead


def is_letterhead(data: bytes) -> bool:
    """Whether a .docx is a letterhead: it has a place for a note, and holds none."""
    try:
        return bool(_places(_open(data))) and not read(data).stamp
    except Unreadable:
        return False


def check_letterhead(path: Path) -> None:
    """Finds out before the first note is written on it.

    Raises:
        Fixable: "letterhead-wrong".
    """
    _place(_letterhead(path), path)


def _letterhead(path: Path) -> Document:
    try:
        document = docx.Document(str(path))
    except (OSError, ValueError, KeyError, PackageNotFoundError, zipfile.BadZipFile) as error:
        raise _letterhead_wrong(path, "it is not there, or not a .docx") from error
    if _reaches_out(document):
        raise _letterhead_wrong(path, "it fetches something when it is opened")
    return document


def _reaches_out(document: Document) -> bool:
    """Whether opening it would load something from elsewhere; a link that a person may follow is none of that."""
    return any(
        link.is_external and link.reltype != RELATIONSHIP_TYPE.HYPERLINK
        for part in document.part.package.iter_parts()
        for link in part.rels.values()
    )


def _fill_in(document: Document, note: SignedNote, context: Context) -> Paragraph:
    """Replaces the names in braces. Returns the paragraph in whose place the note goes."""
    path = Path(context.site.docx.letterhead)
    patient, who, organisation = note.patient, note.clinician, context.site.organisation
    values = dict(
        zip(
            _NAMES,
            (
                patient.name,
                day(patient.date_of_birth) if patient.date_of_birth else "",
                spaced(patient.nhs_number),
                who.name,
                who.role,
                who.registration,
                organisation.name,
                organisation.ods,
                day(note.signed_at.astimezone().date()),
            ),
            strict=True,
        )
    )
    place = _place(document, path)
    for texts, whole in _asking(document, place):
        # Word cuts a paragraph into runs where it likes, also within the braces: the text moves into the first.
        texts[0].text = shown(_BRACES.sub(lambda found: values[found[1]], whole))
        texts[0].set(qn("xml:space"), "preserve")
        for text in texts[1:]:
            text.text = ""
    return place


def _places(document: Document) -> list[Paragraph]:
    return [paragraph for paragraph in document.paragraphs if _BRACES.sub(r"\1", paragraph.text).strip() == "note"]


def _place(document: Document, path: Path) -> Paragraph:
    """The one paragraph for the note, in a letterhead that asks for nothing unknown.

    Raises:
        Fixable: "letterhead-wrong".
    """
    places = _places(document)
    if len(places) != 1:
        raise _letterhead_wrong(path, "it needs exactly one paragraph {{ note }}, outside any table")
    for _, whole in _asking(document, places[0]):
        unknown = set(_BRACES.findall(whole)) - set(_NAMES)
        if unknown or "{%" in whole:
            raise _letterhead_wrong(path, f"it asks for “{min(unknown, default='{%')}”, which is not known")
    return places[0]


def _asking(document: Document, place: Paragraph) -> Iterator[tuple[list[Any], str]]:
    """The other paragraphs with names in braces: their pieces of text, and these together."""
    for element in _paragraph_elements(document):
        texts = list(element.iter(qn("w:t")))
        whole = "".join(text.text or "" for text in texts)
        if "{{" in whole and element is not place._element:
            yield texts, whole


def _paragraph_elements(document: Document) -> Iterator[Any]:
    yield from document.element.body.iter(qn("w:p"))
    for section in document.sections:
        for part in (
            section.header,
            section.footer,
            section.first_page_header,
            section.first_page_footer,
            section.even_page_header,
            section.even_page_footer,
        ):
            if not part.is_linked_to_previous:
                yield from part._element.iter(qn("w:p"))


def _letterhead_wrong(path: Path, why: str) -> Fixable:
    return Fixable(
        f"The letterhead {path.name} cannot be used: {why}.",
        safe="Nothing was written. The signed note is safe in Scribe.",
        do="Ask your administrator to correct it, or export another format.",
        code="letterhead-wrong",
    )


def _timeless(data: bytes) -> bytes:
    """The same package without the time of day at which it was zipped: the same note gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
