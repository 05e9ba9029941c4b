"""A cache that gateways share, in the real Redis; and what a broken one costs: nothing."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i
from redis.asyncio import Redis

from gateway.app import serve
from gateway.settings import GatewaySettings
from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import StartFailed
from services.runtime.settings import SettingsError, load, table
from tests.tools.redis_instance import RedisInstance, redis_instance

PATIENCE = 20
SECRET = "what the whole fleet knows"
PASSWORD = "open-sesame"
WORDS = "a camel in Timbuktu"


def shared(address: str, scheme: str = "redis", **settings) -> dict[str, object]:
    """Settings of a gateway with a shared cache; patient, for a test is no measurement."""
    return {
        "cache": f"{scheme}://{address}",
        "cache_secret": SECRET,
        "cache_bytes": 1 << 20,
        "cache_timeout_seconds": 10.0,
        "single_flight": True,
        "metrics_listen": "127.0.0.1:0",
        **settings,
    }


def prompt(text: str = WORDS, tokens: int = 5) -> i.GenerateRequest:
    return i.GenerateRequest(prompt=i.PromptTask(text=text), sampling=g.Sampling(max_tokens=tokens))


async def ask(mesh, text: str = WORDS, tenant: str = "a") -> tuple[str, str]:
    """The answer's text, and where it came from."""
    call = mesh.stub.Generate(prompt(text), metadata=[("evenflow-tenant", tenant)])
    told = "".join([message.delta.text async for message in call])
    return told, dict(await call.trailing_metadata()).get("evenflow-source", "generated")


ANSWERED, CACHED = ("0 1 2 3 4 ", "generated"), ("0 1 2 3 4 ", "cached")


def executed(mesh) -> int:
    return sum(len(worker.requests) for worker in mesh.workers)


async def asked(mesh, outcome: str) -> float:
    return await mesh.metric(f'evenflow_gateway_cache_asked_total{{outcome="{outcome}"}}', 0)


async def has_put(mesh, count: int, outcome: str = "put") -> None:
    """Read the gateway's page until so many answers have been written behind their requests."""
    name = f'evenflow_gateway_cache_put_total{{outcome="{outcome}"}}'
    async with asyncio.timeout(PATIENCE):
        while await mesh.metric(name, default=0) < count:
            pass


@asynccontextmanager
async def client_of(redis: RedisInstance) -> AsyncIterator[Redis]:
    host, port = redis.address.split(":")
    async with Redis(host=host, port=int(port)) as client:
        yield client


# Shared.


async def test_a_second_gateway_streams_what_the_first_had_generated(start_mesh, redis):
    async with start_mesh(**shared(redis.address)) as first:
        assert await ask(first) == ANSWERED
        await has_put(first, 1)
        async with start_mesh(**shared(redis.address)) as second:
            call = second.stub.Generate(prompt(), metadata=[("evenflow-tenant", "a")])
            messages = [message async for message in call]
            assert [m.WhichOneof("event") for m in messages] == [
                *("started", *["delta"] * 5, "finished")
            ]
            assert await ask(second) == CACHED
            assert executed(second) == 0
            assert await asked(second, "hit") == 2
            # Nobody else's: neither tenant nor revision.
            assert await ask(second, tenant="b") == ANSWERED
            second.balancer.renew("counter@2")
            async with asyncio.timeout(PATIENCE):
                while await ask(second) != ANSWERED:
                    pass
            assert executed(second) == 2


async def test_another_fleets_secret_finds_nothing(start_mesh, redis):
    async with start_mesh(**shared(redis.address)) as ours:
        await ask(ours)
        await has_put(ours, 1)
        other = shared(redis.address, cache_secret="what another fleet knows")
        async with start_mesh(**other) as theirs:
            assert await ask(theirs) == ANSWERED
            assert await asked(theirs, "miss") == 1


async def test_what_waits_to_be_written_is_a_hit_already(start_mesh, redis):
    go_on = asyncio.Event()
    async with start_mesh(**shared(redis.address)) as mesh:

        def paused(worker):
            async def script(request):
                async for message in worker.count_up(request):
                    yield message
                    await go_on.wait()

            return script

        for worker in mesh.workers:
            worker.script = paused(worker)
        asking = asyncio.create_task(ask(mesh))
        await mesh.balancer.until(lambda: mesh.active == 1)  # Redis has been asked
        redis.freeze()
        go_on.set()
        assert await asking == ANSWERED
        assert await ask(mesh) == CACHED
        redis.thaw()
        await has_put(mesh, 1)


