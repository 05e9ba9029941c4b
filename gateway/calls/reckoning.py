"""How a call ended: counted, and told in the log, whatever it asked for.

Decides under which code and reason: those that its caller is told; what nobody foresaw
is INTERNAL. Knows no request. Of generations, which tell more, `intake.py` keeps count.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog

from gateway.calls.intake import ROUNDED, Caller
from gateway.errors import GatewayError, Refusal
from gateway.metrics import GatewayMetrics
from gateway.statuses import fault_of

log = structlog.get_logger(__name__)


@contextmanager
def reckoned(
    kind: str, caller: Caller, metrics: GatewayMetrics, details: Callable[[], Mapping[str, object]]
) -> Iterator[None]:
    """Answer a call in the block; `details` tells, at its end, what else the log should have.

    Raises:
        RpcFault: it cannot be answered.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    code, reason = "CANCELLED", ""
    try:
        yield
        code = "OK"
    except GatewayError as error:
        fault = fault_of(error)
        code, reason = fault.code.name, fault.reason
        raise fault from None
    except asyncio.CancelledError:
        # At its deadline a call is cancelled by the server, or by the caller who knows it.
        if clock() >= caller.deadline - ROUNDED:
            code, reason = "DEADLINE_EXCEEDED", Refusal.DEADLINE.value
        raise
    except Exception:
        code = "INTERNAL"
        raise
    finally:
        metrics.requests.labels(kind, code, reason).inc()
        log.info(
            "request ended",
            tenant=caller.tenant.name,
            task=kind,
            code=code,
            reason=reason,
            seconds=clock() - began,
            **details(),
        )
