"""Where a consultation was interrupted: a colleague at the door, a telephone, talk of another patient.

What is said from there until they come back to the matter may be about someone else and is never a plain line.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from scribe.records import Evidence, Role, Turn

_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
# Ways of breaking in, of turning aside and of coming back in spoken British English; our own lists.
_BREAKS_IN = re.compile(
    r"\bsorry to (?:interrupt|bother you|disturb|barge in|butt in)\b|"
    r"\b(?:another|the next|your next|the other|a different|my next|my other|my last) patient\b|^next patient\b|"
    r"\bwrong (?:patient|notes|record)|\bsomeone else's (?:notes|results|record)\b|"
    r"\b(?:word|question) about (?:mr|mrs|ms|miss|the patient|a patient|another|bed|room)\b|"
    rf"\b(?:room|bed|bay) {_COUNT}\b|\byour {_COUNT} o'clock\b|"
    r"\b(?:is|are) waiting (?:for you|in reception|outside)\b",
    re.IGNORECASE,
)
_TURNS_ASIDE = re.compile(
    r"\b(?:take this|get (?:this|that)(?: call)?|answer (?:this|that)|(?:get|answer) the phone|the phone\.|someone's at the door)",
    re.IGNORECASE,
)
_ASIDE_OPENS = re.compile(
    r"\b(?:sorry|excuse me|one (?:second|sec|moment|minute)|bear with me|let me)\b", re.IGNORECASE
)
_NAMES_ONE = re.compile(r"\b(?:mr|mrs|ms|miss|master|baby) [A-Z]\w+", re.IGNORECASE)
_COMES_BACK = re.compile(
    r"\b(?:sorry about that|sorry for that|apologies for that|where were we|where was i|as (?:i|you|we) (?:was|were) saying|"
    r"back to you|right,? carry on|carry on|you were (?:saying|telling)|so you were|that's not you(?:rs)?)\b",
    re.IGNORECASE,
)
LONGEST = 10  # turns; without a way back by then, the talk is taken to be the patient's again


def about_another(proof: Evidence, turns: Collection[Turn]) -> str:
    """The words with which an interruption began that the cited words lie in; empty where they lie in none."""
    place = proof.turn_number
    around = sorted((one for one in turns if place - LONGEST <= one.number <= place), key=lambda turn: turn.number)
    opened = ""
    for turn in around:
        text = turn.text
        events = sorted(
            [(match.start(), match.group()) for match in _openings(turn)]
            + [(match.end(), "") for match in _COMES_BACK.finditer(text)]
        )
        cited = turn.number == place
        reach = len(" ".join(word.text for word in turn.words[: proof.first_word])) if cited else len(text)
        for at, words in events:
            # Whoever breaks in speaks of another from their first word on.
            if at <= reach or (words and turn.role is Role.OTHER):
                opened = words
    return opened


def _openings(turn: Turn) -> list[re.Match[str]]:
    text = turn.text
    found = list(_BREAKS_IN.finditer(text))
    if _ASIDE_OPENS.search(text):
        found += _TURNS_ASIDE.finditer(text)
    if turn.role is Role.OTHER:
        found += _NAMES_ONE.finditer(text)
    return found
