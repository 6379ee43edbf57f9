"""The writer: a small language model, trained by us, that reads a passage and states each fact of it as a GP would.

It proposes and nothing more. Where each statement stands in the talk is found by its words (`proof`), and whether it
holds is the verifier's business, as with every other extractor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from scribe.extract.extractor import Finding, Watch
from scribe.extract.passages import Passage, passages
from scribe.extract.proof import Proof, prove
from scribe.extract.slots import slots_of
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

NAME = "writer@1"
BATCH = 8  # passages written at once; more cost memory, fewer cost time
LONGEST_ANSWER = 240  # tokens
END = "<|im_end|>"
_NEWLINE = "\u010a"  # as the tokenizer writes a line's end
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


class Model(Protocol):
    """Goes on from prompts, each until it has ended its answer."""

    made_by: str

    def write(self, prompts: Sequence[str]) -> list[str]: ...


class LanguageModel:
    """The writer's weights, run by CTranslate2.

    Args:
        folder: holds the converted model and tokenizer.json.
        made_by: names the weights in the records: "qwen-0.5b@1d961463+0a1b2c3d".
        threads: how many it may use.
    """

    def __init__(self, folder: Path, made_by: str = "", threads: int = 2) -> None:
        import ctranslate2
        from tokenizers import Tokenizer

        self.made_by = made_by
        self._generator = ctranslate2.Generator(str(folder), device="cpu", compute_type="int8", intra_threads=threads)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def write(self, prompts: Sequence[str]) -> list[str]:
        tokens = [self._tokenizer.encode(prompt, add_special_tokens=False).tokens for prompt in prompts]
        results = self._generator.generate_batch(
            tokens,
            max_length=LONGEST_ANSWER,
            beam_size=1,
            sampling_topk=1,
            end_token=END,
            include_prompt_in_result=False,
            callback=_Repeats(),
        )
        return [self._tokenizer.decode(result.sequences_ids[0]) for result in results]


class _Repeats:
    """Ends an answer that says a line again: a small model that does so once does so until its room is used up."""

    def __init__(self) -> None:
        self._lines: dict[int, set[tuple[str, ...]]] = {}
        self._line: dict[int, list[str]] = {}

    def __call__(self, step: Any) -> bool:
        line = self._line.setdefault(step.batch_id, [])
        line.append(step.token)
        if not step.token.endswith(_NEWLINE):
            return False
        seen = self._lines.setdefault(step.batch_id, set())
        said = tuple(line)
        line.clear()
        if said in seen:
            return True
        seen.add(said)
        return False


@dataclass(frozen=True, slots=True)
class Written:
    """One fact as written: which lines of the passage it cites (from 1), what it is about, and the statement."""

    first: int
    last: int
    section: Section
    critical: bool
    statement: str


def parse(answer: str, passage: Passage) -> Iterator[Written]:
    """The facts of an answer; what is not in the agreed form, or cites lines that are not there, is passed over."""
    seen: set[str] = set()
    for line in answer.splitlines():
        match = _WRITTEN.match(line.strip())
        if match is None or match[3] not in _SECTIONS or match[5].lower() in seen:
            continue
        first = int(match[1])
        last = int(match[2] or first)
        if not 1 <= first <= last <= len(passage.lines):
            continue
        seen.add(match[5].lower())
        yield Written(first, last, _SECTIONS[match[3]], bool(match[4]), match[5].strip(" .;"))


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
        roles = {turn.id: turn.role for turn in turns}
        for start in range(0, len(cut), BATCH):
            if watch.cancelled():
                return
            batch = cut[start : start + BATCH]
            for passage, answer in zip(batch, self._model.write([p.as_prompt() for p in batch]), strict=True):
                for written in parse(answer, passage):
                    proof = prove(written.statement, passage, written.first, written.last, turns)
                    # Words that nobody said are no slip that a reviewer could settle: such a statement is dropped.
                    if proof is not None and not proof.missing:
                        yield _finding(written, proof, roles, self._made_by)
            watch.progress(min(start + BATCH, len(cut)), len(cut))


def _finding(written: Written, proof: Proof, roles: dict[str, Role], made_by: str) -> Finding:
    text = written.statement
    speakers = {roles[one.turn_id] for one in proof.evidence}
    section = written.section
    if section in _FOUND and Role.CLINICIAN not in speakers:
        section = Section.HISTORY  # what nobody but the patient says is no finding and no diagnosis
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
