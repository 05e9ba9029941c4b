"""The engine's thread: take in, tell, schedule, run, commit.

Decides what a failing step costs: the sequences that fail when they run alone,
and no others. What reaches the event loop is one `Told` a step for all
sequences together. An exception that escapes `run` means that the engine is of
no more use.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from collections.abc import Sequence as Several
from dataclasses import dataclass

import structlog

from services.worker.engines.batching import Chunk, Plan, Schedule
from services.worker.engines.engine import Ended, Event, Logits, Piece, Row, StepModel
from services.worker.engines.rates import Mean, Ratio
from services.worker.engines.sequence import Sequence
from services.worker.engines.sharing import SharingModel

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What has happened since the last time; sequences by their numbers."""

    events: tuple[tuple[int, tuple[Event, ...]], ...]
    failed: tuple[int, ...]
    freed: tuple[int, ...]
    step_count: int
    generated_tokens: int
    prefill_tokens_per_second: float
    decode_step_seconds: float


class Stepper:
    """Runs a model's steps. `join`, `leave` and `stop` may be called on any thread."""

    def __init__(
        self,
        model: StepModel,
        tell: Callable[[Told], None],
        now: Callable[[], float] = time.monotonic,
        *,
        prefix_reuse: bool = True,
    ) -> None:
        self._model = SharingModel(model, reuse=prefix_reuse)
        self._tell_loop = tell
        self._now = now
        self._schedule = Schedule(model.limits.slots, model.limits.prefill_chunk)
        self._running: dict[int, Sequence] = {}  # by slot
        self._inbox: deque[Sequence | int] = deque()  # who joins; the number of who leaves
        self._wake = threading.Event()
        self._is_open = True
        self._events: list[tuple[int, tuple[Event, ...]]] = []
        self._failed: list[int] = []
        self._freed: list[int] = []
        self._steps = 0
        self._steps_told = 0
        self._generated = 0
        self._prefill_rate = Ratio()
        self._decode_seconds = Mean()

    def join(self, sequence: Sequence) -> None:
        """Let a sequence join; the caller sees to it that a slot is free."""
        self._inbox.append(sequence)
        self._wake.set()

    def leave(self, number: int) -> None:
        """Let a sequence leave before its end. One that has left already is let be."""
        self._inbox.append(number)
        self._wake.set()

    def stop(self) -> None:
        """Let `run` return after the step in hand."""
        self._is_open = False
        self._wake.set()

    def run(self) -> None:
        """The thread's work, until `stop`."""
        while self._is_open:
            self._take_in()
            self._tell()
            if self._schedule.is_idle:
                self._wake.wait()
                self._wake.clear()
                continue
            plan = self._plan()
            self._prefill(plan.prefill)
            self._decode(plan.decode)
            self._steps += 1

    def _take_in(self) -> None:
        while self._inbox:
            arrival = self._inbox.popleft()
            if isinstance(arrival, Sequence):
                self._seat(arrival)
            else:
                self._part_from(arrival)

    def _seat(self, sequence: Sequence) -> None:
        slot = self._schedule.join(len(sequence.prompt))
        self._running[slot] = sequence
        try:
            self._skip(slot, self._model.begin(slot, sequence.prompt, sequence.scope))
        except Exception as error:
            self._fail(slot, error)

    def _part_from(self, number: int) -> None:
        for slot, sequence in self._running.items():
            if sequence.number == number:
                self._free(slot)
                return

    def _tell(self) -> None:
        if not (self._events or self._failed or self._freed or self._steps > self._steps_told):
            return
        self._tell_loop(
            Told(
                tuple(self._events),
                tuple(self._failed),
                tuple(self._freed),
                self._steps,
                self._generated,
                self._prefill_rate.value,
                self._decode_seconds.value,
            )
        )
        self._steps_told = self._steps
        for told in (self._events, self._failed, self._freed):
            told.clear()

    def _plan(self) -> Plan:
        """The next step, less what another slot has meanwhile come to hold."""
        plan = self._schedule.plan()
        while plan.prefill and self._advance(plan.prefill.slot):
            plan = self._schedule.plan()
        return plan

    def _advance(self, slot: int) -> bool:
        """Whether the cache has brought a prompt further, or it failed: plan anew."""
        try:
            count = self._model.advance(slot)
        except Exception as error:
            self._fail(slot, error)
            return True
        self._skip(slot, count)
        return count > 0

    def _skip(self, slot: int, count: int) -> None:
        self._schedule.skipped(slot, count)
        self._running[slot].reused(count)

    def _prefill(self, chunk: Chunk | None) -> None:
        if chunk is None:
            return
        sequence = self._running[chunk.slot]
        began = self._now()
        tokens = sequence.chunk(chunk.start, chunk.count, began)
        try:
            self._model.prefill(chunk.slot, chunk.start, tokens)
        except Exception as error:
            self._fail(chunk.slot, error)
            return
        self._prefill_rate.add(chunk.count, self._now() - began)
        self._schedule.ran(chunk)
        sequence.prefilled(chunk.count)

    def _decode(self, slots: Several[int]) -> None:
        began = self._now()
        # One whose prefill has failed in this very step is planned, but gone.
        rows = [self._running[slot].row(slot, began) for slot in slots if slot in self._running]
        if not rows:
            return
        logits = self._logits(rows)
        ended = self._now()
        self._decode_seconds.add(ended - began)
        for slot, row in logits.items():
            self._commit(slot, row, ended)

    def _logits(self, rows: Several[Row]) -> dict[int, Logits]:
        try:
            return dict(zip((row.slot for row in rows), self._model.decode(rows), strict=True))
        except Exception as error:
            log.warning("step failed", count=len(rows), exc_info=error)
        return {row.slot: alone for row in rows if (alone := self._logits_alone(row)) is not None}

    def _logits_alone(self, row: Row) -> Logits | None:
        try:
            logits: Logits = self._model.decode([row])[0]
        except Exception as error:
            self._fail(row.slot, error)
            return None
        return logits

    def _commit(self, slot: int, logits: Logits, now: float) -> None:
        sequence = self._running[slot]
        try:
            events = sequence.accept(logits, now)
        except Exception as error:
            self._fail(slot, error)
            return
        self._generated += sum(len(event.token_ids) for event in events if isinstance(event, Piece))
        self._events.append((sequence.number, events))
        if isinstance(events[-1], Ended):
            self._free(slot)

    def _fail(self, slot: int, error: Exception) -> None:
        sequence = self._running[slot]
        log.error("sequence failed", request_id=sequence.request_id, exc_info=error)
        self._failed.append(sequence.number)
        self._leave(slot)
        self._model.abandon(slot)

    def _free(self, slot: int) -> None:
        self._leave(slot)
        self._model.release(slot)

    def _leave(self, slot: int) -> None:
        self._freed.append(self._running.pop(slot).number)
        self._schedule.leave(slot)
