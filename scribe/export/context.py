"""What a format needs beside the note: the site's profile, the instant, and the printed note where it is carried."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from scribe.export.site import Site
from scribe.records import SignedNote


@dataclass(frozen=True, slots=True)
class Context:
    """One export of one note. All its formats share it, so that the PDF is made once.

    Args:
        at: the instant of the export, timezone-aware. The same note at the same instant gives the same bytes.
        site: the site's profile.
    """

    at: datetime
    site: Site
    _printed: dict[str, bytes] = field(default_factory=dict, repr=False)

    def file_name(self, note: SignedNote, suffix: str) -> str:
        """The file's name: the time in UTC, the note's id and its version, and nothing about the patient."""
        time = f"{self.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return self.site.names.format(time=time, document=note.id, version=note.version) + suffix

    def pdf(self, note: SignedNote) -> bytes:
        """The printed note."""
        from scribe.export import pdf

        if note.id not in self._printed:
            self._printed[note.id] = pdf.compose(note, self.site)
        return self._printed[note.id]
