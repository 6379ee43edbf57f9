"""Signing: the only place where a `SignedNote` is made.

A note's digest is over everything in it, so one that was made or changed anywhere else shows. The PIN is
asked by the store (`Profile.check_pin`) before `sign` is called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from scribe import __version__
from scribe.draft.sensitive import sensitivity
from scribe.errors import Bug, Fixable
from scribe.records import (
    SENSITIVE,
    Clinician,
    Consent,
    Draft,
    Encounter,
    Heading,
    Line,
    Patient,
    Recording,
    SignedNote,
    Stage,
    new_id,
)
from scribe.review.edits import tidy

PRODUCT = f"Scribe {__version__}"
DEMO_STAMP = "DEMO, simulated consultation, not reviewed by a clinician"

_UNSIGNED = "The draft is saved; nothing was signed."
# Not strftime: its names follow the locale, which Qt sets.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOTE = TypeAdapter(SignedNote)


def sign(
    draft: Draft,
    encounter: Encounter,
    clinician: Clinician,
    *,
    headings: Sequence[Heading],
    confirmed_patient: Patient,
    now: datetime,
    role: str = "",
    unseen: int = 0,
    replaces: SignedNote | None = None,
    patient_facing: bool = False,
    product: str = PRODUCT,
    document_code: str = "",
) -> SignedNote:
    """Makes the note that the clinician puts their name to.

    Args:
        draft: the last revision, as it was shown.
        encounter: as it is now in the store.
        clinician: who signs; their PIN was asked just now.
        headings: the template's, in its order.
        confirmed_patient: the patient as shown on the page when the clinician signed.
        now: the instant of signing, timezone-aware.
        role: the role to sign in, where it differs from the profile's.
        unseen: how many lines must be looked at and were not (`scribe.review.must_be_seen`).
        replaces: the signed version that this one corrects.
        patient_facing: the template is that of a letter which goes to the patient, too.
        product: name and version, for the stamp.
        document_code: the template's, what kind of document it is.

    Raises:
        Fixable: "checks-open", "note-empty", "sensitive-in-letter", "patient-missing", "patient-changed", "not-yours", "role-missing",
            "heading-missing", "encounter-destroyed", "already-signed", "nothing-changed".
        Bug: the draft is of another encounter ("crossed-encounters"), a recording was used without the patient's
            agreement ("consent-missing"), or `replaces` was changed ("note-changed") or is a demo ("demo-note").
    """
    signer = replace(clinician, role=tidy(role) or clinician.role)
    lines = _written(draft.lines)
    _require_same_encounter(draft, encounter)
    _require_signer(signer, encounter)
    _require_patient(encounter.patient, confirmed_patient)
    _require_reviewed(draft, lines, unseen)
    _require_headings(lines, headings)
    if patient_facing:
        _require_nothing_sensitive(lines)
    _require_new(encounter, lines, replaces)
    version = replaces.version + 1 if replaces else 1
    return _sealed(
        draft,
        encounter,
        signer,
        headings,
        lines,
        now,
        version=version,
        replaces=replaces.id if replaces else "",
        stamp=stamp(draft, signer, now, version, product),
        document_code=document_code,
    )


def sign_demo(
    draft: Draft,
    encounter: Encounter,
    recording: Recording,
    bundled_sha256s: Collection[str],
    *,
    headings: Sequence[Heading],
    now: datetime,
    replaces: SignedNote | None = None,
    product: str = PRODUCT,
) -> SignedNote:
    """Makes a note of a recording that comes with Scribe: marked as a demo, whatever was done with its draft.

    Args:
        draft: as the template rendered it, or as somebody who tries the window left it; open checks do not hold it up.
        encounter: the one with the bundled recording.
        headings: the template's, in its order.
        recording: what the draft was made from.
        bundled_sha256s: the hashes of the recordings in the demo manifest.
        now: the present instant, timezone-aware.
        replaces: the demo's version before, where there is one.
        product: name and version, for the stamp.

    Raises:
        Fixable: "not-a-demo": the recording is not one of those; "note-empty", "heading-missing", "already-signed",
            "nothing-changed".
        Bug: the records do not belong together ("crossed-encounters"); `replaces` was changed ("note-changed") or
            is no demo ("demo-note").
    """
    _require_same_encounter(draft, encounter)
    if recording.encounter_id != encounter.id or draft.recording_id != recording.id:
        raise _crossed()
    if not recording.sha256 or recording.sha256 not in bundled_sha256s:
        raise Fixable(
            "Only the recordings that come with Scribe can be taken to a note without a review.",
            safe=_UNSIGNED,
            do="Review the note and sign it with your PIN.",
            code="not-a-demo",
        )
    lines = _written(draft.lines)
    if not lines:
        raise _empty()
    _require_headings(lines, headings)
    _require_new(encounter, lines, replaces, demo=True)
    nobody = Clinician(encounter.clinician_id, "Nobody", "demo")
    version = replaces.version + 1 if replaces else 1
    return _sealed(
        draft,
        encounter,
        nobody,
        headings,
        lines,
        now,
        version=version,
        replaces=replaces.id if replaces else "",
        stamp=demo_stamp(draft, version, product),
        demo=True,
    )


def amend(note: SignedNote, draft: Draft, *, now: datetime) -> Draft:
    """A draft that begins where the signed note ended; signing it makes the next version.

    Args:
        note: the latest signed version.
        draft: the draft it was signed from.
        now: the present instant, timezone-aware.

    Raises:
        Bug: the draft is another one ("crossed-encounters"); the note was changed ("note-changed").
    """
    verify_signed(note)
    if note.draft_id != draft.id or note.encounter_id != draft.encounter_id:
        raise _crossed()
    return replace(
        draft,
        id=new_id(),
        lines=note.lines,
        made_at=now,
        revision=draft.revision + 1,
        parent_id=draft.id,
    )


def verify_signed(note: SignedNote) -> None:
    """To be called before a signed note is shown, corrected or exported.

    Raises:
        Bug: it was changed after it was signed, or made elsewhere ("note-changed").
    """
    if note.digest != _digest(note):
        raise Bug(
            "This note is not as it was signed.",
            safe="It was not exported. Earlier versions and the draft are untouched.",
            do="Tell support; correct the note and sign it again.",
            code="note-changed",
        )


# ---------------------------------------------------------------- what is refused


def _require_same_encounter(draft: Draft, encounter: Encounter) -> None:
    if draft.encounter_id != encounter.id:
        raise _crossed()
    if encounter.stage is Stage.DESTROYED:
        raise Fixable("This encounter was destroyed.", code="encounter-destroyed")
    if draft.recording_id and encounter.consent is not Consent.TOLD_NO_OBJECTION:
        raise Bug(
            "This draft came from a recording that the patient has not agreed to.",
            safe=_UNSIGNED,
            do="Destroy the recording and type the note.",
            code="consent-missing",
        )


def _require_signer(signer: Clinician, encounter: Encounter) -> None:
    if signer.id != encounter.clinician_id:
        raise Fixable(
            "This encounter belongs to another clinician.",
            safe=_UNSIGNED,
            do="Ask them to sign it with their own PIN.",
            code="not-yours",
        )
    if not signer.name or not signer.role:
        raise Fixable(
            "A signature needs your name and your role.",
            safe=_UNSIGNED,
            do="Add them in settings.",
            code="role-missing",
        )


def _require_patient(patient: Patient, confirmed: Patient) -> None:
    if not patient.is_known:
        raise Fixable(
            "A note cannot be signed before it says whose it is.",
            safe=_UNSIGNED,
            do="Enter the patient's name and date of birth.",
            code="patient-missing",
        )
    if confirmed != patient:
        raise Fixable(
            "The patient's details changed while you were about to sign.",
            safe=_UNSIGNED,
            do="Check whose note it is, then sign again.",
            code="patient-changed",
        )


def _require_reviewed(draft: Draft, lines: tuple[Line, ...], unseen: int) -> None:
    if left := len(draft.open_checks) + unseen:
        raise Fixable(
            "One thing is still to be checked." if left == 1 else f"{left} things are still to be checked.",
            safe=_UNSIGNED,
            do="Accept, correct or remove each of them, then sign.",
            code="checks-open",
        )
    if not lines:
        raise _empty()


def _require_nothing_sensitive(lines: Sequence[Line]) -> None:
    if any(line.problem == SENSITIVE or (sensitivity(line.text) and not line.cleared) for line in lines):
        raise Fixable(
            "This letter goes to the patient, and holds lines that are sensitive.",
            safe=_UNSIGNED,
            do="Remove them from the letter, or go to each and press H until it is left in its place.",
            code="sensitive-in-letter",
        )


def _require_headings(lines: Sequence[Line], headings: Sequence[Heading]) -> None:
    """A line under a heading that the template does not have would be signed, and then be in no export."""
    if {line.heading for line in lines} - {heading.id for heading in headings}:
        raise Fixable(
            "Some lines stand under a heading that this template does not have.",
            safe=_UNSIGNED,
            do="Move them under another heading, or choose the template they came from.",
            code="heading-missing",
        )


def _require_new(
    encounter: Encounter, lines: tuple[Line, ...], replaces: SignedNote | None, *, demo: bool = False
) -> None:
    if replaces is None:
        if encounter.stage in (Stage.SIGNED, Stage.EXPORTED):
            raise Fixable(
                "This encounter is signed already.",
                safe="The signed note stays as it is.",
                do="Make a correction, which becomes a new version.",
                code="already-signed",
            )
        return
    verify_signed(replaces)
    if replaces.demo is not demo:
        raise _mixed_with_demo()
    if replaces.encounter_id != encounter.id:
        raise _crossed()
    if (replaces.lines, replaces.patient) == (lines, encounter.patient):
        raise Fixable(
            "Nothing was changed since the last version.",
            safe="The signed note stays as it is.",
            do="Correct it first, or leave it.",
            code="nothing-changed",
        )


def _empty() -> Fixable:
    return Fixable("The note is empty.", safe=_UNSIGNED, do="Add at least one line.", code="note-empty")


def _mixed_with_demo() -> Bug:
    return Bug("A demo note cannot become a real one, nor the other way round.", safe=_UNSIGNED, code="demo-note")


def _crossed() -> Bug:
    return Bug(
        "A draft of one encounter was about to be signed for another.",
        safe=_UNSIGNED,
        do="Tell support.",
        code="crossed-encounters",
    )


# ---------------------------------------------------------------- how a note is made


def _sealed(
    draft: Draft,
    encounter: Encounter,
    clinician: Clinician,
    headings: Sequence[Heading],
    lines: tuple[Line, ...],
    now: datetime,
    *,
    version: int,
    replaces: str,
    stamp: str,
    demo: bool = False,
    document_code: str = "",
) -> SignedNote:
    note = SignedNote(
        id=new_id(),
        encounter_id=encounter.id,
        draft_id=draft.id,
        version=version,
        replaces=replaces,
        patient=encounter.patient,
        clinician=clinician,
        mode=encounter.mode,
        begun_at=encounter.begun_at,
        signed_at=now,
        template_id=draft.template_id,
        template_version=draft.template_version,
        headings=tuple(headings),
        lines=lines,
        stamp=stamp,
        made_by=draft.made_by,
        digest="",
        demo=demo,
        document_code=document_code,
    )
    return replace(note, digest=_digest(note))


def _digest(note: SignedNote) -> str:
    """SHA-256 of the note as canonical JSON. What stands at its default is left out, so that a field that a
    later version adds does not make today's notes look changed."""
    content = _NOTE.dump_python(replace(note, digest=""), mode="json", exclude_defaults=True)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _written(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.text)


