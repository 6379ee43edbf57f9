"""The tables, as the ordered steps that lead to them. A step, once released, never changes.

What stands in plain columns is structure only: ids, order, instants, stages. Every `body` is a sealed record,
every `data_key` the encounter's own key, wrapped by its profile's. All rows of an encounter go with it.
"""

from __future__ import annotations

from scribe.store.database import Database, Migration

_TABLES = (
    """
    CREATE TABLE profiles (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        registration TEXT NOT NULL,
        salt BLOB NOT NULL,
        work TEXT NOT NULL,
        key_by_pin BLOB NOT NULL,
        key_by_code BLOB NOT NULL,
        wrong_pins INTEGER NOT NULL DEFAULT 0,
        last_wrong TEXT NOT NULL DEFAULT '',
        made_at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE encounters (
        id TEXT PRIMARY KEY,
        clinician_id TEXT NOT NULL REFERENCES profiles (id),
        begun_at TEXT NOT NULL,
        stage TEXT NOT NULL,
        data_key BLOB NOT NULL,
        body BLOB NOT NULL
    )
    """,
    "CREATE INDEX encounters_by_day ON encounters (clinician_id, begun_at)",
    """
    CREATE TABLE recordings (
        id TEXT PRIMARY KEY,
        encounter_id TEXT NOT NULL REFERENCES encounters (id) ON DELETE CASCADE,
        body BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE segments (
        recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        body BLOB NOT NULL,
        voices BLOB NOT NULL,
        PRIMARY KEY (recording_id, number)
    )
    """,
    """
    CREATE TABLE turns (
        recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (recording_id, place)
    )
    """,
    """
    CREATE TABLE ledgers (
        recording_id TEXT PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
        body BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE drafts (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        encounter_id TEXT NOT NULL REFERENCES encounters (id) ON DELETE CASCADE,
        body BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE signed_notes (
        id TEXT PRIMARY KEY,
        encounter_id TEXT NOT NULL REFERENCES encounters (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (encounter_id, version)
    )
    """,
    """
    CREATE TABLE receipts (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        note_id TEXT NOT NULL REFERENCES signed_notes (id) ON DELETE CASCADE,
        body BLOB NOT NULL
    )
    """,
    # What stays when an encounter was destroyed: that it was, when and why. No clinical text, no name.
    """
    CREATE TABLE tombstones (
        encounter_id TEXT PRIMARY KEY,
        clinician_id TEXT NOT NULL REFERENCES profiles (id),
        begun_at TEXT NOT NULL,
        destroyed_at TEXT NOT NULL,
        reason TEXT NOT NULL
    )
    """,
    "CREATE INDEX recordings_of ON recordings (encounter_id)",
    "CREATE INDEX drafts_of ON drafts (encounter_id)",
    "CREATE INDEX receipts_of ON receipts (note_id)",
    "CREATE INDEX tombstones_of ON tombstones (clinician_id)",
)


def _first(database: Database) -> None:
    for statement in _TABLES:
        database.execute(statement)


def _waiting_exports(database: Database) -> None:
    database.execute(
        """
        CREATE TABLE waiting_exports (
            place INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            note_id TEXT NOT NULL REFERENCES signed_notes (id) ON DELETE CASCADE,
            body BLOB NOT NULL
        )
        """
    )
    database.execute("CREATE INDEX waiting_exports_of ON waiting_exports (note_id)")


def _voiceprints(database: Database) -> None:
    database.execute(
        "CREATE TABLE voiceprints (clinician_id TEXT PRIMARY KEY REFERENCES profiles (id), body BLOB NOT NULL)"
    )


def _corrections(database: Database) -> None:
    # Whether a signed note has a draft after it. Corrections begun before this step are found where the note is opened.
    database.execute("ALTER TABLE encounters ADD COLUMN correcting INTEGER NOT NULL DEFAULT 0")


MIGRATIONS: tuple[Migration, ...] = (
    ((1, 0), _first),
    ((1, 1), _waiting_exports),
    ((1, 2), _voiceprints),
    ((1, 3), _corrections),
)
