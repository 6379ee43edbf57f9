"""One broken file for each rule of the formats for people, of JSON and of the manifest: each is caught.

FHIR and HL7 have their own, beside their tests.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from scribe.export import docx as docx_format
from scribe.export import manifest
from scribe.export.export import prepare, write
from scribe.export.formats import FORMATS
from scribe.export.layout import DEMO_MARK
from scribe.export.site import Text
from tests.export.notes import SITE, context, file_of, line, make_note, usual_context

NOTE = make_note(
    (
        line(1, "Knee pain", "history", "Left knee pain for 3 weeks"),
        line(2, "Knee pain", "medication", "Ibuprofen 400 mg"),
        line(3, "Blood pressure", "history", "No headache"),
    )
)
DEMO = make_note(NOTE.lines, demo=True)
Change = Callable[[bytes], bytes]


def instead(old: str, new: str) -> Change:
    return lambda data: data.replace(old.encode(), new.encode())


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def word(act: Callable[[Document], object]) -> Change:
    def change(data: bytes) -> bytes:
        document = docx.Document(io.BytesIO(data))
        act(document)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return change


def styled(old: str, new: str) -> Change:
    def act(document: Document) -> None:
        for paragraph in document.paragraphs:
            if paragraph.style is not None and paragraph.style.name == old:
                paragraph.style = document.styles[new]

    return word(act)


def tree(act: Callable[[dict[str, Any]], object]) -> Change:
    def change(data: bytes) -> bytes:
        content = json.loads(data)
        act(content)
        return json.dumps(content).encode()

    return change


STAMP = NOTE.stamp
BROKEN: dict[str, dict[str, Change]] = {
    "txt": {
        "label gone": instead(STAMP, ""),
        "label of another": instead("reviewed and signed by Dr Amara Okafor", "reviewed and signed by Nobody"),
        "not UTF-8": lambda data: data + b"\xff",
        "heading without lines": instead("No headache\r\n", ""),
        "heading in small letters with markdown": instead("HISTORY", "## HISTORY"),
        "heading in small letters": instead("HISTORY", "History"),
        "two items in one line": instead("weeks\r\n", "weeks; "),
        "line ends of another system": instead("\r\n", "\n"),
        "one line end of another system": instead("weeks\r\n", "weeks\n"),
        "identity without labels": instead("NHS number: ", ""),
        "cut short": cut,
    },
    "html": {
        "language": instead('lang="en-GB"', 'lang="en-US"'),
        "label for programs gone": instead('name="scribe:', 'name="x:'),
        "label for programs says otherwise": instead(
            'scribe:drafted-with-ai" content="true', 'scribe:drafted-with-ai" content="false'
        ),
        "label for programs of another version": instead('scribe:version" content="1', 'scribe:version" content="2'),
        "label for people gone": instead('class="stamp"', ""),
        "script": instead("<main>", "<main><script>x</script>"),
        "something fetched": instead("<main>", '<main><img src="https://example.org/x.png">'),
        "something run": instead("<main>", '<main onclick="x()">'),
        "link": instead("<ul>", '<ul style="" href="x">'),
        "not UTF-8": lambda data: data + b"\xff",
        "cut short": cut,
        "end missing": instead("</html>", ""),
    },
    "docx": {
        "language": word(lambda d: setattr(d.core_properties, "language", "en-US")),
        "language of the styles": word(lambda d: d.styles.element.find(".//" + qn("w:lang")).set(qn("w:val"), "en-US")),
        "label for programs gone": word(lambda d: docx_format._label(d, {})),
        "label for programs says otherwise": word(lambda d: docx_format._label(d, {"drafted-with-ai": "false"})),
        "label for people gone": styled("Scribe stamp", "Normal"),
        "problem without its style": styled("Heading 2", "Normal"),
        "heading without its style": styled("Heading 3", "Normal"),
        "items without their style": styled("List Bullet", "Normal"),
        "identity gone": styled("Scribe identity", "Normal"),
        "fetches something": word(
            lambda d: d.part.relate_to("https://example.org/x.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
        ),
        "cut short": cut,
        "another kind of file": lambda data: b"PK\x03\x04",
    },
    "rtf": {
        "not ASCII": instead("Knee pain", "Knée pain"),
        "label for programs gone": instead("{\\doccomm ", "{\\comment "),
        "label for programs says otherwise": instead("drafted-with-ai=true", "drafted-with-ai=false"),
        "label for people gone": instead("\\s6\\", "\\s0\\"),
        "heading without its style": instead("\\s3\\", "\\s0\\"),
        "half a character": instead("No headache", "No \\u-10179?headache"),
        "an unknown sign lost": instead("\\u226?", "?"),
        "identity without labels": instead("NHS number: ", ""),
        "cut short": cut,
    },
    "pdf": {
        "not tagged": instead("/Marked true", "/Marked false"),
        "tags without a tree": instead("/StructTreeRoot", "/StructTreeRooX"),
        "a font is not embedded": lambda data: data.replace(b"/FontFile", b"/FontFilX", 1),
        "language": instead("/Lang(en-GB)", "/Lang(en-US)"),
        "not PDF/A": instead("<pdfaid:part>2", "<pdfaid:part>9"),
        "not PDF/UA": instead("<pdfuaid:part>1", "<pdfuaid:part>9"),
        "label for programs gone": instead("/Keywords", "/Keywordz"),
        "cut short": cut,
        "end missing": lambda data: data.rstrip().removesuffix(b"%%EOF"),
        "another kind of file": lambda data: b"%PDF-1.7 no",
    },
    "json": {
        "a line changed": instead("Left knee", "Right knee"),
        "digest changed": tree(lambda c: c["note"].update(digest="0" * 64)),
        "label for programs gone": tree(lambda c: c.pop("label")),
        "label for programs says otherwise": tree(lambda c: c["label"].update({"drafted-with-ai": "false"})),
        "note incomplete": tree(lambda c: c["note"].pop("patient")),
        "part unknown": tree(lambda c: c.update(colour="red")),
        "part missing": tree(lambda c: c.pop("organisation")),
        "another schema": tree(lambda c: c.update(schema="scribe-signed-note/2")),
        "marked as a demonstration": tree(lambda c: c.update(notice=DEMO_MARK)),
        "cut short": cut,
    },
}


@pytest.mark.parametrize("format", BROKEN)
def test_what_is_broken_below_is_sound(format: str) -> None:
    sound = file_of(NOTE, format)
    assert FORMATS[format].faults(NOTE, usual_context(NOTE), sound) == [] == FORMATS[format].faults_of_file(sound)


@pytest.mark.parametrize(("format", "what"), [(name, what) for name, each in BROKEN.items() for what in each])
def test_every_rule_finds_the_file_that_breaks_it(format: str, what: str) -> None:
    made, sound = usual_context(NOTE), file_of(NOTE, format)
    changed = BROKEN[format][what](sound)
    assert changed != sound, "nothing was broken"
    assert FORMATS[format].faults(NOTE, made, changed)


@pytest.mark.parametrize(
    ("likes", "old", "new"),
    [
        ({"columns": 40}, "\r\n  three", " three"),
        ({"headings": "as-written"}, "History", "HISTORY"),
        ({"crlf": False}, "HISTORY\n", "HISTORY\r\n"),
    ],
    ids=["a line too long", "capitals", "a line end too much"],
)
def test_a_text_that_is_not_laid_out_as_the_site_likes_is_found(likes: dict[str, Any], old: str, new: str) -> None:
    note = make_note((line(1, "Knee pain", "history", "Ibuprofen 400 mg to be taken with food three times a day"),))
    made = context(SITE.model_copy(update={"text": Text.model_validate(likes)}))
    sound = FORMATS["txt"].render(note, made)
    assert FORMATS["txt"].faults(note, made, sound) == []
    changed = instead(old, new)(sound)
    assert changed != sound, "nothing was broken"
    assert FORMATS["txt"].faults(note, made, changed)


@pytest.mark.parametrize("format", ["html", "rtf", "docx"])
def test_a_demonstration_that_programs_are_not_told_of_is_found(format: str) -> None:
    made = context()
    sound = FORMATS[format].render(DEMO, made)
    change = {
        "html": instead('name="scribe:demo"', 'name="x"'),
        "rtf": instead("demo=true; ", ""),
        "docx": word(lambda d: docx_format._label(d, {"drafted-with-ai": "true"})),
    }[format]
    assert FORMATS[format].faults_of_file(sound) == []
    assert FORMATS[format].faults_of_file(change(sound))


MANIFEST: dict[str, Callable[[dict[str, Any]], object]] = {
    "a later version that replaces nothing": lambda c: (c.update(version=2), c["label"].update(version="2")),
    "names no file": lambda c: c.update(files=[]),
    "a file of another folder": lambda c: c["files"][0].update(name="../" + c["files"][0]["name"]),
    "a file that is not there": lambda c: c["files"][0].update(name="x" + c["files"][0]["name"]),
    "another length": lambda c: c["files"][0].update(bytes=7),
    "another hash": lambda c: c["files"][0].update(sha256="0" * 64),
    "no version": lambda c: c.pop("version"),
    "no label": lambda c: c.pop("label"),
    "label of another note": lambda c: c["label"].update(note="x"),
    "label of another version": lambda c: c["label"].update(version="9"),
    "label without a reviewer": lambda c: c["label"].pop("reviewed-by"),
    "label that does not say whether AI drafted it": lambda c: c["label"].update({"drafted-with-ai": ""}),
    "a demonstration only by its mark": lambda c: c.update(notice=DEMO_MARK),
}


@pytest.mark.parametrize("what", MANIFEST)
def test_every_rule_finds_the_manifest_that_breaks_it(what: str, tmp_path: Path) -> None:
    made = context()
    path = Path(list(write(prepare(NOTE, ("txt",), made), NOTE, tmp_path, made))[-1].path)
    assert manifest.faults(path) == []
    content = json.loads(path.read_bytes())
    MANIFEST[what](content)
    path.write_text(json.dumps(content), encoding="utf-8")
    assert manifest.faults(path)


def test_a_manifest_that_names_a_file_by_the_patient_is_found_and_the_name_not_repeated(tmp_path: Path) -> None:
    made = context()
    payload, path = (Path(each.path) for each in write(prepare(NOTE, ("txt",), made), NOTE, tmp_path, made))
    payload.rename(tmp_path / "Llewelyn.txt")
    path.write_text(path.read_text(encoding="utf-8").replace(payload.name, "Llewelyn.txt"), encoding="utf-8")
    assert manifest.faults(path) == ["a file's name is not made of the document's id"]
