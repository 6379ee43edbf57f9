"""Undo and redo over drafts: each is a frozen record, so the past is a list."""

from __future__ import annotations

from scribe.records import Draft, utc_now
from scribe.review import restore


class History:
    """The drafts of one review, the present one, and those that undo and redo reach."""

    def __init__(self, draft: Draft) -> None:
        self._drafts = [draft]
        self._at = 0
        self._open = False

    @property
    def draft(self) -> Draft:
        return self._drafts[self._at]

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at < len(self._drafts) - 1

    @property
    def is_typing(self) -> bool:
        """Whether the last step is one that is still being typed."""
        return self._open

    def push(self, draft: Draft) -> None:
        """A finished change: one step of undo."""
        del self._drafts[self._at + 1 :]
        self._drafts.append(draft)
        self._at += 1
        self._open = False

    def amend(self, draft: Draft) -> None:
        """A change that is still being typed: all of them together are one step of undo."""
        if self._open:
            self._drafts[self._at] = draft
        else:
            self.push(draft)
            self._open = True

    def revise(self, draft: Draft) -> None:
        """What Scribe found out about the last change: part of its step."""
        self._drafts[self._at] = draft

    def close_step(self) -> None:
        """The typing is over; the next change is a step of its own."""
        self._open = False

    def undo(self) -> None:
        """One step back."""
        if self.can_undo:
            self._go(self._at - 1)

    def redo(self) -> None:
        """One step forward again."""
        if self.can_redo:
            self._go(self._at + 1)

    def _go(self, at: int) -> None:
        # Also what undo brings back is a revision of its own: the store only ever moves forward.
        self._drafts[at] = restore(self.draft, self._drafts[at], now=utc_now())
        self._at, self._open = at, False
