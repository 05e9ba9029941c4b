"""Settings of discovery, inherited by each room's settings.

Decides the names, defaults and limits; opens nothing. The defaults of the
static lists are the three services' own default addresses, so that one of each
on one machine find each other with nothing set.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from services.discovery.endpoint import BALANCER, GATEWAY, WORKER, Endpoint, parse_endpoint
from services.runtime.settings import setting, split_address

KINDS = ("memory", "static", "dns", "consul")


@dataclass(frozen=True, kw_only=True)
class StaticSettings:
    """Lists of "host:port" or "id=host:port"."""

    static_workers: tuple[str, ...] = setting(
        ("127.0.0.1:50053",), "workers, each host:port or id=host:port (discovery static)"
    )
    static_balancers: tuple[str, ...] = setting(
        ("127.0.0.1:50052",), "balancers, each host:port or id=host:port (discovery static)"
    )
    static_gateways: tuple[str, ...] = setting(
        ("127.0.0.1:50051",), "gateways, each host:port or id=host:port (discovery static)"
    )

    def static_endpoints(self) -> dict[str, tuple[Endpoint, ...]]:
        """The lists, read; ValueError where `check` finds a fault."""
        lists = {
            WORKER: self.static_workers,
            BALANCER: self.static_balancers,
            GATEWAY: self.static_gateways,
        }
        return {name: tuple(map(parse_endpoint, listed)) for name, listed in lists.items()}

    def check(self) -> Iterator[str]:
        """Name what cannot be read, and ids given twice."""
        for name in ("static_workers", "static_balancers", "static_gateways"):
            ids: set[str] = set()
            for written in getattr(self, name):
                try:
                    endpoint = parse_endpoint(written)
                except ValueError as error:
                    yield f"{name}: {error}"
                    continue
                if endpoint.id in ids:
                    yield f"{name}: id {endpoint.id!r} stands there twice"
                ids.add(endpoint.id)


@dataclass(frozen=True, kw_only=True)
class DnsSettings:
    """DNS: SRV records, or addresses of a headless service with a fixed port."""

    dns_domain: str | None = setting(
        None, "domain that the services are asked under, such as mesh.svc.cluster.local (dns)"
    )
    dns_record: str = setting(
        "a", "record that lists the instances (dns)", choices=("srv", "a", "aaaa")
    )
    dns_srv_prefix: str = setting(
        "_grpc._tcp", "labels before the service's name in SRV questions; empty for none (dns)"
    )
    dns_worker_port: int = setting(
        50053, "port of workers, for records a and aaaa (dns)", at_least=1, at_most=65535
    )
    dns_balancer_port: int = setting(
        50052, "port of balancers, for records a and aaaa (dns)", at_least=1, at_most=65535
    )
    dns_gateway_port: int = setting(
        50051, "port of gateways, for records a and aaaa (dns)", at_least=1, at_most=65535
    )
    dns_servers: tuple[str, ...] = setting(
        (), "name servers, each address:port; the system's where empty (dns)"
    )
    dns_poll_seconds: float = setting(
        5.0,
        "seconds between questions at most; a shorter TTL is honoured (dns)",
        at_least=0.1,
        at_most=3600,
    )

    def dns_port(self, service: str) -> int:
        """The fixed port of a service's instances."""
        ports = {
            WORKER: self.dns_worker_port,
            BALANCER: self.dns_balancer_port,
            GATEWAY: self.dns_gateway_port,
        }
        return ports[service]

    def check(self) -> Iterator[str]:
        """Name servers that cannot be read."""
        for server in self.dns_servers:
            try:
                host, port = split_address(server)
                ip_address(host)
            except ValueError as error:
                yield f"dns_servers: {error}"
            else:
                if port == 0:
                    yield f"dns_servers: {server!r} needs a port"


@dataclass(frozen=True, kw_only=True)
class ConsulSettings:
    """Consul's HTTP API, on the agent of this machine as a rule."""

    consul_address: str = setting(
        "127.0.0.1:8500", "host:port of the agent's HTTP API, https:// before it for TLS (consul)"
    )
    consul_token: str | None = setting(
        None,
        "ACL token: service:write on the own name, service:read on the others, node:read; "
        "balancers also session:write and key:write on evenflow/ "
        "(consul; default: CONSUL_HTTP_TOKEN)",
        secret=True,
    )
    consul_tls_ca: Path | None = setting(
        None, "PEM file of the authorities that the agent must be signed by (consul)"
    )
    consul_tls_cert: Path | None = setting(None, "PEM file of a client certificate (consul)")
    consul_tls_key: Path | None = setting(None, "PEM file of that certificate's key (consul)")
    consul_datacenter: str | None = setting(
        None, "datacenter whose instances are watched (consul; default: the agent's)"
    )
    consul_renew_seconds: float = setting(
        3.0,
        "seconds between looks whether the agent still knows us (consul)",
        at_least=0.1,
        at_most=60,
    )
    consul_check_seconds: float = setting(
        1.0, "seconds between the agent's health checks (consul)", at_least=1, at_most=60
    )
    consul_check_timeout_seconds: float = setting(
        0.5, "seconds after which a health check has failed (consul)", at_least=0.1, at_most=60
    )
    consul_forget_seconds: float = setting(
        60.0, "seconds of failing checks until deregistered (consul)", at_least=60, at_most=604_800
    )

    def consul_host(self) -> tuple[str, str, int]:
        """Scheme, host and port of the agent; ValueError where `check` finds a fault."""
        scheme, slashes, address = self.consul_address.rpartition("://")
        if slashes and scheme not in ("http", "https"):
            raise ValueError(f"{self.consul_address!r} is neither http:// nor https://")
        return scheme or "http", *split_address(address.removesuffix("/"))

    def check(self) -> Iterator[str]:
        """Name an address that cannot be read, and TLS half set or not there."""
        try:
            self.consul_host()
        except ValueError as error:
            yield f"consul_address: {error}"
        if (self.consul_tls_cert is None) != (self.consul_tls_key is None):
            yield "consul_tls_cert and consul_tls_key: give both or neither"
        for name in ("consul_tls_ca", "consul_tls_cert", "consul_tls_key"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                yield f"{name}: no file at {path}"


@dataclass(frozen=True, kw_only=True)
class DiscoverySettings(StaticSettings, DnsSettings, ConsulSettings):
    """How the others are found and this process is made known."""

    discovery: str = setting("static", "where the others are found", choices=KINDS)
    discovery_tags: tuple[str, ...] = setting(
        (), "tags of this process beside model, each name=value, such as zone=eu-1"
    )
    discovery_grace_seconds: float = setting(
        30.0,
        "seconds for which those stay known whom an unsure registry no longer names",
        at_least=1,
        at_most=3600,
    )

    def check(self) -> Iterator[str]:
        """Name tags that are none, and a registry that lacks what it needs."""
        for tag in self.discovery_tags:
            name, equals, value = tag.partition("=")
            if not (name and equals and value):
                yield f"discovery_tags: {tag!r} is not name=value"
        if self.discovery == "dns" and not self.dns_domain:
            yield "dns_domain: needed for discovery dns"
