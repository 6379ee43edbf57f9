"""What a dictated opening tells, and that nothing else is taken for one."""

from __future__ import annotations

import pytest

from scribe.extract.introduction import introduced
from scribe.records import Section

CAME, HAD = Section.PRESENTING_COMPLAINT, Section.PAST_HISTORY


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Anna is a 44-year-old woman with a past medical history significant for gout, reflux and a prior hip repair, who presents today for a cough.",
            [("Cough", CAME), ("Gout", HAD), ("Reflux", HAD), ("Hip repair", HAD)],
        ),
        ("Ben is a 62 year old male here for emergency room follow-up for some chest pain.", [("Chest pain", CAME)]),
        ("She's a 36-year-old status post appendectomy in May.", [("Appendectomy in May", HAD)]),
        ("He's a 61-year-old male who presents for follow-up of his chronic problems.", []),
        ("She's a 40-year-old woman with a family history of breast cancer.", []),
        ("He's a 40-year-old man with no significant medical history of asthma.", []),
        ("Her mother is 80 years old with a history of stroke.", []),
        ("My son is four and I have a history of gout.", []),
    ],
)
def test_what_an_introduction_tells(said: str, told: list[tuple[str, Section]]) -> None:
    assert [(one.text, one.section) for one in introduced(said)] == told
