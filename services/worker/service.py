"""WorkerService: one call in, one sequence through the engine, its events out.

Decides who may come in: of the right incarnation, model and revision, while the
worker does not drain. Sends nothing, initial metadata included, before the
first token: a call that fails before it can go elsewhere unseen.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeAlias

import grpc
import structlog
from evenflow.v1 import (
    classification_pb2,
    explanation_pb2,
    generation_pb2,
    worker_pb2,
    worker_pb2_grpc,
)

from services.runtime.status import RpcFault
from services.worker import wire
from services.worker.classifiers import wire as classifying_wire
from services.worker.classifiers.classifying import Classifiers
from services.worker.counting import Counting
from services.worker.drain import Drain
from services.worker.engines.engine import Began, Ended, Engine, Job, Piece
from services.worker.engines.errors import TemplateError
from services.worker.errors import (
    ClassifierBusy,
    ClassifierFailed,
    EmptyPrompt,
    EngineFailed,
    NoSlot,
    PromptTooLong,
    UnknownToken,
)
from services.worker.explaining.calls import explain
from services.worker.explaining.explaining import Explaining
from services.worker.load import Identity, LoadBoard
from services.worker.metrics import WorkerMetrics
from services.worker.validation import read_job

log = structlog.get_logger(__name__)

REFUSALS = (NoSlot, EmptyPrompt, PromptTooLong, UnknownToken, TemplateError, EngineFailed)
Context: TypeAlias = "grpc.aio.ServicerContext[object, object]"
Responses: TypeAlias = AsyncIterator[generation_pb2.GenerateResponse]


class WorkerService(worker_pb2_grpc.WorkerServiceServicer):
    """The servicer."""

    def __init__(
        self,
        identity: Identity,
        engine: Engine,
        classifiers: Classifiers,
        board: LoadBoard,
        drain: Drain,
        metrics: WorkerMetrics,
        explaining: Explaining,
        *,
        drain_seconds: float,
    ) -> None:
        self._identity = identity
        self._engine = engine
        self._classifiers = classifiers
        self._counting = Counting(engine)
        self._board = board
        self._drain = drain
        self._metrics = metrics
        self._explaining = explaining
        self._drain_seconds = drain_seconds

    async def Execute(self, request: worker_pb2.ExecuteRequest, context: Context) -> Responses:
        """Run one sequence."""
        try:
            self._admit(request)
            job = read_job(request)
            async with aclosing(self._run(job)) as responses:
                async for response in responses:
                    yield response
        except (RpcFault, *REFUSALS) as error:
            fault = error if isinstance(error, RpcFault) else wire.fault(error)
            self._refused(request.request_id, fault)
            raise fault from None

    async def Classify(
        self, request: classification_pb2.ClassifyRequest, context: Context
    ) -> classification_pb2.ClassifyResponse:
        """Classify texts, together with those of other calls."""
        self._refuse_if_draining()
        texts = classifying_wire.read_texts(request)
        classifying = self._classifiers.find(request.model)
        if classifying is None:
            raise classifying_wire.unknown(request.model, self._classifiers.infos)
        try:
            rows = await classifying.classify(texts)
        except (ClassifierBusy, ClassifierFailed) as error:
            raise classifying_wire.fault(error) from None
        self._metrics.classified(classifying.info.name, len(rows))
        return classifying_wire.response(classifying.info, rows, self._identity.worker_id)

    async def Explain(
        self, request: worker_pb2.WorkerServiceExplainRequest, context: Context
    ) -> AsyncIterator[explanation_pb2.ExplainResponse]:
        """Explain an answer or a label."""
        try:
            self._refuse_if_draining()
            self._check_epoch(request.worker_epoch)
            if not request.HasField("text"):
                self._check_model(request.model, request.model_revision)
            responses = explain(request, self._explaining, self._identity)
            async with aclosing(responses):
                async for response in responses:
                    yield response
        except RpcFault as fault:
            self._refused(request.request_id, fault)
            raise

    async def WatchLoad(
        self, request: worker_pb2.WatchLoadRequest, context: Context
    ) -> AsyncIterator[worker_pb2.LoadReport]:
        """Tell the load, until the call or the worker ends."""
        async with aclosing(self._board.watch()) as reports:
            async for report in reports:
                yield wire.load_report(report)

    async def CountTokens(
        self, request: worker_pb2.CountTokensRequest, context: Context
    ) -> worker_pb2.CountTokensResponse:
        """Tell how long texts are."""
        self._check_model(request.model, request.model_revision)
        return await self._counting.count(request)

    async def Drain(
        self, request: worker_pb2.DrainRequest, context: Context
    ) -> worker_pb2.DrainResponse:
        """Take nothing new and wait for what runs."""
        grace = request.grace_ms / 1e3 if request.grace_ms else self._drain_seconds
        return worker_pb2.DrainResponse(slots_used=await self._drain.run(grace))

    def _admit(self, request: worker_pb2.ExecuteRequest) -> None:
        self._refuse_if_draining()
        self._check_epoch(request.worker_epoch)
        self._check_model(request.model, request.model_revision)

    def _check_epoch(self, told: int) -> None:
        epoch = self._identity.epoch
        if told not in (0, epoch):
            message = f"this worker's epoch is {epoch}, not {told}"
            raise RpcFault(grpc.StatusCode.FAILED_PRECONDITION, "STALE_EPOCH", message)

    def _check_model(self, name: str, revision: str) -> None:
        model = self._identity.model
        if name not in ("", model.name):
            message = f"this worker serves {model.name}"
            raise RpcFault(grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL", message)
        if revision not in ("", model.revision):
            message = f"this worker's revision of {model.name} is {model.revision}"
            raise RpcFault(grpc.StatusCode.FAILED_PRECONDITION, "OTHER_REVISION", message)

    def _refuse_if_draining(self) -> None:
        if self._drain.begun.is_set():
            raise RpcFault(grpc.StatusCode.UNAVAILABLE, "DRAINING", "the worker is draining")

    async def _run(self, job: Job) -> AsyncGenerator[generation_pb2.GenerateResponse, None]:
        seed = job.sampling.seed
        async with aclosing(self._engine.generate(job)) as events:
            async for event in events:
                match event:
                    case Began():
                        yield wire.started(event, self._identity, job.request_id, seed)
                    case Piece():
                        yield wire.delta(event, seed)
                    case Ended():
                        self._ended(job.request_id, event)
                        yield wire.finished(event)

    def _ended(self, request_id: str, ended: Ended) -> None:
        self._metrics.ended(ended)
        log.info(
            "sequence ended",
            request_id=request_id,
            reason=ended.reason.value,
            prompt_tokens=ended.prompt_tokens,
            completion_tokens=ended.completion_tokens,
            cached_tokens=ended.cached_tokens,
            ttft_seconds=round(ended.wait_seconds + ended.prefill_seconds, 4),
        )

    def _refused(self, request_id: str, fault: RpcFault) -> None:
        self._metrics.refused(fault.reason)
        log.info(
            "sequence refused", request_id=request_id, code=fault.code.name, reason=fault.reason
        )
