"""The export profile of a site: what it may say, and that nothing about a patient can get into a file's name."""

from __future__ import annotations

from pathlib import Path

import docx
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


def letterhead(folder: Path, *texts: str) -> bytes:
    """A clinic.docx with these paragraphs."""
    folder.mkdir(parents=True, exist_ok=True)
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    document.save(str(folder / "clinic.docx"))
    return (folder / "clinic.docx").read_bytes()


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
        'folder = "in"',
        'folder = "./in"',
        '[identity]\nfolder = "in"',
        "formats = []",
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
    content = letterhead(tmp_path, "Clinic", "{{ note }}")
    made = written(tmp_path, 'title = "Clinic"\n[docx]\nletterhead = "clinic.docx"')
    target = site.import_site(made)
    assert target.parent == settings.administrators_file().parent / "export"
    loaded = site.load("engine")
    assert loaded.title == "Clinic"
    assert Path(loaded.docx.letterhead).parent == target.parent
    assert Path(loaded.docx.letterhead).read_bytes() == content


@pytest.mark.parametrize("texts", [("no place for the note",), ("{{ note }}", "{{ patient.secret }}")])
def test_a_letterhead_that_could_not_be_used_is_found_when_its_profile_is_imported(
    tmp_path: Path, texts: tuple[str, ...]
) -> None:
    letterhead(tmp_path, *texts)
    with pytest.raises(Fixable) as caught:
        site.import_site(written(tmp_path, '[docx]\nletterhead = "clinic.docx"'))
    assert caught.value.code == "letterhead-wrong"
    assert [each.id for each in site.all_sites() if each.imported] == []


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
    assert {each.id: each.site.title for each in site.all_sites() if each.site} == {
        "default": "Usual here",
        "emis": "EMIS",
        "systmone": "SystmOne",
        "engine": "Theirs",
        "mine": "Mine too",
    }


def test_a_broken_profile_takes_no_other_down_with_it(tmp_path: Path) -> None:
    administrators = settings.administrators_file().parent / "export"
    written(administrators, "colour = 'red'", "broken.toml")
    written(administrators, 'title = "Theirs"')
    listed = {each.id: each for each in site.all_sites()}
    problem = listed["broken"].problem
    assert listed["broken"].site is None and problem is not None and "broken.toml" in problem.happened
    assert site.load("engine").title == "Theirs" and site.load().id == "default"
    with pytest.raises(Fixable) as caught:
        site.load("broken")
    assert caught.value.code == "export-profile-wrong"


def test_a_format_that_there_is_none_of_is_found_when_the_profile_is_imported(tmp_path: Path) -> None:
    with pytest.raises(Fixable) as caught:
        site.import_site(written(tmp_path, 'formats = ["pdf", "wordperfect"]'))
    assert "wordperfect" in caught.value.happened


def test_only_an_administrators_profile_is_removed(tmp_path: Path) -> None:
    site.import_site(written(tmp_path / "from", 'title = "Theirs"'))
    written(tmp_path / "config" / "export", 'title = "Mine"', "mine.toml")
    assert [each.id for each in site.all_sites() if each.imported] == ["engine"]
    site.remove("engine")
    for name in ("engine", "mine", "emis", "default"):
        with pytest.raises(Fixable) as caught:
            site.remove(name)
        assert caught.value.code == "export-profile-missing"
    assert (tmp_path / "config" / "export" / "mine.toml").is_file()


def test_a_letterhead_of_the_same_name_never_takes_anothers_place(tmp_path: Path) -> None:
    theirs = letterhead(tmp_path / "one", "Theirs", "{{ note }}")
    letterhead(tmp_path / "two", "Ours", "{{ note }}")
    for folder in ("one", "two"):
        written(tmp_path / folder, '[docx]\nletterhead = "clinic.docx"', f"{folder}.toml")
    target = site.import_site(tmp_path / "one" / "one.toml")
    with pytest.raises(Fixable) as caught:
        site.import_site(tmp_path / "two" / "two.toml")
    assert "clinic.docx" in caught.value.happened
    assert (target.parent / "clinic.docx").read_bytes() == theirs
    changed = letterhead(tmp_path / "one", "Theirs, changed", "{{ note }}")
    site.import_site(tmp_path / "one" / "one.toml")
    assert (target.parent / "clinic.docx").read_bytes() == changed
