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
from scribe.export.layout import blocks, identity, whose
from scribe.records import SignedNote
from tests.export.notes import SITE, context, file_of, golden, name_of, with_lines

GOLDEN = list(golden())
IDS = list(map(name_of, GOLDEN))
LONG = with_lines(*(f"Line {number} of a long note" for number in range(90)))
OFFICE = ("docx", "rtf", "html")


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


UNSURE = [number for number, note in enumerate(GOLDEN) if any(map(unsure_in_a_pdf, pieces(note)))]


def pdf_text(path: Path) -> str:
    """Without what stands at the foot of each page."""
    done = subprocess.run([needs("pdftotext"), "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    return re.sub(
        r"Note of [^\n]*\n(?:[^\n]*\n){0,3}?(Drafted|Typed)[^\n]*see the end of the note\s+Page \d+ of \d+",
        "",
        done.stdout,
    )


@pytest.mark.parametrize("note", GOLDEN, ids=IDS)
def test_qpdf_finds_nothing_wrong_and_pdftotext_every_line(note: SignedNote, tmp_path: Path) -> None:
    qpdf = needs("qpdf")
    path = tmp_path / "note.pdf"
    path.write_bytes(file_of(note, "pdf"))
    done = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_holds(pdf_text(path), note, but=unsure_in_a_pdf)


def test_every_font_of_a_pdf_is_embedded(tmp_path: Path) -> None:
    pdffonts = needs("pdffonts")
    path = tmp_path / "note.pdf"
    path.write_bytes(file_of(GOLDEN[-1], "pdf"))  # the one with odd signs
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
    text = rtf_to_text(file_of(note, "rtf").decode("ascii"))
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16")  # it leaves pairs of surrogates apart
    assert_holds(whole, note)


def test_generated_notes_come_back_from_striprtf(generated_notes: list[SignedNote]) -> None:
    for note in generated_notes:
        text = rtf_to_text(file_of(note, "rtf").decode("ascii"))
        assert_holds(text.encode("utf-16", "surrogatepass").decode("utf-16"), note)


def without_feet(text: str, head: str, foot: str) -> str:
    """The pages without what stands on each, so that a line that goes on over the page is whole."""
    pages = (squeezed(page) for page in text.split("\f"))
    return "".join(page.removeprefix(squeezed(head)).removesuffix(squeezed(foot)) for page in pages)


def opened_by_libreoffice(files: list[Path], to: str, out: Path, *options: str) -> None:
    profile = f"-env:UserInstallation=file://{out.parent}/profile"
    command = [
        needs("soffice"),
        profile,
        "--headless",
        "--norestore",
        *options,
        "--convert-to",
        to,
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, *map(str, files)], capture_output=True, timeout=600, check=True)


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every golden note and a long one after LibreOffice has opened them: `FORMAT-NAME.pdf`, and `.txt` for
    those of which a PDF cannot tell whether all is there."""
    needs("pdftotext")
    folder = tmp_path_factory.mktemp("office")
    notes = {str(number): note for number, note in enumerate(GOLDEN)} | {"long": LONG}
    files = {(format, name): folder / f"{format}-{name}.{format}" for format in OFFICE for name in notes}
    for (format, name), path in files.items():
        path.write_bytes(file_of(notes[name], format))
    for to, names in (("pdf", tuple(notes)), ("txt:Text (encoded):UTF8", tuple(map(str, UNSURE)))):
        chosen = {format: [files[format, name] for name in names] for format in OFFICE}
        opened_by_libreoffice(chosen["docx"] + chosen["rtf"], to, folder / "out")  # at once: it takes seconds to start
        # As a document, not as a web page, of which it makes no PDF.
        opened_by_libreoffice(chosen["html"], to, folder / "out", "--infilter=HTML (StarWriter)")
    return folder / "out"


@pytest.mark.slow
@pytest.mark.parametrize("format", OFFICE)
def test_libreoffice_opens_every_golden_note_and_loses_nothing(format: str, by_libreoffice: Path) -> None:
    for number, note in enumerate(GOLDEN):
        made = by_libreoffice / f"{format}-{number}"
        head, foot = {"docx": (whose(note), note.stamp), "rtf": ("", whose(note)), "html": ("", "")}[format]
        assert_holds(without_feet(pdf_text(made.with_suffix(".pdf")), head, foot), note, but=unsure_in_a_pdf)
        if number in UNSURE:
            assert_holds(made.with_suffix(".txt").read_text(encoding="utf-8-sig"), note)


@pytest.mark.slow
def test_every_page_says_whose_note_it_is(by_libreoffice: Path) -> None:
    """A page that is parted from the others on a printer must not come into another patient's record."""
    ours = by_libreoffice / "pdf-long.pdf"
    ours.write_bytes(file_of(LONG, "pdf"))
    for path in (ours, by_libreoffice / "docx-long.pdf", by_libreoffice / "rtf-long.pdf"):
        done = subprocess.run([needs("pdftotext"), str(path), "-"], capture_output=True, text=True, check=True)
        pages = done.stdout.removesuffix("\f").split("\f")
        assert len(pages) > 1
        assert all("Note of Siân Llewelyn, born 09 Apr 1961, NHS number 943 476 5919" in page for page in pages), path


def test_the_check_itself_notices_what_is_missing() -> None:
    note = with_lines("Left knee pain", "No locking")
    text = rtf_to_text(FORMATS["rtf"].render(note, context()).decode("ascii"))
    with pytest.raises(AssertionError):
        assert_holds(text.replace("No locking", ""), note)
    with pytest.raises(AssertionError):
        assert_holds(text, with_lines("No locking", "Left knee pain"))
