"""One Explain call: what is asked is read, explained, and told.

Decides which model or classifier is meant, and what of it is logged: never a text.
"""

from collections.abc import AsyncGenerator

import grpc
import structlog
from evenflow.v1 import explanation_pb2, worker_pb2

from services.runtime.status import RpcFault
from services.worker import wire as worker_wire
from services.worker.engines.errors import TemplateError
from services.worker.errors import EmptyPrompt, EngineFailed, NoSlot, PromptTooLong, UnknownToken
from services.worker.explaining import wire
from services.worker.explaining.events import Finished
from services.worker.explaining.explaining import Explaining
from services.worker.explaining.reading import AnswerWanted, LabelWanted, read_wanted
from services.worker.load import Identity

_ENGINE_REFUSALS = (NoSlot, EmptyPrompt, PromptTooLong, UnknownToken, TemplateError, EngineFailed)

log = structlog.get_logger(__name__)


async def explain(
    request: worker_pb2.WorkerServiceExplainRequest, explaining: Explaining, identity: Identity
) -> AsyncGenerator[explanation_pb2.ExplainResponse, None]:
    """Answer a call; raises RpcFault."""
    wanted = read_wanted(request)
    _check_name(wanted, identity)
    try:
        async with explaining.unread(wanted) as events:
            async for event in events:
                if isinstance(event, Finished):
                    _log(wanted, event)
                yield wire.response(event, identity.worker_id)
    except wire.REFUSALS as error:
        raise wire.fault(error) from None
    except _ENGINE_REFUSALS as error:
        raise worker_wire.fault(error) from None


def _check_name(wanted: AnswerWanted | LabelWanted, identity: Identity) -> None:
    asked = wanted.model if isinstance(wanted, AnswerWanted) else wanted.classifier
    served = [identity.model.name]
    if isinstance(wanted, LabelWanted):
        served = [info.name for info in identity.classifiers]
    if asked in served or (not asked and len(served) == 1):
        return
    reason = "UNKNOWN_CLASSIFIER" if isinstance(wanted, LabelWanted) else "UNKNOWN_MODEL"
    message = f"this worker serves {', '.join(served) or 'no classifier'}"
    raise RpcFault(grpc.StatusCode.NOT_FOUND, reason, message)


def _log(wanted: AnswerWanted | LabelWanted, finished: Finished) -> None:
    log.info(
        "explained",
        request_id=wanted.request_id,
        prompt_tokens=finished.prompt_tokens,
        completion_tokens=finished.answer_tokens,
        wait_seconds=round(finished.wait_seconds, 3),
        seconds=round(finished.compute_seconds, 3),
    )
