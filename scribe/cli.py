"""The command line: results on stdout, progress and warnings on stderr, exit codes that mean something.

0 done · 1 our mistake · 2 wrong usage · 3 something to put right (file, model, disk …) · 130 stopped with Ctrl+C.
It cannot sign, and so it cannot export a note as signed; only the bundled demonstration is written out, marked.
"""

from __future__ import annotations

import json
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from scribe import settings
from scribe.doctor import run_doctor
from scribe.draft.templates import all_templates, refused
from scribe.errors import Fixable, ScribeError
from scribe.events import Step
from scribe.models.cli import models_app
from scribe.records import Detail, Mode, Present, utc_now

if TYPE_CHECKING:  # it brings the engines, which most commands do without
    from scribe.line import Line

app = typer.Typer(
    name="scribe",
    help="Scribe drafts the note of a consultation, with the evidence for every line, on this computer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models_app, name="models", help="Speech and language models: list, get, verify, import, remove.")

_said = Console(stderr=True)
_STOPPED = 130

OnProgress = Callable[[Step, int, int], None]
_UsageError: Any = typer.BadParameter.__base__  # typer carries its own click, and does not name this class


class TranscriptFormat(StrEnum):
    JSON = "json"
    TEXT = "text"
    VTT = "vtt"


class DraftFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


Recording = Annotated[Path, typer.Argument(help="A recording: wav, mp3, m4a, ogg, opus, flac, webm, or a video.")]


def _say(text: str) -> None:
    _said.print(text, highlight=False, markup=False, soft_wrap=True)


def _warn(warning: ScribeError) -> None:
    _said.print(str(warning), style="yellow", highlight=False, markup=False, soft_wrap=True)


def _line(on_progress: OnProgress | None = None, on_warning: Callable[[ScribeError], None] | None = None) -> Line:
    """The engines, as the person's settings want them."""
    from scribe.line import Line

    loaded = settings.load()
    for warning in loaded.warnings:
        _warn(warning)
    preferences = loaded.preferences
    return Line(
        preferences.speech_model,
        preferences.language_model,
        own_words=preferences.own_words,
        on_progress=on_progress,
        on_warning=on_warning,
    )


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """On a terminal bars for the long steps, which leave nothing behind; elsewhere a line for every tenth."""
    names = {Step.TRANSCRIBE: "Speech to text", Step.DRAFT: "Drafting"}
    if not _said.is_terminal:
        said: set[tuple[Step, int]] = set()

        def tell(step: Step, done: int, total: int) -> None:
            tenth = (step, 10 * done // total if total else 0)
            if tenth not in said:
                said.add(tenth)
                _say(f"{names[step]}: {tenth[1] * 10} %" if total else f"{names[step]} …")

        yield tell
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=_said, transient=True
    ) as bars:
        tasks: dict[Step, TaskID] = {}

        def show(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(names[step], total=None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield show


def _write(text: str) -> None:
    """Results go out as UTF-8 whatever the console's own encoding is."""
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


@app.command()
def transcribe(
    file: Recording,
    format: Annotated[TranscriptFormat, typer.Option(help="How to print it.")] = TranscriptFormat.JSON,
    present: Annotated[list[Present] | None, typer.Option(help="Who else was there; may be given again.")] = None,
) -> None:
    """Turns a recording into text with roles and times. If it fails in the middle, prints what there is."""
    from scribe import transcripts
    from scribe.line import BrokenOff

    try:
        with _progress() as show, _line(show, _warn) as line:
            turns = line.turns_of_recording(file, present or ())
    except BrokenOff as broken:
        _write(transcripts.FORMATS[format](broken.turns))
        raise broken.told("What was recognised before is printed, without the rest.") from broken
    _write(transcripts.FORMATS[format](turns))


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="A recording, or a numbered transcript (.json).")],
    template: Annotated[str, typer.Option(help="See `scribe templates`.")] = "gp-consultation",
    detail: Annotated[Detail, typer.Option(help="How much the note says.")] = Detail.STANDARD,
    mode: Annotated[Mode, typer.Option(help="How patient and clinician met.")] = Mode.FACE_TO_FACE,
    format: Annotated[DraftFormat, typer.Option(help="The note, or everything behind it.")] = DraftFormat.TEXT,
) -> None:
    """Drafts a note. Unsigned: nobody has checked it. If it fails in the middle, prints what was recognised instead."""
    from scribe import transcripts
    from scribe.line import BrokenOff

    try:
        with _progress() as show, _line(show, _warn) as line:
            drafted = line.draft_file(file, template_id=template, detail=detail, mode=mode)
    except BrokenOff as broken:
        _write(transcripts.FORMATS[format](broken.turns))
        raise broken.told("No note was made. What was recognised is printed instead.") from broken
    _write(drafted.text() if format is DraftFormat.TEXT else json.dumps(drafted.as_json(), indent=1) + "\n")
    if drafted.draft.checks:
        _say(f"{len(drafted.draft.checks)} to check, which are not in the note; see --format json.")


@app.command()
def templates() -> None:
    """Lists the note templates, and says what is wrong with those that cannot be used."""
    for each in all_templates():
        _write(f"{each.id}\t{each.title}\n")
    for error in refused():
        _warn(error)


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="A folder with transcripts/ or audio/, and gold/ fact sheets.")],
    template: Annotated[str, typer.Option(help="See `scribe templates`.")] = "gp-consultation",
    detail: Annotated[Detail, typer.Option(help="How much the notes say.")] = Detail.STANDARD,
    mode: Annotated[Mode, typer.Option(help="How patient and clinician met.")] = Mode.FACE_TO_FACE,
    transcripts: Annotated[Path | None, typer.Option(help="Other transcripts, numbered alike.")] = None,
    notes: Annotated[Path | None, typer.Option(help="Keep the notes in this folder.")] = None,
    format: Annotated[DraftFormat, typer.Option(help="A table, or JSON.")] = DraftFormat.TEXT,
) -> None:
    """Measures Scribe on this computer: word errors, facts stated, contradictions, useful share, time."""
    from scribe.evaluate import report

    with _line() as line:
        result = report.evaluate(
            folder,
            line,
            template_id=template,
            detail=detail,
            mode=mode,
            transcripts=transcripts,
            notes=notes,
            say=_say,
        )
    _write(report.as_table(result) if format is DraftFormat.TEXT else report.as_json(result))


