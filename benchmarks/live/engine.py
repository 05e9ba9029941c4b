"""An Engine in real time that computes as the simulator's workers do.

Decides nothing of its own: `simulation.engine_model` says when a step ends and
what it brings, this file waits until then and tells. What a step would compute
is left out, so dozens of such engines fit on one core.

A prompt says what the request is, for nothing else in it matters:

>>> written(Request(7, 0.0, prompt_tokens=4, prompt_bytes=16, answer_tokens=3, max_tokens=8))
'7 4 3 ..........'

The first token comes by itself, the others about once a second in one piece, so
that messages, whose cost is not what is measured, stay few. A caller who leaves
is computed to the end.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from types import TracebackType
from typing import Never, Self

from benchmarks.simulation.engine_model import EngineModel
from benchmarks.simulation.pace import Pace
from benchmarks.simulation.trace import Request
from services.runtime.lifecycle import background
from services.runtime.text import Text
from services.worker.engines.engine import (
    Began,
    Ended,
    Event,
    Job,
    Load,
    ModelInfo,
    Piece,
    Reason,
)
from services.worker.engines.rates import Ratio

CONTEXT_TOKENS = 32_768
PIECE_SECONDS = 1.0
BEHIND_SECONDS = 60.0
WORD = " w"


def written(request: Request) -> str:
    """The prompt that stands for a request: as many bytes, its lengths in front."""
    header = f"{request.number} {request.prompt_tokens} {request.answer_tokens} "
    return header.ljust(request.prompt_bytes, ".")


def read(prompt: str, max_tokens: int) -> Request:
    """The request that a prompt stands for."""
    number, prompt_tokens, answer_tokens = map(int, prompt[:64].split()[:3])
    return Request(number, 0.0, prompt_tokens, len(prompt), answer_tokens, max_tokens)


class _Reader:
    """Who waits for a sequence's tokens. `told`: tokens told so far."""

    def __init__(self, request: Request, arrived: float) -> None:
        self.request = request
        self.arrived = arrived
        self.begun_at = 0.0
        self.told = 0
        self.events: asyncio.Queue[Event] = asyncio.Queue()

    def piece(self, tokens: int) -> None:
        """So many tokens are there by now."""
        if (new := tokens - self.told) > 0:
            self.events.put_nowait(Piece(Text(WORD * new), (256,) * new, self.told))
            self.told = tokens

    def ended(self, now: float) -> None:
        """All of them are."""
        self.piece(self.request.answer_tokens)
        waited, decoded = self.begun_at - self.arrived, now - self.begun_at
        tokens = (self.request.prompt_tokens, self.request.answer_tokens, 0)
        self.events.put_nowait(Ended(Reason.STOP, *tokens, 0.0, waited, decoded))


class PacedEngine:
    """An Engine; `async with` runs it. `late` is the most that a step was told after its time."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._model = EngineModel(pace)
        self._readers: dict[int, _Reader] = {}
        self._leases: dict[int, int] = {}
        self._bytes_per_token = Ratio()
        self._wake = asyncio.Event()
        self._running = background("engine", self._run())
        self._told_at = 0.0
        self._peak = 0
        self.late = 0.0
        self.on_change: Callable[[], None] = _nobody_listens

    async def __aenter__(self) -> Self:
        self._clock = asyncio.get_running_loop().time
        await self._running.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._running.__aexit__(kind, error, trace)

    @property
    def info(self) -> ModelInfo:
        """See Engine."""
        return ModelInfo("paced", "r", CONTEXT_TOKENS, self._pace.slots, self._pace.kv_tokens)

    async def generate(self, job: Job) -> AsyncGenerator[Event, None]:
        """See Engine; who finds no slot waits for one here, as others' engines let them."""
        prompt = job.input
        if not isinstance(prompt, Text):
            raise TypeError("this engine takes prompts as they stand")
        request = read(prompt.reveal, job.sampling.max_tokens)
        self._bytes_per_token.add(request.prompt_bytes, request.prompt_tokens)
        now = self._clock()
        self._catch_up(now)
        reader = self._readers[request.number] = _Reader(request, now)
        self._leases[request.number] = job.lease_id
        self._model.join(request, request.number, now)
        self._peak = max(self._peak, self._model.sequences)
        self._wake.set()
        self.on_change()
        while True:
            event = await reader.events.get()
            yield event
            if isinstance(event, Ended):
                return

    def load(self) -> Load:
        """See Engine."""
        model, now = self._model, self._clock()
        return Load(
            step_count=model.steps_by(now),
            slots_used=model.sequences,
            slots_used_peak=self._peak,
            kv_tokens_used=model.kv_used,
            prefill_backlog_tokens=max(0, model.backlog_by(now)),
            prefill_tokens_per_second=model.prefill_rate,
            decode_step_seconds=model.decode_seconds,
            generated_tokens_total=model.generated,
            bytes_per_token=self._bytes_per_token.value,
            lease_ids=tuple(lease for lease in self._leases.values() if lease),
        )

    async def until_dead(self) -> Never:
        """See Engine; it never dies."""
        await asyncio.get_running_loop().create_future()
        raise RuntimeError

    async def aclose(self) -> None:
        """See Engine; leaving the block does it."""

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            with suppress(TimeoutError):
                wait = min(self._model.boundary - self._clock(), BEHIND_SECONDS)
                async with asyncio.timeout(max(0.0, wait)):
                    await self._wake.wait()
            self._catch_up(self._clock())

    def _catch_up(self, now: float) -> None:
        """Tell all that has happened by now. The model's time is exact, however late we are."""
        while self._model.boundary <= now:
            ended_at = self._model.boundary
            self.late = max(self.late, now - ended_at)
            happened = self._model.advance()
            for sequence in happened.first_tokens:
                reader = self._readers[sequence.lease]
                reader.begun_at = now
                reader.events.put_nowait(Began(reader.request.prompt_tokens, 0))
                reader.piece(1)
            for sequence in happened.ended:
                del self._leases[sequence.lease]
                self._readers.pop(sequence.lease).ended(now)
            self.on_change()
        if now - self._told_at >= PIECE_SECONDS:
            self._told_at = now
            for sequence in self._model.answering:
                rest = max(1, sequence.ends_at_step - self._model.steps_by(now))
                self._readers[sequence.lease].piece(sequence.request.answer_tokens - rest)


def _nobody_listens() -> None:
    """Stands in for `on_change` until somebody listens."""
