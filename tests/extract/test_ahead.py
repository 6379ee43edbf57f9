"""What is written while people talk is written once, and the facts are those of the talk as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scribe.extract.ahead import Ahead
from scribe.extract.extractor import Watch
from scribe.extract.kept import KeptAnswers
from scribe.extract.ledger import build
from scribe.extract.passages import passages
from scribe.extract.together import Together
from scribe.extract.writer import GoOn, Said
from scribe.records import Fact, Role, Section, Turn, new_id
from tests.extract.test_passages import talk
from tests.extract.test_reader import CountingReader

QUESTIONS = ("How long have you had the %s?", "Is the %s worse at night?", "Did anything help with the %s?")
ANSWERS = (
    "I have had the %s for three weeks now and it comes and goes through the day without any warning at all.",
    "The %s is worse at night, and I lie awake for an hour or so before I can get back to sleep again.",
    "I took paracetamol for the %s and it helped a little, but it always came back after an hour or two.",
)
PROBLEMS = ("cough", "headache", "rash", "earache", "backache")


class EchoModel:
    """States what the patient says in each line; an answer depends on its prompt alone."""

    made_by = "fake"

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, prompts: Sequence[str], go_on: GoOn) -> Iterator[tuple[int, list[Said]]]:
        for place, prompt in enumerate(prompts):
            if not go_on():
                return
            self.written.append(prompt)
            yield place, self._answer(prompt)

    def _answer(self, prompt: str) -> list[Said]:
        lines = [line.split(" P: ") for line in prompt.splitlines() if " P: " in line]
        return [Said(f"{number} history: {text}", 0.9, 0.5) for number, text in lines]


def consultation() -> tuple[Turn, ...]:
    said = []
    for problem in PROBLEMS:
        for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
            said += [("clinician", question % problem), ("patient", answer % problem)]
    return talk(*said)


def facts(model: EchoModel | KeptAnswers, turns: Sequence[Turn]) -> list[Fact]:
    """The ledger's facts, without what is random about them."""
    places = {turn.id: str(turn.number) for turn in turns}
    return [
        replace(
            entry.fact, id="", evidence=tuple(replace(one, turn_id=places[one.turn_id]) for one in entry.fact.evidence)
        )
        for entry in build(turns, extractor=Together(model)).entries
    ]


def anew(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """As attribution makes them anew: the same turns under other ids."""
    return tuple(replace(turn, id=new_id()) for turn in turns)


def test_the_facts_are_the_same_whether_or_not_they_were_written_while_people_talked() -> None:
    turns = consultation()
    model = EchoModel()
    kept = KeptAnswers(model)
    for so_far in range(1, len(turns)):
        Ahead(kept).write(anew(turns[:so_far]), Watch())
    assert facts(kept, anew(turns)) == facts(EchoModel(), turns) != []
    assert len(model.written) == len(set(model.written)) == len(passages(turns)) > 3


def test_only_the_last_passage_is_left_to_write_when_the_talk_ends() -> None:
    turns = consultation()
    model = EchoModel()
    kept = KeptAnswers(model)
    Ahead(kept).write(turns, Watch())
    before = list(model.written)
    facts(kept, turns)
    assert model.written[len(before) :] == [passages(turns)[-1].as_prompt()]


def test_a_passage_whose_roles_changed_is_written_again_and_no_other() -> None:
    turns = consultation()
    model = EchoModel()
    kept = KeptAnswers(model)
    facts(kept, turns)
    before = set(model.written)
    first = replace(turns[0], role=Role.OTHER)
    changed = (first, *turns[1:])
    facts(kept, changed)
    again = [prompt for prompt in model.written if prompt not in before]
    assert again and all("R: How long have you had the cough?" in prompt for prompt in again)
    assert model.written.count(passages(turns)[-1].as_prompt()) == 1


def test_what_had_ended_before_it_was_broken_off_is_kept_and_the_rest_is_written_later() -> None:
    turns = consultation()
    model = EchoModel()
    kept = KeptAnswers(model)
    Ahead(kept).write(turns, Watch(cancelled=lambda: len(model.written) == 2))
    assert list(kept.answers) == model.written and len(model.written) == 2
    assert facts(kept, turns) == facts(EchoModel(), turns)
    assert len(model.written) == len(set(model.written)) == len(passages(turns))


def test_a_passage_that_is_said_twice_is_written_once() -> None:
    model = EchoModel()
    prompts = ["1 P: A cough.\n=>\n", "1 P: A rash.\n=>\n", "1 P: A cough.\n=>\n"]
    answers = dict(KeptAnswers(model).write(prompts, lambda: True))
    assert model.written == prompts[:2]
    assert [answers[place][0].text for place in range(3)] == [
        "1 history: A cough.",
        "1 history: A rash.",
        "1 history: A cough.",
    ]


def test_what_is_gathered_counts_what_is_proved_and_over() -> None:
    turns = consultation()
    ahead = Ahead(KeptAnswers(EchoModel()))
    assert ahead.gathered(turns) == {}
    ahead.write(turns, Watch())
    over = passages(turns)[:-1]
    answers = sum(line.turn.role is Role.PATIENT for passage in over for line in passage.lines)
    assert ahead.gathered(turns) == {Section.HISTORY: answers}


def test_what_was_read_while_people_talked_is_not_read_again_when_the_talk_ends() -> None:
    turns, reader = consultation(), CountingReader()
    kept = KeptAnswers(EchoModel())
    ahead = Ahead(kept, reader)
    ahead.write(turns, Watch())
    ahead.gathered(turns)
    read, looked_at = reader.windows, reader.statements
    found = list(Together(kept, reader).extract(anew(turns), Watch()))
    assert reader.windows == read
    assert reader.statements - looked_at < len(found), "what was written ahead is known"
