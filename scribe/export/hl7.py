"""HL7 v2 MDM^T02 (T10 for a replacement), version 2.4 or 2.5.1, with the note as text or as a PDF.

Written by hand, in UTF-8, segments ended by a carriage return as the standard asks. `hl7_rules` holds what it must be.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scribe.draft.codes import COMPOSITION_CODES
from scribe.export import pdf, text
from scribe.export.codes import document_code
from scribe.export.context import Context
from scribe.export.label import label
from scribe.export.layout import shown
from scribe.export.parties import registered
from scribe.export.reading import Reading, Unreadable
from scribe.export.reading import differences as reading_differences
from scribe.records import SignedNote

CHARACTER_SETS = {"2.4": "UNICODE", "2.5.1": "UNICODE UTF-8"}
STAMP, MACHINE_LABEL = "AI-LABEL", "AI-LABEL-DATA"
_LONGEST_TX = 60_000  # a TX field holds 64 K
_ESCAPES = {"|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\\": "\\E\\"}
_SIGNS = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n"}
ESCAPED = re.compile(r"\\(F|S|T|R|E|\.br)\\")


@dataclass(frozen=True, slots=True)
class Message:
    """A parsed message: segments by order, fields by their number in the standard."""

    segments: tuple[tuple[str, ...], ...]

    def all(self, name: str) -> list[tuple[str, ...]]:
        return [each for each in self.segments if each[0] == name]

    def field(self, name: str, number: int, occurrence: int = 0) -> str:
        """The field as it stands, or ""."""
        found = self.all(name)
        if occurrence >= len(found):
            return ""
        fields = found[occurrence]
        at = number - 1 if name == "MSH" else number  # MSH-1 is the separator itself
        return fields[at] if at < len(fields) else ""

    def component(self, name: str, number: int, component: int, occurrence: int = 0) -> str:
        parts = self.field(name, number, occurrence).split("^")
        return unescaped(parts[component - 1]) if component <= len(parts) else ""


def renderer(version: str, with_pdf: bool) -> Callable[[SignedNote, Context], bytes]:
    """What renders one of the four kinds."""

    def render(note: SignedNote, context: Context) -> bytes:
        return "".join(f"{segment}\r" for segment in _segments(note, context, version, with_pdf)).encode()

    return render


def suffix(version: str, with_pdf: bool) -> str:
    """How the file's name ends; the four kinds may lie side by side."""
    return f".v{version.replace('.', '')}{'-pdf' if with_pdf else ''}.hl7"


def parse(data: bytes) -> Message:
    """Takes a message apart.

    Raises:
        Unreadable: it is not an HL7 v2 message with the usual delimiters.
    """
    try:
        text_ = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text") from error
    if not text_.startswith("MSH|^~\\&|"):
        raise Unreadable("it is not an HL7 v2 message with the usual delimiters")
    if not text_.endswith("\r") or "\n" in text_:
        raise Unreadable("its segments do not end with a carriage return alone")
    return Message(tuple(tuple(segment.split("|")) for segment in text_.removesuffix("\r").split("\r")))


def read(data: bytes) -> Reading:
    """Reads patient, version, label and, where the note is text, its passages.

    Raises:
        Unreadable: it is not such a message.
    """
    message = parse(data)
    if message.all("OBX") and message.field("OBX", 2) == "TX":
        code = message.component("OBX", 3, 1)
        values = [unescaped(each[5]) for each in message.all("OBX") if each[3].split("^")[0] == code and len(each) > 5]
        reading = text.read_text("\n".join(values))
    else:
        printed = pdf.read(attachment(message))
        reading = Reading(version=printed.version, stamp="", passages=printed.passages)
    reading.name = message.component("PID", 5, 1)
    family, given = reading.name, message.component("PID", 5, 2)
    reading.name = f"{given} {family}" if given else family
    reading.born = _read_day(message.field("PID", 7))
    reading.nhs_number = message.component("PID", 3, 1)
    stamps = [unescaped(each[5]) for each in message.all("OBX") if each[3].split("^")[0] == STAMP]
    reading.stamp = stamps[0] if stamps else ""
    reading.label = _labelled(message)
    reading.replaces = message.component("TXA", 13, 1)
    return reading


def differences(note: SignedNote, context: Context, data: bytes) -> list[str]:
    """What the message says otherwise than the note."""
    message = parse(data)
    reading = read(data)
    name = shown(note.patient.name)
    if (
        note.patient.family_name
        and reading.name.casefold() == f"{note.patient.given_names} {note.patient.family_name}".casefold()
    ):
        reading.name = name  # the record system's own order of names
    wrong = []
    if message.field("OBX", 2) == "ED":
        wrong = [f"the printed note: {each}" for each in pdf.differences(note, context.site, attachment(message))]
        reading.passages = _as_text(note, context).passages
    wrong += reading_differences(note, reading, text.fold)
    for what, there, here in (
        ("document's id", note.id, message.component("TXA", 12, 1)),
        ("clinician's name", shown(note.clinician.name), message.component("TXA", 22, 2)),
        ("time of signing", _time(note.signed_at), message.component("TXA", 22, 15)),
    ):
        if there != here:
            wrong.append(f"the {what} differs")
    return wrong


