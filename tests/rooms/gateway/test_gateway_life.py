"""How a gateway comes and goes: readiness, discovery, draining."""

import asyncio
from contextlib import aclosing

import grpc
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway.app import serve
from gateway.settings import GatewaySettings
from services.discovery.endpoint import GATEWAY, Discovery
from services.discovery.memory import MemoryRegistry
from tests.rooms.gateway.conftest import PATIENCE, delta, finished, started

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def health_of(channel):
    request = health_pb2.HealthCheckRequest(service="evenflow.v1.InferenceService")
    return aiter(health_pb2_grpc.HealthStub(channel).Watch(request))


async def test_it_is_not_ready_before_it_has_met_a_balancer(start_mesh):
    registry = MemoryRegistry()
    settings = GatewaySettings(listen="127.0.0.1:0", metrics_listen=None)
    async with (
        serve(settings, Discovery(registry, registry)) as running,
        grpc.aio.insecure_channel(running.address) as channel,
    ):
        health = health_of(channel)
        assert (await anext(health)).status == NOT_SERVING
        async with start_mesh() as mesh:
            async with aclosing(mesh.registry.watch("evenflow-balancer")) as balancers:
                (balancer,) = await anext(balancers)
            registry.put("evenflow-balancer", balancer)
            assert (await anext(health)).status == SERVING
        # Without its balancer it still answers, and says what is wrong.
        assert len((await models_of(channel)).models) == 1


async def models_of(channel) -> i.ListModelsResponse:
    list_models = channel.unary_unary(
        "/evenflow.v1.InferenceService/ListModels",
        request_serializer=i.ListModelsRequest.SerializeToString,
        response_deserializer=i.ListModelsResponse.FromString,
    )
    return await list_models(i.ListModelsRequest())


async def test_it_is_found_while_it_runs(mesh):
    async with aclosing(mesh.registry.watch(GATEWAY)) as gateways:
        (gateway,) = await anext(gateways)
        assert (gateway.id, gateway.address) == (mesh.gateway_id, mesh.address)
        assert mesh.balancer.gateways == [mesh.gateway_id]


async def test_it_leaves_when_its_requests_have_ended(start_mesh):
    async with start_mesh(workers=1) as mesh:
        (worker,) = mesh.workers
        go_on = asyncio.Event()
        health = health_of(mesh.channel)
        assert (await anext(health)).status == SERVING

        async def pausing(request):
            counting = worker.count_up(request)
            yield await anext(counting)
            await go_on.wait()
            async for message in counting:
                yield message

        async def go_on_once_it_leaves() -> None:
            async for told in health:
                if told.status == NOT_SERVING:
                    go_on.set()
                    return

        worker.script = pausing
        request = i.GenerateRequest(
            prompt=i.PromptTask(text="x"), sampling=g.Sampling(max_tokens=3)
        )
        stream = aiter(mesh.stub.Generate(request))
        assert (await anext(stream)).HasField("started")

        async def rest() -> list[g.GenerateResponse]:
            return [message async for message in stream]

        leaving = asyncio.ensure_future(go_on_once_it_leaves())
        answer = asyncio.ensure_future(rest())
        await mesh.stop_gateway()
        await leaving
        assert (await answer)[-1].HasField("finished")


async def test_it_does_not_wait_for_ever(start_mesh):
    async with start_mesh(workers=1, drain_seconds=0.1) as mesh:
        (worker,) = mesh.workers
        worker.script = worker.hang_after
        request = i.GenerateRequest(prompt=i.PromptTask(text="x"))
        stream = aiter(mesh.stub.Generate(request))
        await anext(stream)
        await mesh.stop_gateway()
        await worker.until(lambda: worker.active == 0)


async def test_an_old_connection_takes_no_new_calls_and_its_streams_go_on(start_mesh):
    go_on = asyncio.Event()

    async def waits(request):
        yield started(request, "w1")
        yield delta(0)
        await go_on.wait()
        yield delta(1)
        yield finished(2)

    async with start_mesh(workers=1, max_connection_age_seconds=0.5) as mesh:
        mesh.workers[0].script = waits
        prompt = i.PromptTask(text="count")
        running = aiter(mesh.stub.Generate(i.GenerateRequest(prompt=prompt)))
        await anext(running)
        async with asyncio.timeout(PATIENCE):
            while (state := mesh.channel.get_state()) is grpc.ChannelConnectivity.READY:
                await mesh.channel.wait_for_state_change(state)
        # Told to go away. The next call connects anew, while the old connection still streams.
        assert state is grpc.ChannelConnectivity.IDLE
        assert len((await models_of(mesh.channel)).models) == 1
        assert (await anext(running)).HasField("delta")
        go_on.set()
        assert [message.WhichOneof("event") async for message in running] == ["delta", "finished"]
