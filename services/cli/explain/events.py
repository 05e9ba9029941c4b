"""The events of an explanation's stream as values: the edge where protobuf ends."""

from evenflow.v1 import explanation_pb2

from services.cli.explain.values import Advanced, Alternative, Event, Owed, Subject, Summary
from services.runtime.text import Text


def event_of(response: explanation_pb2.ExplainResponse) -> Event | None:
    """The event; None for one that is not known yet."""
    match response.WhichOneof("event"):
        case "progress":
            told = response.progress
            stage = explanation_pb2.ExplanationProgress.Stage.Name(told.stage)
            return Advanced(stage.removeprefix("STAGE_").lower(), told.done, told.total)
        case "started":
            return _subject(response.started)
        case "attribution":
            return _owed(response.attribution)
        case "finished":
            return _summary(response.finished)
    return None


def _subject(started: explanation_pb2.ExplanationStarted) -> Subject:
    return Subject(
        request_id=started.request_id,
        model=started.model,
        revision=started.model_revision,
        worker_id=started.worker_id,
        prompt=tuple(Text(token.text) for token in started.prompt),
        answer=tuple(Text(token.text) for token in started.answer),
        answer_generated=started.answer_generated,
        baseline=started.baseline,
    )


def _owed(told: explanation_pb2.Attribution) -> Owed:
    return Owed(
        position=told.position,
        scores=tuple(told.scores),
        logprob=told.logprob,
        baseline_logprob=told.baseline_logprob,
        gap=told.completeness_gap,
        relative_gap=told.relative_gap,
        alternatives=tuple(Alternative(Text(one.text), one.logprob) for one in told.alternatives),
    )


def _summary(finished: explanation_pb2.ExplanationFinished) -> Summary:
    method = explanation_pb2.ExplanationMethod.Name(finished.method)
    return Summary(
        method=method.removeprefix("EXPLANATION_METHOD_").lower(),
        points=finished.steps,
        worst_gap=finished.worst_gap,
        is_complete=finished.is_complete,
        wait_seconds=finished.wait_seconds,
        compute_seconds=finished.compute_seconds,
    )
