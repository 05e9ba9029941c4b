"""Shows how far an explanation has come: a line for the stage that it is in.

Decides that only a terminal is shown one, and that it goes when the explanation is there.
Is told events and asks nobody.
"""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.cli.explain.values import Advanced

_STAGES = {
    "answering": "answering",
    "loading": "loading the model",
    "computing": "computing gradients",
}


class AdvanceView:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._lines: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def heard(self, event: Advanced) -> None:
        """Show how far it is; what it did before is no longer shown."""
        if event.stage not in self._lines:
            for line in self._lines.values():
                self._bar.update(line, visible=False)
            self._lines[event.stage] = self._bar.add_task("", total=None)
        self._bar.update(
            self._lines[event.stage],
            description=words(event),
            completed=event.done,
            total=event.total or None,
        )


def words(event: Advanced) -> str:
    """What is being done.

    >>> words(Advanced("waiting", 1, 4))
    'waiting: 3 explanations before this one'
    """
    if event.stage != "waiting":
        return _STAGES.get(event.stage, event.stage)
    left = event.total - event.done
    return f"waiting: {left} explanation{'s' if left > 1 else ''} before this one"
