"""Messages to values and back, for the streams to balancer and workers.

Decides nothing: what a field means is said in evenflow.v1, what a value means
where it is defined.
"""

from collections.abc import Collection, Iterable, Iterator

from evenflow.v1 import balancer_pb2, generation_pb2, inference_pb2, worker_pb2

from gateway.errors import Refusal
from gateway.fleet import ClassifierView, Fleet, WorkerView
from gateway.journal import Journal, Origin
from gateway.marks import Mark
from gateway.tasks.plan import Step
from gateway.tasks.task import Message, Priority, Sampling
from gateway.tickets import (
    Cancelled,
    Candidate,
    Decision,
    Ended,
    FirstToken,
    Grant,
    Outcome,
    Rejection,
    Revocation,
    Submitted,
    TicketEvent,
)
from services.runtime.text import Text

_UINT32 = (1 << 32) - 1
_PRIORITIES = {
    Priority.LOW: inference_pb2.PRIORITY_LOW,
    Priority.NORMAL: inference_pb2.PRIORITY_NORMAL,
    Priority.HIGH: inference_pb2.PRIORITY_HIGH,
}
_OUTCOMES = {
    Outcome.COMPLETED: balancer_pb2.OUTCOME_COMPLETED,
    Outcome.ABANDONED: balancer_pb2.OUTCOME_ABANDONED,
    Outcome.REFUSED: balancer_pb2.OUTCOME_REFUSED,
    Outcome.FAILED: balancer_pb2.OUTCOME_FAILED,
}
_REFUSALS = {
    balancer_pb2.Rejected.REASON_QUEUE_FULL: Refusal.QUEUE_FULL,
    balancer_pb2.Rejected.REASON_EXPIRED: Refusal.DEADLINE,
    balancer_pb2.Rejected.REASON_NO_SUCH_MODEL: Refusal.UNKNOWN_MODEL,
    balancer_pb2.Rejected.REASON_NO_WORKERS: Refusal.NO_WORKERS,
    balancer_pb2.Rejected.REASON_TOO_LARGE: Refusal.TOO_LARGE,
}
_ROLES = {
    "system": generation_pb2.ROLE_SYSTEM,
    "user": generation_pb2.ROLE_USER,
    "assistant": generation_pb2.ROLE_ASSISTANT,
}


def dispatch_request(events: Iterable[TicketEvent]) -> balancer_pb2.DispatchRequest:
    """Put events into one message."""
    return balancer_pb2.DispatchRequest(events=[_event(event) for event in events])


def decisions(response: balancer_pb2.DispatchResponse) -> Iterator[Decision]:
    """Read what the balancer decided; kinds that are not known yet are skipped."""
    for decision in response.decisions:
        match decision.WhichOneof("decision"):
            case "granted":
                yield _grant(decision.granted)
            case "rejected":
                rejected = decision.rejected
                refusal = _REFUSALS.get(rejected.reason, Refusal.QUEUE_FULL)
                retry_after = rejected.retry_after_ms / 1000 or None
                yield Rejection(rejected.ticket_id, refusal, retry_after)
            case "revoked":
                yield Revocation(decision.revoked.lease_id)


def fleet_of(snapshot: balancer_pb2.FleetSnapshot) -> Fleet:
    """Read a snapshot."""
    return Fleet(
        tuple(
            WorkerView(
                worker_id=worker.worker_id,
                address=worker.address,
                is_ready=worker.health == balancer_pb2.WorkerState.HEALTH_READY,
                model=worker.load.model,
                revision=worker.load.model_revision,
                context_tokens=worker.load.context_tokens,
                slots=worker.load.slots_total,
                slots_used=worker.load.slots_used,
                kv_tokens_used=worker.load.kv_tokens_used,
                bytes_per_token=worker.load.bytes_per_token,
                kv_tokens=worker.load.kv_tokens_total,
                prefill_rate=worker.load.prefill_tokens_per_second,
                decode_seconds=worker.load.decode_step_seconds,
                lease_ids=tuple(worker.load.lease_ids),
                classifiers=tuple(
                    ClassifierView(told.name, told.version, tuple(told.labels))
                    for told in worker.load.classifiers
                ),
                explanations_total=worker.load.explanations_total,
                explanations_used=worker.load.explanations_used,
            )
            for worker in snapshot.workers
        ),
        waiting=sum(queue.waiting for queue in snapshot.queues),
    )


def models_response(
    fleet: Fleet, allowed: Collection[str] | None
) -> inference_pb2.ListModelsResponse:
    """Tell which models are served, of those `allowed`; None: all."""
    models = [
        inference_pb2.Model(
            name=model.name,
            revisions=model.revisions,
            context_tokens=model.context_tokens,
            workers=model.workers,
            slots=model.slots,
            kind=inference_pb2.Model.KIND_LANGUAGE,
        )
        for model in fleet.models
    ]
    models += [
        inference_pb2.Model(
            name=classifier.name,
            revisions=classifier.versions,
            workers=classifier.workers,
            kind=inference_pb2.Model.KIND_CLASSIFIER,
            labels=classifier.labels,
        )
        for classifier in fleet.classifiers
    ]
    told = sorted(models, key=lambda model: model.name)
    return inference_pb2.ListModelsResponse(
        models=[model for model in told if allowed is None or model.name in allowed]
    )


