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

from services.worker.engines.batching import Chunk, Schedule
from services.worker.engines.engine import Ended, Event, Logits, Piece, Row, Serving, StepModel
from services.worker.engines.lineup import Lineup
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
    preemptions: int
    prefill_tokens_per_second: float
    decode_step_seconds: float
    prefix_marks_held: tuple[int, ...]


class Stepper:
    """Runs a model's steps. `join`, `leave` and `stop` may be called on any thread."""

    def __init__(
        self,
        model: StepModel,
        tell: Callable[[Told], None],
        serving: Serving,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        limits = model.limits
        schedule = Schedule(
            limits.slots,
            room=serving.room_in(limits),
            chunk=limits.prefill_chunk,
            beside=serving.prefill_beside or limits.prefill_chunk,
        )
        self._model = SharingModel(model, reuse=serving.prefix_reuse)
        self._lineup = Lineup(self._model, schedule)
        self._tell_loop = tell
        self._now = now
        self._inbox: deque[Sequence | int] = deque()  # who joins; the number of who leaves
        self._wake = threading.Event()
        self._is_open = True
        self._events: list[tuple[int, tuple[Event, ...]]] = []
        self._steps = 0
        self._steps_told = 0
        self._generated = 0
        self._prefill_rate = Ratio()
        self._decode_seconds = Mean()

    def join(self, sequence: Sequence) -> None:
        """Let a sequence join; it waits until there is room for it."""
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
            self._lineup.make_room()
            self._tell()
            if self._lineup.is_idle:
                self._wake.wait()
                self._wake.clear()
                continue
            plan = self._lineup.plan()
            self._prefill(plan.prefill)
            self._decode(plan.decode)
            self._steps += 1

    def _take_in(self) -> None:
        while self._inbox:
            arrival = self._inbox.popleft()
            if isinstance(arrival, Sequence):
                self._lineup.join(arrival)
            else:
                self._lineup.part_from(arrival)

    def _tell(self) -> None:
        failed, freed = self._lineup.failed, self._lineup.freed
        if not (self._events or failed or freed or self._steps > self._steps_told):
            return
        self._tell_loop(
            Told(
                tuple(self._events),
                tuple(failed),
                tuple(freed),
                self._steps,
                self._generated,
                self._lineup.preemptions,
                self._prefill_rate.value,
                self._decode_seconds.value,
                self._model.marks_held,
            )
        )
        self._steps_told = self._steps
        for told in (self._events, failed, freed):
            told.clear()

    def _prefill(self, chunk: Chunk | None) -> None:
        if chunk is None:
            return
        sequence = self._lineup.running[chunk.slot]
        began = self._now()
        tokens = sequence.chunk(chunk.start, chunk.count, began)
        try:
            self._model.prefill(chunk.slot, chunk.start, tokens)
        except Exception as error:
            self._lineup.fail(chunk.slot, error)
            return
        self._prefill_rate.add(chunk.count, self._now() - began)
        self._lineup.prefilled(chunk)

    def _decode(self, slots: Several[int]) -> None:
        began = self._now()
        # One whose prefill has failed in this very step is planned, but gone.
        running = self._lineup.running
        rows = [running[slot].row(slot, began) for slot in slots if slot in running]
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
            self._lineup.fail(row.slot, error)
            return None
        return logits

    def _commit(self, slot: int, logits: Logits, now: float) -> None:
        sequence = self._lineup.running[slot]
        try:
            events = sequence.accept(logits, now)
        except Exception as error:
            self._lineup.fail(slot, error)
            return
        self._generated += sum(len(event.token_ids) for event in events if isinstance(event, Piece))
        self._events.append((sequence.number, events))
        if isinstance(events[-1], Ended):
            self._lineup.free(slot)
        else:
            self._lineup.grew(slot)
