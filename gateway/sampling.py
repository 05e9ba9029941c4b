"""What makes a request's sampling wrong.

Every field that is set is checked, a set zero included; NaN and the infinities
are in no range. Defaults are those of evenflow.v1's comments.
"""

from evenflow.v1 import generation_pb2

from gateway.errors import FieldFault
from gateway.tasks.task import Sampling
from services.runtime.text import Text

_MAX_TOKENS = 8192
_MAX_TOP_K = 1000
_MAX_LOGPROBS = 20
_MAX_STOPS, _MAX_STOP = 8, 128


def read_sampling(message: generation_pb2.Sampling, faults: list[FieldFault]) -> Sampling:
    """Read it; what is wrong is appended to `faults`."""
    default = Sampling()
    _check_float(message, "temperature", 0, 2, faults)
    _check_float(message, "top_p", 0, 1, faults, open_below=True)
    _check_float(message, "repetition_penalty", 0, 2, faults, open_below=True)
    _check_float(message, "presence_penalty", -2, 2, faults)
    _check_float(message, "frequency_penalty", -2, 2, faults)
    _check_int(message, "top_k", 1, _MAX_TOP_K, faults)
    _check_int(message, "max_tokens", 1, _MAX_TOKENS, faults)
    _check_int(message, "logprobs", 0, _MAX_LOGPROBS, faults)
    _check_stops(message, faults)
    return Sampling(
        temperature=message.temperature,
        top_p=message.top_p if message.HasField("top_p") else default.top_p,
        top_k=message.top_k if message.HasField("top_k") else None,
        repetition_penalty=(
            message.repetition_penalty
            if message.HasField("repetition_penalty")
            else default.repetition_penalty
        ),
        presence_penalty=message.presence_penalty,
        frequency_penalty=message.frequency_penalty,
        seed=message.seed if message.HasField("seed") else None,
        max_tokens=message.max_tokens if message.HasField("max_tokens") else default.max_tokens,
        stop=tuple(Text(stop) for stop in message.stop),
        logprobs=message.logprobs if message.HasField("logprobs") else None,
    )


def _check_float(
    message: generation_pb2.Sampling,
    name: str,
    low: float,
    high: float,
    faults: list[FieldFault],
    *,
    open_below: bool = False,
) -> None:
    if not message.HasField(name):  # type: ignore[arg-type]
        return
    value: float = getattr(message, name)
    # A comparison with NaN is false, so the range is asked for, not what lies outside.
    is_inside = (low < value if open_below else low <= value) and value <= high
    if not is_inside:
        rule = f"above {low} and at most {high}" if open_below else f"{low} to {high}"
        faults.append(FieldFault(f"sampling.{name}", f"{value:g}; must be {rule}"))


def _check_int(
    message: generation_pb2.Sampling, name: str, low: int, high: int, faults: list[FieldFault]
) -> None:
    if not message.HasField(name):  # type: ignore[arg-type]
        return
    value: int = getattr(message, name)
    if not low <= value <= high:
        faults.append(FieldFault(f"sampling.{name}", f"{value}; must be {low} to {high}"))


def _check_stops(message: generation_pb2.Sampling, faults: list[FieldFault]) -> None:
    if len(message.stop) > _MAX_STOPS:
        rule = f"{len(message.stop)} strings; must be at most {_MAX_STOPS}"
        faults.append(FieldFault("sampling.stop", rule))
        return
    for index, stop in enumerate(message.stop):
        if not 1 <= len(stop) <= _MAX_STOP:
            rule = f"{len(stop)} characters; must be 1 to {_MAX_STOP}"
            faults.append(FieldFault(f"sampling.stop[{index}]", rule))
