"""Turns cut into sentences and clauses: runs of words of one turn, each small enough to say one thing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scribe.records import Evidence, Role, Turn

# Where no other source is named, the lists of this module are our own, of English grammar.

_SENTENCE_END = re.compile(r"[.?!…]$")
_ABBREVIATION = re.compile(r"^(dr|mr|mrs|ms|st|e\.g|i\.e|etc|vs|no)\.$", re.I)

FILLERS = frozenset(
    [
        "um",
        "uh",
        "er",
        "erm",
        "ah",
        "oh",
        "hm",
        "hmm",
        "mm",
        "mmm",
        "uhm",
        "uhh",
        "umm",
        "ehm",
        "eh",
        "ooh",
        "aw",
        "y'know",
        "right",
        "ok",
        "okay",
        "alright",
        "yeah",
        "yes",
        "well",
        "so",
        "and",
        "but",
        "yep",
        "yup",
        "mhm",
        "k",
        "sure",
        "fine",
        "cool",
        "great",
        "like",
        "now",
        "then",
        "basically",
        "obviously",
        "actually",
        "righty-ho",
    ]
)
# Words with which a question begins once fillers are gone.
_ASKING_FIRST = frozenset(
    [
        "any",
        "anything",
        "anyone",
        "anybody",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "are",
        "is",
        "was",
        "were",
        "can",
        "could",
        "would",
        "will",
        "how",
        "what",
        "what's",
        "when",
        "where",
        "where's",
        "whereabouts",
        "which",
        "who",
        "who's",
        "whose",
        "why",
        "aren't",
        "isn't",
        "haven't",
        "hasn't",
        "don't",
        "doesn't",
        "didn't",
        "wasn't",
        "weren't",
    ]
)
_ASKING_PHRASES = re.compile(
    r"^(tell me|(can|could) (you|i) (just )?(tell|ask|describe|check|confirm)|and your|what about|how about|is that right|correct$)"
)
_PRONOUNS = "i you he she it we they i'm i've i'd i'll you're you've he's she's it's we're we've they're there there's that's this my the no"
_STARTERS = frozenset(_PRONOUNS.split())
_JOINERS = frozenset(
    {"and", "but", "so", "because", "'cause", "cause", "although", "though", "or", "then", "while", "whereas"}
)
_SUBJECTS = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "i'm",
        "i've",
        "i'd",
        "i'll",
        "you're",
        "you've",
        "you'd",
        "you'll",
        "he's",
        "she's",
        "it's",
        "it'll",
        "we're",
        "we've",
        "we'll",
        "we'd",
        "they're",
        "they've",
        "they'll",
        "there",
        "there's",
        "that's",
        "that",
        "my",
        "your",
        "his",
        "her",
    ]
)


def bare(word: str) -> str:
    """The word in lower case without the punctuation around it."""
    return re.sub(r"^[^\w']+|[^\w'%]+$", "", word.lower().replace("’", "'"))


@dataclass(frozen=True, slots=True)
class Clause:
    """`turn.words[first:end]`. `asks` when it is (part of) a question."""

    turn: Turn
    first: int
    end: int
    asks: bool

    @property
    def words(self) -> list[str]:
        return [word.text for word in self.turn.words[self.first : self.end]]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def role(self) -> Role:
        return self.turn.role

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.turn.id, self.turn.number, self.first, self.end)

    def part(self, first: int, end: int) -> Clause:
        """The words `first` to `end`, counted within the clause."""
        return Clause(self.turn, self.first + first, self.first + end, self.asks)


def asks(words: list[str]) -> bool:
    """Whether a sentence is a question, by its mark or, where a recogniser wrote none, by how it begins."""
    if not words:
        return False
    if words[-1].endswith("?") and not is_tag(words):
        return True
    lower = [bare(w) for w in words]
    while lower and (lower[0] in FILLERS or not lower[0]):
        lower = lower[1:]
    if len(lower) < 2:
        return False
    if lower[0] == "have" and lower[1] in {"a", "an", "the", "some", "to"}:
        return False
    if lower[0] in {
        "when",
        "what",
        "where",
        "which",
        "how",
        "who",
        "had",
        "would",
        "will",
        "could",
        "can",
        "why",
        "do",
    }:
        second = {"do", "does", "did", "is", "are", "was", "were", "have", "has", "would", "could", "can", "will"}
        people = {"you", "your", "it", "they", "he", "she", "we", "i", "that", "there", "this", "the"}
        if lower[0] in {"how", "what", "which"} and second & set(lower[1:5]):
            return True
        return lower[1] in (second if lower[0] in {"when", "what", "where", "which", "who", "why"} else people)
    return lower[0] in _ASKING_FIRST or bool(_ASKING_PHRASES.match(" ".join(lower)))


def is_tag(words: Sequence[str]) -> bool:
    """Whether the question mark of a sentence belongs to a word that only asks for a nod: "Take one a day, okay?"."""
    if len(words) < _LEAST_BEFORE_TAG:
        return False
    tag = " ".join(bare(word) for word in words[-2:])
    before = words[-3] if tag == "all right" else words[-2]
    return before.endswith(",") and (tag == "all right" or bare(words[-1]) in _TAGS)


_TAGS = frozenset({"okay", "ok", "alright"})  # "right?" and "yeah?" want to know
_LEAST_BEFORE_TAG = 4


def sentences(turn: Turn) -> list[Clause]:
    """The turn's sentences, in order; every word belongs to exactly one."""
    texts = [word.text for word in turn.words]
    cuts = [0]
    for i, text in enumerate(texts):
        if _SENTENCE_END.search(text) and not _ABBREVIATION.match(text):
            cuts.append(i + 1)
    if cuts[-1] != len(texts):
        cuts.append(len(texts))
    return [Clause(turn, first, end, asks(texts[first:end])) for first, end in itertools.pairwise(cuts) if end > first]


