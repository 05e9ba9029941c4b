"""Proxies in front of the workers: how each is set up, and that none outlives its block.

Decides the settings: the balancing that each is compared by, and limits so wide
that none of them is met. One thread each, so that each sees all of its streams;
that is more than enough for the traces here.
"""

import asyncio
import json
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.live.programs import Program

STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Rival:
    """A proxy by its program, the text of its settings, and the flags that take them."""

    program: str
    settings: Callable[[int, Sequence[str], Path], str]
    flags: tuple[str, ...]


def envoy(selection: str) -> Callable[[int, Sequence[str], Path], str]:
    """Envoy's settings with LEAST_REQUEST by this selection method."""

    def settings(port: int, workers: Sequence[str], folder: Path) -> str:
        policy = {
            "@type": _TYPE + "load_balancing_policies.least_request.v3.LeastRequest",
            "selection_method": selection,
        }
        http2 = {
            "@type": _TYPE + "upstreams.http.v3.HttpProtocolOptions",
            "explicit_http_config": {"http2_protocol_options": {"max_concurrent_streams": 4096}},
        }
        cluster = {
            "name": "workers",
            "type": "STATIC",
            "connect_timeout": "5s",
            "load_balancing_policy": {
                "policies": [{"typed_extension_config": {"name": "least", "typed_config": policy}}]
            },
            "circuit_breakers": {"thresholds": [dict.fromkeys(_BREAKERS, 100000)]},
            "typed_extension_protocol_options": {_HTTP: http2},
            "load_assignment": {
                "cluster_name": "workers",
                "endpoints": [{"lb_endpoints": [{"endpoint": _at(*_split(w))} for w in workers]}],
            },
        }
        route = {"match": {"prefix": "/"}, "route": {"cluster": "workers", "timeout": "0s"}}
        host = {"name": "all", "domains": ["*"], "routes": [route]}
        manager = {
            "@type": _TYPE + "filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "in",
            "codec_type": "HTTP2",
            "http2_protocol_options": {"max_concurrent_streams": 4096},
            "route_config": {"virtual_hosts": [host]},
            "http_filters": [{"name": "router", "typed_config": {"@type": _ROUTER}}],
        }
        chain = {"filters": [{"name": "http", "typed_config": manager}]}
        listener = {"name": "in", **_at("127.0.0.1", port), "filter_chains": [chain]}
        return json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}})

    return settings


_TYPE = "type.googleapis.com/envoy.extensions."
_ROUTER = _TYPE + "filters.http.router.v3.Router"
_HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
_BREAKERS = ("max_connections", "max_pending_requests", "max_requests")


def nginx(port: int, workers: Sequence[str], folder: Path) -> str:
    """least_conn before grpc_pass."""
    places = "".join(
        f"{part}_temp_path {folder}/{part};"
        for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    servers = "".join(f"server {worker} max_fails=0;" for worker in workers)
    return f"""
daemon off; worker_processes 1; pid {folder}/pid;
error_log {folder}/errors crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; {places}
  upstream workers {{ zone workers 1m; least_conn; {servers} keepalive 1024; }}
  server {{
    listen 127.0.0.1:{port} http2; http2_max_concurrent_streams 4096;
    client_max_body_size 0; client_body_buffer_size 256k; keepalive_requests 1000000;
    location / {{
      grpc_pass grpc://workers; grpc_buffer_size 64k;
      grpc_read_timeout 600s; grpc_send_timeout 600s; grpc_next_upstream off;
    }}
  }}
}}
"""


def haproxy(port: int, workers: Sequence[str], folder: Path) -> str:
    """Leastconn: of the streams, whatever connections they share."""
    servers = "".join(f"  server w{n} {worker} proto h2\n" for n, worker in enumerate(workers))
    return f"""
global
  nbthread 1
  maxconn 4096
  tune.h2.max-concurrent-streams 4096
defaults
  mode http
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend in
  bind 127.0.0.1:{port} proto h2
  default_backend workers
backend workers
  balance leastconn
{servers}"""


_ENVOY = ("--concurrency", "1", "--log-level", "error", "--use-dynamic-base-id", "--config-path")
RIVALS = {
    "Envoy, power of two": Rival("envoy", envoy("N_CHOICES"), _ENVOY),
    "Envoy, full scan": Rival("envoy", envoy("FULL_SCAN"), _ENVOY),
    "nginx, least_conn": Rival("nginx", nginx, ("-e", "stderr", "-c")),
    "HAProxy, leastconn": Rival("haproxy", haproxy, ("-db", "-f")),
}


@asynccontextmanager
async def running(
    rival: Rival, program: Program, workers: Sequence[str]
) -> AsyncIterator[tuple[str, int]]:
    """Run a proxy over these workers; yields its address and its process id."""
    with tempfile.TemporaryDirectory(prefix="evenflow-") as name:
        folder, port = Path(name), _free_port()
        # Envoy tells its settings' format by the name.
        path = folder / "settings.json"
        path.write_text(rival.settings(port, workers, folder))
        process = await asyncio.create_subprocess_exec(
            program.path,
            *rival.flags,
            path,
            env={**os.environ, **program.environ},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield f"127.0.0.1:{port}", process.pid
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def _free_port() -> int:
    """One that nobody listens on now; none of these proxies tells which one it took itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _at(host: str, port: int) -> dict[str, Any]:
    return {"address": {"socket_address": {"address": host, "port_value": port}}}
