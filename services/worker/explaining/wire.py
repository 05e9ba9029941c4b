"""An explanation's events as messages, and its errors as statuses.

Decides nothing about when they are sent.
"""

from typing import TypeAlias

import grpc
from evenflow.v1 import explanation_pb2, generation_pb2

from services.runtime.status import RpcFault, Violation
from services.worker.explaining.errors import (
    EmptyAnswer,
    ExplainerBusy,
    ExplainerFailed,
    ExplainerLost,
    NotExplainable,
    TooLongToExplain,
    UnknownAnswer,
    UnknownLabel,
)
from services.worker.explaining.events import (
    Event,
    Finished,
    Outcome,
    Progress,
    Stage,
    Started,
    Token,
)
from services.worker.explaining.values import Method

Refusal: TypeAlias = (
    EmptyAnswer
    | ExplainerBusy
    | ExplainerFailed
    | ExplainerLost
    | NotExplainable
    | TooLongToExplain
    | UnknownAnswer
    | UnknownLabel
)
REFUSALS = (
    EmptyAnswer,
    ExplainerBusy,
    ExplainerFailed,
    ExplainerLost,
    NotExplainable,
    TooLongToExplain,
    UnknownAnswer,
    UnknownLabel,
)
_STAGES = {
    Stage.WAITING: explanation_pb2.ExplanationProgress.STAGE_WAITING,
    Stage.ANSWERING: explanation_pb2.ExplanationProgress.STAGE_ANSWERING,
    Stage.LOADING: explanation_pb2.ExplanationProgress.STAGE_LOADING,
    Stage.COMPUTING: explanation_pb2.ExplanationProgress.STAGE_COMPUTING,
}
_METHODS = {
    Method.GRADIENT_X_INPUT: explanation_pb2.EXPLANATION_METHOD_GRADIENT_X_INPUT,
    Method.INTEGRATED_GRADIENTS: explanation_pb2.EXPLANATION_METHOD_INTEGRATED_GRADIENTS,
}


def response(event: Event, worker_id: str) -> explanation_pb2.ExplainResponse:
    """An event as the message that tells it."""
    match event:
        case Progress(stage, done, total):
            progress = explanation_pb2.ExplanationProgress(
                stage=_STAGES[stage], done=done, total=total
            )
            return explanation_pb2.ExplainResponse(progress=progress)
        case Started():
            return explanation_pb2.ExplainResponse(started=_started(event, worker_id))
        case Outcome():
            return explanation_pb2.ExplainResponse(attribution=_attribution(event))
        case Finished():
            return explanation_pb2.ExplainResponse(finished=_finished(event))


def fault(error: Refusal) -> RpcFault:
    """The status of what could not be explained."""
    code, message = grpc.StatusCode, str(error)
    match error:
        case ExplainerBusy(wait=wait):
            return RpcFault(
                code.RESOURCE_EXHAUSTED, "EXPLAINER_BUSY", message, retry_after=max(1.0, wait)
            )
        case ExplainerLost():
            return RpcFault(code.UNAVAILABLE, "EXPLAINER_LOST", message, retry_after=1.0)
        case EmptyAnswer():
            return RpcFault(code.FAILED_PRECONDITION, "EMPTY_ANSWER", message)
        case NotExplainable():
            return RpcFault(code.FAILED_PRECONDITION, "NOT_EXPLAINABLE", message)
        case TooLongToExplain():
            return RpcFault(
                code.INVALID_ARGUMENT,
                "TOO_LONG_TO_EXPLAIN",
                message,
                violations=[Violation(error.field, message)],
                metadata={"tokens": str(error.tokens), "limit": str(error.limit)},
            )
        case UnknownLabel() | UnknownAnswer():
            field = "label" if isinstance(error, UnknownLabel) else "answer_token_ids"
            return RpcFault(
                code.INVALID_ARGUMENT,
                "INVALID_FIELD",
                f"{field}: {message}",
                violations=[Violation(field, message)],
            )
        case ExplainerFailed():
            return RpcFault(code.INTERNAL, "EXPLAINER_FAILED", message)


def _started(event: Started, worker_id: str) -> explanation_pb2.ExplanationStarted:
    return explanation_pb2.ExplanationStarted(
        request_id=event.request_id,
        model=event.model,
        model_revision=event.revision,
        worker_id=worker_id,
        prompt=map(_token, event.prompt),
        answer=map(_token, event.answer),
        answer_generated=event.answer_generated,
        baseline=event.baseline,
    )


def _token(token: Token) -> explanation_pb2.ExplainedToken:
    return explanation_pb2.ExplainedToken(token_id=token.token_id, text=token.text.reveal)


def _attribution(event: Outcome) -> explanation_pb2.Attribution:
    found = event.found
    return explanation_pb2.Attribution(
        position=found.position,
        scores=found.scores,
        logprob=found.logprob,
        baseline_logprob=found.baseline_logprob,
        completeness_gap=found.gap,
        relative_gap=found.relative_gap,
        alternatives=[
            generation_pb2.TokenLogprob(
                token_id=one.token_id, text=text.reveal, logprob=one.logprob
            )
            for one, text in zip(found.alternatives, event.texts, strict=True)
        ],
    )


def _finished(event: Finished) -> explanation_pb2.ExplanationFinished:
    return explanation_pb2.ExplanationFinished(
        usage=generation_pb2.Usage(
            prompt_tokens=event.prompt_tokens, completion_tokens=event.answer_tokens
        ),
        method=_METHODS[event.method],
        steps=event.steps,
        worst_gap=event.worst_gap,
        is_complete=event.is_complete,
        wait_seconds=event.wait_seconds,
        compute_seconds=event.compute_seconds,
    )
