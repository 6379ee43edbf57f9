"""The FHIR document: what others' checks say of it, what our own rules find, and what it carries."""

from __future__ import annotations

import base64
import copy
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fhir.resources.R4B.bundle import Bundle

from scribe.errors import Fixable
from scribe.export import fhir
from scribe.export.fhir_rules import rules
from scribe.export.formats import FORMATS
from scribe.export.site import Fhir, Site
from scribe.records import Mode, SignedNote
from tests.export.notes import SITE, context, corrected, file_of, golden, line, make_note, name_of, sealed

Tree = dict[str, Any]


def tree(note: SignedNote, site: Site = SITE) -> Tree:
    made: Tree = json.loads(fhir.render(note, context(site)))
    return made


def part(bundle: Tree, kind: str) -> Tree:
    found: Tree = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)
    return found


# ---------------------------------------------------------------- checks that we did not write


@pytest.mark.parametrize("note", list(golden()), ids=name_of)
def test_fhir_resources_takes_every_golden_note(note: SignedNote) -> None:
    Bundle.model_validate_json(file_of(note, "fhir"))


def test_fhir_resources_takes_every_generated_note(generated_notes: list[SignedNote]) -> None:
    for note in generated_notes:
        bundle = Bundle.model_validate_json(file_of(note, "fhir"))
        assert bundle.entry[0].resource.title and bundle.type == "document"


def test_hl7s_json_schema_takes_golden_and_generated_notes(generated_notes: list[SignedNote]) -> None:
    """HL7's schema is not ours to ship: SCRIBE_FHIR_SCHEMA says where fhir.schema.json lies."""
    where = os.environ.get("SCRIBE_FHIR_SCHEMA")
    if not where:
        pytest.skip("HL7's JSON schema for FHIR: SCRIBE_FHIR_SCHEMA does not say where fhir.schema.json lies")
    schema = json.loads(Path(where).read_text(encoding="utf-8"))
    check = jsonschema.Draft6Validator({**schema, "oneOf": [{"$ref": "#/definitions/Bundle"}]})
    for note in [*golden(), *generated_notes]:
        bundle = json.loads(file_of(note, "fhir"))
        check.validate(bundle)
    part(bundle, "Composition")["status"] = "done"
    assert not check.is_valid(bundle), "the schema does not look into the document"


# ---------------------------------------------------------------- what it carries


def test_the_document_carries_note_people_device_and_the_printed_note(note: SignedNote) -> None:
    bundle = tree(note)
    composition = part(bundle, "Composition")
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    assert composition["attester"] == [
        {
            "mode": "legal",
            "time": "2026-11-22T09:45:00+00:00",
            "party": {"reference": f"urn:uuid:{part(bundle, 'Practitioner')['id']}", "type": "Practitioner"},
        }
    ]
    assert [s["title"] for s in composition["section"]] == [
        "Knee pain",
        "Blood pressure",
        "Person completing record",
        "The note as printed",
    ]
    assert [s["title"] for s in composition["section"][0]["section"]] == ["History", "Medication"]
    history = composition["section"][0]["section"][0]["code"]["coding"]
    assert history == [
        {
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings",
            "code": "history",
            "display": "History",
        }
    ]
    assert part(bundle, "Practitioner")["identifier"] == [
        {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "1234567"}
    ]
    assert part(bundle, "Organization")["identifier"][0]["value"] == "A12345"
    device = part(bundle, "Device")
    assert [v["value"] for v in device["version"]] == [
        "Scribe 0.1.0",
        "gp-consultation 1.0.0",
        "whisper-base@d01c3014",
    ]
    attached = part(bundle, "DocumentReference")["content"][0]["attachment"]
    assert base64.b64decode(attached["data"]).startswith(b"%PDF-")
    assert "relatesTo" not in composition


