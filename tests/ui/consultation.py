"""A made-up consultation for the window's tests and screenshots: two problems, two doubts, eight omissions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from scribe.records import (
    Check,
    Clinician,
    Detail,
    Draft,
    Evidence,
    Line,
    Omission,
    Patient,
    Reason,
    Role,
    Section,
    Segment,
    Turn,
    Word,
)

BEGUN = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
CLINICIAN = Clinician("c1", "Dr Amara Okafor", "GP", "GMC 7654321")
OTHER_CLINICIAN = Clinician("c2", "Dr Tom Hale", "GP registrar", "GMC 7123456")
PATIENT = Patient("Margaret Ellison", date(1961, 2, 3), "9434765919", ("ramipril", "paracetamol"))

_SAID = (
    ("c", "Good morning, Mrs Ellison, come in and have a seat. What can I do for you today?"),
    ("p", "Morning, doctor. It's my right knee, it has been sore for about six weeks now, um, mostly on the inside."),
    ("c", "Six weeks. And did anything set it off, a fall or a twist?"),
    ("p", "No, no fall. It just came on after we were gardening, I think. It is worse going down stairs."),
    ("c", "Does it ever lock, or give way under you?"),
    ("p", "It doesn't lock, no. It gave way once, last Tuesday, on the stairs, but I held on to the rail."),
    ("c", "Any swelling, redness, or have you felt feverish?"),
    ("p", "A bit swollen in the evening. No, no fever or anything like that."),
    ("c", "What have you been taking for it?"),
    ("p", "Just paracetamol, two at night. My sister gave me some of her naproxen but it upset my stomach."),
    ("c", "Best not to take the naproxen then. Are you allergic to anything?"),
    ("p", "Penicillin. I came out in a rash all over when I was about twenty."),
    ("c", "And who is at home with you?"),
    ("p", "My husband. He does the driving. I still walk the dog, but not as far. I'm worried I'll end up needing a new knee like my mum."),
    ("c", "I can see why. Let me have a look. Bend it for me. There is a small effusion, it is tender along the medial joint line, and the ligaments are stable."),
    ("p", "Ooh, yes, just there."),
    ("c", "I think this is most likely early osteoarthritis. We won't need an x-ray at this point. I would like you to see our physiotherapist, and use ibuprofen gel three times a day on the knee."),
    ("p", "Right. And is the gel all right with my blood pressure tablets?"),
    ("c", "A little on the skin is fine. How is the blood pressure at home?"),
    ("p", "About 150 over 85 most mornings. I've the readings written down. I do forget the ramipril sometimes, maybe twice a week."),
    ("c", "Today your blood pressure is raised, 152 over 88. Let's put the ramipril up from five to, sorry, from 2.5 to 5 milligrams once a day, and do a blood test for your kidneys in two weeks."),
    ("p", "Two weeks, all right. Where do I go for that?"),
    ("c", "Book with the nurse at the desk. If the knee becomes hot, very swollen, or you can't put weight on it, ring us the same day. Otherwise I will ring you in six weeks."),
    ("p", "Thank you, doctor. I'll do that."),
)  # fmt: skip
_MUMBLED = {"naproxen", "effusion,"}
_WORD_MS, _PAUSE_MS = 330, 500


def turns() -> tuple[Turn, ...]:
    """The whole consultation as turns with timed words."""
    made, clock = [], 1_200
    for number, (who, text) in enumerate(_SAID, 1):
        words = []
        for word in text.split():
            sure = 0.42 if word in _MUMBLED else 0.97
            words.append(Word(word, clock, clock + _WORD_MS - 40, sure))
            clock += _WORD_MS
        role = Role.CLINICIAN if who == "c" else Role.PATIENT
        made.append(Turn(f"t{number}", "r1", number, role, 0.5 if number == 16 else 0.95, tuple(words)))
        clock += _PAUSE_MS
    return tuple(made)


TURNS = turns()
LENGTH_MS = TURNS[-1].end_ms + 2_000


def segments() -> tuple[Segment, ...]:
    """The same as it comes out of recognition, before anybody knows who spoke."""
    return tuple(
        Segment(f"s{t.number}", "r1", t.number, t.start_ms, t.end_ms, t.text, t.words, "fake@1") for t in TURNS
    )


def said(number: int, phrase: str) -> tuple[Evidence, ...]:
    """The evidence that a phrase of a turn is."""
    words, wanted = [word.text for word in TURNS[number - 1].words], phrase.split()
    for first in range(len(words) - len(wanted) + 1):
        if words[first : first + len(wanted)] == wanted:
            return (Evidence(f"t{number}", number, first, first + len(wanted)),)
    raise ValueError(phrase)


KNEE, PRESSURE = "Right knee pain", "Raised blood pressure"

_LINES = (
    (KNEE, "problem", "Right knee pain, 6 weeks", said(2, "my right knee, it has been sore for about six weeks")),
    (KNEE, "history", "Medial pain, worse going down stairs; began after gardening", said(4, "It is worse going down stairs.") + said(4, "after we were gardening,")),
    (KNEE, "history", "No injury, no locking; gave way once last Tuesday on the stairs", said(6, "It doesn't lock, no. It gave way once, last Tuesday, on the stairs,") + said(4, "No, no fall.")),
    (KNEE, "history", "Evening swelling, no fever", said(8, "A bit swollen in the evening. No, no fever")),
    (KNEE, "history", "ICE: worried about needing a knee replacement like her mother", said(14, "I'm worried I'll end up needing a new knee like my mum.")),
    (KNEE, "examination", "Small effusion, tender medial joint line, ligaments stable", said(15, "There is a small effusion, it is tender along the medial joint line, and the ligaments are stable.")),
    (KNEE, "social", "Lives with husband; walks the dog, less far than before", said(14, "My husband.") + said(14, "I still walk the dog, but not as far.")),
    (KNEE, "medication", "Paracetamol, two at night", said(10, "Just paracetamol, two at night.")),
    (KNEE, "allergy", "Penicillin: rash at about age 20", said(12, "Penicillin. I came out in a rash all over when I was about twenty.")),
    (KNEE, "comment", "Most likely early osteoarthritis; x-ray not needed at this point", said(17, "most likely early osteoarthritis. We won't need an x-ray at this point.")),
    (KNEE, "comment", "Refer to practice physiotherapist", said(17, "see our physiotherapist,")),
    (KNEE, "follow_up", "Same-day call if knee hot, very swollen or unable to bear weight", said(23, "If the knee becomes hot, very swollen, or you can't put weight on it, ring us the same day.")),
    (KNEE, "follow_up", "Will ring in 6 weeks", said(23, "I will ring you in six weeks.")),
    (PRESSURE, "problem", "Raised blood pressure", said(21, "Today your blood pressure is raised, 152 over 88.")),
    (PRESSURE, "history", "Blood pressure at home about 150/85; misses ramipril about twice a week", said(19, "How is the blood pressure at home?") + said(20, "About 150 over 85 most mornings.") + said(20, "I do forget the ramipril sometimes, maybe twice a week.")),
    (PRESSURE, "examination", "BP 152/88", said(21, "Today your blood pressure is raised, 152 over 88.")),
    (PRESSURE, "follow_up", "Renal function blood test in 2 weeks, to book with nurse", said(21, "do a blood test for your kidneys in two weeks.")),
)  # fmt: skip

_CHECKS = (
    (PRESSURE, "medication", "Increase ramipril to 5 mg once daily", Reason.CONTRADICTED, "ramipril from five", said(21, "from five to, sorry, from 2.5 to 5 milligrams once a day,")),
    (KNEE, "medication", "Stop naproxen: upset stomach", Reason.DRUG_DOUBTFUL, "naproxen", said(10, "her naproxen but it upset my stomach.")),
)  # fmt: skip

_OMISSIONS = (
    ("use ibuprofen gel three times a day on the knee", Section.PLAN, Role.CLINICIAN, 17, "use ibuprofen gel three times a day on the knee."),
    ("A little on the skin is fine", Section.PLAN, Role.CLINICIAN, 19, "A little on the skin is fine."),
    ("like my mum", Section.FAMILY_HISTORY, Role.PATIENT, 14, "like my mum."),
    ("He does the driving", Section.SOCIAL_HISTORY, Role.PATIENT, 14, "He does the driving."),
    ("I held on to the rail", Section.HISTORY, Role.PATIENT, 6, "I held on to the rail."),
    ("Book with the nurse at the desk", Section.PLAN, Role.CLINICIAN, 23, "Book with the nurse at the desk."),
    ("I've the readings written down", Section.HISTORY, Role.PATIENT, 20, "I've the readings written down."),
    ("mostly on the inside", Section.HISTORY, Role.PATIENT, 2, "mostly on the inside."),
)  # fmt: skip


def draft(encounter_id: str) -> Draft:
    """The note drafted from it."""
    return Draft(
        id="d1",
        encounter_id=encounter_id,
        recording_id="r1",
        template_id="gp-consultation",
        template_version="1.0.0",
        detail=Detail.STANDARD,
        lines=tuple(
            Line(f"l{n}", problem, heading, text, (f"f{n}",), evidence)
            for n, (problem, heading, text, evidence) in enumerate(_LINES, 1)
        ),
        checks=tuple(
            Check(f"k{n}", problem, heading, text, reason, detail, (f"g{n}",), evidence)
            for n, (problem, heading, text, reason, detail, evidence) in enumerate(_CHECKS, 1)
        ),
        omissions=tuple(
            Omission(text, section, 0.9 - n / 20, said(number, phrase), role)
            for n, (text, section, role, number, phrase) in enumerate(_OMISSIONS)
        ),
        made_by=("whisper-base@fake", "rules@fake"),
        made_at=BEGUN,
    )


def long_draft(encounter_id: str, lines: int, recording_id: str = "r1") -> Draft:
    """A note of so many lines, with evidence all over a talk of `long_turns(9_000)`."""
    short = draft(encounter_id)
    many = (short.lines * (lines // len(short.lines) + 1))[:lines]
    made = []
    for n, line in enumerate(many):
        later = n // len(short.lines) * 6 * len(TURNS)
        evidence = tuple(
            replace(one, turn_id=f"t{one.turn_number + later}", turn_number=one.turn_number + later)
            for one in line.evidence
        )
        made.append(replace(line, id=f"m{n}", evidence=evidence))
    return replace(short, recording_id=recording_id, lines=tuple(made))


def long_turns(words: int) -> tuple[Turn, ...]:
    """A transcript of about so many words."""
    made: list[Turn] = []
    count = 0
    while count < words:
        turn = TURNS[len(made) % len(TURNS)]
        made.append(replace(turn, id=f"t{len(made) + 1}", number=len(made) + 1))
        count += len(turn.words)
    return tuple(made)
