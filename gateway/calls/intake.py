"""One request, from its arrival to its last message, however it came in.

Decides the order: check, admit, plan, answer, count. Knows neither gRPC's calls
nor how a step runs.
"""

import asyncio
from dataclasses import dataclass

import structlog
from evenflow.v1.inference_pb2 import GenerateRequest

from gateway.answers import Answer, Sharing, Source
from gateway.calls.inside import BYTES_PER_TOKEN, Inside
from gateway.errors import GatewayError, InvalidTask, Refusal, Refused
from gateway.explaining import explained
from gateway.interpreter import Interpreter
from gateway.metrics import GatewayMetrics
from gateway.planning import Planner
from gateway.relay.relay import Deliver
from gateway.runs.trying import Ways
from gateway.statuses import fault_of
from gateway.tasks.plan import Bits, Step, plan
from gateway.tasks.task import Task
from gateway.tenants.rights import check_rights
from gateway.tenants.tenant import Tenant
from gateway.validation import Validator

log = structlog.get_logger(__name__)

# Seconds by which the caller's own deadline may pass first: gRPC rounds it up on the wire.
ROUNDED = 0.2


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and until when (event loop's clock)."""

    tenant: Tenant
    deadline: float


class Intake:
    """Takes requests in."""

    def __init__(
        self,
        validator: Validator,
        inside: Inside,
        interpreter: Interpreter,
        ways: Ways,
        planner: Planner,
        sharing: Sharing,
        metrics: GatewayMetrics,
        bits: Bits,
    ) -> None:
        self._validator = validator
        self._inside = inside
        self._interpreter = interpreter
        self._ways = ways
        self._planner = planner
        self._sharing = sharing
        self._metrics = metrics
        self._bits = bits
        self._clock = asyncio.get_running_loop().time

    async def answer(self, request: GenerateRequest, caller: Caller, deliver: Deliver) -> Source:
        """Answer one request through `deliver`; returns where the answer came from.

        Raises:
            RpcFault: it cannot be answered.
        """
        try:
            task = self._validator.read(request, caller.tenant.name)
            check_rights(caller.tenant, task, [m.name for m in self._sharing.fleet().models])
        except (InvalidTask, Refused) as error:
            fault = fault_of(error)
            self._metrics.requests.labels("none", fault.code.name, fault.reason).inc()
            raise fault from None
        began = self._clock()
        step, answer = self._planned(task, caller.deadline, deliver)
        needed = step.prompt_bytes // BYTES_PER_TOKEN + step.sampling.max_tokens
        code, reason = "CANCELLED", ""
        try:
            async with self._inside.admitted(caller.tenant, needed, lambda: answer.used_tokens):
                if task.is_auto:
                    task, deliver = await self._interpreter.understood(
                        task, deliver, caller.deadline
                    )
                    step, answer = self._planned(task, caller.deadline, deliver)
                await self._run(answer, caller.deadline)
            code = "OK"
        except GatewayError as error:
            known = self._sharing.fleet().known_to(caller.tenant.limits.models)
            fault = fault_of(explained(error, task, step.prompt_bytes, known))
            code, reason = fault.code.name, fault.reason
            raise fault from None
        except asyncio.CancelledError:
            # At its deadline a call is cancelled by the server, or by the caller who knows it.
            if self._clock() >= caller.deadline - ROUNDED:
                code, reason = "DEADLINE_EXCEEDED", Refusal.DEADLINE.value
            raise
        except Exception:
            code = "INTERNAL"
            raise
        finally:
            self._count(task, answer, began, code, reason)
        return answer.source

    def _planned(self, task: Task, deadline: float, deliver: Deliver) -> tuple[Step, Answer]:
        step = plan(task, self._bits).step
        return step, Answer(self._ways, self._planner, self._sharing, task, step, deadline, deliver)

    async def _run(self, answer: Answer, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await answer.go()
        except TimeoutError:
            message = "the deadline passed before the answer was complete"
            raise Refused(Refusal.DEADLINE, message) from None

    def _count(self, task: Task, answer: Answer, began: float, code: str, reason: str) -> None:
        ttft = None if answer.first_token_at is None else answer.first_token_at - began
        self._metrics.requests.labels(task.kind, code, reason).inc()
        self._metrics.tokens.labels(task.kind).inc(answer.tokens)
        if ttft is not None:
            self._metrics.ttft.labels(task.kind).observe(ttft)
        log.info(
            "request ended",
            request_id=task.request_id,
            tenant=task.tenant,
            task=task.kind,
            code=code,
            reason=reason,
            outcome=answer.source.value,
            tokens=answer.tokens,
            attempt=answer.attempts,
            ttft_seconds=ttft,
            seconds=self._clock() - began,
        )
