from __future__ import annotations

import pytest

from scribe.extract.reasons import in_words
from scribe.records import Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_with_and_without_detail(reason: Reason) -> None:
    plain, detailed = in_words(reason), in_words(reason, "500 mg")
    assert "500 mg" in detailed and "500 mg" not in plain
    for sentence in (plain, detailed):
        assert sentence[0].isupper() or sentence[0] == "“"
        assert sentence[-1] in ".?" and "{" not in sentence
