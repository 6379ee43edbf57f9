"""The writer's weights at work: several answers are written beside each other, token by token, by onnxruntime."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scribe.extract.writer import RIGHT, WRONG, GoOn, Said
from scribe.models.convert import EMBEDDINGS, GRAPH, SCALES
from scribe.sums import session_options

SLOTS = 12  # answers written at once; each costs some 10 MB
LONGEST_PROMPT = 1024  # tokens, several times what people say in a passage
LONGEST_ANSWER = 240  # tokens
END = "<|im_end|>"
LINE_END = "\u010a"  # as the tokenizer writes it


DOUBTED = 0.5  # by the larger writer's own verdict: such a line of its is written once more, another way

Best = list[tuple[int, float]]
"""The two likeliest tokens with their log probabilities, the likelier first."""


class LanguageModel:
    """Goes on from prompts, the likeliest token each time.

    An answer depends on nothing but its prompt: each token's products are exact, and each answer has its own past.

    Args:
        folder: holds what `scribe.models.gguf` converted.
        made_by: names the weights in the records: "qwen-0.5b@1d961463+0a1b2c3d".
        threads: how many it may use.
        doubted: the chance to be right below which a line is written once more, another way.
    """

    def __init__(self, folder: Path, made_by: str = "", threads: int = 2, doubted: float = 0.0) -> None:
        from tokenizers import Tokenizer

        self.made_by = made_by
        self._doubted = doubted
        self._decoder = _Decoder(folder, threads)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._end = self._tokenizer.token_to_id(END)

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        """Yields each answer, as soon as it has ended, with the place of its prompt; an endless prompt has none."""
        asked = [self._tokenizer.encode(prompt, add_special_tokens=False).ids for prompt in prompts]
        waiting = [(place, ids) for place, ids in enumerate(asked) if len(ids) <= LONGEST_PROMPT][::-1]
        yield from ((place, []) for place, ids in enumerate(asked) if len(ids) > LONGEST_PROMPT)
        if not waiting:
            return
        slots = _Slots(self._decoder, min(SLOTS, len(waiting)), max(len(ids) for _, ids in waiting) + LONGEST_ANSWER)
        written: list[_Answer] = []
        while (waiting or written) and go_on():
            if waiting and len(written) < slots.room:
                place, prompt = waiting.pop()
                answer = _Answer(place, self._doubted)
                written.append(answer)
                self._hear(answer, slots.begin(prompt))
            else:
                for slot, best in enumerate(slots.step([one.last for one in written])):
                    self._hear(written[slot], best)
                    slots.back(slot, written[slot].gone_back())
            for slot in reversed([n for n, one in enumerate(written) if one.over]):
                answer = written[slot]
                yield answer.place, [self._said(line) for line in answer.written()]
                # The last answer takes the place of the one that has ended.
                slots.end(slot)
                written[slot] = written[-1]
                written.pop()

    def _hear(self, answer: _Answer, best: Sequence[tuple[int, float]]) -> None:
        first, second = (
            _Token(token, chance, "" if token == self._end else self._tokenizer.id_to_token(token) or "")
            for token, chance in best
        )
        answer.hear(first, second)

    def _said(self, line: _Line) -> Said:
        chances = [one.chance for one in line.tokens]
        text = self._tokenizer.decode([one.number for one in line.tokens]).strip()
        return Said(
            text,
            round(math.exp(sum(chances) / len(chances)), 4),
            round(math.exp(min(chances)), 4),
            None if line.right is None else round(line.right, 4),
        )


class _Token(NamedTuple):
    """A token with its log probability; no text where it ends the answer."""

    number: int
    chance: float
    text: str


@dataclass(slots=True)
class _Line:
    """Tokens of a line, what was next likely in place of each, and the verdict on it that came after."""

    tokens: list[_Token] = field(default_factory=list)
    others: list[_Token] = field(default_factory=list)
    right: float | None = None
    ended: bool = False

    @property
    def numbers(self) -> list[int]:
        return [one.number for one in self.tokens]

    def fork(self) -> int | None:
        """Where its statement, after the first word, was least decided between two ways to go on."""
        start = next((n for n, one in enumerate(self.tokens) if ":" in one.text), len(self.tokens)) + 1
        places = [n for n in range(start + 1, len(self.tokens)) if self.others[n].text]
        return max(places, key=lambda n: self.others[n].chance, default=None)


@dataclass(slots=True)
class _Answer:
    """An answer while it is written. One that says a line again is over: a small model that does so once does so until
    its room is used up. A line of which it doubts that it is right is written once more, another way, and the better of the two
    stands."""

    place: int
    doubted: float = 0.0
    lines: list[_Line] = field(default_factory=lambda: [_Line()])
    last: int = 0
    length: int = 0
    over: bool = False
    _first_try: _Line | None = None
    _back: int = 0

    def written(self) -> list[_Line]:
        """The lines, without one that was broken off."""
        lines = self.lines if self._first_try is None else [*self.lines[:-1], self._first_try]
        return [line for line in lines if line.ended and line.tokens]

    def gone_back(self) -> int:
        """How many tokens were taken back since it was asked last."""
        back, self._back = self._back, 0
        return back

    def hear(self, token: _Token, other: _Token) -> None:
        """The next token, and what was next likely."""
        self.last = token.number
        self.length += 1
        line = self.lines[-1]
        self.over = not token.text or self.length >= LONGEST_ANSWER
        if not line.tokens and len(self.lines) > 1 and token.text in (RIGHT, WRONG):
            self._judge(math.exp(token.chance) if token.text == RIGHT else 1 - math.exp(token.chance))
        elif token.text.endswith(LINE_END):
            line.ended = True
            if self._first_try is None and self._is_said(line):
                self.lines.pop()
                self.over = True
            self.lines.append(_Line())
        elif token.text:
            line.tokens.append(token)
            line.others.append(other)

    def _is_said(self, line: _Line) -> bool:
        return any(line.numbers == said.numbers for said in self.lines if said is not line)

    def _judge(self, right: float) -> None:
        line = self.lines[-2]
        line.right = right
        if self._first_try is not None:
            if self._is_said(line) or right <= (self._first_try.right or 0):
                self.lines[-2] = self._first_try
            self._first_try = None
        elif right < self.doubted and (place := line.fork()) is not None and not self.over:
            self._first_try = line
            self._back = len(line.tokens) + 1 - place
            self.lines[-2:] = [_Line(line.tokens[:place], line.others[:place])]
            self.hear(line.others[place], line.tokens[place])


class _Decoder:
    """The graph, and the embeddings, which stay in their file until they are read."""

    def __init__(self, folder: Path, threads: int) -> None:
        import onnxruntime

        options = session_options(threads)
        # Who waits for the other thread sleeps: speech is heard on the same two cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        past = [one for one in self.session.get_inputs() if one.name.startswith("past.")]
        self.past = [one.name for one in past]
        self.heads, self.head = past[0].shape[1], past[0].shape[3]
        self._embeddings: npt.NDArray[np.int8] = np.load(folder / EMBEDDINGS, mmap_mode="r")
        self._scales: npt.NDArray[np.float32] = np.load(folder / SCALES)

    def embedded(self, tokens: Sequence[int]) -> npt.NDArray[np.float32]:
        """Tokens × width."""
        return np.divide(self._embeddings[tokens], self._scales[tokens, None], dtype=np.float32)


class _Slots:
    """Room for answers that are written beside each other; those under way fill the first slots.

    Args:
        room: how many.
        longest: tokens that each may have, with its prompt.
    """

    def __init__(self, decoder: _Decoder, room: int, longest: int) -> None:
        self._decoder = decoder
        self.room = room
        shape = (room, decoder.heads, longest, decoder.head)
        self._past = [np.zeros(shape, np.float32) for _ in decoder.past]
        self._lengths: list[int] = []

    def begin(self, prompt: Sequence[int]) -> Best:
        """Reads a prompt into the next free slot; the two likeliest first tokens of its answer."""
        slot = len(self._lengths)
        self._lengths.append(len(prompt))
        return self._run(slice(slot, slot + 1), self._decoder.embedded(prompt)[None])[0]

    def step(self, last: Sequence[int]) -> list[Best]:
        """Goes on from the last token of each answer under way."""
        self._lengths = [length + 1 for length in self._lengths]
        return self._run(slice(0, len(last)), self._decoder.embedded(last)[:, None])

    def back(self, slot: int, tokens: int) -> None:
        """Forgets the last tokens of a slot."""
        self._lengths[slot] -= tokens

    def end(self, slot: int) -> None:
        """Frees a slot; the last one that is in use takes its place."""
        moved = self._lengths.pop()
        if slot < len(self._lengths):
            self._lengths[slot] = moved
            for past in self._past:
                past[slot, :, :moved] = past[len(self._lengths), :, :moved]

    def _run(self, slots: slice, embedded: npt.NDArray[np.float32]) -> list[Best]:
        from onnxruntime import OrtValue

        session = self._decoder.session
        lengths = np.array(self._lengths[slots], np.int32)
        inputs: dict[str, Any] = {
            "embedded": embedded,
            "lengths": lengths - 1,
            "total": lengths.max(),
        }
        binding = session.io_binding()
        for name, value in inputs.items():
            binding.bind_ortvalue_input(name, OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)))
        for name, past in zip(self._decoder.past, self._past, strict=True):
            # What was is read, and what comes is written, in the same place.
            value = OrtValue.ortvalue_from_numpy(past[slots])
            binding.bind_ortvalue_input(name, value)
            binding.bind_ortvalue_output(name.replace("past", "present", 1), value)
        binding.bind_output("token")
        binding.bind_output("chance")
        session.run_with_iobinding(binding)
        *_, tokens, chances = binding.get_outputs()
        return [
            list(zip(mine, beside, strict=True))
            for mine, beside in zip(tokens.numpy().tolist(), chances.numpy().tolist(), strict=True)
        ]
