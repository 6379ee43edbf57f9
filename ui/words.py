"""Codes of the engine in British English, ready to be translated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from scribe.encounter.patient import Notice
from scribe.records import (
    SENSITIVE,
    Check,
    Consent,
    Detail,
    Encounter,
    Line,
    Mode,
    Origin,
    Patient,
    Present,
    Reason,
    Risk,
    Role,
    Section,
    Settled,
    Stage,
    Turn,
)
from scribe.review import Change, Kind, Look, Sensitivity, sensitivity


def tr(text: str) -> str:
    """The text in the user's language."""
    return QCoreApplication.translate("Scribe", text)


def mode(value: Mode) -> str:
    return {
        Mode.FACE_TO_FACE: tr("Face to face"),
        Mode.TELEPHONE: tr("Telephone"),
        Mode.VIDEO: tr("Video"),
        Mode.HOME: tr("Home visit"),
    }[value]


def present(value: Present) -> str:
    return {
        Present.PARENT: tr("Parent"),
        Present.CARER: tr("Carer"),
        Present.RELATIVE: tr("Relative"),
        Present.INTERPRETER: tr("Interpreter"),
        Present.COLLEAGUE: tr("Colleague"),
    }[value]


def role(value: Role) -> str:
    return {Role.CLINICIAN: tr("Clinician"), Role.PATIENT: tr("Patient"), Role.OTHER: tr("Someone else")}[value]


def speaker(turn: Turn) -> str:
    """Who spoke, as far as that is known."""
    if turn.role is not Role.OTHER or turn.who is None:
        return role(turn.role)
    return present(turn.who)


def stage(
    encounter: Encounter, *, working: bool = False, correcting: bool = False, copied: int = 0, of: int = 0
) -> str:
    """Where the encounter is, as what it waits for.

    Args:
        encounter: which.
        working: its note is being made just now.
        correcting: its signed note was changed since.
        copied, of: how many headings of a signed note were copied, and how many there are.
    """
    if correcting:
        return tr("Correction begun – sign or discard it")
    if working:
        return tr("Note being made")
    if encounter.consent is Consent.OBJECTED and encounter.stage is not Stage.SIGNED:
        return tr("Patient objected: type the note")
    if encounter.stage is Stage.SIGNED and copied:
        return tr("Signed – {copied} of {of} headings copied").format(copied=copied, of=of)
    return {
        Stage.BEGUN: tr("Not started"),
        Stage.RECORDING: tr("Recording"),
        Stage.RECORDED: tr("No note yet – make the draft"),
        Stage.TRANSCRIBING: tr("No note yet – make the draft"),
        Stage.TRANSCRIBED: tr("No note yet – make the draft"),
        Stage.DRAFTED: tr("Draft – check and sign"),
        Stage.SIGNED: tr("Signed – not in the record yet"),
        Stage.EXPORTED: tr("Signed and exported"),
        Stage.TYPED: tr("Typed – check and sign"),
        Stage.DESTROYED: tr("Destroyed"),
    }[encounter.stage]


def section(value: Section) -> str:
    return {
        Section.PRESENTING_COMPLAINT: tr("Presenting complaint"),
        Section.HISTORY: tr("History"),
        Section.PAST_HISTORY: tr("Past history"),
        Section.MEDICATION: tr("Medication"),
        Section.ALLERGY: tr("Allergy"),
        Section.FAMILY_HISTORY: tr("Family history"),
        Section.SOCIAL_HISTORY: tr("Social history"),
        Section.IDEAS_CONCERNS_EXPECTATIONS: tr("Ideas, concerns, expectations"),
        Section.EXAMINATION: tr("Examination"),
        Section.ASSESSMENT: tr("Assessment"),
        Section.PLAN: tr("Plan"),
        Section.SAFETY_NET: tr("Safety net"),
    }[value]


def detail(value: Detail) -> str:
    return {Detail.TERSE: tr("Terse"), Detail.STANDARD: tr("Standard"), Detail.FULL: tr("Full")}[value]


