"""Where an answer comes from: kept, under way for an equal request, or made now.

Decides the order, cache before flight before a run of its own, and sees to it
that only what is deterministic is shared at all and only what is whole is kept.
Knows neither admission nor how a step runs.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from evenflow.v1.generation_pb2 import GenerateResponse

from gateway.cache.store import Store
from gateway.canonical import Key, Keys, Revisions, is_deterministic, revisions_asked
from gateway.fleet import Fleet
from gateway.flights import Flights, Flyer
from gateway.metrics import GatewayMetrics
from gateway.planning import Planner
from gateway.relay.relay import Deliver
from gateway.routes import routed, without_route
from gateway.runs.running import Run
from gateway.runs.steps import Steps
from gateway.runs.trying import Ways
from gateway.tasks.plan import Step
from gateway.tasks.task import Task


class Source(Enum):
    """Where an answer came from."""

    GENERATED = "generated"
    JOINED = "joined"
    CACHED = "cached"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What answers are shared by.

    Args:
        keys: names what is the same.
        cache: answers that are whole.
        flights: answers under way.
        joins: whether equal requests share a flight; else each has one to itself.
        longest: seconds that a flight may take, whoever is aboard.
        fleet: gives the fleet as it is now.
        metrics: counts hits and misses.
    """

    keys: Keys
    cache: Store
    flights: Flights
    joins: bool
    longest: float
    fleet: Callable[[], Fleet]
    metrics: GatewayMetrics

    def is_shared(self, task: Task) -> bool:
        """Whether a task's answer can be anybody else's too."""
        return (self.joins or self.cache.keeps_anything) and is_deterministic(task.sampling)


class Answer:
    """One request's answer. `deadline` is by the event loop's clock."""

    def __init__(
        self,
        ways: Ways,
        planner: Planner,
        sharing: Sharing,
        task: Task,
        step: Step,
        deadline: float,
        deliver: Deliver,
    ) -> None:
        self._ways = ways
        self._planner = planner
        self._sharing = sharing
        self._task = task
        self._step = step
        self._deadline = deadline
        self._deliver = deliver
        self._clock = asyncio.get_running_loop().time
        self._run: Run | Steps | None = None
        self.source = Source.GENERATED
        self.tokens = 0
        self.used_tokens = 0  # of prompt and answer, computed, and this request's to pay
        self.first_token_at: float | None = None

    @property
    def attempts(self) -> int:
        """Attempts on workers that were made in this request's name."""
        return self._run.attempts if self._run is not None else 0

    async def go(self) -> None:
        """Deliver the answer; returns when the last message has been.

        Raises:
            GatewayError: it cannot be had.
        """
        if not self._sharing.is_shared(self._task):
            try:
                await self._generate(self._pass_on, self._deadline)
            finally:
                self._pays(self._computed())
            return
        revisions = revisions_asked(self._sharing.fleet(), self._task.model)
        key = self._sharing.keys.key(self._task, revisions)
        # What is under way would not be, were it kept already.
        is_flying = self._sharing.joins and self._sharing.flights.has(key)
        kept = None if is_flying else await self._sharing.cache.get(key)
        if kept is not None:
            self._comes_from(Source.CACHED)
            for message in kept:
                await self._pass_on(GenerateResponse.FromString(message))
        else:
            await self._fly(key, revisions)

    async def _fly(self, key: Key, revisions: Revisions) -> None:
        # Others may stay aboard when this one's time is over.
        end = max(self._deadline, self._clock() + self._sharing.longest)
        flyer = Flyer(
            deadline=self._deadline,
            generate=lambda emit: self._generate(emit, end),
            keep=lambda messages: self._keep(key, revisions, messages),
            used=self._computed,
            pays=self._pays,
        )
        flights = self._sharing.flights
        flight = key if self._sharing.joins else self
        self._comes_from(Source.JOINED if flights.has(flight) else Source.GENERATED)
        await flights.fly(flight, flyer, self._pass_on)

    async def _generate(self, deliver: Deliver, end: float) -> None:
        first = await self._planner.planned(self._task)
        run = self._run = (
            Run(self._ways, self._task, self._step, self._deadline, end, deliver)
            if first is None
            else Steps(
                *(self._ways, self._task, self._step, first, self._deadline, end, deliver),
                lambda: self._planner.room_for(self._task.model),
            )
        )
        await run.go()

    def _keep(self, key: Key, revisions: Revisions, messages: Sequence[GenerateResponse]) -> None:
        revision = messages[0].started.model_revision
        # The fleet's snapshot may be older than the worker that answered.
        if any(revision in known for _, known in revisions):
            sent = tuple(without_route(message).SerializeToString() for message in messages)
            self._sharing.cache.put(key, self._task.tenant, sent)

    async def _pass_on(self, message: GenerateResponse) -> None:
        if self.first_token_at is None and message.HasField("delta"):
            self.first_token_at = self._clock()
        self.tokens += len(message.delta.token_ids)
        named = _named(message, self._task.request_id)
        await self._deliver(routed(named, self.source.name, is_wanted=self._task.explains))

    def _computed(self) -> int:
        """Tokens that were computed by this request's own run."""
        return self._run.used_tokens if self._run is not None else 0

    def _pays(self, tokens: int) -> None:
        self.used_tokens += tokens

    def _comes_from(self, source: Source) -> None:
        self.source = source
        self._sharing.metrics.answers.labels(source.value).inc()


def _named(message: GenerateResponse, request_id: str) -> GenerateResponse:
    """Give a Started this request's own id; what others read stays as it is."""
    if not message.HasField("started") or message.started.request_id == request_id:
        return message
    own = GenerateResponse()
    own.CopyFrom(message)
    own.started.request_id = request_id
    return own
