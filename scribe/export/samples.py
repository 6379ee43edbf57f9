"""Samples for those who integrate: a made-up signed note and its correction, in every format, and files to read.

Nobody signed it and there is no such patient: the name is the NHS's own for test patients, the NHS number is of the
range for tests, HL7 messages are marked as training, and the first line says what it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scribe.draft import templates
from scribe.export import json as json_format
from scribe.export import paste
from scribe.export.context import Context
from scribe.export.export import prepare, write
from scribe.export.formats import FORMATS
from scribe.export.publish import publish
from scribe.export.site import Organisation, Paste, Site
from scribe.records import (
    Clinician,
    Consent,
    Detail,
    Draft,
    Encounter,
    Line,
    Mode,
    Patient,
    Recording,
    SignedNote,
    Stage,
)
from scribe.review import sign

_BEGUN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
_CLINICIAN = Clinician("sample-clinician", "Dr Sample Clinician", "GP", "GMC 0000000")
_PATIENT = Patient(
    "Sample XXTESTPATIENT",
    date(1970, 1, 1),
    "9990000018",
    family_name="XXTESTPATIENT",
    given_names="Sample",
)
_LINES = (
    ("Knee pain", "problem", "SAMPLE for integration tests: not a patient, not a consultation"),
    ("Knee pain", "history", "Left knee pain for 3 weeks, worse on stairs; no locking"),
    ("Knee pain", "history", "PMH: hypertension since 2019"),
    ("Knee pain", "examination", "No effusion; medial joint line tender; range 0\u2013120\u00b0"),
    ("Knee pain", "medication", "Ibuprofen 400 mg three times a day with food"),
    ("Knee pain", "allergy", "Penicillin: rash"),
    ("Knee pain", "comment", "Likely osteoarthritis of the left knee"),
    ("Knee pain", "follow_up", "Come back if it locks, gives way or swells"),
    ("Blood pressure", "problem", "Blood pressure check"),
    ("Blood pressure", "examination", "BP 142/88 seated, left arm"),
    ("Blood pressure", "comment", "Continue amlodipine 5 mg once daily; delimiters | ^ ~ \\ & < > are text"),
)


def sample_notes() -> tuple[SignedNote, SignedNote]:
    """The made-up note, and the version that corrects it."""
    template = templates.load("gp-consultation")
    headings = [rule.heading for rule in template.headings]
    lines = tuple(Line(f"line-{n}", problem, where, text, (), ()) for n, (problem, where, text) in enumerate(_LINES, 1))
    encounter = Encounter(
        "sample-encounter", _CLINICIAN.id, _BEGUN, Mode.FACE_TO_FACE, (), _PATIENT, Consent.TOLD_NO_OBJECTION
    )
    recording = Recording("sample-recording", encounter.id, "file", _BEGUN)
    draft = Draft(
        "sample-draft",
        encounter.id,
        recording.id,
        template.id,
        template.version,
        Detail.STANDARD,
        lines,
        made_by=("sample-model@1",),
        made_at=_BEGUN,
    )
    first = sign(
        draft,
        encounter,
        _CLINICIAN,
        headings=headings,
        confirmed_patient=_PATIENT,
        now=_BEGUN + timedelta(minutes=15),
        document_code=template.composition,
    )
    corrected = tuple(replace(each, text=each.text.replace("3 weeks", "4 weeks")) for each in lines)
    second = sign(
        replace(draft, lines=corrected),
        replace(encounter, stage=Stage.SIGNED),
        _CLINICIAN,
        headings=headings,
        confirmed_patient=_PATIENT,
        now=_BEGUN + timedelta(hours=2),
        replaces=first,
        document_code=template.composition,
    )
    return first, second


def write_samples(folder: Path, site: Site, at: datetime) -> Iterator[Path]:
    """Writes both versions in every format, what Scribe reads, the schema, and what the clipboard gets. Yields each file
    as it is there.

    Args:
        folder: made where it is missing.
        site: whose names stand in the header; a made-up organisation takes its place where it has none.
        at: the instant of the export.

    Raises:
        Fixable: the folder cannot be written to (`publish`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    organisation = site.organisation if site.organisation.ods else Organisation(name="Sample Surgery", ods="X99999")
    training = site.model_copy(
        update={"organisation": organisation, "hl7": site.hl7.model_copy(update={"processing": "T"})}
    )
    for name, data in _to_read().items():  # first, since a folder that holds samples already refuses these names
        yield publish(data, folder, name)
    for note, instant in zip(sample_notes(), (at, at + timedelta(seconds=1)), strict=True):
        context = Context(instant, training)
        files = prepare(note, tuple(FORMATS), context)
        yield from (Path(receipt.path) for receipt in write(files, note, folder, context))
    for system in (Paste.EMIS, Paste.SYSTMONE):
        pasting = training.model_copy(update={"text": training.text.model_copy(update={"paste": system})})
        beside = folder / f"clipboard-{system}"
        beside.mkdir(exist_ok=True)
        for name, text in _pasted(sample_notes()[0], pasting):
            yield publish(text.encode(), beside, name)


def _pasted(note: SignedNote, site: Site) -> Iterator[tuple[str, str]]:
    """What each key puts on the clipboard, one file a key."""
    yield "whole-note.txt", paste.note_text(note, site)
    for number, (problem, heading) in enumerate(paste.passages(note), 1):
        yield f"{number}-{heading.replace('_', '-')}.txt", paste.heading_text(note, problem, heading, site)


def _to_read() -> dict[str, bytes]:
    """What a record system may drop, an export profile, and the schema of our JSON."""
    born = f"{_PATIENT.date_of_birth:%Y-%m-%d}"
    row = f"{_PATIENT.family_name},{_PATIENT.given_names},{born},{_PATIENT.nhs_number},{_CLINICIAN.registration},X99999"
    fields = {
        "family_name": _PATIENT.family_name,
        "given_names": _PATIENT.given_names,
        "date_of_birth": born,
        "nhs_number": _PATIENT.nhs_number,
        "clinician": _CLINICIAN.registration,
        "organisation": "X99999",
    }
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": _PATIENT.nhs_number}],
        "name": [{"use": "official", "family": _PATIENT.family_name, "given": [_PATIENT.given_names]}],
        "birthDate": born,
    }
    header = "family_name,given_names,date_of_birth,nhs_number,clinician,organisation"
    return {
        "identity.csv": f"{header}\r\n{row}\r\n".encode(),
        "identity.json": json.dumps(fields, indent=1).encode(),
        "identity.fhir.json": json.dumps(patient, indent=1).encode(),
        "export-profile.toml": _PROFILE.encode(),
        json_format.SCHEMA_FILE.name: json_format.SCHEMA_FILE.read_bytes(),
    }


_PROFILE = """\
schema = 1
title = "Sample Surgery, integration engine"
formats = ["hl7-2.4-pdf", "pdf"]
folder = "/mnt/engine/in"                  # on Windows: '\\\\\\\\server\\\\share\\\\in'
names = "{time}_{document}_{version}"      # nothing else can be in them

[organisation]
name = "Sample Surgery"
ods = "X99999"

[sds_user_ids]                             # optional, by registration
"GMC 0000000" = "555000000001"

[text]
columns = 0                                # 30 to 200 wraps; 0 leaves lines whole
crlf = true
headings = "capitals"                      # or "as-written"
paste = "emis"                             # or "systmone", "plain"

[docx]
letterhead = ""                            # a .docx beside this file

[fhir]
snomed_headings = false

[hl7]
sending_application = "SCRIBE"
sending_facility = "X99999"
receiving_application = "ENGINE"
receiving_facility = "TRUST"
processing = "T"                           # P when it is real
document_type = "CN"                       # or "DS"
pdf = "table"                              # app^AP^PDF^Base64; "mime" is ^application^pdf^Base64

[identity]
folder = ""                                # where the record system drops who the patient is
minutes = 15                               # an older file is not offered
"""
