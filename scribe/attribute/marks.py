"""Punctuation where a transcript has none: some recognisers write none, and Whisper at times leaves long stretches bare.

Without marks a question is not told from a statement, nor one thing said from the next. A small encoder (MiniLM with one
linear head, trained by us: models/recipe_marks) says which mark stands after each word; the words stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from scribe.paths import manifest_dir
from scribe.records import ENGLISH, Role, Turn, Word
from scribe.sums import session_options

MARKS = ("", ",", ".", "?")
LONG = 25  # words: a turn as long as this holds more than one sentence
FEW = 40  # words to an end of a sentence: where there are more, a transcript has hardly any marks
AN_END = 0.35  # chance: two things run into one mislead more than one that is cut in two
MAX_TOKENS = 192  # of a window, as in training
_REMEMBERED = 1000  # windows: those of an hour and more
_SPEAKERS = {Role.CLINICIAN: "doctor"}
_ENDS = re.compile(r"[.?!][\"”’)]*$")


def punctuated(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns, with marks and capitals put where a long one has no end of a sentence before its last word, or
    hardly any has one at all.

    Args:
        turns: of one recording, in order.
    """
    said = [word for turn in turns for word in turn.words]
    hardly_any = len(said) > FEW * sum(bool(_ENDS.search(word.text)) for word in said) + LONG
    bare = {
        turn.id
        for turn in turns
        if turn.language == ENGLISH and not _marked(turn) and (hardly_any or len(turn.words) >= LONG)
    }
    if not bare:
        return tuple(turns)
    marks = shipped().read(turns)
    return tuple(_with(turn, marks[turn.id]) if turn.id in bare else turn for turn in turns)


def _marked(turn: Turn) -> bool:
    return any(_ENDS.search(word.text) for word in turn.words[:-1])


def _with(turn: Turn, marks: Sequence[str]) -> Turn:
    words: list[Word] = []
    begins = True
    for place, (word, mark) in enumerate(zip(turn.words, marks, strict=True)):
        text = word.text.rstrip(",.?!;:")
        last = place + 1 == len(turn.words)
        end = word.text[len(text) :] or (mark if not last or mark == "?" else ".")
        capital = begins or text.split("'")[0] == "i"
        words.append(replace(word, text=(_capital(text) if capital else text) + end))
        begins = end[-1:] in {".", "?", "!"}
    return replace(turn, words=tuple(words))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Marker:
    """Loads the weights once; `read` may be called from one thread at a time.

    What was read lately is remembered, window by window: while people talk, most of it is read again and again.

    Args:
        weights: `marks.onnx`; the shipped one by default.
    """

    def __init__(self, weights: Path | None = None) -> None:
        weights = weights or manifest_dir() / "marks" / "marks.onnx"
        self._session = onnxruntime.InferenceSession(
            str(weights), session_options(threads=2), providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(manifest_dir() / "spans" / "tokenizer.json"))  # MiniLM's
        self._told = lru_cache(_REMEMBERED)(self._judge)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def read(self, turns: Sequence[Turn]) -> dict[str, list[str]]:
        """The mark after each word of each turn, by the turn's id; "" for none."""
        ids: list[int] = []
        owner: list[tuple[str, int] | None] = []
        for turn in turns:
            head = self._encode([_SPEAKERS.get(turn.role, "patient"), ":"])
            ids += head.ids
            owner += [None] * len(head.ids)
            said = self._encode([word.text.rstrip(",.?!;:").lower() or "-" for word in turn.words])
            places = said.word_ids
            for at, (piece, place) in enumerate(zip(said.ids, places, strict=True)):
                last = at + 1 == len(places) or places[at + 1] != place  # the mark of a word is told at its last piece
                ids.append(piece)
                owner.append((turn.id, place) if place is not None and last else None)
        found = {turn.id: [""] * len(turn.words) for turn in turns}
        room = MAX_TOKENS - 2
        for begin in range(0, max(1, len(ids)), room // 2):  # half of each window is read again with more before it
            told = self._told(tuple(ids[begin : begin + room]))
            for at, mark in enumerate(told):
                whose = owner[begin + at]
                if whose is not None and (begin == 0 or at >= room // 4):
                    found[whose[0]][whose[1]] = mark
        return found

    def _encode(self, words: list[str]) -> Encoding:
        return self._tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)

    def _judge(self, ids: tuple[int, ...]) -> list[str]:
        window = np.array([[101, *ids, 102]], np.int64)
        (found,) = self._session.run(["logits"], {"input_ids": window, "attention_mask": np.ones_like(window)})
        logits = found[0, 1:-1]
        chances = np.exp(logits - logits.max(-1, keepdims=True))
        chances /= chances.sum(-1, keepdims=True)
        return [_mark(each) for each in chances]


def _mark(chances: NDArray[np.float32]) -> str:
    ends = chances[2:]
    return MARKS[2 + int(ends.argmax())] if ends.sum() > AN_END else MARKS[int(chances[:2].argmax())]


@lru_cache(maxsize=1)
def shipped() -> Marker:
    """The marker with the weights that Scribe ships."""
    return Marker()
