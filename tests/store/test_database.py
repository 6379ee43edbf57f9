"""The file itself: versions, a full disk, threads, and a program that is killed."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from scribe.errors import Bug, Fixable
from scribe.records import new_id
from scribe.store import Keyring, Passphrase, Store, Why
from scribe.store.database import Database, disk_failure
from scribe.store.schema import MIGRATIONS
from scribe.store.seal import new_key
from tests.store.made import PIN, QUICK, consultation

WORDS = "correct horse battery"


def code(call) -> str:
    with pytest.raises((Fixable, Bug)) as caught:
        call()
    return caught.value.code


# ---------------------------------------------------------------- versions


def set_version(store: Store, major: int, minor: int) -> None:
    with store._database.transaction():
        store._database.execute(f"PRAGMA user_version = {major << 16 | minor}")


def test_a_store_from_a_newer_version_is_left_alone(store, open_store, profile, folder) -> None:
    set_version(store, 99, 0)
    store.close()
    before = (folder / "store.db").read_bytes()
    assert code(open_store) == "store-newer"
    assert (folder / "store.db").read_bytes() == before


def test_a_store_that_only_gained_something_still_opens(store, open_store, profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    set_version(store, MIGRATIONS[-1][0][0], 0xFFF)
    store.close()
    assert open_store().unlock(profile.clinician.id, PIN).encounter(saved.encounter.id)


def older(path: Path, key: bytes) -> None:
    database = Database(path, key, (((1, 0), lambda db: db.execute("CREATE TABLE notes (text)") and None),))
    with database.transaction():
        database.execute("INSERT INTO notes VALUES ('left knee')")
    database.close()


def test_a_migration_runs_once_after_a_backup(tmp_path) -> None:
    path, key = tmp_path / "store.db", new_key()

    def step(database: Database) -> None:
        runs.append(1)
        database.execute("ALTER TABLE notes ADD COLUMN side TEXT NOT NULL DEFAULT 'left'")

    runs: list[int] = []
    steps = (((1, 0), lambda db: None), ((1, 1), step), ((2, 0), lambda db: runs.append(2)))
    older(path, key)
    for _ in range(2):
        database = Database(path, key, steps)
        assert database.version == (2, 0)
        assert database.rows("SELECT * FROM notes") == [("left knee", "left")]
        database.close()
    assert runs == [1, 2]

    backup = tmp_path / "store-1.0.backup"
    assert b"left knee" not in backup.read_bytes()
    assert code(lambda: Database(backup, new_key(), steps)) == "store-key-wrong"
    restored = Database(backup, key, steps[:1])
    assert restored.rows("SELECT * FROM notes") == [("left knee",)]
    restored.close()


def test_a_migration_that_fails_changes_nothing(tmp_path) -> None:
    path, key = tmp_path / "store.db", new_key()

    def half(database: Database) -> None:
        database.execute("ALTER TABLE notes ADD COLUMN side TEXT")
        raise OSError(errno.ENOSPC, "full")

    older(path, key)
    with pytest.raises(OSError):
        Database(path, key, (((1, 0), lambda db: None), ((1, 1), half)))
    database = Database(path, key, (((1, 0), lambda db: None),))
    assert database.version == (1, 0)
    assert database.rows("SELECT * FROM notes") == [("left knee",)]
    database.close()


def test_backups_do_not_outlive_what_is_destroyed(store, open_store, profile, folder) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    backup = folder / "store-0.9.backup"
    backup.write_bytes(b"holds the key of the encounter")
    profile.destroy(saved.encounter.id, Why.OBJECTED)
    assert not backup.exists()


# ---------------------------------------------------------------- settings and keys


def test_a_commit_is_on_the_disk_when_it_returns(store) -> None:
    def pragma(name: str) -> object:
        return store._database.rows(f"PRAGMA {name}")[0][0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1
    assert pragma("secure_delete") == 1
    assert pragma("temp_store") == 2  # memory


def test_a_wrong_key_is_refused_and_harms_nothing(tmp_path, capfd) -> None:
    path, key = tmp_path / "store.db", new_key()
    older(path, key)
    before = path.read_bytes()
    assert code(lambda: Database(path, new_key(), MIGRATIONS)) == "store-key-wrong"
    assert path.read_bytes() == before
    assert capfd.readouterr().err == ""  # SQLCipher would tell the terminal


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes; the user's folder is private")
def test_the_files_are_the_user_s_alone(store, folder) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


# ---------------------------------------------------------------- failing writes


def test_a_full_disk_is_said_and_what_was_saved_stays(store, profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    database = store._database
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to a full disk

    line = replace(saved.draft.lines[0], text="".join(chr(256 + n * 7919 % 40000) for n in range(40_000)))
    large = replace(saved.draft, id=new_id(), lines=(line,))
    with pytest.raises(Fixable) as caught:
        profile.save_draft(large)
    assert caught.value.code == "disk-full"
    assert "Everything saved before is safe." in str(caught.value)
    assert line.text[:20] not in str(caught.value)
    assert profile.latest_draft(saved.encounter.id) == saved.draft

    database.rows("PRAGMA max_page_count = 1000000")
    profile.save_draft(large)
    assert profile.latest_draft(saved.encounter.id) == large


@pytest.mark.parametrize(
    "error, expected",
    [
        (OSError(errno.ENOSPC, "x"), "disk-full"),
        (PermissionError(errno.EACCES, "x"), "store-read-only"),
        (OSError(errno.EIO, "x"), "store-not-written"),
    ],
)
def test_what_the_disk_refuses_is_said_plainly(error, expected) -> None:
    assert disk_failure(error).code == expected


def test_a_full_disk_while_keys_are_written_leaves_the_old_ones(store, folder, monkeypatch) -> None:
    before = (folder / "store.keys").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("scribe.store.keys.os.fsync", full)
    assert code(lambda: store.create_profile("Dr Jo Field", "GP", pin=PIN)) == "disk-full"
    assert (folder / "store.keys").read_bytes() == before
    assert store.profiles() == ()


def test_a_record_that_does_not_fit_is_refused_without_its_text(profile) -> None:
    saved = consultation(profile.clinician, "gabapentin").save(profile)
    with pytest.raises(Bug) as caught:
        profile.save_draft(saved.draft)
    assert caught.value.code == "store-constraint"
    assert caught.value.__cause__ is None
    assert saved.draft.id not in str(caught.value)


def test_a_write_outside_a_transaction_is_our_mistake(store) -> None:
    assert code(lambda: store._database.execute("DELETE FROM profiles")) == "no-transaction"


def test_a_failure_in_the_middle_leaves_nothing_half_done(store, profile) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    with pytest.raises(ValueError), store._database.transaction():
        profile.save_draft(replace(saved.draft, id=new_id()))
        raise ValueError
    assert profile.drafts(saved.encounter.id) == (saved.draft,)


# ---------------------------------------------------------------- threads and crashes


def test_threads_write_at_the_same_time_and_nothing_is_lost(profile) -> None:
    saved = [consultation(profile.clinician, name).save(profile) for name in ("one", "two", "three")]
    failures: list[BaseException] = []

    def work(one) -> None:
        try:
            for number in range(2, 22):
                profile.add_segment(replace(one.segment, id=new_id(), number=number))
                profile.encounters()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in saved]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for one in saved:
        segments = profile.segments(one.recording.id)
        assert [segment.number for segment in segments] == list(range(1, 22))
        assert {segment.text for segment in segments} == {one.secret}


CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from scribe.records import new_id
from scribe.store import Passphrase, Store
from tests.store.made import PIN, QUICK, consultation

store = Store.open(Path(sys.argv[1]), Passphrase(sys.argv[2], QUICK), work=QUICK)
clinician, _ = store.create_profile("Dr Jo Field", "GP", pin=PIN)
profile = store.unlock(clinician.id, PIN)
saved = consultation(clinician, "gabapentin").save(profile)
print(clinician.id, saved.encounter.id, saved.recording.id, flush=True)
for number in range(2, 30):
    profile.add_segment(replace(saved.segment, id=new_id(), number=number))
    draft = replace(saved.draft, id=new_id(), revision=number, parent_id=saved.draft.id)
    profile.save_draft(draft)
with store._database.transaction():
    profile.add_segment(replace(saved.segment, id=new_id(), number=30))
    profile.save_draft(replace(saved.draft, id=new_id(), revision=30))
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_killed_in_the_middle_of_an_edit_everything_committed_is_there(folder) -> None:
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), WORDS],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        clinician_id, encounter_id, recording_id = child.stdout.readline().split()
        assert child.stdout.readline() == "in the middle\n"
        child.kill()
    assert (folder / "store.db-wal").stat().st_size > 0  # what was committed is still in the log

    with Store.open(folder, Passphrase(WORDS), work=QUICK) as store:
        profile = store.unlock(clinician_id, PIN)
        assert [one.id for one in profile.unfinished()] == [encounter_id]
        assert [segment.number for segment in profile.segments(recording_id)] == list(range(1, 30))
        latest = profile.latest_draft(encounter_id)
        assert latest is not None
        assert latest.revision == 29
        assert store._database.rows("PRAGMA integrity_check") == [("ok",)]


def test_two_windows_on_one_store_wait_for_each_other(store, open_store, profile, folder, keyring) -> None:
    saved = consultation(profile.clinician, "x").save(profile)
    with Store.open(folder, Keyring(keyring), work=QUICK) as second:
        twin = second.unlock(profile.clinician.id, PIN)
        assert twin.encounter(saved.encounter.id).id == saved.encounter.id
        second._database.rows("PRAGMA busy_timeout = 0")
        with store._database.transaction():
            assert code(lambda: twin.save_draft(replace(saved.draft, id=new_id()))) == "store-busy"
        twin.save_draft(replace(saved.draft, id=new_id()))
