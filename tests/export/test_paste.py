"""What is pasted into EMIS and SystmOne: one heading of one problem, in plain characters, with its stamp."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.export import paste
from scribe.export.layout import DEMO_MARK
from scribe.export.site import Paste, Text
from scribe.records import SignedNote
from tests.export.notes import SITE, line, make_note, with_lines

EMIS = SITE.model_copy(update={"text": Text(paste=Paste.EMIS)})


def test_copying_one_heading_takes_only_that_heading_of_that_problem(note: SignedNote) -> None:
    copied = paste.heading_text(note, "Knee pain", "history")
    assert copied.splitlines() == ["Left knee pain for 3 weeks", "No locking", note.stamp]


def test_there_is_one_passage_for_each_heading_of_each_problem_and_none_for_empty_ones(note: SignedNote) -> None:
    assert paste.passages(note) == (
        ("Knee pain", "history"),
        ("Knee pain", "medication"),
        ("Blood pressure", "history"),
    )
    assert paste.heading_text(note, "Blood pressure", "medication") == ""


@pytest.mark.parametrize(
    ("typed", "pasted"),
    [
        ("“Worse” – it’s…", '"Worse" - it\'s...'),
        ("50 µg once daily", "50 micrograms once daily"),
        ("50 μg/L, 3 µmol", "50 micrograms/L, 3 micromol"),
        ("1½ tablets, ½ tablet", "1 1/2 tablets, 1/2 tablet"),
        ("10² mm, 70 kg/m²", "10^2 mm, 70 kg/m^2"),
        ("SpO₂ ≥ 94 %", "SpO2 >= 94 %"),
        ("BP↑ since Monday", "BP increased since Monday"),
        ("37.5 °C ± 0.2", "37.5 °C +/- 0.2"),
        ("• item one", "- item one"),
        ("Siân Llŷr, Żółć, Δημήτρης", "Siân Llŷr, Żółć, Δημήτρης"),
        ("Feels 🧿", "Feels [nazar amulet]"),
        ("−5 to −3", "-5 to -3"),
    ],
)
def test_typographic_signs_are_spelt_out_and_letters_stay(typed: str, pasted: str) -> None:
    assert paste.plain(typed) == pasted
    assert pasted in paste.heading_text(with_lines(typed), "Knee pain", "history", EMIS)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_what_is_pasted_is_plain_and_no_digit_is_lost_or_joined(typed: str) -> None:
    pasted = paste.plain(typed)
    for sign in pasted:
        assert (
            (sign.isascii() and sign.isprintable())
            or sign in "£°"
            or sign.isalpha()
            or sign.isdecimal()
            or (paste.unicodedata.category(sign)[0] == "M")
        ), hex(ord(sign))
    digits = [sign for sign in typed if sign.isascii() and sign.isdecimal()]
    kept = iter(pasted)
    assert all(digit in kept for digit in digits), "a digit is missing, or out of order"


def test_a_record_system_gets_its_own_line_ends_and_width(note: SignedNote) -> None:
    assert paste.heading_text(note, "Knee pain", "history", EMIS).count("\r\n") == 2
    narrow = SITE.model_copy(update={"text": Text(paste=Paste.SYSTMONE, columns=30)})
    pasted = paste.heading_text(note, "Knee pain", "history", narrow).split("\r\n")
    assert max(map(len, pasted)) <= 30
    assert pasted[1] == "No locking"


def test_the_whole_note_is_pasted_with_its_head_and_stamp(note: SignedNote) -> None:
    pasted = paste.note_text(note, EMIS)
    assert pasted.startswith("Patient: Siân Llewelyn\r\n") and pasted.endswith(f"{note.stamp}\r\n")


def test_a_demonstration_says_so_when_it_is_pasted() -> None:
    demo = make_note((line(1, "", "history", "Cough"),), demo=True)
    assert DEMO_MARK in paste.heading_text(demo, "", "history")