def test_the_nhs_number_is_never_called_verified(note: SignedNote) -> None:
    identifier = part(tree(note), "Patient")["identifier"][0]
    assert identifier["value"] == "9434765919"
    assert identifier["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "number-present-but-not-traced"


@pytest.mark.parametrize(
    ("mode", "code"), [(Mode.FACE_TO_FACE, "AMB"), (Mode.TELEPHONE, "VR"), (Mode.VIDEO, "VR"), (Mode.HOME, "HH")]
)
def test_how_they_met_is_the_class_of_the_encounter(note: SignedNote, mode: Mode, code: str) -> None:
    assert part(tree(sealed(replace(note, mode=mode))), "Encounter")["class"]["code"] == code


def test_a_correction_says_what_it_replaces(note: SignedNote) -> None:
    composition = part(tree(corrected(note)), "Composition")
    assert composition["relatesTo"] == [
        {
            "code": "replaces",
            "targetIdentifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{note.id}"},
        }
    ]
    assert fhir.read(fhir.render(corrected(note), context())).replaces == note.id


def test_the_older_snomed_headings_stand_beside_where_the_site_wants_them(note: SignedNote) -> None:
    bundle = tree(note, SITE.model_copy(update={"fhir": Fhir(snomed_headings=True)}))
    coding = part(bundle, "Composition")["section"][0]["section"][0]["code"]["coding"]
    assert coding[1] == {"system": "http://snomed.info/sct", "code": "717121000000105"}
    assert rules(json.dumps(bundle).encode()) == []


def test_the_spines_user_id_is_given_where_the_site_knows_it(note: SignedNote) -> None:
    site = SITE.model_copy(update={"sds_user_ids": {"GMC 1234567": "555000000001"}})
    assert part(tree(note, site), "Practitioner")["identifier"][1] == {
        "system": "https://fhir.nhs.uk/Id/sds-user-id",
        "value": "555000000001",
    }


@pytest.mark.parametrize(
    ("registration", "system"),
    [
        ("NMC 12A3456B", None),
        ("nmc:12A3456E", None),
        ("GPhC 2012345", "https://fhir.hl7.org.uk/Id/gphc-number"),
        ("HCPC PH12345", "https://fhir.hl7.org.uk/Id/hcpc-number"),
        ("", None),
        ("1234567", None),
    ],
)
def test_a_registration_is_read_or_asked_for_never_guessed(
    note: SignedNote, registration: str, system: str | None
) -> None:
    other = sealed(replace(note, clinician=replace(note.clinician, registration=registration)))
    if system is None:
        with pytest.raises(Fixable) as caught:
            tree(other)
        assert caught.value.code == "registration-missing"
    else:
        assert part(tree(other), "Practitioner")["identifier"][0]["system"] == system


@pytest.mark.parametrize("format", [f for f in FORMATS.values() if not f.for_people], ids=lambda f: f.id)
def test_a_document_for_a_system_never_leaves_without_what_it_is_filed_by(format: Any, note: SignedNote) -> None:
    nobody = sealed(replace(note, patient=replace(note.patient, nhs_number="")))
    demo = make_note((line(1, "", "history", "Cough"),), demo=True)
    for code, other, site in (
        ("nhs-number-missing", nobody, SITE),
        ("demo-note", demo, SITE),
        ("organisation-missing", note, Site()),
    ):
        with pytest.raises(Fixable) as caught:
            format.render(other, context(site))
        assert caught.value.code == code


# ---------------------------------------------------------------- one broken file for each rule


def entry(bundle: Tree, kind: str) -> Tree:
    found: Tree = next(e for e in bundle["entry"] if e["resource"]["resourceType"] == kind)
    return found


def drop(kind: str, *names: str) -> Callable[[Tree], object]:
    return lambda bundle: [part(bundle, kind).pop(name) for name in names]


def put(kind: str, **values: Any) -> Callable[[Tree], object]:
    return lambda bundle: part(bundle, kind).update(values)


def first_section(bundle: Tree) -> Tree:
    found: Tree = part(bundle, "Composition")["section"][0]["section"][0]
    return found


