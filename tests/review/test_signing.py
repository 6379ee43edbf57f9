"""Signing: what is refused, what a signed note says, and that a change to it shows."""

from __future__ import annotations

import sys
import time
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.errors import Bug, Fixable
from scribe.records import Clinician, Consent, Evidence, Heading, Line, Mode, Origin, Patient, SignedNote, Stage
from scribe.review import (
    DEMO_STAMP,
    accept_check,
    add_line,
    amend,
    edit_line,
    remove_check,
    sign,
    sign_demo,
    typed_note,
    verify_signed,
)
from scribe.store import Store
from scribe.store.seal import pack, unpack
from tests.store.made import MORNING, PIN, consultation

NOW = MORNING + timedelta(minutes=15)
HEADINGS = (Heading("history", "History"), Heading("medication", "Medication"))


@pytest.fixture
def reviewed(made):
    return remove_check(made.draft, made.draft.checks[0].id, now=NOW)


@pytest.fixture
def note(made, reviewed, clinician) -> SignedNote:
    return signed(reviewed, made.encounter, clinician)


def signed(draft, encounter, clinician, **other) -> SignedNote:
    settings = {"headings": HEADINGS, "confirmed_patient": encounter.patient, "now": NOW, **other}
    return sign(draft, encounter, clinician, **settings)


def refused(call) -> str:
    with pytest.raises((Fixable, Bug)) as caught:
        call()
    return caught.value.code


# ---------------------------------------------------------------- what a note says


def test_a_signed_note_holds_what_was_reviewed(made, reviewed, clinician, note) -> None:
    assert (note.encounter_id, note.draft_id) == (made.encounter.id, reviewed.id)
    assert (note.lines, note.headings) == (reviewed.lines, HEADINGS)
    assert (note.patient, note.clinician) == (made.encounter.patient, clinician)
    assert (note.mode, note.begun_at, note.signed_at) == (made.encounter.mode, MORNING, NOW)
    assert (note.template_id, note.template_version) == (reviewed.template_id, reviewed.template_version)
    assert (note.version, note.replaces, note.demo) == (1, "", False)
    assert note.made_by == reviewed.made_by
    verify_signed(note)


