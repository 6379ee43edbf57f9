"""The export profile of a site: what it may say, and that nothing about a patient can get into a file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe import settings
from scribe.errors import Fixable
from scribe.export import site
from scribe.export.samples import _PROFILE
from tests.export.notes import context, make_note


def written(folder: Path, text: str, name: str = "engine.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_profile_is_one(tmp_path: Path) -> None:
    made = site.read(written(tmp_path, _PROFILE))
    assert made.id == "engine"
    assert made.formats == ("hl7-2.4-pdf", "pdf")
    assert made.organisation.ods == "X99999"
    assert made.hl7.processing == "T"


@pytest.mark.parametrize(
    "text",
    [
        'names = "{patient}_{document}_{version}"',
        'names = "{document.__class__}_{version}"',
        'names = "{document!r}_{version}"',
        'names = "{time}"',
        'names = "../{document}_{version}"',
        'names = ".{document}_{version}"',
        'names = "{document}_{version"',
        'colour = "red"',
        "schema = 2",
        "[text]\ncolumns = 5",
        "[text]\ncolumns = 900",
        '[organisation]\nods = "not a code"',
        '[hl7]\nsending_application = "A|B"',
        '[hl7]\nsending_application = "A^B"',
        '[hl7]\nprocessing = "D"',
        '[sds_user_ids]\n"GMC 1" = "12"',
        "[identity]\nminutes = 0",
        "not toml",
    ],
)
def test_a_profile_that_cannot_be_right_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(Fixable) as caught:
        site.read(written(tmp_path, text))
    assert caught.value.code == "export-profile-wrong"
    assert "engine.toml" in caught.value.happened


def test_names_hold_time_document_and_version_and_nothing_of_the_patient() -> None:
    note = make_note(())
    assert context().file_name(note, ".pdf") == f"20261122T100500Z_{note.id}_1.pdf"


def test_an_administrator_imports_a_profile_with_its_letterhead(tmp_path: Path) -> None:
    written(tmp_path, "letterhead", "clinic.docx")
    made = written(tmp_path, 'title = "Clinic"\n[docx]\nletterhead = "clinic.docx"')
    target = site.import_site(made)
    assert target.parent == settings.administrators_file().parent / "export"
    loaded = site.load("engine")
    assert loaded.title == "Clinic"
    assert Path(loaded.docx.letterhead).parent == target.parent
    assert Path(loaded.docx.letterhead).read_text() == "letterhead"


def test_a_profile_without_its_letterhead_is_not_imported(tmp_path: Path) -> None:
    with pytest.raises(Fixable):
        site.import_site(written(tmp_path, '[docx]\nletterhead = "gone.docx"'))
    with pytest.raises(Fixable) as caught:
        site.load("engine")
    assert caught.value.code == "export-profile-missing"


def test_nobodys_own_profile_takes_the_administrators_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    administrators = settings.administrators_file().parent / "export"
    written(administrators, 'title = "Theirs"')
    written(administrators, 'title = "Usual here"\nformats = ["txt"]', "default.toml")
    own = tmp_path / "config" / "export"
    written(own, 'title = "Mine"')
    written(own, 'title = "Mine too"', "mine.toml")
    written(own, 'title = "Mine, and usual"', "default.toml")
    assert {each.id: each.title for each in site.all_sites()} == {
        "default": "Usual here",
        "engine": "Theirs",
        "mine": "Mine too",
    }
