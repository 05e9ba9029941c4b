"""Does evenflow serve more requests within their targets than proxies do, live?

Runs fleets of workers in real time, one behind evenflow (gateway and balancer)
and one behind each proxy, and sends all of them the same trace at the same
moments:

    python -m benchmarks.proxies            ten minutes on two cores
    python -m benchmarks.proxies --quick    less than a minute, one load

The workers are evenflow's own, with engines that wait as long as the steps of
the simulator's engine model take, and compute nothing; so tens of them run on
two idle cores. Where the cores are busy, --slowness 3 stretches all times alike.
What the machine itself adds is told below the table.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.live.callers import Way, through_gateway, through_proxy
from benchmarks.live.fleet import Fleet, cpu_seconds, mesh, workers
from benchmarks.live.programs import NoProgramError, find
from benchmarks.live.rivals import RIVALS, running
from benchmarks.simulation.pace import GPU
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.scores import Scores, score
from benchmarks.simulation.trace import Request

OURS = "evenflow"
GOALS_AT_85 = {"Envoy, power of two": 1.35, "Envoy, full scan": 1.2, "nginx, least_conn": 1.25}
GOALS_AT_95 = dict.fromkeys((*GOALS_AT_85, "HAProxy, leastconn"), 1.5)
GOALS = {0.85: GOALS_AT_85, 0.95: GOALS_AT_95, 1.1: GOALS_AT_85, 1.2: GOALS_AT_95}
LOADS_OF_THE_STUDY = """
The goals are of a first study, for its loads of 0.85 and 0.95, which it reckoned otherwise: its
rivals kept .73 (Envoy, power of two), .81 (full scan) and .77 (nginx) live at 0.85, and in
simulation .51 to .57 at 0.95. By the measure used here, what a fleet completes that never wants
for requests, they keep about the former at 1.1, and somewhat less than the latter at 1.2. So each
goal stands twice: at the load of that name, and where the rivals stand about as they did.
""".strip()
MOST_LATE_SECONDS = 0.1
"""A request's way takes part of its TTFT of a quarter of a second: more of it is not theirs."""
SLOWED = (
    "All ran {:g} times as slow as the model says: steps, arrivals, targets and the balancer's"
    " window\nalike, so that what else the machine did weighs little. Times: the model's seconds."
)
TTFT_GOALS = {"Envoy, power of two": 0.35}


@dataclass(frozen=True, slots=True)
class Run:
    """One trace through all ways at once."""

    load: float
    seed: int
    scores: Mapping[str, Scores]


class Stage:
    """Every way with a fleet of its own, ready. `missing`: who could not be had, and why."""

    def __init__(self, size: int, slowness: float) -> None:
        self.size = size
        self.slowness = slowness
        self.ways: dict[str, Way] = {}
        self.fleets: dict[str, Fleet] = {}
        self.pids: dict[str, tuple[int, ...]] = {}
        self.versions: list[str] = []
        self.missing: list[str] = []

    async def set_up(self, stack: AsyncExitStack) -> None:
        """Start everything; it ends with the stack."""
        enter = stack.enter_async_context
        fleet = await enter(workers(self.size, self.slowness))
        address, pids = await enter(mesh(fleet.addresses, GPU.chunk_tokens, self.slowness))
        self._add(OURS, fleet, pids, await enter(through_gateway(address, self.slowness)))
        for name, rival in RIVALS.items():
            try:
                program = await asyncio.to_thread(find, rival.program)
            except NoProgramError as error:
                self.missing.append(str(error))
                continue
            if program.version not in self.versions:
                self.versions.append(program.version)
            fleet = await enter(workers(self.size, self.slowness))
            address, pid = await enter(running(rival, program, fleet.addresses))
            self._add(name, fleet, (pid,), await enter(through_proxy(address, self.slowness)))

    def _add(self, name: str, fleet: Fleet, pids: tuple[int, ...], way: Way) -> None:
        self.ways[name], self.fleets[name], self.pids[name] = way, fleet, pids

    async def run(self, scenario: Scenario, seed: int) -> Run:
        """Send one trace through all ways at the same moments."""
        fleet, requests = scenario.build(seed)
        since = asyncio.get_running_loop().time() + 0.2
        async with asyncio.TaskGroup() as group:
            sent = {
                name: group.create_task(way.send(requests, since))
                for name, way in self.ways.items()
            }
        span = scenario.span
        scores = {name: score(task.result(), fleet, *span) for name, task in sent.items()}
        return Run(scenario.load, seed, scores)

    async def warm_up(self) -> None:
        """Open all connections; every worker measures its rates."""
        requests = [
            Request(number, number * 0.02, 600, 2_400, 8, 8) for number in range(1, 8 * self.size)
        ]
        since = asyncio.get_running_loop().time()
        await asyncio.gather(*(way.send(requests, since) for way in self.ways.values()))
        for way in self.ways.values():
            way.late.clear()


