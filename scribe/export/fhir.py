"""FHIR R4: one document Bundle with the UK Core profiles of package 2.0.0, made by fhir.resources (R4B)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from typing import Any

from pydantic import ValidationError

from scribe.draft.codes import COMPOSITION_CODES, HEADING_CODES, HEADINGS_SYSTEM
from scribe.export import pdf
from scribe.export.codes import NHS_NUMBER, ODS, REGISTERS, SDS_USER, SNOMED, UK_CORE, VERIFICATION, document_code
from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import Block, blocks, identity, shown
from scribe.export.parties import registered
from scribe.export.reading import Reading, Unreadable
from scribe.export.reading import differences as reading_differences
from scribe.records import Mode, SignedNote

Json = dict[str, Any]

LABEL_SYSTEM = "urn:scribe:label"
_CLASSES = {
    Mode.FACE_TO_FACE: ("AMB", "ambulatory"),
    Mode.HOME: ("HH", "home health"),
    Mode.TELEPHONE: ("VR", "virtual"),
    Mode.VIDEO: ("VR", "virtual"),
}
STAMP_CODE = "person-completing-record"
_STAMP_TITLE = "Person completing record"
_PROBLEM_CODE = "problems-and-issues"
_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def render(note: SignedNote, context: Context) -> bytes:
    """JSON, UTF-8.

    Raises:
        Fixable: what a document for a system needs is missing ("nhs-number-missing", "registration-missing",
            "organisation-missing"), or the note is a demonstration ("demo-note").
    """
    parties = registered(note, context.site)
    made = _Ids(note)
    resources = [
        _composition(note, context, made),
        _patient(note, made),
        _practitioner(note, parties.register, parties.number, context, made),
        {
            "resourceType": "Organization",
            **made.head("Organization"),
            "identifier": [{"system": ODS, "value": context.site.organisation.ods}],
            "active": True,
            "name": context.site.organisation.name,
        },
        _encounter(note, made),
        _device(note, made),
        _provenance(note, made),
        _document_reference(note, context, made),
    ]
    bundle = {
        "resourceType": "Bundle",
        **made.head("Bundle"),
        "identifier": _uuid_identifier(note.id),
        "type": "document",
        "timestamp": _instant(max(context.at, note.signed_at)),
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources],
    }
    _validate(bundle)  # what it refuses is our mistake, found before a file is written
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()


def read(data: bytes) -> Reading:
    """Reads patient, label and sections.

    Raises:
        Unreadable: it is not a document Bundle.
    """
    bundle = load(data)
    composition, patient = _first(bundle, "Composition"), _first(bundle, "Patient")
    reading = Reading(version=_version(composition), replaces=_replaced(composition))
    try:
        names = patient.get("name", [{}])
        reading.name = names[0].get("text", "")
        reading.born = datetime.fromisoformat(patient["birthDate"]).date() if "birthDate" in patient else None
        numbers = [each["value"] for each in patient.get("identifier", ()) if each.get("system") == NHS_NUMBER]
        reading.nhs_number = numbers[0] if numbers else ""
        for problem, section in _sections(composition.get("section", [])):
            code = section.get("code", {}).get("coding", [{}])[0].get("code")
            if "text" not in section:
                continue
            lines = _items(section["text"]["div"])
            if code == STAMP_CODE and section["title"] == _STAMP_TITLE:
                reading.stamp = lines[0] if lines else ""
            else:
                reading.add(problem, section["title"], lines)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable("its parts are not where a document has them") from error
    return reading


def differences(note: SignedNote, context: Context, data: bytes) -> list[str]:
    """What the document says otherwise than the note: sections, the printed note within, who signed and when."""
    wrong = reading_differences(note, read(data))
    bundle = load(data)
    attester = _first(bundle, "Composition").get("attester", [{}])[0]
    if attester.get("time") != _instant(note.signed_at):
        wrong.append("the time of signing differs")
    made = _Ids(note)
    if _first(bundle, "Device").get("version") != _device(note, made)["version"]:
        wrong.append("the versions of what drafted it differ")
    if _first(bundle, "Composition").get("meta", {}).get("tag") != [_tag(note)]:
        wrong.append("the label for programs differs")
    names = _first(bundle, "Practitioner").get("name", [{}])
    if names[0].get("text") != shown(note.clinician.name):
        wrong.append("the clinician's name differs")
    return wrong + [f"the printed note: {each}" for each in pdf.differences(note, context.site, _attachment(bundle))]


def load(data: bytes) -> Json:
    """The bundle as a tree.

    Raises:
        Unreadable: it is not JSON, or no Bundle.
    """
    try:
        bundle = json.loads(data)
    except ValueError as error:
        raise Unreadable("it is not JSON") from error
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise Unreadable("it is not a FHIR Bundle")
    try:
        _validate(bundle)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in each["loc"] if part != "entry") for each in error.errors()})
        raise Unreadable(f"it is not FHIR R4: {', '.join(places[:3])}") from error
    return bundle


def _validate(bundle: Json) -> None:
    # Here, and not above: it takes as long to import as all else that the window needs together.
    from fhir.resources.R4B.bundle import Bundle

    Bundle.model_validate(bundle)


# ---------------------------------------------------------------- the resources


class _Ids:
    """The resources' ids: the same note gives the same ones, and they say nothing of the patient."""

    def __init__(self, note: SignedNote) -> None:
        self._note_id = note.id

    def of(self, kind: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:scribe:{self._note_id}:{kind}"))

    def head(self, kind: str) -> Json:
        return {"id": self.of(kind), "meta": {"profile": [f"{UK_CORE}/StructureDefinition/UKCore-{kind}"]}}

    def to(self, kind: str) -> Json:
        return {"reference": f"urn:uuid:{self.of(kind)}", "type": kind}


def _composition(note: SignedNote, context: Context, made: _Ids) -> Json:
    head = made.head("Composition")
    head["meta"]["versionId"] = str(note.version)
    head["meta"]["tag"] = [_tag(note)]
    composition: Json = {
        "resourceType": "Composition",
        **head,
        "language": "en-GB",
        "text": _narrative([f"{name}: {value}" for name, value in identity(note, context.site.organisation.name)]),
        "identifier": _uuid_identifier(note.id),
        "status": "final",
        "type": _document_type(note),
        "subject": made.to("Patient"),
        "encounter": made.to("Encounter"),
        "date": _instant(note.signed_at),
        "author": [made.to("Practitioner")],
        "title": COMPOSITION_CODES[document_code(note)],
        "confidentiality": "N",
        "attester": [{"mode": "legal", "time": _instant(note.signed_at), "party": made.to("Practitioner")}],
        "custodian": made.to("Organization"),
        "section": list(_written_sections(note, context, made)),
    }
    if note.replaces:
        composition["relatesTo"] = [{"code": "replaces", "targetIdentifier": _uuid_identifier(note.replaces)}]
    return composition


def _tag(note: SignedNote) -> Json:
    drafted = label(note).drafted_with_ai
    return {
        "system": LABEL_SYSTEM,
        "code": "drafted-with-ai" if drafted else "typed-without-ai",
        "display": "Drafted with AI, reviewed and signed by a clinician" if drafted else "Typed without AI",
    }


def _written_sections(note: SignedNote, context: Context, made: _Ids) -> Iterator[Json]:
    """A section for each heading, within one for its problem where the note has problem titles."""
    for problem, passages in itertools.groupby(blocks(note), key=lambda block: block.problem):
        sections = [_section(block, context) for block in passages]
        if problem:
            yield {"title": problem, "code": _heading(_PROBLEM_CODE, "", context), "section": sections}
        else:
            yield from sections
    yield {"title": _STAMP_TITLE, "code": _heading(STAMP_CODE, "", context), "text": _narrative([shown(note.stamp)])}
    yield {"title": "The note as printed", "entry": [made.to("DocumentReference")]}


def _section(block: Block, context: Context) -> Json:
    section: Json = {"title": shown(block.heading.title)}
    if block.heading.code:
        section["code"] = _heading(block.heading.code, block.heading.snomed, context)
    return section | {"text": _narrative(block.lines)}


def _heading(code: str, snomed: str, context: Context) -> Json:
    coding = [{"system": HEADINGS_SYSTEM, "code": code, "display": HEADING_CODES[code]}]
    if snomed and context.site.fhir.snomed_headings:
        coding.append({"system": SNOMED, "code": snomed})
    return {"coding": coding}


def _patient(note: SignedNote, made: _Ids) -> Json:
    patient = note.patient
    name: Json = {"use": "official", "text": shown(patient.name)}
    if patient.family_name:
        name["family"] = shown(patient.family_name)
    if patient.given_names:
        name["given"] = shown(patient.given_names).split()
    traced = {"system": f"{UK_CORE}/CodeSystem/UKCore-NHSNumberVerificationStatus"}
    # Nobody has asked the Spine, so it is never called verified.
    traced |= {"code": "number-present-but-not-traced", "display": "Number present but not traced"}
    resource: Json = {
        "resourceType": "Patient",
        **made.head("Patient"),
        "identifier": [
            {
                "extension": [{"url": VERIFICATION, "valueCodeableConcept": {"coding": [traced]}}],
                "system": NHS_NUMBER,
                "value": patient.nhs_number,
            }
        ],
        "name": [name],
    }
    return resource | ({"birthDate": patient.date_of_birth.isoformat()} if patient.date_of_birth else {})


def _practitioner(note: SignedNote, register: str, number: str, context: Context, made: _Ids) -> Json:
    identifiers = [{"system": REGISTERS[register], "value": number}]
    if user := context.site.sds_user_ids.get(note.clinician.registration):
        identifiers.append({"system": SDS_USER, "value": user})
    return {
        "resourceType": "Practitioner",
        **made.head("Practitioner"),
        "identifier": identifiers,
        "name": [{"text": shown(note.clinician.name)}],
        "qualification": [{"code": {"text": shown(note.clinician.role)}}],
    }


def _encounter(note: SignedNote, made: _Ids) -> Json:
    code, display = _CLASSES[note.mode]
    return {
        "resourceType": "Encounter",
        **made.head("Encounter"),
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code, "display": display},
        "subject": made.to("Patient"),
        "participant": [{"individual": made.to("Practitioner")}],
        "period": {"start": _instant(note.begun_at)},  # when it ended nobody wrote down
        "serviceProvider": made.to("Organization"),
    }


