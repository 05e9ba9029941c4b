"""Protobuf to values and back.

Decides how each message of the wire is read and written; knows nothing of what
becomes of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from evenflow.v1 import (
    balancer_pb2,
    classification_pb2,
    generation_pb2,
    inference_pb2,
    worker_pb2,
)

from loadbalancer.affinity import MOST_LISTED
from loadbalancer.loads import Candidate, Classifier, FleetView, GrantView, Health, Load, WorkerView
from loadbalancer.standby import Role
from loadbalancer.tickets import (
    Cancelled,
    Effect,
    Ended,
    Event,
    FirstTokenSent,
    Grant,
    Outcome,
    Priority,
    Reject,
    RejectReason,
    RevokeReason,
    Sender,
    Submitted,
    TicketKey,
)

MOST_MARKS = 32
# What a snapshot tells of one worker; more is more than any worker is given.
MOST_CLASSIFIERS, MOST_LABELS = 64, 1024
_PRIORITIES = {
    inference_pb2.PRIORITY_LOW: Priority.LOW,
    inference_pb2.PRIORITY_HIGH: Priority.HIGH,
}
_OUTCOMES = {
    balancer_pb2.OUTCOME_ABANDONED: Outcome.ABANDONED,
    balancer_pb2.OUTCOME_REFUSED: Outcome.REFUSED,
    balancer_pb2.OUTCOME_FAILED: Outcome.FAILED,
}
_REJECTIONS = {
    RejectReason.QUEUE_FULL: balancer_pb2.Rejected.REASON_QUEUE_FULL,
    RejectReason.EXPIRED: balancer_pb2.Rejected.REASON_EXPIRED,
    RejectReason.NO_SUCH_MODEL: balancer_pb2.Rejected.REASON_NO_SUCH_MODEL,
    RejectReason.NO_WORKERS: balancer_pb2.Rejected.REASON_NO_WORKERS,
    RejectReason.TOO_LARGE: balancer_pb2.Rejected.REASON_TOO_LARGE,
}
_REVOCATIONS = {
    RevokeReason.WORKER_GONE: balancer_pb2.Revoked.REASON_WORKER_GONE,
    RevokeReason.WORKER_STALLED: balancer_pb2.Revoked.REASON_WORKER_STALLED,
}
_HEALTHS = {
    Health.CONNECTING: balancer_pb2.WorkerState.HEALTH_CONNECTING,
    Health.READY: balancer_pb2.WorkerState.HEALTH_READY,
    Health.DRAINING: balancer_pb2.WorkerState.HEALTH_DRAINING,
    Health.STALLED: balancer_pb2.WorkerState.HEALTH_STALLED,
}
# LoadReport and Load have the same names, but for what are lists. Marks are not passed on.
_LISTS = ("lease_ids", "prefix_marks_held", "classifiers")
_LOAD_FIELDS = tuple(field.name for field in fields(Load) if field.name not in _LISTS)
_OWN_FIELDS = tuple(name for name in _LOAD_FIELDS if name != "worker_id")


def events(request: balancer_pb2.DispatchRequest, sender: Sender) -> Iterator[Event]:
    """What a gateway tells; events of a kind not known here are passed over."""
    for told in request.events:
        match told.WhichOneof("event"):
            case "submitted":
                yield _submitted(told.submitted, sender)
            case "cancelled":
                yield Cancelled(TicketKey(sender.stream, told.cancelled.ticket_id))
            case "first_token":
                first = told.first_token
                yield FirstTokenSent(first.lease_id, first.prompt_tokens, first.cached_tokens)
            case "ended":
                outcome = _OUTCOMES.get(told.ended.outcome, Outcome.COMPLETED)
                yield Ended(told.ended.lease_id, told.ended.completion_tokens, outcome)


def _submitted(told: balancer_pb2.Submitted, sender: Sender) -> Submitted:
    return Submitted(
        sender,
        told.ticket_id,
        told.tenant,
        told.model,
        told.prompt_bytes,
        told.max_tokens,
        told.time_left_ms / 1000,
        told.model_revision,
        _PRIORITIES.get(told.priority, Priority.NORMAL),
        tuple(told.excluded_worker_ids),
        told.returned,
        _marks(told),
        told.explain,
    )


def _marks(told: balancer_pb2.Submitted) -> tuple[tuple[int, int], ...]:
    return tuple([(mark.hash, mark.bytes) for mark in told.prefix_marks[:MOST_MARKS]])


def dispatch_response(effects: Iterable[Effect]) -> balancer_pb2.DispatchResponse:
    """The decisions, in order; each is written where it stands, not copied there."""
    response = balancer_pb2.DispatchResponse()
    for effect in effects:
        decision = response.decisions.add()
        if isinstance(effect, Grant):
            _tell_grant(effect, decision.granted)
        elif isinstance(effect, Reject):
            decision.rejected.ticket_id = effect.number
            decision.rejected.reason = _REJECTIONS[effect.reason]
            decision.rejected.retry_after_ms = round(effect.retry_after * 1000)
        else:
            decision.revoked.lease_id = effect.lease_id
            decision.revoked.reason = _REVOCATIONS[effect.reason]
    return response


def _tell_grant(grant: Grant, told: balancer_pb2.Granted) -> None:
    lease = grant.lease
    told.ticket_id = lease.ticket.number
    told.lease_id = lease.id
    told.worker_id = lease.worker_id
    told.address = grant.address
    told.worker_epoch = lease.epoch
    told.model = grant.model
    told.model_revision = grant.revision
    told.queue_ms = grant.queue_seconds * 1000
    told.predicted_ttft_ms = grant.predicted_seconds * 1000
    told.prompt_tokens = lease.ticket.prompt_tokens
    told.held_tokens = lease.held_tokens
    if grant.candidates:
        told.candidates.extend(map(_candidate, grant.candidates))


def _candidate(candidate: Candidate) -> generation_pb2.RouteCandidate:
    return generation_pb2.RouteCandidate(
        worker_id=candidate.worker_id,
        predicted_ms=candidate.seconds * 1000,
        held_tokens=candidate.held_tokens,
        slots_free=candidate.slots_free,
        kv_tokens_free=candidate.kv_free,
        chosen=candidate.is_chosen,
    )


def load(report: worker_pb2.LoadReport, worker_id: str) -> Load:
    """A worker's report, under the name by which discovery knows the worker."""
    return Load(
        worker_id=worker_id,
        lease_ids=tuple(report.lease_ids),
        prefix_marks_held=tuple(report.prefix_marks_held[:MOST_LISTED]),
        classifiers=tuple(
            Classifier(told.name, told.version, tuple(told.labels[:MOST_LABELS]))
            for told in report.classifiers[:MOST_CLASSIFIERS]
        ),
        **{name: getattr(report, name) for name in _OWN_FIELDS},
    )


