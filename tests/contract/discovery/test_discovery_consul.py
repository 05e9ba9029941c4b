"""Discovery against the real Consul: health, restarts, frozen agents, tokens, TLS."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from random import Random

import aiohttp
import pytest

from services.discovery.consul_client import REQUEST_SECONDS
from services.discovery.endpoint import WORKER, Discovery, Endpoint
from services.discovery.open import open_discovery
from services.discovery.settings import DiscoverySettings
from tests.contract.discovery.conftest import Logs
from tests.contract.discovery.health_worker import worker
from tests.contract.discovery.worlds import consul_settings, knocked_at
from tests.tools.consul_agent import ROOT_TOKEN, ConsulAgent, consul_agent

pytestmark = pytest.mark.consul

Snapshots = AsyncGenerator[tuple[Endpoint, ...], None]
FAILED = "registry failed, last known state stands"


@asynccontextmanager
async def opened(agent: ConsulAgent, **more: object) -> AsyncIterator[Discovery]:
    async with open_discovery(consul_settings(agent.http, **more), Random(1)) as discovery:
        yield discovery


async def seen(snapshots: Snapshots, *wanted: Endpoint, within: float = 10) -> float:
    """Read on until the fleet is as wanted; the seconds that took."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        async for fleet in snapshots:
            if fleet == wanted:
                break
    return time.monotonic() - began


async def test_a_registered_worker_is_seen_and_gone_within_a_second_of_leaving(
    consul_dev: ConsulAgent,
) -> None:
    async with (
        opened(consul_dev) as discovery,
        worker("a") as a,
        worker("b") as b,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
        discovery.registrar.registered(a.registration),
    ):
        async with discovery.registrar.registered(b.registration):
            await seen(fleets, a.endpoint, b.endpoint)
        await seen(fleets, a.endpoint, within=1)


