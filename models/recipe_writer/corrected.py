"""What the larger writer wrote itself, line by line, with what should stand there instead: what it is taught by last.

    python models/recipe_writer/corrected.py EVAL CORRECTED.json

`corrected/` holds of each passage, under "### NAME#PLACE DIGEST", every line that it wrote with its letter (as in `verdicts/`),
and after a line that is not A what should stand there ("> LINE", or ">" alone where nothing should). Letters and lines were
given by reading (CORRECTED.md).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from examples import answered
from pairs import Pair, last_cited

INSTEAD = ">"


class Line(NamedTuple):
    """A line as written; what should stand there instead, itself where its letter is A, "" for nothing."""

    letter: str
    written: str
    right: str


class Corrected(NamedTuple):
    """One passage. Lines end as lines do."""

    prompt: str
    lines: list[Line]

    @property
    def answer(self) -> str:
        """What should have been written, in its order."""
        return "".join(sorted(dict.fromkeys(line.right for line in self.lines), key=last_cited))

    @property
    def written(self) -> str:
        return "".join(line.written for line in self.lines)

    @property
    def letters(self) -> str:
        return "".join(line.letter for line in self.lines)

    def pairs(self) -> Iterator[Pair]:
        """Each wrong line with what should stand there; where that is nothing, with what comes next."""
        for place, line in enumerate(self.lines):
            if line.right != line.written:
                before = "".join(one.written for one in self.lines[:place])
                after = (one.right for one in self.lines[place + 1 :] if one.right)
                right = line.right or next(after, "")
                yield Pair(self.prompt, before, self.letters[:place], right, line.written)


def corrected(prompt: str, said: Sequence[str]) -> Corrected:
    """Of one passage, from its lines in a file of `corrected/`."""
    found = Corrected(prompt, [])
    for line in said:
        kind, _, text = line.partition(" ")
        text = f"{text}\n" if text else ""
        if kind == INSTEAD:
            found.lines[-1] = found.lines[-1]._replace(right=text)
        else:
            found.lines.append(Line(kind, text, text))
    return found


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for path in sorted((Path(__file__).parent / "corrected").glob("*.txt")):
        for name, (prompt, said) in answered(folder, path):
            found.setdefault(name, []).append((prompt, said.splitlines()))
    out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
