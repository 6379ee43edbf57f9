"""Exports as they are ordered: done at once where the folder takes them, kept and tried again where it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from scribe.errors import Bug, Fixable, ScribeError
from scribe.export import site
from scribe.export.context import Context
from scribe.export.export import prepare, write
from scribe.export.manifest import File
from scribe.records import Receipt, SignedNote, Waiting, new_id, utc_now
from scribe.store import Profile

# What passes by itself: a drive comes back, space is made. An export that meets one of these waits.
PASSING = frozenset({"export-folder-missing", "export-not-written", "disk-full"})
_one_at_a_time = threading.Lock()  # the window tries what waits while someone exports


class Orders:
    """The exports of one unlocked profile.

    Args:
        profile: whose notes these are.
        clock: the present instant, timezone-aware.
    """

    def __init__(self, profile: Profile, clock: Callable[[], datetime] = utc_now) -> None:
        self._profile = profile
        self._clock = clock

    def export(
        self, encounter_id: str, formats: tuple[str, ...], folder: Path, site_id: str = site.DEFAULT
    ) -> tuple[Receipt, ...]:
        """Writes the newest signed version: one file a format, the manifest last, a receipt for each.

        What waits of this encounter for the same folder goes first, so that a version never overtakes the one that
        it replaces.

        Raises:
            Fixable: "not-signed"; "export-waits", the folder is away or full; what `prepare` and `write` refuse.
            Bug: what `prepare` refuses.
        """
        notes = self._profile.signed_notes(encounter_id)
        if not notes:
            raise Fixable("This note is not signed yet.", do="Review and sign it first.", code="not-signed")
        order = Waiting(new_id(), notes[-1].id, formats, str(folder), site_id, self._clock())
        self._prepared(notes[-1], order)  # what can never be written does not wait
        with _one_at_a_time:
            found = self._profile.waiting()
            before = [each for owner, each in found if (owner, each.folder) == (encounter_id, order.folder)]
            self._profile.save_waiting(order)
            try:
                for each in before:
                    self._carry_out(encounter_id, each, again=True)
                return self._carry_out(encounter_id, order, again=False)
            except Fixable as error:
                if error.code not in PASSING:
                    self._profile.forget_waiting(order.id)
                    raise
                raise Fixable(
                    error.happened,
                    safe="The signed note is safe in Scribe, and the export waits.",
                    do="Scribe tries again by itself. Or choose another folder, and export again.",
                    code="export-waits",
                ) from error

    def waiting(self, encounter_id: str = "") -> tuple[Waiting, ...]:
        """Exports that are not done, of one encounter or of all, the one asked for first in front."""
        return tuple(each for owner, each in self._profile.waiting() if not encounter_id or owner == encounter_id)

    def retry(self) -> dict[str, tuple[Receipt, ...]]:
        """Tries everything that waits once more. Returns what was written by encounter; the rest goes on waiting."""
        written: dict[str, tuple[Receipt, ...]] = {}
        held: set[tuple[str, str]] = set()
        with _one_at_a_time:
            for encounter_id, order in self._profile.waiting():
                if (encounter_id, order.folder) in held:
                    continue  # an earlier version of the same note is not there yet
                try:
                    receipts = self._carry_out(encounter_id, order, again=True)
                    written[encounter_id] = (*written.get(encounter_id, ()), *receipts)
                except ScribeError:
                    held.add((encounter_id, order.folder))
        return written

    def forget(self, waiting_id: str) -> None:
        """Gives up an export that waits."""
        self._profile.forget_waiting(waiting_id)

    def _prepared(self, note: SignedNote, order: Waiting) -> tuple[tuple[File, ...], Context]:
        context = Context(order.at, site.load(order.site_id))
        return prepare(note, order.formats, context), context

    def _carry_out(self, encounter_id: str, order: Waiting, *, again: bool) -> tuple[Receipt, ...]:
        """One try, `again` unless it is the first. A receipt is kept as soon as its file is there, and the order
        until all of them are."""
        note = next((each for each in self._profile.signed_notes(encounter_id) if each.id == order.note_id), None)
        if note is None:
            raise Bug("An export waits for a note that is not there.", code="note-missing")
        known = {(receipt.path, receipt.sha256) for receipt in self._profile.receipts(encounter_id)}
        receipts = []
        try:
            files, context = self._prepared(note, order)
            for receipt in write(files, note, Path(order.folder), context, again=again):
                receipts.append(receipt)
                if (receipt.path, receipt.sha256) not in known:
                    self._profile.save_receipt(receipt)
        except ScribeError as error:
            self._profile.save_waiting(replace(order, tries=order.tries + 1, reason=error.code))
            raise
        self._profile.forget_waiting(order.id)
        return tuple(receipts)