def reason(value: Reason, what: str) -> str:
    """Why a line waits to be checked, in one plain sentence; `what` is the word or number concerned."""
    if not what:
        return _REASONS_PLAIN[value]()
    return {
        Reason.NUMBER_NOT_SAID: tr("“{what}” was not heard in the words this came from."),
        Reason.UNIT_NOT_SAID: tr("The unit “{what}” was not heard."),
        Reason.DRUG_NOT_SAID: tr("The medicine “{what}” was not heard in the words this came from."),
        Reason.DRUG_DOUBTFUL: tr("Is “{what}” the right medicine? It was hard to hear."),
        Reason.SIDE_NOT_SAID: tr("The side “{what}” was not heard."),
        Reason.SITE_NOT_SAID: tr("“{what}” was not heard as the part of the body."),
        Reason.PERSON_UNCLEAR: tr("Is this about the patient? “{what}” could be about somebody else."),
        Reason.POLARITY_UNCLEAR: tr("Was this a yes or a no? “{what}” can be heard both ways."),
        Reason.NOT_DONE_YET: tr("“{what}” sounds planned, not done."),
        Reason.HYPOTHETICAL: tr("“{what}” was said as a possibility, not as a fact."),
        Reason.SPEAKER_UNSURE: tr("Not sure who said “{what}”."),
        Reason.WORDS_UNSURE: tr("“{what}” was hard to hear."),
        Reason.CONTRADICTED: tr("Two versions were said. The other: “{what}”."),
        Reason.PARTIAL_ANSWER: tr("Only part of the question was answered: “{what}”."),
        Reason.OTHER_PATIENT: tr("“{what}” may belong to another patient."),
        Reason.NOT_SUPPORTED: tr("The words it came from do not plainly say “{what}”."),
    }[value].format(what=what)


_REASONS_PLAIN = {
    Reason.NUMBER_NOT_SAID: lambda: tr("A number here was not heard in the words it came from."),
    Reason.UNIT_NOT_SAID: lambda: tr("The unit was not heard."),
    Reason.DRUG_NOT_SAID: lambda: tr("The medicine was not heard in the words it came from."),
    Reason.DRUG_DOUBTFUL: lambda: tr("The name of the medicine was hard to hear."),
    Reason.SIDE_NOT_SAID: lambda: tr("Left or right was not heard."),
    Reason.SITE_NOT_SAID: lambda: tr("The part of the body was not heard."),
    Reason.PERSON_UNCLEAR: lambda: tr("It is not clear whom this is about."),
    Reason.POLARITY_UNCLEAR: lambda: tr("It is not clear whether this was a yes or a no."),
    Reason.NOT_DONE_YET: lambda: tr("This sounds planned, not done."),
    Reason.HYPOTHETICAL: lambda: tr("This was said as a possibility, not as a fact."),
    Reason.SPEAKER_UNSURE: lambda: tr("Not sure who said this."),
    Reason.WORDS_UNSURE: lambda: tr("Some of the words were hard to hear."),
    Reason.CONTRADICTED: lambda: tr("Something else that was said disagrees."),
    Reason.PARTIAL_ANSWER: lambda: tr("Only part of the question was answered."),
    Reason.OTHER_PATIENT: lambda: tr("This may belong to another patient."),
    Reason.NOT_SUPPORTED: lambda: tr("The words it came from do not plainly say this."),
}


def look(value: Look) -> str:
    """Why a line of the note is worth a look, in one plain sentence."""
    if value.verdict:
        return reason(value.verdict.reason or Reason.NOT_SUPPORTED, value.verdict.detail)
    return {
        Risk.DOUBT: tr("The words it came from do not plainly say this."),
        Risk.UNSURE: tr("Scribe is not sure that it got this right."),
        Risk.ALLERGY: tr("An allergy. Is it as it was said?"),
        Risk.NEW_MEDICINE: tr("A change of medicine. Is it the right one, at the right dose?"),
        Risk.DOSE: tr("A dose or a measurement. Is every number right?"),
        Risk.WORDS: tr("Some of its words were hard to hear."),
        Risk.SPEAKER: tr("Not sure who said this."),
        Risk.MEDICINE: tr("A medicine. Is it the right one?"),
        Risk.DENIAL: tr("It says no. Was that said?"),
        Risk.NUMBER: tr("Is the number right?"),
    }[value.risks[0]]


