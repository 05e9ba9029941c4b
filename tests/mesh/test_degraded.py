"""The balancer is killed under load: the gateway goes on by itself, and comes back."""

import asyncio
import itertools
import sys
import urllib.request
from contextlib import AsyncExitStack

from evenflow.v1 import balancer_pb2, balancer_pb2_grpc, generation_pb2, inference_pb2
from evenflow.v1.inference_pb2_grpc import InferenceServiceStub

from services.runtime.transport import open_channel
from services.worker.engines.scripted import expected_answer
from tests.tools.part import Part, part

CALLERS = 32
SLOTS = 8
WORKERS = ("worker-1", "worker-2")


class Load:
    """Callers that ask again and again; every answer is compared."""

    def __init__(self, gateway: Part) -> None:
        self._gateway = gateway
        self._clock = asyncio.get_running_loop().time
        self._more = asyncio.Condition()
        self.answers = 0
        self.begun_at: list[float] = []
        self.is_over = False

    async def call(self, number: int) -> None:
        async with open_channel(self._gateway.address, None, internal=False) as channel:
            stub = InferenceServiceStub(channel)
            for turn in itertools.count():
                await self._ask(stub, f"caller {number} turn {turn}", 16 + (number + turn) % 32)
                if self.is_over:
                    return

    async def _ask(self, stub: InferenceServiceStub, prompt: str, tokens: int) -> None:
        request = inference_pb2.GenerateRequest(
            prompt=inference_pb2.PromptTask(text=prompt),
            sampling=generation_pb2.Sampling(max_tokens=tokens),
        )
        text, has_finished = "", False
        async for response in stub.Generate(request, timeout=60):
            if response.HasField("started"):
                self.begun_at.append(self._clock())
            text += response.delta.text
            has_finished = has_finished or response.HasField("finished")
        assert has_finished
        assert text == expected_answer(prompt, tokens)
        async with self._more:
            self.answers += 1
            self._more.notify_all()

    async def more(self, count: int) -> None:
        """Wait until so many more answers have come."""
        wanted = self.answers + count
        async with self._more:
            await self._more.wait_for(lambda: self.answers >= wanted)

    def longest_pause(self, since: float, until: float) -> float:
        """The longest time in which nobody's answer began."""
        times = [since, *(at for at in self.begun_at if since < at < until), until]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


async def metric(gateway: Part, name: str) -> float:
    url = f"http://{gateway.running.metrics_address}/metrics"
    page = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
    (line,) = [line for line in page.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[1])


async def has_granted(balancer: Part) -> None:
    """Wait until a balancer has granted something."""
    async with open_channel(balancer.address, None) as channel:
        stub = balancer_pb2_grpc.BalancerServiceStub(channel)
        call = stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=100), timeout=60)
        async for snapshot in call:
            if snapshot.grants_total:
                break
        call.cancel()


async def test_a_balancer_killed_under_load_is_missed_by_nobody() -> None:
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as stack:
        started = [
            stack.enter_async_context(
                part(
                    "services.worker",
                    engine="scripted",
                    slots=SLOTS,
                    scripted_step_ms=5,
                    instance_id=name,
                )
            )
            for name in WORKERS
        ]
        workers = [await each for each in started]
        listed = ",".join(f"{name}={w.address}" for name, w in zip(WORKERS, workers, strict=True))
        balancer = await stack.enter_async_context(part("loadbalancer", static_workers=listed))
        gateway = await stack.enter_async_context(
            part("gateway", balancer=balancer.address, metrics_listen="127.0.0.1:0")
        )
        group = await stack.enter_async_context(asyncio.TaskGroup())
        load = Load(gateway)
        for number in range(CALLERS):
            group.create_task(load.call(number))
        await load.more(100)
        assert await metric(gateway, "evenflow_gateway_degraded_grants_total") == 0

        killed_at = clock()
        await balancer.kill()
        async with asyncio.timeout(20):
            while not await metric(gateway, "evenflow_gateway_degraded_grants_total"):
                continue
        gap = clock() - killed_at
        assert await metric(gateway, "evenflow_gateway_degraded") == 1
        await load.more(300)
        pause = load.longest_pause(killed_at, clock())
        guesses = await metric(gateway, "evenflow_gateway_degraded_grants_total")

        again = await stack.enter_async_context(
            part("loadbalancer", static_workers=listed, listen=balancer.address)
        )
        await has_granted(again)
        assert await metric(gateway, "evenflow_gateway_degraded") == 0
        granted = await metric(gateway, "evenflow_gateway_degraded_grants_total")
        await load.more(100)
        assert await metric(gateway, "evenflow_gateway_degraded_grants_total") == granted
        load.is_over = True
    sys.stdout.write(
        f"first grant without a balancer {gap * 1e3:.0f} ms after its SIGKILL, "
        f"longest pause between two answers' beginnings {pause * 1e3:.0f} ms, "
        f"{guesses:.0f} grants meanwhile, {load.answers} answers in all, none wrong\n"
    )
