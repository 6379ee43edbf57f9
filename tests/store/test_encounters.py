"""What a profile keeps: every record comes back as it was, and only to its own clinician."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scribe.errors import Bug, Fixable
from scribe.records import Clinician, Heading, Mode, Receipt, Stage, Turn, Word, new_id
from scribe.review import sign
from scribe.store import Store, Why
from scribe.store.seal import seal
from tests.store.made import MORNING, PIN, consultation

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def code(call) -> str:
    with pytest.raises((Fixable, Bug)) as caught:
        call()
    return caught.value.code


def everything(profile, saved) -> tuple[object, ...]:
    """All that the store says about one encounter."""
    recordings = profile.recordings(saved.encounter.id)
    return (
        profile.encounter(saved.encounter.id),
        recordings,
        *(
            part(recording.id)
            for recording in recordings
            for part in (profile.segments, profile.voices, profile.turns, profile.ledger)
        ),
        profile.drafts(saved.encounter.id),
        profile.signed_notes(saved.encounter.id),
        profile.receipts(saved.encounter.id),
    )


def signed(saved):
    return sign(
        replace(saved.draft, checks=()),
        saved.encounter,
        signer(saved),
        headings=(Heading("history", "History"),),
        confirmed_patient=saved.encounter.patient,
        now=MORNING,
    )


def signer(saved):
    return Clinician(saved.encounter.clinician_id, "Dr Jo Field", "GP")


# ---------------------------------------------------------------- coming back


def test_every_record_comes_back_as_it_was_after_reopening(store, open_store, profile) -> None:
    saved = consultation(profile.clinician, "gabapentin 300 mg").save(profile)
    note = signed(saved)
    receipt = Receipt(new_id(), note.id, "txt", "/notes/x.txt", "cd" * 32, MORNING)
    profile.save_signed(note)
    profile.save_receipt(receipt, stage=Stage.EXPORTED)
    store.close()

    profile = open_store().unlock(profile.clinician.id, PIN)
    assert everything(profile, saved) == (
        replace(saved.encounter, stage=Stage.EXPORTED),
        (saved.recording,),
        (saved.segment,),
        saved.voices,
        (saved.turn,),
        saved.ledger,
        (saved.draft,),
        (note,),
        (receipt,),
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=ANY_TEXT)
def test_any_text_comes_back(profile, text: str) -> None:
    saved = consultation(profile.clinician, "x")
    saved = replace(
        saved,
        encounter=replace(saved.encounter, patient=replace(saved.encounter.patient, name=text)),
        segment=replace(saved.segment, text=text, words=(Word(text, 0, 1),)),
        draft=replace(saved.draft, lines=(replace(saved.draft.lines[0], text=text),)),
    ).save(profile)
    assert profile.encounter(saved.encounter.id).patient.name == text
    assert profile.segments(saved.recording.id) == (saved.segment,)
    assert profile.latest_draft(saved.encounter.id) == saved.draft


def test_nothing_yet_is_empty_not_an_error(profile) -> None:
    saved = consultation(profile.clinician, "x")
    profile.begin(saved.encounter)
    assert profile.latest_draft(saved.encounter.id) is None
    profile.save_recording(saved.recording)
    assert profile.ledger(saved.recording.id) is None
    assert profile.segments(saved.recording.id) == ()


def test_a_day_is_a_day_on_this_computer_s_clock(profile) -> None:
    midnight = MORNING.astimezone().replace(hour=0)
    moments = [midnight + timedelta(minutes=minutes) for minutes in (-1, 0, 1439, 1440)]
    begun = [consultation(profile.clinician, "x", at=moment).encounter for moment in moments]
    for encounter in reversed(begun):
        profile.begin(encounter)
    assert [one.id for one in profile.encounters(midnight.date())] == [begun[1].id, begun[2].id]
    assert [one.id for one in profile.encounters()] == [one.id for one in begun]
    assert profile.encounters(date(2020, 1, 1)) == ()


# ---------------------------------------------------------------- stages


def test_a_stage_moves_with_what_is_saved_and_never_back(profile) -> None:
    saved = consultation(profile.clinician, "x")
    profile.begin(saved.encounter)
    profile.save_recording(saved.recording, stage=Stage.RECORDING)
    profile.add_segment(saved.segment, stage=Stage.TRANSCRIBING)
    assert profile.encounter(saved.encounter.id).stage is Stage.TRANSCRIBING
    assert profile.advance(saved.encounter.id, Stage.RECORDED).stage is Stage.TRANSCRIBING
    profile.save_turns(saved.recording.id, (saved.turn,), stage=Stage.TRANSCRIBED)
    profile.save_draft(saved.draft)
    profile.save_encounter(replace(saved.encounter, mode=Mode.VIDEO, stage=Stage.BEGUN))
    now = profile.encounter(saved.encounter.id)
    assert (now.stage, now.mode) == (Stage.DRAFTED, Mode.VIDEO)
    assert code(lambda: profile.advance(saved.encounter.id, Stage.DESTROYED)) == "stage-destroyed"


def test_unfinished_work_is_offered_back_until_it_is_signed_and_exported(store, open_store, profile) -> None:
    first, second = (consultation(profile.clinician, name).save(profile) for name in ("one", "two"))
    store.close()
    profile = open_store().unlock(profile.clinician.id, PIN)
    assert [one.id for one in profile.unfinished()] == [first.encounter.id, second.encounter.id]
    note = signed(first)
    profile.save_signed(note)
    assert [one.id for one in profile.unfinished()] == [first.encounter.id, second.encounter.id]
    profile.save_receipt(Receipt(new_id(), note.id, "clipboard", "", "", MORNING))
    assert [one.id for one in profile.unfinished()] == [first.encounter.id, second.encounter.id], (
        "it may be a part of it"
    )
    profile.save_receipt(Receipt(new_id(), note.id, "clipboard", "", "", MORNING), stage=Stage.EXPORTED)
    assert [one.id for one in profile.unfinished()] == [second.encounter.id]
    profile.save_draft(replace(first.draft, id=new_id()))
    assert [one.id for one in profile.unfinished()] == [first.encounter.id, second.encounter.id], "a correction"
    again = replace(signed(first), version=2, replaces=note.id)
    profile.save_signed(again)
    profile.save_receipt(Receipt(new_id(), again.id, "clipboard", "", "", MORNING), stage=Stage.EXPORTED)
    assert [one.id for one in profile.unfinished()] == [second.encounter.id]


def test_a_new_version_of_an_exported_note_is_not_exported_yet(profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    note = signed(saved)
    profile.save_signed(note)
    profile.save_receipt(Receipt(new_id(), note.id, "txt", "", "", MORNING), stage=Stage.EXPORTED)
    assert profile.encounter(saved.encounter.id).stage is Stage.EXPORTED
    second = replace(note, id=new_id(), version=2, replaces=note.id)
    profile.save_signed(second)
    assert profile.encounter(saved.encounter.id).stage is Stage.SIGNED
    profile.save_receipt(Receipt(new_id(), note.id, "pdf", "", "", MORNING), stage=Stage.EXPORTED)
    assert profile.encounter(saved.encounter.id).stage is Stage.SIGNED, "the first version had waited for its folder"
    profile.save_receipt(Receipt(new_id(), second.id, "pdf", "", "", MORNING), stage=Stage.EXPORTED)
    assert profile.encounter(saved.encounter.id).stage is Stage.EXPORTED


def test_a_receipt_of_an_earlier_version_of_scribe_that_does_not_say_what_was_copied_is_read(store, profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    note = signed(saved)
    profile.save_signed(note)
    receipt = Receipt(new_id(), note.id, "clipboard", "", "ab" * 32, MORNING)
    profile.save_receipt(receipt, stage=Stage.EXPORTED)
    earlier = {field.name: getattr(receipt, field.name) for field in fields(receipt) if field.name != "passages"}
    packed = zlib.compress(json.dumps(earlier | {"written_at": MORNING.isoformat()}).encode())
    key, place = profile._data_key(saved.encounter.id), f"receipts/{saved.encounter.id}/{receipt.id}"
    with profile._database.transaction():
        profile._database.execute("UPDATE receipts SET body = ? WHERE id = ?", seal(key, packed, place), receipt.id)
    assert profile.receipts(saved.encounter.id) == (receipt,)
    assert profile.encounter(saved.encounter.id).stage is Stage.EXPORTED, "what it finished stays finished"


# ---------------------------------------------------------------- replacing


def test_a_segment_of_the_same_number_replaces_the_one_before(profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    better = replace(saved.segment, text="y", revision=1)
    later = replace(saved.segment, id=new_id(), number=2)
    profile.add_segment(later)
    profile.add_segment(better)
    assert profile.segments(saved.recording.id) == (better, later)
    assert profile.voices(saved.recording.id) == ()


def test_turns_are_replaced_as_a_whole_in_their_order(profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    turns = tuple(replace(saved.turn, id=new_id(), number=number) for number in (2, 1, 3))
    profile.save_turns(saved.recording.id, turns)
    assert profile.turns(saved.recording.id) == turns
    profile.save_turns(saved.recording.id, turns[:1])
    assert profile.turns(saved.recording.id) == turns[:1]


def test_every_revision_of_a_draft_stays(profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    second = replace(saved.draft, id=new_id(), revision=1, parent_id=saved.draft.id)
    again = replace(saved.draft, id=new_id(), revision=0)  # drafted anew
    profile.save_draft(second)
    profile.save_draft(again)
    assert profile.drafts(saved.encounter.id) == (saved.draft, second, again)
    assert profile.latest_draft(saved.encounter.id) == again


def test_a_transcript_can_be_made_anew(profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    profile.forget_transcript(saved.recording.id)
    assert profile.segments(saved.recording.id) == profile.turns(saved.recording.id) == ()
    assert profile.ledger(saved.recording.id) is None
    assert profile.drafts(saved.encounter.id) == (saved.draft,)


def test_a_signed_note_cannot_be_saved_again(profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    note = signed(saved)
    profile.save_signed(note)
    for other in (replace(note, lines=()), replace(note, id=new_id())):
        assert code(lambda other=other: profile.save_signed(other)) == "store-constraint"
    assert profile.signed_notes(saved.encounter.id) == (note,)


# ---------------------------------------------------------------- whose it is


def test_a_colleague_on_the_same_account_cannot_list_open_change_or_sign(profile, other_profile) -> None:
    saved = consultation(profile.clinician, "gabapentin").save(profile)
    note = signed(saved)
    profile.save_signed(note)
    before = everything(profile, saved)

    assert other_profile.encounters() == other_profile.unfinished() == other_profile.destroyed() == ()
    encounter_id, recording_id = saved.encounter.id, saved.recording.id
    for call in (
        lambda: other_profile.encounter(encounter_id),
        lambda: other_profile.advance(encounter_id, Stage.EXPORTED),
        lambda: other_profile.recordings(encounter_id),
        lambda: other_profile.save_recording(saved.recording),
        lambda: other_profile.segments(recording_id),
        lambda: other_profile.add_segment(saved.segment),
        lambda: other_profile.voices(recording_id),
        lambda: other_profile.turns(recording_id),
        lambda: other_profile.save_turns(recording_id, ()),
        lambda: other_profile.forget_transcript(recording_id),
        lambda: other_profile.ledger(recording_id),
        lambda: other_profile.save_ledger(saved.ledger),
        lambda: other_profile.drafts(encounter_id),
        lambda: other_profile.latest_draft(encounter_id),
        lambda: other_profile.save_draft(replace(saved.draft, id=new_id())),
        lambda: other_profile.signed_notes(encounter_id),
        lambda: other_profile.save_receipt(Receipt(new_id(), note.id, "txt", "", "", MORNING)),
        lambda: other_profile.receipts(encounter_id),
        lambda: other_profile.sound_key(encounter_id),
        lambda: other_profile.sound_folder(encounter_id),
        lambda: other_profile.destroy(encounter_id, Why.CANCELLED),
        lambda: other_profile.save_signed(replace(note, id=new_id(), version=2, clinician=other_profile.clinician)),
    ):
        assert code(call) == "encounter-missing"
    for call in (
        lambda: other_profile.begin(replace(saved.encounter, id=new_id())),
        lambda: other_profile.save_encounter(saved.encounter),
        lambda: other_profile.save_signed(replace(note, id=new_id(), version=2)),
    ):
        assert code(call) == "not-yours"
    assert everything(profile, saved) == before


def test_a_row_that_is_given_to_a_colleague_in_the_file_does_not_open(store, profile, other_profile) -> None:
    saved = consultation(profile.clinician, "gabapentin").save(profile)
    with store._database.transaction():
        store._database.execute("UPDATE encounters SET clinician_id = ?", other_profile.clinician.id)
    assert code(lambda: other_profile.encounter(saved.encounter.id)) == "not-yours"
    assert code(lambda: other_profile.drafts(saved.encounter.id)) == "not-yours"


def test_two_consultations_back_to_back_leave_no_fact_of_one_in_the_other(profile) -> None:
    first, second = (consultation(profile.clinician, name).save(profile) for name in ("warfarin", "insulin"))
    assert "insulin" not in repr(everything(profile, first))
    assert "warfarin" not in repr(everything(profile, second))
    assert profile.sound_key(first.encounter.id) != profile.sound_key(second.encounter.id)
    assert profile.sound_folder(first.encounter.id) != profile.sound_folder(second.encounter.id)


def test_a_record_of_one_encounter_is_never_saved_with_another(profile) -> None:
    first, second = (consultation(profile.clinician, name).save(profile) for name in ("warfarin", "insulin"))
    before = everything(profile, first), everything(profile, second)
    crossed_ledger = replace(second.ledger, recording_id=first.recording.id)
    for call in (
        lambda: profile.save_turns(first.recording.id, (second.turn,)),
        lambda: profile.save_ledger(crossed_ledger),
        lambda: profile.save_draft(replace(second.draft, id=new_id(), encounter_id=first.encounter.id)),
        lambda: profile.save_recording(replace(second.recording, encounter_id=first.encounter.id)),
    ):
        assert code(call) == "crossed-encounters"
    assert (everything(profile, first), everything(profile, second)) == before


@pytest.mark.parametrize(
    "table, read",
    [
        ("recordings", lambda profile, one: profile.recordings(one.encounter.id)),
        ("segments", lambda profile, one: profile.segments(one.recording.id)),
        ("turns", lambda profile, one: profile.turns(one.recording.id)),
        ("ledgers", lambda profile, one: profile.ledger(one.recording.id)),
        ("drafts", lambda profile, one: profile.drafts(one.encounter.id)),
        ("encounters", lambda profile, one: profile.encounter(one.encounter.id)),
    ],
)
def test_cells_swapped_in_the_file_do_not_open(store, profile, table, read) -> None:
    first = consultation(profile.clinician, "warfarin").save(profile)
    consultation(profile.clinician, "insulin").save(profile)
    with store._database.transaction():
        one, two = store._database.rows(f"SELECT body FROM {table} ORDER BY rowid")
        for body, row in ((two[0], 1), (one[0], 2)):
            store._database.execute(f"UPDATE {table} SET body = ? WHERE rowid = ?", body, row)
    assert code(lambda: read(profile, first)) == "sealed-cell"


def test_cells_swapped_within_one_encounter_do_not_open(store, profile) -> None:
    """An older dose in the place of a newer one would be as wrong as another patient's."""
    saved = consultation(profile.clinician, "warfarin").save(profile)
    profile.add_segment(replace(saved.segment, id=new_id(), number=2))
    with store._database.transaction():
        one, two = store._database.rows("SELECT body FROM segments ORDER BY number")
        for body, number in ((two[0], 1), (one[0], 2)):
            store._database.execute("UPDATE segments SET body = ? WHERE number = ?", body, number)
    assert code(lambda: profile.segments(saved.recording.id)) == "sealed-cell"


