"""The formats: one small interface, a module for each, and this registry, from which everyone lists them.

A new format is a module with `render`, `read` and `rules`, and a line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scribe.export import fhir, fhir_rules, hl7, hl7_rules, html, json, pdf, rtf, text
from scribe.export.context import Context
from scribe.export.reading import Reading, Unreadable, differences, lacks
from scribe.records import SignedNote


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a signed note.

    Args:
        id: as profiles and the command line name it.
        title: for people.
        suffix: how the file's name ends.
        render: the file's bytes; the same note and context give the same bytes.
        read: what a file of this format says; raises `Unreadable`.
        rules: what the format's own standard asks and a file does not keep; [] when it holds.
        compare: how a file differs from the note; by default what `read` finds, held against the note.
        for_people: whether it is read by people; the others go to systems, which need an NHS number, a registered
            clinician and an organisation, and take no demonstration.
    """

    id: str
    title: str
    suffix: str
    render: Callable[[SignedNote, Context], bytes]
    read: Callable[[bytes], Reading]
    rules: Callable[[bytes], list[str]]
    compare: Callable[[SignedNote, Context, bytes], list[str]] | None = None
    for_people: bool = True

    def faults(self, note: SignedNote, context: Context, data: bytes) -> list[str]:
        """What is wrong with a file that should say what `note` says; [] when nothing. No clinical text in it."""
        try:
            wrong = list(self.rules(data))
            if self.compare is not None:
                return wrong + self.compare(note, context, data)
            return wrong + differences(note, self.read(data))
        except Unreadable as error:
            return [str(error)]

    def faults_of_file(self, data: bytes) -> list[str]:
        """What can be said of a file without the note it was made from."""
        try:
            return list(self.rules(data)) + lacks(self.read(data))
        except Unreadable as error:
            return [str(error)]


def _no_rules(data: bytes) -> list[str]:
    return []


def _printed(note: SignedNote, context: Context, data: bytes) -> list[str]:
    return pdf.differences(note, context.site, data)


def _docx(name: str) -> Callable[..., Any]:
    """A function of the Word format, which is loaded when it is first wanted: the window opens without it."""

    def call(*given: object) -> Any:
        from scribe.export import docx

        return getattr(docx, name)(*given)

    return call


def _hl7(version: str, *, with_pdf: bool) -> Format:
    kind = "pdf" if with_pdf else "text"
    return Format(
        f"hl7-{version}-{kind}",
        f"HL7 v{version} ({'PDF' if with_pdf else 'text'})",
        hl7.suffix(version, with_pdf),
        hl7.renderer(version, with_pdf),
        hl7.read,
        hl7_rules.rules,
        hl7.differences,
        for_people=False,
    )


FORMATS: dict[str, Format] = {
    each.id: each
    for each in (
        Format("txt", "Text", ".txt", text.render, text.read, _no_rules, text.differences),
        Format("docx", "Word", ".docx", _docx("render"), _docx("read"), _docx("rules")),
        Format("html", "Web page", ".html", html.render, html.read, html.rules),
        Format("pdf", "PDF", ".pdf", pdf.render, pdf.read, pdf.rules, _printed),
        Format("rtf", "Rich text", ".rtf", rtf.render, rtf.read, rtf.rules),
        Format("json", "Data (JSON)", ".json", json.render, json.read, json.rules),
        Format(
            "fhir",
            "FHIR R4 document",
            ".fhir.json",
            fhir.render,
            fhir.read,
            fhir_rules.rules,
            fhir.differences,
            for_people=False,
        ),
        _hl7("2.4", with_pdf=False),
        _hl7("2.4", with_pdf=True),
        _hl7("2.5.1", with_pdf=False),
        _hl7("2.5.1", with_pdf=True),
    )
}
