"""Medicines go by their British names; what only sounds like one is suggested."""

from __future__ import annotations

import pytest

from scribe.extract.verify import medicines


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("paracetamol", "paracetamol"),
        ("acetaminophen", "paracetamol"),
        ("albuterol", "salbutamol"),
        ("ventolin", "salbutamol"),
        ("clenil", "beclometasone"),
        ("thyroxine", "levothyroxine"),
        ("frusemide", "furosemide"),
        ("augmentin", "co-amoxiclav"),
        ("statins", ""),
        ("water", ""),
        ("chest", ""),
    ],
)
def test_every_name_leads_to_the_british_one(word: str, name: str) -> None:
    assert medicines.british(word) == name


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("ramapril", "ramipril"),
        ("omaprazole", "omeprazole"),
        ("amoxicilin", "amoxicillin"),
        ("sertralene", "sertraline"),
        ("bisoprolal", "bisoprolol"),
        ("gabapenton", "gabapentin"),
        ("cymbastatin", "simvastatin"),
        ("sinverstatin", "simvastatin"),
    ],
)
def test_a_misheard_name_is_recognised_by_its_sound(heard: str, name: str) -> None:
    assert medicines.british(heard) == ""
    assert medicines.suggestion(heard) == name


@pytest.mark.parametrize(
    "word",
    ["medication", "vitamin", "inhalers", "occasionally", "intolerant", "protein", "normal", "tablet", "painful"],
)
def test_ordinary_words_are_no_medicines(word: str) -> None:
    assert medicines.suggestion(word) == ""


def test_the_list_names_its_sources_and_holds_only_names() -> None:
    names = medicines.names()
    assert len(names) > 1000
    assert all(name == name.lower() and len(name) < 40 for name in names)
