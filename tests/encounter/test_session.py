"""Begin, consent, objection, and the next patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scribe.encounter import Notice, Session, require_recordable
from scribe.errors import Bug, Fixable
from scribe.records import Consent, Mode, Patient, Present, Recording, Stage, new_id
from scribe.store import Why
from tests.store.made import MORNING, consultation

ANN = Patient("Ann Example", date(1961, 4, 2), "9434765919", ("Ramipril",))


def refused(call) -> str:
    with pytest.raises((Fixable, Bug)) as caught:
        call()
    return caught.value.code


def heard(profile, session, secret: str = "gabapentin"):
    """Everything that a recording leads to, in the open encounter."""
    made = consultation(profile.clinician, secret)
    encounter = session.current
    recording = replace(made.recording, encounter_id=encounter.id)
    profile.save_recording(recording, stage=Stage.RECORDED)
    profile.add_segment(made.segment, made.voices)
    profile.save_turns(recording.id, (made.turn,))
    profile.save_ledger(made.ledger)
    profile.save_draft(replace(made.draft, encounter_id=encounter.id))
    (profile.sound_folder(encounter.id) / "1").write_bytes(b"sealed")
    return recording


# ---------------------------------------------------------------- begin


def test_an_encounter_begins_with_what_was_entered(session, profile) -> None:
    encounter = session.begin(
        Mode.VIDEO, present=(Present.PARENT, Present.INTERPRETER), template_id="soap", patient=ANN
    )
    assert encounter == profile.encounter(encounter.id) == session.current
    assert (encounter.mode, encounter.present) == (Mode.VIDEO, (Present.PARENT, Present.INTERPRETER))
    assert (encounter.patient, encounter.template_id, encounter.begun_at) == (ANN, "soap", MORNING)
    assert (encounter.consent, encounter.stage) == (Consent.NOT_ASKED, Stage.BEGUN)
    assert encounter.clinician_id == profile.clinician.id


def test_a_patient_that_cannot_be_right_neither_closes_nor_begins(session, profile, closed) -> None:
    first = session.begin(Mode.TELEPHONE, patient=ANN)
    wrong = replace(ANN, nhs_number="9434765918")
    assert refused(lambda: session.begin(Mode.TELEPHONE, patient=wrong)) == "nhs-number"
    assert session.current == first
    assert closed == []
    assert len(profile.encounters()) == 1


def test_the_next_patient_always_closes_the_one_before(session, closed) -> None:
    first = session.begin(Mode.TELEPHONE, patient=ANN)
    second = session.begin(Mode.FACE_TO_FACE)
    assert closed == [first]
    assert session.current == second
    assert second.patient == Patient()


def test_a_recorder_that_cannot_be_stopped_keeps_the_next_patient_out(profile, guard, clock) -> None:
    def cannot(encounter) -> None:
        raise Fixable("The recorder does not answer.", code="recorder")

    session = Session(profile, guard, closing=cannot, clock=clock)
    first = session.begin(Mode.TELEPHONE)
    assert refused(lambda: session.begin(Mode.TELEPHONE)) == "recorder"
    assert session.current == first
    assert len(profile.encounters()) == 1


def test_two_consultations_back_to_back_leave_no_fact_of_one_in_the_other(session, profile) -> None:
    seen = []
    for secret in ("warfarin", "insulin"):
        encounter = session.begin(Mode.TELEPHONE, patient=replace(ANN, name=f"{secret} Example"))
        recording = heard(profile, session, secret)
        seen.append((encounter.id, recording.id))
    for (encounter_id, recording_id), own, other in zip(
        seen, ("warfarin", "insulin"), ("insulin", "warfarin"), strict=True
    ):
        everything = repr(
            (
                profile.encounter(encounter_id),
                profile.segments(recording_id),
                profile.turns(recording_id),
                profile.ledger(recording_id),
                profile.drafts(encounter_id),
            )
        )
        assert own in everything
        assert other not in everything


# ---------------------------------------------------------------- going back to one


def test_opening_another_closes_the_open_one(session, closed) -> None:
    first = session.begin(Mode.TELEPHONE)
    second = session.begin(Mode.TELEPHONE)
    closed.clear()
    assert session.open(first.id) == first
    assert closed == [second]
    assert session.current == first
    session.open(first.id)
    assert closed == [second]  # it is open already


def test_a_running_recording_keeps_other_encounters_shut_but_not_the_next_patient(session, profile) -> None:
    first = session.begin(Mode.TELEPHONE)
    second = session.begin(Mode.TELEPHONE)
    profile.save_recording(Recording(new_id(), second.id, "microphone: x", MORNING), stage=Stage.RECORDING)
    assert refused(lambda: session.open(first.id)) == "recording-on"
    assert session.current.id == second.id
    session.begin(Mode.TELEPHONE)


def test_what_is_not_there_cannot_be_opened_and_closes_nothing(session, closed) -> None:
    first = session.begin(Mode.TELEPHONE)
    assert refused(lambda: session.open(new_id())) == "encounter-missing"
    assert session.current == first
    assert closed == []


@pytest.mark.parametrize("step", ["begin", "open", "close", "object", "cancel"])
def test_what_scribe_copied_never_reaches_the_next_patient(session, guard, clipboard, step) -> None:
    first = session.begin(Mode.TELEPHONE)
    session.begin(Mode.TELEPHONE)
    guard.copied("Left knee pain")
    clipboard.held = "Left knee pain"
    steps = {
        "begin": lambda: session.begin(Mode.TELEPHONE),
        "open": lambda: session.open(first.id),
        "close": session.close,
        "object": session.object,
        "cancel": session.cancel,
    }
    steps[step]()
    assert clipboard.held == ""


def test_without_an_open_encounter_nothing_can_be_done_to_one(session) -> None:
    assert session.current is None
    session.close()
    for call in (lambda: session.set_patient(ANN), session.confirm_told, session.object, session.cancel):
        assert refused(call) == "no-encounter"


# ---------------------------------------------------------------- whose it is


def test_the_patient_can_come_later_and_be_put_right(session, profile) -> None:
    encounter = session.begin(Mode.TELEPHONE)
    assert session.set_patient(Patient("Ann Example")).notices == ()
    assert session.set_patient(ANN).notices == (Notice.NHS_NUMBER_SYNTHETIC,)
    changed = session.set_patient(Patient("Bea Example", ANN.date_of_birth))
    assert changed.notices == (Notice.PATIENT_CHANGED,)
    assert profile.encounter(encounter.id).patient == changed.patient


def test_circumstances_can_be_put_right(session) -> None:
    session.begin(Mode.TELEPHONE, patient=ANN)
    changed = session.set_circumstances(Mode.HOME, [Present.CARER], "soap")
    assert (changed.mode, changed.present, changed.template_id) == (Mode.HOME, (Present.CARER,), "soap")
    assert changed.patient == ANN


def test_after_signing_only_a_correction_touches_the_patient(session, profile) -> None:
    encounter = session.begin(Mode.TELEPHONE, patient=ANN)
    profile.advance(encounter.id, Stage.SIGNED)
    for call in (
        lambda: session.set_patient(ANN),
        lambda: session.set_circumstances(Mode.HOME, (), "soap"),
        session.confirm_told,
        session.type_note,
        session.object,
        session.cancel,
    ):
        assert refused(call) == "already-signed"
    right = replace(ANN, date_of_birth=date(1961, 4, 3))
    assert session.set_patient(right, correcting=True).notices[0] is Notice.PATIENT_CHANGED
    assert session.current.patient == right


# ---------------------------------------------------------------- consent and objection


def test_nothing_is_recorded_before_the_patient_was_told(session, profile) -> None:
    encounter = session.begin(Mode.TELEPHONE)
    assert refused(lambda: require_recordable(encounter)) == "consent-missing"
    require_recordable(session.confirm_told())
    assert profile.encounter(encounter.id).consent is Consent.TOLD_NO_OBJECTION
    profile.advance(encounter.id, Stage.SIGNED)
    assert refused(lambda: require_recordable(session.current)) == "already-signed"


def test_an_objection_midway_destroys_what_there_is(session, profile, closed) -> None:
    before = session.begin(Mode.HOME, present=[Present.CARER], template_id="soap", patient=ANN)
    session.confirm_told()
    recording = heard(profile, session)
    sound = profile.sound_folder(before.id)

    typed = session.object()

    assert [one.id for one in closed] == [before.id]  # its recorder was stopped first
    assert not sound.exists()
    assert refused(lambda: profile.encounter(before.id)) == "encounter-destroyed"
    assert refused(lambda: profile.segments(recording.id)) == "recording-missing"
    assert [(one.encounter_id, one.reason) for one in profile.destroyed()] == [(before.id, Why.OBJECTED)]

    assert session.current == typed
    assert typed.id != before.id
    assert (typed.stage, typed.consent) == (Stage.TYPED, Consent.OBJECTED)
    assert (typed.patient, typed.mode, typed.present) == (ANN, Mode.HOME, (Present.CARER,))
    assert profile.recordings(typed.id) == ()
    assert profile.drafts(typed.id) == ()


def test_an_objection_stands(session) -> None:
    session.begin(Mode.TELEPHONE, patient=ANN)
    typed = session.object()
    assert refused(session.confirm_told) == "objection-stands"
    assert refused(lambda: require_recordable(typed)) == "objection-stands"


def test_a_recorder_that_cannot_be_stopped_is_said_before_anything_is_destroyed(profile, guard, clock) -> None:
    def cannot(encounter) -> None:
        raise Fixable("The recorder does not answer.", code="recorder")

    session = Session(profile, guard, closing=cannot, clock=clock)
    encounter = session.begin(Mode.TELEPHONE)
    for call in (session.object, session.cancel):
        assert refused(call) == "recorder"
    assert profile.encounter(encounter.id) == session.current


def test_the_typed_path_needs_no_objection(session, profile) -> None:
    encounter = session.begin(Mode.TELEPHONE, patient=ANN)
    assert session.type_note().stage is Stage.TYPED
    assert profile.destroyed() == ()
    assert profile.encounter(encounter.id).consent is Consent.NOT_ASKED


def test_what_was_begun_by_mistake_is_destroyed(session, profile) -> None:
    encounter = session.begin(Mode.TELEPHONE, patient=ANN)
    session.cancel()
    assert session.current is None
    assert profile.encounters() == ()
    assert [(one.encounter_id, one.reason) for one in profile.destroyed()] == [(encounter.id, Why.CANCELLED)]
