"""Interruptions are suggested where they can be told, and nothing is left out before the clinician says so."""

from __future__ import annotations

import pytest

from scribe.attribute.attribute import attribute
from scribe.attribute.interruption import marked, stretches
from scribe.capture.sound import LONGEST_ASIDE_MS
from scribe.records import Present, RecordingEvent, Role, Turn, Word, utc_now
from tests.attribute.heard import TALK, heard

_WHO = {"C": Role.CLINICIAN, "P": Role.PATIENT, "O": Role.OTHER}


def turns(*lines: str, second_ms: int = 3000) -> tuple[Turn, ...]:
    """One turn a line, "C: …", each three seconds long."""
    made = []
    for number, line in enumerate(lines, 1):
        who, text = line.split(": ", 1)
        said = text.split()
        start = number * second_ms
        words = tuple(Word(word, start + at * 100, start + at * 100 + 100) for at, word in enumerate(said))
        made.append(Turn(f"t{number}", "r", number, _WHO[who], 0.9, words, voice="CPO".index(who) + 1))
    return tuple(made)


def suggested(*lines: str) -> list[int]:
    return [turn.number for turn in marked(turns(*lines)) if turn.interruption]


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        (
            (
                "P: My knee has been hurting since Friday.",
                "O: Sorry to interrupt, Mrs Patel's potassium is six point four.",
                "C: Thanks, ask her to come straight in.",
                "O: Will do.",
                "C: Sorry about that. So, your knee?",
                "P: It's swollen.",
            ),
            [2, 3, 4],
        ),
        (
            (
                "P: It comes and goes.",
                "C: Excuse me, I'd better take this. Hello? Yes, increase her furosemide to eighty.",
                "C: Thanks, bye. Sorry about that. Where were we? You said that it comes and goes.",
                "P: Yes, at night.",
            ),
            [2],
        ),
        (("P: I slept badly.", "C: Is it the knee or the hip?", "P: The knee."), []),
    ],
)
def test_the_words_with_which_people_break_in_and_come_back_tell(lines: tuple[str, ...], numbers: list[int]) -> None:
    assert suggested(*lines) == numbers


def test_a_turn_that_is_mostly_the_patients_matter_is_not_suggested() -> None:
    assert suggested("C: So the swelling goes down overnight and comes back by the evening. Sorry, the phone.") == []


def test_a_voice_that_comes_in_and_soon_goes_is_suggested_but_not_what_the_patient_says_meanwhile() -> None:
    said = (
        "P: It hurts.",
        "O: Have you got the keys?",
        "P: It really hurts.",
        "C: On the hook.",
        "O: Ta.",
        "C: Go on.",
    )
    assert suggested(*said) == [2, 4, 5]


def test_somebody_who_stays_is_nobody_at_the_door() -> None:
    said = [line for _ in range(8) for line in ("C: How does she sleep?", "O: She does not sleep well.", "P: I do.")]
    assert not any(turn.interruption for turn in marked(turns(*said, second_ms=6000)))


def test_a_colleague_who_is_there_anyway_interrupts_nobody() -> None:
    said = turns("P: It hurts.", "O: May I look at it?", "C: Please do.")
    assert not any(turn.interruption for turn in marked(said, (Present.COLLEAGUE,)))


def happened(*events: tuple[str, int]) -> list[RecordingEvent]:
    return [RecordingEvent(at_ms, utc_now(), what) for what, at_ms in events]


def test_the_clinician_says_from_where_to_where_they_were_interrupted() -> None:
    said = happened(("started", 0), ("aside", 5000), ("aside-over", 9000), ("muted", 9500), ("aside", 20_000))
    assert stretches(said) == ((5000, 9000), (20_000, 20_000 + LONGEST_ASIDE_MS))
    died = happened(("aside", 5000), ("gone-on", 7000), ("aside-over", 9000))
    assert stretches(died) == ((5000, 7000),), "what was said after it went on is kept in the note"
    assert stretches(happened(("started", 0))) == ()


def test_what_the_clinician_called_an_interruption_is_left_out_to_the_word() -> None:
    segments, voices, _ = heard(TALK)
    words = segments[2].words
    asides = ((words[3].start_ms, segments[4].words[1].end_ms),)
    made = attribute(segments, voices, asides=asides)
    out = [word for turn in made if turn.left_out for word in turn.words]
    assert out == [*words[3:], *segments[3].words, *segments[4].words[:2]]
    assert [word for turn in made for word in turn.words] == [word for one in segments for word in one.words]
    whole = attribute(segments, voices)
    assert len(made) == len(whole) + 2 and not any(turn.left_out for turn in whole)


def test_attribution_suggests_and_leaves_nothing_out() -> None:
    talk = (
        *TALK[:4],
        ("O", "Sorry to interrupt, there is a call from the ward about Mrs Ash, she has a fever again."),
        ("O", "They would like to know if she can have another dose, shall I tell them to wait for you?"),
        ("O", "And the next patient is waiting outside already, I gave her the form to fill in."),
        ("C", "Sorry about that. Where were we? You said that it is here in the middle."),
        *TALK[4:],
    )
    segments, voices, _ = heard(talk)
    made = attribute(segments, voices)
    found = " ".join(turn.text for turn in made if turn.interruption)
    assert "Mrs Ash" in found and "form to fill in" in found and "chest" not in found
    assert not any(turn.left_out for turn in made)
    assert not any(turn.interruption for turn in attribute(*heard(TALK)[:2]))
