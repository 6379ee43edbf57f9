"""The default extractor: the writer's statements, and spans for what it passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scribe.extract.coverage import Clause, Worth
from scribe.extract.extractor import Finding, Watch
from scribe.extract.importance import features, importance
from scribe.extract.merge import content
from scribe.extract.reader import Reader, shipped
from scribe.extract.sense import makes_sense
from scribe.extract.spans import SpanExtractor
from scribe.extract.tidy import tidied
from scribe.extract.verify import verify
from scribe.extract.verify.whole import says_only_when
from scribe.extract.writer import Model, WriterExtractor
from scribe.records import Fact, Outcome, Section, Turn

# How sure the writer must be of a statement, and of one whose words stand in several places. Readers found 48 % of what is
# below untrue or misleading, and 17 % of the rest, of 2,120 statements of talks that it had not seen. The spans do not
# take it up: its words come back among the omissions.
LEAST_SURE = 0.3
LEAST_SURE_JOINED = 0.4
# What the writer itself gives so little chance of being right is left out too, and what it gives less than even chances
# counts the less in a short note. Of lines that it had not seen, readers found 20 % right and clear where it gave a chance
# below 0.05, 62 % right where 0.6 to 0.7, and 90 % where above 0.9.
LEAST_RIGHT = 0.1
EVEN = 0.5
# A condition without what is then to be done ("If above 37.5") counts for less than one with it.
BARE = 0.6
# What a span counts beside a statement of the writer's that matters as much: readers found four spans in ten right and
# clear, but seven in ten of the statements. It comes into a note only where there is room left.
SPAN_SHARE = 0.1
# Where hardly one span in five was right: a finding, a medicine or a worry is more than a piece of speech.
NOT_BY_SPANS = frozenset({Section.EXAMINATION, Section.MEDICATION, Section.IDEAS_CONCERNS_EXPECTATIONS})
LEAST_NEW = 0.5  # of its words, as said or as stated, that a span must have for itself beside the writer's


class Together:
    """Writer and word reader behind one door.

    Args:
        model: the writer's language model.
        reader: the word reader; the shipped one by default.
    """

    name = "writer+spans@1"

    def __init__(self, model: Model, reader: Reader | None = None) -> None:
        self._reader = reader or shipped()
        self._writer = WriterExtractor(model)
        self._spans = SpanExtractor(self._reader)

    def extract(self, turns: Sequence[Turn], watch: Watch) -> Iterator[Finding]:
        """Yields the writer's facts in the order in which they were said, then the spans' where it passed over."""
        for finding, known in self.candidates(turns, watch):
            right = finding.fact.right
            share = SPAN_SHARE if known["a span"] else 1.0 if right is None else min(1.0, right / EVEN)
            worth = importance(known) * share * (BARE if says_only_when(finding.fact.statement) else 1.0)
            yield replace(finding, fact=replace(finding.fact, importance=round(worth, 4)))

    def candidates(self, turns: Sequence[Turn], watch: Watch) -> Iterator[tuple[Finding, dict[str, float]]]:
        """The same with what is known of each fact, from which its importance is learnt and told."""
        self._spans.read(turns)
        by_id = {turn.id: turn for turn in turns}
        told = _Told()
        for finding in self._writer.extract(turns, watch):
            fact = tidied(finding.fact, by_id)
            finding = replace(finding, fact=fact)
            if not makes_sense(fact, by_id):
                continue
            if verify(fact, by_id).outcome is Outcome.SUPPORTED:
                told.add(fact)
            if fact.right is not None and fact.right < LEAST_RIGHT:
                continue
            if fact.confidence >= (LEAST_SURE_JOINED if len(fact.evidence) > 1 else LEAST_SURE):
                yield finding, self._known(fact, fact.importance > 0)
        for finding in self._spans.extract(turns, Watch(cancelled=watch.cancelled)):
            fact = tidied(finding.fact, by_id)
            if fact.section not in NOT_BY_SPANS and makes_sense(fact, by_id) and fact not in told:
                yield replace(finding, fact=fact), self._known(fact)

    def _known(self, fact: Fact, marked: bool | None = None) -> dict[str, float]:
        return features(fact, self._spans.reading(fact.evidence), self._reader.state(fact.statement), marked)

    def worth(self, clause: Clause) -> Worth | None:
        """What a clause is worth for the note, as the word reader sees it."""
        return self._spans.worth(clause)


class _Told:
    """What the writer's proved statements tell: a span that tells little besides is left out.

    What it wrote and could not prove tells nothing, so that the words in it are free for a span.
    """

    def __init__(self) -> None:
        self._words: dict[str, set[int]] = {}
        self._content: dict[str, set[str]] = {}

    def add(self, fact: Fact) -> None:
        for one in fact.evidence:
            self._words.setdefault(one.turn_id, set()).update(range(one.first_word, one.end_word))
            self._content.setdefault(one.turn_id, set()).update(content(fact.statement))

    def __contains__(self, fact: Fact) -> bool:
        words = [(one.turn_id, place) for one in fact.evidence for place in range(one.first_word, one.end_word)]
        used = sum(place in self._words.get(turn_id, ()) for turn_id, place in words)
        told = set[str]().union(*(self._content.get(one.turn_id, set()) for one in fact.evidence))
        mine = content(fact.statement)
        return used > LEAST_NEW * len(words) and len(mine - told) <= LEAST_NEW * len(mine)
