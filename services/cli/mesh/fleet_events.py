"""What happens to the workers of a mesh, and which words are used for it.

Pure. Values only: the mesh tells them, whoever started it shows them.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Starting:
    """A worker has come so far; `fraction` is 0 to 1."""

    index: int
    what: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Serving:
    """A worker serves. `seconds` since its process was started."""

    index: int
    id: str
    address: str
    metrics_address: str | None
    pid: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Died:
    """A worker has ended unasked; `pause` seconds until it is started again, None: not again."""

    index: int
    exit_code: int
    pause: float | None
    tail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A worker wrote a line to its log."""

    index: int
    line: str


FleetEvent: TypeAlias = Starting | Serving | Died | Said

_SIGNALS = {6: "SIGABRT", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM"}


def cause(exit_code: int) -> str:
    """How a process ended, in words.

    >>> cause(-9)
    'killed by SIGKILL'
    """
    if exit_code < 0:
        return f"killed by {_SIGNALS.get(-exit_code, f'signal {-exit_code}')}"
    return f"exited with {exit_code}"
