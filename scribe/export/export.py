"""`prepare` and `write`: one signed note, its formats, and a receipt for each file that is truly there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from scribe.errors import Bug, Fixable
from scribe.export.context import Context
from scribe.export.formats import FORMATS
from scribe.export.manifest import File, manifest
from scribe.export.publish import publish, require_free, require_there
from scribe.records import Receipt, SignedNote, new_id
from scribe.review import verify_signed


def prepare(note: SignedNote, formats: Sequence[str], context: Context) -> tuple[File, ...]:
    """Renders every format and reads each back, before anything is written. The manifest is the last file.

    Raises:
        Bug: the note is not signed, or was changed after signing ("note-changed"); a file would not say what the
            note says ("export-not-true").
        Fixable: no such format ("format-unknown"); what a format for systems needs is missing.
    """
    verify_signed(note)
    files = []
    for name in dict.fromkeys(formats):
        if name not in FORMATS:
            raise Fixable(
                f"There is no export format called “{name}”.",
                safe="Nothing was written. The signed note is safe in Scribe.",
                do="`scribe export` lists those there are.",
                code="format-unknown",
            )
        format = FORMATS[name]
        data = format.render(note, context)
        if faults := format.faults(note, context, data):
            raise Bug(
                f"The note as {format.title} would not have said what was signed ({'; '.join(faults[:3])}).",
                safe="It was not written. The signed note is safe in Scribe.",
                do="Export another format, and tell support.",
                code="export-not-true",
            )
        files.append(File(name, context.file_name(note, format.suffix), data))
    return (*files, manifest(note, context, files))


def write(
    files: Sequence[File], note: SignedNote, folder: Path, context: Context, *, again: bool = False
) -> Iterator[Receipt]:
    """Publishes the files in their order, and yields a receipt once each was read back from the folder.

    Args:
        files: from `prepare`, with the same note and context.
        note: the signed note.
        folder: where to.
        context: as for `prepare`.
        again: for an export that was interrupted: a file that is there already with the very same bytes was
            written then, and counts.

    Raises:
        Fixable: a name is taken ("export-target-exists"), before any file is written; the folder is missing or full
            (`publish`).
    """
    require_there(folder)
    for file in files:
        require_free(file.data, folder, file.name, again=again)
    for file in files:
        path = publish(file.data, folder, file.name, again=again)
        yield Receipt(new_id(), note.id, file.format, str(path), file.sha256, context.at)
