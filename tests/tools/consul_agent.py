"""A real Consul agent of a test's own, on free ports of the loopback.

Decides with what settings it is started, and whether it is started again with
its data kept or lost.
"""

import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.tools.consul import consul
from tests.tools.own_process import OwnProcess, free_ports

READY = ("New leader elected",)
READY_WITH_ACL = (*READY, "acl token reaping")  # what has begun once ACLs are set up
# The token that may do everything, where ACLs are on.
ROOT_TOKEN = "5e7a4f60-0000-4000-8000-000000000001"


class ConsulAgent(OwnProcess):
    """One agent that is its own cluster; `http` and `dns` are "host:port" and stay the same."""

    def __init__(self, folder: Path, *, keeps_data: bool, acl: bool) -> None:
        ports = free_ports(4)
        self.http = f"127.0.0.1:{ports[0]}"
        self.dns = f"127.0.0.1:{ports[1]}"
        self._data = folder
        names = ("http", "dns", "server", "serf-lan")
        command = [
            str(consul()),
            "agent",
            *(["-server", "-bootstrap-expect=1"] if keeps_data else ["-dev"]),
            f"-data-dir={folder}",
            "-bind=127.0.0.1",
            "-client=127.0.0.1",
            "-grpc-port=-1",
            "-serf-wan-port=-1",
            "-log-level=info",
            *(f"-{name}-port={port}" for name, port in zip(names, ports, strict=True)),
            f"-hcl={_configuration(acl)}",
        ]
        super().__init__("Consul", command, READY_WITH_ACL if acl else READY)

    async def start(self, *, loses_data: bool = False) -> None:
        """Start the agent, again perhaps; returns when it has a leader, which is itself."""
        if loses_data:
            shutil.rmtree(self._data, ignore_errors=True)
        await super().start()


@asynccontextmanager
async def consul_agent(
    *, keeps_data: bool = False, acl: bool = False
) -> AsyncIterator[ConsulAgent]:
    """A started agent, killed at the end.

    Without `keeps_data` it is a development agent (ready in 0.2 s), which loses
    its catalog with each stop; with it, a server on a disk (some seconds). With
    `acl` everything is denied but to `ROOT_TOKEN`.
    """
    with tempfile.TemporaryDirectory(prefix="evenflow-consul-") as folder:
        agent = ConsulAgent(Path(folder) / "data", keeps_data=keeps_data, acl=acl)
        try:
            await agent.start()
            yield agent
        finally:
            await agent.kill()


def _configuration(acl: bool) -> str:
    hcl = "disable_update_check = true  performance { raft_multiplier = 1 }"
    if not acl:
        return hcl
    token = "master" if _version() < (1, 11) else "initial_management"
    return (
        f'{hcl} acl {{ enabled = true  default_policy = "deny" '
        f'tokens {{ {token} = "{ROOT_TOKEN}" }} }}'
    )


@functools.cache
def _version() -> tuple[int, int]:
    told = subprocess.run([consul(), "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", told)
    if found is None:
        raise RuntimeError(f"no version in {told!r}")
    return int(found[1]), int(found[2])
