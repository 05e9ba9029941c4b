"""Shows workers starting: bars on a terminal, lines elsewhere; later, what befalls them.

Decides words and layout; is told events and asks nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.cli.mesh.fleet_events import Died, FleetEvent, Said, Serving, Starting, cause


class StartingView(Protocol):
    """Shows what happens to workers."""

    def heard(self, event: FleetEvent) -> None:
        """Show an event."""
        ...

    def started(self) -> None:
        """All workers have started, or never will: from now on lines. Idempotent."""
        ...


class Lines:
    """A line for each thing that is new."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stages: dict[int, str] = {}

    def heard(self, event: FleetEvent) -> None:
        """Show an event."""
        line = self._line(event)
        if line:
            self._console.out(line)

    def started(self) -> None:
        """Nothing changes."""

    def _line(self, event: FleetEvent) -> str:
        name = f"worker {event.index + 1}"
        match event:
            case Starting(index, what, _) if self._stages.get(index) == what:
                return ""  # only further on
            case Starting(index, what, _):
                self._stages[index] = what
                return f"{name}: {what}"
            case Serving():
                return f"{name}: serves at {event.address} after {event.seconds:.1f} s"
            case Died(_, exit_code, None, _):
                return f"{name}: {cause(exit_code)}"
            case Died(_, exit_code, pause, _):
                return f"{name}: {cause(exit_code)}; out of the fleet, again in {pause:.1f} s"
            case Said():
                return f"{name} | {event.line}"


class Bars:
    """A bar for each worker while it starts for the first time; lines above and after."""

    def __init__(self, console: Console, workers: int) -> None:
        self._lines = Lines(console)
        self._progress = Progress(
            TextColumn("{task.fields[name]}"),
            BarColumn(bar_width=28),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: list[TaskID] = [
            self._progress.add_task("starting", total=1.0, name=f"worker {index + 1}")
            for index in range(workers)
        ]
        self._progress.start()
        self._is_started = False

    def heard(self, event: FleetEvent) -> None:
        """Show an event."""
        if self._is_started or isinstance(event, Died | Said):
            self._lines.heard(event)
            return
        task = self._tasks[event.index]
        if isinstance(event, Serving):
            self._progress.update(task, completed=1.0, description=f"serves at {event.address}")
            self._progress.stop_task(task)
        elif isinstance(event, Starting):
            self._progress.update(task, completed=event.fraction, description=event.what)

    def started(self) -> None:
        """Leave the bars as they stand."""
        if not self._is_started:
            self._is_started = True
            self._progress.stop()


@contextmanager
def starting_view(console: Console, workers: int) -> Iterator[StartingView]:
    """The view that fits the console."""
    view: StartingView = Bars(console, workers) if console.is_terminal else Lines(console)
    try:
        yield view
    finally:
        view.started()
