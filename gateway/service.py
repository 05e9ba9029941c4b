"""InferenceService, as callers see it.

Decides what of a call's context matters: whose it is, and until when. What is
asked is read by `validation.py`, and done by `intake.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

import grpc
from evenflow.v1 import generation_pb2, inference_pb2
from evenflow.v1.classification_pb2 import ClassifyRequest, ClassifyResponse
from evenflow.v1.explanation_pb2 import ExplainResponse
from evenflow.v1.inference_pb2_grpc import InferenceServiceServicer

from gateway import wire
from gateway.answers import Source
from gateway.calls.batch import Batch
from gateway.calls.classify_intake import LONGEST_SECONDS, ClassifyIntake
from gateway.calls.intake import Caller, Intake
from gateway.calls.plan_intake import PlanIntake
from gateway.errors import GatewayError
from gateway.explanations.intake import ExplainIntake
from gateway.fleet import Fleet
from gateway.statuses import fault_of
from gateway.tenants.door import TENANT_KEY, Door, Shown
from gateway.tenants.tenant import Tenant

NAME = "evenflow.v1.InferenceService"

# Trailing metadata: "cached" or "joined" where no generation was made for this call.
SOURCE_KEY = "evenflow-source"

_AUTHORIZATION_KEY = "authorization"

GenerateContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.GenerateRequest, generation_pb2.GenerateResponse]"
)
BatchContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.BatchRequest, inference_pb2.BatchResponse]"
)
ClassifyContext: TypeAlias = "grpc.aio.ServicerContext[ClassifyRequest, ClassifyResponse]"
ExplainContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.ExplainRequest, ExplainResponse]"
)
PlanContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.PlanRequest, generation_pb2.TaskPlan]"
)
ModelsContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.ListModelsRequest, inference_pb2.ListModelsResponse]"
)
AnswerContext: TypeAlias = (
    "GenerateContext | BatchContext | ClassifyContext | ExplainContext | PlanContext"
)


class InferenceService(InferenceServiceServicer):
    """The servicer.

    Its streaming methods write by themselves and are no generators: a call that
    is cancelled while it writes ends inside the method, not when a forgotten
    generator is collected.
    """

    def __init__(
        self,
        intake: Intake,
        classify_intake: ClassifyIntake,
        explain_intake: ExplainIntake,
        plan_intake: PlanIntake,
        fleet: Callable[[], Fleet],
        door: Door,
        *,
        default_deadline: float,
        longest_deadline: float,
        batch_in_flight: int,
    ) -> None:
        self._intake = intake
        self._classify_intake = classify_intake
        self._explain_intake = explain_intake
        self._plan_intake = plan_intake
        self._fleet = fleet
        self._door = door
        self._default_deadline = default_deadline
        self._longest_deadline = longest_deadline
        self._batch_in_flight = batch_in_flight
        self._clock = asyncio.get_running_loop().time

    async def Generate(  # type: ignore[override]
        self, request: inference_pb2.GenerateRequest, context: GenerateContext
    ) -> None:
        """Run one task and stream its answer."""
        source = await self._intake.answer(request, self._caller(context), context.write)
        if source is not Source.GENERATED:
            context.set_trailing_metadata(((SOURCE_KEY, source.value),))

    async def Batch(  # type: ignore[override]
        self, request_iterator: AsyncIterator[inference_pb2.BatchRequest], context: BatchContext
    ) -> None:
        """Run many tasks over one call."""
        batch = Batch(
            self._intake, lambda: self._caller(context), context.write, self._batch_in_flight
        )
        await batch.answer(request_iterator)

    async def Classify(
        self, request: ClassifyRequest, context: ClassifyContext
    ) -> ClassifyResponse:
        """Classify texts."""
        caller = self._caller(context)
        soon = min(caller.deadline, self._clock() + LONGEST_SECONDS)
        return await self._classify_intake.answer(request, Caller(caller.tenant, soon))

    async def Explain(  # type: ignore[override]
        self, request: inference_pb2.ExplainRequest, context: ExplainContext
    ) -> None:
        """Explain an answer or a label."""
        await self._explain_intake.answer(request, self._caller(context), context.write)

    async def Plan(
        self, request: inference_pb2.PlanRequest, context: PlanContext
    ) -> generation_pb2.TaskPlan:
        """Tell in which steps a task would be done now."""
        return await self._plan_intake.answer(request.request, self._caller(context))

    async def ListModels(
        self, request: inference_pb2.ListModelsRequest, context: ModelsContext
    ) -> inference_pb2.ListModelsResponse:
        """Tell which models the fleet serves now, of those that the caller may ask."""
        allowed = self._tenant(context).limits.models
        return wire.models_response(self._fleet(), allowed)

    def _caller(self, context: AnswerContext) -> Caller:
        # None, though its type says otherwise, where the caller set no deadline.
        left: float | None = context.time_remaining()
        seconds = self._default_deadline if left is None else min(left, self._longest_deadline)
        return Caller(self._tenant(context), self._clock() + seconds)

    def _tenant(self, context: "AnswerContext | ModelsContext") -> Tenant:
        told: dict[str, list[str]] = {TENANT_KEY: [], _AUTHORIZATION_KEY: []}
        for key, value in context.invocation_metadata() or ():
            if key in told:
                told[key].append(str(value))
        identities = context.auth_context().get("peer_spiffe_id", ())
        shown = Shown(
            told[TENANT_KEY],
            told[_AUTHORIZATION_KEY],
            [identity.decode(errors="replace") for identity in identities],
        )
        try:
            return self._door.tenant(shown)
        except GatewayError as error:
            raise fault_of(error) from None
