"""Rules against what recognisers invent: loops, captions of sounds, and the thanks of film subtitles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scribe.records import Word

_LONGEST_LOOP = 12  # words
_FASTEST = 35  # characters a second; the fastest talkers reach 25
_NO_SPEECH = 0.6
_DOUBTFUL = -0.8  # mean log probability of a token
_CAPTION = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫🎵🎶]+")
_SUBTITLES = re.compile(
    r"thank(s| you)( (so|very) much)? for (watching|listening|viewing)|subtitl|captioned by|amara\.org"
    r"|(please|and|to) subscribe|transcri(bed|ption) by|see you in the next (video|one)",
    re.IGNORECASE,
)


def without_loops(words: Sequence[Word]) -> tuple[Word, ...]:
    """Leaves one of a run of words that is said over and over.

    People do repeat themselves ("no, no, no"), so one or two words may come five times in a row, and three
    or more words twice; what is said more often than that, a recogniser says.
    """
    kept: list[Word] = []
    at = 0
    while at < len(words):
        length, times = _loop(words, at)
        kept.extend(words[at : at + length])
        at += length * times
    return tuple(kept)


def is_speech(words: Sequence[Word], no_speech_probability: float, mean_log_probability: float) -> bool:
    """Whether a recogniser's words are likely to have been said by anybody in the room.

    Args:
        words: of a segment.
        no_speech_probability: what the recogniser gives for there being none, 0 to 1.
        mean_log_probability: of the tokens; nearer to zero is surer.
    """
    spoken = _CAPTION.sub(" ", " ".join(word.text for word in words))
    if not any(character.isalnum() for character in spoken):
        return False
    if no_speech_probability > _NO_SPEECH and mean_log_probability < _DOUBTFUL:
        return False
    if len(words) > 2 and len(spoken) * 1000 > _FASTEST * (words[-1].end_ms - words[0].start_ms):
        return False
    return not _SUBTITLES.search(spoken)


def _loop(words: Sequence[Word], at: int) -> tuple[int, int]:
    """The length of what repeats itself from `at` on, and how often it stands there; (1, 1) for none."""
    plain = [_plain(word) for word in words[at : at + _LONGEST_LOOP]]
    for length in range(1, len(plain) + 1):
        times = 1
        while _same(words, at + length * times, plain[:length]):
            times += 1
        if times > (5 if length <= 2 else 2):
            return length, times
    return 1, 1


def _same(words: Sequence[Word], at: int, plain: list[str]) -> bool:
    there = words[at : at + len(plain)]
    return len(there) == len(plain) and all(_plain(a) == b for a, b in zip(there, plain, strict=True))


def _plain(word: Word) -> str:
    return "".join(character for character in word.text.lower() if character.isalnum())
