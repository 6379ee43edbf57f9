"""The default extractor: the writer's statements, and spans for what it passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scribe.extract.coverage import Clause, Worth
from scribe.extract.extractor import Finding, Watch
from scribe.extract.importance import features, importance
from scribe.extract.reader import Reader, shipped
from scribe.extract.sense import makes_sense
from scribe.extract.spans import SpanExtractor
from scribe.extract.writer import Model, WriterExtractor
from scribe.records import Evidence, Turn

LEAST_NEW = 0.5  # of its words that a span must have for itself, to say what the writer did not


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
        """Yields the writer's facts in the order in which they were said, then the spans' where it passed over."""
        for finding, known in self.candidates(turns, watch):
            yield replace(finding, fact=replace(finding.fact, importance=importance(known)))

    def candidates(self, turns: Sequence[Turn], watch: Watch) -> Iterator[tuple[Finding, dict[str, float]]]:
        """The same with what is known of each fact, from which its importance is learnt and told."""
        self._spans.read(turns)
        by_id = {turn.id: turn for turn in turns}
        used: dict[str, set[int]] = {}
        for finding in self._writer.extract(turns, watch):
            if not makes_sense(finding.fact, by_id):
                continue
            for one in finding.fact.evidence:
                used.setdefault(one.turn_id, set()).update(range(one.first_word, one.end_word))
            yield (
                finding,
                features(finding.fact, self._spans.reading(finding.fact.evidence), finding.fact.importance > 0),
            )
        for finding in self._spans.extract(turns, Watch(cancelled=watch.cancelled)):
            if makes_sense(finding.fact, by_id) and not _told(finding.fact.evidence, used):
                yield finding, features(finding.fact, self._spans.reading(finding.fact.evidence))

    def worth(self, clause: Clause) -> Worth | None:
        """What a clause is worth for the note, as the word reader sees it."""
        return self._spans.worth(clause)


def _told(evidence: Sequence[Evidence], used: dict[str, set[int]]) -> bool:
    """Whether the writer drew something from most of these words already."""
    words = [(one.turn_id, place) for one in evidence for place in range(one.first_word, one.end_word)]
    return sum(place in used.get(turn_id, ()) for turn_id, place in words) > LEAST_NEW * len(words)
