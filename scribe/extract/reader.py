"""The word reader: a small encoder that reads the talk and says of every word whether, and as what, a note would use it.

MiniLM with one linear head, trained by us (models/recipe), run by onnxruntime with int8 weights.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from scribe.paths import manifest_dir
from scribe.records import Experiencer, Role, Section, Status, Turn
from scribe.sums import session_options

MAX_TOKENS = 224  # of a window, as in training
STATES = 384  # numbers that the encoder's last layer gives a token
_REMEMBERED = 1000  # windows and statements: those of an hour and more
SECTIONS = tuple(Section)
STATUSES = (
    Status.CURRENT,
    Status.PAST,
    Status.PLANNED,
    Status.DONE,
    Status.ADVISED,
    Status.STOPPED,
    Status.CONSIDERED,
)
EXPERIENCERS = tuple(Experiencer)
_SPEAKERS = {Role.CLINICIAN: "doctor", Role.PATIENT: "patient", Role.OTHER: "other"}
_UNSURE_ROLE = 0.6  # below this confidence a role is not shown to the reader
_KEEP, _CRITICAL, _ABSENT, _UNCERTAIN, _SECTION = 0, 1, 2, 3, 4
_STATUS = _SECTION + len(SECTIONS)
_EXPERIENCER = _STATUS + len(STATUSES)

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of a run of words, weighted towards the words that a note would keep."""

    keep: float  # mean chance of its most wanted words
    critical: float
    absent: float
    uncertain: float
    sections: Array  # chances, in the order of SECTIONS
    status: Status
    experiencer: Experiencer


def _sigmoid(x: Array) -> Array:
    return (1.0 / (1.0 + np.exp(-x))).astype(np.float32)


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max())
    shares: Array = (e / e.sum()).astype(np.float32)
    return shares


class Readings:
    """The reader's output for a stretch of talk: per turn, one row of logits a word."""

    def __init__(self, rows: Mapping[str, Array]) -> None:
        self._rows = rows

    def keep(self, turn: Turn) -> Array:
        """Chance per word that a note would use it, shape (words,)."""
        return _sigmoid(self._rows[turn.id][:, _KEEP])

    def over(self, turn: Turn, first: int, end: int) -> Reading:
        """The reading of `turn.words[first:end]`."""
        return self.over_place(turn.id, first, end)

    def over_place(self, turn_id: str, first: int, end: int) -> Reading:
        """The same for a turn known by its id."""
        rows = self._rows[turn_id][first:end]
        keep = _sigmoid(rows[:, _KEEP])
        weight = keep + 0.02
        mean = (rows * weight[:, None]).sum(0) / weight.sum()
        best = np.sort(keep)[::-1][: max(2, len(keep) // 3)]
        return Reading(
            keep=float(best.mean()),
            critical=float(_sigmoid(mean[_CRITICAL : _CRITICAL + 1])[0]),
            absent=float(_sigmoid(mean[_ABSENT : _ABSENT + 1])[0]),
            uncertain=float(_sigmoid(mean[_UNCERTAIN : _UNCERTAIN + 1])[0]),
            sections=_softmax(mean[_SECTION:_STATUS]),
            status=STATUSES[int(mean[_STATUS:_EXPERIENCER].argmax())],
            experiencer=EXPERIENCERS[int(mean[_EXPERIENCER:].argmax())],
        )


class Reader:
    """Loads the weights once; `read` may be called from one thread at a time.

    What was read lately is remembered, window by window: while people talk, most of it is read again and again.

    Args:
        folder: holds `reader.onnx` and `tokenizer.json`; the shipped ones by default.
        threads: how many the encoder may use.
    """

    def __init__(self, folder: Path | None = None, threads: int = 2) -> None:
        folder = folder or manifest_dir() / "spans"
        self._session = onnxruntime.InferenceSession(
            str(folder / "reader.onnx"), session_options(threads), providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._remembered: OrderedDict[tuple[str, tuple[int, ...]], Array] = OrderedDict()
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def read(self, turns: Sequence[Turn]) -> Readings:
        """Reads turns that follow each other, in overlapping windows; each word is taken from where it has most context."""
        ids: list[int] = []
        owner: list[tuple[str, int] | None] = []
        starts: list[int] = []
        width = _EXPERIENCER + len(EXPERIENCERS)
        rows = {turn.id: np.zeros((len(turn.words), width), np.float32) for turn in turns}
        for turn in turns:
            starts.append(len(ids))
            shown = _SPEAKERS[turn.role] if turn.confidence >= _UNSURE_ROLE else "speaker"
            head = self._tokenizer.encode([shown, ":"], is_pretokenized=True, add_special_tokens=False)
            ids += head.ids
            owner += [None] * len(head.ids)
            encoded = self._tokenizer.encode(
                [w.text for w in turn.words], is_pretokenized=True, add_special_tokens=False
            )
            last: int | None = None
            for piece, word in zip(encoded.ids, encoded.word_ids, strict=True):
                ids.append(piece)
                owner.append((turn.id, word) if word is not None and word != last else None)
                last = word
        margin: dict[tuple[str, int], int] = {}
        room = MAX_TOKENS - 2
        begin = 0
        while begin < len(ids):
            end = min(begin + room, len(ids))
            logits = self._remembering("logits", ids[begin:end], self._run)
            for i in range(begin, end):
                word_at = owner[i]
                if word_at is None:
                    continue
                context = min(i - begin if begin else room, end - 1 - i if end < len(ids) else room)
                if context > margin.get(word_at, -1):
                    margin[word_at] = context
                    rows[word_at[0]][word_at[1]] = logits[i - begin]
            if end == len(ids):
                break
            begin = max(begin + 1, next((s for s in starts if begin + room // 2 <= s < end), begin + room // 2))
        return Readings(rows)

    def state(self, statement: str) -> Array:
        """How a statement looks to the reader: its last layer's mean over the words, shape (STATES,)."""
        head, said = (
            self._tokenizer.encode(text, is_pretokenized=True, add_special_tokens=False).ids
            for text in ([_SPEAKERS[Role.PATIENT], ":"], statement.split())
        )
        ids = [*head, *said][: MAX_TOKENS - 2]

        def mean(output: str, ids: Sequence[int]) -> Array:
            state: Array = self._run(output, ids)[len(head) :].mean(0)
            return state

        return self._remembering("states", ids, mean)

    def _remembering(self, output: str, ids: Sequence[int], find: Callable[[str, Sequence[int]], Array]) -> Array:
        key = output, tuple(ids)
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = find(output, ids)
        self._remembered.move_to_end(key)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return found

    def _run(self, output: str, ids: Sequence[int]) -> Array:
        """One output of the encoder for a window's tokens, shape (tokens, width)."""
        window = np.array([[101, *ids, 102]], np.int64)
        (found,) = self._session.run([output], {"input_ids": window, "attention_mask": np.ones_like(window)})
        rows: Array = found[0, 1:-1]
        return rows


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """The reader with the weights that Scribe ships."""
    return Reader()
