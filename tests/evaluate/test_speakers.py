"""Roles are counted on aligned words; the diarisation error is the library's, read in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe.attribute.people import Stretch
from scribe.errors import Fixable
from scribe.evaluate.speakers import (
    RoleScore,
    Spoken,
    diarisation_error,
    read_rttm,
    roles_right,
    said_in,
)
from scribe.records import Role, Turn, Word


def turn(number: int, role: Role, text: str) -> Turn:
    return Turn(str(number), "r", number, role, 1.0, tuple(Word(word, 0, 1) for word in text.split()))


SAID = said_in("D: What brought you in today?\n\nP: I have a cough, and it hurts.\nO: She coughs all night.\n")


def test_a_transcript_with_letters_says_who_speaks() -> None:
    assert [role for role, _ in SAID] == [Role.CLINICIAN, Role.PATIENT, Role.OTHER]
    assert said_in("Just words.") == []


def test_words_are_right_where_their_role_is() -> None:
    heard = [
        turn(1, Role.CLINICIAN, "What brought you in today?"),
        turn(2, Role.PATIENT, "I have a cough and"),
        turn(3, Role.CLINICIAN, "it hurts."),
        turn(4, Role.OTHER, "She coughs all night."),
    ]
    assert roles_right(SAID, heard) == RoleScore(14, 16)


def test_words_that_were_not_said_or_not_heard_count_for_nothing() -> None:
    heard = [
        turn(1, Role.PATIENT, "Hello hello."),
        turn(2, Role.CLINICIAN, "What brought in today?"),
        turn(3, Role.PATIENT, "I have a cough, it hurts."),
        turn(4, Role.OTHER, "She coughs all night."),
    ]
    score = roles_right(SAID, heard)
    assert score.right == score.words == 14
    assert roles_right(SAID, []) == RoleScore(0, 0) and RoleScore(0, 0).share == 0


def test_an_rttm_file_holds_stretches_by_recording(tmp_path: Path) -> None:
    file = tmp_path / "a.rttm"
    file.write_text("SPEAKER one 1 0.500 1.250 <NA> <NA> anne <NA> <NA>\nSPEAKER two 1 3 1 <NA> <NA> bob <NA> <NA>\n")
    assert read_rttm(file) == {"one": [Spoken(0.5, 1.75, "anne")], "two": [Spoken(3.0, 4.0, "bob")]}
    file.write_text("SPEAKER one 1 half 1.250 <NA> <NA> anne <NA> <NA>\n")
    with pytest.raises(Fixable) as caught:
        read_rttm(file)
    assert caught.value.code == "bad-rttm"


TRUE = [Spoken(0, 10, "anne"), Spoken(10, 20, "bob"), Spoken(12, 14, "anne")]


def test_the_names_of_people_do_not_matter_and_boundaries_have_slack() -> None:
    heard = [Stretch(0, 10_200, 5), Stretch(10_200, 20_000, 3)]
    error = diarisation_error(TRUE, heard, 20, with_overlap=False)
    assert (error.missed_s, error.added_s, error.confused_s) == pytest.approx((0, 0, 0))
    assert error.total_s == pytest.approx(20 - 2 - 6 * 0.25)  # without the overlap, and beside its four boundaries
    assert diarisation_error(TRUE, heard, 20, with_overlap=True).missed_s == pytest.approx(1.5)


def test_missed_added_and_confused_speech_is_told_apart() -> None:
    heard = [Stretch(0, 8_000, 0), Stretch(10_000, 15_000, 1), Stretch(15_000, 20_000, 0), Stretch(21_000, 23_000, 1)]
    error = diarisation_error(TRUE, heard, 25, with_overlap=False)
    assert error.missed_s == pytest.approx(1.75)
    assert error.added_s == pytest.approx(2)
    assert error.confused_s == pytest.approx(4.75)
    assert error.rate == pytest.approx((1.75 + 2 + 4.75) / error.total_s)
    assert (error + error).rate == pytest.approx(error.rate)