def stamp(draft: Draft, clinician: Clinician, now: datetime, version: int = 1, product: str = PRODUCT) -> str:
    """The one line that every export carries: how the note was made, by whom it was signed, and when."""
    who = ", ".join(filter(None, (clinician.name, clinician.role, clinician.registration)))
    when = now.astimezone()
    signed = f"{who}, {when.day} {_MONTHS[when.month - 1]} {when.year} {when:%H:%M}"
    if draft.recording_id or draft.made_by:
        first = f"Drafted with AI ({product}), reviewed and signed by {signed}"
    else:
        first = f"Typed without AI ({product}), signed by {signed}"
    return "; ".join((first, *_correction(version), *_made_by(draft)))


def demo_stamp(draft: Draft, version: int = 1, product: str = PRODUCT) -> str:
    """The one line that every export of a demo carries."""
    return "; ".join((DEMO_STAMP, f"drafted with AI ({product})", *_correction(version), *_made_by(draft)))


def _correction(version: int) -> tuple[str, ...]:
    return (f"version {version}, corrects version {version - 1}",) if version > 1 else ()


def _made_by(draft: Draft) -> tuple[str, ...]:
    template = f"template {draft.template_id} {draft.template_version}"
    return (template, f"models {', '.join(draft.made_by)}") if draft.made_by else (template,)
