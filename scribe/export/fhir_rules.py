"""What a FHIR document of ours must be beyond FHIR's own structure: invariants of documents, and the UK Core profiles.

fhir.resources finds a missing title; a dangling reference, a wrong status or a wrong namespace are found here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

from scribe.draft.codes import COMPOSITION_CODES, HEADING_CODES, HEADINGS_SYSTEM, SNOMED_HEADINGS
from scribe.encounter.patient import is_nhs_number
from scribe.export.codes import NHS_NUMBER, ODS, REGISTERS, SDS_USER, SNOMED, UK_CORE, VERIFICATION
from scribe.export.fhir import LABEL_SYSTEM, STAMP_CODE, Json, load
from scribe.export.reading import Unreadable

_XHTML = "{http://www.w3.org/1999/xhtml}"
_KINDS = (
    "Composition",
    "Patient",
    "Practitioner",
    "Organization",
    "Encounter",
    "Device",
    "Provenance",
    "DocumentReference",
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def rules(data: bytes) -> list[str]:
    """What the document does not keep; [] when it holds."""
    try:
        bundle = load(data)
    except Unreadable as error:
        return [str(error)]
    return list(_broken(bundle))


def _broken(bundle: Json) -> Iterator[str]:
    entries = bundle.get("entry", [])
    resources = [entry.get("resource", {}) for entry in entries]
    kinds = [each.get("resourceType") for each in resources]
    yield from _of_bundle(bundle, entries, resources, kinds)
    if sorted(kinds) != sorted(_KINDS):
        yield "it does not have exactly one of each resource that a note needs"
        return
    composition, patient, practitioner, organisation, encounter, device, provenance, printed = (
        resources[kinds.index(kind)] for kind in _KINDS
    )
    to = {kind: f"urn:uuid:{resources[kinds.index(kind)].get('id')}" for kind in _KINDS}
    yield from _of_composition(composition, bundle, to)
    yield from _of_patient(patient)
    if not _identified(practitioner, set(REGISTERS.values())):
        yield "Practitioner has no registration"
    yield from _of_numbers(practitioner)
    if not _identified(organisation, {ODS}):
        yield "Organization has no ODS code"
    yield from _of_encounter(encounter, to)
    made = {each.get("type", {}).get("text") for each in device.get("version", []) if each.get("value")}
    named = {"application", "template"} | ({"model"} if "; models " in _stamp(composition) else set())
    if not device.get("manufacturer") or not device.get("deviceName") or not named <= made:
        yield "Device does not say what made the draft"
    yield from _of_provenance(provenance, to)
    attachment = printed.get("content", [{}])[0].get("attachment", {})
    if attachment.get("contentType") != "application/pdf" or not _is_whole_pdf(attachment):
        yield "DocumentReference holds no PDF, or not the one it describes"


def _of_bundle(bundle: Json, entries: list[Json], resources: list[Json], kinds: list[str | None]) -> Iterator[str]:
    if f"{UK_CORE}/StructureDefinition/UKCore-Bundle" not in bundle.get("meta", {}).get("profile", []):
        yield "Bundle does not name its UK Core profile"
    if bundle.get("type") != "document":
        yield "Bundle.type is not document"
    identifier = bundle.get("identifier", {})
    if not identifier.get("system") or not identifier.get("value"):
        yield "Bundle.identifier lacks system or value"
    if kinds[:1] != ["Composition"]:
        yield "Composition is not the first entry"
        return
    if not bundle.get("timestamp"):
        yield "Bundle.timestamp is missing"
    elif datetime.fromisoformat(bundle["timestamp"]) < datetime.fromisoformat(resources[0]["date"]):
        yield "Bundle.timestamp is before Composition.date"
    urls = [entry.get("fullUrl", "") for entry in entries]
    if len(set(urls)) < len(urls):
        yield "two entries have the same fullUrl"
    for url, resource in zip(urls, resources, strict=True):
        if url != f"urn:uuid:{resource.get('id')}" or not _UUID.fullmatch(str(resource.get("id"))):
            yield "a fullUrl is not the urn:uuid of its resource"
        wanted = f"{UK_CORE}/StructureDefinition/UKCore-{resource.get('resourceType')}"
        if wanted not in resource.get("meta", {}).get("profile", []):
            yield f"{resource.get('resourceType')} does not name its UK Core profile"
    if any(reference not in urls for reference in _references(bundle)):
        yield "a reference points to nothing in the document"


def _of_composition(composition: Json, bundle: Json, to: dict[str, str]) -> Iterator[str]:
    if composition.get("status") != "final":
        yield "Composition.status is not final"
    coding = composition.get("type", {}).get("coding", [{}])[0]
    if coding.get("system") != SNOMED or coding.get("code") not in COMPOSITION_CODES:
        yield "Composition.type is not a kind of document that we know"
    for name, kind in (("subject", "Patient"), ("encounter", "Encounter"), ("custodian", "Organization")):
        if composition.get(name, {}).get("reference") != to[kind]:
            yield f"Composition.{name} is not the {kind}"
    if [each.get("reference") for each in composition.get("author", [])] != [to["Practitioner"]]:
        yield "Composition.author is not the Practitioner"
    if composition.get("confidentiality") != "N":
        yield "Composition.confidentiality is not N"
    if not composition.get("title"):
        yield "Composition has no title"
    if composition.get("identifier") != bundle.get("identifier"):
        yield "Composition and Bundle have different identifiers"
    attesters = composition.get("attester", [])
    if not any(
        each.get("mode") == "legal"
        and each.get("time")
        and each.get("party", {}).get("reference") == to["Practitioner"]
        for each in attesters
    ):
        yield "Composition has no legal attester with a time"
    tags = composition.get("meta", {}).get("tag", [])
    if [tag.get("code") for tag in tags if tag.get("system") == LABEL_SYSTEM] not in (
        ["drafted-with-ai"],
        ["typed-without-ai"],
    ):
        yield "Composition has no label for programs"
    version = composition.get("meta", {}).get("versionId", "")
    replaced = [each for each in composition.get("relatesTo", []) if each.get("code") == "replaces"]
    if (version != "1") != bool(replaced):
        yield "a first version replaces nothing, and a later one says what it replaces"
    if any(not each.get("targetIdentifier", {}).get("value") for each in replaced):
        yield "Composition.relatesTo does not name what it replaces"
    sections = list(_all_sections(composition.get("section", [])))
    if not sections:
        yield "Composition has no section"
    if not any(coding.get("code") == STAMP_CODE for each in sections for coding in _codings(each)):
        yield "Composition has no section that says who completed the record"
    for section in sections:
        yield from _of_section(section)


def _stamp(composition: Json) -> str:
    """The label for people, as it stands in the section that says who completed the record."""
    return "".join(
        str(section.get("text", {}).get("div", ""))
        for section in _all_sections(composition.get("section", []))
        if any(coding.get("code") == STAMP_CODE for coding in _codings(section))
    )


def _of_section(section: Json) -> Iterator[str]:
    if not section.get("title"):
        yield "a section has no title"
    if not (section.get("text") or section.get("entry") or section.get("section")):
        yield "a section is empty"
    for coding in _codings(section):
        known = HEADING_CODES.get(coding.get("code", "")) if coding.get("system") == HEADINGS_SYSTEM else None
        older = coding.get("system") == SNOMED and coding.get("code") in SNOMED_HEADINGS.values()
        if not older and (known is None or coding.get("display") != known):
            yield "a section has a code that does not exist"
    if "text" in section:
        try:
            root = ElementTree.fromstring(section["text"].get("div", ""))
        except ElementTree.ParseError:
            yield "a section's text is not XHTML"
            return
        if root.tag != f"{_XHTML}div":
            yield "a section's text is not in a div of the XHTML namespace"
        if any(each.tag.removeprefix(_XHTML) not in ("div", "ul", "li") or each.attrib for each in root.iter()):
            yield "a section's text holds more than lists"
        if not "".join(root.itertext()).strip():
            yield "a section's text is empty"


def _of_patient(patient: Json) -> Iterator[str]:
    numbers = [each for each in patient.get("identifier", []) if each.get("system") == NHS_NUMBER]
    if len(numbers) != 1 or not is_nhs_number(numbers[0].get("value", "")):
        yield "Patient has no NHS number, or one that cannot be right"
        return
    verified = [
        coding.get("code")
        for extension in numbers[0].get("extension", [])
        if extension.get("url") == VERIFICATION
        for coding in extension.get("valueCodeableConcept", {}).get("coding", [])
    ]
    if verified != ["number-present-but-not-traced"]:
        yield "Patient does not say that the NHS number was not traced"
    if not patient.get("name", [{}])[0].get("text"):
        yield "Patient has no name"
    if not patient.get("birthDate"):
        yield "Patient has no date of birth"


def _of_numbers(practitioner: Json) -> Iterator[str]:
    for each in practitioner.get("identifier", []):
        if each.get("system") == SDS_USER and not re.fullmatch("[0-9]{12}", str(each.get("value"))):
            yield "Practitioner has a Spine user id that cannot be one"
        elif each.get("system") not in (SDS_USER, *REGISTERS.values()):
            yield "Practitioner has a number of a system that we do not know"


def _is_whole_pdf(attachment: Json) -> bool:
    try:
        data = base64.b64decode(attachment.get("data", ""), validate=True)
        told = base64.b64decode(attachment.get("hash", ""), validate=True)
    except ValueError:
        return False
    whole = data.startswith(b"%PDF-") and attachment.get("size") == len(data)
    return whole and told == hashlib.sha1(data, usedforsecurity=False).digest()


def _of_encounter(encounter: Json, to: dict[str, str]) -> Iterator[str]:
    if encounter.get("status") != "finished":
        yield "Encounter.status is not finished"
    kind = encounter.get("class", {})
    if kind.get("system") != "http://terminology.hl7.org/CodeSystem/v3-ActCode" or kind.get("code") not in (
        "AMB",
        "VR",
        "HH",
    ):
        yield "Encounter.class is not one of v3-ActCode's that we use"
    if not encounter.get("period", {}).get("start"):
        yield "Encounter has no period"
    if encounter.get("serviceProvider", {}).get("reference") != to["Organization"]:
        yield "Encounter.serviceProvider is not the Organization"
    if encounter.get("subject", {}).get("reference") != to["Patient"]:
        yield "Encounter.subject is not the Patient"


def _of_provenance(provenance: Json, to: dict[str, str]) -> Iterator[str]:
    if [each.get("reference") for each in provenance.get("target", [])] != [to["Composition"]]:
        yield "Provenance.target is not the Composition"
    agents = {
        coding.get("code"): agent.get("who", {}).get("reference")
        for agent in provenance.get("agent", [])
        for coding in agent.get("type", {}).get("coding", [])
    }
    if agents != {"assembler": to["Device"], "attester": to["Practitioner"]}:
        yield "Provenance does not say that the device drafted and the clinician attested"


def _codings(section: Json) -> list[Json]:
    codings: list[Json] = section.get("code", {}).get("coding", [])
    return codings


def _all_sections(sections: list[Json]) -> Iterator[Json]:
    for section in sections:
        yield section
        yield from _all_sections(section.get("section", []))


def _identified(resource: Json, systems: set[str]) -> bool:
    return any(each.get("system") in systems and each.get("value") for each in resource.get("identifier", []))


def _references(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == "reference" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(tree, list):
        for each in tree:
            yield from _references(each)
