"""Takes a transcript whose turns and roles are known, such as those that notes are judged by."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from scribe.attribute.marks import LONG, punctuated
from scribe.errors import Fixable
from scribe.records import Role, Turn, Word, new_id


class _Utterance(BaseModel):
    model_config = ConfigDict(extra="ignore")

    n: int
    speaker: Role
    start: float = 0.0
    end: float = 0.0
    text: str


class _Transcript(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    utterances: tuple[_Utterance, ...]


def read(path: Path) -> tuple[Turn, ...]:
    """The turns of a numbered transcript on disk.

    Raises:
        Fixable: "transcript-unreadable", "transcript-malformed", "transcript-empty".
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Fixable(
            f"“{path.name}” is not a numbered transcript, or it is not there.",
            safe="The file is as it was.",
            do="Choose a recording, or a transcript with numbered utterances.",
            code="transcript-unreadable",
        ) from error
    turns = turns_from_numbered(content)
    if not turns:
        raise Fixable(f"Nobody says anything in “{path.name}”.", do="Choose another.", code="transcript-empty")
    return turns


def turns_from_numbered(transcript: object) -> tuple[Turn, ...]:
    """Makes turns of `{"id", "utterances": [{"n", "speaker", "start", "end", "text"}]}`, seconds.

    Turns keep their numbers; the time of a turn is shared out evenly among its words, and roles are certain. Words that
    a corpus took to pieces are put together ("do n't", "well ."), and where it has no punctuation, that is put in.

    Raises:
        Fixable: "transcript-malformed".
    """
    try:
        known = _Transcript.model_validate(transcript)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])  # the place, never the text there
        raise Fixable(
            f"This is not a numbered transcript ({where or 'the whole file'} is not as it should be).",
            do='It needs "id" and "utterances", each with "n", "speaker", "start", "end" and "text".',
            code="transcript-malformed",
        ) from None
    texts = [_put_together(utterance.text) for utterance in known.utterances]
    whole = " ".join(texts)
    if len(whole.split()) >= LONG and whole == whole.lower():
        texts = [_with_capitals(text) for text in texts]
    return punctuated(
        [
            Turn(
                id=new_id(),
                recording_id=known.id,
                number=utterance.n,
                role=utterance.speaker,
                confidence=1.0,
                words=_words(utterance, text.split()),
                made_by="numbered",
            )
            for utterance, text in zip(known.utterances, texts, strict=True)
            if text.split()
        ]
    )


_MARK_APART = re.compile(r"\s+([,.?!;:]+)(?=\s|$)")
_DIGIT = r"(?:zero|one|two|three|four|five|six|seven|eight|nine)"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_BELOW_HUNDRED = rf"(?:{_TENS}(?:[ -]{_DIGIT})?|{_DIGIT}|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
# "Seven . five", "98 . 2": a decimal that was taken to pieces, unless what follows counts something.
_DECIMAL_APART = re.compile(
    rf"\b(?:(\d+) \. (\d)|({_BELOW_HUNDRED}) \. ({_DIGIT}))\b"
    r"(?! (?:of|more|other|times?|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|tablets?|pills?|people)\b)",
    re.IGNORECASE,
)
_ENDING_APART = re.compile(r"(?<=\w) (n't|'(?:s|m|re|ve|ll|d))(?=\W|$)", re.IGNORECASE)
_TWO_IN_ONE = re.compile(r"\b(gon|wan) (na)\b|\b(got) (ta)\b|\b(gim|lem) (me)\b", re.IGNORECASE)
_BEGINS = re.compile(r"(^|[.?!] )([a-z])")
_I = re.compile(r"\bi\b(?!\.)")


def _put_together(text: str) -> str:
    """The text without the spaces that corpora put before marks and into contractions."""
    text = _DECIMAL_APART.sub(_whole_decimal, " ".join(text.split()))
    text = _ENDING_APART.sub(r"\1", _MARK_APART.sub(r"\1", text))
    return _TWO_IN_ONE.sub(lambda match: match[0].replace(" ", ""), text)


def _whole_decimal(match: re.Match[str]) -> str:
    return f"{match[1]}.{match[2]}" if match[1] else f"{match[3]} point {match[4]}"


def _with_capitals(text: str) -> str:
    return _I.sub("I", _BEGINS.sub(lambda match: match[1] + match[2].upper(), text))


def _words(utterance: _Utterance, texts: list[str]) -> tuple[Word, ...]:
    start_ms = round(utterance.start * 1000)
    length_ms = max(round(utterance.end * 1000) - start_ms, 0)
    at = [start_ms + length_ms * number // len(texts) for number in range(len(texts) + 1)]
    return tuple(Word(text, a, b) for text, a, b in zip(texts, at[:-1], at[1:], strict=True))