BROKEN: dict[str, Callable[[Tree], object]] = {
    "bundle type": lambda b: b.update(type="collection"),
    "bundle identifier": lambda b: b.pop("identifier"),
    "bundle identifier system": lambda b: b["identifier"].pop("system"),
    "bundle timestamp": lambda b: b.pop("timestamp"),
    "bundle timestamp too early": lambda b: b.update(timestamp="2026-11-22T09:44:59+00:00"),
    "composition not first": lambda b: b["entry"].reverse(),
    "full urls alike": lambda b: b["entry"][1].update(fullUrl=b["entry"][2]["fullUrl"]),
    "full url not the id": lambda b: entry(b, "Device").update(fullUrl="urn:uuid:3f0c2a50-0000-4000-8000-00000000000f"),
    "id no uuid": lambda b: (entry(b, "Device").update(fullUrl="urn:uuid:x1"), part(b, "Device").update(id="x1")),
    "dangling reference": lambda b: part(b, "Composition")["subject"].update(
        reference="urn:uuid:3f0c2a50-0000-4000-8000-00000000000f"
    ),
    "resource missing": lambda b: b["entry"].remove(entry(b, "Provenance")),
    "resource twice": lambda b: b["entry"].append(
        {
            "fullUrl": "urn:uuid:3f0c2a50-0000-4000-8000-00000000000f",
            "resource": part(b, "Patient") | {"id": "3f0c2a50-0000-4000-8000-00000000000f"},
        }
    ),
    "bundle profile": lambda b: b.pop("meta"),
    "bundle identifier value": lambda b: b["identifier"].pop("value"),
    "profile": lambda b: part(b, "Patient")["meta"].update(profile=["https://example.org/Patient"]),
    "composition status": put("Composition", status="preliminary"),
    "composition type": lambda b: part(b, "Composition")["type"]["coding"][0].update(code="25671000000103"),
    "composition type missing": drop("Composition", "type"),
    "composition subject": drop("Composition", "subject"),
    "composition encounter": drop("Composition", "encounter"),
    "composition date": drop("Composition", "date"),
    "composition author": lambda b: part(b, "Composition").update(author=[part(b, "Composition")["subject"]]),
    "composition subject another": lambda b: part(b, "Composition").update(subject=part(b, "Composition")["custodian"]),
    "composition other confidentiality": put("Composition", confidentiality="R"),
    "composition attester another": lambda b: part(b, "Composition")["attester"][0].update(
        party=part(b, "Composition")["subject"]
    ),
    "composition title": drop("Composition", "title"),
    "composition confidentiality": drop("Composition", "confidentiality"),
    "composition attester": drop("Composition", "attester"),
    "composition attester time": lambda b: part(b, "Composition")["attester"][0].pop("time"),
    "composition attester mode": lambda b: part(b, "Composition")["attester"][0].update(mode="personal"),
    "composition custodian": drop("Composition", "custodian"),
    "composition sections": drop("Composition", "section"),
    "composition identifier": drop("Composition", "identifier"),
    "composition label": lambda b: part(b, "Composition")["meta"].pop("tag"),
    "composition version": lambda b: part(b, "Composition")["meta"].update(versionId="2"),
    "section who completed": lambda b: part(b, "Composition")["section"].pop(2),
    "section title": lambda b: first_section(b).pop("title"),
    "section empty": lambda b: first_section(b).pop("text"),
    "section code": lambda b: first_section(b)["code"]["coding"][0].update(code="histories"),
    "section code display": lambda b: first_section(b)["code"]["coding"][0].update(display="Story"),
    "section code system": lambda b: first_section(b)["code"]["coding"][0].update(system="https://example.org"),
    "section div namespace": lambda b: first_section(b)["text"].update(div="<div><ul><li>x</li></ul></div>"),
    "section div not xml": lambda b: first_section(b)["text"].update(
        div='<div xmlns="http://www.w3.org/1999/xhtml"><ul><li>x</ul></div>'
    ),
    "section div empty": lambda b: first_section(b)["text"].update(div='<div xmlns="http://www.w3.org/1999/xhtml"/>'),
    "section div script": lambda b: first_section(b)["text"].update(
        div='<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'
    ),
    "patient number": lambda b: part(b, "Patient")["identifier"][0].update(value="9434765910"),
    "patient number repeated": lambda b: part(b, "Patient")["identifier"][0].update(value="1111111111"),
    "patient number system": lambda b: part(b, "Patient")["identifier"][0].update(system="https://example.org"),
    "patient number verified": lambda b: part(b, "Patient")["identifier"][0]["extension"][0]["valueCodeableConcept"][
        "coding"
    ][0].update(code="number-present-and-verified"),
    "patient number unsaid": lambda b: part(b, "Patient")["identifier"][0].pop("extension"),
    "patient name": drop("Patient", "name"),
    "patient birth date": drop("Patient", "birthDate"),
    "practitioner number": drop("Practitioner", "identifier"),
    "practitioner register": lambda b: part(b, "Practitioner")["identifier"][0].update(system="https://example.org"),
    "practitioner spine user": lambda b: part(b, "Practitioner")["identifier"].append(
        {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "55"}
    ),
    "practitioner unknown number": lambda b: part(b, "Practitioner")["identifier"].append(
        {"system": "https://example.org", "value": "1"}
    ),
    "organisation code system": lambda b: part(b, "Organization")["identifier"][0].update(system="https://example.org"),
    "organisation code": drop("Organization", "identifier"),
    "encounter status": put("Encounter", status="planned"),
    "encounter class": lambda b: part(b, "Encounter")["class"].update(code="OBSENC"),
    "encounter period": drop("Encounter", "period"),
    "encounter provider": drop("Encounter", "serviceProvider"),
    "encounter subject": drop("Encounter", "subject"),
    "device manufacturer": drop("Device", "manufacturer"),
    "device name": drop("Device", "deviceName"),
    "device version": drop("Device", "version"),
    "device version of the application": lambda b: part(b, "Device")["version"].pop(0),
    "device version of the template": lambda b: part(b, "Device")["version"].pop(1),
    "device version of the model": lambda b: part(b, "Device")["version"].pop(2),
    "provenance target": lambda b: part(b, "Provenance").update(target=[part(b, "Composition")["subject"]]),
    "provenance assembler": lambda b: part(b, "Provenance")["agent"].pop(0),
    "provenance attester": lambda b: part(b, "Provenance")["agent"].pop(1),
    "provenance swapped": lambda b: part(b, "Provenance")["agent"][0].update(
        who=part(b, "Provenance")["agent"][1]["who"]
    ),
    "printed note type": lambda b: part(b, "DocumentReference")["content"][0]["attachment"].update(
        contentType="text/plain"
    ),
    "printed note data": lambda b: part(b, "DocumentReference")["content"][0]["attachment"].pop("data"),
    "printed note no base64": lambda b: part(b, "DocumentReference")["content"][0]["attachment"].update(data="***"),
    "printed note no pdf": lambda b: part(b, "DocumentReference")["content"][0]["attachment"].update(data="aGVsbG8="),
    "printed note size": lambda b: part(b, "DocumentReference")["content"][0]["attachment"].update(size=7),
    "printed note hash": lambda b: part(b, "DocumentReference")["content"][0]["attachment"].update(hash="aGVsbG8="),
    "unknown element": put("Composition", colour="red"),
    "replaces nothing": lambda b: part(b, "Composition").update(
        relatesTo=[{"code": "replaces", "targetIdentifier": {"system": "urn:ietf:rfc:3986"}}]
    ),
}