def ahead(checks: int, looks: int, omissions: int) -> str:
    """What the reviewer has before them, in one line."""
    parts = (
        tr("{count} to check").format(count=checks) if checks else "",
        tr("{count} worth a look").format(count=looks) if looks else "",
        tr("{count} said, not in the note").format(count=omissions) if omissions else "",
    )
    return " · ".join(filter(None, parts)) or tr("Nothing is left to check")


def not_looked_at(said: int, lines: int) -> str:
    """What nobody has looked at although nothing holds up the signature; empty where there is nothing."""
    things = tr("1 thing you said") if said == 1 else tr("{count} things you said").format(count=said)
    rest = tr("1 line") if lines == 1 else tr("{count} lines").format(count=lines)
    if not (said or lines):
        return ""
    what = tr("{one} and {other}").format(one=things, other=rest) if said and lines else things if said else rest
    text = (
        tr("{what} below has not been looked at.") if said + lines == 1 else tr("{what} below have not been looked at.")
    )
    return text.format(what=what)


def origin(line: Line) -> str:
    """Where a line comes from, said beside it; empty for one as it was drafted."""
    if line.origin is Origin.CLINICIAN:
        return tr("Your words")
    if line.origin is Origin.EDITED:
        return tr("Edited")
    return "" if line.evidence else tr("No evidence")


def sensitive(line: Line) -> str:
    """Why a line is flagged as sensitive; empty where it is not, or where the clinician left it in its place."""
    if line.cleared:
        return ""
    kinds = {
        Sensitivity.SAFEGUARDING: tr("safeguarding"),
        Sensitivity.DOMESTIC_ABUSE: tr("domestic abuse"),
        Sensitivity.THIRD_PARTY: tr("about somebody else"),
    }
    found = [kinds[kind] for kind in sensitivity(line.text)]
    if not found and line.problem == SENSITIVE:
        return tr("Sensitive")
    return tr("Sensitive: {kinds}").format(kinds=", ".join(found)) if found else ""


def change(value: Change) -> str:
    """One change between the draft and what is about to be signed."""
    line = value.after or value.before
    text = line.text if line else ""
    return {
        Kind.ADDED: tr("Added: {text}"),
        Kind.REMOVED: tr("Removed: {text}"),
        Kind.EDITED: tr("Changed to: {text}"),
        Kind.MOVED: tr("Moved: {text}"),
    }[value.kind].format(text=text)


def patient_notice(value: Notice) -> str:
    """Something worth a look about what was entered for the patient."""
    return {
        Notice.NHS_NUMBER_SCOTTISH: tr("This looks like a Scottish CHI number."),
        Notice.NHS_NUMBER_SYNTHETIC: tr("This is a test NHS number, which no patient has."),
        Notice.NHS_NUMBER_OTHER_RANGE: tr("This NHS number is not from England, Wales or the Isle of Man."),
        Notice.FILE_FOR_OTHER_CLINICIAN: tr("The record system sent this patient to another clinician."),
        Notice.FILE_FOR_OTHER_ORGANISATION: tr("The record system sent this patient to another organisation."),
        Notice.PATIENT_CHANGED: tr("This consultation had another patient before. Is it the right one now?"),
        Notice.FILE_BEFORE_ANOTHER: tr(
            "This was sent before another consultation began. It may be of the patient before."
        ),
        Notice.NUMBER_OF_ANOTHER: tr("Somebody else on today's list has this NHS number. Check name and number."),
        Notice.NAMESAKE_TODAY: tr("Somebody else on today's list is called almost the same. Check the date of birth."),
        Notice.SEEN_TODAY: tr("This patient already has another consultation today."),
        Notice.VERSION_OF_ANOTHER: tr("The version before was signed for another patient."),
    }[value]


