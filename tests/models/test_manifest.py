"""The manifest that came with Scribe is right, and a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe.errors import Bug
from scribe.models import manifest


def test_it_names_what_the_rest_of_scribe_asks_for() -> None:
    known = manifest.known()
    defaults = {model.kind: name for name, model in known.items() if model.default == "app"}
    assert defaults == {
        "speech": "whisper-base",
        "language": "qwen-0.5b",
        "encoder": "minilm",
        "speaker": "ge2e",
    }
    assert known["whisper-tiny.en"].default == "tests"


def test_every_licence_allows_use_in_a_clinic() -> None:
    assert {model.licence for model in manifest.known().values()} <= {"MIT", "Apache-2.0"}


def test_parts_add_up_to_their_file() -> None:
    for model in manifest.known().values():
        for file in model.files:
            assert sum(piece.size for piece in file.pieces()) == file.size
            assert len({part.package for part in file.parts}) == len(file.parts)


def test_the_known_weights_are_the_publishers_own() -> None:
    assert manifest.known()["whisper-base"].short_hash == "d01c3014"
    assert manifest.known()["qwen-0.5b"].short_hash == "1d961463"


@pytest.mark.parametrize(
    "wrong",
    [
        "not toml",
        "schema = 2\n[models]",
        'schema = 1\n[models."../up"]',
        'schema = 1\n[models.a]\nkind = "speech"\nsecret = true',
    ],
)
def test_a_wrong_one_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "manifest.toml").write_text(wrong)
    with pytest.raises(Bug):
        manifest.load(tmp_path / "manifest.toml")
