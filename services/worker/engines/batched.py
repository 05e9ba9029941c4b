"""The engine that runs many sequences in one batch of a StepModel.

Lives on the event loop: it gives out seats, one a slot, and hands what the
stepper's thread tells to the readers. It never waits for the model. Who has no
seat is refused at once: waiting is the balancer's business. Who has one may
still wait a little for room in the cache, in the order of arrival.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Never, Self

import structlog

from services.runtime.text import Text
from services.worker.engines.batching import reserve
from services.worker.engines.engine import (
    Ended,
    Event,
    Job,
    Load,
    Message,
    ModelInfo,
    Serving,
    StepModel,
    Tokenizer,
)
from services.worker.engines.marks import in_tokens
from services.worker.engines.outlet import Outlet
from services.worker.engines.rates import Ratio
from services.worker.engines.sequence import Sequence
from services.worker.engines.stepper import Stepper, Told
from services.worker.errors import (
    EmptyPrompt,
    EngineDied,
    EngineFailed,
    NoSlot,
    PromptTooLong,
    UnknownToken,
)

CLOSE_SECONDS = 10.0
NOTHING_YET = Told((), (), (), 0, 0, 0, 0.0, 0.0, ())

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Seat:
    """A slot promised to a job: taken before its prompt is read, given back once it is free."""

    lease_id: int
    arrived: float
    outlet: Outlet = field(default_factory=Outlet)
    sequence: Sequence | None = None

    @property
    def kv_tokens(self) -> int:
        """Tokens of the cache that the sequence takes, now or as soon as there is room."""
        if self.sequence is None:
            return 0
        tokens, to_come = self.sequence.size
        return tokens + reserve(to_come)


class BatchedEngine:
    """An Engine over a model that is called on a thread of its own."""

    def __init__(
        self, name: str, model: StepModel, tokenizer: Tokenizer, serving: Serving | None = None
    ) -> None:
        serving, limits = serving or Serving(), model.limits
        room = serving.room_in(limits)
        # A sequence that is alone must fit whole: then the oldest can always go on.
        context = min(limits.context, room)
        self._info = ModelInfo(name, model.revision, context, limits.slots, room)
        self.vocabulary = limits.vocabulary
        self._tokenizer = tokenizer
        self._stepper = Stepper(model, self._tell, serving)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._numbers = itertools.count(1)
        self._seats: dict[int, _Seat] = {}
        self._peak = 0
        self._told = NOTHING_YET
        self._bytes_per_token = Ratio()
        self._dead = asyncio.Event()
        self._is_open = False
        self.on_change: Callable[[], None] = _nobody_listens

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._is_open = True
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def info(self) -> ModelInfo:
        """What is served."""
        return self._info

    @property
    def tokenizer(self) -> Tokenizer:
        """What its prompts and answers are cut by."""
        return self._tokenizer

    async def generate(self, job: Job) -> AsyncGenerator[Event, None]:
        """Run one sequence; see Engine."""
        number, seat = self._take_seat(job)
        try:
            prompt = await asyncio.to_thread(self._encode, job.input)
            self._begin(number, seat, job, prompt)
            while True:
                event = await seat.outlet.take()
                yield event
                if isinstance(event, Ended):
                    return
        finally:
            self._leave(number, seat)

    async def count_tokens(self, texts: Iterable[Text]) -> list[int]:
        """Lengths of texts; see TokenCounter."""
        return await asyncio.to_thread(lambda: [len(self._encode(text)) for text in texts])

    def load(self) -> Load:
        """The load now."""
        seats = self._seats.values()
        told = self._told
        return Load(
            step_count=told.step_count,
            slots_used=len(seats),
            slots_used_peak=self._peak,
            kv_tokens_used=sum(seat.kv_tokens for seat in seats),
            preemptions_total=told.preemptions,
            prefill_backlog_tokens=sum(seat.sequence.backlog for seat in seats if seat.sequence),
            prefill_tokens_per_second=told.prefill_tokens_per_second,
            decode_step_seconds=told.decode_step_seconds,
            generated_tokens_total=told.generated_tokens,
            bytes_per_token=self._bytes_per_token.value,
            lease_ids=tuple(seat.lease_id for seat in seats if seat.lease_id),
            prefix_marks_held=told.prefix_marks_held,
        )

    async def until_dead(self) -> Never:
        """Wait for the thread to end by itself; raises EngineDied when it does."""
        await self._dead.wait()
        raise EngineDied("the engine's thread has ended")

    async def aclose(self) -> None:
        """End all sequences and the thread. Idempotent."""
        self._end_all()
        self._stepper.stop()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)
        if self._thread.is_alive():
            log.error("engine stuck", wait_seconds=CLOSE_SECONDS)

    def _take_seat(self, job: Job) -> tuple[int, _Seat]:
        if not self._is_open:
            raise EngineFailed
        if len(self._seats) >= self._info.slots:
            raise NoSlot(self._info.slots)
        number, seat = next(self._numbers), _Seat(job.lease_id, time.monotonic())
        self._seats[number] = seat
        self._peak = max(self._peak, len(self._seats))
        self.on_change()
        return number, seat

    def _begin(self, number: int, seat: _Seat, job: Job, prompt: tuple[int, ...]) -> None:
        room = self._info.context_tokens - len(prompt)
        answered = len(job.answered)
        if room < max(1, answered):
            raise PromptTooLong(len(prompt) + answered, self._info.context_tokens)
        if any(token >= self.vocabulary for token in job.answered):
            raise UnknownToken(self.vocabulary)
        if not prompt:
            raise EmptyPrompt
        if not self._is_open:
            raise EngineFailed
        longest = min(job.sampling.max_tokens, room)
        text_bytes = _text_bytes(job.input)
        sequence = Sequence(
            number,
            job.request_id,
            prompt,
            job.sampling,
            self._tokenizer,
            scope=job.cache_scope,
            marks=in_tokens(job.prefix_marks, len(prompt), text_bytes),
            longest=longest,
            answered=job.answered,
            arrived=seat.arrived,
        )
        self._bytes_per_token.add(text_bytes, len(prompt))
        if sequence.over:
            seat.outlet.put(sequence.conclude(time.monotonic()))
            return
        seat.sequence = sequence
        self._stepper.join(sequence)
        self.on_change()

    def _encode(self, text: Text | tuple[Message, ...]) -> tuple[int, ...]:
        if isinstance(text, Text):
            return tuple(self._tokenizer.encode(text.reveal))
        return tuple(self._tokenizer.encode_chat(text))

    def _leave(self, number: int, seat: _Seat) -> None:
        if number not in self._seats:
            return
        if seat.sequence is not None:
            self._stepper.leave(number)  # the seat is free when the thread says so
            return
        del self._seats[number]
        self.on_change()

    def _run(self) -> None:
        try:
            self._stepper.run()
        except BaseException as error:
            log.critical("engine died", exc_info=error)
            with suppress(RuntimeError):  # the loop has ended: nobody is left to hear
                self._loop.call_soon_threadsafe(self._died)

    def _tell(self, told: Told) -> None:
        self._loop.call_soon_threadsafe(self._hear, told)

    def _hear(self, told: Told) -> None:
        self._told = told
        for number, events in told.events:
            if seat := self._seats.get(number):
                seat.outlet.put(events)
        for number in told.failed:
            if seat := self._seats.get(number):
                seat.outlet.fail(EngineFailed())
        for number in told.freed:
            self._seats.pop(number, None)
        self.on_change()

    def _died(self) -> None:
        self._end_all()
        self._dead.set()

    def _end_all(self) -> None:
        self._is_open = False
        for seat in self._seats.values():
            seat.outlet.fail(EngineFailed())
        self._seats.clear()
        self.on_change()


def _nobody_listens() -> None:
    """Stands in for `on_change` until somebody listens."""


def _text_bytes(text: Text | tuple[Message, ...]) -> int:
    parts = (text,) if isinstance(text, Text) else tuple(message.content for message in text)
    return sum(len(part.reveal.encode()) for part in parts)
