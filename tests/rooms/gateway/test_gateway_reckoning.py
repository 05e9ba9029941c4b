"""Every call is counted and told at its end, under what its caller was told."""

import asyncio

import pytest
from evenflow.v1 import inference_pb2 as i
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from gateway.calls.intake import Caller
from gateway.calls.reckoning import reckoned
from gateway.errors import Refusal, Refused
from gateway.metrics import GatewayMetrics
from gateway.tenants.tenant import Tenant
from services.runtime.status import RpcFault


@pytest.mark.parametrize(
    ("error", "seconds_left", "code", "reason"),
    [
        (None, 60, "OK", ""),
        (Refused(Refusal.NO_WORKERS, "none"), 60, "UNAVAILABLE", "NO_WORKERS"),
        (asyncio.CancelledError(), 60, "CANCELLED", ""),
        (asyncio.CancelledError(), 0, "DEADLINE_EXCEEDED", "DEADLINE"),
        (KeyError("the prompt"), 60, "INTERNAL", ""),
    ],
)
async def test_a_call_counts_as_its_caller_was_told(error, seconds_left, code, reason):
    registry = CollectorRegistry()
    metrics = GatewayMetrics(registry)
    caller = Caller(Tenant("mine"), asyncio.get_running_loop().time() + seconds_left)
    raised = RpcFault if isinstance(error, Refused) else type(error)
    with capture_logs() as logs:
        if error is None:
            with reckoned("plan", caller, metrics, lambda: {"request_id": "r"}):
                pass
        else:
            with (
                pytest.raises(raised),
                reckoned("plan", caller, metrics, lambda: {"request_id": "r"}),
            ):
                raise error
    (told,) = logs
    assert (told["tenant"], told["task"], told["request_id"]) == ("mine", "plan", "r")
    assert (told["code"], told["reason"]) == (code, reason)
    labels = {"task": "plan", "code": code, "reason": reason}
    assert registry.get_sample_value("evenflow_gateway_requests_total", labels) == 1


async def test_a_plan_is_told_with_its_id(start_mesh):
    request = i.GenerateRequest(prompt=i.PromptTask(text="private"), request_id="mine")
    async with start_mesh() as mesh:
        with capture_logs() as logs:
            await mesh.stub.Plan(i.PlanRequest(request=request))
    (told,) = [entry for entry in logs if entry["event"] == "request ended"]
    assert (told["task"], told["code"], told["request_id"]) == ("plan", "OK", "mine")
    assert "private" not in str(logs)
