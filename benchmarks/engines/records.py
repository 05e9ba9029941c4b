"""What was measured: one record a run, kept as JSON lines, so that pieces add up.

Pure, but for the file. Decides what a run's record holds and which runs count: a
run beside others' work does not, where the same figure has quiet ones.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

QUIET = 0.08  # of the machine's processor time, used by others


@dataclass(frozen=True, slots=True)
class Record:
    """One rival's run of one workload. Figures by name: tokens, seconds, quotients."""

    section: str
    case: str
    rival: str
    repeat: int
    figures: Mapping[str, float]
    others: float = 0.0
    idle_rivals: float = 0.0
    at: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_quiet(self) -> bool:
        """Whether nobody else used the machine to speak of."""
        return self.others <= QUIET


def append(folder: Path, record: Record) -> None:
    """Keep one record."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "runs.jsonl").open("a") as file:
        file.write(json.dumps(asdict(record)) + "\n")


def read(folder: Path) -> list[Record]:
    """All records kept."""
    path = folder / "runs.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [Record(**json.loads(line)) for line in lines]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over repeats: its median and its ends. `is_quiet`: none beside others' work."""

    median: float
    least: float
    most: float
    runs: int
    is_quiet: bool


def values(records: Sequence[Record], name: str) -> dict[int, float]:
    """A figure by repeat: of the quiet runs, or of all where there is no quiet one."""
    having = [record for record in records if name in record.figures]
    quiet = [record for record in having if record.is_quiet]
    return {record.repeat: record.figures[name] for record in quiet or having}


def figure(records: Sequence[Record], name: str) -> Figure | None:
    """A figure's median and spread; None where nobody measured it."""
    found = sorted(values(records, name).values())
    if not found:
        return None
    return Figure(_median(found), found[0], found[-1], len(found), _quiet(records, name))


def ratio(ours: Sequence[Record], theirs: Sequence[Record], name: str) -> Figure | None:
    """Ours by theirs, repeat by repeat; by medians where no repeat has both quiet."""
    mine, other = values(ours, name), values(theirs, name)
    both = sorted(mine[n] / other[n] for n in mine.keys() & other.keys() if other[n])
    is_quiet = _quiet(ours, name) and _quiet(theirs, name)
    if both:
        return Figure(_median(both), both[0], both[-1], len(both), is_quiet)
    a, b = figure(ours, name), figure(theirs, name)
    if a is None or b is None or not b.median:
        return None
    return Figure(a.median / b.median, a.least / b.most, a.most / b.least, 1, is_quiet)


def of(records: Iterable[Record], section: str, case: str, rival: str) -> list[Record]:
    """The records of one cell."""
    return [r for r in records if (r.section, r.case, r.rival) == (section, case, rival)]


def _quiet(records: Sequence[Record], name: str) -> bool:
    return any(record.is_quiet for record in records if name in record.figures)


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
