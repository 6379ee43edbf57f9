"""What should stand where an earlier writer went wrong: pairs of lines, from what was judged and what was answered by reading.

Both lines of a pair follow the same lines of the same passage. The right one is the answer's that is most like the wrong one
and not told yet; where none is like it, what the answer tells next, or that nothing more is to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ALIKE = 0.25  # of the words of two lines, that both hold: then the one says rightly what the other meant to say
SAME = 0.6
DOUBTED = 0.1  # readers called nine of ten such lines wrong


class Pair(NamedTuple):
    """`before`: the lines before it, with their `letters`. No `right` line where nothing more is to be told."""

    prompt: str
    before: str
    letters: str
    right: str
    wrong: str


def pairs(examples: Sequence[tuple[str, str, str]]) -> Iterator[Pair]:
    """Of one consultation's examples, as `examples.corpus` gives them."""
    answers = {prompt: answer.splitlines(keepends=True) for prompt, answer, letters in examples if not letters}
    for prompt, written, letters in examples:
        if not letters or prompt not in answers:
            continue
        before: list[str] = []
        for place, (line, letter) in enumerate(zip(written.splitlines(keepends=True), letters, strict=True)):
            if letter in "BCD":
                untold = [one for one in answers[prompt] if not any(_alike(one, told) >= SAME for told in before)]
                best = max(untold, key=lambda one: _alike(one, line), default="")
                close = bool(best) and _alike(best, line) >= ALIKE
                right = best if close else next((one for one in untold if last_cited(one) >= last_cited(line)), "")
                # What is only unclear is better than something else; it gives way to the same, said clearly.
                if right.strip() != line.strip() and (letter in "CD" or close):
                    yield Pair(prompt, "".join(before), letters[:place], right, line)
            before.append(line)


def doubted(prompt: str, answer: str, written: Sequence[tuple[str, float]]) -> Iterator[Pair]:
    """Where a writer doubts its own line, and the answer says rightly what the line meant to say and no other line tells.

    Args:
        prompt, answer: a passage that was answered by reading.
        written: what the writer wrote of it: lines, with the chance that it gave each to be right.
    """
    lines = [line for line, _ in written]
    right = {_statement(line) for line in answer.splitlines()}
    letters = "".join("C" if chance < DOUBTED and _statement(line) not in right else "?" for line, chance in written)
    for place, (line, letter) in enumerate(zip(lines, letters, strict=True)):
        told = [one for one in lines if one != line]
        untold = [one for one in answer.splitlines(keepends=True) if not any(_alike(one, two) >= SAME for two in told)]
        best = max(untold, key=lambda one: _alike(one, line), default="")
        if letter == "C" and best and _alike(best, line) >= ALIKE:
            yield Pair(prompt, "".join(lines[:place]), letters[:place], best, line)


def _statement(line: str) -> str:
    return line.split(": ", 1)[-1].lower().strip(" .\n")


def _alike(one: str, other: str) -> float:
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) / max(1, len(mine | theirs))


def _words(line: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z]{3,}|\d+", line.split(": ", 1)[-1].lower())}


def last_cited(line: str) -> int:
    """The last line that it cites."""
    match = re.match(r"(?:\d+-)?(\d+)", line)
    return int(match[1]) if match else 0
