"""How often words have the right role (aligned by jiwer), and the diarisation error (by pyannote.metrics).

pyannote.metrics brings pandas, scipy and scikit-learn, some 300 MB that nobody needs to use Scribe, so it is installed
for tests only; without it `scribe evaluate` says so and prints the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scribe.attribute.people import Stretch
from scribe.errors import Fixable
from scribe.records import Role, Turn

_COLLAR_S = 0.5  # in all: a quarter of a second on each side of a boundary
_PLAIN = re.compile(r"[^a-z0-9']")
_SPEAKERS = {"D": Role.CLINICIAN, "P": Role.PATIENT, "O": Role.OTHER}
_SPOKEN = re.compile(r"^\s*([DPO])\s*:\s*(.+)$", re.M)

Said = tuple[Role, str]


@dataclass(frozen=True, slots=True)
class RoleScore:
    """Words whose role is right, of those that were recognised and stand in the reference."""

    right: int
    words: int

    @property
    def share(self) -> float:
        return self.right / max(1, self.words)

    def __add__(self, other: RoleScore) -> RoleScore:
        return RoleScore(self.right + other.right, self.words + other.words)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One stretch of a reference, seconds."""

    start_s: float
    end_s: float
    speaker: str


@dataclass(frozen=True, slots=True)
class DiarisationError:
    """Seconds that are missed, added or given to the wrong speaker, of all speech; `with_overlap` or outside it."""

    missed_s: float
    added_s: float
    confused_s: float
    total_s: float

    @property
    def rate(self) -> float:
        return (self.missed_s + self.added_s + self.confused_s) / self.total_s if self.total_s else 0.0

    def __add__(self, other: DiarisationError) -> DiarisationError:
        return DiarisationError(
            self.missed_s + other.missed_s,
            self.added_s + other.added_s,
            self.confused_s + other.confused_s,
            self.total_s + other.total_s,
        )


def said_in(text: str) -> list[Said]:
    """Who said what in a transcript of lines "D: …", "P: …" and "O: …"; empty where it has no such lines."""
    return [(_SPEAKERS[who], words) for who, words in _SPOKEN.findall(text)]


def roles_right(reference: Sequence[Said], turns: Sequence[Turn]) -> RoleScore:
    """Aligns what was recognised with what was said, and counts the words whose role is the reference's."""
    import jiwer

    said = [(word, role) for role, text in reference for word in _words(text)]
    heard = [(word, turn.role) for turn in turns for one in turn.words for word in _words(one.text)]
    if not said or not heard:
        return RoleScore(0, 0)
    aligned = jiwer.process_words(" ".join(word for word, _ in said), " ".join(word for word, _ in heard))
    pairs = [
        (said[chunk.ref_start_idx + n][1], heard[chunk.hyp_start_idx + n][1])
        for chunk in aligned.alignments[0]
        if chunk.type in ("equal", "substitute")
        for n in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]
    return RoleScore(sum(true is found for true, found in pairs), len(pairs))


def read_rttm(path: Path) -> dict[str, list[Spoken]]:
    """The stretches of each recording in an RTTM file, by the recording's name.

    Raises:
        Fixable: "bad-rttm".
    """
    found: dict[str, list[Spoken]] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("SPEAKER"):
                _, name, _, start, length, _, _, speaker, *_ = line.split()
                found.setdefault(name, []).append(Spoken(float(start), float(start) + float(length), speaker))
    except ValueError as error:
        raise Fixable(
            f"{path.name} is not in RTTM format.", do="Correct it or take it out.", code="bad-rttm"
        ) from error
    return found


def can_measure_diarisation() -> bool:
    """Whether pyannote.metrics is installed."""
    try:
        import pyannote.metrics.diarization  # noqa: F401
    except ImportError:
        return False
    return True


def diarisation_error(
    reference: Sequence[Spoken], heard: Sequence[Stretch], duration_s: float, *, with_overlap: bool
) -> DiarisationError:
    """The error of one recording, ±0.25 s around boundaries left out."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    true, found = Annotation(), Annotation()
    for place, one in enumerate(reference):
        true[Segment(one.start_s, one.end_s), place] = one.speaker
    for place, stretch in enumerate(heard):
        found[Segment(stretch.start_ms / 1000, stretch.end_ms / 1000), place] = stretch.person
    measure = DiarizationErrorRate(collar=_COLLAR_S, skip_overlap=not with_overlap)
    parts = measure(true, found, uem=Timeline([Segment(0, duration_s)]), detailed=True)
    return DiarisationError(
        float(parts["missed detection"]), float(parts["false alarm"]), float(parts["confusion"]), float(parts["total"])
    )


def _words(text: str) -> list[str]:
    return [plain for word in text.lower().split() if (plain := _PLAIN.sub("", word))]