async def test_redis_holds_no_word_no_tenant_and_all_of_it_ends(start_mesh, redis):
    async with start_mesh(**shared(redis.address, cache_ttl_seconds=60)) as mesh:
        await ask(mesh, tenant="tenant-of-mine")
        await has_put(mesh, 1)
    async with client_of(redis) as client:
        (name,) = await client.keys("*")
        value = await client.get(name)
        assert re.fullmatch(rb"evenflow:answer:1:[0-9a-f]{64}", name)
        for word in (b"0 ", WORDS.encode(), b"tenant-of-mine", b"counter", b"w1"):
            assert word not in value
        assert 0 < await client.pttl(name) <= 60_000


async def test_a_gateway_keeps_within_its_bytes_there_too(start_mesh, redis):
    async with start_mesh(**shared(redis.address, cache_bytes=2000, cache_share=1.0)) as mesh:
        for number in range(30):
            await ask(mesh, f"prompt {number}")
        await has_put(mesh, 30)
        kept = await mesh.metric("evenflow_gateway_cache_answers")
        assert 0 < await mesh.metric("evenflow_gateway_cache_bytes") <= 2000
        async with client_of(redis) as client:
            assert await client.dbsize() == kept < 30
            sizes = [await client.strlen(name) for name in await client.keys("*")]
        assert sum(sizes) <= 2000
        assert await ask(mesh, "prompt 29") == CACHED
        assert await ask(mesh, "prompt 0") == ANSWERED


# Broken.


async def test_a_redis_that_dies_is_a_miss_and_is_used_again_when_it_is_back(start_mesh, redis):
    async with start_mesh(**shared(redis.address)) as mesh:
        await ask(mesh)
        await has_put(mesh, 1)
        await redis.kill()
        for number in range(20):
            assert await ask(mesh, f"meanwhile {number}") == ANSWERED
        failed, paused = await asked(mesh, "failed"), await asked(mesh, "paused")
        assert failed + paused == 20
        assert 0 < failed < 10, "it is not asked at every request"
        await redis.start()
        async with asyncio.timeout(PATIENCE):
            while (await ask(mesh, "back"))[1] != "cached":
                pass


async def test_one_that_says_nothing_costs_its_patience_once(start_mesh, redis):
    async with start_mesh(**shared(redis.address, cache_timeout_seconds=0.05)) as mesh:
        redis.freeze()
        for number in range(10):
            assert await ask(mesh, f"prompt {number}") == ANSWERED
        assert await asked(mesh, "timed_out") >= 1
        assert await asked(mesh, "paused") >= 1
        redis.thaw()


@pytest.mark.parametrize("poison", ["garbage", "older", "another's", "huge", "a list"])
async def test_what_is_none_of_ours_is_a_miss_and_is_replaced(start_mesh, redis, poison):
    async with start_mesh(**shared(redis.address)) as mesh, client_of(redis) as client:
        await ask(mesh, "other")
        await has_put(mesh, 1)
        (other,) = await client.keys("*")
        await ask(mesh)
        await has_put(mesh, 2)
        (name,) = set(await client.keys("*")) - {other}
        whole = await client.get(name)
        if poison == "a list":
            await client.delete(name)
            await client.rpush(name, "x")
        else:
            value = {
                "garbage": whole[:-1] + bytes([whole[-1] ^ 1]),
                "older": b"\0" + whole[1:],
                "another's": await client.get(other),
                "huge": whole + b"x" * (3 << 20),
            }[poison]
            await client.set(name, value)
        assert await ask(mesh) == ANSWERED
        assert await asked(mesh, "failed" if poison == "a list" else "garbled") == 1
        await has_put(mesh, 3)
        assert await client.get(name) not in (None, whole)
        assert executed(mesh) == 3


async def test_one_that_is_full_takes_nothing_and_harms_nobody(start_mesh, real_redis):
    async with (
        redis_instance("--maxmemory", "1", "--maxmemory-policy", "noeviction") as full,
        start_mesh(**shared(full.address)) as mesh,
    ):
        assert await ask(mesh) == ANSWERED
        await has_put(mesh, 1, "failed")
        assert await ask(mesh) == ANSWERED
        assert await asked(mesh, "miss") == 2
        assert await mesh.metric("evenflow_gateway_cache_answers") == 0


