"""What a mesh on one machine consists of: the settings of all its parts.

Decides defaults that make sense where everything runs on one machine: free
ports unless asked otherwise, the cores split among the workers, discovery in
memory. Starts nothing.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gateway.settings import GatewaySettings
from loadbalancer.settings import BalancerSettings
from services.cli.faults import USAGE, Complaint
from services.cli.mesh.ports import require_free
from services.runtime.settings import SettingsError, load
from services.worker.settings import WorkerSettings

S = TypeVar("S")

FREE = "127.0.0.1:0"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that is needed to start a mesh; see `plan` for how it comes about."""

    gateway: GatewaySettings
    balancer: BalancerSettings
    workers: int
    worker_flags: tuple[str, ...] = ()
    balancers: int = 1
    balancer_flags: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    restarts: bool = True

    @property
    def is_in_memory(self) -> bool:
        """Whether this process is the registry; else the workers register themselves."""
        return self.gateway.discovery == "memory"

    @property
    def drain_seconds(self) -> float:
        """Seconds that running requests may take at the end."""
        return self.gateway.drain_seconds

    def flags_of(self, index: int) -> tuple[str, ...]:
        """The flags of one worker."""
        # Elsewhere than in our own registry, names must be unique beyond this machine.
        names = ("--instance-id", f"worker-{index + 1}") if self.is_in_memory else ()
        return (*self.worker_flags, *names)

    def flags_of_balancer(self, index: int) -> tuple[str, ...]:
        """The flags of one balancer of several: the first has the ports asked for."""
        metrics = FREE if self.balancer.metrics_listen else ""
        others = (f"--listen={FREE}", f"--metrics-listen={metrics}") if index else ()
        return (*self.balancer_flags, *others)


def plan(
    *,
    workers: int,
    engine: str,
    balancers: int = 1,
    listen: str | None = FREE,
    balancer_listen: str | None = FREE,
    has_metrics: bool = False,
    discovery: str = "memory",
    consul_address: str | None = None,
    drain_seconds: float = 5.0,
    worker_settings: Mapping[str, object] | None = None,
    log_level: str = "error",
    restarts: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Plan:
    """Settings for all parts: flags win over `EVENFLOW_<ROOM>_…`, both over defaults.

    Args:
        workers: how many workers.
        engine: what they run.
        balancers: how many balancers; several are processes of their own, and need Consul.
        listen: where the gateway listens; None: its own default.
        balancer_listen: where the balancer listens; None: its own default.
        has_metrics: whether metrics are served, at the parts' own defaults.
        discovery: "memory" or "consul".
        consul_address: the agent, where it is not the default.
        drain_seconds: seconds that running requests may take at the end.
        worker_settings: further settings of every worker, by field name; None is left out.
        log_level: the least level that all parts log.
        restarts: whether a worker that dies is started again.
        environ: where to look for `EVENFLOW_…`.

    Raises:
        Complaint: with all settings that cannot be used.
    """
    shared = {
        "discovery": discovery,
        "consul_address": consul_address,
        "drain_seconds": drain_seconds,
        "log_level": log_level,
    }
    metrics = {} if has_metrics else {"metrics_listen": ""}
    faults: dict[str, list[str]] = {}
    # Nobody spreads callers over gateways here, who would have to hear that this one goes.
    own_gateway = {**shared, **metrics, "listen": listen, "lame_duck_seconds": 0.0}
    gateway = _loaded(GatewaySettings, "gateway", own_gateway, environ, faults)
    balancing = {**shared, **metrics, "listen": balancer_listen}
    balancer = _loaded(BalancerSettings, "balancer", balancing, environ, faults)
    own = {
        **shared,
        "listen": FREE,
        "metrics_listen": FREE if has_metrics else "",
        "engine": engine,
        "threads": threads_of_each(workers, len(os.sched_getaffinity(0))),
        **(worker_settings or {}),
    }
    # Each worker reads them itself; what it could not use is told before any is started.
    _loaded(WorkerSettings, "worker", own, environ, faults)
    if faults or gateway is None or balancer is None:
        told = [f"{', '.join(rooms)}: {fault}" for fault, rooms in faults.items()]
        raise Complaint("settings cannot be used:\n  " + "\n  ".join(told), exit_code=USAGE)
    return Plan(
        gateway=gateway,
        balancer=balancer,
        workers=workers,
        worker_flags=_flags(own),
        balancers=balancers,
        balancer_flags=_flags(balancing),
        environ=environ,
        restarts=restarts,
    )


def threads_of_each(workers: int, cores: int) -> int:
    """Threads of each worker, so that together they use the cores once."""
    return max(1, cores // workers)


def require_free_ports(plan: Plan) -> None:
    """Complain of the first port that is taken, before anything is loaded."""
    for settings, room in ((plan.gateway, "gateway"), (plan.balancer, "balancer")):
        flag = "--listen" if room == "gateway" else "--balancer-listen"
        require_free(
            settings.listen,
            f"the {room}",
            f"choose another with {flag} host:port; another mesh may be running",
        )
        if settings.metrics_listen is not None:
            variable = f"EVENFLOW_{room.upper()}_METRICS_LISTEN"
            require_free(
                settings.metrics_listen,
                f"the {room}'s metrics",
                f"choose another in {variable}, or give --no-metrics",
            )


def _loaded(
    cls: type[S],
    room: str,
    values: Mapping[str, object],
    environ: Mapping[str, str],
    faults: dict[str, list[str]],
) -> S | None:
    """The settings; None where they have faults, which are added with the room's name."""
    try:
        return load(cls, room, _flags(values), environ)
    except SettingsError as error:
        for fault in error.faults:
            faults.setdefault(fault, []).append(room)
        return None


def _flags(values: Mapping[str, object]) -> tuple[str, ...]:
    """Values as flags, "--name=value" so that an empty one stays one."""
    return tuple(
        f"--{name.replace('_', '-')}={value}" for name, value in values.items() if value is not None
    )