async def test_health_decides_and_renewing_does_not_overrule_it(
    consul_dev: ConsulAgent,
) -> None:
    async with (
        opened(consul_dev, consul_renew_seconds=0.1) as discovery,
        worker("a") as a,
        worker("b") as b,
        discovery.registrar.registered(a.registration),
        discovery.registrar.registered(b.registration),
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        await seen(fleets, a.endpoint, b.endpoint)
        await b.set_serving(False)
        await seen(fleets, a.endpoint, within=3)
        # Renewed fifteen times meanwhile.
        reading = asyncio.ensure_future(anext(fleets))
        done, _ = await asyncio.wait({reading}, timeout=1.5)
        assert not done
        await b.set_serving(True)
        async with asyncio.timeout(3):
            assert await reading == (a.endpoint, b.endpoint)


async def test_of_two_processes_with_one_id_the_newer_keeps_it(consul_dev: ConsulAgent) -> None:
    async with (
        opened(consul_dev, consul_renew_seconds=0.1) as discovery,
        worker("a") as older,
        worker("a") as newer,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        async with discovery.registrar.registered(older.registration):
            await seen(fleets, older.endpoint)
            async with AsyncExitStack() as life:
                await life.enter_async_context(discovery.registrar.registered(newer.registration))
                await seen(fleets, newer.endpoint)
                reading = asyncio.ensure_future(anext(fleets))
                done, _ = await asyncio.wait({reading}, timeout=0.5)
                assert not done
                staying = life.pop_all()
        # The older has left, and the newer is still there.
        done, _ = await asyncio.wait({reading}, timeout=0.5)
        assert not done
        reading.cancel()
        await asyncio.wait({reading})
        await staying.aclose()


@pytest.mark.parametrize("keeps_data", [False, True])
async def test_an_agent_killed_and_restarted_changes_nothing_and_newcomers_join(
    real_consul: None, logs: Logs, keeps_data: bool
) -> None:
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(consul_agent(keeps_data=keeps_data))
        discovery = await stack.enter_async_context(opened(agent, consul_renew_seconds=1.0))
        workers = [await stack.enter_async_context(worker(name)) for name in "abc"]
        for each in workers:
            await stack.enter_async_context(discovery.registrar.registered(each.registration))
        fleets = await stack.enter_async_context(aclosing(discovery.resolver.watch(WORKER)))
        known = tuple(each.endpoint for each in workers)
        await seen(fleets, *known)

        reading = asyncio.ensure_future(anext(fleets))
        await agent.kill()
        await logs.seen(lambda entry: entry["event"] == FAILED)
        late = await stack.enter_async_context(worker("d"))
        await stack.enter_async_context(discovery.registrar.registered(late.registration))
        await agent.start(loses_data=True)

        # The very next snapshot: nobody was missed, though the agent has forgotten them all.
        async with asyncio.timeout(5):
            assert await reading == (*known, late.endpoint)
        # And they are registered again: somebody who knew nobody sees them all.
        async with aclosing(discovery.resolver.watch(WORKER)) as fresh:
            await seen(fresh, *known, late.endpoint)


async def test_an_agent_that_forgot_is_believed_after_the_grace(consul_dev: ConsulAgent) -> None:
    a = Endpoint("a", "127.0.0.1:7")
    async with (
        opened(consul_dev, discovery_grace_seconds=1.0) as discovery,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        await put_in_catalog(consul_dev, a)
        await seen(fleets, a)
        reading = asyncio.ensure_future(anext(fleets))
        await consul_dev.kill()
        await knocked_at(consul_dev.http)
        await consul_dev.start()
        began = time.monotonic()
        async with asyncio.timeout(10):
            assert await reading == ()
        assert time.monotonic() - began > 0.9


async def test_a_frozen_agent_holds_nobody_up(consul_dev: ConsulAgent) -> None:
    lags: list[float] = []

    async def measure() -> None:
        while True:
            at = time.monotonic()
            await asyncio.sleep(0.01)
            lags.append(time.monotonic() - at - 0.01)

    async with (
        opened(consul_dev) as discovery,
        worker("a") as a,
        worker("b") as b,
        discovery.registrar.registered(a.registration),
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        await seen(fleets, a.endpoint)
        reading = asyncio.ensure_future(anext(fleets))
        consul_dev.freeze()
        measuring = asyncio.ensure_future(measure())
        began = time.monotonic()
        async with discovery.registrar.registered(b.registration):
            entered = time.monotonic() - began
            # Long enough for the registration to be under way.
            await asyncio.wait({reading}, timeout=0.3)
        left = time.monotonic() - began
        measuring.cancel()
        assert entered < 0.5
        assert left < 2 * REQUEST_SECONDS + 1  # what is under way, and the deregistration
        assert max(lags) < 0.5
        assert not reading.done()
        consul_dev.thaw()
        async with discovery.registrar.registered(b.registration), asyncio.timeout(10):
            assert await reading == (a.endpoint, b.endpoint)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("00000000-0000-4000-8000-000000000009", "ACL not found"),
        (None, f"the token may not read service {WORKER}"),
    ],
)
async def test_a_wrong_token_is_told_and_nothing_is_believed(
    real_consul: None, logs: Logs, token: str | None, reason: str
) -> None:
    async with (
        consul_agent(acl=True) as agent,
        opened(agent, consul_token=token) as discovery,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        await put_in_catalog(agent, Endpoint("a", "127.0.0.1:7"))
        reading = asyncio.ensure_future(anext(fleets))
        told = await logs.seen(lambda entry: entry["event"] == FAILED)
        assert told["reason"].startswith(reason)
        assert not reading.done()
        reading.cancel()
        await asyncio.wait({reading})


async def test_a_registration_without_permission_is_told(real_consul: None, logs: Logs) -> None:
    async with consul_agent(acl=True) as agent, opened(agent) as discovery, worker("a") as a:
        async with discovery.registrar.registered(a.registration):
            told = await logs.seen(lambda entry: entry["event"] == FAILED)
        assert "service:write" in told["reason"]


async def test_the_token_set_wins_over_the_environment_s(
    real_consul: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSUL_HTTP_TOKEN", "00000000-0000-4000-8000-000000000009")
    async with consul_agent(acl=True) as agent:
        token = await make_token(agent)
        async with (
            opened(agent, consul_token=token) as discovery,
            worker("a") as a,
            discovery.registrar.registered(a.registration),
            aclosing(discovery.resolver.watch(WORKER)) as fleets,
        ):
            await seen(fleets, a.endpoint)


async def test_consul_s_own_dns_serves_the_dns_resolver(consul_dev: ConsulAgent) -> None:
    settings = DiscoverySettings(
        discovery="dns",
        dns_domain="service.consul",
        dns_record="srv",
        dns_srv_prefix="",
        dns_servers=(consul_dev.dns,),
    )
    await put_in_catalog(consul_dev, Endpoint("a", "127.0.0.7:77"))
    async with (
        open_discovery(settings) as discovery,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
        asyncio.timeout(10),
    ):
        (found,) = await anext(fleets)
    assert found.address == "127.0.0.7:77"


async def put_in_catalog(agent: ConsulAgent, endpoint: Endpoint) -> None:
    host, port = endpoint.address.split(":")
    service = {"ID": endpoint.id, "Service": WORKER, "Address": host, "Port": int(port)}
    await ask_consul(
        agent, "/v1/catalog/register", {"Node": "elsewhere", "Address": host, "Service": service}
    )


async def make_token(agent: ConsulAgent) -> str:
    """A token with exactly what the settings' help says a worker's needs."""
    rules = f"""
        service "{WORKER}" {{ policy = "write" }}
        service_prefix "evenflow-" {{ policy = "read" }}
        node_prefix "" {{ policy = "read" }}
    """
    await ask_consul(agent, "/v1/acl/policy", {"Name": "worker", "Rules": rules})
    told = await ask_consul(agent, "/v1/acl/token", {"Policies": [{"Name": "worker"}]})
    return str(told["SecretID"])


async def ask_consul(agent: ConsulAgent, path: str, body: object) -> dict[str, object]:
    headers = {"X-Consul-Token": ROOT_TOKEN}
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:
        response = await session.put(f"http://{agent.http}{path}", json=body)
        told = await response.json(content_type=None)
        return told if isinstance(told, dict) else {}
