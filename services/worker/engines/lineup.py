"""Who runs in which slot, and who waits for room.

Carries out rules 5 and 6 of `batching.py` on the model's cache: lets sequences
in, in the order of their arrival, and stops the newest where room runs out. One
that was stopped keeps its tokens and its place before all that came later; what
its slot held is kept as any past is, and the rest computed again. Called on the
engine's thread; knows nothing of threads, readers and steps.
"""

from collections import deque

import structlog

from services.worker.engines.batching import Chunk, Plan, Schedule
from services.worker.engines.sequence import Sequence
from services.worker.engines.sharing import SharingModel

log = structlog.get_logger(__name__)


class Lineup:
    """The sequences of an engine. `failed` and `freed` hold numbers until they are cleared."""

    def __init__(self, model: SharingModel, schedule: Schedule) -> None:
        self._model = model
        self._schedule = schedule
        self._waiting: deque[Sequence] = deque()
        self.running: dict[int, Sequence] = {}  # by slot
        self.preemptions = 0
        self.failed: list[int] = []
        self.freed: list[int] = []

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to compute."""
        return self._schedule.is_idle

    def join(self, sequence: Sequence) -> None:
        """Let a sequence wait for room."""
        self._waiting.append(sequence)

    def part_from(self, number: int) -> None:
        """Let a sequence go, wherever it is."""
        for sequence in self._waiting:
            if sequence.number == number:
                self._waiting.remove(sequence)
                self.freed.append(number)
                return
        for slot, sequence in self.running.items():
            if sequence.number == number:
                self.free(slot)
                return

    def make_room(self) -> None:
        """Stop who has no room left, give up pasts that have none, and let in who has."""
        while self._schedule.spare < 0:
            self._preempt(self._schedule.newest)
        self._model.limit(self._schedule.spare)
        while self._waiting and self._schedule.has_room_for(*self._waiting[0].size):
            self._admit(self._waiting.popleft())

    def plan(self) -> Plan:
        """The next step, less what another slot has meanwhile come to hold."""
        plan = self._schedule.plan()
        while plan.prefill and self._advance(plan.prefill.slot):
            plan = self._schedule.plan()
        return plan

    def prefilled(self, chunk: Chunk) -> None:
        """Note that a planned prefill has been computed."""
        self._schedule.ran(chunk)
        self.running[chunk.slot].prefilled(chunk.count)

    def grew(self, slot: int) -> None:
        """Note that an answer goes on with one token more."""
        self._schedule.grew(slot)

    def free(self, slot: int) -> None:
        """Let a sequence go that has ended or is not wanted any more."""
        self._leave(slot)
        self._model.release(slot)

    def fail(self, slot: int, error: Exception) -> None:
        """Let a sequence go that the model cannot run."""
        sequence = self.running[slot]
        log.error("sequence failed", request_id=sequence.request_id, exc_info=error)
        self.failed.append(sequence.number)
        self._leave(slot)
        self._model.abandon(slot)

    def _admit(self, sequence: Sequence) -> None:
        slot = self._schedule.join(*sequence.size)
        self.running[slot] = sequence
        try:
            shared = self._model.begin(
                slot,
                sequence.tokens,
                sequence.scope,
                marks=sequence.marks,
                room=self._schedule.spare,
            )
            self._skip(slot, shared)
        except Exception as error:
            self.fail(slot, error)

    def _preempt(self, slot: int) -> None:
        sequence = self.running.pop(slot)
        self._schedule.leave(slot)
        self._model.release(slot)
        sequence.preempted()
        self._waiting.appendleft(sequence)
        self.preemptions += 1

    def _advance(self, slot: int) -> bool:
        """Whether the cache has brought a prompt further, or it failed: plan anew."""
        try:
            count = self._model.advance(slot)
        except Exception as error:
            self.fail(slot, error)
            return True
        self._skip(slot, count)
        return count > 0

    def _skip(self, slot: int, count: int) -> None:
        self._schedule.skipped(slot, count)
        self.running[slot].reused(count)

    def _leave(self, slot: int) -> None:
        self.freed.append(self.running.pop(slot).number)
        self._schedule.leave(slot)