async def test_a_port_where_no_redis_answers(start_mesh):
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(chatter, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with start_mesh(**shared(f"127.0.0.1:{port}")) as mesh:
        assert await ask(mesh) == ANSWERED
        assert await asked(mesh, "failed") == 1
    server.close()


# Told.


async def test_a_password_is_shown_to_redis_and_to_nobody_else(start_mesh, real_redis, capfd):
    async with redis_instance("--requirepass", PASSWORD) as locked:
        for password, outcome in ((PASSWORD, "miss"), (f"{PASSWORD}x", "failed"), ("", "failed")):
            address = f":{password}@{locked.address}" if password else locked.address
            settings = shared(address)
            async with start_mesh(**settings) as mesh:
                assert await ask(mesh, f"asked with {outcome}") == ANSWERED
                assert await asked(mesh, outcome) == 1
    written = capfd.readouterr()
    assert "cache unusable" in written.out + written.err
    assert PASSWORD not in written.out + written.err
    environ = {
        "EVENFLOW_GATEWAY_CACHE": f"redis://:{PASSWORD}@cache",
        "EVENFLOW_GATEWAY_CACHE_SECRET": SECRET,
    }
    told = load(GatewaySettings, "gateway", [], environ)
    for shown in (table(told, "gateway"), repr(told)):
        assert PASSWORD not in shown
        assert SECRET not in shown
    assert "EVENFLOW_GATEWAY_CACHE " in table(GatewaySettings(), "gateway")
    assert " memory " in table(GatewaySettings(), "gateway")


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"CACHE": f"redis//:{PASSWORD}@cache"}, "cache: must be memory, off, or redis://"),
        ({"CACHE": f"redis://:{PASSWORD}@cache"}, "cache_secret: must have at least 16"),
        ({"CACHE_CA": "/nowhere.pem"}, "cache_ca: no file at /nowhere.pem"),
    ],
)
def test_what_a_shared_cache_lacks_is_told_before_any_port_is_bound(told, fault):
    environ = {f"EVENFLOW_GATEWAY_{name}": value for name, value in told.items()}
    with pytest.raises(SettingsError) as error:
        load(GatewaySettings, "gateway", [], environ)
    assert fault in str(error.value)
    assert PASSWORD not in str(error.value)


async def test_tls_to_redis_with_the_gateways_own_certificate(
    start_mesh, real_redis, tmp_path: Path
):
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    stranger.cert_pem.write_to_path(tmp_path / "stranger.pem")
    pair = authority.issue_cert("127.0.0.1")
    pair.private_key_pem.write_to_path(tmp_path / "key.pem")
    pair.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    files = {
        f"--tls-{name}-file": tmp_path / f"{file}.pem"
        for name, file in (("cert", "cert"), ("key", "key"), ("ca-cert", "ca"))
    }
    options = [str(part) for option in files.items() for part in option]
    async with redis_instance(*options, "--tls-auth-clients", "no", is_tls=True) as secured:
        for trusted, outcome in (("ca.pem", "miss"), ("stranger.pem", "failed")):
            settings = shared(secured.address, "rediss", cache_ca=tmp_path / trusted)
            async with start_mesh(**settings) as mesh:
                assert await ask(mesh) == ANSWERED
                assert await asked(mesh, outcome) == 1
        async with start_mesh(**shared(secured.address)) as mesh:  # in plaintext
            assert await ask(mesh) == ANSWERED
            assert await asked(mesh, "failed") == 1


async def test_off_keeps_nothing(start_mesh):
    async with start_mesh(cache="off", cache_bytes=1 << 20) as mesh:
        for _ in range(2):
            assert await ask(mesh) == ANSWERED
        assert executed(mesh) == 2


async def test_without_its_client_a_gateway_does_not_start(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "redis"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "redis", None)
    registry = MemoryRegistry()
    settings = GatewaySettings(
        listen="127.0.0.1:0", metrics_listen=None, cache="redis://cache", cache_secret=SECRET
    )
    with pytest.raises(StartFailed, match=r"pip install \"evenflow-server\[redis\]\""):
        async with serve(settings, Discovery(registry, registry)):
            pass
