"""`evenflow up`: a whole mesh on this machine, until Ctrl-C.

Decides what is checked before anything is loaded, what is said while workers
start and what is offered when all is ready.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from services.cli.faults import INTERRUPTED, USAGE, Complaint
from services.cli.mesh.fleet_events import Serving
from services.cli.mesh.plan import Plan, plan, require_free_ports
from services.cli.mesh.running import Mesh, WorkerFailed, embedded
from services.cli.mesh.starting_view import starting_view
from services.cli.options import MeshFlags
from services.runtime import logs
from services.runtime.lifecycle import background, crash_without_text
from services.runtime.settings import TlsSettings


def plan_of(mesh: MeshFlags) -> Plan:
    """The flags as a plan."""
    for name, value, known in (
        ("--engine", mesh.engine, ("tensorflow", "scripted")),
        ("--discovery", mesh.discovery, ("memory", "consul")),
    ):
        if value not in known:
            raise Complaint(f"{name} {value!r}: must be {' or '.join(known)}", exit_code=USAGE)
    if mesh.balancers > 1 and mesh.discovery != "consul":
        raise Complaint(
            f"--balancers {mesh.balancers}: they agree by Consul's lock which one is active",
            hint="give --discovery consul too",
            exit_code=USAGE,
        )
    return plan(
        workers=mesh.workers,
        balancers=mesh.balancers,
        engine=mesh.engine,
        listen=mesh.listen,
        balancer_listen=mesh.balancer_listen,
        has_metrics=mesh.metrics,
        discovery=mesh.discovery,
        consul_address=mesh.consul_address,
        drain_seconds=mesh.drain_seconds,
        log_level=mesh.log_level,
        worker_settings={"model": mesh.model, "slots": mesh.slots},
    )


async def up(wanted: Plan) -> None:
    """Run the mesh until SIGINT or SIGTERM; raises Complaint where it cannot start."""
    console = Console(highlight=False)
    logs.configure(wanted.gateway.log_level, wanted.gateway.log_format)
    crash_without_text(asyncio.get_running_loop())
    require_free_ports(wanted)
    await require_registry(wanted)
    with stop_signals() as stopping, starting_view(console, wanted.workers) as view:
        try:
            async with embedded(wanted, view.heard) as mesh:
                if await _is_ready(mesh, stopping):
                    view.started()
                    for line in ready_lines(mesh):
                        console.out(line)
                    await stopping.wait()
                view.started()
                console.print("stopping …")
                # What is lost from here on is lost because we end it.
                logs.configure("error", wanted.gateway.log_format)
        except WorkerFailed as failure:
            raise worker_complaint(failure) from None
        except OSError as error:  # a port that was free a moment ago
            raise Complaint(str(error), exit_code=USAGE) from None
    console.print("stopped")


async def _is_ready(mesh: Mesh, stopping: asyncio.Event) -> bool:
    """Wait for the mesh, or for the wish to stop; raises WorkerFailed."""
    async with background("ready", mesh.ready()) as ready:
        async with background("stop", stopping.wait()) as stop:
            await asyncio.wait((ready, stop), return_when=asyncio.FIRST_COMPLETED)
        return ready.done()


def worker_complaint(failure: WorkerFailed) -> Complaint:
    """A worker that did not start, with its last words; the others have been shown."""
    return Complaint(f"{failure}: {failure.tail[-1].strip() if failure.tail else 'not a word'}")


async def require_registry(plan: Plan) -> None:
    """Complain where the registry asked for is not there."""
    if plan.gateway.discovery != "consul":
        return
    _, host, port = plan.gateway.consul_host()
    try:
        async with asyncio.timeout(2.0):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:  # TimeoutError is one
        raise Complaint(
            f"no Consul agent answers at {plan.gateway.consul_address}",
            hint="start one (`consul agent -dev`), name it with --consul-address, "
            "or leave out --discovery consul",
        ) from None
    writer.close()


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; the second ends the process.

    The workers end when this process has: not even the second leaves one.
    """
    loop, event = asyncio.get_running_loop(), asyncio.Event()

    def stop() -> None:
        if event.is_set():
            os._exit(INTERRUPTED)
        event.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield event
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def ready_lines(mesh: Mesh) -> list[str]:
    """What is ready, and what can be tried."""
    gateway = mesh.gateway
    rows = [("gateway", gateway.address, gateway.metrics_address, "")]
    rows += [
        (name, running.address, running.metrics_address, f"  pid {pid}" if pid else "")
        for name, running, pid in mesh.balancers
    ]
    rows += [_worker_row(worker) for worker in mesh.workers]
    width = max(len(row[0]) for row in rows)
    lines = ["", "ready:"]
    for name, address, metrics, note in rows:
        told = f"metrics http://{metrics}/metrics" if metrics else ""
        lines.append(f"  {name:{width}}  {address:21}  {told}{note}".rstrip())
    tried = (f"  {line}" for line in to_try(mesh))
    return [*lines, "", "try, in another shell:", *tried, "", "Ctrl-C stops it."]


def _worker_row(worker: Serving) -> tuple[str, str, str | None, str]:
    note = f"  pid {worker.pid}, up in {worker.seconds:.1f} s"
    return worker.id, worker.address, worker.metrics_address, note


def to_try(mesh: Mesh) -> list[str]:
    """Commands that can be pasted into another shell."""
    gateway, balancer = reachable(mesh.gateway.address), reachable(mesh.balancer.address)
    tls = grpcurl_tls(mesh.plan.gateway)
    request = (
        '{"answer": {"question": "What is the capital of France?"}, "sampling": {"max_tokens": 32}}'
    )
    service = "evenflow.v1.InferenceService"
    return [
        f'evenflow ask --target {gateway} --stats "What is the capital of France?"',
        f"evenflow top --target {balancer}",
        f"grpcurl {tls} {gateway} list",
        f"grpcurl {tls} {gateway} describe {service}",
        f"grpcurl {tls} -d '{request}' {gateway} {service}/Generate",
    ]


def reachable(address: str) -> str:
    """The address as a client on this machine dials it."""
    host, _, port = address.rpartition(":")
    return f"localhost:{port}" if host in ("0.0.0.0", "[::]", "127.0.0.1") else address  # noqa: S104


def grpcurl_tls(settings: TlsSettings) -> str:
    """The flags with which grpcurl gets through to the gateway."""
    if settings.tls_cert is None:
        return "-plaintext"
    if settings.tls_ca is None:
        return "-insecure"
    return f"-cacert {settings.tls_ca} -cert {settings.tls_cert} -key {settings.tls_key}"
