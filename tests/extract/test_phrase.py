"""What was said, in a note's voice: fillers go, persons change, nothing is added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.extract.phrase import clean, finish, first_person


def note(said: str) -> str:
    return finish(first_person(clean(said)))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("I, I don't drink alcohol", "Does not drink alcohol"),
        ("Um, I haven't had a fever", "No fever"),
        ("so I haven't been sleeping", "Has not been sleeping"),
        ("yeah I feel a bit uh weak and shaky.", "Feels a bit weak and shaky"),
        ("I'm coughing every twenty, thirty minutes", "Coughing every 20-30 minutes"),
        ("my partner has asthma", "Partner has asthma"),
        ("I can't bend it", "Cannot bend it"),
        ("I never had asthma", "Never had asthma"),
        ("I've got some diarrhea", "Diarrhoea"),
        ("it's worse when I'm coughing", "Worse when coughing"),
    ],
)
def test_first_person_becomes_a_note(said: str, written: str) -> None:
    assert note(said) == written


@pytest.mark.parametrize(
    "said", ["I don't smoke", "I haven't got any pain", "I'm not dizzy", "I never drink", "I can't walk"]
)
def test_a_denial_stays_a_denial(said: str) -> None:
    assert note(said).split()[0] in {"No", "Not", "Never", "Does", "Has", "Cannot"}
    assert any(word in note(said).lower().split() for word in ("no", "not", "never", "cannot"))


@given(
    st.lists(
        st.sampled_from(
            ["i", "my", "pain", "the", "um", "left", "knee", "not", "since", "two", "days", "and", "sorry"]
        ),
        max_size=10,
    )
)
def test_no_word_of_content_appears_that_was_not_said(words: list[str]) -> None:
    written = set(note(" ".join(words)).lower().replace(",", "").split())
    for content in ("pain", "left", "knee"):
        assert content not in written or content in words
