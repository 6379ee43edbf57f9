"""Reads consultations with their fact sheets and labels every word for training.

A word is *kept* when a fact whose evidence names its turn uses it: it matches one of the fact's patterns, or shares
its stem with a word of the fact's text. Kept words carry the fact's section, weight, polarity and, where the
sheet has them, certainty, status and experiencer. Words that cannot be judged are masked (label -1).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

SECTIONS = (
    "presenting_complaint",
    "history",
    "past_history",
    "medication",
    "allergy",
    "family_history",
    "social_history",
    "ideas_concerns_expectations",
    "examination",
    "assessment",
    "plan",
    "safety_net",
)
STATUSES = ("current", "past", "planned", "done", "advised", "stopped", "considered")
EXPERIENCERS = ("patient", "relative", "other")
RECOGNISERS = ("groq-whisper-large-v3-turbo", "openai-whisper-1", "parakeet-parakeet-tdt-0.6b-v3")

# Words too common to show that a fact was meant.
COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "if",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "not",
        "no",
        "nor",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "i",
        "you",
        "he",
        "she",
        "they",
        "we",
        "me",
        "my",
        "your",
        "his",
        "her",
        "their",
        "our",
        "him",
        "them",
        "us",
        "so",
        "then",
        "than",
        "there",
        "here",
        "up",
        "out",
        "about",
        "any",
        "some",
        "also",
        "very",
        "just",
        "when",
        "what",
        "which",
        "who",
        "how",
        "will",
        "would",
        "could",
        "should",
        "can",
        "may",
        "might",
        "such",
        "via",
        "e.g",
        "eg",
        "re",
        "per",
        "patient",
        "says",
        "said",
        "reports",
        "advised",
        "advise",
    ]
)
NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "couple": "2", "once": "1x", "twice": "2x"}


@dataclass
class Labelled:
    """One consultation: turns as (number, role, words) and, aligned with them, the labels of every word."""

    id: str
    source: str
    turns: list[tuple[int, str, list[str]]]
    keep: list[list[int]]  # 1 kept, 0 not, -1 unknown
    fact: list[list[int]]  # index of the fact that labels the word, or -1
    facts: list[dict[str, object]]


def stem(word: str) -> str:
    """A crude stem, enough to see that 'vomiting' and 'vomited' are one word."""
    word = re.sub(r"[^a-z0-9.]", "", word.lower().replace("'s", "")).strip(".")
    word = NUMBERS.get(word, word).replace("diarrhoea", "diarrhea").replace("haem", "hem").replace("oede", "ede")
    for ending in ("ings", "ing", "edly", "ies", "ied", "ness", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def _pattern(alternative: str) -> re.Pattern[str]:
    words = re.escape(alternative.strip().lower()).replace(r"\ ", r"[\s\-]+")
    tail = r"\w*" if alternative.endswith("*") else r"(?!\w)"
    return re.compile(r"(?<!\w)" + words.removesuffix(r"\*").replace(r"\*", r"\w*") + tail, re.I)


def _matched(words: list[str], alternatives: list[str]) -> set[int]:
    """Indices of the words that any alternative covers."""
    text, starts = "", []
    for word in words:
        starts.append(len(text))
        text += word + " "
    found: set[int] = set()
    for alternative in alternatives:
        for match in _pattern(alternative).finditer(text):
            for i, start in enumerate(starts):
                if start < match.end() and start + len(words[i]) > match.start():
                    found.add(i)
    return found


def label(id: str, source: str, turns: list[tuple[int, str, list[str]]], facts: list[dict[str, object]]) -> Labelled:
    """Aligns facts with words. Where a fact's words are mostly not said, its evidence is masked, not refused."""
    keep = [[0] * len(words) for _, _, words in turns]
    owner = [[-1] * len(words) for _, _, words in turns]
    strength = [[0.0] * len(words) for _, _, words in turns]
    place = {number: i for i, (number, _, _) in enumerate(turns)}
    for k, fact in enumerate(facts):
        content = {stem(w) for w in re.findall(r"[\w']+", str(fact["text"])) if w.lower() not in COMMON} - {""}
        rows = [place[n] for n in fact["evidence"] if n in place]  # type: ignore[attr-defined]
        hits: dict[int, set[int]] = {}
        seen: set[str] = set()
        for row in rows:
            words = turns[row][2]
            mine = set()
            for group in fact.get("match", ()):  # type: ignore[attr-defined]
                mine |= _matched(words, group)
            for i, word in enumerate(words):
                if stem(word) in content:
                    mine.add(i)
            seen |= {stem(words[i]) for i in mine}
            hits[row] = mine
        share = len(content & seen) / max(1, len(content))
        known = "match" in fact or share >= 0.5
        for row in rows:
            for i, word in enumerate(turns[row][2]):
                if i in hits[row]:
                    keep[row][i] = 1
                    worth = share * len(hits[row]) / (1 + len(rows))
                    if worth > strength[row][i]:
                        strength[row][i], owner[row][i] = worth, k
                elif not known and keep[row][i] == 0 and word.lower().strip(".,?!") not in COMMON:
                    keep[row][i] = -1
    return Labelled(id, source, turns, keep, owner, facts)


def _turns(path: Path) -> list[tuple[int, str, list[str]]]:
    return [
        (u["n"], u["speaker"], u["text"].split())
        for u in json.loads(path.read_text(encoding="utf-8"))["utterances"]
        if u["text"].split()
    ]


def dev(folder: Path, recognised: bool = True) -> list[Labelled]:
    """The development consultations, as people and (with `recognised`) as recognisers wrote them down."""
    out = []
    for path in sorted((folder / "gold").glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
        out.append(label(path.stem, "people", _turns(folder / "transcripts" / path.name), facts))
        for system in RECOGNISERS if recognised else ():
            heard = folder / "asr" / system / path.name
            if heard.exists():
                out.append(label(path.stem, system, _turns(heard), facts))
    return out


def interviews(folder: Path) -> list[Labelled]:
    """The simulated interviews that have facts."""
    out = []
    for path in sorted((folder / "train" / "osce_facts").glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
        out.append(label(path.stem, "osce", _turns(folder / "train" / "osce_numbered" / path.name), facts))
    return out


def own() -> list[Labelled]:
    """Our own excerpts (models/recipe_writer/consultations)."""
    folder = Path(__file__).parents[1] / "recipe_writer" / "consultations"
    return [
        label(path.stem, "own", _turns(path), json.loads(path.read_text(encoding="utf-8"))["facts"])
        for path in sorted(folder.glob("*.json"))
    ]
