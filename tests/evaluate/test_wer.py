from __future__ import annotations

import pytest

from scribe.evaluate.wer import WordErrors, total, word_errors


def test_spelling_numbers_and_hesitations_are_no_errors() -> None:
    assert word_errors("Um, twenty milligrams of the colour.", "20 milligrams of the color").rate == 0


def test_errors_are_counted_by_kind() -> None:
    found = word_errors("a sore throat since monday", "the sore throat monday again")
    assert (found.said, found.substituted + found.left_out + found.put_in) == (5, 3)


def test_silence_that_was_heard_as_words_counts() -> None:
    assert word_errors("", "thank you") == WordErrors(0, 0, 0, 2)
    assert word_errors("", "").rate == 0


def test_recordings_weigh_by_their_words() -> None:
    assert total([WordErrors(90, 0, 0, 0), WordErrors(10, 10, 0, 0)]).rate == pytest.approx(0.1)
    assert total([]).rate == 0
