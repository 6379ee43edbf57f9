"""What a template is: headings, the facts that each takes, codes, and the layout of the text."""

from __future__ import annotations

import tomllib
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from scribe.draft import codes
from scribe.records import Heading, Section, Status


class Empty(StrEnum):
    """What becomes of a heading that nothing was said about."""

    LEAVE_OUT = "leave-out"
    SAY_SO = "say-so"


class Owner(StrEnum):
    """Who is to do something, as far as the statement says."""

    GP = "gp"
    HOSPITAL = "hospital"
    PATIENT = "patient"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One heading, and the facts that it takes: those of its sections, narrowed by status and owner where given.

    A fact goes under the first heading that takes it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1, max_length=58)
    code: str
    sections: tuple[Section, ...]
    status: tuple[Status, ...] = ()
    owner: Owner | None = None
    labels: dict[Section, str] = {}
    snomed: str = ""

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in codes.HEADING_CODES:
            raise ValueError(f"the code {code!r} is not a record-standard heading")
        return code

    @model_validator(mode="after")
    def _snomed_of_the_code(self) -> Rule:
        if self.snomed and codes.SNOMED_HEADINGS.get(self.code) != self.snomed:
            raise ValueError(f"the SNOMED CT code {self.snomed!r} is not the one for the heading {self.code!r}")
        return self

    @property
    def heading(self) -> Heading:
        return Heading(self.id, self.title, self.code, self.snomed)

    @property
    def takes_all(self) -> bool:
        return not self.status and self.owner is None


class Template(_Strict):
    """A template as loaded: where each section goes, and the text layout."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    composition: str
    group_by_problem: bool = True
    patient_facing: bool = False  # a letter that the patient gets, too
    plain_words: bool = False  # for the patient alone: plain words, and nothing sensitive is drafted into it
    problem_heading: str = ""  # id of the heading that holds the problem's own title, where there is one
    empty: Empty = Empty.LEAVE_OUT
    headings: tuple[Rule, ...] = Field(min_length=1)
    layout: str = Field(default="", repr=False)  # the .j2, put there when loaded

    @field_validator("composition")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in codes.COMPOSITION_CODES:
            raise ValueError(f"the document type {code!r} is not one that Scribe knows")
        return code

    @model_validator(mode="after")
    def _complete(self) -> Template:
        ids = [rule.id for rule in self.headings]
        if len(set(ids)) < len(ids):
            raise ValueError("two headings have the same id")
        if self.problem_heading and self.problem_heading not in ids:
            raise ValueError(f"problem_heading names no heading: {self.problem_heading!r}")
        taken = {section for rule in self.headings if rule.takes_all for section in rule.sections}
        lost = [section.value for section in Section if section not in taken]
        if lost:
            raise ValueError(f"no heading takes all of {', '.join(lost)}: what was said about it would be lost")
        return self

    def rule(self, heading_id: str) -> Rule:
        """The heading with this id.

        Raises:
            KeyError: there is none.
        """
        for rule in self.headings:
            if rule.id == heading_id:
                return rule
        raise KeyError(heading_id)


def parse(settings: str, layout: str) -> Template:
    """A template from its two texts.

    Raises:
        tomllib.TOMLDecodeError, pydantic.ValidationError: it is not sound; `lint` says so in plain words.
    """
    return Template.model_validate(tomllib.loads(settings) | {"layout": layout})
