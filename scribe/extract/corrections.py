"""What the speaker took back in the same breath: "the right knee. No, sorry, the left one."

What was taken back is never a plain line: it waits to be checked, with what was said instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scribe.records import Fact, Outcome, Reason, Turn, Verdict

# Ways of taking back one's words in spoken British English; our own list.
_MARKERS = tuple(
    tuple(phrase.split())
    for phrase in (
        "no sorry",
        "no hang on",
        "no wait",
        "no tell a lie",
        "no i tell a lie",
        "tell a lie",
        "i tell a lie",
        "no actually",
        "no i mean",
        "sorry no",
        "sorry i mean",
        "i meant",
        "or rather",
        "scratch that",
    )
)
_REACH = 14  # words: how far back a correction may reach within a turn
_SHOWN = 6  # words of what was said instead


def taken_back(fact: Fact, turns: Mapping[str, Turn]) -> Verdict | None:
    """CHECK for a fact whose proof was taken back right after it was said, else None."""
    for proof in fact.evidence:
        turn = turns.get(proof.turn_id)
        if turn is None:
            continue
        texts = [word.text for word in turn.words]
        for at, end in _marked(texts):
            begin = _sentence_before(texts, at)
            if proof.first_word < at and proof.end_word > begin:
                instead = " ".join(texts[end : end + _SHOWN]).strip(" ,.;")
                return Verdict(Outcome.CHECK, Reason.CONTRADICTED, instead)
    return None


def _marked(texts: list[str]) -> list[tuple[int, int]]:
    """First word and end of every correction that follows something in the turn."""
    plain = [re.sub(r"[^a-z']", "", text.lower()) for text in texts]
    found = []
    for at in range(1, len(plain)):
        for marker in _MARKERS:
            if tuple(plain[at : at + len(marker)]) == marker:
                found.append((at, at + len(marker)))
                break
    return found


def _sentence_before(texts: list[str], at: int) -> int:
    """Where the sentence that ends right before word `at` begins."""
    begin = at - 1
    while begin > 0 and at - begin < _REACH and not texts[begin - 1].endswith((".", "?", "!")):
        begin -= 1
    return begin