def why_it_waits(code: str) -> str:
    """Why an export is not written yet, by the error's code."""
    return {
        "export-folder-missing": tr("the folder is not there"),
        "disk-full": tr("there is no space left"),
        "export-target-exists": tr("another file of that name is there"),
        "patient-corrected": tr("the patient was changed after signing"),
        "export-profile-missing": tr("its export profile is gone"),
        "export-profile-wrong": tr("its export profile cannot be used"),
        "letterhead-wrong": tr("its letterhead cannot be used"),
    }.get(code, tr("the folder does not take it"))


def recorder_problem(code: str) -> tuple[str, str, str]:
    """What happened, what is safe, what to do, for a problem that the recorder reports."""
    saved, goes_on = tr("Everything recorded so far is saved."), tr("The recording goes on.")
    known = {
        "muted": (
            tr("The microphone gives no sound at all. It may be muted."),
            goes_on,
            tr("Look for a mute switch on the microphone or the headset."),
        ),
        "silent": (
            tr("Nothing can be heard."),
            goes_on,
            tr("Check that the microphone is not muted, and that it is the right one."),
        ),
        "quiet": (
            tr("The sound is very quiet."),
            goes_on,
            tr("Move the microphone closer."),
        ),
        "only-here": (
            tr("Only this side of the call has been heard for half a minute."),
            goes_on,
            tr("If the other person is speaking, check that you hear them through this computer."),
        ),
        "only-there": (
            tr("Only the other side of the call has been heard for half a minute."),
            goes_on,
            tr("If you are speaking, check that your microphone is not muted."),
        ),
        "waking": (
            tr("The microphone gives no sound yet."),
            tr("What is said now is not recorded."),
            tr("Wait until the level moves, or choose another microphone."),
        ),
        "unplugged": (
            tr("The microphone has gone, so nothing is being recorded."),
            saved,
            tr("Plug it in or connect it again; the recording then goes on by itself."),
        ),
        "taken": (
            tr("Another program has taken the microphone, so nothing is being recorded."),
            saved,
            tr("Close the other program; the recording then goes on by itself."),
        ),
        "disk-error": (
            tr("The disk did not take the sound."),
            tr("Everything recorded before is saved, and the last two minutes are kept in memory."),
            tr("Check that the drive is connected; the recording then goes on by itself."),
        ),
        "longest": (
            tr("This is the longest that one recording may be."),
            tr("Everything recorded is saved."),
            tr("Stop; start another recording if you need to."),
        ),
        "recorder-gone": (
            tr("The recorder stopped unexpectedly. Scribe is starting it again."),
            saved,
            tr("Wait a moment. If it does not go on, stop, and go on with what there is."),
        ),
        "disk-full": (
            tr("The disk is full."),
            tr("Everything recorded before is saved, and the last two minutes are kept in memory."),
            tr("Free some space now; nothing is lost if there is room within two minutes."),
        ),
    }
    return known.get(
        code,
        (
            tr("The recording met a problem."),
            saved,
            tr("Stop, and go on with what there is."),
        ),
    )


def recorder_event(what: str, detail: str) -> tuple[str, str]:
    """What happened and what to know of it, for an event of the recorder's that is worth a word; nothing for others."""
    match what:
        case "back":
            return tr("The microphone is back."), tr("The recording goes on.")
        case "other-microphone":
            return tr("The recording goes on with another microphone."), tr("It is the computer's usual one.")
        case "microphone-changed":
            return (
                tr("The computer now uses another microphone: {name}.").format(name=detail),
                tr("The recording goes on with it."),
            )
        case "computer-sound-missing":
            return (
                tr("The computer's own sound cannot be recorded."),
                tr("Your microphone is recorded. Of the other side only what it hears is kept."),
            )
        case "computer-sound-back":
            return tr("The computer's own sound is recorded again."), ""
        case "slept":
            return (
                tr("The computer was asleep for {time}.").format(time=duration(int(detail) * 1000)),
                tr("Nothing was recorded meanwhile. The recording goes on."),
            )
        case "clock-changed":
            return tr("The computer's clock was changed."), tr("The recording goes on, and its times are right.")
        case "disk-low":
            return (
                tr("There is little room left on the disk."),
                tr("The recording goes on. Free some space when you can."),
            )
        case "disk-room":
            return tr("There is room on the disk again."), tr("The recording goes on.")
        case "gone-on":
            return tr("The recording goes on after an interruption."), tr("Up to a second before it may be missing.")
        case "struck":
            return tr("The last minute was erased."), tr("Its sound is destroyed. The recording goes on.")
    return "", ""


