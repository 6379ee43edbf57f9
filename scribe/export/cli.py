"""The command line's part of exporting: what there is, a signed note once more, samples, and profiles."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from scribe import paths
from scribe.errors import Fixable
from scribe.export import site
from scribe.export.formats import FORMATS
from scribe.export.orders import Orders
from scribe.export.samples import write_samples
from scribe.records import utc_now
from scribe.store import KeyKind, Keyring, Passphrase, Profile, Store, key_kind

Write = Callable[[str], object]


def list_all(write: Write) -> None:
    """Formats and profiles, one a line."""
    write("Formats\n")
    for format in FORMATS.values():
        write(f"  {format.id:<16}{format.title:<24}{'' if format.for_people else 'for systems '}*{format.suffix}\n")
    write("Profiles\n")
    for each in site.all_sites():
        if each.site is None:
            write(f"  {each.id:<16}{each.problem}\n")
            continue
        folder = each.site.folder or "folder chosen by the person"
        write(f"  {each.id:<16}{each.site.title:<24}{', '.join(each.site.formats)} -> {folder}\n")


def samples(folder: Path, profile: str, write: Write) -> None:
    """Writes the made-up notes in every format.

    Raises:
        Fixable: the folder cannot be written to, or holds such files already.
    """
    for path in write_samples(folder, site.load(profile), utc_now()):
        write(f"{path}\n")


def list_notes(clinician: str, write: Write) -> None:
    """The signed notes of a profile: id, version, when signed. No patient's name: terminals are seen by many."""
    with _unlocked(clinician) as profile:
        for encounter in profile.encounters():
            for note in profile.signed_notes(encounter.id)[-1:]:
                write(f"{note.id}\tversion {note.version}\tsigned {note.signed_at.astimezone():%Y-%m-%d %H:%M}\n")


def export_note(
    note_id: str, formats: tuple[str, ...], folder: Path | None, profile_id: str, clinician: str, write: Write
) -> None:
    """Exports a signed note of the store once more.

    Raises:
        Fixable: no such note ("note-missing"), no folder ("folder-missing"), and what `Orders.export` refuses.
    """
    chosen = site.load(profile_id)
    to = folder or (Path(chosen.folder).expanduser() if chosen.folder else None)
    if to is None:
        raise Fixable("It is not said where to write to.", do="Add --to FOLDER.", code="folder-missing")
    with _unlocked(clinician) as profile:
        for encounter in profile.encounters():
            notes = profile.signed_notes(encounter.id)
            if notes and notes[-1].id.startswith(note_id):
                for receipt in Orders(profile).export(encounter.id, formats or chosen.formats, to, profile_id):
                    write(f"{receipt.path}\tsha256 {receipt.sha256}\n")
                return
            if any(note.id.startswith(note_id) for note in notes):
                raise Fixable(
                    "There is a newer version of this note, which replaces it.",
                    do=f"Export {notes[-1].id} instead.",
                    code="note-replaced",
                )
    raise Fixable(
        "There is no signed note with this id.", do="`scribe export --notes` lists them.", code="note-missing"
    )


@contextmanager
def _unlocked(clinician: str) -> Iterator[Profile]:
    """The store, and a profile in it, opened by its PIN: whoever has no PIN exports nothing."""
    kind = key_kind(paths.data_dir())
    if kind is None:
        raise Fixable("Nothing is saved on this computer yet.", do="Sign a note in the window first.", code="no-store")
    source = Passphrase(_asked("Passphrase")) if kind is KeyKind.PASSPHRASE else Keyring()
    with Store.open(paths.data_dir(), source) as store:
        found = [each for each in store.profiles() if clinician.casefold() in each.name.casefold()]
        if len(found) != 1:
            names = ", ".join(each.name for each in store.profiles())
            raise Fixable(
                "It is not clear whose notes are meant.",
                do=f"Add --clinician with one of: {names}.",
                code="clinician-unclear",
            )
        profile = store.unlock(found[0].id, _asked(f"PIN of {found[0].name}"))
        try:
            yield profile
        finally:
            profile.lock()


def _asked(what: str) -> str:
    """Asks on the terminal, without an echo; a program gives it on standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
