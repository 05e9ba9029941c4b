"""How the engine's values become messages, and its errors statuses.

Decides nothing about when they are sent.
"""

from collections.abc import Iterable

import grpc
from evenflow.v1 import generation_pb2, worker_pb2

from services.runtime.status import RpcFault, Violation
from services.worker.classifiers.wire import classifier_info
from services.worker.engines.engine import Began, Ended, Piece, Reason, TokenScore
from services.worker.engines.errors import TemplateError
from services.worker.errors import EmptyPrompt, EngineFailed, NoSlot, PromptTooLong, UnknownToken
from services.worker.load import Identity, Report

REASONS = {
    Reason.STOP: generation_pb2.FINISH_REASON_STOP,
    Reason.LENGTH: generation_pb2.FINISH_REASON_LENGTH,
}


def started(
    began: Began, identity: Identity, request_id: str, seed: int
) -> generation_pb2.GenerateResponse:
    """The first message of a stream."""
    return generation_pb2.GenerateResponse(
        started=generation_pb2.Started(
            request_id=request_id,
            model=identity.model.name,
            model_revision=identity.model.revision,
            worker_id=identity.worker_id,
            worker_epoch=identity.epoch,
            prompt_tokens=began.prompt_tokens,
            cached_tokens=began.cached_tokens,
            seed=seed,
        )
    )


def delta(piece: Piece, seed: int) -> generation_pb2.GenerateResponse:
    """More of an answer."""
    return generation_pb2.GenerateResponse(
        delta=generation_pb2.Delta(
            text=piece.text.reveal,
            token_ids=piece.token_ids,
            position=piece.position,
            seed=seed,
            logprobs=_logprobs(piece.scores),
        )
    )


def finished(ended: Ended) -> generation_pb2.GenerateResponse:
    """The last message of a stream."""
    return generation_pb2.GenerateResponse(
        finished=generation_pb2.Finished(
            reason=REASONS[ended.reason],
            usage=generation_pb2.Usage(
                prompt_tokens=ended.prompt_tokens,
                completion_tokens=ended.completion_tokens,
                cached_tokens=ended.cached_tokens,
            ),
            timing=generation_pb2.Timing(
                wait_ms=ended.wait_seconds * 1e3,
                prefill_ms=ended.prefill_seconds * 1e3,
                decode_ms=ended.decode_seconds * 1e3,
            ),
        )
    )


def _logprobs(scores: Iterable[TokenScore]) -> list[generation_pb2.TokenLogprob]:
    return [
        generation_pb2.TokenLogprob(
            token_id=score.token_id,
            text=score.text.reveal,
            logprob=score.logprob,
            alternatives=_logprobs(score.alternatives),
        )
        for score in scores
    ]


def load_report(report: Report) -> worker_pb2.LoadReport:
    """A report of the board."""
    identity, load = report.identity, report.load
    return worker_pb2.LoadReport(
        worker_id=identity.worker_id,
        epoch=identity.epoch,
        sequence=report.sequence,
        step_count=load.step_count,
        model=identity.model.name,
        model_revision=identity.model.revision,
        context_tokens=identity.model.context_tokens,
        slots_total=identity.model.slots,
        slots_used=load.slots_used,
        slots_used_peak=load.slots_used_peak,
        kv_tokens_total=identity.model.kv_tokens,
        kv_tokens_used=load.kv_tokens_used,
        prefill_backlog_tokens=load.prefill_backlog_tokens,
        prefill_tokens_per_second=load.prefill_tokens_per_second,
        decode_step_seconds=load.decode_step_seconds,
        generated_tokens_total=load.generated_tokens_total,
        bytes_per_token=load.bytes_per_token,
        draining=report.draining,
        lease_ids=load.lease_ids,
        prefix_marks_held=load.prefix_marks_held,
        preemptions_total=load.preemptions_total,
        explanations_total=report.explanations_total,
        explanations_used=report.explanations_used,
        classifiers=map(classifier_info, identity.classifiers),
    )


def fault(
    error: NoSlot | EmptyPrompt | PromptTooLong | UnknownToken | TemplateError | EngineFailed,
) -> RpcFault:
    """The status of what the engine could not do."""
    match error:
        case NoSlot():
            return RpcFault(grpc.StatusCode.RESOURCE_EXHAUSTED, "NO_SLOT", str(error))
        case EmptyPrompt():
            return RpcFault(
                grpc.StatusCode.INVALID_ARGUMENT,
                "INVALID_FIELD",
                str(error),
                violations=[Violation("input", str(error))],
            )
        case PromptTooLong():
            limits = {"prompt_tokens": str(error.tokens), "context_tokens": str(error.context)}
            return RpcFault(
                grpc.StatusCode.INVALID_ARGUMENT,
                "PROMPT_TOO_LONG",
                str(error),
                violations=[Violation("input", str(error))],
                metadata=limits,
            )
        case UnknownToken():
            return RpcFault(
                grpc.StatusCode.INVALID_ARGUMENT,
                "INVALID_FIELD",
                f"answered_token_ids: {error}",
                violations=[Violation("answered_token_ids", str(error))],
            )
        case TemplateError():
            message = "the model's chat template cannot render this dialogue"
            return RpcFault(
                grpc.StatusCode.INVALID_ARGUMENT,
                "INVALID_FIELD",
                message,
                violations=[Violation("chat", message)],
            )
        case EngineFailed():
            return RpcFault(grpc.StatusCode.INTERNAL, "ENGINE_FAILED", str(error))