def test_an_emptied_line_is_left_out(made, reviewed, clinician) -> None:
    draft = edit_line(reviewed, reviewed.lines[0].id, "", now=NOW)
    assert refused(lambda: signed(draft, made.encounter, clinician)) == "note-empty"
    draft = add_line(draft, "Well", heading="history", now=NOW)
    assert [line.text for line in signed(draft, made.encounter, clinician).lines] == ["Well"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be told another time zone in a test")
def test_the_stamp_is_one_line_in_local_time(made, reviewed, clinician, monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        summer = datetime(2026, 7, 3, 13, 5, tzinfo=UTC)
        note = signed(reviewed, made.encounter, clinician, now=summer, product="Scribe 0.1.0")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert note.stamp == (
        "Drafted with AI (Scribe 0.1.0), reviewed and signed by Dr Jo Field, GP, GMC 1234567, 3 Jul 2026 14:05; "
        "template gp-consultation 1.0.0; models whisper-base@d01c3014, rules@1"
    )


def test_the_role_can_be_another_than_the_profile_s(made, reviewed, clinician) -> None:
    note = signed(reviewed, made.encounter, clinician, role=" GP  registrar ")
    assert note.clinician.role == "GP registrar"
    assert "Dr Jo Field, GP registrar, GMC 1234567" in note.stamp


def test_a_typed_note_does_not_claim_ai(made, clinician) -> None:
    encounter = replace(made.encounter, consent=Consent.OBJECTED, stage=Stage.TYPED)
    draft = add_line(typed_note(encounter, "1.0.0", now=NOW), "Well", heading="history", now=NOW)
    note = signed(draft, encounter, clinician)
    assert note.stamp.startswith("Typed without AI (Scribe ")
    assert "models" not in note.stamp


# ---------------------------------------------------------------- what is refused


def test_a_note_with_open_checks_is_not_signed(made, clinician) -> None:
    assert refused(lambda: signed(made.draft, made.encounter, clinician)) == "checks-open"


def test_a_note_with_lines_that_must_be_looked_at_is_not_signed(made, clinician) -> None:
    draft = replace(made.draft, checks=())
    assert refused(lambda: signed(draft, made.encounter, clinician, unseen=1)) == "checks-open"
    accepted = accept_check(made.draft, made.draft.checks[0].id, now=NOW)
    assert len(signed(accepted, made.encounter, clinician).lines) == 2


@pytest.mark.parametrize(
    "patient", [Patient(), Patient("Ann Example"), Patient(date_of_birth=MORNING.date(), nhs_number="9434765919")]
)
def test_a_note_of_nobody_is_not_signed(made, reviewed, clinician, patient) -> None:
    encounter = replace(made.encounter, patient=patient)
    assert refused(lambda: signed(reviewed, encounter, clinician)) == "patient-missing"


def test_the_patient_on_the_page_must_be_the_patient_of_the_encounter(made, reviewed, clinician) -> None:
    seen = replace(made.encounter.patient, name="Bea Example")
    assert refused(lambda: signed(reviewed, made.encounter, clinician, confirmed_patient=seen)) == "patient-changed"


def test_only_the_encounter_s_own_clinician_signs(made, reviewed) -> None:
    sam = Clinician("another", "Dr Sam Hill", "GP")
    assert refused(lambda: signed(reviewed, made.encounter, sam)) == "not-yours"


@pytest.mark.parametrize("missing", ["name", "role"])
def test_a_signature_needs_name_and_role(made, reviewed, clinician, missing) -> None:
    assert refused(lambda: signed(reviewed, made.encounter, replace(clinician, **{missing: ""}))) == "role-missing"


def test_a_draft_is_not_signed_for_another_encounter(made, reviewed, clinician) -> None:
    other = consultation(clinician, "insulin")
    assert refused(lambda: signed(reviewed, other.encounter, clinician)) == "crossed-encounters"


def test_no_line_is_signed_that_no_export_would_show(made, reviewed, clinician) -> None:
    draft = add_line(reviewed, "Walks to work", heading="social", now=NOW)
    assert refused(lambda: signed(draft, made.encounter, clinician)) == "heading-missing"
    assert refused(lambda: demo(made, headings=HEADINGS[1:])) == "heading-missing"


def test_what_was_destroyed_or_never_agreed_to_is_not_signed(made, reviewed, clinician) -> None:
    gone = replace(made.encounter, stage=Stage.DESTROYED)
    assert refused(lambda: signed(reviewed, gone, clinician)) == "encounter-destroyed"
    for consent in (Consent.NOT_ASKED, Consent.OBJECTED):
        encounter = replace(made.encounter, consent=consent)
        assert refused(lambda encounter=encounter: signed(reviewed, encounter, clinician)) == "consent-missing"


# ---------------------------------------------------------------- a change shows

OTHER = {
    int: 7,
    str: "changed",
    bool: True,
    datetime: NOW + timedelta(seconds=1),
    Patient: Patient("Bea Example"),
    Clinician: Clinician("x", "y", "z"),
    Mode: Mode.HOME,
    tuple: (),
}


@pytest.mark.parametrize("name", [field.name for field in fields(SignedNote)])
def test_a_change_to_any_part_of_a_signed_note_shows(note, name) -> None:
    before = getattr(note, name)
    forged = replace(note, **{name: OTHER[type(before)]})
    assert forged != note
    assert refused(lambda: verify_signed(forged)) == "note-changed"
    assert refused(lambda: amend(forged, None, now=NOW)) == "note-changed"


def test_a_change_deep_inside_shows(note) -> None:
    line = note.lines[0]
    for other in (
        replace(line, text=f"{line.text}0"),
        replace(line, origin=Origin.CLINICIAN),
        replace(line, evidence=(replace(line.evidence[0], end_word=9),)),
    ):
        assert refused(lambda other=other: verify_signed(replace(note, lines=(other,)))) == "note-changed"


@given(text=st.text(min_size=1))
def test_a_note_is_intact_after_it_was_saved(text: str) -> None:
    clinician = Clinician("clinician", "Dr Jo Field", "GP")
    made = consultation(clinician, "x")
    draft = add_line(replace(made.draft, checks=()), text, heading="history", now=NOW)
    note = signed(draft, made.encounter, clinician)
    back = unpack(SignedNote, pack(SignedNote, note))
    assert back == note
    verify_signed(back)


def test_a_note_signed_by_version_0_1_0_is_still_intact() -> None:
    """Signed notes outlive versions of Scribe. If a change to the records breaks this, it breaks them all."""
    verify_signed(
        SignedNote(
            id="note",
            encounter_id="encounter",
            draft_id="draft",
            version=1,
            replaces="",
            patient=Patient("Siân Llewelyn", date(1961, 4, 9), "9434765919"),
            clinician=Clinician("clinician", "Dr Amara Okafor", "GP", "GMC 1234567"),
            mode=Mode.FACE_TO_FACE,
            begun_at=MORNING,
            signed_at=NOW,
            template_id="gp-consultation",
            template_version="1.0.0",
            headings=(Heading("history", "History", "history"),),
            lines=(
                Line("1", "Knee", "history", "Left knee pain", ("f",), (Evidence("t", 3, 0, 4),), Origin.EDITED),
                Line("2", "Knee", "history", "No locking ½ “”", (), (), Origin.CLINICIAN),
            ),
            stamp="Drafted with AI",
            made_by=("whisper-base@d01c3014",),
            digest="15483ea28659c1c9973ab5ebff10ac92f6e3e66a2866e37e9dd69fea59286d3e",
        )
    )


# ---------------------------------------------------------------- corrections


def test_a_correction_is_a_new_version_that_names_the_old_one(made, reviewed, clinician, note) -> None:
    after = replace(made.encounter, stage=Stage.EXPORTED)
    assert refused(lambda: signed(reviewed, after, clinician)) == "already-signed"

    draft = amend(note, reviewed, now=NOW)
    assert (draft.lines, draft.parent_id, draft.revision) == (note.lines, reviewed.id, reviewed.revision + 1)
    assert refused(lambda: signed(draft, after, clinician, replaces=note)) == "nothing-changed"

    draft = edit_line(draft, draft.lines[0].id, "gabapentin 600 mg", now=NOW)
    second = signed(draft, after, clinician, replaces=note)
    assert (second.version, second.replaces) == (2, note.id)
    assert "; version 2, corrects version 1;" in second.stamp
    assert second.id != note.id
    verify_signed(second)
    verify_signed(note)


def test_a_wrong_date_of_birth_can_be_corrected(made, reviewed, clinician, note) -> None:
    patient = replace(note.patient, name="Gabriel Example")
    after = replace(made.encounter, patient=patient, stage=Stage.SIGNED)
    second = signed(amend(note, reviewed, now=NOW), after, clinician, replaces=note)
    assert second.patient == patient
    assert note.patient != patient


def test_a_correction_is_not_made_of_another_draft_or_a_forged_note(made, reviewed, clinician, note) -> None:
    other = consultation(clinician, "insulin")
    assert refused(lambda: amend(note, other.draft, now=NOW)) == "crossed-encounters"
    assert refused(lambda: amend(note, made.draft, now=NOW)) == "crossed-encounters"
    draft = edit_line(amend(note, reviewed, now=NOW), note.lines[0].id, "x", now=NOW)
    forged = replace(note, version=5)
    assert refused(lambda: signed(draft, made.encounter, clinician, replaces=forged)) == "note-changed"
    foreign = signed(replace(other.draft, checks=()), other.encounter, clinician)
    assert refused(lambda: signed(draft, made.encounter, clinician, replaces=foreign)) == "crossed-encounters"


# ---------------------------------------------------------------- the demo's way


def demo(made, **other) -> SignedNote:
    settings = {"draft": made.draft, "encounter": made.encounter, "recording": made.recording, **other}
    return sign_demo(
        settings["draft"],
        settings["encounter"],
        settings["recording"],
        settings.get("bundled", {made.recording.sha256}),
        headings=settings.get("headings", HEADINGS),
        now=NOW,
        replaces=settings.get("replaces"),
    )


def test_a_bundled_recording_makes_a_note_that_says_nobody_reviewed_it(made) -> None:
    note = demo(made)
    assert note.demo
    assert note.stamp.startswith(DEMO_STAMP)
    assert "signed" not in note.stamp
    assert note.lines == made.draft.lines
    verify_signed(note)
    assert refused(lambda: verify_signed(replace(note, demo=False))) == "note-changed"


def test_no_other_encounter_can_take_the_demo_s_way(made, clinician) -> None:
    unknown = replace(made.recording, sha256="cd" * 32)
    microphone = replace(made.recording, sha256="", source="microphone: x")
    for other in (
        {"bundled": ()},
        {"recording": unknown},
        {"recording": microphone},
        {"recording": microphone, "bundled": {""}},
    ):
        assert refused(lambda other=other: demo(made, **other)) == "not-a-demo"


def test_a_bundled_recording_lends_its_hash_to_no_other_encounter(made, clinician) -> None:
    other = consultation(clinician, "insulin")
    for mixed in (
        {"draft": other.draft},
        {"encounter": other.encounter},
        {"draft": other.draft, "encounter": other.encounter},
        {"draft": replace(made.draft, recording_id=""), "recording": made.recording},
    ):
        assert refused(lambda mixed=mixed: demo(made, **mixed)) == "crossed-encounters"


def test_an_empty_demo_is_refused(made) -> None:
    assert refused(lambda: demo(made, draft=replace(made.draft, lines=()))) == "note-empty"


def test_an_edited_demo_is_marked_like_any_other(made) -> None:
    """Trying the window out, people edit and settle; what comes of it still says that it is no patient's note."""
    draft = accept_check(made.draft, made.draft.checks[0].id, now=NOW)
    draft = edit_line(draft, draft.lines[0].id, "x", now=NOW)
    note = demo(made, draft=draft)
    assert note.demo and note.stamp.startswith(DEMO_STAMP)


def test_a_demo_note_is_corrected_into_another_demo_and_never_into_a_real_one(made, clinician) -> None:
    note = demo(made)
    draft = edit_line(amend(note, made.draft, now=NOW), note.lines[0].id, "other", now=NOW)
    after = replace(made.encounter, stage=Stage.SIGNED)
    assert refused(lambda: demo(made, draft=draft, encounter=after)) == "already-signed"
    second = demo(made, draft=draft, encounter=after, replaces=note)
    assert (second.demo, second.version, second.replaces) == (True, 2, note.id)
    assert second.stamp.startswith(f"{DEMO_STAMP}; ") and "version 2, corrects version 1" in second.stamp
    real = replace(draft, checks=())
    assert refused(lambda: signed(real, after, clinician, replaces=note)) == "demo-note"


def test_a_real_note_is_not_replaced_by_a_demo(made, note) -> None:
    after = replace(made.encounter, stage=Stage.SIGNED)
    assert refused(lambda: demo(made, encounter=after, replaces=note)) == "demo-note"


# ---------------------------------------------------------------- with the store


def test_from_draft_to_second_version_in_a_store() -> None:
    with Store.throwaway() as store:
        clinician, _ = store.create_profile("Dr Jo Field", "GP", pin=PIN)
        profile = store.unlock(clinician.id, PIN)
        made = consultation(clinician, "gabapentin").save(profile)
        draft = accept_check(made.draft, made.draft.checks[0].id, now=NOW)
        profile.save_draft(draft)
        profile.check_pin(PIN)
        first = signed(draft, profile.encounter(made.encounter.id), clinician)
        profile.save_signed(first)

        correction = edit_line(amend(first, draft, now=NOW), draft.lines[0].id, "pregabalin", now=NOW)
        profile.save_draft(correction)
        second = signed(correction, profile.encounter(made.encounter.id), clinician, replaces=first)
        profile.save_signed(second)

        assert profile.signed_notes(made.encounter.id) == (first, second)
        for note in profile.signed_notes(made.encounter.id):
            verify_signed(note)
