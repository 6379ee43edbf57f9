"""HL7 v2: what others' checks say of the messages, what our own rules find, and what they carry."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st

from scribe.export import hl7
from scribe.export.formats import FORMATS
from scribe.export.hl7_rules import rules
from scribe.export.site import Hl7, Site
from scribe.records import SignedNote
from tests.export.notes import (
    SITE,
    context,
    corrected,
    file_of,
    golden,
    line,
    make_note,
    name_of,
    sealed,
    with_lines,
)

KINDS = [name for name in FORMATS if name.startswith("hl7-")]
ANY_KIND = pytest.mark.parametrize("kind", KINDS)


def render(kind: str, note: SignedNote, site: Site = SITE) -> bytes:
    return FORMATS[kind].render(note, context(site))


def fields(data: bytes, name: str, occurrence: int = 0) -> list[str]:
    segments = [each.split("|") for each in data.decode().split("\r") if each.startswith(f"{name}|")]
    found = segments[occurrence]
    return [found[0], "|", *found[1:]] if name == "MSH" else found


# ---------------------------------------------------------------- checks that we did not write


def others_refuse(data: bytes) -> str:
    """What hl7apy (strict) or hl7types say against a message; "" when neither does."""
    text = data.decode()
    version = fields(data, "MSH")[12]
    # hl7apy reads every OBX-5 as a string of at most 199 characters, whatever OBX-2 says.
    outline = "\r".join(
        "|".join([*each.split("|")[:5], "x", *each.split("|")[6:]]) if each.startswith("OBX") else each
        for each in text.split("\r")
    )
    try:
        parse_message(outline, validation_level=VALIDATION_LEVEL.STRICT).validate()
    except Exception as error:
        return f"hl7apy: {type(error).__name__}"
    model = importlib.import_module(f"hl7types.hl7.v{version.replace('.', '_')}.messages").MDM_T02
    try:
        model.model_validate_er7(text)
    except Exception as error:
        return f"hl7types: {type(error).__name__}"
    return ""


@ANY_KIND
@pytest.mark.parametrize("note", list(golden()), ids=name_of)
def test_hl7apy_and_hl7types_take_every_golden_note(kind: str, note: SignedNote) -> None:
    assert others_refuse(file_of(note, kind)) == ""


def test_hl7apy_and_hl7types_take_every_generated_note(generated_notes: list[SignedNote]) -> None:
    for note in generated_notes:
        for kind in KINDS:
            assert others_refuse(file_of(note, kind)) == "", (kind, note.id)


@ANY_KIND
def test_hl7types_reads_the_same_patient_and_document(kind: str, note: SignedNote) -> None:
    data = render(kind, note)
    version = kind.split("-")[1].replace(".", "_")
    read = importlib.import_module(f"hl7types.hl7.v{version}.messages").MDM_T02.model_validate_er7(data.decode())
    assert read.PID.pid_3[0].cx_1 == "9434765919"
    assert read.PID.pid_3[0].cx_4.hd_1 == "NHS"
    assert read.TXA.txa_12.ei_1 == note.id
    assert read.TXA.txa_17 == "AU"


# ---------------------------------------------------------------- what they carry


@ANY_KIND
def test_the_fields_are_those_that_were_agreed(kind: str, note: SignedNote) -> None:
    data = render(kind, note)
    msh, pid, txa = fields(data, "MSH"), fields(data, "PID"), fields(data, "TXA")
    _, version, how = kind.split("-")
    assert [each.split("|")[0] for each in data.decode().split("\r")][:6] == ["MSH", "EVN", "PID", "PV1", "TXA", "OBX"]
    assert msh[9] == "MDM^T02^MDM_T02" and msh[11] == "P" and msh[12] == version and len(msh[10]) == 20
    assert msh[18] == ("UNICODE" if version == "2.4" else "UNICODE UTF-8")
    assert msh[4] == "A12345"
    assert pid[3] == "9434765919^^^NHS^NH" and pid[5] == "Siân Llewelyn" and pid[7] == "19610409"
    assert fields(data, "PV1")[2] == "O"
    assert txa[2] == "CN" and txa[3] == ("AP" if how == "pdf" else "TX")
    assert txa[12] == f"{note.id}^SCRIBE" and txa[13] == ""
    assert txa[16] == context().file_name(note, FORMATS[kind].suffix)
    assert txa[17:20] == ["AU", "U", "AV"]
    assert txa[22] == "1234567^Dr Amara Okafor^^^^^^^GMC^^^^^^20261122094500+0000"
    assert fields(data, "OBX")[2] == ("ED" if how == "pdf" else "TX")


@ANY_KIND
def test_a_correction_is_a_replacement_that_names_its_parent(kind: str, note: SignedNote) -> None:
    data = render(kind, corrected(note))
    assert fields(data, "MSH")[9] == "MDM^T10^MDM_T02"
    assert fields(data, "EVN")[1] == "T10"
    assert fields(data, "TXA")[13] == f"{note.id}^SCRIBE"
    assert others_refuse(data) == "" and rules(data) == []


def test_names_that_the_record_system_gave_apart_stay_apart(note: SignedNote) -> None:
    patient = replace(note.patient, family_name="Llewelyn", given_names="Siân")
    data = render("hl7-2.4-text", sealed(replace(note, patient=patient)))
    assert fields(data, "PID")[5] == "Llewelyn^Siân"


def test_a_site_may_want_the_pdf_named_by_its_mime_type(note: SignedNote) -> None:
    site = SITE.model_copy(update={"hl7": Hl7(pdf="mime", processing="T", receiving_application="ENGINE")})
    data = render("hl7-2.4-pdf", note, site)
    assert fields(data, "OBX")[5].startswith("^application^pdf^Base64^JVBERi")
    assert fields(data, "MSH")[11] == "T" and fields(data, "MSH")[5] == "ENGINE"
    assert FORMATS["hl7-2.4-pdf"].faults(note, context(site), data) == []


def test_long_text_stands_in_several_observations_and_comes_back_whole() -> None:
    note = with_lines(*(f"{n} " + "|x" * 5_000 for n in range(12)))
    data = render("hl7-2.4-text", note)
    assert data.decode().count("\rOBX|") > 3
    assert max(len(each[5]) for each in hl7.parse(data).all("OBX")) <= 65_536
    assert FORMATS["hl7-2.4-text"].faults(note, context(), data) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaping_loses_nothing_and_leaves_no_delimiter(text: str) -> None:
    assert hl7.unescaped(hl7.escaped(text)) == text
    assert not set("|^&~") & set(hl7.escaped(text))


def test_the_control_id_is_another_for_each_message(note: SignedNote) -> None:
    later = context(at=context().at.replace(minute=6))
    ids = {fields(FORMATS[kind].render(note, made), "MSH")[10] for kind in KINDS for made in (context(), later)}
    assert len(ids) == 8


# ---------------------------------------------------------------- one broken file for each rule


def field(name: str, number: int, value: str, occurrence: int = 0) -> Callable[[list[list[str]]], object]:
    """Puts a value into a field."""

    def change(segments: list[list[str]]) -> None:
        found = [each for each in segments if each[0] == name][occurrence]
        at = number - 1 if name == "MSH" else number
        found.extend([""] * (at + 1 - len(found)))
        found[at] = value

    return change


def segment(name: str, act: Callable[[list[list[str]], int], object]) -> Callable[[list[list[str]]], object]:
    return lambda segments: act(segments, next(n for n, each in enumerate(segments) if each[0] == name))


BROKEN: dict[str, Callable[[list[list[str]]], object]] = {
    "MSH-7 missing": field("MSH", 7, ""),
    "MSH-7 no time": field("MSH", 7, "20261340"),
    "MSH-9 event": field("MSH", 9, "MDM^T01^MDM_T01"),
    "MSH-9 structure": field("MSH", 9, "MDM^T02"),
    "MSH-10 missing": field("MSH", 10, ""),
    "MSH-10 too long": field("MSH", 10, "A" * 21),
    "MSH-11": field("MSH", 11, "X"),
    "MSH-12": field("MSH", 12, "2.3"),
    "MSH-18 missing": field("MSH", 18, ""),
    "MSH-18 other": field("MSH", 18, "ASCII"),
    "EVN missing": segment("EVN", lambda all_, n: all_.pop(n)),
    "EVN-1": field("EVN", 1, "T10"),
    "EVN-2": field("EVN", 2, ""),
    "PID missing": segment("PID", lambda all_, n: all_.pop(n)),
    "PID twice": segment("PID", lambda all_, n: all_.insert(n, all_[n])),
    "PID-3 missing": field("PID", 3, ""),
    "PID-3 wrong number": field("PID", 3, "9434765910^^^NHS^NH"),
    "PID-3 repeated digits": field("PID", 3, "1111111111^^^NHS^NH"),
    "PID-3 authority": field("PID", 3, "9434765919^^^XYZ^NH"),
    "PID-3 type": field("PID", 3, "9434765919^^^NHS^QQ"),
    "PID-5 missing": field("PID", 5, ""),
    "PID-7": field("PID", 7, "1961"),
    "PV1 missing": segment("PV1", lambda all_, n: all_.pop(n)),
    "PV1-2": field("PV1", 2, "Q"),
    "PV1-2 inpatient": field("PV1", 2, "I"),
    "TXA missing": segment("TXA", lambda all_, n: all_.pop(n)),
    "TXA-1": field("TXA", 1, "2"),
    "TXA-2": field("TXA", 2, "ZZ"),
    "TXA-2 other document": field("TXA", 2, "OP"),
    "TXA-3": field("TXA", 3, "ZZ"),
    "TXA-3 not as OBX-2": field("TXA", 3, "AP"),
    "TXA-4": field("TXA", 4, "yesterday"),
    "TXA-12 missing": field("TXA", 12, ""),
    "TXA-13 in a first version": field("TXA", 13, "3f0c2a50^SCRIBE"),
    "TXA-16": field("TXA", 16, ""),
    "TXA-17": field("TXA", 17, "ZZ"),
    "TXA-17 not authenticated": field("TXA", 17, "DO"),
    "TXA-18": field("TXA", 18, "Q"),
    "TXA-19": field("TXA", 19, "Q"),
    "TXA-19 unavailable": field("TXA", 19, "UN"),
    "TXA-22 nobody": field("TXA", 22, ""),
    "TXA-22 no time": field("TXA", 22, "1234567^Dr Amara Okafor"),
    "OBX missing": lambda all_: [all_.pop() for _ in range(3)],
    "OBX-1": field("OBX", 1, "7"),
    "OBX-2": field("OBX", 2, "NM"),
    "OBX-3 missing": field("OBX", 3, ""),
    "OBX-3 unknown": field("OBX", 3, "123^Something^L"),
    "OBX-5 missing": field("OBX", 5, ""),
    "OBX-5 raw new line": field("OBX", 5, "one\ntwo"),
    "OBX-5 unknown escape": field("OBX", 5, "one\\Q\\two"),
    "OBX-5 half an escape": field("OBX", 5, "one\\.br"),
    "OBX-5 delimiter": field("OBX", 5, "a^b"),
    "OBX-11 missing": field("OBX", 11, ""),
    "OBX-11 preliminary": field("OBX", 11, "P"),
    "segments in another order": lambda all_: all_.insert(2, all_.pop(4)),
    "label missing": lambda all_: all_.pop(),
    "segment of another message": lambda all_: all_.append(["PV2", "", ""]),
}
BROKEN_PDF: dict[str, Callable[[list[list[str]]], object]] = {
    "OBX-5 no base64": field("OBX", 5, "SCRIBE^AP^PDF^Base64^***"),
    "OBX-5 no pdf": field("OBX", 5, "SCRIBE^AP^PDF^Base64^aGVsbG8="),
    "OBX-5 type": field("OBX", 5, "SCRIBE^IM^PDF^Base64^JVBERi0="),
    "OBX-5 encoding": field("OBX", 5, "SCRIBE^AP^PDF^Hex^JVBERi0="),
    "OBX-5 parts": field("OBX", 5, "SCRIBE^AP^PDF^JVBERi0="),
    "TXA-3 not as OBX-2": field("TXA", 3, "TX"),
}


def broken(data: bytes, change: Callable[[list[list[str]]], object]) -> bytes:
    segments = [each.split("|") for each in data.decode().removesuffix("\r").split("\r")]
    change(segments)
    return "".join("|".join(each) + "\r" for each in segments).encode()


@pytest.mark.parametrize("version", ["2.4", "2.5.1"])
@pytest.mark.parametrize("what", BROKEN)
def test_every_rule_finds_the_message_that_breaks_it(what: str, version: str, note: SignedNote) -> None:
    data = file_of(note, f"hl7-{version}-text")
    changed = broken(data, BROKEN[what])
    assert changed != data
    assert rules(changed)


@pytest.mark.parametrize("what", BROKEN_PDF)
def test_every_rule_for_a_pdf_finds_the_message_that_breaks_it(what: str, note: SignedNote) -> None:
    assert rules(broken(render("hl7-2.4-pdf", note), BROKEN_PDF[what]))


def test_a_replacement_without_its_parent_is_found(note: SignedNote) -> None:
    data = render("hl7-2.4-text", corrected(note))
    assert rules(data) == []
    assert rules(broken(data, field("TXA", 13, "")))


@pytest.mark.parametrize(
    "data", [b"", b"MSH", b"MSH|^~\\&|\r", b"MSH|^~\\&|A\nEVN|\n", b"\xff", b"MSH|!~\\&|A\r", b"PID|1\r"]
)
def test_what_is_no_message_is_called_that(data: bytes) -> None:
    assert rules(data) and FORMATS["hl7-2.4-text"].faults_of_file(data)


def test_complaints_hold_no_clinical_text() -> None:
    data = render("hl7-2.4-text", make_note((line(1, "", "history", "Something private"),)))
    for what, change in BROKEN.items():
        told = " ".join(rules(broken(data, change)))
        assert "private" not in told and "Llewelyn" not in told, what
