"""The part of Consul's HTTP API that discovery needs, typed and bounded in time.

The one file that knows py-consul, and what py-consul does that nobody else
should meet: it waits for ever on a frozen agent, lets aiohttp's exceptions
through, prefers the environment's token to the one given, hands the index out
as text, cannot write a gRPC check, and drops the header by which newer agents
say that they held results back. Decides nothing about whom to believe.
"""

import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import consul
import consul.aio

from services.discovery.endpoint import Endpoint, join_address
from services.discovery.errors import RegistryDenied, RegistryFault
from services.discovery.settings import ConsulSettings

REQUEST_SECONDS = 2.0
# How far beyond its wait a blocking query may take; Consul itself adds a sixteenth.
LATE_SECONDS = 3.0
# The most text of an agent's answer that is worth a log line.
REASON_CHARS = 200
UNREADABLE = "the agent's answer cannot be read"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Instance:
    """A healthy instance as the catalog has it; `modified` grows with each change."""

    endpoint: Endpoint
    modified: int


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; `index` is 0 where none was told."""

    status: int
    index: int
    body: str


@dataclass(frozen=True, slots=True)
class Healthy:
    """The answer to a health query, and the index to ask on with."""

    index: int
    instances: tuple[Instance, ...]
    is_filtered: bool


class ConsulClient:
    """An agent's API; every call raises RegistryFault, and nothing else, when it fails."""

    def __init__(self, api: Any, datacenter: str | None) -> None:
        self._api = api
        self._datacenter = datacenter

    async def healthy(self, service: str, index: int | None, wait: float) -> Healthy:
        """The passing instances: at once, or with an index when they change or `wait` is over."""
        params: list[tuple[str, str]] = [("passing", "1")]
        seconds = REQUEST_SECONDS
        if index is not None:
            params += [("index", str(index)), ("wait", f"{max(1, round(wait * 1000))}ms")]
            seconds = wait * 17 / 16 + LATE_SECONDS
        if self._datacenter:
            params.append(("dc", self._datacenter))
        request: Awaitable[Healthy] = self._api.http.get(
            _read_healthy,
            f"/v1/health/service/{service}",
            params=params,
            headers=self._api.prepare_headers(),
            connections_timeout=seconds,
        )
        return await _answer(request)

    async def may_read(self, service: str) -> bool:
        """Whether the token may see the service; without it an agent answers "nobody", politely."""
        question = {"Resource": "service", "Access": "read", "Segment": service}
        request: Awaitable[bool] = self._api.http.post(
            _read_permission,
            "/v1/internal/acl/authorize",
            data=json.dumps([question]),
            headers=self._api.prepare_headers(),
        )
        return await _answer(request)

    async def register(
        self,
        service: str,
        agent_id: str,
        address: tuple[str, int],
        tags: tuple[str, ...],
        check: Mapping[str, object],
    ) -> None:
        """Make a service instance known to the agent; it takes the place of one with its id."""
        host, port = address
        request: Awaitable[bool] = self._api.agent.service.register(
            service, service_id=agent_id, address=host, port=port, tags=list(tags), check=check
        )
        if not await _answer(request):
            raise RegistryFault("the agent did not register the service")

    async def registered_address(self, agent_id: str) -> str | None:
        """The address under which the agent knows a service instance; None if it doesn't."""
        request: Awaitable[str | None] = self._api.http.get(
            _read_address,
            f"/v1/agent/service/{agent_id}",
            headers=self._api.prepare_headers(),
        )
        return await _answer(request)

    async def deregister(self, agent_id: str) -> None:
        """Take a service instance back from the agent."""
        request: Awaitable[bool] = self._api.agent.service.deregister(agent_id)
        if not await _answer(request):
            raise RegistryFault("the agent does not know the service")

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        data: str = "",
        known: tuple[int, ...] = (),
        seconds: float = REQUEST_SECONDS,
    ) -> Reply:
        """Any other request; a status other than 200 and those `known` is a fault."""

        def read(response: Any) -> Reply:
            if response.code not in known:
                _check_status(response)
            index = response.headers.get("X-Consul-Index", "0")
            return Reply(response.code, int(index) if index.isdecimal() else 0, response.body)

        about = {"params": list(params), "headers": self._api.prepare_headers()}
        about["connections_timeout"] = seconds
        http = self._api.http
        if method == "GET":
            return await _answer(http.get(read, path, **about))
        return await _answer(http.put(read, path, data=data, **about))


