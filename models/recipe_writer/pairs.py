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
                right = best if close else next((one for one in untold if _last(one) >= _last(line)), "")
                # What is only unclear is better than something else; it gives way to the same, said clearly.
                if right.strip() != line.strip() and (letter in "CD" or close):
                    yield Pair(prompt, "".join(before), letters[:place], right, line)
            before.append(line)


def _alike(one: str, other: str) -> float:
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) / max(1, len(mine | theirs))


def _words(line: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z]{3,}|\d+", line.split(": ", 1)[-1].lower())}


def _last(line: str) -> int:
    """The last line that it cites."""
    match = re.match(r"(?:\d+-)?(\d+)", line)
    return int(match[1]) if match else 0
