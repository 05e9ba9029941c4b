"""Four workers, two shards with a balancer each: all work, and one shard's loss is bridged."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from loadbalancer.shards import owner
from tests.mesh.test_degraded import Load, metric
from tests.tools.part import part


@pytest.mark.timeout(180)
async def test_every_shard_serves_and_the_loss_of_a_balancer_is_missed_by_nobody() -> None:
    names = [f"worker-{n}" for n in range(4)]
    assert {owner(name, 2) for name in names} == {0, 1}
    engine = {"engine": "scripted", "slots": 8, "scripted_step_ms": 5}
    async with AsyncExitStack() as stack:

        async def started(module: str, **settings: object):
            return await stack.enter_async_context(part(module, **settings))

        workers = await asyncio.gather(
            *(started("services.worker", instance_id=name, **engine) for name in names)
        )
        listed = ",".join(f"{n}={w.address}" for n, w in zip(names, workers, strict=True))
        balancers = await asyncio.gather(
            *(
                started(
                    "loadbalancer",
                    static_workers=listed,
                    shard=n,
                    shards=2,
                    metrics_listen="127.0.0.1:0",
                )
                for n in range(2)
            )
        )
        gateway = await started(
            "gateway",
            static_balancers=",".join(balancer.address for balancer in balancers),
            balancer_shards=2,
            metrics_listen="127.0.0.1:0",
        )
        calling = await stack.enter_async_context(asyncio.TaskGroup())
        load = Load(gateway)
        for number in range(16):
            calling.create_task(load.call(number))
        await load.more(200)
        granted = [await metric(b, "evenflow_balancer_grants_total") for b in balancers]
        assert min(granted) > 0
        known = [await metric(b, "evenflow_balancer_workers_ready") for b in balancers]
        assert known == [sum(owner(name, 2) == n for name in names) for n in range(2)]
        await balancers[0].kill()
        await load.more(200)
        assert await metric(gateway, "evenflow_gateway_degraded") == 1
        load.is_over = True
