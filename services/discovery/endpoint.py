"""Who can be found, and the two interfaces by which it is found and made known.

Pure. Decides what an endpoint is, how its tags and its written form read, and
which of two with the same id stands. Refuses to know any registry.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from services.runtime.settings import split_address

WORKER = "evenflow-worker"
BALANCER = "evenflow-balancer"
GATEWAY = "evenflow-gateway"
SERVICES = (WORKER, BALANCER, GATEWAY)

# Names of tags; a tag is written "name=value".
MODEL = "model"
ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One instance of a service: `address` is "host:port" or "[v6]:port".

    The id is the registry's. Registrations made here carry the process's own
    instance id; static lists and DNS know none, so there the address stands in.
    """

    id: str
    address: str
    tags: tuple[str, ...] = ()

    def tag(self, name: str) -> str | None:
        """The value of the first tag called `name`."""
        for tag in self.tags:
            key, equals, value = tag.partition("=")
            if equals and key == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Registration:
    """What a process tells a registry: itself, and where its health is asked (plaintext gRPC)."""

    service: str
    endpoint: Endpoint
    health_address: str


class Resolver(Protocol):
    """Finds the instances of a service."""

    def watch(self, service: str) -> AsyncGenerator[tuple[Endpoint, ...], None]:
        """Yield full snapshots, sorted by id: the first when something is known, then changes.

        A reader that is slow gets the newest, not each. A registry that fails
        yields nothing new and raises nothing. Close the generator when done
        (`contextlib.aclosing`).
        """
        ...


class Registrar(Protocol):
    """Makes this process known."""

    def registered(self, registration: Registration) -> AbstractAsyncContextManager[None]:
        """Keep `registration` known while the block runs, and take it back at its end.

        Entering does not wait for the registry, nor fail because of it: what
        cannot be registered now is registered when the registry is back.
        """
        ...


@dataclass(frozen=True, slots=True)
class Discovery:
    """Both directions, over one registry."""

    resolver: Resolver
    registrar: Registrar


def snapshot(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """Sort by id; of those that share an id the last one given stands."""
    by_id = {endpoint.id: endpoint for endpoint in endpoints}
    return tuple(by_id[key] for key in sorted(by_id))


def parse_endpoint(written: str) -> Endpoint:
    """Read "id=host:port", or "host:port" whose id is the address; ValueError says the fault."""
    name, equals, address = written.rpartition("=")
    if equals and not name:
        raise ValueError(f"{written!r} has no id before the =")
    _, port = split_address(address)
    if port == 0:
        raise ValueError(f"{written!r} needs a port")
    return Endpoint(name or address, address)


def join_address(host: str, port: int) -> str:
    """Write "host:port", or "[v6]:port"."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
