"""Tables and the picture.

Decides how figures are shown: the median of the seeds, and their spread where it
matters. Knows no simulation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.simulation.run import BLIND, ORACLE, OURS, RIVALS, SHARDS
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.scores import Scores

PREFACE = """# Dispatch in simulation

`{command}`, {date}; {runs} runs in {seconds:.0f} s, {seeds} seeds each: medians, and the
spread of goodput from the worst to the best seed. The model is in `benchmarks/simulation/`.

- *goodput*: share of requests with the first token within 1 s + 0.25 ms a prompt token
  and the others within 75 ms a token on the mean; *excess*: TTFT beyond an idle worker's.
  Seconds. Jain and max/mean are of tokens a worker: a degraded fleet should be uneven.
- *held*: prompt tokens that a cache held; these prompts share nothing (see multiturn.md).
- *load*: arrivals by what the fleet completes when it never wants for requests, each worker
  at its final speed. *Degraded*: a quarter at 0.6, an eighth falls to 0.3 in the run.
  *Broken*: an eighth fails at once whatever it gets, in the middle half of the run; what
  failed is sent once more, elsewhere where the policy can tell.
- *reports 100 ms old*: measured each 100 ms, heard 100 ms later; 1000 likewise; 0: each 50 ms.
- Prompt lengths are known to none but the oracle: all others see bytes (spread 15 %).
- *least prefill* is the strongest rival: outstanding tokens, a prompt's counting a tenth once
  its first token has come, in one queue-less balancer that sees everything.
"""

HEADER = (
    "| policy | goodput (spread) | TTFT p50 | excess p50 | p99 | end p99"
    " | Jain | max/mean | held |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One policy in one scenario: a score for each seed."""

    scenario: Scenario
    name: str
    scores: tuple[Scores, ...]

    @property
    def goodput(self) -> float:
        """Median of the seeds."""
        return median(score.goodput for score in self.scores)

    @property
    def worst(self) -> float:
        """The least of the seeds."""
        return min(score.goodput for score in self.scores)

    @property
    def best(self) -> float:
        """The most of the seeds."""
        return max(score.goodput for score in self.scores)

    def row(self) -> str:
        """Its line in a table."""
        middle = {
            name: median(getattr(score, name) for score in self.scores)
            for name in (
                *("ttft_p50", "excess_p50", "ttft_p99", "end_p99"),
                *("jain", "max_by_mean", "found"),
            )
        }
        name = f"**{self.name}**" if self.name == OURS else self.name
        return (
            f"| {name} | {self.goodput:.3f} ({self.worst:.3f}-{self.best:.3f})"
            f" | {middle['ttft_p50']:.3f} | {middle['excess_p50']:.3f} | {middle['ttft_p99']:.2f}"
            f" | {middle['end_p99']:.1f} | {middle['jain']:.3f} | {middle['max_by_mean']:.2f}"
            f" | {middle['found']:.2f} |\n"
        )


def tell(scenario: Scenario) -> str:
    """A scenario in words, the reports' age aside."""
    words = f"{scenario.workers} workers, {scenario.fleet} fleet, load {scenario.load:g}"
    if scenario.engine != "gpu":
        words += f", {scenario.engine} engine"
    if scenario.arrivals != "gamma":
        words += f", {scenario.arrivals}"
    if scenario.lost_share:
        words += f", {scenario.lost_share:.0%} of the reports lost"
    return words


def table(cells: Sequence[Cell]) -> str:
    """All policies of one group of scenarios that differ in the reports' age at most."""
    order = {name: place for place, name in enumerate((*RIVALS, OURS, SHARDS, ORACLE))}
    text = f"\n### {tell(cells[0].scenario)}\n\n{HEADER}"
    for cell in sorted(cells, key=lambda c: (order[c.name], c.scenario.age_ms)):
        row = cell.row()
        if cell.name not in BLIND:
            row = row.replace(" | ", f", reports {cell.scenario.age_ms} ms old | ", 1)
        text += row
    return text


def grouped(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    """Cells by everything but the reports' age."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(tell(cell.scenario), []).append(cell)
    return groups


def shortfalls(groups: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Where our desk does not reach its goals.

    1. Within 1 point of goodput of the oracle at 64 and more workers, 5 at fewer.
    2. Never below a rival by more than the spread of our own seeds.
    """
    lines = []
    for words, cells in groups.items():
        oracle = max((cell.goodput for cell in cells if cell.name == ORACLE), default=0.0)
        goal = 0.01 if cells[0].scenario.workers >= 64 else 0.05
        for ours in (cell for cell in cells if cell.name == OURS):
            where = f"{words}, reports {ours.scenario.age_ms} ms old"
            behind = oracle - ours.goodput
            if behind > goal:  # 1
                lines.append(f"{where}: {behind:.3f} behind the oracle (goal {goal:.2f})")
            spread = ours.best - ours.worst
            better = [c for c in cells if c.name in RIVALS and c.goodput > ours.goodput + spread]
            # 2
            lines += [f"{where}: {c.goodput - ours.goodput:.3f} behind {c.name}" for c in better]
    return lines


def picture(groups: Mapping[str, Sequence[Cell]], path: Path) -> None:
    """Goodput of every policy in every group, as points with their spread."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    drawn = {cell.name for cells in groups.values() for cell in cells}
    markers = dict(zip((*RIVALS, OURS, SHARDS, ORACLE), "ov<>sDPoX*", strict=True))
    names = [name for name in markers if name in drawn]
    colours = dict(zip(names, pyplot.get_cmap("Dark2")(range(len(names))), strict=True))
    colours |= {OURS: (0.9, 0.2, 0.1, 1.0), ORACLE: (0.0, 0.0, 0.0, 1.0)}
    figure, axes = pyplot.subplots(figsize=(10, 0.42 * len(groups) + 1.6), layout="constrained")
    for row, cells in enumerate(groups.values()):
        for name in names:
            found = [cell for cell in cells if cell.name == name]
            worst = max(found, key=lambda c: c.scenario.age_ms, default=None)
            if worst is None:
                continue
            place = row + {OURS: -0.17, ORACLE: 0.17}.get(name, 0.0)
            spread = [worst.worst, worst.best]
            axes.plot(spread, [place, place], color=colours[name], lw=0.8, alpha=0.5)
            axes.plot(
                worst.goodput,
                place,
                markers[name],
                color=colours[name],
                markersize=7 if name in (OURS, ORACLE) else 5,
                label=name if row == 0 else None,
                zorder=3 if name in (OURS, ORACLE) else 2,
            )
    axes.set_yticks(range(len(groups)), list(groups))
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlim(right=1.01)
    axes.set_xlabel("share of requests within their targets (line: spread of the seeds)")
    axes.set_title("SLO goodput in simulation, with the oldest reports of each row", fontsize=10)
    figure.legend(loc="outside lower center", ncols=5, fontsize=8, frameon=False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