def execute_request(grant: Grant, request_id: str, step: Step) -> worker_pb2.ExecuteRequest:
    """Ask a worker to run a step under a grant."""
    request = worker_pb2.ExecuteRequest(
        request_id=request_id,
        lease_id=grant.lease_id,
        worker_epoch=grant.worker_epoch,
        model=grant.model,
        model_revision=grant.model_revision,
        sampling=_sampling(step.sampling),
        cache_scope=step.tenant,
        prefix_marks=_prefix_marks(step.marks),
        answered_token_ids=step.answered,
    )
    if isinstance(step.input, Text):
        request.prompt = step.input.reveal
    else:
        request.chat.messages.extend(_message(message) for message in step.input)
    return request


def note(journal: Journal, response: generation_pb2.GenerateResponse, epoch: int) -> bool:
    """Enter a worker's event into the journal of its stream; whether it is new to the caller.

    Raises:
        Garbled: it cannot follow what came before.
    """
    match response.WhichOneof("event"):
        case "started":
            started = response.started
            return journal.began(
                Origin(
                    worker_id=started.worker_id,
                    worker_epoch=started.worker_epoch or epoch,
                    model_revision=started.model_revision,
                    seed=started.seed,
                    prompt_tokens=started.prompt_tokens,
                )
            )
        case "delta":
            return journal.added(response.delta.position, response.delta.token_ids)
        case "progress":
            journal.progressed()
        case "finished":
            journal.finished(response.finished.usage.completion_tokens)
        case _:
            journal.garbled()
    return True


def _event(event: TicketEvent) -> balancer_pb2.TicketEvent:
    match event:
        case Submitted():
            return balancer_pb2.TicketEvent(submitted=_submitted(event))
        case Cancelled(ticket_id):
            return balancer_pb2.TicketEvent(cancelled=balancer_pb2.Cancelled(ticket_id=ticket_id))
        case FirstToken(lease_id, prompt_tokens, cached_tokens):
            first = balancer_pb2.FirstToken(
                lease_id=lease_id, prompt_tokens=prompt_tokens, cached_tokens=cached_tokens
            )
            return balancer_pb2.TicketEvent(first_token=first)
        case Ended(lease_id, tokens, outcome):
            ended = balancer_pb2.Ended(
                lease_id=lease_id, completion_tokens=tokens, outcome=_OUTCOMES[outcome]
            )
            return balancer_pb2.TicketEvent(ended=ended)


def _submitted(event: Submitted) -> balancer_pb2.Submitted:
    ticket = event.ticket
    return balancer_pb2.Submitted(
        ticket_id=event.ticket_id,
        tenant=ticket.tenant,
        model=ticket.model,
        model_revision=ticket.model_revision,
        prompt_bytes=ticket.prompt_bytes,
        max_tokens=ticket.max_tokens,
        priority=_PRIORITIES[ticket.priority],
        time_left_ms=min(int(event.time_left * 1000), _UINT32),
        excluded_worker_ids=ticket.excluded,
        returned=ticket.is_returned,
        prefix_marks=_prefix_marks(ticket.marks),
        explain=ticket.explains,
    )


def _prefix_marks(marks: Iterable[Mark]) -> list[worker_pb2.PrefixMark]:
    return [worker_pb2.PrefixMark(hash=mark.name, bytes=mark.length) for mark in marks]


def _grant(granted: balancer_pb2.Granted) -> Grant:
    return Grant(
        ticket_id=granted.ticket_id,
        lease_id=granted.lease_id,
        worker_id=granted.worker_id,
        address=granted.address,
        worker_epoch=granted.worker_epoch,
        model=granted.model,
        model_revision=granted.model_revision,
        queued=granted.queue_ms / 1000,
        predicted_ttft=granted.predicted_ttft_ms / 1000,
        prompt_tokens=granted.prompt_tokens,
        held_tokens=granted.held_tokens,
        candidates=tuple(
            Candidate(
                worker_id=told.worker_id,
                predicted=told.predicted_ms / 1000,
                held_tokens=told.held_tokens,
                slots_free=told.slots_free,
                kv_tokens_free=told.kv_tokens_free,
                is_chosen=told.chosen,
            )
            for told in granted.candidates
        ),
    )


def _message(message: Message) -> generation_pb2.ChatMessage:
    role = _ROLES[message.role]
    return generation_pb2.ChatMessage(role=role, content=message.content.reveal)


def _sampling(sampling: Sampling) -> generation_pb2.Sampling:
    return generation_pb2.Sampling(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        repetition_penalty=sampling.repetition_penalty,
        presence_penalty=sampling.presence_penalty,
        frequency_penalty=sampling.frequency_penalty,
        seed=sampling.seed,
        max_tokens=sampling.max_tokens,
        stop=[stop.reveal for stop in sampling.stop],
        logprobs=sampling.logprobs,
    )
