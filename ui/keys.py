"""Every key and what it does, in one place: shown on `?` and F1."""

from __future__ import annotations

from ui.words import tr


def key_map() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Groups of (key, what it does), in the order of a consultation."""
    return (
        (
            tr("Everywhere"),
            (
                ("Ctrl+N", tr("New consultation: closes the one before")),
                ("Ctrl+P", tr("Enter or change the patient")),
                ("Ctrl+L", tr("Lock; a recording goes on")),
                ("Ctrl+,", tr("Settings")),
                ("Esc", tr("Back")),
                ("F1  ?", tr("This list")),
            ),
        ),
        (
            tr("Consultation"),
            (
                ("Enter", tr("What comes next: start, stop, check")),
                ("P", tr("Pause, and go on")),
                ("X", tr("Not for the note: leaves out what is said now; again when it is over")),
                ("S", tr("Erase the last minute of the recording")),
                ("Ctrl+O", tr("Told, no objection: open a recording")),
            ),
        ),
        (
            tr("Checking the note"),
            (
                ("A  C  R", tr("Add (or: it is right), correct, leave out")),
                ("A  R", tr("Add what was said but is not in the note, or leave it out")),
                ("F8", tr("Go to the first thing to check")),
                ("F6", tr("Go round: transcript, note, checks")),
                ("↑ ↓", tr("Line by line; its words are marked in the transcript")),
                (tr("Abbreviation, space"), tr("While editing: your own phrase, kept in Settings")),
                ("F7", tr("While editing: what may have been meant by an underlined word, 1 to 5")),
                (tr("Space"), tr("Hear these seconds")),
                ("S  V", tr("In the transcript: swap clinician and patient here; for this voice everywhere")),
                ("W", tr("In the transcript: say who spoke; with Shift and arrows, for a stretch")),
                ("X", tr("In the transcript: leave this part out, or put it back")),
                ("+  -", tr("Hear them faster, up to twice as fast, or slower")),
                ("Enter  F2", tr("Edit the line; Enter again when done, Esc to leave it")),
                ("Ins  Del", tr("Add a line after this one; remove it")),
                ("D", tr("Hold it to dictate after this line, once the patient has left")),
                ("Alt+↑ ↓", tr("Move the line")),
                ("Alt+Enter", tr("While editing: make the rest a line of its own")),
                ("H", tr("Sensitive: put it into an entry of its own; again: leave it in its place")),
                ("J", tr("Join the next line to this one")),
                ("Ctrl+Z  Ctrl+Y", tr("Undo and redo, without end")),
                ("Ctrl+Enter", tr("Sign")),
            ),
        ),
        (
            tr("Signed note"),
            (
                ("1 … 9", tr("Copy this heading")),
                ("C", tr("Copy the heading that is chosen")),
                ("Ctrl+Shift+C", tr("Copy the whole note")),
                ("Ctrl+S", tr("Save files")),
                ("E", tr("Correct it: a new version")),
                ("N", tr("Next patient")),
            ),
        ),
    )
