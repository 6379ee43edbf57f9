"""What was read lately is not read again, and reads the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from scribe import demo_recordings
from scribe.attribute import numbered
from scribe.extract.reader import Array, Reader
from scribe.records import Turn


class CountingReader(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.windows = self.statements = 0

    def _run(self, output: str, ids: Sequence[int]) -> Array:
        self.windows += output == "logits"
        self.statements += output == "states"
        return super()._run(output, ids)


@pytest.fixture
def talk() -> tuple[Turn, ...]:
    return numbered.turns_from_numbered(demo_recordings.script("new-medicine"))


def test_a_talk_that_grew_is_read_where_it_grew_alone(talk: tuple[Turn, ...]) -> None:
    reader, afresh = CountingReader(), Reader()
    reader.read(talk[:40])
    before = reader.windows
    readings, expected = reader.read(talk[:44]), afresh.read(talk[:44])
    assert 0 < reader.windows - before <= 2 < before
    for turn in talk[:44]:
        assert np.array_equal(readings.keep(turn), expected.keep(turn))


def test_a_statement_is_looked_at_once() -> None:
    reader = CountingReader()
    state = reader.state("No known drug allergies")
    assert np.array_equal(state, reader.state("No known drug allergies")) and reader.statements == 1
    reader.state("Allergic to penicillin")
    assert reader.statements == 2


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scribe.extract.reader._REMEMBERED", 3)
    reader = CountingReader()
    for statement in ("Cough", "Fever", "Sweats", "Rash", "Cough"):
        reader.state(statement)
    assert reader.statements == 5 and len(reader._remembered) == 3
