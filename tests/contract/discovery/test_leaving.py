"""A worker that has no time to drain."""

import asyncio

from services.worker.app import serve
from services.worker.settings import WorkerSettings
from tests.tools.scripted_consul import scripted_consul


async def test_who_drains_for_no_time_at_all_is_deregistered() -> None:
    async with scripted_consul() as consul:
        settings = WorkerSettings(
            engine="scripted",
            classifiers=(),
            explanations=0,
            listen="127.0.0.1:0",
            metrics_listen=None,
            discovery="consul",
            consul_address=consul.address,
            drain_seconds=0.0,
            instance_id="me",
        )
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            known = group.create_task(consul.registered_again())
            async with serve(settings):
                await known
        assert consul.deregistered == ["evenflow-worker:me"]
