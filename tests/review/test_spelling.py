"""British spelling with medical words: what is marked, what is left in peace, what is suggested."""

from __future__ import annotations

import pytest

from scribe.extract.verify.spelled import FOLDER
from scribe.review.spelling import MOST, speller
from tests.ui import consultation as made_up

from .drafted import every


def marked(text: str) -> list[str]:
    return [text[start:end] for start, end in speller().unknown(text)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Diarrhea and anemia", ["Diarrhea", "anemia"]),
        ("Diarrhoea and anaemia, haemoglobin low", []),
        ("Color of the tumor, organized by the center", ["Color", "tumor", "organized", "center"]),
        ("Colour of the tumour, organised by the centre", []),
        ("No sweling of the kne", ["sweling", "kne"]),
        ("Bisoprolol and apixaban; the patient’s statin, Ventolin", []),
        ("Bisoprolil 2.5mg", ["Bisoprolil"]),
        ("HbA1c 48 mmol/mol, eGFR 61, ENT at 10am, 2WW", []),
        ("Orthopnoea, epistaxis, McBurney's point: non-tender", []),
        ("a b I", []),
    ],
)
def test_british_words_and_medical_ones_are_known_and_others_marked(text: str, wrong: list[str]) -> None:
    assert marked(text) == wrong


def test_a_word_is_marked_where_it_stands() -> None:
    assert speller().unknown("Had swelling, sweling") == ((14, 21),)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("anemia", "anaemia"),
        ("haemorage", "haemorrhage"),
        ("bisoprolo", "bisoprolol"),
        ("kne", "knee"),
        ("sweling", "swelling"),
    ],
)
def test_what_was_meant_is_suggested_first(word: str, meant: str) -> None:
    found = speller().suggestions(word)
    assert found[0] == meant and len(found) <= MOST


def test_notes_as_they_are_drafted_are_nearly_free_of_marks() -> None:
    """Who sees waves everywhere looks at none of them."""
    lines = [line.text for drafted in every() for line in drafted.draft().lines]
    lines += [line.text for line in made_up.draft("e").lines]
    found = [word for line in lines for word in marked(line)]
    assert len(found) <= sum(len(line.split()) for line in lines) / 100, sorted(set(found))


def test_the_dictionary_is_shipped_with_its_licence() -> None:
    assert "en_GB-ise" in (FOLDER / "LICENCE").read_text(encoding="utf-8")
