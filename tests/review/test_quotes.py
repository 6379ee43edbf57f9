"""A quote holds what it takes to judge a line: the sentence, and the question where the answer is short."""

from __future__ import annotations

from scribe.records import Evidence, Role, Turn, Word
from scribe.review import Quotes
from scribe.review.quotes import LONGEST


def turn(number: int, role: Role, text: str) -> Turn:
    return Turn(f"t{number}", "r1", number, role, 1.0, tuple(Word(word, 0, 1) for word in text.split()))


def quoted(*texts: str, of: tuple[tuple[int, int, int], ...]) -> str:
    """Clinician and patient by turns; the evidence as turn, first word, end."""
    roles = (Role.CLINICIAN, Role.PATIENT)
    turns = [turn(number, roles[number % 2], text) for number, text in enumerate(texts)]
    return Quotes(turns).of(Evidence(f"t{number}", number, first, end) for number, first, end in of)


def test_a_part_of_a_sentence_is_quoted_as_the_whole_sentence() -> None:
    said = "Just paracetamol, thank you. My sister gave me some of her naproxen but it upset my stomach."
    assert quoted("Hello.", said, of=((1, 10, 16),)) == (
        "“My sister gave me some of her naproxen but it upset my stomach.”"
    )


def test_before_a_short_answer_stands_its_question() -> None:
    texts = ("Best not, then. Are you allergic to anything?", "Penicillin. I came out in a rash all over, years ago.")
    assert quoted(*texts, of=((1, 0, 1),)) == "“Are you allergic to anything?” “Penicillin.”"
    assert quoted(*texts, of=((1, 4, 7),)) == "“I came out in a rash all over, years ago.”"
    assert quoted(*texts, of=((0, 3, 5), (1, 0, 1))) == "“Are you allergic to anything?” “Penicillin.”", "said once"


def test_what_follows_no_question_stands_alone() -> None:
    assert quoted("Sit down.", "Bad knee.", of=((1, 0, 2),)) == "“Bad knee.”"
    late = "I went to the shop and I came home and had my tea as usual. No."
    assert quoted("Any falls?", late, of=((1, 15, 16),)) == "“No.”", "it answers something else"


def test_sentences_that_follow_each_other_are_one_quote_in_the_order_in_which_they_were_said() -> None:
    texts = (
        "Go on.",
        "It started in the spring after gardening. It is worse on the stairs. I walk. It never locks at all.",
    )
    assert quoted(*texts, of=((1, 16, 18), (1, 9, 11), (1, 2, 5))) == (
        "“It started in the spring after gardening. It is worse on the stairs.” “It never locks at all.”"
    )


def test_of_a_very_long_sentence_what_is_cited_stays_and_the_rest_is_cut_in_the_middle() -> None:
    words = [f"w{number}" for number in range(80)]
    said = quoted("Go on.", " ".join(words), of=((1, 40, 43),))
    assert said.startswith("“w0 w1 w2 … w34 ") and said.endswith(" w48 … w77 w78 w79”") and "w40 w41 w42" in said
    long = quoted("Go on.", " ".join(words), of=((1, 0, 80),))
    assert long.count("w") == LONGEST and long.count("…") == 1


def test_nothing_that_is_not_there_is_quoted() -> None:
    assert quoted("Hello.", of=((7, 0, 2),)) == "" == Quotes(()).of(())
