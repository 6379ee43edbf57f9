"""Programs that we did not write open our files and find every word: LibreOffice, qpdf, pdftotext, striprtf.

`python3 run.py test` installs them where it may; each check that is skipped for want of one is named at the end.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from striprtf.striprtf import rtf_to_text

from scribe.export.formats import FORMATS
from scribe.export.layout import blocks, identity
from scribe.records import SignedNote
from tests.export.notes import SITE, context, golden, with_lines

GOLDEN = list(golden())
IDS = [f"{note.template_id}-{note.version}-{note.id[-2:]}" for note in GOLDEN]


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed here")
    return found


def pieces(note: SignedNote) -> list[str]:
    """Everything that a reader must find, in order."""
    found = [value for _, value in identity(note, SITE.organisation.name)]
    for block in blocks(note):
        found += [block.heading.title, *block.lines]
    return [*found, note.stamp]


def squeezed(text: str) -> str:
    """Without spaces, bullets and invisible marks: programs put them where they like."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def assert_holds(text: str, note: SignedNote, *, but: Callable[[str], bool] = lambda piece: False) -> None:
    """Every piece is there, each after the one before."""
    whole, at = squeezed(text), 0
    for number, piece in enumerate(pieces(note)):
        if but(piece):
            continue
        found = whole.find(squeezed(piece), at)
        assert found >= 0, f"piece {number} is not there after the one before"
        at = found


def runs_both_ways(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL", "RLO") for sign in text)


def unsure_in_a_pdf(piece: str) -> bool:
    """What pdftotext gives back otherwise than it stands there: text from right to left, in its own order; signs
    that no font had, by their names; words that are broken across lines at a hyphen."""
    return runs_both_ways(piece) or any(ord(sign) > 0x24F and sign not in "–“”≥‘’•" for sign in piece)


def pdf_text(path: Path) -> str:
    """Without what stands at the foot of each page."""
    done = subprocess.run([needs("pdftotext"), "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"(Drafted|Typed)[^\n]*see the end of the note\s+Page \d+ of \d+", "", done.stdout)


@pytest.mark.parametrize("note", GOLDEN, ids=IDS)
def test_qpdf_finds_nothing_wrong_and_pdftotext_every_line(note: SignedNote, tmp_path: Path) -> None:
    qpdf = needs("qpdf")
    path = tmp_path / "note.pdf"
    path.write_bytes(FORMATS["pdf"].render(note, context()))
    done = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_holds(pdf_text(path), note, but=unsure_in_a_pdf)


def test_every_font_of_a_pdf_is_embedded(tmp_path: Path) -> None:
    pdffonts = needs("pdffonts")
    path = tmp_path / "note.pdf"
    path.write_bytes(FORMATS["pdf"].render(GOLDEN[-1], context()))  # the one with odd signs
    listed = subprocess.run([pdffonts, str(path)], capture_output=True, text=True, check=True).stdout.splitlines()
    embedded = [re.findall(r" (yes|no) ", row)[0] for row in listed[2:]]
    assert len(embedded) > 1 and set(embedded) == {"yes"}


def test_a_damaged_pdf_is_found_by_qpdf_and_by_us(note: SignedNote, tmp_path: Path) -> None:
    qpdf = needs("qpdf")
    data = FORMATS["pdf"].render(note, context())
    path = tmp_path / "note.pdf"
    path.write_bytes(data[: len(data) // 2])
    assert subprocess.run([qpdf, "--check", str(path)], capture_output=True, check=False).returncode != 0
    assert FORMATS["pdf"].faults_of_file(path.read_bytes())


@pytest.mark.parametrize("note", GOLDEN, ids=IDS)
def test_striprtf_finds_every_line(note: SignedNote) -> None:
    text = rtf_to_text(FORMATS["rtf"].render(note, context()).decode("ascii"))
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16")  # it leaves pairs of surrogates apart
    assert_holds(whole, note)


def test_generated_notes_come_back_from_striprtf(generated_notes: list[SignedNote]) -> None:
    for note in generated_notes:
        text = rtf_to_text(FORMATS["rtf"].render(note, context()).decode("ascii"))
        assert_holds(text.encode("utf-16", "surrogatepass").decode("utf-16"), note)


def without_feet(text: str, foot: str) -> str:
    """The pages without what stands at the foot of each, so that a line that goes on over the page is whole."""
    return "".join(squeezed(page).removesuffix(squeezed(foot)) for page in text.split("\f"))


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, str]]:
    """The text of every golden note after LibreOffice has opened it and made a PDF of it, by format and place."""
    soffice, folder = needs("soffice"), tmp_path_factory.mktemp("office")
    needs("pdftotext")
    found: dict[str, dict[int, str]] = {}
    for format in ("docx", "rtf", "html"):
        files = []
        for number, note in enumerate(GOLDEN):
            files.append(folder / f"{number}.{format}")
            files[-1].write_bytes(FORMATS[format].render(note, context()))
        out = folder / f"out-{format}"
        command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
        if format == "html":
            command.append("--infilter=HTML (StarWriter)")  # a document, not a web page, which it makes no PDF of
        command += ["--convert-to", "pdf", "--outdir", str(out), *map(str, files)]
        subprocess.run(command, capture_output=True, timeout=600, check=True)
        feet = [note.stamp if format == "docx" else "" for note in GOLDEN]
        found[format] = {n: without_feet(pdf_text(out / f"{n}.pdf"), foot) for n, foot in enumerate(feet)}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("format", ["docx", "rtf", "html"])
def test_libreoffice_opens_every_golden_note_and_loses_nothing(
    format: str, by_libreoffice: dict[str, dict[int, str]]
) -> None:
    for number, note in enumerate(GOLDEN):
        assert_holds(by_libreoffice[format][number], note, but=unsure_in_a_pdf)


def test_the_check_itself_notices_what_is_missing() -> None:
    note = with_lines("Left knee pain", "No locking")
    text = rtf_to_text(FORMATS["rtf"].render(note, context()).decode("ascii"))
    with pytest.raises(AssertionError):
        assert_holds(text.replace("No locking", ""), note)
    with pytest.raises(AssertionError):
        assert_holds(text, with_lines("No locking", "Left knee pain"))
