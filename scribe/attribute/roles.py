"""Who talks like a clinician: a light model over the words of a unit and its neighbours.

A logistic regression over hashed words and pairs of words. `models/recipe_roles` trains it; the weights lie
in `models/roles`.
"""

from __future__ import annotations

import functools
import itertools
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scribe.paths import manifest_dir

BUCKETS = 1 << 17
_TOKEN = re.compile(r"[a-z0-9']+|\?")


@dataclass(frozen=True)
class RoleModel:
    """Trained weights.

    Args:
        weights: one for each bucket of features; positive speaks for the clinician.
        bias: log odds without any feature.
        change: natural log of the odds that the speaker changes after a unit, and after a question.
        made_by: name and hash of the weights.
    """

    weights: NDArray[np.float32]
    bias: float
    change: tuple[float, float]
    made_by: str

    def log_odds(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Log odds that the clinician says each of the units that follow one another."""
        tokens = [tokenise(text) for text in texts]
        return np.array([self.bias + float(self.weights[buckets(tokens, at)].sum()) for at in range(len(tokens))])


@functools.cache
def load(path: Path | None = None) -> RoleModel:
    """The weights that Scribe ships, or others that the recipe made."""
    path = path or manifest_dir() / "roles" / "roles.npz"
    made_by = f"roles@{zlib.crc32(path.read_bytes()):08x}"
    with np.load(path, allow_pickle=False) as stored:
        return RoleModel(
            stored["weights"].astype(np.float32),
            float(stored["bias"]),
            (float(stored["change"][0]), float(stored["change"][1])),
            made_by,
        )


def tokenise(text: str) -> tuple[str, ...]:
    """Lower-case words; a question mark is a word of its own."""
    return tuple(_TOKEN.findall(text.lower()))


def buckets(units: Sequence[tuple[str, ...]], at: int) -> list[int]:
    """The features of unit `at` among its neighbours, hashed; the recipe trains on the same."""
    here = units[at]
    found = {f"length {min(len(here), 12)}", f"start {here[:1]}", f"start {here[:2]}", f"end {here[-2:]}"}
    for distance, with_pairs in ((0, True), (-1, True), (1, True), (-2, False), (2, False)):
        there = units[at + distance] if 0 <= at + distance < len(units) else ("edge",)
        found.update(f"{distance} {word}" for word in there)
        if with_pairs:
            found.update(f"{distance} {a} {b}" for a, b in itertools.pairwise(there))
    return sorted({zlib.crc32(feature.encode()) % BUCKETS for feature in found})
