"""Calls a mesh: opens the channel, streams answers and fleets, tells failures apart.

The edge where protobuf ends: what leaves here are values. Decides that a target
where nobody listens is told so, and that a call which is abandoned is cancelled.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import grpc
from evenflow.v1 import (
    classification_pb2,
    generation_pb2,
    inference_pb2,
    inference_pb2_grpc,
)

from services.cli import faults, targets
from services.cli.answers import (
    Began,
    Candidate,
    Classified,
    Ended,
    Event,
    Interpretation,
    Piece,
    Route,
)
from services.cli.explain import values as explanations
from services.cli.explain.events import event_of
from services.cli.options import Connection
from services.cli.task_plan import Progressed, TaskPlan
from services.cli.task_plan_messages import read_plan, read_step
from services.runtime.settings import TlsSettings
from services.runtime.status import RpcFault, read_fault
from services.runtime.text import Text
from services.runtime.transport import open_channel

PROBE_SECONDS = 2.0


class Caller:
    """Calls one gateway on behalf of one tenant."""

    def __init__(
        self, channel: grpc.aio.Channel, tenant: str | None, api_key: str | None = None
    ) -> None:
        self._stub = inference_pb2_grpc.InferenceServiceStub(channel)
        told = {"evenflow-tenant": tenant, "authorization": api_key and f"Bearer {api_key}"}
        self._metadata = tuple((name, value) for name, value in told.items() if value)

    async def generate(
        self, request: inference_pb2.GenerateRequest, timeout: float | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield the events of an answer; raises RpcFault."""
        call = self._stub.Generate(request, timeout=timeout, metadata=self._metadata)
        try:
            async for response in call:
                event = _event(response)
                if event is not None:
                    yield event
        except grpc.aio.AioRpcError as error:
            raise read_fault(error) from None
        finally:
            call.cancel()

    async def plan(
        self, request: inference_pb2.GenerateRequest, timeout: float | None = None
    ) -> TaskPlan:
        """In which steps a task would be done now; raises RpcFault."""
        asked = inference_pb2.PlanRequest(request=request)
        try:
            return read_plan(await self._stub.Plan(asked, timeout=timeout, metadata=self._metadata))
        except grpc.aio.AioRpcError as error:
            raise read_fault(error) from None

    async def explain(
        self, request: inference_pb2.ExplainRequest, timeout: float | None = None
    ) -> AsyncGenerator[explanations.Event, None]:
        """Yield the events of an explanation; raises RpcFault."""
        call = self._stub.Explain(request, timeout=timeout, metadata=self._metadata)
        try:
            async for response in call:
                event = event_of(response)
                if event is not None:
                    yield event
        except grpc.aio.AioRpcError as error:
            raise read_fault(error) from None
        finally:
            call.cancel()

    async def classify(
        self, texts: Sequence[Text], model: str, timeout: float | None = None
    ) -> tuple[Classified, ...]:
        """What a classifier says of each text; raises RpcFault."""
        request = classification_pb2.ClassifyRequest(
            model=model, texts=[text.reveal for text in texts]
        )
        try:
            told = await self._stub.Classify(request, timeout=timeout, metadata=self._metadata)
        except grpc.aio.AioRpcError as error:
            raise read_fault(error) from None
        return tuple(
            Classified(
                model=told.model,
                version=told.model_version,
                worker_id=told.worker_id,
                threshold=told.threshold,
                labels=tuple((label.label, label.probability) for label in each.labels),
            )
            for each in told.classifications
        )

    async def models(self) -> tuple[str, ...]:
        """Names of the language models served now; raises RpcFault."""
        try:
            response = await self._stub.ListModels(
                inference_pb2.ListModelsRequest(), metadata=self._metadata
            )
        except grpc.aio.AioRpcError as error:
            raise read_fault(error) from None
        classifier = inference_pb2.Model.KIND_CLASSIFIER
        return tuple(model.name for model in response.models if model.kind != classifier)


@asynccontextmanager
async def calling(connection: Connection) -> AsyncIterator[Caller]:
    """Open a channel to a gateway; a fault that leaves the block becomes a Complaint."""
    for flag, word in (("--tenant", connection.tenant), ("--api-key", connection.api_key)):
        if word and not (word.isascii() and word.isprintable()):
            complaint = f"{flag}: has characters that no call can carry"
            raise faults.Complaint(complaint, exit_code=faults.USAGE)
    async with dialled(connection, "gateway") as channel:
        yield Caller(channel, connection.tenant, connection.api_key)


