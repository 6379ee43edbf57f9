"""The demonstration: a bundled recording taken all the way, in a throw-away store, marked as nobody's note.

It asks nothing and goes the very way that the window goes. Only the bundled recordings, known by their hash, can
be signed like this (`scribe.review.sign_demo`).
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from scribe import demo_recordings, export
from scribe.desk import Desk
from scribe.events import DraftReady, Event, Failed, Progressed, TurnsReady, Warned
from scribe.extract.reasons import in_words
from scribe.line import OnProgress
from scribe.records import Draft, SignedNote


def run_demo(
    demo_id: str,
    out: Path | None,
    *,
    on_progress: OnProgress,
    say: Callable[[str], object],
    write: Callable[[str], object],
) -> SignedNote:
    """Takes one bundled recording to exported files and prints the note.

    Args:
        demo_id: which one.
        out: the folder for the files, made where it is missing; by default one among the user's documents.
        on_progress: told how far the long steps are.
        say: takes remarks, one a call.
        write: takes the note.

    Raises:
        Fixable: no such demonstration, a model is missing, or the folder cannot be written to.
    """
    bundled = demo_recordings.recording(demo_id)
    folder = out or Path(platformdirs.user_documents_dir()) / "Scribe demonstration"
    folder.mkdir(parents=True, exist_ok=True)
    minutes = bundled.duration_ms / 60_000
    say(f"“{bundled.title}”: a simulated consultation with computer voices, {minutes:.1f} minutes.")
    seconds: dict[str, float] = {}
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    desk = Desk(listener=events.put)
    try:
        desk.open_throwaway()
        encounter = desk.begin_demo(demo_id)
        with _timed("reading the recording", seconds):
            desk.import_demo(encounter.id, demo_id)
        draft = _drafted(desk, encounter.id, events, on_progress, say, seconds)
        note = desk.sign_demo(encounter.id)
        with _timed("writing the files", seconds):
            formats = tuple(each.id for each in export.FORMATS.values() if each.for_people)
            receipts = desk.export(encounter.id, formats, folder)
        text = desk.note_text(note)  # which looks up whose note it is
    finally:
        desk.close()
    write(text)
    _say_checks(draft, say)
    say("Time: " + ", ".join(f"{step} {taken:.1f} s" for step, taken in seconds.items()) + ".")
    say("Written, each marked as a demonstration:")
    for receipt in receipts:
        say(f"  {receipt.path}")
    say(f"To review this consultation in the window: python3 run.py app --demo {demo_id}")
    return note


def _drafted(
    desk: Desk,
    encounter_id: str,
    events: queue.SimpleQueue[Event],
    on_progress: OnProgress,
    say: Callable[[str], object],
    seconds: dict[str, float],
) -> Draft:
    """Waits for the draft, and measures the steps as their results arrive."""
    began = time.perf_counter()
    desk.process(encounter_id)
    while True:
        match events.get():
            case Progressed(_, step, done, total):
                on_progress(step, done, total)
            case TurnsReady():
                seconds["speech to text"] = time.perf_counter() - began
                began = time.perf_counter()
            case Warned(_, error):
                say(str(error))
            case Failed(_, error):
                raise error
            case DraftReady(_, draft):
                seconds["drafting"] = time.perf_counter() - began
                return draft


def _say_checks(draft: Draft, say: Callable[[str], object]) -> None:
    if not draft.checks:
        say("Nothing was flagged to be checked.")
        return
    say(f"Flagged to be checked, and therefore not in the note ({len(draft.checks)}):")
    for check in draft.checks:
        say(f"  {check.text}: {in_words(check.reason, check.detail)}")


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - began
