"""What each worker holds, as far as this gateway can tell by itself.

Pure. Decides how much room a worker has while nobody oversees the fleet: its
slots, less this gateway's own leases, less what the last snapshot showed of
others'. Others' leases end unseen, so that part fades; a worker that says it is
full is believed. Knows no ticket and no turn.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.fleet import Fleet, WorkerView
from gateway.tickets import Outcome

# Seconds in which half of what others held is taken to have ended.
_HALF_LIFE = 10.0
# Seconds for which a worker that refused gets nothing. One that broke gets nothing for as long
# at first, then twice as long each time until something completes there.
_ASIDE, _LONGEST_ASIDE = 0.25, 10.0
# Seconds for which a report may still list a lease that has ended: reports and snapshots, 1 Hz.
_LISTED = 3.0


@dataclass(slots=True)
class Standing:
    """A worker: its last view, what is held there by us and what, at `since`, by others.

    The view of a worker that no snapshot tells of has neither model nor slots.
    """

    view: WorkerView
    known_at: float = -math.inf
    slots: int = 0
    tokens: int = 0
    others_slots: float = 0.0
    others_tokens: float = 0.0
    since: float = -math.inf
    strikes: int = 0
    aside_until: float = 0.0

    def taken(self, now: float) -> int:
        """Slots taken."""
        return self.slots + int(self.others_slots * self._left(now) + 0.5)

    def outstanding(self, now: float) -> float:
        """Tokens, prompts and longest answers, that it has before it."""
        return self.tokens + self.others_tokens * self._left(now)

    def has_room(self, now: float) -> bool:
        """Whether it may be given one more."""
        return now >= self.aside_until and self.taken(now) < self.view.slots

    def refused(self, now: float) -> None:
        """It has said that it is full: what is not ours must be others'."""
        self.others_tokens *= self._left(now)
        self.others_slots = max(0, self.view.slots - self.slots)
        self.since = now
        self.aside_until = now + _ASIDE

    def broke(self, now: float) -> None:
        """Something failed in it, or it could not be reached."""
        self.aside_until = now + min(_ASIDE * 2**self.strikes, _LONGEST_ASIDE)
        self.strikes += 1

    def _left(self, now: float) -> float:
        """Part of what others held that is taken to be there still."""
        return math.exp2(-max(0.0, now - self.since) / _HALF_LIFE)


class Outstanding:
    """The book: all leases of this gateway, whoever granted them, by worker."""

    def __init__(self) -> None:
        self._workers: dict[str, Standing] = {}
        self._leases: dict[int, tuple[str, int]] = {}
        self._over: dict[int, tuple[float, int]] = {}  # ended, maybe still listed: when, tokens

    def __len__(self) -> int:
        """Leases in force."""
        return len(self._leases)

    def __iter__(self) -> Iterator[Standing]:
        """Workers that a snapshot told of."""
        return (standing for standing in self._workers.values() if standing.view.model)

    def get(self, worker_id: str) -> Standing | None:
        """How a worker stands."""
        return self._workers.get(worker_id)

    def granted(self, lease_id: int, worker_id: str, tokens: int, now: float) -> None:
        """A lease is in force from now on; an id used twice ends the first."""
        self.ended(lease_id, Outcome.ABANDONED, now)
        standing = self._at(worker_id)
        standing.slots += 1
        standing.tokens += tokens
        self._leases[lease_id] = worker_id, tokens

    def ended(self, lease_id: int, outcome: Outcome, now: float) -> Standing | None:
        """A lease is over; returns where. Told again it changes nothing."""
        worker_id, tokens = self._leases.pop(lease_id, ("", 0))
        if not worker_id:
            return None
        self._over[lease_id] = now, tokens
        while next(iter(self._over.values()))[0] < now - _LISTED:
            del self._over[next(iter(self._over))]
        standing = self._workers[worker_id]
        standing.slots -= 1
        standing.tokens -= tokens
        match outcome:
            case Outcome.COMPLETED:
                standing.strikes, standing.aside_until = 0, 0.0
            case Outcome.REFUSED:
                standing.refused(now)
            case Outcome.FAILED:
                standing.broke(now)
        self._forget_if_empty(worker_id)
        return standing

    def told(self, fleet: Fleet, now: float) -> None:
        """A snapshot came.

        A balancer that has just begun lists workers it has not heard yet, or
        nobody at all: of those, what an earlier snapshot said stands.
        """
        for view in fleet.workers:
            standing = self._at(view.worker_id)
            if view.model:
                standing.view, standing.known_at = view, now
        if fleet.workers:
            listed = {view.worker_id for view in fleet.workers}
            for worker_id in self._workers.keys() - listed:
                self._workers[worker_id].view = _unseen(worker_id)
                self._forget_if_empty(worker_id)

    def reckon(self) -> None:
        """Work out from the last snapshot what others hold: all that is not ours.

        What a worker has said by refusing since then stands.
        """
        for standing in self:
            if standing.since >= standing.known_at:
                continue
            view, ours = standing.view, self._ours(standing.view)
            others = view.slots_used - len(ours)
            standing.others_slots = max(0, others)
            standing.others_tokens = max(0, view.kv_tokens_used - sum(ours)) if others > 0 else 0
            standing.since = standing.known_at

    def _ours(self, view: WorkerView) -> list[int]:
        """Tokens of each of our leases in a worker's report, those since ended among them."""
        found = (self._leases.get(lease) or self._over.get(lease) for lease in view.lease_ids)
        return [entry[1] for entry in found if entry is not None]

    def _at(self, worker_id: str) -> Standing:
        return self._workers.setdefault(worker_id, Standing(_unseen(worker_id)))

    def _forget_if_empty(self, worker_id: str) -> None:
        standing = self._workers[worker_id]
        if not standing.view.model and not standing.slots:
            del self._workers[worker_id]

    def __repr__(self) -> str:
        held = "".join(
            f", {worker_id} {standing.slots}+{standing.others_slots:g} of {standing.view.slots}"
            for worker_id, standing in self._workers.items()
        )
        return f"<Outstanding {len(self)} leases{held}>"


def _unseen(worker_id: str) -> WorkerView:
    return WorkerView(worker_id, address="", is_ready=False)