def _device(note: SignedNote, made: _Ids) -> Json:
    facts = label(note)
    versions = [("application", facts.product), ("template", facts.template), *(("model", m) for m in facts.models)]
    return {
        "resourceType": "Device",
        **made.head("Device"),
        "manufacturer": "Scribe",
        "deviceName": [{"name": "Scribe", "type": "user-friendly-name"}],
        "version": [{"type": {"text": what}, "value": shown(value)} for what, value in versions],
    }


def _provenance(note: SignedNote, made: _Ids) -> Json:
    def agent(code: str, who: str) -> Json:
        system = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
        kind = {"coding": [{"system": system, "code": code, "display": code.capitalize()}]}
        return {"type": kind, "who": made.to(who)}

    return {
        "resourceType": "Provenance",
        **made.head("Provenance"),
        "target": [made.to("Composition")],
        "recorded": _instant(note.signed_at),
        "agent": [agent("assembler", "Device"), agent("attester", "Practitioner")],
    }


def _document_reference(note: SignedNote, context: Context, made: _Ids) -> Json:
    printed = context.pdf(note)
    return {
        "resourceType": "DocumentReference",
        **made.head("DocumentReference"),
        "status": "current",
        "docStatus": "final",
        "type": _document_type(note),
        "subject": made.to("Patient"),
        "date": _instant(note.signed_at),
        "author": [made.to("Practitioner")],
        "custodian": made.to("Organization"),
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "language": "en-GB",
                    "data": base64.b64encode(printed).decode(),
                    "size": len(printed),
                    "hash": base64.b64encode(hashlib.sha1(printed, usedforsecurity=False).digest()).decode(),
                    "title": COMPOSITION_CODES[document_code(note)],
                }
            }
        ],
        "context": {"encounter": [made.to("Encounter")]},
    }


