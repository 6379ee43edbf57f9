"""What a file says when it is read back, to be held against the signed note before anyone says "written"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from scribe.export.label import is_drafted_with_ai, label
from scribe.export.layout import BORN, DEMO_MARK, NHS_NUMBER, PATIENT, VERSION, blocks, read_day, shown
from scribe.records import SignedNote

# Problem, heading's title, lines.
Passage = tuple[str, str, tuple[str, ...]]


class Unreadable(ValueError):
    """The file is not what its format says. The message holds no clinical text."""


@dataclass(slots=True)
class Reading:
    """What was found. `passages` in the file's order; `label` is the one for programs, None where the format has no
    field of its own for it."""

    name: str = ""
    born: date | None = None
    nhs_number: str = ""
    version: int = 0
    replaces: str = ""
    stamp: str = ""
    label: str | None = None
    demo: bool = False
    passages: list[Passage] = field(default_factory=list)

    def add(self, problem: str, title: str, lines: Iterable[str]) -> None:
        self.passages.append((problem, title, tuple(lines)))

    def take_identity(self, label: str, value: str) -> None:
        """One row of a note's head."""
        if label == PATIENT:
            self.name = value
        elif label == BORN:
            self.born = read_day(value)
        elif label == NHS_NUMBER:
            self.nhs_number = value.replace(" ", "")
        elif label == VERSION:
            number, _, replaces = value.partition(", replaces ")
            self.version, self.replaces = int(number) if number.isdecimal() else 0, replaces


def expected(note: SignedNote) -> Reading:
    """What every format must say."""
    return Reading(
        name=shown(note.patient.name),
        born=note.patient.date_of_birth,
        nhs_number=note.patient.nhs_number,
        version=note.version,
        replaces=note.replaces,
        stamp=shown(note.stamp),
        label=shown(label(note).as_line()),
        demo=note.demo,
        passages=[(block.problem, shown(block.heading.title), block.lines) for block in blocks(note)],
    )


def differences(note: SignedNote, found: Reading, fold: Callable[[str], str] = str) -> list[str]:
    """What a file says otherwise than the note, in words that hold no clinical text; empty when nothing.

    Args:
        note: as signed.
        found: as read from the file.
        fold: makes alike what the format cannot tell apart, such as capitals in a heading.
    """
    want = expected(note)
    wrong = [
        f"the {what} differs"
        for what, there, here in (
            ("patient's name", want.name, found.name),
            ("date of birth", want.born, found.born),
            ("NHS number", want.nhs_number, found.nhs_number),
            ("version", want.version, found.version),
            ("version it replaces", want.replaces, found.replaces),
            ("label", want.stamp, found.stamp),
            ("label for programs", want.label, want.label if found.label is None else found.label),
            ("demonstration mark", want.demo, found.demo),
        )
        if there != here
    ]
    if len(want.passages) != len(found.passages):
        wrong.append(f"it has {len(found.passages)} passages, the note has {len(want.passages)}")
    for number, (there_, here_) in enumerate(zip(want.passages, found.passages, strict=False), 1):
        if fold(there_[0]) != fold(here_[0]):
            wrong.append(f"the problem of passage {number} differs")
        if fold(there_[1]) != fold(here_[1]):
            wrong.append(f"the heading of passage {number} differs")
        if there_[2] != here_[2]:
            wrong.append(f"the lines of passage {number} differ")
    return wrong


def lacks(found: Reading) -> list[str]:
    """What no note may lack, whoever wrote the file."""
    missing = []
    if not found.demo and not found.name:
        missing.append("it names no patient")
    if not found.passages:
        missing.append("it holds no lines")
    if not found.stamp:
        missing.append("it has no label that says how the note was made and who reviewed it")
    if found.label is not None:
        drafted = found.label.startswith("drafted-with-ai=true")
        if not found.label:
            missing.append("its label is missing for programs")
        elif drafted != is_drafted_with_ai(found.stamp) or found.demo != ("demo=true" in found.label.split("; ")):
            missing.append("its label says something else to programs than to people")
    if found.demo and DEMO_MARK not in found.stamp:
        missing.append("it is marked as a demonstration, and its label is not a demonstration's")
    return missing