@asynccontextmanager
async def dialled(
    connection: Connection, what: str, *, internal: bool = False
) -> AsyncIterator[grpc.aio.Channel]:
    """Open a channel; a fault that leaves the block becomes a Complaint."""
    try:
        targets.parse_target(connection.target)
    except targets.BadTarget as error:
        raise faults.Complaint(f"--target {error}", exit_code=faults.USAGE) from None
    tls = tls_settings(connection)
    try:
        async with open_channel(connection.target, tls, internal=internal) as channel:
            yield channel
    except RpcFault as fault:
        if fault.code is grpc.StatusCode.UNAVAILABLE and not fault.reason:
            raise await _unreachable(connection.target, what, has_tls=tls is not None) from None
        raise faults.from_fault(fault) from None


def tls_settings(connection: Connection) -> TlsSettings | None:
    """The TLS files of a connection, None for plaintext."""
    if not (connection.tls or connection.ca or connection.cert or connection.key):
        return None
    settings = TlsSettings(
        tls_ca=connection.ca or _system_authorities(),
        tls_cert=connection.cert,
        tls_key=connection.key,
    )
    wrong = list(settings.check())
    if wrong:
        raise faults.Complaint("\n".join(wrong), exit_code=faults.USAGE)
    return settings


def _system_authorities() -> Path:
    """The machine's own list, since `open_channel` takes TLS as asked for only with one."""
    found = ssl.get_default_verify_paths().cafile
    if found is None:
        raise faults.Complaint(
            "this machine has no list of authorities", hint="give --ca", exit_code=faults.USAGE
        )
    return Path(found)


async def _unreachable(target: str, what: str, *, has_tls: bool) -> faults.Complaint:
    """Tell a port where nobody listens from one where somebody does, but not as we call."""
    host, _, port = target.rpartition(":")
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except OSError:
        return faults.nothing_answers(target, what)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return faults.not_grpc(target, has_tls=has_tls)


def _event(response: generation_pb2.GenerateResponse) -> Event | None:
    """The event as a value; None for one that callers here have no use for."""
    match response.WhichOneof("event"):
        case "started":
            started = response.started
            return Began(
                request_id=started.request_id,
                model=started.model,
                revision=started.model_revision,
                worker_id=started.worker_id,
                prompt_tokens=started.prompt_tokens,
                cached_tokens=started.cached_tokens,
                seed=started.seed,
                interpretation=_interpretation(started),
            )
        case "delta":
            delta = response.delta
            return Piece(Text(delta.text), tuple(delta.token_ids), delta.position)
        case "finished":
            usage = response.finished.usage
            reason = generation_pb2.FinishReason.Name(response.finished.reason)
            return Ended(
                reason=reason.removeprefix("FINISH_REASON_").lower(),
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
                cached_tokens=usage.cached_tokens,
                route=_route(response.finished),
                plan=read_plan(response.finished.plan)
                if response.finished.HasField("plan")
                else None,
            )
        case "progress":
            progress = response.progress
            return Progressed(
                steps_done=progress.steps_done,
                steps_total=progress.steps_total,
                levels=progress.levels,
                step=read_step(progress.step) if progress.HasField("step") else None,
            )
    return None


def _interpretation(started: generation_pb2.Started) -> Interpretation | None:
    if not started.HasField("interpretation"):
        return None
    told = started.interpretation
    kind = generation_pb2.Interpretation.Kind.Name(told.kind)
    reason = generation_pb2.Interpretation.Reason.Name(told.reason)
    return Interpretation(
        kind=kind.removeprefix("KIND_").lower(),
        reason=reason.removeprefix("REASON_").lower(),
        probability=told.probability,
        threshold=told.threshold,
        target_language=told.target_language,
        source_language=told.source_language,
        classifier=told.classifier,
        instruction_removed=told.instruction_removed,
    )


def _route(finished: generation_pb2.Finished) -> Route | None:
    if not finished.HasField("route"):
        return None
    route = finished.route
    return Route(
        source=generation_pb2.Route.Source.Name(route.source).removeprefix("SOURCE_").lower(),
        worker_id=route.worker_id,
        queue_ms=route.queue_ms,
        predicted_ttft_ms=route.predicted_ttft_ms,
        prompt_tokens=route.prompt_tokens,
        held_tokens=route.held_tokens,
        degraded=route.degraded,
        attempts=route.attempts,
        candidates=candidates_from_wire(route.candidates),
    )


def candidates_from_wire(
    candidates: Iterable[generation_pb2.RouteCandidate],
) -> tuple[Candidate, ...]:
    """Workers that had room, as values."""
    return tuple(
        Candidate(
            worker_id=told.worker_id,
            predicted_ms=told.predicted_ms,
            held_tokens=told.held_tokens,
            slots_free=told.slots_free,
            kv_tokens_free=told.kv_tokens_free,
            chosen=told.chosen,
        )
        for told in candidates
    )