def split(sentence: Clause, longest: int = 14) -> list[Clause]:
    """A sentence in clauses: cut where a joining word or comma begins a new subject, then wherever it is too long."""
    words = [bare(w) for w in sentence.words]
    raw = sentence.words
    cuts = {0, len(words)}
    for i in range(1, len(words)):
        following = next((w for w in words[i + 1 : i + 4] if w and w not in FILLERS), "")
        if (
            (words[i] in _JOINERS and following in _SUBJECTS)
            or (
                raw[i - 1].endswith((",", "--", "..."))
                and (
                    words[i] in _SUBJECTS
                    or words[i] in {"but", "so"}
                    or (words[i] in FILLERS and following in _SUBJECTS)
                )
            )
            or words[i] == "but"
        ):
            cuts.add(i)
    ordered = sorted(cuts)
    out: list[Clause] = []
    for first, end in itertools.pairwise(ordered):
        while end - first > longest:
            at = _best_cut(raw, words, first, end)
            if at is None:
                break
            out.append(sentence.part(first, at))
            first = at
        out.append(sentence.part(first, end))
    return out


def _best_cut(raw: list[str], words: list[str], first: int, end: int) -> int | None:
    """Where to cut a long run: at the comma or joining word nearest its middle, if there is one."""
    places = [
        i
        for i in range(first + 3, end - 2)
        if raw[i - 1].endswith(",") or words[i] in {"and", "because", "so", "which", "but", "or", "if", "when", "then"}
    ]
    return min(places, key=lambda i: abs(i - (first + end) / 2)) if places else None


def cited_sentences(evidence: Sequence[Evidence], turns: Mapping[str, Turn]) -> str:
    """The sentences that hold the cited words, whole, one after the other.

    Raises:
        KeyError: a cited turn is not among `turns`.
    """
    return " ".join(
        sentence.text
        for one in evidence
        for sentence in sentences(turns[one.turn_id])
        if sentence.first < one.end_word and one.first_word < sentence.end
    )
