"""What was said, quoted so that it bears a line out: whole sentences, and before a short answer its question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scribe.extract.clauses import Clause, sentences
from scribe.records import Evidence, Turn

LONGEST = 30  # words of a sentence that is quoted whole
_AROUND, _ENDS = 6, 3  # of a longer one: words kept on either side of those that are cited, and at its ends
_SHORT = 8  # words of a sentence that says little without the question that it answers
_NEAR = 12  # words of its turn that may come before it, for it to be an answer


class Quotes:
    """Quotes from one consultation.

    Args:
        turns: in order.
    """

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = [turn for turn in turns if turn.words]
        self._at = {turn.id: number for number, turn in enumerate(self._turns)}
        self._sentences: dict[int, list[Clause]] = {}

    def of(self, evidence: Iterable[Evidence]) -> str:
        """The sentences in which the evidence stands, as they were said, each stretch in quotation marks."""
        cited: dict[tuple[int, int], set[int]] = {}  # by turn and sentence: the words that are evidence
        for piece in evidence:
            at = self._at.get(piece.turn_id)
            for number, sentence in enumerate(self._of_turn(at)) if at is not None else ():
                shared = range(max(piece.first_word, sentence.first), min(piece.end_word, sentence.end))
                if at is not None and shared:
                    cited.setdefault((at, number), set()).update(shared)
        for at, number in list(cited):
            before = self._of_turn(at - 1) if at else []
            if before and before[-1].asks and _is_answer(self._of_turn(at)[number]):
                cited.setdefault((at - 1, len(before) - 1), set())
        runs: list[list[str]] = []
        last = (-1, -1)
        for at, number in sorted(cited):
            if (at, number - 1) != last:
                runs.append([])
            runs[-1].append(_shortened(self._of_turn(at)[number], cited[at, number]))
            last = at, number
        return " ".join(f"“{' '.join(run).rstrip(',;')}”" for run in runs)

    def _of_turn(self, at: int) -> list[Clause]:
        if at not in self._sentences:
            self._sentences[at] = sentences(self._turns[at])
        return self._sentences[at]


def _is_answer(sentence: Clause) -> bool:
    return len(sentence.words) <= _SHORT and sentence.first <= _NEAR


def _shortened(sentence: Clause, cited: set[int]) -> str:
    """A sentence; of a very long one what is cited with a little around it, and how it begins and ends."""
    first, end, words = sentence.first, sentence.end, sentence.words
    if len(words) <= LONGEST:
        return " ".join(words)
    near = cited or {end - 1}
    kept = [
        place
        for place in range(first, end)
        if min(place - first, end - 1 - place) < _ENDS or min(abs(place - word) for word in near) <= _AROUND
    ]
    if len(kept) > LONGEST:
        kept = [*kept[: LONGEST // 2], *kept[-LONGEST // 2 :]]
    return " ".join(_with_gaps(words, [place - first for place in kept]))


def _with_gaps(words: Sequence[str], kept: Sequence[int]) -> Iterable[str]:
    before = -1
    for place in kept:
        if place > before + 1:
            yield "…"
        yield words[place]
        before = place