def place(problem: str, heading: str) -> str:
    """Where something stands in a note."""
    return " – ".join(filter(None, (problem, heading)))


def not_copied(left: int, of: int) -> str:
    """How much of a signed note has not reached its record."""
    if left == of:
        return tr("None of the {of} headings is copied yet.").format(of=of)
    text = (
        tr("{left} of {of} headings is not copied yet.")
        if left == 1
        else tr("{left} of {of} headings are not copied yet.")
    )
    return text.format(left=left, of=of)


def patient(who: Patient) -> str:
    return who.name or tr("No patient yet")


def who(known: Patient) -> str:
    """Name, date of birth and NHS number, as far as they are known."""
    date_of_birth, number = born(known.date_of_birth), nhs_number(known.nhs_number)
    parts = (
        patient(known),
        tr("born {date}").format(date=date_of_birth) if date_of_birth else "",
        tr("NHS {number}").format(number=number) if number else "",
    )
    return ",  ".join(part for part in parts if part)


def born(when: date | None) -> str:
    return when.strftime("%d %b %Y").lstrip("0") if when else ""


def age(when: date, day: date) -> int:
    """Whole years."""
    return day.year - when.year - ((day.month, day.day) < (when.month, when.day))


def birth(when: date) -> str:
    """Date of birth and age, as they stand beside a name everywhere."""
    return tr("Born {date} ({years} years)").format(date=born(when), years=age(when, today()))


def nhs_number(digits: str) -> str:
    """3 3 4 as it is printed everywhere."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 else digits


def day(when: date) -> str:
    names = (
        tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday"), tr("Saturday"), tr("Sunday")
    )  # fmt: skip
    months = (
        tr("January"), tr("February"), tr("March"), tr("April"), tr("May"), tr("June"), tr("July"), tr("August"),
        tr("September"), tr("October"), tr("November"), tr("December"),
    )  # fmt: skip
    return tr("{weekday} {day} {month}").format(
        weekday=names[when.weekday()], day=when.day, month=months[when.month - 1]
    )


def today() -> date:
    """The day on the wall, here."""
    return datetime.now().astimezone().date()


def breakable(name: str) -> str:
    """A long file name or path, with places where a narrow column may break it."""
    return re.sub(r"(?<=[/\\_-])", "\u200b", name)


def clock(when: datetime) -> str:
    return when.astimezone().strftime("%H:%M")


def duration(ms: int) -> str:
    """Minutes and seconds, or hours too: 4:07, 1:02:09."""
    seconds = max(0, ms) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def answered(checks: Iterable[Check]) -> str:
    """How the checks were answered; empty where there were none."""
    said = {
        Settled.ACCEPTED: tr("{count} added"),
        Settled.CORRECTED: tr("{count} corrected"),
        Settled.REMOVED: tr("{count} left out"),
    }
    counts = Counter(check.settled for check in checks)
    parts = [text.format(count=counts[settled]) for settled, text in said.items() if counts[settled]]
    return tr("Checks: {parts}.").format(parts=", ".join(parts)) if parts else ""


def not_in_the_note(count: int, others: bool) -> str:
    """How much was said and stands in no line; `others`: besides what was named."""
    if others:
        return (
            tr("1 more thing that was said is not in the note.")
            if count == 1
            else tr("{count} more things that were said are not in the note.").format(count=count)
        )
    return (
        tr("1 thing that was said is not in the note.")
        if count == 1
        else tr("{count} things that were said are not in the note.").format(count=count)
    )


def checks_left(count: int) -> str:
    if count == 0:
        return tr("Everything is checked")
    return tr("1 check left") if count == 1 else tr("{count} checks left").format(count=count)
