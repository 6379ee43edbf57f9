"""How much a fact matters for a note that must be short: the chance that a GP would note it, and that its loss harms.

Two logistic models over what is known of a fact; their weights were learnt from fact sheets (models/recipe_writer).
"""

from __future__ import annotations

import json
import math
from functools import lru_cache

from scribe.extract.reader import Reading
from scribe.paths import manifest_dir
from scribe.records import Certainty, Fact, Polarity, Section

CRITICAL_SHARE = 0.6  # of the importance; the rest is the chance that the fact is noted at all


def features(fact: Fact, reading: Reading, marked: bool | None = None) -> dict[str, float]:
    """What is known of a fact, by name, each about 0 to 1.

    Args:
        fact: as its extractor made it; its own importance is not looked at.
        reading: what the word reader says of its evidence.
        marked: whether the writer marked it as critical; None where the writer did not write it.
    """
    words = len(fact.statement.split())
    written, critical = marked is not None, bool(marked)
    known: dict[str, float] = {
        "always": 1.0,
        "marked critical": float(critical),
        "a span": float(not written),
        "sure": fact.confidence * written,
        "marked and sure": fact.confidence * critical,
        "a span kept": reading.keep * (not written),
        "a span denied": float(not written and fact.polarity is Polarity.ABSENT),
        "read critical": reading.critical,
        "read keep": reading.keep,
        "denied": float(fact.polarity is Polarity.ABSENT),
        "denied and marked": float(fact.polarity is Polarity.ABSENT and critical),
        "doubtful": float(fact.certainty is Certainty.POSSIBLE),
        "number": float(bool(fact.slots.number)),
        "medicine": float(bool(fact.slots.drug)),
        "one word": float(words == 1),
        "long": max(0.0, words - 5) / 5,
    }
    return known | {str(section): float(fact.section is section) for section in Section}


def importance(known: dict[str, float]) -> float:
    """From `features`: 0 to 1."""
    noted, critical = (_chance(weights, known) for weights in _weights())
    return round((1 - CRITICAL_SHARE) * noted + CRITICAL_SHARE * critical, 4)


def _chance(weights: dict[str, float], known: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-sum(weights[name] * value for name, value in known.items())))


@lru_cache(maxsize=1)
def _weights() -> tuple[dict[str, float], dict[str, float]]:
    found = json.loads((manifest_dir() / "writer" / "importance.json").read_text(encoding="utf-8"))
    return found["noted"], found["critical"]
