"""The writer's weights at work: several answers are written beside each other, token by token, by onnxruntime."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


class LanguageModel:
    """Goes on from prompts, the likeliest token each time.

    An answer depends on nothing but its prompt: each token's products are exact, and each answer has its own past.

    Args:
        folder: holds what `scribe.models.gguf` converted.
        made_by: names the weights in the records: "qwen-0.5b@1d961463+0a1b2c3d".
        threads: how many it may use.
    """

    def __init__(self, folder: Path, made_by: str = "", threads: int = 2) -> None:
        from tokenizers import Tokenizer

        self.made_by = made_by
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
                answer = _Answer(place)
                written.append(answer)
                self._hear(answer, *slots.begin(prompt))
            else:
                tokens, chances = slots.step([one.last for one in written])
                for answer, token, chance in zip(written, tokens, chances, strict=True):
                    self._hear(answer, token, chance)
            for slot in reversed([n for n, one in enumerate(written) if one.over]):
                answer = written[slot]
                yield answer.place, [self._said(line) for line in answer.written()]
                # The last answer takes the place of the one that has ended.
                slots.end(slot)
                written[slot] = written[-1]
                written.pop()

    def _hear(self, answer: _Answer, token: int, chance: float) -> None:
        answer.hear(token, chance, "" if token == self._end else self._tokenizer.id_to_token(token) or "")

    def _said(self, line: _Line) -> Said:
        chances = [chance for _, chance in line.tokens]
        text = self._tokenizer.decode([token for token, _ in line.tokens]).strip()
        return Said(
            text,
            round(math.exp(sum(chances) / len(chances)), 4),
            round(math.exp(min(chances)), 4),
            None if line.right is None else round(line.right, 4),
        )


@dataclass(slots=True)
class _Line:
    """Tokens of a line with their log probabilities, and the verdict on it that came after."""

    tokens: list[tuple[int, float]] = field(default_factory=list)
    right: float | None = None
    ended: bool = False


@dataclass(slots=True)
class _Answer:
    """An answer while it is written. One that says a line again is over: a small model that does so once does so until
    its room is used up."""

    place: int
    lines: list[_Line] = field(default_factory=lambda: [_Line()])
    last: int = 0
    length: int = 0
    over: bool = False

    def written(self) -> list[_Line]:
        """The lines, without one that was broken off."""
        return [line for line in self.lines if line.ended and line.tokens]

    def hear(self, token: int, chance: float, text: str) -> None:
        """The next token; no text where the model ends its answer."""
        self.last = token
        self.length += 1
        line = self.lines[-1]
        self.over = not text or self.length == LONGEST_ANSWER
        if not line.tokens and len(self.lines) > 1 and text in (RIGHT, WRONG):
            self.lines[-2].right = math.exp(chance) if text == RIGHT else 1 - math.exp(chance)
        elif text.endswith(LINE_END):
            line.ended = True
            if any([one for one, _ in line.tokens] == [one for one, _ in said.tokens] for said in self.lines[:-1]):
                self.lines.pop()
                self.over = True
            self.lines.append(_Line())
        elif text:
            line.tokens.append((token, chance))


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

    def begin(self, prompt: Sequence[int]) -> tuple[int, float]:
        """Reads a prompt into the next free slot; the first token of its answer, and its log probability."""
        slot = len(self._lengths)
        self._lengths.append(len(prompt))
        tokens, chances = self._run(slice(slot, slot + 1), self._decoder.embedded(prompt)[None])
        return tokens[0], chances[0]

    def step(self, last: Sequence[int]) -> tuple[list[int], list[float]]:
        """Goes on from the last token of each answer under way."""
        self._lengths = [length + 1 for length in self._lengths]
        return self._run(slice(0, len(last)), self._decoder.embedded(last)[:, None])

    def end(self, slot: int) -> None:
        """Frees a slot; the last one that is in use takes its place."""
        moved = self._lengths.pop()
        if slot < len(self._lengths):
            self._lengths[slot] = moved
            for past in self._past:
                past[slot, :, :moved] = past[len(self._lengths), :, :moved]

    def _run(self, slots: slice, embedded: npt.NDArray[np.float32]) -> tuple[list[int], list[float]]:
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
        return tokens.numpy().tolist(), chances.numpy().tolist()
