"""Plausible wrong values are noticed, and right ones let pass, on talk of our own.

`verify/KIND.jsonl` holds what was said with one right statement and two wrong ones of that kind, a line each, in the form
that `scribe.evaluate.verifier` reads.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe.evaluate.verifier import judge, main, read, score

FOLDER = Path(__file__).parent / "verify"
KINDS = ("dose", "duration", "person", "side")
CAUGHT, FLAGGED = 0.95, 0.05  # at least so many of the wrong, at most so many of the right


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_values_are_noticed_and_right_ones_pass(kind: str) -> None:
    found = score(list(judge(read(FOLDER / f"{kind}.jsonl"))))
    assert found.kinds[kind].pairs >= 60
    assert found.kinds[kind].share >= CAUGHT
    assert found.untouched.share <= FLAGGED


def test_the_figures_come_out_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FOLDER / "side.jsonl"), "--show", "side"]) == 0
    assert "side" in (out := capsys.readouterr().out)
    assert "untouched" in out


def test_without_pairs_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "PAIRS.jsonl" in capsys.readouterr().err
