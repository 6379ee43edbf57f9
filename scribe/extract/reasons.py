"""The words for why a fact waits for the reviewer, in plain British English."""

from __future__ import annotations

from scribe.records import Reason

_WITH_DETAIL = {
    Reason.NUMBER_NOT_SAID: "The number “{}” was not heard in these words.",
    Reason.UNIT_NOT_SAID: "The unit “{}” was not heard with this number.",
    Reason.DRUG_NOT_SAID: "The medicine “{}” was not heard in these words.",
    Reason.DRUG_DOUBTFUL: "A medicine was heard, but not clearly. Was it {}?",
    Reason.SIDE_NOT_SAID: "The side “{}” was not heard in these words.",
    Reason.SITE_NOT_SAID: "The part of the body “{}” was not heard in these words.",
    Reason.PERSON_UNCLEAR: "It is not clear that this is about “{}”.",
    Reason.POLARITY_UNCLEAR: "It is not clear whether “{}” was confirmed or denied.",
    Reason.NOT_DONE_YET: "“{}” reads as done, but was said as a plan.",
    Reason.HYPOTHETICAL: "“{}” was said as a possibility, not as a fact.",
    Reason.SPEAKER_UNSURE: "It is not certain who said “{}”.",
    Reason.WORDS_UNSURE: "“{}” was not heard clearly.",
    Reason.CONTRADICTED: "Two versions were said. The other: “{}”.",
    Reason.PARTIAL_ANSWER: "Several things were asked at once, and “{}” was not clearly answered.",
    Reason.OTHER_PATIENT: "This may be about another patient: “{}”.",
    Reason.NOT_SUPPORTED: "“{}” was not heard in these words.",
}
_WITHOUT = {
    Reason.NUMBER_NOT_SAID: "A number here was not heard in these words.",
    Reason.UNIT_NOT_SAID: "A unit here was not heard with its number.",
    Reason.DRUG_NOT_SAID: "A medicine here was not heard in these words.",
    Reason.DRUG_DOUBTFUL: "The name of a medicine was not heard clearly.",
    Reason.SIDE_NOT_SAID: "The side was not heard in these words.",
    Reason.SITE_NOT_SAID: "The part of the body was not heard in these words.",
    Reason.PERSON_UNCLEAR: "It is not clear who this is about.",
    Reason.POLARITY_UNCLEAR: "It is not clear whether this was confirmed or denied.",
    Reason.NOT_DONE_YET: "This reads as done, but was said as a plan.",
    Reason.HYPOTHETICAL: "This was said as a possibility, not as a fact.",
    Reason.SPEAKER_UNSURE: "It is not certain who said this.",
    Reason.WORDS_UNSURE: "These words were not heard clearly.",
    Reason.CONTRADICTED: "Something else was also said, and it was not settled which is right.",
    Reason.PARTIAL_ANSWER: "Several things were asked at once, and not all were clearly answered.",
    Reason.OTHER_PATIENT: "This may be about another patient.",
    Reason.NOT_SUPPORTED: "What was said does not support this.",
}


def in_words(reason: Reason, detail: str = "") -> str:
    """One sentence that tells a clinician why something needs a look.

    Args:
        reason: the code of the verdict.
        detail: the word or number concerned, as it stands in the statement; may be empty.
    """
    return _WITH_DETAIL[reason].format(detail) if detail else _WITHOUT[reason]
