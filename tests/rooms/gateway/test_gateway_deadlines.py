"""Deadlines that are further off than the gateway allows."""

import grpc
import pytest
from evenflow.v1 import inference_pb2 as i

from services.runtime.status import read_fault

PATIENCE = 20


async def test_a_deadline_too_far_off_is_shortened(start_mesh):
    async with start_mesh(default_deadline_seconds=0.3, max_deadline_seconds=0.3) as mesh:
        for worker in mesh.workers:
            worker.script = worker.hang_after
        request = i.GenerateRequest(prompt=i.PromptTask(text="count"))
        call = mesh.stub.Generate(request, timeout=PATIENCE)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            async for _ in call:
                pass
        # At the caller's own deadline nobody would have told a reason.
        assert read_fault(error.value).reason == "DEADLINE"
