"""One Explain call, from its arrival to its last event.

Decides which requests are wrong, and that the others count like any work: against
rights, admission and quotas, as a generation of the same tokens does. How it is
explained is `running.py`'s matter, and for labels `labelling.py`'s.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from evenflow.v1.inference_pb2 import ExplainRequest

from gateway.calls.inside import BYTES_PER_TOKEN, Inside
from gateway.calls.intake import Caller
from gateway.calls.reckoning import reckoned
from gateway.errors import GatewayError, Refusal, Refused
from gateway.explaining import explained, with_classifiers
from gateway.explanations.carrying import Carrier, Deliver
from gateway.explanations.labelling import LabelRun
from gateway.explanations.reading import Reader
from gateway.explanations.running import AnswerRun
from gateway.explanations.wanted import AnswerWanted, LabelWanted
from gateway.fleet import Fleet
from gateway.relay.channels import Channels
from gateway.runs.trying import Ways
from gateway.tasks.plan import Step
from gateway.tasks.prompts import input_of
from gateway.tenants.rights import check_rights

_KIND = "explain"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where explanations come from: who grants, who is there, and how they are reached."""

    ways: Ways
    channels: Channels
    fleet: Callable[[], Fleet]
    rng: random.Random


class ExplainIntake:
    """Takes Explain calls in."""

    def __init__(self, reader: Reader, inside: Inside, sources: Sources) -> None:
        self._reader = reader
        self._inside = inside
        self._sources = sources

    async def answer(self, request: ExplainRequest, caller: Caller, deliver: Deliver) -> None:
        """Answer one request through `deliver`.

        Raises:
            RpcFault: it cannot be answered.
        """
        run: AnswerRun | LabelRun | None = None
        request_id = ""

        def details() -> dict[str, object]:
            tokens, attempts = (run.told.tokens, run.attempts) if run else (0, 0)
            return {"request_id": request_id, "tokens": tokens, "attempt": attempts}

        with reckoned(_KIND, caller, self._sources.ways.metrics, details):
            wanted = self._reader.read(request, caller.tenant.name)
            request_id = wanted.task.request_id
            served = [model.name for model in self._sources.fleet().models]
            check_rights(caller.tenant, wanted.task, served)
            run = self._run(wanted, caller.deadline, deliver)
            await self._admitted(wanted, run, caller)

    async def _admitted(
        self, wanted: AnswerWanted | LabelWanted, run: AnswerRun | LabelRun, caller: Caller
    ) -> None:
        task = wanted.task
        size = _step(wanted).prompt_bytes
        needed = size // BYTES_PER_TOKEN
        if isinstance(wanted, AnswerWanted):
            needed += task.sampling.max_tokens
        async with self._inside.admitted(caller.tenant, needed, lambda: run.told.tokens):
            try:
                async with asyncio.timeout_at(caller.deadline):
                    await run.go()
            except TimeoutError:
                message = "the deadline passed before the explanation was complete"
                raise Refused(Refusal.DEADLINE, message) from None
            except GatewayError as error:
                known = self._sources.fleet().known_to(caller.tenant.limits.models)
                if isinstance(wanted, LabelWanted):
                    raise with_classifiers(error, known) from None
                raise explained(error, task, size, known) from None

    def _run(
        self, wanted: AnswerWanted | LabelWanted, deadline: float, deliver: Deliver
    ) -> AnswerRun | LabelRun:
        sources = self._sources
        carrier = Carrier(sources.channels, deadline, deliver)
        if isinstance(wanted, AnswerWanted):
            return AnswerRun(sources.ways, carrier, sources.fleet, wanted, _step(wanted), deadline)
        return LabelRun(
            carrier,
            sources.fleet,
            sources.ways.metrics,
            sources.rng,
            wanted,
            sources.ways.max_attempts,
        )


def _step(wanted: AnswerWanted | LabelWanted) -> Step:
    task = wanted.task
    return Step(task.tenant, input_of(task.work), task.sampling)
