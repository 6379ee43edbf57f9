"""Where a consultation was interrupted: a colleague at the door, a telephone, talk of another patient.

What is said from there until they come back to the matter may be about someone else and is never a plain line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from scribe.capture.sound import LONGEST_ASIDE_MS
from scribe.records import ENGLISH, Evidence, Present, RecordingEvent, Role, Turn

_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
# Ways of breaking in, of turning aside and of coming back in spoken British English; our own lists.
_BREAKS_IN = re.compile(
    r"\bsorry to (?:interrupt|bother you|disturb|barge in|butt in)\b|"
    r"(?:\b(?:another|the next|your next|the other|a different|my next|my other|my last)|^next) patient\b"
    r"(?! is (?!here|waiting|ready|late|outside|in\b|on\b))|"  # "the next patient is Anna" announces this one
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
_AT_THE_DOOR_MS = 90_000  # how long somebody stays who comes in and goes again


def about_another(proof: Evidence, turns: Collection[Turn]) -> str:
    """The words with which an interruption began that the cited words lie in; empty where they lie in none."""
    place = proof.turn_number
    around = sorted((one for one in turns if place - LONGEST <= one.number <= place), key=lambda turn: turn.number)
    cited = next((one for one in around if one.number == place), None)
    reach = len(" ".join(word.text for word in cited.words[: proof.first_word])) if cited else 0
    return _opened([(turn, _events(turn)) for turn in around], reach)


def marked(turns: Sequence[Turn], present: Collection[Present] = ()) -> tuple[Turn, ...]:
    """The same turns; those that are likely to be of an interruption say so, for the clinician to leave them out.

    They are told by the words with which people break in and come back, and by a voice that comes in and soon goes again.
    What the patient says while it is there stays theirs.

    Args:
        turns: of one recording, in order.
        present: who was there all the time.
    """
    events = [(turn, _events(turn)) for turn in turns]
    found = _by_door(turns) if Present.COLLEAGUE not in present else set()
    for at, turn in enumerate(turns):
        around = [one for one in events[max(0, at - LONGEST) : at + 1] if turn.number - one[0].number <= LONGEST]
        if _opened(around, len(turn.text) // 2):  # of a turn that is partly theirs more than half must be
            found.add(turn.number)
    return tuple(replace(turn, interruption=turn.number in found) for turn in turns)


def stretches(events: Sequence[RecordingEvent]) -> tuple[tuple[int, int], ...]:
    """From where to where in a recording, in milliseconds, the clinician said that they were interrupted."""
    found: list[tuple[int, int]] = []
    since: int | None = None
    for event in events:
        if since is not None and event.what in ("aside-over", "gone-on"):  # a recorder that died forgot that it was one
            found.append((since, event.at_ms))
            since = None
        elif event.what == "aside":
            since = event.at_ms
    if since is not None:
        found.append((since, since + LONGEST_ASIDE_MS))
    return tuple(found)


def _opened(around: Sequence[tuple[Turn, Sequence[tuple[int, str]]]], reach: int) -> str:
    """The words with which an interruption began that goes on `reach` characters into the last of these turns."""
    opened = ""
    for turn, events in around:
        last = turn is around[-1][0]
        for at, words in events:
            # Whoever breaks in speaks of another from their first word on.
            if not last or at <= reach or (words and turn.role is Role.OTHER):
                opened = words
    return opened


def _events(turn: Turn) -> list[tuple[int, str]]:
    """Where in a turn's text an interruption begins, with those words, or ends, with none; in order."""
    return sorted(
        [(match.start(), match.group()) for match in _openings(turn)]
        + [(match.end(), "") for match in _COMES_BACK.finditer(turn.text)]
    )


def _by_door(turns: Sequence[Turn]) -> set[int]:
    """The numbers of turns while somebody was there who came in and soon left again, but for the patient's own."""
    found: set[int] = set()
    for voice in {turn.voice for turn in turns if turn.voice and _is_stranger(turn)}:
        theirs = [at for at, turn in enumerate(turns) if turn.voice == voice]
        there = turns[theirs[0] : theirs[-1] + 1]
        if there[-1].end_ms - there[0].start_ms <= _AT_THE_DOOR_MS:
            found |= {turn.number for turn in there if turn.role is not Role.PATIENT}
    return found


def _is_stranger(turn: Turn) -> bool:
    return turn.role is Role.OTHER and turn.who in (None, Present.COLLEAGUE) and turn.language == ENGLISH


def _openings(turn: Turn) -> list[re.Match[str]]:
    text = turn.text
    found = list(_BREAKS_IN.finditer(text))
    if _ASIDE_OPENS.search(text):
        found += _TURNS_ASIDE.finditer(text)
    if turn.role is Role.OTHER:
        found += _NAMES_ONE.finditer(text)
    return found
