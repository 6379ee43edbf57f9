"""The default extractor: the writer's statements, and spans for what it passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scribe.extract.coverage import Clause, Worth
from scribe.extract.extractor import Finding, Watch
from scribe.extract.importance import features, importance
from scribe.extract.reader import Reader, shipped
from scribe.extract.spans import SpanExtractor
from scribe.extract.writer import Model, WriterExtractor
from scribe.records import Turn


class Together:
    """Writer and word reader behind one door.

    Args:
        model: the writer's language model.
        reader: the word reader; the shipped one by default.
    """

    name = "writer+spans@1"

    def __init__(self, model: Model, reader: Reader | None = None) -> None:
        reader = reader or shipped()
        self._writer = WriterExtractor(model)
        self._spans = SpanExtractor(reader)

    def extract(self, turns: Sequence[Turn], watch: Watch) -> Iterator[Finding]:
        """Yields the writer's facts in the order in which they were said."""
        self._spans.read(turns)
        for finding in self._writer.extract(turns, watch):
            fact = finding.fact
            reading = self._spans.reading(fact.evidence)
            worth = importance(features(fact, fact.importance > 0, reading))
            yield Finding(replace(fact, importance=worth), finding.doubt)

    def worth(self, clause: Clause) -> Worth | None:
        """What a clause is worth for the note, as the word reader sees it."""
        return self._spans.worth(clause)
