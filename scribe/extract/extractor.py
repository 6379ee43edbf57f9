"""What every extractor offers, so that they can be compared on the same data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from scribe.extract.coverage import Clause, Worth
from scribe.extract.exchanges import Exchange
from scribe.records import Fact, Reason


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact as found, with a doubt of the extractor's own that the evidence alone would not show."""

    fact: Fact
    doubt: Reason | None = None


class Extractor(Protocol):
    """Finds facts in one exchange. `name` says which extractor and which weights, "spans@1"."""

    name: str

    def extract(self, exchange: Exchange) -> Iterator[Finding]:
        """Yields the facts of the exchange in the order in which they were said."""
        ...

    def worth(self, clause: Clause) -> Worth | None:
        """What a clause of a turn that was read is worth for the note; None for small talk. For the coverage lane."""
        ...
