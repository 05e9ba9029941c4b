"""How much memory this process can still take.

Decides which limits hold: what the machine has available, and the limit of each
control group that the process is in. Knows no model.
"""

from collections.abc import Iterator
from pathlib import Path


def available_memory(root: Path = Path("/")) -> int | None:
    """Bytes, by the tightest limit; None where the system tells none."""
    found = [*_machine(root), *_groups(root)]
    return max(min(found), 0) if found else None


def _machine(root: Path) -> Iterator[int]:
    for line in _text(root / "proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            yield int(value.split()[0]) * 1024


def _groups(root: Path) -> Iterator[int]:
    """Each group's limit less what it holds and could not give up."""
    mounted = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        controllers, path = line.split(":", 2)[1:]
        if controllers and "memory" not in controllers.split(","):
            continue
        at = (mounted / "memory" if controllers else mounted) / path.lstrip("/")
        for group in (at, *at.parents):
            yield from _room(group)
            if group == mounted:
                break


def _room(group: Path) -> Iterator[int]:
    names = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")
    for limit, used in names:
        most, held = _text(group / limit).strip(), _text(group / used).strip()
        if most.isdecimal() and held.isdecimal():
            yield int(most) - int(held) + _cached(group)


def _cached(group: Path) -> int:
    """Bytes of files that the group holds and gives up when it needs them."""
    for line in _text(group / "memory.stat").splitlines():
        name, _, value = line.partition(" ")
        if name == "inactive_file":
            return int(value)
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
