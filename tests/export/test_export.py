"""From a signed note to files with receipts: nothing is called written that does not say what was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scribe.errors import Bug, Fixable
from scribe.export import manifest
from scribe.export import text as text_format
from scribe.export.export import prepare, write
from scribe.export.formats import FORMATS
from scribe.records import SignedNote
from tests.export.notes import context, corrected, with_lines

ALL = tuple(FORMATS)


def test_every_format_is_written_with_the_manifest_last(note: SignedNote, tmp_path: Path) -> None:
    made = context()
    files = prepare(note, ALL, made)
    receipts = list(write(files, note, tmp_path, made))
    assert [receipt.format for receipt in receipts] == [*ALL, "manifest"]
    assert sorted(Path(receipt.path).name for receipt in receipts) == sorted(p.name for p in tmp_path.iterdir())
    assert all(receipt.note_id == note.id and receipt.written_at == made.at for receipt in receipts)
    assert manifest.faults(Path(receipts[-1].path)) == []


def test_the_manifest_says_what_was_written_and_nothing_of_the_patient(note: SignedNote, tmp_path: Path) -> None:
    made = context()
    second = corrected(note)
    path = Path(list(write(prepare(second, ("pdf", "txt"), made), second, tmp_path, made))[-1].path)
    content = json.loads(path.read_bytes())
    assert (content["document"], content["version"], content["replaces"]) == (second.id, 2, note.id)
    assert [each["format"] for each in content["files"]] == ["pdf", "txt"]
    assert not {"Llewelyn", "9434765919", "1961"} & set(path.read_text().replace('"', " ").split())
    assert "Llewelyn" not in path.read_text() and "9434765919" not in path.read_text()


@pytest.mark.parametrize("what", ["changed", "gone", "cut short"])
def test_a_manifest_finds_a_file_that_is_not_as_it_was_written(note: SignedNote, tmp_path: Path, what: str) -> None:
    made = context()
    receipts = list(write(prepare(note, ("pdf", "txt"), made), note, tmp_path, made))
    first = Path(receipts[0].path)
    if what == "gone":
        first.unlink()
    else:
        first.write_bytes(first.read_bytes()[:-1] + (b"x" if what == "changed" else b""))
    assert len(manifest.faults(Path(receipts[-1].path))) == 1


def test_a_note_that_was_changed_after_signing_is_never_exported(note: SignedNote) -> None:
    with pytest.raises(Bug) as caught:
        prepare(replace(note, lines=note.lines[1:]), ("txt",), context())
    assert caught.value.code == "note-changed"


def test_an_unknown_format_is_named_before_anything_is_written(note: SignedNote) -> None:
    with pytest.raises(Fixable) as caught:
        prepare(note, ("pdf", "wordperfect"), context())
    assert caught.value.code == "format-unknown" and "wordperfect" in caught.value.happened


def test_a_format_that_loses_a_line_is_our_mistake_and_is_not_written(
    note: SignedNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = text_format.note_lines
    monkeypatch.setattr(
        text_format, "note_lines", lambda *given: [each for each in real(*given) if each != "No locking"]
    )
    with pytest.raises(Bug) as caught:
        prepare(note, ("txt",), context())
    assert caught.value.code == "export-not-true"
    assert "locking" not in str(caught.value), "errors hold no clinical text"


@pytest.mark.parametrize("again", [False, True])
def test_where_one_name_is_taken_no_file_is_written(note: SignedNote, tmp_path: Path, again: bool) -> None:
    made = context()
    files = prepare(note, ("txt", "json"), made)
    (tmp_path / files[-1].name).write_bytes(b"theirs")
    with pytest.raises(Fixable) as caught:
        list(write(files, note, tmp_path, made, again=again))
    assert caught.value.code == "export-target-exists"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {files[-1].name: b"theirs"}


def test_what_was_written_before_an_interruption_counts_when_it_is_taken_up(tmp_path: Path) -> None:
    note, made = with_lines("Left knee pain"), context()
    files = prepare(note, ("txt", "pdf", "docx"), made)
    begun = write(files, note, tmp_path, made)
    first = next(begun)
    assert not list(tmp_path.glob("*.manifest.json"))
    again = list(write(prepare(note, ("txt", "pdf", "docx"), made), note, tmp_path, made, again=True))
    assert again[0].path == first.path and again[0].sha256 == first.sha256
    assert manifest.faults(Path(again[-1].path)) == []
    with pytest.raises(Fixable) as caught:
        list(write(files, note, tmp_path, made))
    assert caught.value.code == "export-target-exists"
