"""InferenceService, as callers see it.

Decides what of a call's context matters: whose it is, and until when. What is
asked is read by `validation.py`, and done by `intake.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

import grpc
from evenflow.v1 import generation_pb2, inference_pb2
from evenflow.v1.inference_pb2_grpc import InferenceServiceServicer

from gateway import wire
from gateway.answers import Source
from gateway.batch import Batch
from gateway.fleet import Fleet
from gateway.intake import Caller, Intake
from gateway.validation import TENANT_KEY

NAME = "evenflow.v1.InferenceService"

# Trailing metadata: "cached" or "joined" where no generation was made for this call.
SOURCE_KEY = "evenflow-source"

_DEFAULT_TENANT = "default"

GenerateContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.GenerateRequest, generation_pb2.GenerateResponse]"
)
BatchContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.BatchRequest, inference_pb2.BatchResponse]"
)
ModelsContext: TypeAlias = (
    "grpc.aio.ServicerContext[inference_pb2.ListModelsRequest, inference_pb2.ListModelsResponse]"
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
        fleet: Callable[[], Fleet],
        *,
        default_deadline: float,
        batch_in_flight: int,
    ) -> None:
        self._intake = intake
        self._fleet = fleet
        self._default_deadline = default_deadline
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

    async def ListModels(
        self, request: inference_pb2.ListModelsRequest, context: ModelsContext
    ) -> inference_pb2.ListModelsResponse:
        """Tell which models the fleet serves now."""
        return wire.models_response(self._fleet())

    def _caller(self, context: "GenerateContext | BatchContext") -> Caller:
        # A tenant that is told twice is no name, and refused as such.
        told = [value for key, value in context.invocation_metadata() or () if key == TENANT_KEY]
        tenant = ",".join(str(value) for value in told) if told else _DEFAULT_TENANT
        # None, though its type says otherwise, where the caller set no deadline.
        left: float | None = context.time_remaining()
        return Caller(tenant, self._clock() + (self._default_deadline if left is None else left))
