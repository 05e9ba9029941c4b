"""Shows several answers that stream at once: panels on a terminal, one after another elsewhere.

Decides layout alone; is told how far each answer has come.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.text import Text as Line

from services.cli.answers import Answer
from services.cli.asking import stats_line
from services.cli.texts import printable

COLOURS = ("cyan", "magenta", "green", "yellow")


class DemoView(Protocol):
    """Shows answers."""

    def heard(self, index: int, answer: Answer) -> None:
        """That answer has come further."""
        ...


class InOrder:
    """The first answer streams, the others wait in memory until it is their turn."""

    def __init__(self, console: Console, asked: Sequence[tuple[str, str]]) -> None:
        self._console = console
        self._asked = asked
        self._answers: list[Answer | None] = [None] * len(asked)
        self._turn = 0
        self._shown = 0

    def heard(self, index: int, answer: Answer) -> None:
        """Write what is new, if it is that answer's turn."""
        self._answers[index] = answer
        while self._turn < len(self._asked) and self._write(self._answers[self._turn]):
            self._turn, self._shown = self._turn + 1, 0

    def _write(self, answer: Answer | None) -> bool:
        """Write what is new of the answer whose turn it is; whether it has ended."""
        if answer is None:
            return False
        text = printable(answer.text.reveal)
        if self._shown == 0 and text:
            kind, asked = self._asked[self._turn]
            self._put(f"{kind}: {asked}\n  ")
        self._put(text[self._shown :].replace("\n", "\n  "))
        self._shown = len(text)
        if answer.ended is None:
            return False
        self._put(f"\n  [{stats_line(answer)}]\n\n")
        return True

    def _put(self, text: str) -> None:
        self._console.out(text, end="", highlight=False)
        self._console.file.flush()


class Panels:
    """A panel for each answer, all alive."""

    def __init__(self, live: Live, asked: Sequence[tuple[str, str]]) -> None:
        self._live = live
        self._asked = asked
        self._answers: list[Answer | None] = [None] * len(asked)
        self.draw()

    def heard(self, index: int, answer: Answer) -> None:
        """Take it in; the picture is drawn when it is due."""
        self._answers[index] = answer
        self.draw()

    def draw(self) -> None:
        """Compose the picture."""
        self._live.update(Group(*(self._panel(index) for index in range(len(self._asked)))))

    def _panel(self, index: int) -> Panel:
        (kind, asked), answer = self._asked[index], self._answers[index]
        text = Line(printable(answer.text.reveal).strip() if answer else "…")
        return Panel(
            Group(Line(asked, style="dim"), text),
            title=Line(f" {kind} ", style="bold"),
            title_align="left",
            subtitle=Line(stats_line(answer) if answer and answer.ended else "…", style="dim"),
            subtitle_align="right",
            border_style=COLOURS[index % len(COLOURS)],
        )


@contextmanager
def demo_view(console: Console, asked: Sequence[tuple[str, str]]) -> Iterator[DemoView]:
    """The view that fits the console; each of `asked` is (kind, what was asked)."""
    if not console.is_terminal:
        yield InOrder(console, asked)
        return
    # So that panels may be taller than the window: the last picture stays whole.
    with Live(console=console, refresh_per_second=12, vertical_overflow="visible") as live:
        yield Panels(live, asked)
