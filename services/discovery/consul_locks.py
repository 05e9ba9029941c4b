"""Consul's sessions and locks, typed: what `consul_lock.py` says to an agent.

Decides how requests are written and answers read; who holds what, and what
follows, is not its matter.
"""

import base64
import json
from dataclasses import dataclass

from services.discovery.consul_client import (
    LATE_SECONDS,
    REQUEST_SECONDS,
    ConsulClient,
    reading,
)

TTL_SECONDS = 10.0  # the least that Consul takes; it frees after twice as long at the latest


@dataclass(frozen=True, slots=True)
class Entry:
    """A lock as Consul has it; `session` None: nobody holds it.

    `taken` counts how often it was taken since Consul knows it; `after` is the
    greatest term that the holder knew of when it took it.
    """

    index: int = 0
    session: str | None = None
    taken: int = 0
    after: int = 0
    holder: str = ""

    @property
    def term(self) -> int:
        """Grows with each holder, even where Consul has lost its data in between."""
        return max(self.taken, self.after + 1) if self.taken else 0


class ConsulLocks:
    """Every call raises RegistryFault, and nothing else, when it fails."""

    def __init__(self, client: ConsulClient) -> None:
        self._client = client

    async def node_that_checks(self, service: str, check_id: str) -> str | None:
        """The node on which a health check of a service's instance passes; None: nowhere."""
        reply = await self._client.ask("GET", f"/v1/health/checks/{service}")
        with reading():
            for check in json.loads(reply.body):
                if check["CheckID"] == check_id and check["Status"] == "passing":
                    return str(check["Node"])
        return None

    async def open_session(self, name: str, node: str, check_id: str) -> str:
        """A session that ends with its node, with the check, or when it is not renewed."""
        wanted = {
            "Name": name,
            "Node": node,
            "Checks": ["serfHealth", check_id],
            "TTL": f"{TTL_SECONDS:g}s",
            "LockDelay": "0s",  # whoever was stopped asks before it acts: nothing to wait for
            "Behavior": "release",
        }
        reply = await self._client.ask("PUT", "/v1/session/create", data=json.dumps(wanted))
        with reading():
            return str(json.loads(reply.body)["ID"])

    async def renew(self, session: str) -> bool:
        """Whether the session lived, and so lives on."""
        reply = await self._client.ask("PUT", f"/v1/session/renew/{session}", known=(404,))
        return reply.status != 404

    async def close_session(self, session: str) -> None:
        """End a session; what it held is free at once."""
        await self._client.ask("PUT", f"/v1/session/destroy/{session}")

    async def take(self, key: str, session: str, address: str, after: int) -> bool:
        """Take a lock that is free; whether it is ours now."""
        value = json.dumps({"address": address, "after": after})
        reply = await self._client.ask(
            "PUT", f"/v1/kv/{key}", params=[("acquire", session)], data=value
        )
        with reading():
            return bool(json.loads(reply.body))

    async def look(self, key: str, index: int | None = None, wait: float = 0.0) -> Entry:
        """The lock: at once and for certain, or with an index once it changes or `wait` is over."""
        params, seconds = [("consistent", "")], REQUEST_SECONDS
        if index is not None:
            params = [("index", str(index)), ("wait", f"{max(1, round(wait * 1000))}ms")]
            seconds = wait * 17 / 16 + LATE_SECONDS
        reply = await self._client.ask(
            "GET", f"/v1/kv/{key}", params=params, known=(404,), seconds=seconds
        )
        if reply.status == 404:
            return Entry(reply.index)
        with reading(f"the key {key} holds what is no lock of ours"):
            (told,) = json.loads(reply.body)
            value = json.loads(base64.b64decode(told["Value"] or ""))
            return Entry(
                index=reply.index,
                session=told.get("Session"),
                taken=int(told["LockIndex"]),
                after=int(value["after"]),
                holder=str(value["address"]),
            )