def fleet_snapshot(view: FleetView, role: Role) -> balancer_pb2.FleetSnapshot:
    """The fleet and the queue at one moment, and who tells."""
    return balancer_pb2.FleetSnapshot(
        workers=map(_worker_state, view.workers),
        queues=[
            balancer_pb2.TenantQueue(
                tenant=queue.tenant, waiting=queue.waiting, served_tokens=queue.served_tokens
            )
            for queue in view.queues
        ],
        oldest_wait_ms=view.oldest_wait_seconds * 1000,
        grants_total=view.grants_total,
        rejections_total=view.rejections_total,
        revocations_total=view.revocations_total,
        recent_grants=map(_grant_state, view.recent_grants),
        balancer_id=role.balancer_id,
        standby=not role.is_active,
        term=role.term,
        active_address="" if role.is_active else role.active_address,
        shard=role.shard,
        shards=role.shards,
    )


def _worker_state(view: WorkerView) -> balancer_pb2.WorkerState:
    return balancer_pb2.WorkerState(
        worker_id=view.worker_id,
        address=view.address,
        health=_HEALTHS[view.health],
        load=None if view.load is None else _load_report(view.load),
        report_age_ms=view.report_age_seconds * 1000,
        leases=view.leases,
        booked_tokens=view.booked_tokens,
        prompt_tokens_total=view.prompt_tokens,
        cached_tokens_total=view.cached_tokens,
        learnt_prefill_tokens_per_second=view.prefill_tokens_per_second,
        learnt_decode_step_seconds=view.decode_step_seconds,
    )


def _grant_state(view: GrantView) -> balancer_pb2.GrantState:
    return balancer_pb2.GrantState(
        worker_id=view.worker_id,
        queue_ms=view.queue_seconds * 1000,
        predicted_ttft_ms=view.predicted_seconds * 1000,
        prompt_tokens=view.prompt_tokens,
        held_tokens=view.held_tokens,
        candidates=map(_candidate, view.candidates),
    )


def _load_report(told: Load) -> worker_pb2.LoadReport:
    return worker_pb2.LoadReport(
        lease_ids=told.lease_ids,
        classifiers=[
            classification_pb2.ClassifierInfo(name=c.name, version=c.version, labels=c.labels)
            for c in told.classifiers
        ],
        **{name: getattr(told, name) for name in _LOAD_FIELDS},
    )
