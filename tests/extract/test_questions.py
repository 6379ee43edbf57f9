import pytest

from scribe.extract.questions import Answer, asked, reply


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Any chest pain, breathlessness or palpitations?", ["no chest pain", "no breathlessness", "no palpitations"]),
        ("And have you noticed any blood in your stools at all?", ["no blood in stools"]),
        ("Do you smoke at all?", ["does not smoke"]),
        ("OK, have you ever had any fits, faints or anything like that?", ["no fits", "no faints"]),
        ("Have you coughed up any blood?", ["has not coughed up blood"]),
        ("Is the swelling painful?", ["swelling not painful"]),
        ("Fevers or chills?", ["no fevers", "no chills"]),
        ("So there's no numbness of your hands or feet?", ["no numbness of hands or feet"]),
        ("Has she had any weight loss?", ["no weight loss"]),
    ],
)
def test_a_closed_question_yields_each_thing_it_asked(question: str, absent: list[str]) -> None:
    read = asked(question)
    assert read is not None
    assert [no.lower() for _, no in read.items] == absent


@pytest.mark.parametrize(
    "question",
    ["How long have you had it?", "What brings you in today?", "Is there anything else?", "When did it start?"],
)
def test_an_open_question_yields_nothing(question: str) -> None:
    assert asked(question) is None


def test_alternatives_cannot_be_answered_by_yes_or_no() -> None:
    read = asked("Is it there all the time, or does it come and go?")
    assert read is not None
    assert read.choice


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("No, nothing like that.", Answer.NO),
        ("Nope", Answer.NO),
        ("Um, no, I don't.", Answer.NO),
        ("Not that I'm aware of, no.", Answer.NO),
        ("Not really.", Answer.UNSURE),
        ("I don't think so, no.", Answer.UNSURE),
        ("Yeah, a bit.", Answer.YES),
        ("Yes", Answer.YES),
        ("Maybe.", Answer.NONE),
        ("I think so.", Answer.NONE),
        ("About two weeks ago.", Answer.NONE),
        ("Now it's worse", Answer.NONE),
        ("Nothing", Answer.NO),
    ],
)
def test_how_an_answer_begins(said: str, answer: Answer) -> None:
    assert reply(said).answer is answer
