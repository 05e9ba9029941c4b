"""Workers that do nothing but report, as many as asked for in one process.

    python -m benchmarks.live.reporters COUNT EVERY_SECONDS LEASES

Decides what a report says: room without end, and as many leases as asked for,
which nobody granted. Each has a port of its own, by which discovery's static
list knows it. Prints one JSON line with the addresses, then serves until
SIGTERM.
"""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import grpc
from evenflow.v1 import worker_pb2, worker_pb2_grpc

from services.runtime.transport import MIB, server_options


class Reporter(worker_pb2_grpc.WorkerServiceServicer):
    """WatchLoad alone."""

    def __init__(self, every: float, leases: int) -> None:
        self._every = every
        self._leases = leases

    async def WatchLoad(
        self, request: worker_pb2.WatchLoadRequest, context: Any
    ) -> AsyncIterator[worker_pb2.LoadReport]:
        """A report at once, then one each time; every watch is another worker's."""
        sequence = 0
        while True:
            sequence += 1
            yield self._report(sequence)
            await asyncio.sleep(self._every)

    def _report(self, sequence: int) -> worker_pb2.LoadReport:
        return worker_pb2.LoadReport(
            epoch=1,
            sequence=sequence,
            step_count=sequence,
            model="m",
            model_revision="r",
            context_tokens=32_768,
            slots_total=1_000_000,
            slots_used=self._leases,
            prefill_tokens_per_second=1e8,
            decode_step_seconds=0.02,
            bytes_per_token=4.0,
            lease_ids=range(1, self._leases + 1),
        )


async def main(count: int, every: float, leases: int) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    # Execute and Drain are answered with UNIMPLEMENTED, as by any servicer that leaves them out.
    reporter = Reporter(every, leases)  # type: ignore[abstract]
    server = grpc.aio.server(options=server_options(public=False, max_receive_bytes=MIB))
    worker_pb2_grpc.add_WorkerServiceServicer_to_server(reporter, server)
    ports = [server.add_insecure_port("127.0.0.1:0") for _ in range(count)]
    await server.start()
    print(json.dumps({"addresses": [f"127.0.0.1:{port}" for port in ports]}), flush=True)
    await stop.wait()
    await server.stop(0)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
