"""The gateway's settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.cache.address import MEMORY, read_address
from services.discovery.settings import DiscoverySettings
from services.runtime.settings import ServerSettings, setting, split_address

MIB = 1 << 20
_SECRET_CHARACTERS = 16


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(ServerSettings, DiscoverySettings):
    """What one gateway is told."""

    listen: str = setting(
        "127.0.0.1:50051", "host:port of the gRPC server; port 0 takes a free one"
    )
    metrics_listen: str | None = setting(
        "127.0.0.1:9101", "host:port of Prometheus metrics; empty for none"
    )
    http_listen: str | None = setting(
        None, "host:port of the OpenAI-compatible HTTP edge; empty for none"
    )
    http_connections: int = setting(
        4096,
        "connections of the HTTP edge at once; those beyond are told 503 and when to come back",
        at_least=1,
    )
    balancer: str | None = setting(None, "host:port of the balancer (default: from discovery)")
    balancer_shards: int = setting(
        1,
        "parts that the workers are divided into, each with an active balancer of its own; as "
        "the balancers are told",
        at_least=1,
        at_most=256,
    )
    balancer_grace_seconds: float = setting(
        5.0,
        "seconds that requests wait for a balancer where the gateway cannot grant by itself",
        at_least=0.0,
    )
    degraded_seconds: float = setting(
        300.0,
        "seconds after its last fleet snapshot for which the gateway grants by itself while no "
        "balancer is reachable; 0: never",
        at_least=0.0,
    )
    connect_seconds: float = setting(
        2.0, "seconds that a connection to a balancer or worker may take", at_least=0.01
    )
    channel_idle_seconds: float = setting(
        60.0, "seconds after which an unused connection to a worker is closed", at_least=0.0
    )
    default_model: str = setting("", "model of requests that name none; empty: the only one served")
    task_classifier: str = setting(
        "task", "classifier that tells what the texts of auto tasks ask for; empty: they are chat"
    )
    default_deadline_seconds: float = setting(
        600.0, "seconds that a request without a deadline may take", at_least=0.001
    )
    max_deadline_seconds: float = setting(
        600.0,
        "seconds that any request may take, longer deadlines of callers are shortened to it; "
        "never less than default_deadline_seconds",
        at_least=0.001,
    )
    max_connection_age_seconds: float = setting(
        600.0,
        "seconds after which a caller's connection takes no new calls, so that callers spread over "
        "the gateways there are; calls that run go on; 0: no limit",
        at_least=0.0,
        at_most=1e6,
    )
    lame_duck_seconds: float = setting(
        1.0,
        "seconds, of drain_seconds, for which a gateway that leaves still takes new calls, so that "
        "whoever spreads callers hears of it first",
        at_least=0.0,
    )
    max_receive_bytes: int = setting(8 * MIB, "bytes of the largest request read", at_least=1024)
    max_prompt_bytes: int = setting(
        MIB, "UTF-8 bytes of the longest prompt accepted", at_least=1, at_most=MIB
    )
    max_in_flight: int = setting(4096, "requests in flight in this gateway", at_least=1)
    max_in_flight_per_tenant: int = setting(2048, "requests in flight of one tenant", at_least=1)
    batch_in_flight: int = setting(
        64, "tasks in flight of one Batch call", at_least=1, at_most=1024
    )
    tenants: Path | None = setting(
        None,
        "TOML file of tenants, their keys and limits, read again when it changes; without one "
        "nobody is asked for a key, and a tenant is whoever the caller says",
    )
    max_attempts: int = setting(
        8, "workers that a request is tried on before its first token", at_least=1
    )
    cache: str = setting(
        MEMORY,
        "where answers to deterministic requests are kept: memory, off, or for all gateways "
        "together redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE], rediss:// by TLS",
        secret=True,
    )
    cache_bytes: int = setting(
        64 * MIB,
        "bytes of answers kept; in a Redis, of those that this gateway puts there (bound all "
        "together by its maxmemory); 0 keeps none",
        at_least=0,
    )
    cache_share: float = setting(
        0.5, "part of cache_bytes that one tenant may take", at_least=0.0, at_most=1.0
    )
    cache_ttl_seconds: float = setting(300.0, "seconds for which an answer is kept", at_least=0.001)
    cache_secret: str = setting(
        "",
        "secret that names and contents in a Redis are made with, 16 characters at least; the same "
        "in all gateways",
        secret=True,
    )
    cache_timeout_seconds: float = setting(
        0.1, "seconds that Redis may take before a request goes on without it", at_least=0.001
    )
    cache_ca: Path | None = setting(
        None,
        "PEM file of the authorities that a rediss:// server must be signed by (default: tls_ca, "
        "else the system's)",
    )
    prefix_secret: str = setting(
        "",
        "secret that names of prompts' beginnings are made with; the same in all gateways",
        secret=True,
    )
    single_flight: bool = setting(
        True, "whether equal deterministic requests at the same time share one generation"
    )

    def check(self) -> Iterator[str]:
        """Name addresses that are none, and what a shared cache lacks."""
        for name in ("balancer", "http_listen"):
            address = getattr(self, name)
            if address is not None:
                try:
                    split_address(address)
                except ValueError as error:
                    yield f"{name}: {error}"
        try:
            shared = read_address(self.cache)
        except ValueError as error:
            yield f"cache: {error}"
        else:
            if shared is not None and len(self.cache_secret) < _SECRET_CHARACTERS:
                yield (
                    f"cache_secret: must have at least {_SECRET_CHARACTERS} characters where cache "
                    "is a Redis"
                )
        if self.cache_ca is not None and not self.cache_ca.is_file():
            yield f"cache_ca: no file at {self.cache_ca}"
