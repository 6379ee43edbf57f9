from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from typer.testing import CliRunner

from scribe import models, settings, sums
from scribe.errors import Fixable
from scribe.line import Line
from scribe.models import choice, cli, manifest, shelf
from scribe.models.choice import LARGE, SMALL
from scribe.settings import Preferences


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCRIBE_CACHE_DIR", str(tmp_path))


def nothing_is_here() -> tuple[models.Listed, ...]:
    return tuple(models.Listed(name, model, False) for name, model in manifest.known().items())


def computer(monkeypatch: pytest.MonkeyPatch, *, gigabytes: float, here: bool = True, quick: bool = True) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=gigabytes * 1e9))
    monkeypatch.setattr(choice, "present", lambda name: here and name == LARGE)
    monkeypatch.setattr(sums, "quick_ones_are_right", lambda: quick)


@pytest.mark.parametrize(
    ("gigabytes", "here", "drafts"), [(16, True, LARGE), (8, True, SMALL), (16, False, SMALL), (8, False, SMALL)]
)
def test_the_larger_model_drafts_where_it_is_and_has_room(
    gigabytes: float, here: bool, drafts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer(monkeypatch, gigabytes=gigabytes, here=here)
    assert models.drafting() == drafts


def test_both_are_trained_to_write_notes() -> None:
    assert models.is_trained(SMALL) and models.is_trained(LARGE)


@pytest.mark.parametrize(("gigabytes", "quick", "fetched"), [(16, True, True), (16, False, False), (8, True, False)])
def test_set_up_fetches_the_larger_model_where_the_computer_carries_it(
    gigabytes: float, quick: bool, fetched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer(monkeypatch, gigabytes=gigabytes, quick=quick)
    asked: list[str] = []
    monkeypatch.setattr(models, "get", lambda name, _: asked.append(name))
    monkeypatch.setattr(models, "list_models", nothing_is_here)
    assert CliRunner().invoke(cli.models_app, ["get"]).exit_code == 0
    assert (LARGE in asked) == fetched and SMALL in asked
    assert not fetched or asked[-1] == LARGE, "what is needed comes first"


def test_set_up_goes_on_where_the_larger_model_cannot_be_had_and_does_not_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    computer(monkeypatch, gigabytes=16)
    asked: list[str] = []

    def get(name: str, _: object) -> None:
        asked.append(name)
        if name == LARGE:
            raise Fixable("It cannot be reached.", do="Try later.", code="model-unreachable")

    monkeypatch.setattr(models, "get", get)
    monkeypatch.setattr(models, "list_models", nothing_is_here)
    first = CliRunner().invoke(cli.models_app, ["get"])
    assert first.exit_code == 0 and asked[-1] == LARGE
    asked.clear()
    assert CliRunner().invoke(cli.models_app, ["get"]).exit_code == 0
    assert LARGE not in asked


def test_what_was_removed_is_not_fetched_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    computer(monkeypatch, gigabytes=16)
    assert choice.larger_suits()
    models.remove(LARGE)
    assert not choice.larger_suits()
    shelf.take_in(LARGE)
    assert choice.larger_suits()


def test_who_chose_none_has_what_suits_the_computer() -> None:
    assert Preferences().language_model == ""
    assert Preferences().changed(language_model=SMALL).changed(language_model="").language_model == ""
    assert settings.Preferences(language_model=LARGE).language_model == LARGE


def test_the_line_follows_what_is_usual_unless_one_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    computer(monkeypatch, gigabytes=16)
    with Line() as line:
        assert line._models == ("whisper-base", LARGE)
        computer(monkeypatch, gigabytes=16, here=False)
        line.use_models("whisper-base", "")
        assert line._models == ("whisper-base", SMALL)
        computer(monkeypatch, gigabytes=16)
        line.use_models("whisper-base", SMALL)
        assert line._models == ("whisper-base", SMALL)
