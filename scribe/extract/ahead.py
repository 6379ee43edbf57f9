"""What can be drafted of a talk that still goes on: its passages that are over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from scribe.extract.extractor import Watch
from scribe.extract.kept import KeptAnswers
from scribe.extract.passages import Passage, passages
from scribe.extract.reader import Reader
from scribe.extract.writer import Said, WriterExtractor
from scribe.records import Section, Turn


class Ahead:
    """Writes ahead, so that little is left to write when the talk ends.

    Args:
        kept: keeps the answers for the ledger.
        reader: reads ahead too, and remembers it for the ledger.
    """

    def __init__(self, kept: KeptAnswers, reader: Reader | None = None) -> None:
        self._kept = kept
        self._reader = reader
        self._writer = WriterExtractor(kept)
        self._counts: dict[str, Counter[Section]] = {}  # of each passage, by what the writer read

    def write(self, turns: Sequence[Turn], watch: Watch) -> None:
        """Writes the passages that are over and were not written yet; `watch` is told how many of them are done."""
        prompts = [passage.as_prompt() for passage in _over(turns)]
        new = [prompt for prompt in prompts if prompt not in self._kept.answers]
        for done, _ in enumerate(self._kept.write(new, lambda: not watch.cancelled()), 1):
            watch.progress(done, len(new))

    def gathered(self, turns: Sequence[Turn]) -> Mapping[Section, int]:
        """How many facts of each kind the passages that are over hold, before they are verified and merged."""
        if self._reader:
            self._reader.read(turns)
        by_id = {turn.id: turn for turn in turns}
        before, self._counts = self._counts, {}
        for passage in _over(turns):
            prompt = passage.as_prompt()
            if (answer := self._kept.answers.get(prompt)) is not None:
                known = before.get(prompt)  # a passage that reads as before holds what it held
                self._counts[prompt] = self._count(passage, answer, turns, by_id) if known is None else known
        return sum(self._counts.values(), Counter[Section]())

    def _count(
        self, passage: Passage, answer: Sequence[Said], turns: Sequence[Turn], by_id: dict[str, Turn]
    ) -> Counter[Section]:
        found = [finding.fact for finding in self._writer.read(passage, answer, turns, by_id)]
        if self._reader:
            for fact in found:
                self._reader.state(fact.statement)
        return Counter(fact.section for fact in found)


def _over(turns: Sequence[Turn]) -> tuple[Passage, ...]:
    """All but the last, which may still grow."""
    return passages(turns)[:-1]
