"""Shows how far a task of many steps has come, while nothing of its answer is there.

Decides that only a terminal is shown a bar, and that it goes when the answer comes:
what streams shows by itself that it goes on. Is told events and asks nobody.
"""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.task_plan import Progressed


class ProgressView:
    """A bar on a terminal; nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._id = self._bar.add_task("waits", total=None)
        self._is_over = False

    def __enter__(self) -> "ProgressView":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.answered()

    def heard(self, progress: Progressed) -> None:
        """Show how far it is."""
        if self._is_over:
            return
        self._bar.start()
        self._bar.update(
            self._id,
            description=description(progress),
            completed=progress.steps_done,
            total=progress.steps_total,
        )

    def answered(self) -> None:
        """The answer is there, or nothing will be: the bar goes. Idempotent."""
        self._is_over = True
        self._bar.stop()


def description(progress: Progressed) -> str:
    """What has just ended, and where.

    >>> description(Progressed(0, 4, 2))
    '4 steps on 2 levels'
    """
    if progress.step is None:
        return f"{progress.steps_total} steps on {progress.levels} levels"
    step = progress.step
    return f"level {step.level + 1} of {progress.levels}: part {step.part + 1} by {step.worker_id}"
