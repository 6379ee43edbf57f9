"""What clinicians will not forgive, promise by promise, from talk to ledger with the shipped weights.

`promises/NAME.jsonl` holds one short talk of our own a line: `said`, the patterns of which each must be found in some plain
line (`lines`), and those that no plain line may hold (`never`). `fails` says why one that is not kept yet fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.extract.ledger import build
from scribe.records import Mode, Outcome
from tests.extract.talk import turns

FOLDER = Path(__file__).parent / "promises"
PROMISES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def cases() -> Iterator[object]:
    for promise in PROMISES:
        for number, line in enumerate((FOLDER / f"{promise}.jsonl").read_text(encoding="utf-8").splitlines(), 1):
            case = json.loads(line)
            marks = [pytest.mark.xfail(reason=case["fails"], strict=True)] if "fails" in case else []
            yield pytest.param(promise, case, id=f"{promise}-{number}", marks=marks)


@pytest.mark.parametrize(("promise", "case"), list(cases()))
def test_a_promise_is_kept(promise: str, case: dict[str, list[str]]) -> None:
    mode = Mode.TELEPHONE if promise == "telephone" else Mode.FACE_TO_FACE
    ledger = build(tuple(turns(*case["said"]).values()), mode=mode)
    plain = [one.fact.statement.lower() for one in ledger.entries if one.verdict.outcome is Outcome.SUPPORTED]
    for pattern in case.get("never", ()):
        assert not [line for line in plain if re.search(pattern, line)], f"must not be a plain line: {pattern}"
    for pattern in case.get("lines", ()):
        assert [line for line in plain if re.search(pattern, line)], f"must be a plain line: {pattern}, not {plain}"


@pytest.mark.parametrize("promise", PROMISES)
def test_there_are_cases_enough(promise: str) -> None:
    assert len((FOLDER / f"{promise}.jsonl").read_text(encoding="utf-8").splitlines()) >= 40