@app.command()
def rehearse(
    file: Annotated[
        Path | None, typer.Argument(help="A recording; a bundled consultation where none is given.")
    ] = None,
    said: Annotated[Path | None, typer.Option(help="What was really said: a numbered transcript, or text.")] = None,
    gold: Annotated[Path | None, typer.Option(help="A fact sheet of the consultation.")] = None,
    mode: Annotated[Mode, typer.Option(help="How they met.")] = Mode.FACE_TO_FACE,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Do not wait for the recording: text and note, but no times.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure, with the lag over time.")] = False,
) -> None:
    """Plays a recording as if it were spoken, in real time, and says whether this computer keeps up.

    Exit code 3: a bar was missed.
    """
    from scribe import demo_recordings, rehearse

    if file is None:
        file = demo_recordings.recording("new-medicine").path
        said, gold = said or file.parent / "script.json", gold or file.parent / "facts.json"
    preferences = settings.load().preferences
    found = rehearse.rehearse(
        file,
        speech_model=preferences.speech_model,
        language_model=preferences.language_model,
        own_words=preferences.own_words,
        mode=mode,
        said=said,
        gold=gold,
        at_once=at_once,
        say=_say,
    )
    _write(rehearse.as_json(found) if as_json else rehearse.as_table(found))
    if not all(bar.is_met for bar in rehearse.bars(found)):
        raise typer.Exit(3)


@app.command()
def demo(
    name: Annotated[str, typer.Argument(help="Which bundled consultation.")] = "new-medicine",
    out: Annotated[Path | None, typer.Option(help="Where to write the files.")] = None,
) -> None:
    """Takes a bundled simulated consultation all the way to exported files, marked DEMO."""
    from scribe.demo import run_demo

    with _progress() as show:
        run_demo(name, out, on_progress=show, say=_say, write=_write)


@app.command()
def export(
    note: Annotated[str, typer.Argument(help="A signed note's id, or how it begins; see --notes.")] = "",
    to: Annotated[Path | None, typer.Option(help="Where to write; by default the profile's folder.")] = None,
    format: Annotated[list[str] | None, typer.Option(help="Which; may be given more than once.")] = None,
    profile: Annotated[str, typer.Option(help="An export profile.")] = "default",
    clinician: Annotated[str, typer.Option(help="Whose notes, where there is more than one profile.")] = "",
    notes: Annotated[bool, typer.Option("--notes", help="List the signed notes; asks for the PIN.")] = False,
    samples: Annotated[Path | None, typer.Option(help="Write a made-up signed note in every format there.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of signed notes.")] = False,
    import_profile: Annotated[Path | None, typer.Option(help="Take in an export profile, for administrators.")] = None,
) -> None:
    """Lists formats and profiles; or writes a signed note once more, after asking for the PIN."""
    from scribe.export import cli as exports
    from scribe.export import json as json_format
    from scribe.export import site

    if import_profile is not None:
        _write(f"{site.import_site(import_profile)}\n")
    elif samples is not None:
        exports.samples(samples, profile, _write)
        _say("A made-up patient, for integration tests only. docs/integration.md says what each file is.")
    elif schema:
        _write(json_format.SCHEMA_FILE.read_text(encoding="utf-8"))
    elif notes:
        exports.list_notes(clinician, _write)
    elif note:
        exports.export_note(note, tuple(format or ()), to, profile, clinician, _write)
    else:
        exports.list_all(_write)


@app.command()
def validate(file: Annotated[Path, typer.Argument(help="A file that Scribe wrote, or reads.")]) -> None:
    """Says what a file is and whether it holds."""
    from scribe.export.validate import validate as look

    finding = look(file, utc_now())
    _write(f"{file.name}: {finding.kind}, {'it does not hold' if finding.faults else 'it holds'}\n")
    for fault in finding.faults:
        _write(f"  {fault}\n")
    if finding.faults:
        raise typer.Exit(3)


@app.command(name="app")
def open_app(
    demo: Annotated[str, typer.Option(help="Open with this bundled consultation, in a throw-away store.")] = "",
) -> None:
    """Opens the window."""
    # The engine does not import the window; it starts it as the installed program would.
    sys.argv = ["scribe", *(["--demo", demo] if demo else [])]
    runpy.run_module("ui.app", run_name="__main__")


@app.command()
def doctor() -> None:
    """Says what works on this computer and what to do about the rest."""
    raise typer.Exit(run_doctor())


def run(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns its exit code; every error has been said in plain words on stderr."""
    try:
        code = app(arguments, standalone_mode=False)
    except _UsageError as error:
        error.show()
        return 2
    except (KeyboardInterrupt, typer.Abort):
        code = _STOPPED
    except ScribeError as error:
        _said.print(str(error), style="bold red", highlight=False, markup=False, soft_wrap=True)
        return 3 if isinstance(error, Fixable) else 1
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        _say(f"Something went wrong inside Scribe ({where}). Your files are as they were.")
        return 1
    if code == _STOPPED:  # typer makes of Ctrl+C what it likes, this code or an exception
        _say("Stopped. Nothing was left half-done.")
    return code if isinstance(code, int) else 0
