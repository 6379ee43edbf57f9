"""What a statement claims, read from its own words: the reader sees the statement, so it is what must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scribe.extract.verify import lexicon, words
from scribe.extract.verify.heard import negated, softened
from scribe.extract.verify.quantities import TIME_UNITS, unit_of
from scribe.records import Outcome, Reason, Verdict

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.


@dataclass(frozen=True, slots=True)
class ClaimWord:
    text: str  # plain
    concepts: frozenset[str]
    denied: bool

    @property
    def has_content(self) -> bool:
        return not (
            self.text in lexicon.FRAME
            or self.text in lexicon.NEGATIONS
            or words.stem(self.text) in lexicon.FRAME
            or self.text[0].isdigit()
            or unit_of(self.text) in TIME_UNITS
            or len(self.text) == 1
        )


@dataclass(frozen=True, slots=True)
class Claim:
    statement: str
    words: tuple[ClaimWord, ...]

    @property
    def content(self) -> tuple[ClaimWord, ...]:
        return tuple(word for word in self.words if word.has_content)

    @property
    def content_or_frame(self) -> tuple[ClaimWord, ...]:
        """The content; where a statement is all frame ("No other symptoms"), whatever is not grammar."""
        return self.content or tuple(word for word in self.words if word.text in lexicon.TOPICS)

    @property
    def focus(self) -> tuple[ClaimWord, ...]:
        """The content up to the first joining word: "benefit" in "No benefit from antihistamines". It is what a
        statement affirms or denies; the rest says of what, where and when."""
        found: list[ClaimWord] = []
        for word in self.words:
            if found and (word.text in lexicon.JOINING or (word.text == "of" and found[-1].text not in _OF)):
                break
            if word.has_content:
                found.append(word)
        return tuple(found) or self.content_or_frame

    @property
    def denies(self) -> bool:
        """Whether the statement says that something is not so."""
        return any(word.denied for word in self.words)

    @property
    def says_condition(self) -> bool:
        return bool(re.search(r"\b(if|unless|in case|should|when|once|until|or if)\b", self.statement, re.IGNORECASE))

    @property
    def says_advice(self) -> bool:
        """Whether the statement opens as something to be done, so that it does not read as a finding."""
        return bool(_ADVICE.match(self.statement))

    @property
    def says_doubt(self) -> bool:
        return bool(_DOUBT.search(self.statement))

    @property
    def says_done(self) -> bool:
        return bool(_DONE.search(self.statement))

    @property
    def begins_done(self) -> bool:
        """Whether it opens by saying that what follows is done, whatever that holds."""
        return bool(re.match(r"(?:already|done)\b", self.statement, re.IGNORECASE))

    def place(self, at: int) -> int:
        """Which of its words begins at a character of the statement, or is the first after it."""
        return len(words.tokens(self.statement[:at]))

    @property
    def not_so(self) -> Verdict:
        """Rejected: what was said does not bear the statement out, and a reviewer could not settle it."""
        return Verdict(Outcome.REJECTED, Reason.NOT_SUPPORTED, self.statement)


# "Evidence of a fracture of the knee": up to the fracture.
_OF = lexicon.words_of(
    "evidence sign signs history shortness loss lack feeling sense range kind type sort bit lot couple family out risk worsening"
)
_ADVICE = re.compile(
    r"(?:advised|not advised|to|can|may|expect|come|call|ring|contact|go|see|book|attend|return|seek|take|use|avoid|keep|drink|"
    r"rest|stop|start|continue|increase|reduce|review|follow|refer|arrange|check|consider)\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(possibl\w+|probabl\w+|likely|may|might|could|perhaps|maybe|suspect\w*|query|\?|thinks?|thought|wonder\w*|"
    r"unsure|not sure|differential|considered?|unclear|suggestive|consistent|sounds?|looks? like|seems?|appears?|impression)\b|\?",
    re.IGNORECASE,
)
# "Done" as the statement's own claim, not within "to be done" or "after the test is done".
_DONE = re.compile(
    r"^(?:already|done)\b|^(?!.*\b(?:to|must|should|after|until|once|when|if)\b).*(?:\bdone$|\balready\b|"
    r"\b(?:is|was|were|been) done\b|\b(?:completed|carried out|performed|has had|have had|"
    r"(?:was|were|been) (?:given|sent|taken|made|arranged))\b)",
    re.IGNORECASE,
)


_SPELLED_OUT = {"nkda": "no known drug allergies", "nka": "no known allergies", "nad": "nothing abnormal"}


def read(statement: str) -> Claim:
    """The statement word by word, each with whether it is denied."""
    statement = " ".join(_SPELLED_OUT.get(word.lower().strip(".,;()"), word) for word in statement.split())
    raw: list[str] = []
    plain: list[str] = []
    for piece in statement.split():
        parts = words.tokens(piece)
        plain += parts
        raw += [*parts[:-1], piece] if parts else []
    denied = [no and not soft for no, soft in zip(negated(plain, raw), softened(plain), strict=True)]
    kinds = words.concepts(plain)
    return Claim(statement, tuple(ClaimWord(*parts) for parts in zip(plain, kinds, denied, strict=True)))
