"""One Classify call, from its arrival to its answer.

Decides which requests are wrong, and that they count like any others: against
rights, admission and quotas. Where the texts go is `classifying.py`'s matter.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from evenflow.v1 import classification_pb2

from gateway.calls.inside import BYTES_PER_TOKEN, Inside
from gateway.calls.intake import Caller
from gateway.calls.reckoning import reckoned
from gateway.classifying import Classifying
from gateway.errors import FieldFault, GatewayError, InvalidTask
from gateway.explaining import with_classifiers
from gateway.fleet import Fleet
from gateway.metrics import GatewayMetrics
from gateway.tenants.rights import check_models
from services.runtime.text import Text

# Without a deadline of the caller's own.
LONGEST_SECONDS = 10.0
_MOST_TEXTS = 256
_TEXT_BYTES = 64 << 10
_TOTAL_BYTES = 1 << 20
_MAX_MODEL = 256
_ID = re.compile(r"[A-Za-z0-9._-]{0,64}", re.ASCII)
# Status details travel in a header block of 8 KiB.
_MAX_FAULTS_TOLD = 20
_KIND = "classify"


class ClassifyIntake:
    """Takes Classify calls in.

    Args:
        classifying: asks the workers.
        inside: lets requests in.
        fleet: gives the fleet as it is now.
        metrics: counts them.
        default: the classifier of requests that name none.
        new_id: gives a request the id that its caller did not.
    """

    def __init__(
        self,
        classifying: Classifying,
        inside: Inside,
        fleet: Callable[[], Fleet],
        metrics: GatewayMetrics,
        default: str,
        new_id: Callable[[], str],
    ) -> None:
        self._classifying = classifying
        self._inside = inside
        self._fleet = fleet
        self._metrics = metrics
        self._default = default
        self._new_id = new_id

    async def answer(
        self, request: classification_pb2.ClassifyRequest, caller: Caller
    ) -> classification_pb2.ClassifyResponse:
        """Answer one request.

        Raises:
            RpcFault: it cannot be answered.
        """
        request_id = request.request_id if _ID.fullmatch(request.request_id) else ""
        request_id = request_id or self._new_id()
        details = {"request_id": request_id, "count": len(request.texts)}
        with reckoned(_KIND, caller, self._metrics, lambda: details):
            return await self._answered(request, caller, request_id)

    async def _answered(
        self, request: classification_pb2.ClassifyRequest, caller: Caller, request_id: str
    ) -> classification_pb2.ClassifyResponse:
        sizes = [len(text.encode()) for text in request.texts]
        faults = list(_faults(request, sizes))[:_MAX_FAULTS_TOLD]
        if faults:
            raise InvalidTask("INVALID_FIELD", faults)
        name = request.model or self._default
        check_models(caller.tenant, (name,))
        tokens = sum(sizes) // BYTES_PER_TOKEN
        async with self._inside.admitted(caller.tenant, tokens, lambda: tokens):
            texts = tuple(map(Text, request.texts))
            try:
                return await self._classifying.ask(name, texts, request_id, caller.deadline)
            except GatewayError as error:
                known = self._fleet().known_to(caller.tenant.limits.models)
                raise with_classifiers(error, known) from None


def _faults(
    request: classification_pb2.ClassifyRequest, sizes: Sequence[int]
) -> Iterator[FieldFault]:
    if len(request.model) > _MAX_MODEL:
        rule = f"{len(request.model)} characters; must be at most {_MAX_MODEL}"
        yield FieldFault("model", rule)
    if not _ID.fullmatch(request.request_id):
        yield FieldFault("request_id", "must be empty or 1 to 64 of [A-Za-z0-9._-]")
    if not 1 <= len(sizes) <= _MOST_TEXTS:
        yield FieldFault("texts", f"{len(sizes)} texts; must be 1 to {_MOST_TEXTS}")
        return
    for index, size in enumerate(sizes):
        if not 1 <= size <= _TEXT_BYTES:
            yield FieldFault(f"texts[{index}]", f"{size} bytes; must be 1 to {_TEXT_BYTES}")
    if sum(sizes) > _TOTAL_BYTES:
        rule = f"{sum(sizes)} bytes together; must be at most {_TOTAL_BYTES}"
        yield FieldFault("texts", rule)
