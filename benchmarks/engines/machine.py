"""The machine that figures are taken on: what it is, and who else used it meanwhile.

Decides how much of the processors' time is somebody else's: all that was busy,
less the processes under test and this one. Rivals whose threads wait for each
other by spinning lose many times what others take, so a run beside others is
told as such. Linux only, by /proc.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds of processor time since the start: of all, of all in use, and by process."""

    whole: float
    busy: float
    by_process: dict[int, float]


@dataclass(frozen=True, slots=True)
class Use:
    """Shares of the whole machine's processor time between two moments."""

    own: float
    idle_rivals: float
    others: float


def moment() -> Moment:
    """Now."""
    cells = [int(cell) for cell in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    user, nice, system, idle, waiting, irq, soft, steal = cells
    busy = user + nice + system + irq + soft + steal
    processes = {int(path.name): _seconds(path) for path in PROC.glob("[0-9]*")}
    return Moment((busy + idle + waiting) / TICKS, busy / TICKS, processes)


def use(before: Moment, after: Moment, own: set[int], rivals: set[int], ended: float = 0.0) -> Use:
    """Who used the machine between the two; `ended`: seconds of own processes that are gone."""
    whole = max(after.whole - before.whole, 1 / TICKS)

    def spent(pids: set[int]) -> float:
        both = pids & before.by_process.keys() & after.by_process.keys()
        return sum(after.by_process[pid] - before.by_process[pid] for pid in both)

    own_seconds, idle_seconds = spent(own) + ended, spent(rivals - own)
    others = max(after.busy - before.busy - own_seconds - idle_seconds, 0.0)
    return Use(own_seconds / whole, idle_seconds / whole, others / whole)


def _seconds(process: Path) -> float:
    try:
        text = (process / "stat").read_text()
    except OSError:  # it has ended
        return 0.0
    cells = text.rpartition(")")[2].split()
    return (int(cells[11]) + int(cells[12])) / TICKS


def resident_bytes(pid: int) -> int:
    """A process's resident memory."""
    return _status(pid, "VmRSS")


def peak_bytes(pid: int) -> int:
    """The most that its resident memory ever was."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", (PROC / str(pid) / "status").read_text(), re.M)
    return int(found[1]) * 1024 if found else 0


def description() -> str:
    """Processor, cores and the instruction sets that matter here."""
    text = (PROC / "cpuinfo").read_text()
    found = re.search(r"^model name\s*:\s*(.*)$", text, re.M)
    flags = re.search(r"^flags\s*:\s*(.*)$", text, re.M)
    have = flags[1].split() if flags else []
    kinds = [name for name in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16") if name in have]
    name = found[1] if found else "unknown processor"
    return f"{os.cpu_count()} cores of {name} ({', '.join(kinds)})"


def own_pid() -> int:
    """This process."""
    return os.getpid()


def children_seconds() -> float:
    """Processor time of this process's children that have ended."""
    times = os.times()
    return times.children_user + times.children_system
