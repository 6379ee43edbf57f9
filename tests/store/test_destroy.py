"""Destroying an encounter: what is left of it anywhere, seen in the raw bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.errors import Fixable
from scribe.store import Keyring, Store, Tombstone, Why
from scribe.store import database as database_module
from tests.store.made import MORNING, PIN, QUICK, Clock, consultation, every_file

SECRET = "gabapentin three hundred milligrams"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def bare_store(folder: Path, keyring, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store without the outer encryption, so that the test sees its pages as they are."""
    monkeypatch.setattr(database_module, "_apply_key", lambda connection, key: None)
    with Store.open(folder, Keyring(keyring), clock=Clock(), work=QUICK) as store:
        yield store


def found(folder: Path, *secrets: bytes) -> list[tuple[str, bytes]]:
    return [(path.name, one) for path, data in every_file(folder) for one in secrets if one in data]


def test_no_clinical_text_is_in_any_file_even_without_the_outer_encryption(bare_store, folder, temporary) -> None:
    clinician, _ = bare_store.create_profile("Dr Jo Field", "GP", pin=PIN)
    saved = consultation(clinician, SECRET).save(bare_store.unlock(clinician.id, PIN))
    words = [word.encode() for word in SECRET.split()]
    assert found(folder, b"Dr Jo Field")  # the outer encryption is off: plain columns can be read
    assert not found(folder, SECRET.encode(), *words, b"Example", b"9434765919", b"1961-04-02")
    assert not list(every_file(temporary))
    bare_store.close()
    assert not found(folder, SECRET.encode(), *words, b"Example", b"9434765919")
    assert saved.encounter.id.encode() in (folder / "store.db").read_bytes()


def test_a_destroyed_encounter_s_key_and_records_are_in_no_file(bare_store, folder, temporary) -> None:
    clinician, _ = bare_store.create_profile("Dr Jo Field", "GP", pin=PIN)
    profile = bare_store.unlock(clinician.id, PIN)
    saved = consultation(clinician, SECRET).save(profile)
    kept = consultation(clinician, "amlodipine").save(profile)
    rows = bare_store._database.rows
    key = rows("SELECT data_key FROM encounters WHERE id = ?", saved.encounter.id)[0][0]
    bodies = [body for (body,) in rows("SELECT body FROM drafts WHERE id = ?", saved.draft.id)]
    bodies += [body for (body,) in rows("SELECT body FROM segments WHERE recording_id = ?", saved.recording.id)]
    marks = [key, *(body[:64] for body in bodies)]
    assert len(found(folder, *marks)) >= len(marks)  # they can be seen before

    profile.destroy(saved.encounter.id, Why.OBJECTED)

    assert not found(folder, *marks, *(word.encode() for word in SECRET.split()))
    assert (folder / "store.db-wal").stat().st_size == 0
    assert not list(every_file(temporary))
    bare_store.close()
    assert not found(folder, *marks)
    names = [path.name for path in (folder / "sound").iterdir()]
    assert names == [kept.encounter.id]


def test_only_a_tombstone_is_left(store, open_store, profile, clock) -> None:
    saved = consultation(profile.clinician, SECRET).save(profile)
    kept = consultation(profile.clinician, "amlodipine").save(profile)
    tombstone = profile.destroy(saved.encounter.id, Why.OBJECTED)
    assert tombstone == Tombstone(saved.encounter.id, profile.clinician.id, MORNING, MORNING, Why.OBJECTED)
    store.close()
    profile = open_store().unlock(profile.clinician.id, PIN)
    assert profile.destroyed() == (tombstone,)
    assert [one.id for one in profile.encounters()] == [kept.encounter.id]
    assert profile.latest_draft(kept.encounter.id) == kept.draft
    for call in (
        lambda: profile.encounter(saved.encounter.id),
        lambda: profile.drafts(saved.encounter.id),
        lambda: profile.sound_key(saved.encounter.id),
        lambda: profile.save_draft(saved.draft),
        lambda: profile.destroy(saved.encounter.id, Why.CANCELLED),
    ):
        with pytest.raises(Fixable) as caught:
            call()
        assert caught.value.code == "encounter-destroyed"
    with pytest.raises(Fixable) as caught:
        profile.add_segment(saved.segment)  # a worker that did not hear of it
    assert caught.value.code == "recording-missing"


def test_every_table_is_empty_after_the_only_encounter_is_destroyed(store, profile) -> None:
    saved = consultation(profile.clinician, SECRET).save(profile)
    profile.destroy(saved.encounter.id, Why.CANCELLED)
    tables = [name for (name,) in store._database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    left = {name for name in tables if store._database.rows(f"SELECT 1 FROM {name}")}
    assert left == {"profiles", "tombstones"}


def test_sound_left_by_a_crash_goes_when_the_store_is_next_opened(store, open_store, profile) -> None:
    saved = consultation(profile.clinician, SECRET).save(profile)
    kept = consultation(profile.clinician, "amlodipine").save(profile)
    folder = profile.sound_folder(saved.encounter.id)
    profile.destroy(saved.encounter.id, Why.CANCELLED)
    folder.mkdir()  # as if the program had died, or the file was held open
    (folder / "0001.sealed").write_bytes(b"x")
    store.close()
    profile = open_store().unlock(profile.clinician.id, PIN)
    assert not folder.exists()
    assert list(profile.sound_folder(kept.encounter.id).iterdir())
