"""The writer: a small language model, trained by us, that reads a passage and states each fact of it as a GP would.

It proposes and nothing more. Where each statement stands in the talk is found by its words (`proof`), and whether it
holds is the verifier's business, as with every other extractor.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scribe.extract.clauses import sentences
from scribe.extract.extractor import Finding, Watch
from scribe.extract.merge import content
from scribe.extract.passages import Passage, passages
from scribe.extract.proof import Proof, prove
from scribe.extract.slots import slots_of
from scribe.extract.verify.lexicon import PEOPLE
from scribe.extract.verify.words import tokens
from scribe.records import (
    Certainty,
    Experiencer,
    Fact,
    Polarity,
    Role,
    Section,
    Status,
    Turn,
    new_id,
)

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

NAME = "writer@1"
# What the writer says of a line as soon as it has written it: whether it may be signed as it stands.
RIGHT, WRONG = "+", "-"
TAGS = {
    Section.PRESENTING_COMPLAINT: "complaint",
    Section.HISTORY: "history",
    Section.PAST_HISTORY: "past",
    Section.MEDICATION: "drug",
    Section.ALLERGY: "allergy",
    Section.FAMILY_HISTORY: "family",
    Section.SOCIAL_HISTORY: "social",
    Section.IDEAS_CONCERNS_EXPECTATIONS: "ideas",
    Section.EXAMINATION: "exam",
    Section.ASSESSMENT: "impression",
    Section.PLAN: "plan",
    Section.SAFETY_NET: "safety",
}
_SECTIONS = {tag: section for section, tag in TAGS.items()}
_WRITTEN = re.compile(r"^(\d+)(?:-(\d+))? (\w+)(!?): (\S.*)$")
_FOUND = {Section.EXAMINATION, Section.ASSESSMENT}
_PATIENTS = {Section.PRESENTING_COMPLAINT, Section.HISTORY, Section.PAST_HISTORY}
_ALLERGIC = re.compile(r"allerg|intoleran|react|anaphyl|nkda|nka\b|hay ?fever|rash|swell|hives", re.I)
_ABSENT = re.compile(
    r"^(?:no|not|never|nil|none|denies|does not|did not|has not|cannot|was not|is not|un\w+ to)\b", re.I
)
_DOUBT = re.compile(
    r"\b(?:possibl\w+|probabl\w+|likely|may|might|could be|perhaps|suspect\w*|query|thinks?|unsure|not sure|unclear)\b|\?",
    re.I,
)
_RELATIVE = re.compile(
    r"^(?:mother|father|mum|dad|brother|sister|son|daughter|wife|husband|partner|grand\w+|uncle|aunt|cousin|family)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an answer. `sure` is how sure the model was of its words, 0 to 1: of the average, and of the worst;
    `right` the chance that the line may be signed as it stands, as the model itself judged when it had written it; None
    where it did not judge."""

    text: str
    sure: float
    least_sure: float
    right: float | None = None


GoOn = Callable[[], bool]
"""Asked again and again; once it says no, what has not ended is broken off."""


class Model(Protocol):
    """Goes on from prompts. Yields each answer as soon as it has ended, with the place of its prompt."""

    made_by: str

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]: ...


@dataclass(frozen=True, slots=True)
class Written:
    """One fact as written: which lines of the passage it cites (from 1), what it is about, and the statement."""

    first: int
    last: int
    section: Section
    critical: bool
    statement: str
    sure: float
    least_sure: float
    right: float | None

    @property
    def confidence(self) -> float:
        return round(math.sqrt(self.sure * self.least_sure), 4)


def parse(answer: Sequence[Said], passage: Passage) -> Iterator[Written]:
    """The facts of an answer; what is not in the agreed form, or cites lines that are not there, is passed over."""
    seen: set[str] = set()
    for line in answer:
        match = _WRITTEN.match(line.text)
        if match is None or match[3] not in _SECTIONS or match[5].lower() in seen:
            continue
        first = int(match[1])
        last = int(match[2] or first)
        if not 1 <= first <= last <= len(passage.lines):
            continue
        seen.add(match[5].lower())
        statement = _denial_first(match[5].strip(" .;"))
        yield Written(
            first, last, _SECTIONS[match[3]], bool(match[4]), statement, line.sure, line.least_sure, line.right
        )


_DENIED_LAST = re.compile(r"(.+), (?:no|none|nil)", re.I)


def _denial_first(statement: str) -> str:
    """ "Blood, no" as a GP writes it: "No blood"."""
    match = _DENIED_LAST.fullmatch(statement)
    if match is None:
        return statement
    said = match[1]
    return said if _ABSENT.match(said) else f"No {said[0].lower()}{said[1:]}"


