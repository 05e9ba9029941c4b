"""Why an answer came from where it came: Finished.route.

Decides who is told: each run tells its route with its last message, which several
callers may share; who has not asked for it does not see it.
"""

from evenflow.v1.generation_pb2 import GenerateResponse, Route, RouteCandidate

from gateway.tickets import Candidate, Grant


def tell_route(message: GenerateResponse, grant: Grant, attempts: int) -> None:
    """Enter a grant into the last message of its run."""
    route = Route(
        source=Route.SOURCE_GENERATED,
        worker_id=grant.worker_id,
        queue_ms=grant.queued * 1000,
        predicted_ttft_ms=grant.predicted_ttft * 1000,
        prompt_tokens=grant.prompt_tokens,
        held_tokens=grant.held_tokens,
        degraded=grant.is_guess,
        attempts=attempts,
        candidates=map(_candidate, grant.candidates),
    )
    message.finished.route.CopyFrom(route)


def routed(message: GenerateResponse, source: str, *, is_wanted: bool) -> GenerateResponse:
    """The message as one caller gets it; `source`: "GENERATED", "JOINED" or "CACHED"."""
    if not message.HasField("finished"):
        return message
    own = without_route(message)
    if is_wanted:
        own.finished.route.CopyFrom(message.finished.route)
        own.finished.route.source = Route.Source.Value(f"SOURCE_{source}")
    return own


def without_route(message: GenerateResponse) -> GenerateResponse:
    """The message without a route; what others read stays as it is."""
    if not message.HasField("finished"):
        return message
    bare = GenerateResponse()
    bare.CopyFrom(message)
    bare.finished.ClearField("route")
    return bare


def _candidate(candidate: Candidate) -> RouteCandidate:
    return RouteCandidate(
        worker_id=candidate.worker_id,
        predicted_ms=candidate.predicted * 1000,
        held_tokens=candidate.held_tokens,
        slots_free=candidate.slots_free,
        kv_tokens_free=candidate.kv_tokens_free,
        chosen=candidate.is_chosen,
    )
