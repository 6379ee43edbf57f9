"""What the writer proposes is read with care: only the agreed form, only lines that are there, with words that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from scribe.extract.extractor import Watch
from scribe.extract.passages import passages
from scribe.extract.proof import MOST_TURNS, MOST_WORDS, prove
from scribe.extract.verify import verify
from scribe.extract.writer import GoOn, Said, WriterExtractor, parse
from scribe.records import Outcome, Polarity, Section, Turn
from tests.extract.test_passages import talk

COUGH = talk(
    ("patient", "I've had this cough for three weeks."),
    ("clinician", "Any blood when you cough, or any fever?"),
    ("patient", "No blood. I did feel hot on Monday."),
    ("clinician", "Okay. Let's get a chest X-ray."),
)


class FakeModel:
    """Answers with what it was given, whatever is asked."""

    made_by = "fake"

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        for place, _ in enumerate(prompts):
            if go_on():
                yield place, spoken(self.answers.pop(0))


def spoken(answer: str) -> list[Said]:
    return [Said(line, 0.9, 0.5) for line in answer.splitlines()]


def said(turns: Sequence[Turn], statement: str, first: int, last: int) -> list[str]:
    (passage,) = passages(turns)
    proof = prove(statement, passage, first, last, turns)
    assert proof is not None
    by_id = {turn.id: turn for turn in turns}
    return [" ".join(w.text for w in by_id[e.turn_id].words[e.first_word : e.end_word]) for e in proof.evidence]


def test_an_answer_is_read_line_by_line() -> None:
    (passage,) = passages(COUGH)
    found = list(
        parse(spoken("1 complaint!: Cough for 3 weeks\n2-3 history!: No haemoptysis\n4 plan!: Chest X-ray"), passage)
    )
    assert [(w.first, w.last, w.section, w.critical, w.statement) for w in found] == [
        (1, 1, Section.PRESENTING_COMPLAINT, True, "Cough for 3 weeks"),
        (2, 3, Section.HISTORY, True, "No haemoptysis"),
        (4, 4, Section.PLAN, True, "Chest X-ray"),
    ]


def test_what_is_not_in_the_agreed_form_is_passed_over() -> None:
    (passage,) = passages(COUGH)
    answer = "I think he has a cough\n9 history: Cough\n3-2 history: Cough\n1 mood: Low\n0 plan: X-ray\n1 plan:\n1 history: Cough\n1 history: cough"
    assert [w.statement for w in parse(spoken(answer), passage)] == ["Cough"]


@pytest.mark.parametrize(
    ("written", "read"), [("Blood, no", "No blood"), ("Not short of breath, no", "Not short of breath")]
)
def test_a_denial_begins_with_its_no(written: str, read: str) -> None:
    (passage,) = passages(COUGH)
    assert [w.statement for w in parse(spoken(f"2 history: {written}"), passage)] == [read]


def test_a_denial_is_proved_by_question_and_answer() -> None:
    assert said(COUGH, "No blood on coughing", 2, 3) == ["Any blood when you cough,", "No blood."]


def test_the_thing_may_have_been_named_earlier() -> None:
    turns = talk(
        ("patient", "My knee hurts."), ("clinician", "What makes it worse?"), ("patient", "Stairs, mostly, going down.")
    )
    assert said(turns, "Knee pain worse on stairs", 2, 3)[0] == "My knee hurts."


def test_how_long_it_has_been_is_cited_with_it() -> None:
    turns = talk(("patient", "It's been a few days now, and my skin is sore, like, all over my legs."))
    assert said(turns, "Sore skin for a few days", 1, 1)[0].startswith("It's been a few days now,")
    (passage,) = passages(turns)
    unheard = prove("Sore skin for a few weeks", passage, 1, 1, turns)
    assert unheard is not None and not unheard.missing  # the verifier tells that nobody spoke of weeks


@pytest.mark.parametrize(
    ("statement", "asked", "answer"),
    [
        ("No phlegm", "and cough phlegm anything like that", "No."),
        ("Passing urine OK", "You're passing urine OK.", "Yeah."),
    ],
)
def test_a_question_without_its_mark_is_cited_with_its_answer(statement: str, asked: str, answer: str) -> None:
    assert said(talk(("clinician", asked), ("patient", answer)), statement, 1, 1)[-1] == answer


def test_what_is_said_again_is_cited_with_its_no() -> None:
    turns = talk(("clinician", "Do you have any allergies at all?"), ("patient", "Ohh, allergies. Uh, no. Why?"))
    assert said(turns, "No allergies", 1, 2) == ["Ohh, allergies. Uh, no."]


@pytest.mark.parametrize(
    ("between", "answered"),
    [
        ("OK. Do you use cotton buds in your ears?", False),
        ("Is it itchy, the ear?", True),
        ("I'm just writing that down.", True),
    ],
)
def test_a_question_is_not_answered_by_what_answers_another(between: str, answered: bool) -> None:
    turns = talk(("clinician", "Has your left ear been itchy at all?"), ("clinician", between), ("patient", "Nah."))
    assert ("Nah." in said(turns, "No itchy left ear", 1, 3)) is answered


def test_what_may_be_done_is_no_finding_though_other_words_are_cited() -> None:
    turns = talk(("clinician", "You can breathe normally. All right, and take one more deep breath."))
    (found,) = WriterExtractor(FakeModel("1 exam: Can breathe normally\n")).extract(turns, Watch())
    assert verify(found.fact, {turn.id: turn for turn in turns}).outcome is Outcome.REJECTED


def test_what_was_never_said_is_missing_from_the_proof() -> None:
    (passage,) = passages(COUGH)
    proof = prove("Cough with green sputum", passage, 1, 1, COUGH)
    assert proof is not None and proof.missing == ("green", "sputum")


def test_evidence_stays_small_enough_to_look_at() -> None:
    turns = talk(*[("patient", "My knee and hip and back and neck and arm and leg hurt " + "so much " * 20)] * 6)
    cut = passages(turns)
    proof = prove("Knee, hip, back, neck, arm and leg pain", cut[0], 1, len(cut[0].lines), turns)
    assert proof is not None
    assert sum(e.end_word - e.first_word for e in proof.evidence) <= MOST_WORDS
    assert len({e.turn_id for e in proof.evidence}) <= MOST_TURNS


def test_findings_carry_section_polarity_and_maker() -> None:
    model = FakeModel("1 complaint!: Cough for 3 weeks\n2-3 history!: No blood on coughing\n")
    found = list(WriterExtractor(model).extract(COUGH, Watch()))
    assert [f.fact.polarity for f in found] == [Polarity.PRESENT, Polarity.ABSENT]
    assert found[0].fact.slots.duration == "for 3 weeks"
    assert {f.fact.made_by for f in found} == {"writer@1 fake"}


def test_it_stops_when_asked() -> None:
    assert list(WriterExtractor(FakeModel()).extract(COUGH, Watch(cancelled=lambda: True))) == []


def facts(turns: Sequence[Turn], answer: str) -> list[tuple[Section, str]]:
    found = WriterExtractor(FakeModel(answer)).extract(turns, Watch())
    return [(finding.fact.section, finding.fact.statement) for finding in found]


def test_what_a_clinician_says_again_of_a_relative_is_not_the_patients() -> None:
    turns = talk(
        ("clinician", "Any illness in the family?"),
        ("patient", "My dad died of bowel cancer."),
        ("clinician", "Bowel cancer, I'm sorry. Right."),
    )
    answer = "2 family!: Father: died of bowel cancer\n3 past!: Bowel cancer"
    assert facts(turns, answer) == [(Section.FAMILY_HISTORY, "Father: died of bowel cancer")]


def test_what_is_no_allergy_does_not_stand_under_allergies() -> None:
    turns = talk(("clinician", "How often?"), ("patient", "Diarrhoea about four times a day."))
    assert facts(turns, "2 allergy!: Diarrhoea 4 times a day") == [(Section.HISTORY, "Diarrhoea 4 times a day")]


def test_a_diagnosis_that_was_only_said_back_is_none() -> None:
    turns = talk(("clinician", "You mentioned you had a takeaway."), ("patient", "Yes."))
    assert facts(turns, "1 impression: Likely takeaway") == []