class WriterExtractor:
    """Facts in the writer's words, with the words that prove them.

    Args:
        model: writes the answers.
    """

    name = NAME

    def __init__(self, model: Model) -> None:
        self._model = model
        self._made_by = f"{NAME} {model.made_by}".strip()

    def extract(self, turns: Sequence[Turn], watch: Watch) -> Iterator[Finding]:
        """Yields the facts of the talk in the order in which they were said."""
        cut = passages(turns)
        by_id = {turn.id: turn for turn in turns}
        answers: dict[int, list[Said]] = {}
        for place, answer in self._model.write([one.as_prompt() for one in cut], lambda: not watch.cancelled()):
            answers[place] = answer
            watch.progress(len(answers), len(cut))
        if watch.cancelled():
            return
        for place, passage in enumerate(cut):
            yield from self.read(passage, answers[place], turns, by_id)

    def read(
        self, passage: Passage, answer: Sequence[Said], turns: Sequence[Turn], by_id: dict[str, Turn]
    ) -> Iterator[Finding]:
        """Yields the facts of one answer that the talk proves."""
        for written in parse(answer, passage):
            proof = prove(written.statement, passage, written.first, written.last, turns)
            # Words that nobody said are no slip that a reviewer could settle: such a statement is dropped.
            if proof is None or proof.missing or _of_others(written, proof, by_id):
                continue
            yield _finding(written, proof, by_id, self._made_by)


# "You mentioned", "you've been having": the clinician says back what was told.
_RECAP = re.compile(
    r"\byou(?:'ve| have|'d| had)? (?:mentioned|said|told|been|also mentioned|were saying|described)\b", re.I
)


def _recaps(proof: Proof, turns: dict[str, Turn]) -> bool:
    return any(
        turns[one.turn_id].role is Role.CLINICIAN
        and any(
            _RECAP.search(sentence.text)
            for sentence in sentences(turns[one.turn_id])
            if sentence.first < one.end_word and one.first_word < sentence.end
        )
        for one in proof.evidence
    )


def _of_others(written: Written, proof: Proof, turns: dict[str, Turn]) -> bool:
    """A concern that only the clinician spoke of is not the patient's; what the patient is told to have said is no
    diagnosis."""
    clinician_alone = all(turns[one.turn_id].role is Role.CLINICIAN for one in proof.evidence)
    if written.section is Section.IDEAS_CONCERNS_EXPECTATIONS:
        return clinician_alone
    if written.section in _PATIENTS and clinician_alone:
        return _echoes_a_relative(written.statement, proof, turns)
    return written.section is Section.ASSESSMENT and _recaps(proof, turns)


_THEIRS = frozenset({"he", "she", "his", "her", "they", "their"})
_ECHO_TURNS = 6  # after a relative was spoken of, in which the clinician may only be saying it again


def _echoes_a_relative(statement: str, proof: Proof, turns: dict[str, Turn]) -> bool:
    """ "A stroke, at seventy", said by the clinician just after the patient told it of their father."""
    first = min(one.turn_number for one in proof.evidence)
    told = content(statement)
    return any(
        first - _ECHO_TURNS <= turn.number < first
        and told & content(turn.text)
        and set(tokens(turn.text)) & (PEOPLE | _THEIRS)
        for turn in turns.values()
        if turn.role is not Role.CLINICIAN
    )


def _finding(written: Written, proof: Proof, turns: dict[str, Turn], made_by: str) -> Finding:
    text = written.statement
    speakers = {turns[one.turn_id].role for one in proof.evidence}
    section = written.section
    if section in _FOUND and (Role.CLINICIAN not in speakers or _recaps(proof, turns)):
        section = Section.HISTORY  # what the patient says, or is told to have said, is no finding and no diagnosis
    if section is Section.EXAMINATION and Role.PATIENT in speakers and not re.search(r"\d", text):
        section = Section.HISTORY  # "is it tender?" "Yes." was not found but told
    if (
        section is Section.ALLERGY
        and not _ALLERGIC.search(text)
        and not any(_ALLERGIC.search(turns[one.turn_id].text) for one in proof.evidence)
    ):
        section = Section.HISTORY  # nobody spoke of an allergy
    relative = section is Section.FAMILY_HISTORY or bool(_RELATIVE.match(text))
    informant = next(iter(speakers)) if len(speakers) == 1 else Role.PATIENT
    return Finding(
        Fact(
            id=new_id(),
            recording_id="",
            problem="",
            section=section,
            statement=text,
            polarity=Polarity.ABSENT if _ABSENT.match(text) else Polarity.PRESENT,
            certainty=Certainty.POSSIBLE if _DOUBT.search(text) else Certainty.CERTAIN,
            status=_status(section, text),
            experiencer=Experiencer.RELATIVE if relative else Experiencer.PATIENT,
            informant=informant,
            evidence=proof.evidence,
            made_by=made_by,
            importance=float(written.critical),  # weighed with the rest by `together`
            confidence=written.confidence,
            right=written.right,
            slots=slots_of(text),
        )
    )


def _status(section: Section, text: str) -> Status:
    if section is Section.MEDICATION and re.search(r"\b(?:stopped|no longer|used to|previously)\b", text, re.I):
        return Status.STOPPED
    if section is Section.PLAN and re.match(r"(?:advised|avoid|rest|drink|keep|continue|try|take)\b", text, re.I):
        return Status.ADVISED
    return {
        Section.PAST_HISTORY: Status.PAST,
        Section.PLAN: Status.PLANNED,
        Section.SAFETY_NET: Status.ADVISED,
    }.get(section, Status.CURRENT)
