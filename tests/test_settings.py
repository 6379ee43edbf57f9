"""Preferences never stop Scribe, safety settings always do, and a save is all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe import settings
from scribe.errors import Fixable
from scribe.paths import config_dir
from scribe.records import Detail, Risk
from scribe.settings import Preferences


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SCRIBE_SITE_CONFIG_DIR", str(tmp_path / "site"))
    (tmp_path / "site").mkdir()
    yield tmp_path / "site" / "safety.toml"


def write(text: str) -> None:
    (config_dir() / "settings.toml").write_text(text, encoding="utf-8")


def test_without_a_file_the_usual_ones_stand() -> None:
    assert settings.load() == settings.Loaded(Preferences(), ())


def test_what_is_saved_is_read_again() -> None:
    mine = Preferences(theme="dark", text_percent=200, own_words=("Nwosu", "Ysgol Ifor"), detail=Detail.TERSE)
    settings.save(mine)
    assert settings.load() == settings.Loaded(mine, ())
    assert [path.name for path in config_dir().iterdir()] == ["settings.toml"]


def test_one_bad_preference_costs_only_itself() -> None:
    write('schema = 1\ntheme = "dark"\ntext_percent = 9000\ncolour = "pink"\n')
    loaded = settings.load()
    assert loaded.preferences == Preferences(theme="dark")
    (warning,) = loaded.warnings
    assert "text_percent" in str(warning) and "colour" in str(warning)


@pytest.mark.parametrize(
    "line",
    [
        'speech_model = "qwen-0.5b"',
        'speech_model = "never-heard-of"',
        'language_model = "whisper-base"',
        "own_words = " + str([str(n) for n in range(31)]),
        'own_words = ["  "]',
        'template = "../../etc"',
        "idle_minutes = 0",
        'detail = "epic"',
        "microphone = 7",
    ],
)
def test_what_cannot_be_right_is_replaced_with_a_warning(line: str) -> None:
    write(line)
    loaded = settings.load()
    assert loaded.preferences == Preferences()
    assert loaded.warnings[0].code == "settings-replaced"
    assert line.split(" ")[0] in str(loaded.warnings[0])


@given(st.text())
def test_no_file_whatever_is_in_it_stops_the_program(text: str) -> None:
    try:
        (config_dir() / "settings.toml").write_text(text, encoding="utf-8", errors="surrogatepass")
        assert isinstance(settings.load().preferences, Preferences)
    except Fixable as error:
        assert error.code == "settings-newer"


def test_a_newer_file_is_not_touched() -> None:
    write("schema = 2\nshine = true\n")
    with pytest.raises(Fixable) as raised:
        settings.load()
    assert raised.value.code == "settings-newer"


def test_an_older_file_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(table: dict[str, Any]) -> dict[str, Any]:
        return {"theme": table.pop("colours"), **table}

    monkeypatch.setattr(settings, "SCHEMA", 2)
    monkeypatch.setattr(settings, "_MIGRATORS", {1: rename})
    write('schema = 1\ncolours = "dark"\n')
    assert settings.load() == settings.Loaded(Preferences(theme="dark"), ())


def test_a_save_that_fails_keeps_the_earlier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(Preferences(theme="dark"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Fixable, match="No space left") as raised:
        settings.save(Preferences(theme="light"))
    assert raised.value.code == "settings-not-saved"
    assert settings.load().preferences.theme == "dark"
    assert [path.name for path in config_dir().iterdir()] == ["settings.toml"]


def test_a_change_that_is_not_allowed_changes_nothing() -> None:
    with pytest.raises(Fixable) as raised:
        Preferences().changed(text_percent=1)
    assert raised.value.code == "settings-wrong"
    assert Preferences().changed(text_percent=150).text_percent == 150


def test_an_administrator_may_ask_for_a_minimum_of_care(site: Path) -> None:
    assert settings.safety().must_see == ()
    site.write_text('must_see = ["medicines", "allergies"]')
    assert settings.safety().must_see == (Risk.MEDICINE, Risk.ALLERGY)


def test_a_person_cannot_ask_for_less() -> None:
    write("must_see = []")
    assert settings.load().warnings


@pytest.mark.parametrize(
    "wrong", ["must_see = 1", "allow = []", "=", "schema = 9", 'must_see = ["all"]', 'allowed_hosts = ["a.example"]']
)
def test_safety_settings_that_cannot_be_right_stop_scribe(site: Path, wrong: str) -> None:
    site.write_text(wrong)
    with pytest.raises(Fixable) as raised:
        settings.safety()
    assert raised.value.code == "safety-wrong"
    assert str(site) in raised.value.do