@pytest.fixture(scope="module")
def sound() -> Tree:
    return tree(make_note((line(1, "Knee pain", "history", "Left knee pain"), line(2, "Hip", "history", "None"))))


def test_the_document_that_is_broken_below_is_sound(sound: Tree) -> None:
    assert rules(json.dumps(sound).encode()) == []


@pytest.mark.parametrize("what", BROKEN)
def test_every_rule_finds_the_file_that_breaks_it(what: str, sound: Tree) -> None:
    bundle = copy.deepcopy(sound)
    BROKEN[what](bundle)
    assert bundle != sound
    assert rules(json.dumps(bundle).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"resourceType": "Patient"}', b"\xff\xfe"])
def test_what_is_no_document_is_called_that(data: bytes) -> None:
    assert rules(data) and FORMATS["fhir"].faults_of_file(data)


def test_a_changed_word_in_the_printed_note_within_is_found(note: SignedNote) -> None:
    bundle = tree(note)
    other = sealed(replace(note, lines=(replace(note.lines[0], text="Right knee pain"), *note.lines[1:])))
    part(bundle, "DocumentReference")["content"] = part(tree(other), "DocumentReference")["content"]
    assert FORMATS["fhir"].faults(note, context(), json.dumps(bundle).encode()) == [
        "the printed note: line 1 of passage 1 differs"
    ]
