"""Discovery by DNS: SRV records, or the addresses of a headless service and a fixed port.

Decides the names that are asked, and for how long an answer stands. "No such
name" and "no such record" are answers (nobody is there); everything else that
goes wrong is a fault.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdataclass
import dns.rdatatype
import dns.resolver

from services.discovery.believing import Believing
from services.discovery.endpoint import Endpoint, join_address, snapshot
from services.discovery.errors import RegistryFault
from services.discovery.outage import Random
from services.discovery.settings import DiscoverySettings
from services.discovery.watching import Answer, Trouble, fleets
from services.runtime.settings import split_address

LIFETIME_SECONDS = 3.0
# Orchestrators answer with a TTL of 0 to keep caches off, not to be asked without pause.
LEAST_POLL_SECONDS = 1.0
REASON_CHARS = 200
ADDRESSES = (dns.rdatatype.A, dns.rdatatype.AAAA)


class DnsResolver:
    """A Resolver that asks again when the answer's TTL is over, or earlier if set so."""

    def __init__(self, settings: DiscoverySettings, rng: Random) -> None:
        self._settings = settings
        self._rng = rng
        self._dns = _client(settings.dns_servers)

    def watch(self, service: str) -> AsyncGenerator[tuple[Endpoint, ...], None]:
        """Yield the fleet and each change to it (see `Resolver`)."""

        async def ask(_patience: float) -> Answer:
            try:
                return await self._ask(service)
            except (dns.exception.DNSException, OSError) as error:
                reason = " ".join(str(error).split()) or type(error).__name__
                raise RegistryFault(reason[:REASON_CHARS]) from None

        believing = Believing(self._settings.discovery_grace_seconds)
        return fleets(ask, believing, Trouble(service, "dns", self._rng))

    async def _ask(self, service: str) -> Answer:
        settings = self._settings
        name = dns.name.from_text(f"{service}.{settings.dns_domain}")
        if settings.dns_record == "srv":
            prefix = settings.dns_srv_prefix
            name = dns.name.from_text(f"{prefix}.{name}") if prefix else name
            told = await self._records(name, dns.rdatatype.SRV)
            endpoints = await self._targets(told)
        else:
            told = await self._records(name, dns.rdatatype.from_text(settings.dns_record))
            port = settings.dns_port(service)
            addresses = [join_address(record.address, port) for record in told or ()]
            endpoints = [Endpoint(address, address) for address in addresses]
        return Answer(snapshot(endpoints), fresh_seconds=self._fresh_seconds(told))

    def _fresh_seconds(self, told: dns.resolver.Answer | None) -> float:
        most = self._settings.dns_poll_seconds
        ttl = most if told is None else float(told.chaining_result.minimum_ttl)
        return min(most, max(ttl, LEAST_POLL_SECONDS))

    async def _records(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> dns.resolver.Answer | None:
        """The records, or None where the name does not exist."""
        try:
            return await self._dns.resolve(
                name, kind, lifetime=LIFETIME_SECONDS, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            return None

    async def _targets(self, told: dns.resolver.Answer | None) -> Iterable[Endpoint]:
        """An endpoint for each SRV record: called by its target, reached by the target's address.

        A target without an address has just gone.
        """
        endpoints = []
        for record in told or ():
            addresses = _enclosed(told, record.target) or await self._looked_up(record.target)
            if addresses:
                host = record.target.to_text(omit_final_dot=True)
                address = join_address(min(addresses), record.port)
                endpoints.append(Endpoint(join_address(host, record.port), address))
        return endpoints

    async def _looked_up(self, target: dns.name.Name) -> list[str]:
        for kind in ADDRESSES:
            found = [record.address for record in await self._records(target, kind) or ()]
            if found:
                return found
        return []


def _enclosed(told: Any, target: dns.name.Name) -> list[str]:
    """The target's addresses that came along with the answer."""
    return [
        record.address
        for records in told.response.additional
        if records.name == target and records.rdtype in ADDRESSES
        for record in records
    ]


def _client(servers: Sequence[str]) -> dns.asyncresolver.Resolver:
    client = dns.asyncresolver.Resolver(configure=not servers)
    if servers:
        client.nameservers = [dns.nameserver.Do53Nameserver(*split_address(s)) for s in servers]
    return client
