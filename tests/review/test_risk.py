"""What needs eyes first comes first."""

from __future__ import annotations

from scribe.records import Check, Reason
from scribe.review import by_risk


def check(reason: Reason, heading: str = "history") -> Check:
    return Check(f"{reason}/{heading}", "", heading, "text", reason, "", (), ())


def test_every_reason_has_a_place() -> None:
    assert len(by_risk(check(reason) for reason in Reason)) == len(Reason)


def test_medicines_allergies_and_plans_come_before_the_history_and_the_worst_doubts_first() -> None:
    doubts = [
        check(Reason.WORDS_UNSURE),
        check(Reason.CONTRADICTED),
        check(Reason.WORDS_UNSURE, "allergy"),
        check(Reason.NUMBER_NOT_SAID, "medication"),
        check(Reason.DRUG_DOUBTFUL),
        check(Reason.POLARITY_UNCLEAR),
    ]
    assert [(one.reason, one.heading) for one in by_risk(doubts)] == [
        (Reason.DRUG_DOUBTFUL, "history"),
        (Reason.NUMBER_NOT_SAID, "medication"),
        (Reason.WORDS_UNSURE, "allergy"),
        (Reason.POLARITY_UNCLEAR, "history"),
        (Reason.CONTRADICTED, "history"),
        (Reason.WORDS_UNSURE, "history"),
    ]


def test_equals_keep_the_order_of_the_draft() -> None:
    doubts = [check(Reason.SITE_NOT_SAID, f"heading{number}") for number in range(5)]
    assert list(by_risk(doubts)) == doubts
