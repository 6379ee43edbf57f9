"""Scores the verifier alone: right and wrong statements with the turns that should prove them.

    python -m scribe.evaluate.verifier PAIRS.jsonl … [--show KIND]

A pair is one JSON line `{"kind", "statement", "wrong", "evidence": [{"n", "speaker", "text"}]}`; `kind` is "none" for a
statement that is right. The verifier is given the statement and its turns and nothing else: section, status and
certainty stay at their defaults, so that only the words count.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.verify import verify
from scribe.records import (
    Certainty,
    Evidence,
    Experiencer,
    Fact,
    Outcome,
    Polarity,
    Section,
    Status,
    Verdict,
)

UNTOUCHED = "none"


class Pair(BaseModel):
    """A statement with the turns that are said to prove it, and whether it was made wrong."""

    model_config = ConfigDict(extra="allow")

    kind: str
    statement: str
    wrong: bool
    evidence: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    pair: Pair
    verdict: Verdict

    @property
    def flagged(self) -> bool:
        return self.verdict.outcome is not Outcome.SUPPORTED


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many pairs were flagged; `share` is 0 where there were none."""

    flagged: int
    pairs: int

    @property
    def share(self) -> float:
        return self.flagged / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Caught are wrong pairs that were flagged; `untouched` counts right ones that were flagged too."""

    kinds: dict[str, Share]
    untouched: Share

    @property
    def caught(self) -> Share:
        shares = self.kinds.values()
        return Share(sum(one.flagged for one in shares), sum(one.pairs for one in shares))


def read(path: Path) -> list[Pair]:
    """The pairs of a file, one JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Pair.model_validate_json(line) for line in lines if line.strip()]


def judge(pairs: Sequence[Pair]) -> Iterator[Judged]:
    """Each pair with what the verifier says of it."""
    for pair in pairs:
        utterances = {one["n"]: one for one in pair.evidence}.values()
        turns = turns_from_numbered({"id": "pair", "utterances": list(utterances)})
        fact = Fact(
            id="pair",
            recording_id="pair",
            problem="",
            section=Section.HISTORY,
            statement=pair.statement,
            polarity=Polarity.PRESENT,
            certainty=Certainty.CERTAIN,
            status=Status.CURRENT,
            experiencer=Experiencer.PATIENT,
            informant="",
            evidence=tuple(Evidence(turn.id, turn.number, 0, len(turn.words)) for turn in turns),
            made_by="pair",
        )
        yield Judged(pair, verify(fact, {turn.id: turn for turn in turns}))


def score(judged: Sequence[Judged]) -> Score:
    """Shares by kind, in alphabetical order."""
    kinds = {
        kind: Share(sum(one.flagged for one in mine), len(mine))
        for kind in sorted({one.pair.kind for one in judged if one.pair.wrong})
        if (mine := [one for one in judged if one.pair.wrong and one.pair.kind == kind])
    }
    right = [one for one in judged if not one.pair.wrong]
    return Score(kinds, Share(sum(one.flagged for one in right), len(right)))


def main(arguments: Sequence[str]) -> int:
    shown = arguments[arguments.index("--show") + 1] if "--show" in arguments else ""
    files = [Path(one) for one in arguments if one.endswith(".jsonl")]
    if not files:
        print(__doc__, file=sys.stderr)
        return 2
    judged = list(judge([pair for file in files for pair in read(file)]))
    found = score(judged)
    for kind, share in (*found.kinds.items(), ("all wrong", found.caught), ("untouched", found.untouched)):
        print(f"{kind:16} {share.flagged:5} of {share.pairs:5} flagged  {share.share:.3f}")
    for one in judged:
        if one.pair.kind == shown and one.flagged is not one.pair.wrong:
            said = " / ".join(f"{turn['speaker']}: {turn['text']}" for turn in one.pair.evidence)
            why = f"[{one.verdict.reason}: {one.verdict.detail}] " if one.verdict.reason else ""
            print(f"\n{why}{one.pair.statement}\n    {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