def kept(path: Path, runs: Sequence[Run]) -> list[Run]:
    """Add runs to a file of runs; returns all that it holds."""
    with path.open("a") as file:
        file.writelines(json.dumps(asdict(run)) + "\n" for run in runs)
    told = map(json.loads, path.read_text().splitlines())
    return [
        Run(run["load"], run["seed"], {n: Scores(**s) for n, s in run["scores"].items()})
        for run in told
    ]


def spread(values: Sequence[float]) -> str:
    """Median, and least to most."""
    return f"{median(values):.3f} ({min(values):.3f}-{max(values):.3f})"


def table(runs: Sequence[Run]) -> Iterator[str]:
    """The lines of one load."""
    names = list(runs[0].scores)
    load = runs[0].load
    yield f"\n### Load {load:g}\n"
    yield (
        "| | goodput (spread) | evenflow's by it | goal | mean TTFT, s | evenflow's by it | goal"
        " | p99, s |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for name in names:
        good = [run.scores[name].goodput for run in runs]
        mean = [run.scores[name].ttft_mean for run in runs]
        p99 = median(run.scores[name].ttft_p99 for run in runs)
        times = [run.scores[OURS].goodput / run.scores[name].goodput for run in runs]
        part = [run.scores[OURS].ttft_mean / run.scores[name].ttft_mean for run in runs]
        goal = GOALS.get(load, {}).get(name)
        ttft_goal = TTFT_GOALS.get(name)
        yield (
            f"| {name} | {spread(good)} | {spread(times)} | {f'≥ {goal:g}' if goal else ''}"
            f" | {median(mean):.3f} | {spread(part)} | {f'≤ {ttft_goal:g}' if ttft_goal else ''}"
            f" | {p99:.2f} |"
        )


class Meter:
    """What the machine adds while runs last: lateness, processor time, failures."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._before = self._cpu()

    def lines(self) -> Iterator[str]:
        """In words; asked while the processes still run."""
        seconds = self._clock() - self._began
        busy = {name: cpu - self._before[name] for name, cpu in self._cpu().items()}
        shares = ", ".join(f"{name} {cpu / seconds:.1%}" for name, cpu in busy.items())
        late = [value for way in self._stage.ways.values() for value in way.late]
        behind = float(np.quantile(late, 0.99))
        if behind > MOST_LATE_SECONDS * self._stage.slowness:
            yield "\n**The machine was too busy: these figures say little of the balancing.**"
        errors = {name: way.errors for name, way in self._stage.ways.items() if way.errors}
        yield (
            f"\nRequests went out {behind * 1e3:.1f} ms after their time at p99."
            f" Processor time, share of one core: {shares}. Calls that failed: {errors or 'none'}."
        )

    def _cpu(self) -> dict[str, float]:
        return {name: sum(map(cpu_seconds, pids)) for name, pids in self._stage.pids.items()}


async def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one load, one repeat")
    parser.add_argument("--workers", type=int, default=8, help="behind each way")
    parser.add_argument("--seconds", type=float, default=30.0, help="of arrivals in a repeat")
    parser.add_argument("--slowness", type=float, default=1.0, help="times as slow as the model")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--loads", default="0.85,0.95,1.1,1.2")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--runs", type=Path, help="file of runs: tell those in it too, add these")
    parser.add_argument("--write", type=Path, help="keep it in this file")
    asked = parser.parse_args()
    loads = [0.85] if asked.quick else [float(load) for load in asked.loads.split(",")]
    repeats = 1 if asked.quick else asked.repeats
    stage, runs = Stage(asked.workers, asked.slowness), []
    async with AsyncExitStack() as stack:
        await stage.set_up(stack)
        await stage.warm_up()
        meter = Meter(stage)
        for seed in range(asked.first_seed, asked.first_seed + repeats):
            for load in loads:
                scenario = Scenario(asked.workers, load, seconds=asked.seconds)
                runs.append(await stage.run(scenario, seed))
                if sys.stderr.isatty():
                    print(f"\r{len(runs)}/{repeats * len(loads)} runs", end="", file=sys.stderr)
        measured = list(meter.lines())
    if asked.runs:
        runs = kept(asked.runs, runs)
    late = max(fleet.late_seconds for fleet in stage.fleets.values())
    lines = [
        "# Live, against proxies\n",
        f"`python -m benchmarks.proxies {' '.join(sys.argv[1:])}`, {datetime.now(UTC).date()}.",
        f"{asked.workers} workers behind each way; {len(runs) // len(loads)} repeats of"
        f" {asked.seconds:g} s a load,"
        " each one trace for all at once: medians (least to most).",
        *([SLOWED.format(asked.slowness)] if asked.slowness != 1 else []),
        f"{'; '.join(stage.versions)}.",
        LOADS_OF_THE_STUDY,
        *(f"Not to be had here: {line}" for line in stage.missing),
        *(line for load in loads for line in table([run for run in runs if run.load == load])),
        *measured,
        f"The latest step of any engine was told {late * 1e3:.0f} ms after its time.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    asyncio.run(main())
