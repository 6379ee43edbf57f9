"""How much a fact matters for a note that must be short: the chance that a GP would note it, and that its loss harms.

Two logistic models over what is known of a fact. Among that is how its statement looks to the word reader, and how
critical facts are that share its words, a third model. Their weights were learnt from fact sheets (models/recipe_writer).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache

from scribe.extract.merge import stem
from scribe.extract.reader import Array, Reading
from scribe.paths import manifest_dir
from scribe.records import Certainty, Fact, Polarity, Section

STATE_SHARE = 0.2  # by which the reader's numbers are made small: many, and each says little
CRITICAL_SHARE = 0.5  # of the importance; the rest is the chance that the fact is noted at all


def telling(statement: str, section: Section, polarity: Polarity) -> frozenset[str]:
    """What of a fact tells how critical it is: the stems of its words, its section, and that it holds a number."""
    stems = (stem(word) for word in re.findall(r"[\w.'-]+", statement))
    number = {"#"} if re.search(r"\d", statement) else set()
    said = {one for one in stems if one and not one[0].isdigit()}
    return frozenset(said | number | {f"={section}", f"={section}/{polarity}"})


def features(
    fact: Fact,
    reading: Reading,
    state: Array,
    marked: bool | None = None,
    words: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """What is known of a fact, by name, each about 0 to 1.

    Args:
        fact: as its extractor made it; its own importance is not looked at.
        reading: what the word reader says of its evidence.
        state: how its statement looks to the word reader (`Reader.state`).
        marked: whether the writer marked it as critical; None where the writer did not write it.
        words: what each of `telling` weighs; as shipped by default.
    """
    length = len(fact.statement.split())
    words = _weights()["words"] if words is None else words
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
        "one word": float(length == 1),
        "long": max(0.0, length - 5) / 5,
        "worded critical": sum(words.get(one, 0.0) for one in telling(fact.statement, fact.section, fact.polarity)),
    }
    known |= {str(section): float(fact.section is section) for section in Section}
    return known | {f"state {place}": float(value) * STATE_SHARE for place, value in enumerate(state)}


def importance(known: dict[str, float]) -> float:
    """From `features`: 0 to 1."""
    noted, critical = (_chance(_weights()[name], known) for name in ("noted", "critical"))
    return round((1 - CRITICAL_SHARE) * noted + CRITICAL_SHARE * critical, 4)


def _chance(weights: dict[str, float], known: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-sum(weights[name] * value for name, value in known.items())))


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(
        (manifest_dir() / "writer" / "importance.json").read_text(encoding="utf-8")
    )
    return found
