"""The manifests' own environment brings a mesh up, each pod at an address of its own.

The pods are processes on loopback addresses, Consul is a real agent, and the
model is the scripted one; all else is told by `k8s/overlays/dev`.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
import yaml
from evenflow.v1 import inference_pb2, inference_pb2_grpc

from services.runtime.transport import open_channel
from services.worker.engines.scripted import expected_answer
from tests.tools.consul_agent import consul_agent
from tests.tools.manifests import pod, render, variables, workloads

MODULES = {"worker": "services.worker", "balancer": "loadbalancer", "gateway": "gateway"}
# A part of the loopback's range that no other run on this machine uses.
NETWORK = f"127.77.{os.getpid() % 256}"
ADDRESSES = {room: f"{NETWORK}.{number}" for number, room in enumerate(MODULES, 1)}


@asynccontextmanager
async def running(
    room: str, template: dict, consul: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A pod as a process, from the moment that it says it serves."""
    told, announced = os.pipe()
    ip = ADDRESSES[room]
    environ = {
        name: value.replace("0.0.0.0", ip).replace("evenflow-consul:8500", consul)  # noqa: S104
        for name, value in variables(template, ip=ip, name=f"{room}-0").items()
        if name.startswith("EVENFLOW_") and not name.endswith("_CONSUL_TOKEN")
    }
    if room == "worker":
        environ["EVENFLOW_WORKER_ENGINE"] = "scripted"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", MODULES[room], "--announce-fd", str(announced)),
        env={"PATH": os.environ["PATH"], **environ},
        pass_fds=[announced],
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    os.close(announced)
    try:
        async with announcements(told) as announced_lines:
            assert await serves(announced_lines), f"{room} ended with {await process.wait()}"
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def announcements(pipe: int) -> AsyncIterator[asyncio.StreamReader]:
    """What a process announces; it stops when nobody listens any more."""
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(pipe)
    )
    try:
        yield lines
    finally:
        transport.close()


async def serves(announced: asyncio.StreamReader) -> bool:
    """Read until the process serves; False where it ends before."""
    async for line in announced:
        if "serving" in json.loads(line):
            return True
    return False


async def healthy(session: aiohttp.ClientSession, consul: str, service: str) -> list[dict]:
    """Wait until Consul's own health check of the service has passed."""
    index, found = "0", []
    while not found:
        query = {"passing": "true", "index": index, "wait": "10s"}
        url = f"http://{consul}/v1/health/service/{service}"
        async with session.get(url, params=query) as response:
            index, found = response.headers["X-Consul-Index"], await response.json()
    return found


@pytest.mark.consul
async def test_the_manifests_bring_a_mesh_up():
    templates = {name: pod(each) for name, each in manifests().items()}
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(consul_agent())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        processes = {
            room: await stack.enter_async_context(running(room, templates[room], agent.http))
            for room in MODULES
        }

        for room, address in ADDRESSES.items():
            async with asyncio.timeout(20):
                (found,) = await healthy(session, agent.http, f"evenflow-{room}")
            assert found["Service"]["Address"] == address

        channel = await stack.enter_async_context(
            open_channel(f"{ADDRESSES['gateway']}:50051", None)
        )
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        request = inference_pb2.GenerateRequest(prompt=inference_pb2.PromptTask(text="as told"))
        request.sampling.max_tokens = 16
        text = "".join([answer.delta.text async for answer in stub.Generate(request, timeout=30)])
        assert text == expected_answer("as told", 16)

        for room in reversed(MODULES):
            processes[room].send_signal(signal.SIGTERM)
            async with asyncio.timeout(templates[room]["terminationGracePeriodSeconds"]):
                assert await processes[room].wait() == 0, room


def manifests() -> dict[str, dict]:
    return workloads(list(yaml.safe_load_all(render("dev"))))
