"""Signed notes to export: golden ones, generated ones, and one for a test to change."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from scribe.draft import templates
from scribe.draft.codes import COMPOSITION_CODES
from scribe.export.context import Context
from scribe.export.formats import FORMATS
from scribe.export.site import Organisation, Site
from scribe.records import Clinician, Heading, Line, Mode, Origin, Patient, SignedNote
from scribe.review.signing import _digest

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
SITE = Site(organisation=Organisation(name="Example Surgery", ods="A12345"))
STAMP = (
    "Drafted with AI (Scribe 0.1.0), reviewed and signed by Dr Amara Okafor, GP, GMC 1234567, 22 Nov 2026 09:45; "
    "template gp-consultation 1.0.0; models whisper-base@d01c3014"
)


def context(site: Site = SITE, at: datetime = AT) -> Context:
    return Context(at, site)


@functools.cache
def usual_context(note: SignedNote) -> Context:
    """One for all formats of a note, as an export has it, so that its PDF is made once."""
    return context()


@functools.cache
def file_of(note: SignedNote, format: str) -> bytes:
    """The note in a format, made once for all tests that look at the same file; for those that change it, see `context`."""
    return FORMATS[format].render(note, usual_context(note))


def line(number: int, problem: str, heading: str, text: str) -> Line:
    return Line(f"line-{number}", problem, heading, text, (), (), Origin.DRAFTED)


def sealed(note: SignedNote) -> SignedNote:
    """The note with the digest that signing gives it."""
    return replace(note, digest=_digest(replace(note, digest="")))


def make_note(lines: tuple[Line, ...], *, demo: bool = False, name: str = "Siân Llewelyn") -> SignedNote:
    stamp = STAMP
    if demo:
        stamp = (
            "DEMO, simulated consultation, not reviewed by a clinician; drafted with AI (Scribe 0.1.0); template t 1"
        )
    return sealed(
        SignedNote(
            id="3f0c2a50-0000-4000-8000-000000000001",
            encounter_id="encounter",
            draft_id="draft",
            version=1,
            replaces="",
            patient=Patient(name, date(1961, 4, 9), "9434765919"),
            clinician=Clinician("clinician", "Dr Amara Okafor", "GP", "GMC 1234567"),
            mode=Mode.FACE_TO_FACE,
            begun_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
            signed_at=datetime(2026, 11, 22, 9, 45, tzinfo=UTC),
            template_id="gp-consultation",
            template_version="1.0.0",
            headings=(
                Heading("history", "History", "history", "717121000000105"),
                Heading("medication", "Medication", "medications-and-medical-devices", "933361000000108"),
            ),
            lines=lines,
            stamp=stamp,
            made_by=("whisper-base@d01c3014",),
            digest="",
            demo=demo,
            document_code="25671000000102",
        )
    )


def with_lines(*texts: str, problem: str = "Knee pain", name: str = "Siân Llewelyn") -> SignedNote:
    return make_note(tuple(line(n, problem, "history", text) for n, text in enumerate(texts)), name=name)


def corrected(note: SignedNote) -> SignedNote:
    """The version after a note, as signing makes it."""
    stamp = note.stamp.replace("; template", f"; version {note.version + 1}, corrects version {note.version}; template")
    new_id = f"3f0c2a50-0000-4000-8000-{note.version + 1:012}"
    return sealed(replace(note, id=new_id, version=note.version + 1, replaces=note.id, stamp=stamp))


# What each heading of the shipped templates may hold; made up.
_SAID = {
    "problem": ("Left knee pain", "Blood pressure review"),
    "subjective": ("Left knee pain for 3 weeks", "PMH: hypertension; no diabetes"),
    "history": ("Left knee pain for 3 weeks, worse on stairs", "No locking; no giving way", "ICE: worried it is gout"),
    "objective": ("No effusion", "BP 142/88 seated"),
    "examination": ("No effusion; medial joint line tender", "BP 142/88 seated, left arm"),
    "assessment": ("Likely osteoarthritis of the left knee",),
    "diagnosis": ("Likely osteoarthritis of the left knee",),
    "diagnoses": ("Osteoarthritis of the left knee", "Hypertension"),
    "plan": ("Ibuprofen 400 mg three times a day with food", "X-ray left knee", "Review in 6 weeks"),
    "medication": ("Amlodipine 5 mg once daily", "Ibuprofen 400 mg three times a day with food"),
    "medicine_changes": ("Start ibuprofen 400 mg three times a day", "Stop naproxen 250 mg"),
    "allergy": ("Penicillin: rash at age 8",),
    "allergies": ("Penicillin: rash at age 8",),
}
_PEOPLE = (
    ("Siân Llewelyn", date(1961, 4, 9), "9434765919"),
    ("Małgorzata Żółkiewska", date(1984, 12, 31), "9434765870"),
    ("محمد عبد الله", date(2001, 2, 3), "4010232137"),
    ("Tegan O'Brien-Ŵyn & Sons", date(1938, 1, 1), "9434765919"),
)


def golden() -> Iterator[SignedNote]:
    """One note for each shipped template, in each way to meet, each with a patient of another language; then a
    correction, a typed note, one without problem titles, and one for odd signs."""
    for number, template in enumerate(templates.all_templates()):
        headings = tuple(rule.heading for rule in template.headings)
        problems = ("Knee pain", "Blood pressure") if template.group_by_problem else ("",)
        lines = tuple(
            line(100 * number + n, problem, heading.id, text)
            for n, (problem, heading, text) in enumerate(
                (problem, heading, text)
                for problem in problems
                for heading in headings
                for text in _SAID.get(heading.id, (f"Nothing more was said about {heading.title.lower()}",))
            )
        )
        name, born, nhs_number = _PEOPLE[number % len(_PEOPLE)]
        note = make_note(lines, name=name)
        yield sealed(
            replace(
                note,
                id=f"5a0c2a50-0000-4000-8000-{number:012}",
                patient=Patient(name, born, nhs_number),
                mode=tuple(Mode)[number % len(Mode)],
                template_id=template.id,
                template_version=template.version,
                headings=headings,
                document_code=template.composition,
                stamp=note.stamp.replace("gp-consultation 1.0.0", f"{template.id} {template.version}"),
            )
        )
    first = with_lines("Left knee pain for 3 weeks", "No locking")
    yield corrected(first)
    yield corrected(corrected(first))
    typed = first.stamp.replace("Drafted with AI", "Typed without AI").replace("reviewed and signed", "signed")
    yield sealed(replace(first, stamp=typed.split("; models")[0], made_by=()))
    yield make_note(
        (line(1, "", "history", "Cough"), line(2, "Knee", "history", "Pain"), line(3, "", "medication", "None"))
    )
    yield with_lines(*ODD, problem="Łydka & <b>", name="Ælfgifu “Æ” Þórsdóttir|^~\\&")


ODD = (
    "Dŵr, ŷd, tŷ, ŵyneb: Welsh",
    "Zażółć gęślą jaźń: Polish",
    "يعاني من الصداع منذ 3 أيام (50 mg)",
    "שלום abc 12/80",
    "Feels 🧿 🤒 👩🏽‍⚕️ today",
    "|^~\\& \\F\\ \\.br\\ \\X0D\\ \\E\\",
    "<script>alert('x')</script> &amp; ]]> <!-- -->",
    "rtl \u200f\u202eetib\u202c \u2066isolate\u2069 marks",
    "tab\tvertical\x0bform\x0cnull\x00escape\x1bdelete\x7f end",
    "line one\nline two\r\nline three\u2028four\x85five",
    "PROBLEM: not a heading",
    "PLAN",
    '{{ patient.name }} {% raw %} #panic("x") $x^2$ *bold* \\pard\\par }',
    "e\u0301 is é decomposed; ﬁ is a ligature; ½ tablet, 10², 50 µg, SpO₂ ≥ 94 %",
    "no\u00a0break, thin\u2009space, zero\u200bwidth, soft\u00adhyphen",
    "A" * 400,
    "word " * 400,
)


def name_of(note: SignedNote) -> str:
    """What a golden note is called in the names of tests."""
    return f"{note.template_id}-{note.version}-{note.id[-2:]}"


def generated(seed: int) -> SignedNote:
    """A made-up note; the same seed gives the same one."""
    rng = random.Random(seed)
    template = rng.choice(templates.all_templates())
    headings = tuple(rule.heading for rule in template.headings)
    count = rng.randint(1, 4)
    problems = [_text(rng, 4) for _ in range(count)] if template.group_by_problem else [""]
    lines = tuple(
        line(n, rng.choice(problems), rng.choice(headings).id, _text(rng, 25)) for n in range(rng.randint(1, 25))
    )
    name, born, nhs_number = rng.choice(_PEOPLE)
    first = make_note(lines, name=name)
    begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(400_000))
    note = sealed(
        replace(
            first,
            id=f"{rng.getrandbits(32):08x}-0000-4000-8000-{seed:012}",
            patient=Patient(name, born, nhs_number),
            mode=rng.choice(list(Mode)),
            begun_at=begun,
            signed_at=begun + timedelta(minutes=rng.randint(1, 90)),
            headings=headings,
            template_id=template.id,
            document_code=rng.choice(list(COMPOSITION_CODES)),
        )
    )
    return corrected(note) if rng.random() < 0.3 else note


_WORDS = [
    "left",
    "knee",
    "pain",
    "for",
    "3",
    "weeks",
    "no",
    "fever",
    "amlodipine",
    "5",
    "mg",
    "once",
    "daily",
    "BP",
    "142/88",
    "worse",
    "on",
    "stairs",
    "denies",
    "chest",
    "pain",
    "paracetamol",
    "500",
    "mg",
    "|",
    "^",
    "~",
    "\\",
    "&",
    "<",
    ">",
    '"',
    "'",
    "ŵ",
    "Ż",
    "ه",
    "🤒",
    "≥",
    "½",
    "µg",
    "–",
    "“quoted”",
    "{brace}",
    "[bracket]",
    "#hash",
    "$dollar",
    "review",
    "in",
    "two",
    "weeks",
]


def _text(rng: random.Random, longest: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(rng.randint(1, longest)))
