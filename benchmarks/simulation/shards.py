"""Several balancers, each with a part of the workers to itself.

Pure. A Policy made of desks: requests are dealt to them in turn, as many gateways
would; no desk knows of another, and none can help another's queue.
"""

from collections.abc import Sequence

from benchmarks.simulation.our_desk import OurDesk
from benchmarks.simulation.pace import Pace
from benchmarks.simulation.policy import Placement, Report
from benchmarks.simulation.trace import Request


class Shards:
    """A Policy of `count` desks; worker w belongs to desk w modulo their count."""

    def __init__(self, count: int, workers: int, pace: Pace, seed: int) -> None:
        self._desks = [
            OurDesk(len(range(shard, workers, count)), pace, seed * 100 + shard)
            for shard in range(count)
        ]

    def submitted(self, request: Request, now: float) -> Sequence[Placement]:
        """See Policy."""
        shard = request.number % len(self._desks)
        return self._told(shard, self._desks[shard].submitted(request, now))

    def first_token(self, lease: int, found: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        own, shard = divmod(lease, len(self._desks))
        return self._told(shard, self._desks[shard].first_token(own, found, now))

    def ended(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        own, shard = divmod(lease, len(self._desks))
        return self._told(shard, self._desks[shard].ended(own, now))

    def failed(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        own, shard = divmod(lease, len(self._desks))
        return self._told(shard, self._desks[shard].failed(own, now))

    def reported(self, report: Report, now: float) -> Sequence[Placement]:
        """See Policy."""
        count = len(self._desks)
        worker, shard = divmod(report.worker, count)
        leases = tuple(lease // count for lease in report.leases)
        known = report._replace(worker=worker, leases=leases)
        return self._told(shard, self._desks[shard].reported(known, now))

    def passed(self, now: float) -> Sequence[Placement]:
        """See Policy."""
        return [
            placement
            for shard, desk in enumerate(self._desks)
            for placement in self._told(shard, desk.passed(now))
        ]

    def _told(self, shard: int, placements: Sequence[Placement]) -> list[Placement]:
        """A desk's own numbers of workers and leases, made unique."""
        count = len(self._desks)
        return [
            Placement(request, worker * count + shard, lease * count + shard)
            for request, worker, lease in placements
        ]
