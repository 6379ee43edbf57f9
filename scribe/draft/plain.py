"""Words of the consulting room in the words of the waiting room, for what a patient takes home.

Only words whose meaning is the same to everybody are replaced, one for one; nothing is explained, left out or added.
"""

from __future__ import annotations

import re

_PLAIN = {
    "BP": "blood pressure", "FBC": "blood count", "HbA1c": "long-term blood sugar (HbA1c)", "U&E": "kidney blood test",
    "U&Es": "kidney blood test", "LFTs": "liver blood test", "TFTs": "thyroid blood test", "ECG": "heart tracing (ECG)",
    "CXR": "chest x-ray", "MSU": "urine test", "UTI": "urine infection (UTI)", "URTI": "cold or throat infection",
    "COPD": "long-term lung disease (COPD)", "IBS": "irritable bowel (IBS)", "GORD": "acid reflux", "OA": "osteoarthritis",
    "T2DM": "type 2 diabetes", "T1DM": "type 1 diabetes", "OTC": "from the pharmacy", 
    "od": "once a day", "bd": "twice a day", "tds": "three times a day", "qds": "four times a day", "prn": "when needed",
    "nocte": "at night", "mane": "in the morning", "hypertension": "high blood pressure",
    "hypotension": "low blood pressure", "dyspnoea": "breathlessness", "pyrexia": "fever", "oedema": "swelling",
    "pruritus": "itching", "haematuria": "blood in the urine", "dysuria": "pain on passing urine",
    "haemoptysis": "coughing up blood", "dysphagia": "difficulty swallowing", "myalgia": "muscle aches",
    "arthralgia": "joint pain", "rhinorrhoea": "runny nose", "epistaxis": "nosebleed", "pharyngitis": "sore throat",
    "otalgia": "earache", "nocturia": "passing urine at night", "palpitations": "pounding or irregular heartbeat",
    "syncope": "fainting", "paraesthesia": "pins and needles", "cephalalgia": "headache", "emesis": "vomiting",
    "erythema": "redness", "analgesia": "pain relief", "analgesics": "painkillers",
}  # fmt: skip
_ABBREVIATIONS = {word for word in _PLAIN if not word.islower() or len(word) <= 3}
_WORD = re.compile(
    r"(?<![\w&])(?:" + "|".join(sorted(map(re.escape, _PLAIN), key=len, reverse=True)) + r")(?![\w&])", re.I
)


def plain(text: str) -> str:
    """The text in plain words; a capital at its beginning stays one."""

    def put(match: re.Match[str]) -> str:
        word = match[0]
        known = word if word in _ABBREVIATIONS else word.lower()
        if known not in _PLAIN or (known in _ABBREVIATIONS and known != word):
            return word
        other = _PLAIN[known]
        return other[:1].upper() + other[1:] if match.start() == 0 else other

    return _WORD.sub(put, text)
