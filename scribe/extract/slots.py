"""The parts of a statement where one wrong word harms, found in the statement itself."""

from __future__ import annotations

import re

from scribe.extract.verify.medicines import british
from scribe.records import Slots

# Where no other source is named, the lists of this module are our own, of plain English.

_NUMBER = r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?"
_DOSE = re.compile(
    rf"\b{_NUMBER} ?(?:mg|milligrams?|mcg|micrograms?|g|grams?|ml|millilitres?|units?|puffs?|tablets?|capsules?|drops?|sachets?|sprays?)\b",
    re.I,
)
_FREQUENCY = re.compile(
    rf"\b(?:once|twice|{_NUMBER} times?|every {_NUMBER} (?:hours?|days?|minutes?|weeks?)|every (?:day|night|morning|evening|week|other day))(?: (?:a|per) (?:day|week|night|month|year)| daily| weekly)?\b"
    rf"|\b(?:daily|nightly|at night|in the morning|as needed|when needed|{_NUMBER} (?:a|per) (?:day|week))\b",
    re.I,
)
_DURATION = re.compile(
    rf"\b(?:for |over |in |past |last )*(?:the )?(?:last |past )?(?:(?:about|around|roughly|nearly|over) )?(?:{_NUMBER}|a|an|a couple of|a few|few|several) (?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?)(?: ago)?\b",
    re.I,
)
_SIDE = re.compile(r"\b(?:left|right|both sides|bilateral|either side|left-hand|right-hand)\b", re.I)
_SEVERITY = re.compile(
    r"\b(?:mild|moderate|severe|slight|bad|worst|excruciating|unbearable|\d+ out of 10|\d+/10)\b", re.I
)
_DATE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|this (?:morning|afternoon|evening|week)|last (?:night|week|month|year)|(?:on |by )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:january|february|march|april|june|july|august|september|october|november|december)(?: \d{4})?|(?:in )?(?:19|20)\d\d)\b",
    re.I,
)
_SITE = re.compile(
    r"\b(?:lower |upper )?(?:abdomen|abdominal|tummy|stomach|chest|back|neck|head|forehead|face|eyes?|ears?|nose|throat|mouth|tongue|shoulders?|arms?|elbows?|wrists?|hands?|fingers?|thumbs?|hips?|legs?|thighs?|knees?|calf|calves|"
    r"ankles?|foot|feet|toes?|skin|groin|bladder|kidneys?|scalp|jaw|cheeks?|breasts?|ribs?)\b",
    re.I,
)


def slots_of(statement: str) -> Slots:
    """Fills what the statement says; everything else stays empty."""
    words = re.findall(r"[\w'-]+", statement.lower())
    drug = next((w for w in words if len(w) > 3 and british(w)), "")
    return Slots(
        drug=drug,
        dose=_first(_DOSE, statement),
        frequency=_first(_FREQUENCY, statement),
        duration=_first(_DURATION, statement),
        side=_first(_SIDE, statement),
        site=_first(_SITE, statement),
        severity=_first(_SEVERITY, statement),
        number=_first(re.compile(_NUMBER), statement),
        date=_first(_DATE, statement),
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0].strip() if match else ""