@asynccontextmanager
async def open_consul(settings: ConsulSettings) -> AsyncIterator[ConsulClient]:
    """A client for the agent in the settings; opens no connection yet."""
    scheme, host, port = settings.consul_host()
    pair = (settings.consul_tls_cert, settings.consul_tls_key)
    with warnings.catch_warnings():
        # It still hands aiohttp the arguments of old.
        warnings.simplefilter("ignore", DeprecationWarning)
        api = consul.aio.Consul(
            host=f"[{host}]" if ":" in host else host,
            port=port,
            scheme=scheme,
            # A path adds authorities to the system's; without TLS there is nothing to verify.
            verify=scheme == "https" and (str(settings.consul_tls_ca or "") or True),
            cert=tuple(str(path) for path in pair) if all(pair) else None,
            connections_timeout=REQUEST_SECONDS,
        )
    if settings.consul_token:
        api.token = settings.consul_token
    async with api:
        yield ConsulClient(api, settings.consul_datacenter)


async def _answer(request: Awaitable[T]) -> T:
    """Await a request of py-consul; its answer, or one of the two faults."""
    try:
        return await request
    except (consul.ACLDisabled, consul.ACLPermissionDenied) as error:
        raise RegistryDenied(_reason(error)) from None
    except TimeoutError:
        raise RegistryFault("the agent did not answer in time") from None
    except UnicodeDecodeError:
        raise RegistryFault(UNREADABLE) from None
    except (consul.ConsulException, aiohttp.ClientError, OSError) as error:
        raise RegistryFault(_reason(error)) from None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return (text or type(error).__name__)[:REASON_CHARS]


@contextmanager
def reading(otherwise: str = UNREADABLE) -> Iterator[None]:
    """Take an answer apart; whatever of it is not as it should be raises RegistryFault."""
    try:
        yield
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ):
        raise RegistryFault(otherwise) from None


def _read_healthy(response: Any) -> Healthy:
    _check_status(response)
    with reading():
        return Healthy(
            index=int(response.headers.get("X-Consul-Index", 0)),
            instances=tuple(_read_instance(entry) for entry in _read_list(response.body)),
            is_filtered=response.headers.get("X-Consul-Results-Filtered-By-ACLs") == "true",
        )


def _read_list(body: str) -> list[Any]:
    told = json.loads(body)
    if not isinstance(told, list):
        raise TypeError("not a list")
    return told


def _read_instance(entry: Mapping[str, Any]) -> Instance:
    service = entry["Service"]
    host = service["Address"] or entry["Node"]["Address"]
    endpoint = Endpoint(
        id=str(service["ID"]),
        address=join_address(str(host), int(service["Port"])),
        tags=tuple(str(tag) for tag in service["Tags"] or ()),
    )
    return Instance(endpoint, int(service.get("ModifyIndex", 0)))


def _read_address(response: Any) -> str | None:
    if response.code == 404:
        return None
    _check_status(response)
    with reading():
        service = json.loads(response.body)
        return join_address(str(service["Address"]), int(service["Port"]))


def _read_permission(response: Any) -> bool:
    # 401: ACLs are off. 404, 405: an agent without this call. Neither is a refusal.
    if response.code in (401, 404, 405):
        return True
    _check_status(response)
    with reading():
        return all(bool(told["Allow"]) for told in _read_list(response.body))


def _check_status(response: Any) -> None:
    if response.code == 403:
        raise RegistryDenied(_reason(Exception(response.body)))
    if response.code != 200:
        raise RegistryFault(_reason(Exception(f"{response.code} {response.body}")))
