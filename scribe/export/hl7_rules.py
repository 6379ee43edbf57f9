"""What an HL7 v2 message of ours must be: the standard's structure and tables by hl7apy, and the fields we promise.

hl7apy reads every OBX-5 as a short string, whatever OBX-2 says, so it is shown the structure with that field's text
left out; what stands in OBX-5 is held to OBX-2 here. It does not look into its own tables for the fields of
`_TABLES`: that is done here too, with its tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import hl7apy
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message

from scribe.draft.codes import COMPOSITION_CODES
from scribe.encounter.patient import is_nhs_number
from scribe.export.hl7 import CHARACTER_SETS, ESCAPED, MACHINE_LABEL, STAMP, Message, attachment, parse
from scribe.export.reading import Unreadable

# Field, HL7 table, which component.
_TABLES = (
    ("MSH", 11, 1, "HL70103"),
    ("MSH", 18, 1, "HL70211"),
    ("PID", 3, 5, "HL70203"),
    ("PV1", 2, 1, "HL70004"),
    ("TXA", 2, 1, "HL70270"),
    ("TXA", 3, 1, "HL70191"),
    ("TXA", 17, 1, "HL70271"),
    ("TXA", 18, 1, "HL70272"),
    ("TXA", 19, 1, "HL70273"),
    ("OBX", 11, 1, "HL70085"),
)
# Fields that say one thing only, in a signed note of ours.
_FIXED = (
    ("PV1", 2, ("O",)),
    ("TXA", 1, ("1",)),
    ("TXA", 2, ("CN", "DS")),
    ("TXA", 3, ("TX", "FT", "AP")),
    ("TXA", 17, ("AU",)),
    ("TXA", 18, ("U",)),
    ("TXA", 19, ("AV",)),
    ("MSH", 11, ("P", "T")),
)
_TIME = re.compile(r"[0-9]{14}\+0000")
_PDF_STARTS = (re.compile(r"[^^]+\^AP\^PDF\^Base64\^"), re.compile(r"\^application\^pdf\^Base64\^"))


def rules(data: bytes) -> list[str]:
    """What the message does not keep; [] when it holds."""
    try:
        message = parse(data)
    except Unreadable as error:
        return [str(error)]
    return list(_broken(message))


def _broken(message: Message) -> Iterator[str]:
    version = message.field("MSH", 12)
    if version not in CHARACTER_SETS:
        yield "MSH-12 is neither 2.4 nor 2.5.1"
        return
    names = [segment[0] for segment in message.segments]
    if names[:5] != ["MSH", "EVN", "PID", "PV1", "TXA"] or set(names[5:]) != {"OBX"}:
        yield "its segments are not MSH EVN PID PV1 TXA OBX+"
        return
    yield from _of_hl7apy(message)
    yield from _of_tables(message, version)
    yield from _of_header(message, version)
    number = message.field("PID", 3).split("^")
    if len(number) != 5 or not is_nhs_number(number[0]) or number[1:] != ["", "", "NHS", "NH"]:
        yield "PID-3 is not an NHS number"
    if not message.component("PID", 5, 1):
        yield "PID-5 names nobody"
    if not re.fullmatch("[0-9]{8}", message.field("PID", 7)):
        yield "PID-7 is not a date of birth"
    for name, field, allowed in _FIXED:
        if message.field(name, field) not in allowed:
            yield f"{name}-{field} is not {' or '.join(allowed)}"
    yield from _of_document(message)
    yield from _of_observations(message)


def _of_hl7apy(message: Message) -> Iterator[str]:
    outline = "\r".join(
        "|".join([*segment[:5], "x", *segment[6:]] if segment[0] == "OBX" and len(segment) > 5 else segment)
        for segment in message.segments
    )
    try:
        parsed = parse_message(f"{outline}\r", validation_level=VALIDATION_LEVEL.STRICT)
        parsed.validate()
    except (HL7apyException, ValueError) as error:  # its text quotes the message
        yield f"hl7apy refuses its structure ({type(error).__name__})"


def _of_tables(message: Message, version: str) -> Iterator[str]:
    for name, field, component, table in _TABLES:
        values = hl7apy.load_reference(table, "Table", version)[1]
        for occurrence in range(len(message.all(name))):
            if message.component(name, field, component, occurrence) not in values:
                yield f"{name}-{field} is not in HL7's table {table.removeprefix('HL7')}"


def _of_header(message: Message, version: str) -> Iterator[str]:
    if message.field("MSH", 18) != CHARACTER_SETS[version]:
        yield f"MSH-18 is not {CHARACTER_SETS[version]}"
    event = message.field("EVN", 1)
    if event not in ("T02", "T10") or message.field("MSH", 9) != f"MDM^{event}^MDM_T02":
        yield "MSH-9 is not MDM^T02^MDM_T02, or MDM^T10^MDM_T02 for a replacement"
    if (event == "T10") != bool(message.component("TXA", 13, 1)):
        yield "TXA-13 names the parent in a replacement, and only there"
    if not 1 <= len(message.field("MSH", 10)) <= 20:
        yield "MSH-10 is missing, or longer than 20 characters"
    for name, field in (("MSH", 7), ("EVN", 2), ("TXA", 4), ("TXA", 6)):
        if not _is_time(message.field(name, field)):
            yield f"{name}-{field} is not a time"


def _of_document(message: Message) -> Iterator[str]:
    if not message.component("TXA", 12, 1):
        yield "TXA-12 gives the document no id"
    if not message.field("TXA", 16).endswith(".hl7"):
        yield "TXA-16 names no file"
    if not message.component("TXA", 22, 2) or not _is_time(message.component("TXA", 22, 15)):
        yield "TXA-22 does not say who authenticated the document, and when"


def _of_observations(message: Message) -> Iterator[str]:
    ids = []
    for number, segment in enumerate(message.all("OBX"), 1):
        fields = [*segment, *[""] * 12]
        ids.append(fields[3].split("^")[0])
        if fields[1] != str(number):
            yield "OBX-1 does not count the observations"
        if not ids[-1]:
            yield "OBX-3 is missing"
        if fields[11] != "F":
            yield "OBX-11 is not F"
        if not fields[5]:
            yield "OBX-5 is empty"
        if fields[2] == "TX":
            if any(sign in fields[5] for sign in "^~&"):
                yield "OBX-5 holds a delimiter that is not escaped"
            if "\\" in ESCAPED.sub("", fields[5]):
                yield "OBX-5 holds an escape that nobody would know"
            if len(fields[5]) > 65_536:
                yield "OBX-5 is longer than a TX field may be"
        elif fields[2] == "ED":
            if not any(start.match(fields[5]) for start in _PDF_STARTS) or fields[5].count("^") != 4:
                yield "OBX-5 does not hold a PDF as base64"
            elif not _is_pdf(message):
                yield "OBX-5 holds something else than a PDF"
        else:
            yield "OBX-2 is neither TX nor ED"
    if ids[:1] and ids[0] not in COMPOSITION_CODES:
        yield "OBX-3 is not a kind of document that we know"
    presented = {"TX": ("TX", "FT"), "ED": ("AP",)}.get(message.field("OBX", 2), ())
    if message.field("TXA", 3) not in presented:
        yield "TXA-3 and OBX-2 do not agree"
    if ids[-2:] != [STAMP, MACHINE_LABEL]:
        yield "its label is missing"


def _is_pdf(message: Message) -> bool:
    try:
        return attachment(message).startswith(b"%PDF-")
    except Unreadable:
        return False


def _is_time(field: str) -> bool:
    if not _TIME.fullmatch(field):
        return False
    try:
        datetime.strptime(field, "%Y%m%d%H%M%S%z")
    except ValueError:
        return False
    return True
