"""`evenflow fetch`: a model's file, downloaded or found, its hash checked; its conversion.

Decides how progress is shown; what a model is called, where it comes from and
when it is to be trusted is the worker's matter.
"""

import os
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from services.cli.faults import USAGE, Complaint
from services.runtime.settings import SettingsError, load
from services.worker.engines.errors import ModelUnavailableError
from services.worker.engines.litert.cache import converted
from services.worker.engines.litert.shapes import Shapes
from services.worker.engines.models.finding import default_cache_dir, find_model
from services.worker.settings import WorkerSettings


def fetch(
    model: str | None,
    precision: str | None = None,
    slots: int | None = None,
    context: int | None = None,
) -> None:
    """Have the model, and converted if a precision says so; raises Complaint."""
    given = {"precision": precision, "slots": slots, "context": context}
    flags = [f"--{name}={value}" for name, value in given.items() if value is not None]
    try:
        settings = load(WorkerSettings, "worker", flags, os.environ)
    except SettingsError as error:
        raise Complaint(
            "settings cannot be used:\n  " + "\n  ".join(error.faults), exit_code=USAGE
        ) from None
    console = Console(highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f}%"))
    is_live = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not is_live) as bars:
        try:
            cache_dir = settings.cache_dir or default_cache_dir()
            tell = _bar(bars) if is_live else _lines(console)
            found = find_model(model or settings.model, cache_dir, tell)
            if precision == "int8":
                shapes = Shapes(settings.slots, settings.context)
                kept = converted(found, cache_dir, shapes, tell)
        except ModelUnavailableError as error:
            raise Complaint(str(error)) from None
    console.out(f"{found.name}: {found.path}")
    console.out(f"sha256 {found.sha256}")
    if precision == "int8":
        console.out(f"int8 for {settings.slots} slots of {settings.context} tokens: {kept}")


def _bar(bars: Progress) -> Callable[[str, float], None]:
    task = bars.add_task("looking", total=1.0)
    return lambda what, fraction: bars.update(task, description=what, completed=fraction)


def _lines(console: Console) -> Callable[[str, float], None]:
    """A line for each thing that is new."""
    told: set[str] = set()

    def tell(what: str, _fraction: float) -> None:
        if what not in told:
            told.add(what)
            console.out(what)

    return tell
