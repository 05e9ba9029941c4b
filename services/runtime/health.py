"""Health as grpc.health.v1 tells it, to whoever asks or watches.

Decides that nobody is waited for: a watcher who does not read hears later, and of
the newest state alone. (grpcio's own servicer holds a lock while it writes, so that one
such peer keeps a server from ever becoming ready, and from ending.)
"""

import asyncio
from typing import TypeAlias

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import SERVICE_NAME

State: TypeAlias = int
Context: TypeAlias = (
    "grpc.aio.ServicerContext[health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse]"
)
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(health_pb2_grpc.HealthServicer):
    """The servicer. The service "" is the process as a whole.

    The health service itself serves as long as the process lives: what liveness probes ask.
    """

    def __init__(self) -> None:
        self._states: dict[str, State] = {SERVICE_NAME: SERVING}
        self._changed = asyncio.Event()
        self._is_over = False

    def set(self, service: str, state: State) -> None:
        """Tell this of a service from now on."""
        self._states[service] = state
        self._tell()

    def end(self) -> None:
        """Tell all who watch that the services serve no more, and end their calls."""
        self._states = {**dict.fromkeys(self._states, NOT_SERVING), SERVICE_NAME: SERVING}
        self._is_over = True
        self._tell()

    async def Check(
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> health_pb2.HealthCheckResponse:
        """Tell the state of a service."""
        state = self._states.get(request.service)
        if state is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such service")
        return health_pb2.HealthCheckResponse(status=state)

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Context) -> None:
        """Tell the state of a service, and whenever it has changed."""
        told: State | None = None
        while True:
            changed, is_over = self._changed, self._is_over
            state = self._states.get(request.service, _UNKNOWN)
            if state != told:
                await context.write(health_pb2.HealthCheckResponse(status=state))
                told = state
            if is_over:
                return
            await changed.wait()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
