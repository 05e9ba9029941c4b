"""Who can be found, and the interfaces by which it is found, made known and made the active one.

Pure. Decides what an endpoint is, how its tags and its written form read, which
of two with the same id stands, and what a candidate for a lock is told. Refuses
to know any registry.
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
class Standing:
    """How a candidate stands.

    `term` numbers the times that the lock was taken and grows with each; 0 where
    no lock is kept. `holder` is the address of whoever holds it, "" for nobody.
    """

    is_held: bool = False
    term: int = 0
    holder: str = ""


class Contest(Protocol):
    """One candidate's part in it."""

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        ...

    def is_sure(self, now: float) -> bool:
        """Whether a lock held cannot have gone to another unnoticed; True where it is not held."""
        ...

    async def until_sure(self) -> None:
        """Wait until it is sure, or the lock is lost."""
        ...

    async def changed_from(self, standing: Standing) -> Standing:
        """Wait until it stands otherwise."""
        ...


class Lock(Protocol):
    """Locks by key."""

    def contended(
        self, key: str, registration: Registration
    ) -> AbstractAsyncContextManager[Contest]:
        """Contend for a lock while the block runs, and give it back at its end.

        Enter it inside `Registrar.registered`: who is not known holds nothing.
        Entering does not wait for the registry, nor fail because of it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Discovery:
    """All over one registry; `lock` None: it keeps none, and every instance is active."""

    resolver: Resolver
    registrar: Registrar
    lock: Lock | None = None


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
