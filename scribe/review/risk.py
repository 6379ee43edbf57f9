"""What needs eyes first: the order in which a reviewer is asked to look."""

from __future__ import annotations

from collections.abc import Iterable

from scribe.records import Check, Reason

# The worst first: what harms most if it is wrong, then what is most often wrong.
_ORDER = (
    Reason.OTHER_PATIENT,
    Reason.DRUG_NOT_SAID,
    Reason.DRUG_DOUBTFUL,
    Reason.UNIT_NOT_SAID,
    Reason.NUMBER_NOT_SAID,
    Reason.POLARITY_UNCLEAR,
    Reason.CONTRADICTED,
    Reason.SIDE_NOT_SAID,
    Reason.PERSON_UNCLEAR,
    Reason.NOT_DONE_YET,
    Reason.HYPOTHETICAL,
    Reason.NOT_SUPPORTED,
    Reason.SITE_NOT_SAID,
    Reason.SPEAKER_UNSURE,
    Reason.PARTIAL_ANSWER,
    Reason.WORDS_UNSURE,
)
_PLACE = {reason: place for place, reason in enumerate(_ORDER)}
_WHERE_IT_HARMS = ("allergy", "medic", "plan", "follow")  # in the ids of headings


def by_risk(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks, the riskiest first; among equals in the order of the draft.

    Whatever concerns an allergy, a medicine or the plan comes before the rest.
    """
    return tuple(sorted(checks, key=lambda check: (not _harms(check), _PLACE[check.reason])))


def _harms(check: Check) -> bool:
    concerns_medicine = check.reason in (Reason.DRUG_NOT_SAID, Reason.DRUG_DOUBTFUL, Reason.OTHER_PATIENT)
    return concerns_medicine or any(part in check.heading for part in _WHERE_IT_HARMS)