def test_an_encounter_s_key_opens_nothing_under_another_encounter(store, profile) -> None:
    first, second = (consultation(profile.clinician, name).save(profile) for name in ("warfarin", "insulin"))
    with store._database.transaction():
        key = store._database.rows("SELECT data_key FROM encounters WHERE id = ?", second.encounter.id)[0][0]
        store._database.execute("UPDATE encounters SET data_key = ? WHERE id = ?", key, first.encounter.id)
    assert code(lambda: profile.encounter(first.encounter.id)) == "not-yours"


def test_what_is_gone_says_so(profile) -> None:
    assert code(lambda: profile.encounter(new_id())) == "encounter-missing"
    assert code(lambda: profile.segments(new_id())) == "recording-missing"
    assert code(lambda: profile.save_receipt(Receipt(new_id(), new_id(), "txt", "", "", MORNING))) == "note-missing"


# ---------------------------------------------------------------- throw-away stores


def test_a_throwaway_store_leaves_nothing() -> None:
    with Store.throwaway() as store:
        clinician, _ = store.create_profile("Demo", "demo", pin=PIN)
        profile = store.unlock(clinician.id, PIN)
        saved = consultation(clinician, "gabapentin").save(profile)
        assert profile.latest_draft(saved.encounter.id) == saved.draft
        folder = profile.sound_folder(saved.encounter.id).parent.parent
        assert folder.is_dir()
    assert not folder.exists()


def test_a_closed_store_says_so(store, profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    store.close()
    assert code(lambda: profile.encounter(saved.encounter.id)) == "store-closed"
    assert code(lambda: profile.save_draft(saved.draft)) == "store-closed"


def test_three_hours_of_turns_are_saved_in_their_own_time(profile) -> None:
    """Sealing happens outside the transaction, so that a reader never waits for it."""
    saved = consultation(profile.clinician, "x").save(profile)
    turns = tuple(
        Turn(new_id(), saved.recording.id, number, saved.turn.role, 0.9, saved.turn.words * 30)
        for number in range(1000)
    )
    profile.save_turns(saved.recording.id, turns)
    assert profile.turns(saved.recording.id) == turns
