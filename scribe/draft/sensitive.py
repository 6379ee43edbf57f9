"""Lines that a patient's online record, or somebody who looks over their shoulder, might better not show.

The words decide, and they decide widely: a flag costs a glance, and whether a line stands apart is the clinician's choice.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Sensitivity(StrEnum):
    SAFEGUARDING = "safeguarding"
    DOMESTIC_ABUSE = "domestic-abuse"
    THIRD_PARTY = "third-party"


_PARTNER = r"(?:partner|husband|wife|boyfriend|girlfriend|fianc[ée]e?|ex|ex-\w+|spouse)"
_CHILD = r"(?:child|children|baby|infant|toddler|daughter|son|grandson|granddaughter|kids?|siblings?)"
_OTHER = (
    rf"(?:{_PARTNER}|mother|mum|father|dad|brother|sister|son|daughter|neighbour|friend|flatmate|carer|uncle|aunt|"
    r"nan|gran|grandad|stepfather|stepmother|stepdad|stepmum|boss|colleague)"
)
_HURTS = (
    r"(?:hit|hits|hitting|slap\w*|punch\w*|push\w*|shov\w*|kick\w*|grab\w*|chok\w*|strangl\w*|hurt\w*|beat\w*|threat\w*|"
    r"control\w*|forc\w*|stalk\w*|abus\w*|violen\w*|isolat\w*|follows|track\w*|throws|threw|locks?|locked|rap\w+)"
)
_HURTS_ME = r"(?:hit|hits|slap\w*|punch\w*|kick\w*|chok\w*|strangl\w*|beats?|threaten\w*|raped?|rapes)"
_FEARS = r"(?:afraid|scared|frightened|terrified|fears?|fearful|unsafe|not safe|walks? on eggshells)"
_PRIVATE = (
    r"(?:hiv|aids|chlamydia|gonorrhoea|syphilis|herpes|sexually transmitted|sti|std|alcohol\w*|drink(?:s|ing)|drugs?|"
    r"cocaine|heroin|cannabis|gambl\w*|prison|jail|arrest\w*|convict\w*|affair|depress\w*|suicid\w*|overdos\w*|"
    r"self[- ]harm\w*|schizophreni\w*|bipolar|psychosis|abortion|terminat\w*|adopt\w*|not the (?:biological )?father)"
)
_PATTERNS: tuple[tuple[Sensitivity, str], ...] = (
    (Sensitivity.SAFEGUARDING, r"\b(?:safeguard\w*|child protection|social (?:services|worker|care referral)|mash|marac|"
     r"at[- ]risk register|care order|looked[- ]after|non[- ]accidental|neglect\w*|groom(?:ed|ing)|exploit\w*|"
     r"traffick\w*|fgm|female genital|radicalis\w*|forced marriage|honour[- ]based|sexual(?:ly)? abus\w*|"
     r"county lines|power of attorney (?:abus|misus)\w*|financial abuse)\b"),
    (Sensitivity.SAFEGUARDING, rf"\b{_CHILD}\b.{{0,60}}\b(?:bruis\w*|{_HURTS}|left alone|unattended|hungry|{_FEARS})\b"),
    (Sensitivity.SAFEGUARDING, rf"\b(?:bruis\w*|{_HURTS}|left)\b.{{0,40}}\b(?:the |her |his |their |my )?{_CHILD}\b"),
    (Sensitivity.DOMESTIC_ABUSE, r"\b(?:domestic (?:abuse|violence)|coerciv\w*|idva|women'?s aid|refuge)\b"),
    (Sensitivity.DOMESTIC_ABUSE, rf"\b{_PARTNER}\b.{{0,60}}\b{_HURTS}\b"),
    (Sensitivity.DOMESTIC_ABUSE, rf"\b{_HURTS}\b.{{0,40}}\bby (?:her|his|their|my|the)? ?{_PARTNER}\b"),
    (Sensitivity.DOMESTIC_ABUSE, rf"\b{_FEARS}\b.{{0,40}}\b(?:{_PARTNER}|at home|to go home)\b"),
    # As people say it, who do not name whom they speak of.
    (Sensitivity.DOMESTIC_ABUSE, rf"\b(?:he|she|they)\b.{{0,25}}\b{_HURTS_ME}\b.{{0,15}}\bme\b"),
    (Sensitivity.DOMESTIC_ABUSE, rf"\b{_FEARS}\b.{{0,12}}\bof (?:him\b|her\b(?! \w)|my {_PARTNER}\b)"),
    (Sensitivity.THIRD_PARTY, rf"\b{_OTHER}(?:'s|s)?\b.{{0,60}}\b{_PRIVATE}\b"),
    (Sensitivity.THIRD_PARTY, r"\b(?:in confidence|confidential\w*|(?:does|do|did)(?:n't| not) (?:want|know)\b.{0,50}\b"
     r"(?:told|to know|know|find out)|without (?:her|his|their|the patient's) knowledge|not to be (?:told|shared))\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)


def sensitivity(text: str) -> tuple[Sensitivity, ...]:
    """What makes a line sensitive; nothing for an ordinary one. Denials count: that it was asked is sensitive too."""
    plain = text.replace("’", "'")
    return tuple(dict.fromkeys(kind for kind, pattern in _COMPILED if pattern.search(plain)))
