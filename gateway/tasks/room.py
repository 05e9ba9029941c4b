"""What room a fleet has for the parts of a task.

Pure. Decides which workers count (ready, of the model and the one revision that
the task is to run on), which revision that is, and how fast they are where they
have measured it. Knows neither texts nor tasks.
"""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.fleet import Fleet, WorkerView

# Taken for true of workers that have measured nothing yet.
_PREFILL_RATE = 1000.0
_DECODE_SECONDS = 0.03
# What a step is taken to need of the cache: this part of a context.
_PARTS_IN_CONTEXT = 4


@dataclass(frozen=True, slots=True)
class Room:
    """Room for steps on workers of one revision.

    Args:
        revision: the one; empty where no worker serves the model.
        context: tokens that prompt and answer may have together on each of them.
        serving: workers that serve it, whether or not they have room.
        free: for each worker that has room, its free slots.
        waiting: tickets that wait, whoever sent them.
        prefill_rate: prompt tokens computed a second, on one worker.
        decode_seconds: seconds of a decode step.
        bytes_per_token: of prompts; 0: not known.
    """

    revision: str = ""
    context: int = 0
    serving: int = 0
    free: tuple[int, ...] = ()
    waiting: int = 0
    prefill_rate: float = _PREFILL_RATE
    decode_seconds: float = _DECODE_SECONDS
    bytes_per_token: float = 0.0

    @property
    def workers(self) -> int:
        """Workers that have room."""
        return len(self.free)

    @property
    def slots(self) -> int:
        """Sequences that they have room for together."""
        return sum(self.free)

    @property
    def is_busy(self) -> bool:
        """Whether others already wait, or nothing is free."""
        return self.waiting > 0 or not self.free


def room(fleet: Fleet, model: str) -> Room:
    """Look for room in a fleet; `model` empty: the only one served."""
    ready = [w for w in fleet.workers if w.is_ready and w.model and model in ("", w.model)]
    revision = _revision(ready)
    serving = [worker for worker in ready if worker.revision == revision]
    if not serving:
        return Room(waiting=fleet.waiting)
    free = map(_free, serving)
    return Room(
        revision=revision,
        context=min(worker.context_tokens for worker in serving),
        serving=len(serving),
        free=tuple(slots for slots in free if slots > 0),
        waiting=fleet.waiting,
        prefill_rate=_median((w.prefill_rate for w in serving), _PREFILL_RATE),
        decode_seconds=_median((w.decode_seconds for w in serving), _DECODE_SECONDS),
        bytes_per_token=_median((w.bytes_per_token for w in serving), 0.0),
    )


def _revision(workers: list[WorkerView]) -> str:
    """The revision that most slots serve; of equal ones the last by name."""
    slots: dict[str, int] = {}
    for worker in workers:
        slots[worker.revision] = slots.get(worker.revision, 0) + worker.slots
    return max(slots, key=lambda revision: (slots[revision], revision), default="")


def _free(worker: WorkerView) -> int:
    slots = worker.slots - worker.slots_used
    if not worker.kv_tokens:
        return slots
    return min(slots, (worker.kv_tokens - worker.kv_tokens_used) // _of_cache(worker))


def _of_cache(worker: WorkerView) -> int:
    return max(1, worker.context_tokens // _PARTS_IN_CONTEXT)


def _median(measured: Iterable[float], unknown: float) -> float:
    known = [value for value in measured if value > 0]
    return statistics.median(known) if known else unknown
