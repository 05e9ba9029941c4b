"""What stands around every servicer: guard, health, reflection, limits."""

import asyncio
import socket

import grpc
import pytest
from evenflow.v1 import inference_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from services.runtime.server import serving
from services.runtime.settings import ServerSettings
from services.runtime.status import read_fault

NAME = "evenflow.v1.InferenceService"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def fault_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in call:
            pass
    return read_fault(caught.value)


async def test_a_fault_arrives_whole(hosting):
    fault = await fault_of(hosting.stub.Generate(inference_pb2.GenerateRequest(model="fault")))
    assert repr(fault) == "<RpcFault INVALID_ARGUMENT INVALID_FIELD: two fields are wrong>"
    assert fault.retry_after == 1.25
    assert [(v.field, v.description) for v in fault.violations] == [
        ("a.b", "must be 1"),
        ("c", "must be 2"),
    ]
    assert fault.metadata == {"worker_id": "w1"}


async def test_a_crash_tells_a_reference_and_nothing_else(hosting):
    with capture_logs() as logs:
        fault = await fault_of(hosting.stub.Generate(inference_pb2.GenerateRequest(model="crash")))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await hosting.stub.ListModels(inference_pb2.ListModelsRequest())
    assert fault.code is grpc.StatusCode.INTERNAL
    assert fault.message == f"internal error, ref={fault.metadata['ref']}"
    assert [entry["ref"] for entry in logs] == [
        fault.metadata["ref"],
        read_fault(caught.value).metadata["ref"],
    ]


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_stream"])
async def test_bytes_that_are_no_message(hosting, kind):
    method = {"unary_unary": "ListModels", "unary_stream": "Generate", "stream_stream": "Batch"}
    raw = getattr(hosting.channel, kind)(
        f"/{NAME}/{method[kind]}", request_serializer=bytes, response_deserializer=bytes
    )
    garbage = b"\xff" * 37
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        if kind == "unary_unary":
            await raw(garbage)
        else:
            call = raw(iter([garbage])) if kind == "stream_stream" else raw(garbage)
            async for _ in call:
                pass
    fault = read_fault(caught.value)
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED")
    assert "37 bytes" in fault.message


async def test_more_bytes_than_the_limit(hosting):
    request = inference_pb2.GenerateRequest(prompt=inference_pb2.PromptTask(text="x" * 70_000))
    fault = await fault_of(hosting.stub.Generate(request))
    assert fault.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "65536" in fault.message


async def test_garbage_on_the_port_harms_nobody(hosting):
    host, port = hosting.server.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET / HTTP/1.1\r\n\r\n" + bytes(range(256)) * 8)
    await reader.read()
    writer.close()
    call = hosting.stub.Generate(inference_pb2.GenerateRequest())
    assert [message.delta.text async for message in call] == ["one", "two"]


async def test_a_caller_that_goes_ends_its_handler(hosting):
    call = hosting.stub.Generate(inference_pb2.GenerateRequest(model="hang"))
    await call.read()
    call.cancel()
    await asyncio.wait_for(hosting.servicer.ended.wait(), 5)


async def test_calls_are_counted(hosting):
    call = hosting.stub.Generate(inference_pb2.GenerateRequest())
    assert len([message async for message in call]) == 2
    await fault_of(hosting.stub.Generate(inference_pb2.GenerateRequest(model="fault")))

    def count(code):
        labels = {"grpc_service": NAME, "grpc_method": "Generate", "grpc_code": code}
        return hosting.registry.get_sample_value("grpc_server_handled_total", labels)

    assert (count("OK"), count("INVALID_ARGUMENT")) == (1, 1)


async def test_health_by_service_with_watch_and_on_a_port_of_its_own(hosting):
    stub = health_pb2_grpc.HealthStub(hosting.channel)
    watch = stub.Watch(health_pb2.HealthCheckRequest(service=NAME))
    assert (await watch.read()).status == NOT_SERVING
    await hosting.server.set_serving(True)
    assert (await watch.read()).status == SERVING
    async with grpc.aio.insecure_channel(hosting.server.health_address) as probe:
        stub = health_pb2_grpc.HealthStub(probe)
        assert (await stub.Check(health_pb2.HealthCheckRequest())).status == SERVING
    watch.cancel()


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
async def test_reflection_names_the_services(hosting, version):
    ask = hosting.channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    call = ask(iter([reflection_pb2.ServerReflectionRequest(list_services="*")]))
    answer = await call.read()
    names = {service.name for service in answer.list_services_response.service}
    assert {NAME, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"} <= names


async def test_a_taken_port_is_an_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = ServerSettings(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(OSError, match="cannot be bound"):
            async with serving(settings, [], public=False, registry=CollectorRegistry()):
                pytest.fail("bound a taken port")
