"""What a refusal from further inside means in the caller's own words.

Pure. Balancer and worker know no task: here their refusals get the name of the
caller's field and the limit that was hit. Other errors stay as they are.
"""

from gateway.errors import Disallowed, FieldFault, GatewayError, PartFailed, Refusal, Refused
from gateway.fleet import Fleet
from gateway.tasks.task import Task

# What a worker calls a step's input, whose field it is at the caller's.
_INPUT_FIELDS = ("input", "prompt", "chat")


def explained(error: GatewayError, task: Task, prompt_bytes: int, fleet: Fleet) -> GatewayError:
    """Return the error to tell the caller of `task`."""
    match error:
        case Refused(refusal=Refusal.UNKNOWN_MODEL):
            return _unknown_model(error, task, fleet)
        case Refused(refusal=Refusal.TOO_LARGE):
            return _too_large(task, prompt_bytes, fleet)
        case PartFailed(part=part, parts=parts, cause=cause, level=level):
            return PartFailed(part, parts, explained(cause, task, prompt_bytes, fleet), level)
        case Disallowed():
            return _in_the_callers_fields(error, task)
        case _:
            return error


def with_classifiers(error: GatewayError, fleet: Fleet) -> GatewayError:
    """Return the error to tell who asked for a classifier; `fleet` is what that caller may know."""
    if not isinstance(error, Refused) or error.refusal is not Refusal.UNKNOWN_CLASSIFIER:
        return error
    names = ", ".join(classifier.name for classifier in fleet.classifiers) or "none"
    return Refused(error.refusal, f"{error}; served now: {names}", error.retry_after)


def _unknown_model(error: Refused, task: Task, fleet: Fleet) -> Refused:
    asked = f"no worker serves {task.model!r}" if task.model else "the request names no model"
    names = ", ".join(model.name for model in fleet.models)
    served = f"served now: {names}" if names else "none is served now"
    return Refused(error.refusal, f"{asked}; {served}", error.retry_after)


def _too_large(task: Task, prompt_bytes: int, fleet: Fleet) -> Disallowed:
    contexts = [m.context_tokens for m in fleet.models if task.model in ("", m.name)]
    longest = f"; the longest context is {max(contexts)} tokens" if contexts else ""
    fault = FieldFault(task.field, f"{prompt_bytes} bytes exceed every worker's context{longest}")
    message = f"{fault.field}: {fault.description}"
    return Disallowed("INVALID_ARGUMENT", Refusal.TOO_LARGE.value, message, [fault])


def _in_the_callers_fields(error: Disallowed, task: Task) -> Disallowed:
    faults = [
        FieldFault(task.field if fault.field in _INPUT_FIELDS else fault.field, fault.description)
        for fault in error.faults
    ]
    return Disallowed(error.code, error.reason, str(error), faults, error.metadata)