def attachment(message: Message) -> bytes:
    """The PDF in the first OBX.

    Raises:
        Unreadable: there is none.
    """
    parts = message.field("OBX", 5).split("^")
    try:
        return base64.b64decode(parts[4], validate=True)
    except (IndexError, ValueError) as error:
        raise Unreadable("it holds neither the note's text nor its PDF") from error


def escaped(plain: str) -> str:
    return "".join("\\.br\\" if sign == "\n" else _ESCAPES.get(sign, sign) for sign in plain)


def unescaped(field: str) -> str:
    return ESCAPED.sub(lambda found: _SIGNS[found[1]], field)


# ---------------------------------------------------------------- the segments


def _segments(note: SignedNote, context: Context, version: str, with_pdf: bool) -> Iterator[str]:
    party = registered(note, context.site)
    site = context.site.hl7
    event = "T10" if note.replaces else "T02"
    signed, at = _time(note.signed_at), _time(context.at)
    who = f"{party.number}^{escaped(shown(note.clinician.name))}^^^^^^^{party.register}"
    patient = note.patient
    name = escaped(shown(patient.name))
    if patient.family_name and patient.given_names:
        name = f"{escaped(shown(patient.family_name))}^{escaped(shown(patient.given_names))}"
    presented = "AP" if with_pdf else "TX"
    code = document_code(note)
    yield _segment(
        "MSH|^~\\&",
        {
            3: site.sending_application,
            4: site.sending_facility or context.site.organisation.ods,
            5: site.receiving_application,
            6: site.receiving_facility,
            7: at,
            9: f"MDM^{event}^MDM_T02",
            10: _control_id(note, context, version, with_pdf),
            11: site.processing,
            12: version,
            18: CHARACTER_SETS[version],
        },
        first=3,
    )
    yield _segment("EVN", {1: event, 2: at})
    born = patient.date_of_birth
    yield _segment("PID", {1: "1", 3: f"{patient.nhs_number}^^^NHS^NH", 5: name, 7: f"{born:%Y%m%d}" if born else ""})
    yield _segment("PV1", {1: "1", 2: "O"})
    yield _segment(
        "TXA",
        {
            1: "1",
            2: site.document_type,
            3: presented,
            4: _time(note.begun_at),
            5: who,
            6: signed,
            12: f"{note.id}^SCRIBE",
            13: f"{note.replaces}^SCRIBE" if note.replaces else "",
            16: context.file_name(note, suffix(version, with_pdf)),
            17: "AU",
            18: "U",
            19: "AV",
            22: f"{who}^^^^^^{signed}",
        },
    )
    kind = f"{code}^{escaped(COMPOSITION_CODES[code])}^SCT"
    values = [("TX", kind, each) for each in _pieces(text.note_text(note, context.site))]
    if with_pdf:
        encoded = base64.b64encode(context.pdf(note)).decode()
        start = (
            "^application^pdf^Base64" if site.pdf == "mime" else f"{site.sending_application or 'SCRIBE'}^AP^PDF^Base64"
        )
        values = [("ED", kind, f"{start}^{encoded}")]
    values.append(("TX", f"{STAMP}^How this note was made^L", escaped(shown(note.stamp))))
    values.append(("TX", f"{MACHINE_LABEL}^The same for programs^L", escaped(shown(label(note).as_line()))))
    for number, (datatype, observed, value) in enumerate(values, 1):
        yield _segment("OBX", {1: str(number), 2: datatype, 3: observed, 4: str(number), 5: value, 11: "F"})


def _segment(start: str, fields: dict[int, str], first: int = 1) -> str:
    return "|".join([start, *(fields.get(number, "") for number in range(first, max(fields) + 1))])


def _pieces(whole: str) -> Iterator[str]:
    """The text, escaped, in as few pieces as a TX field's length asks for; each ends at a line's end."""
    piece = ""
    for line in map(escaped, whole.removesuffix("\n").split("\n")):
        joined = f"{piece}\\.br\\{line}" if piece else line
        if piece and len(joined) > _LONGEST_TX:
            yield piece
            joined = line
        piece = joined
    yield piece


def _control_id(note: SignedNote, context: Context, version: str, with_pdf: bool) -> str:
    """Twenty characters, another for each export: sent twice, the same message can be known by it."""
    seed = f"{note.id} {context.at.isoformat()} {version} {with_pdf}"
    return base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()[:20]


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000"


def _read_day(field: str) -> date | None:
    try:
        return datetime.strptime(field, "%Y%m%d").date()
    except ValueError:
        return None


def _labelled(message: Message) -> str:
    found = [unescaped(each[5]) for each in message.all("OBX") if each[3].split("^")[0] == MACHINE_LABEL]
    return found[0] if found else ""


def _as_text(note: SignedNote, context: Context) -> Reading:
    return text.read_text(text.note_text(note, context.site))
