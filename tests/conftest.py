"""Fixtures for every folder: the real Consul and Redis, and logs as a test found them."""

import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from tests.tools.consul import NoConsulError, consul
from tests.tools.consul_agent import ConsulAgent, consul_agent
from tests.tools.redis import NoRedisError, redis_server
from tests.tools.redis_instance import RedisInstance, redis_instance

WITHOUT = "EVENFLOW_TESTS_WITHOUT_CONSUL"
WITHOUT_REDIS = "EVENFLOW_TESTS_WITHOUT_REDIS"


def pytest_configure() -> None:
    """Let Ctrl-C mean something: a shell's background jobs, and their children, ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def real_consul() -> None:
    """A Consul binary is at hand. A person may do without, but only by saying so."""
    if os.environ.get(WITHOUT) == "1":
        pytest.skip(f"{WITHOUT}=1: not run against the real Consul")
    missing = ""
    try:
        consul()
    except NoConsulError as error:
        missing = f"{error}. {WITHOUT}=1 skips these tests."
    if missing:  # told outside the handler, so that it stays one line
        pytest.fail(missing, pytrace=False)


@pytest.fixture
async def consul_dev(real_consul: None) -> AsyncIterator[ConsulAgent]:
    """A fresh development agent of the real Consul."""
    async with consul_agent() as agent:
        yield agent


@pytest.fixture(scope="session")
def real_redis() -> None:
    """A Redis server is at hand. A person may do without, but only by saying so."""
    if os.environ.get(WITHOUT_REDIS) == "1":
        pytest.skip(f"{WITHOUT_REDIS}=1: not run against the real Redis")
    missing = ""
    try:
        redis_server()
    except NoRedisError as error:
        missing = f"{error}. {WITHOUT_REDIS}=1 skips these tests."
    if missing:  # told outside the handler, so that it stays one line
        pytest.fail(missing, pytrace=False)


@pytest.fixture
async def redis(real_redis: None) -> AsyncIterator[RedisInstance]:
    """A fresh Redis, without a password."""
    async with redis_instance() as instance:
        yield instance


@pytest.fixture(autouse=True)
def logs_as_found() -> Iterator[None]:
    """What a test configures of the logs ends with it."""
    yield
    structlog.reset_defaults()
