"""The cut loses no turn, and a question stays with its answer."""

from hypothesis import given
from hypothesis import strategies as st

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.exchanges import Kind, exchanges
from scribe.records import Turn


def talk(*said: tuple[str, str]) -> tuple[Turn, ...]:
    rows = [{"n": n, "speaker": who, "text": text} for n, (who, text) in enumerate(said, 1)]
    return turns_from_numbered({"id": "x", "utterances": rows})


def test_a_late_answer_stays_with_its_question() -> None:
    parts = exchanges(
        talk(
            ("clinician", "Any chest pain?"),
            ("patient", "Mm."),
            ("clinician", "Okay."),
            ("patient", "No, none."),
            ("clinician", "Do you smoke?"),
            ("patient", "No."),
        )
    )
    assert [[turn.number for turn in part.turns] for part in parts] == [[1, 2, 3, 4], [5, 6]]
    assert all(part.kind is Kind.QUESTION for part in parts)


def test_a_summary_and_a_correction_are_known() -> None:
    summary, correction = (
        exchanges(talk((who, text)))[0]
        for who, text in (
            ("clinician", "So just to recap, you have had a cough for a week."),
            ("patient", "It was the right, no, sorry, the left."),
        )
    )
    assert summary.kind is Kind.SUMMARY
    assert correction.kind is Kind.CORRECTION


_LINES = st.sampled_from(["Any pain?", "No.", "Okay.", "It started on Monday", "Take two tablets", "mm", "I feel sick"])


@given(st.lists(st.tuples(st.sampled_from(["clinician", "patient"]), _LINES), max_size=25))
def test_every_turn_is_in_exactly_one_exchange(said: list[tuple[str, str]]) -> None:
    turns = [turn for turn in talk(*said) if turn.words]
    assert [turn for part in exchanges(turns) for turn in part.turns] == turns
