"""A gateway that leaves under load: what runs ends, what is new goes elsewhere."""

import asyncio
import json
from collections import Counter

import grpc
import httpx
import pytest
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i
from evenflow.v1 import inference_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway.app import serve
from services.discovery.endpoint import Discovery
from tests.rooms.gateway.conftest import PATIENCE, SETTINGS, delta, finished, started

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
LONG = 60.0  # seconds of a drain that are never used up
TOKENS = 5
HELLO = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": TOKENS}
# What a caller of several gateways tells its channel.
WATCHFUL = json.dumps(
    {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": "evenflow.v1.InferenceService"},
    }
)


def request(tokens: int = TOKENS) -> i.GenerateRequest:
    return i.GenerateRequest(
        prompt=i.PromptTask(text="count"), sampling=g.Sampling(max_tokens=tokens)
    )


def paced(worker):
    """A script that takes its time."""

    async def script(told):
        yield started(told, worker.worker_id)
        for position in range(len(told.answered_token_ids), told.sampling.max_tokens):
            await asyncio.sleep(0.02)
            yield delta(position)
        yield finished(told.sampling.max_tokens)

    return script


async def leaving(mesh) -> asyncio.Task[None]:
    """Have the gateway leave; returns once it says so."""
    health = health_pb2_grpc.HealthStub(mesh.channel)
    watched = aiter(health.Watch(health_pb2.HealthCheckRequest()))
    assert (await anext(watched)).status == SERVING
    stopping = asyncio.create_task(mesh.stop_gateway())
    assert (await anext(watched)).status == NOT_SERVING
    return stopping


class Load:
    """Callers who ask on and on, whatever they are told."""

    def __init__(self, stub, callers: int = 8) -> None:
        self.answered = 0
        self.refused: Counter[grpc.StatusCode] = Counter()
        self.broken: list[grpc.aio.AioRpcError] = []
        self._stub = stub
        self._callers = callers
        self._tasks: list[asyncio.Task[None]] = []
        self._warm = asyncio.Event()

    async def __aenter__(self) -> "Load":
        self._tasks = [asyncio.create_task(self._ask_on()) for _ in range(self._callers)]
        async with asyncio.timeout(PATIENCE):
            await self._warm.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def _ask_on(self) -> None:
        while True:
            heard: Counter[str | None] = Counter()
            try:
                async for message in self._stub.Generate(request()):
                    heard[message.WhichOneof("event")] += 1
                assert heard == {"started": 1, "delta": TOKENS, "finished": 1}
                self.answered += 1
                if self.answered == 2 * self._callers:
                    self._warm.set()
            except grpc.aio.AioRpcError as error:
                if heard:
                    self.broken.append(error)
                self.refused[error.code()] += 1
                await asyncio.sleep(0.01)  # or a refusal would be had as often as a core can


async def test_under_load_it_goes_as_soon_as_those_inside_are_done(start_mesh):
    async with start_mesh(drain_seconds=LONG, lame_duck_seconds=0.2) as mesh:
        for worker in mesh.workers:
            worker.script = paced(worker)
        async with Load(mesh.stub) as load, asyncio.timeout(PATIENCE):
            await mesh.stop_gateway()
        assert not load.broken
        # CANCELLED is what core says of calls that come as it gives the connection up: here all
        # callers are back sooner than they were told.
        assert set(load.refused) - {grpc.StatusCode.CANCELLED} == {grpc.StatusCode.UNAVAILABLE}
        assert sum(worker.cancelled for worker in mesh.workers) == 0


async def test_who_watches_its_health_and_knows_another_gateway_notices_nothing(start_mesh):
    async with start_mesh(drain_seconds=LONG, lame_duck_seconds=1.0) as mesh:
        for worker in mesh.workers:
            worker.script = paced(worker)
        async with serve(SETTINGS, Discovery(mesh.registry, mesh.registry)) as other:
            await mesh.balancer.until(lambda: len(mesh.balancer.gateways) == 2)
            target = f"ipv4:{mesh.address},{other.address}"
            options = (("grpc.service_config", WATCHFUL),)
            async with grpc.aio.insecure_channel(target, options=options) as channel:
                async with Load(inference_pb2_grpc.InferenceServiceStub(channel)) as load:
                    async with asyncio.timeout(PATIENCE):
                        await mesh.stop_gateway()
                assert not load.broken
                assert not load.refused


async def test_a_batch_that_runs_gets_its_answers_and_no_new_tasks(start_mesh):
    go_on = asyncio.Event()

    async with start_mesh(workers=1, drain_seconds=LONG) as mesh:
        (worker,) = mesh.workers

        async def waits(told):
            await go_on.wait()
            async for message in worker.count_up(told):
                yield message

        worker.script = waits
        call = mesh.stub.Batch()
        await call.write(i.BatchRequest(id="running", request=request(1)))
        await mesh.balancer.until(lambda: worker.active == 1)
        async with asyncio.timeout(PATIENCE):
            stopping = await leaving(mesh)
            await call.write(i.BatchRequest(id="late", request=request(1)))
            late = await call.read()
            assert (late.id, late.error.reason) == ("late", "DRAINING")
            assert late.error.code == grpc.StatusCode.UNAVAILABLE.value[0]
            assert late.error.retry_after_ms
            go_on.set()
            await call.done_writing()
            for kind in ("started", "delta", "finished"):
                assert (await call.read()).response.HasField(kind)
            assert await call.read() == grpc.aio.EOF
            await stopping


async def test_over_http_streams_end_and_connections_are_closed(start_mesh):
    go_on = asyncio.Event()

    async with start_mesh(
        workers=1, http_listen="127.0.0.1:0", drain_seconds=LONG, lame_duck_seconds=2.0
    ) as mesh:
        (worker,) = mesh.workers

        async def waits(told):
            yield started(told, "w1")
            await go_on.wait()
            yield delta(0)
            yield finished(1)

        worker.script = waits
        url = f"http://{mesh.http_address}/v1/chat/completions"
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(timeout=PATIENCE) as http,
            http.stream("POST", url, json={**HELLO, "stream": True}) as stream,
        ):
            lines = stream.aiter_lines()
            await anext(lines)
            worker.script = worker.count_up
            assert "connection" not in (await http.post(url, json=HELLO)).headers
            stopping = await leaving(mesh)
            # Who comes before load balancers have heard of it is still answered, and sent away.
            answer = await http.post(url, json=HELLO)
            assert (answer.status_code, answer.headers["connection"]) == (200, "close")
            with pytest.raises(httpx.TransportError):
                while True:
                    await http.post(url, json=HELLO)
            assert not stopping.done()
            go_on.set()
            assert [line async for line in lines][-2] == "data: [DONE]"
            await stopping