def _document_type(note: SignedNote) -> Json:
    code = document_code(note)
    return {"coding": [{"system": SNOMED, "code": code, "display": COMPOSITION_CODES[code]}]}


def _uuid_identifier(note_id: str) -> Json:
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{note_id}"}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _narrative(lines: tuple[str, ...] | list[str]) -> Json:
    items = "".join(f"<li>{escape(line, quote=False)}</li>" for line in lines)
    return {"status": "generated", "div": f"<div {_XHTML}><ul>{items}</ul></div>"}


# ---------------------------------------------------------------- read back


class _Items(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.found.append("")
        self._inside = tag == "li"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def _items(div: str) -> list[str]:
    reader = _Items()
    reader.feed(div)
    reader.close()
    return reader.found


def _sections(sections: list[Json], problem: str = "") -> Iterator[tuple[str, Json]]:
    for section in sections:
        yield problem, section
        yield from _sections(section.get("section", []), section.get("title", ""))


def _first(bundle: Json, kind: str) -> Json:
    for entry in bundle.get("entry", ()):
        if entry.get("resource", {}).get("resourceType") == kind:
            found: Json = entry["resource"]
            return found
    raise Unreadable(f"it has no {kind}")


def _version(composition: Json) -> int:
    number = composition.get("meta", {}).get("versionId", "")
    return int(number) if number.isdecimal() else 0


def _replaced(composition: Json) -> str:
    for each in composition.get("relatesTo", ()):
        if each.get("code") == "replaces":
            value: str = each.get("targetIdentifier", {}).get("value", "")
            return value.removeprefix("urn:uuid:")
    return ""


def _attachment(bundle: Json) -> bytes:
    try:
        return base64.b64decode(_first(bundle, "DocumentReference")["content"][0]["attachment"]["data"], validate=True)
    except (KeyError, IndexError, ValueError) as error:
        raise Unreadable("the printed note in it cannot be read") from error
