"""How a clinician introduces a patient to whoever writes: "Anna is a 44-year-old woman with a history of gout and reflux,
who presents with a cough". Nobody says it to the patient, and it holds what the visit is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scribe.extract.verify import lexicon
from scribe.records import Section

# Our own lists, after the dictated openings of ACI-Bench's training talks.
_WHO = re.compile(r"\byears?[ -]+old\b", re.IGNORECASE)
_ENDS = r"(?=,? (?:who|and (?:today|is|presents|here)|presents|presenting|here|coming|comes|today|that|so)\b|[.;?]|$)"
_HISTORY = re.compile(
    rf"\bhistory (?:is )?(?:significant |notable |positive )?(?:of|for) (?P<what>.+?){_ENDS}", re.IGNORECASE
)
_NOT_HERS = re.compile(
    r"\b(?:family|no|without|denies|negative)(?: \w+){0,3} $", re.IGNORECASE
)  # "with no significant medical history of"
_AFTER = re.compile(rf"\b(?:status )?post (?P<what>.+?){_ENDS}", re.IGNORECASE)
_COMES = re.compile(
    r"\b(?:presents?|presenting|here|comes in|coming in|seen)(?: today| now| in clinic)*,?(?: (?:um|uh),?)* (?:for|with|because of) "
    r"(?:evaluation of |the evaluation of |complaints? of |follow[ -]?up (?:of|for) |emergency room follow-?up for )?(?P<what>.+?)(?=,? (?:who|so|and then|also)\b|[.;?]|$)",
    re.IGNORECASE,
)
_OPENS = re.compile(r"^(?:(?:a|an|the|some|his|her|their|prior|previous|known) )+", re.IGNORECASE)
_IDLE = re.compile(r"\b(?:chronic|medical|other) (?:problems?|conditions?|issues?)\b|^follow[ -]?up$", re.IGNORECASE)
_LONGEST = 8  # words of one thing; more is no name


@dataclass(frozen=True, slots=True)
class Introduced:
    """One thing that an introduction tells."""

    text: str
    section: Section


def introduced(sentence: str) -> Iterator[Introduced]:
    """What a clinician's sentence tells of the patient, if it introduces them."""
    who = _WHO.search(sentence)
    if not who or any(word in lexicon.PEOPLE for word in re.findall(r"[a-z]+", sentence[: who.start()].lower())):
        return  # "her mother is 80 years old"
    for pattern, section in (
        (_COMES, Section.PRESENTING_COMPLAINT),
        (_HISTORY, Section.PAST_HISTORY),
        (_AFTER, Section.PAST_HISTORY),
    ):
        match = pattern.search(sentence)
        if match is None or _NOT_HERS.search(sentence[: match.start()]):
            continue
        listed = section is Section.PAST_HISTORY
        for part in re.split(r",? and |, ", match["what"]) if listed else [match["what"]]:
            text = _OPENS.sub("", part.strip(" ,"))
            if text and not _IDLE.search(text) and len(text.split()) <= _LONGEST:
                yield Introduced(text[:1].upper() + text[1:], section)
