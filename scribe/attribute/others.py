"""Who the people are beside clinician and patient: a relative, a second clinician, one who speaks for the patient."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scribe.records import Present, Role

_FOR_THE_PATIENT = (Present.PARENT, Present.CARER, Present.RELATIVE, Present.INTERPRETER)
_KIN = re.compile(r"^(?:dad|mum|mummy|daddy|gran|grandad|nan|darling|love)\W*$", re.I)
_THIRD_PERSON = re.compile(r"^(?:he|she|him|her|his|hers|he's|she's|he'd|she'd|himself|herself)\W*$", re.I)
_FIRST_PERSON = re.compile(r"^(?:i|me|my|mine|i'm|i've|i'd|i'll|myself)\W*$", re.I)
_SPEAKS_OF = 0.03  # share of words about "him" or "her" with which one speaks of the patient
_ENOUGH = 12  # words, below which nobody can be told by them


def beside(texts: Sequence[str], like_clinician: bool, present: Sequence[Present]) -> Present | None:
    """Who a third voice is, or None where that cannot be told.

    Args:
        texts: its words.
        like_clinician: whether it talks as clinicians do.
        present: who is known to have been there.
    """
    fitting = [one for one in present if (one is Present.COLLEAGUE) == like_clinician]
    if len(fitting) == 1:
        return fitting[0]
    if len(present) == 1:
        return present[0]
    if len(texts) < _ENOUGH or present:
        return None
    if like_clinician:
        return Present.COLLEAGUE
    return Present.RELATIVE if _speaks_of_the_patient(texts) or any(map(_KIN.match, texts)) else None


def instead(texts: Sequence[str], present: Sequence[Present], foreign: bool) -> tuple[Role, Present | None]:
    """Whether the voice that answers the clinician is the patient's, or that of somebody who speaks for them.

    Args:
        texts: its words.
        present: who is known to have been there.
        foreign: whether speech that is not English was heard as well.
    """
    if Present.INTERPRETER in present and foreign:
        return Role.OTHER, Present.INTERPRETER
    speaking = [one for one in present if one in _FOR_THE_PATIENT]
    if speaking and len(texts) >= _ENOUGH and _speaks_of_the_patient(texts):
        return Role.OTHER, speaking[0]
    return Role.PATIENT, None


def _speaks_of_the_patient(texts: Sequence[str]) -> bool:
    of_another = sum(bool(_THIRD_PERSON.match(text)) for text in texts)
    of_oneself = sum(bool(_FIRST_PERSON.match(text)) for text in texts)
    return of_another > max(_SPEAKS_OF * len(texts), of_oneself)
