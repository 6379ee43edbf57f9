"""What every extractor offers, so that they can be compared on the same data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scribe.extract.coverage import Clause, Worth
from scribe.records import Fact, Reason, Turn


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact as found, with a doubt of the extractor's own that the evidence alone would not show."""

    fact: Fact
    doubt: Reason | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on: told how much of the talk has been read (done, in all), and asked whether to stop."""

    progress: Callable[[int, int], None] = lambda done, total: None
    cancelled: Callable[[], bool] = lambda: False


class Extractor(Protocol):
    """Finds facts in a talk. `name` says which extractor and which weights, "spans@1"."""

    name: str

    def extract(self, turns: Sequence[Turn], watch: Watch) -> Iterator[Finding]:
        """Yields the facts in the order in which they were said; ends early once `watch` says that it is cancelled."""
        ...

    def worth(self, clause: Clause) -> Worth | None:
        """What a clause of a turn that was read is worth for the note; None for small talk. For the coverage lane."""
        ...
