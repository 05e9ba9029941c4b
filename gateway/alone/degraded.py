"""What a gateway grants by itself while no balancer is reachable.

Pure. Decides, from the last fleet snapshot and this gateway's own leases, which
worker a ticket goes to: of two drawn at random that have room, and the one that
should hold how its prompt begins, the one with the fewest tokens before it. It is a
guess, made beside other gateways that guess too: a worker that is full refuses, and
is asked less. Knows neither the stream to the balancer nor what runs under a lease.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Protocol

from gateway.alone.candidates import Candidates, serves
from gateway.alone.homes import Homes
from gateway.alone.outstanding import Outstanding, Standing
from gateway.alone.turns import Lane, Place, Turns
from gateway.fleet import Fleet
from gateway.tickets import Grant, Outcome, Ticket

_BYTES_PER_TOKEN = 4.0  # assumed while no worker has measured its own
# Seconds until the fleet is searched for room again; meanwhile room comes where something ends.
_TURN = 0.1


class Rng(Protocol):
    """A source of random numbers, `random.Random` for one."""

    def randrange(self, stop: int, /) -> int:
        """Return a whole number from 0 to below `stop`."""
        ...


class Degraded:
    """Grants without a balancer, at most `longest` seconds after the last snapshot.

    `first_lease` is where the lease ids of this gateway begin: nobody else's meet them.
    """

    def __init__(self, rng: Rng, first_lease: int, longest: float) -> None:
        self._rng = rng
        self._lease_ids = count(first_lease)
        self._longest = longest
        self._book = Outstanding()
        self._homes = Homes()
        self._turns = Turns()
        self._candidates = Candidates(self._book)
        self._full: set[Lane] = set()  # searched in vain in this turn
        self._freed: list[Standing] = []  # where something has ended in this turn
        self._turn_ends = -math.inf
        self._bytes_per_token = _BYTES_PER_TOKEN
        self.began_at: float | None = None
        self.grants = 0  # since it last began

    def is_on(self, now: float) -> bool:
        """Whether tickets get their grants here."""
        return self.began_at is not None and now < self.ends_at

    @property
    def ends_at(self) -> float:
        """When what is known will be too old."""
        return self._candidates.known_at + self._longest

    @property
    def workers(self) -> int:
        """Workers known to be of use."""
        return self._candidates.count

    @property
    def waiting(self) -> Turns:
        """Tickets that wait here."""
        return self._turns

    # What is known at all times.

    def told(self, fleet: Fleet, now: float) -> None:
        """A balancer has told its fleet."""
        self._book.told(fleet, now)
        measured = [w.bytes_per_token for w in fleet.workers if w.bytes_per_token > 0]
        if measured:
            self._bytes_per_token = sum(measured) / len(measured)
        if self.began_at is not None:
            self._reckon(now)

    def granted(self, grant: Grant, ticket: Ticket, now: float) -> None:
        """The balancer has bound a ticket."""
        self._book.granted(grant.lease_id, grant.worker_id, self._tokens(ticket), now)
        self._homes.granted(ticket.marks, grant.worker_id)

    def ended(self, lease_id: int, outcome: Outcome, now: float) -> None:
        """A lease is over, whoever granted it."""
        standing = self._book.ended(lease_id, outcome, now)
        if standing is not None and self.began_at is not None:
            self._freed.append(standing)

    # What happens to the balancer, and to tickets while there is none.

    def began(self, waiting: Mapping[int, Ticket], now: float) -> None:
        """The balancer is gone; these tickets wait, oldest first."""
        if self.began_at is None:
            self.began_at, self.grants = now, 0
        self._reckon(now)
        self._turns = Turns()
        for ticket_id, ticket in sorted(waiting.items(), key=lambda item: not item[1].is_returned):
            self._add(ticket_id, ticket, now, is_first=False)

    def ceased(self) -> None:
        """A balancer is back, or the snapshot too old: tickets wait elsewhere."""
        self.began_at = None
        self._turns = Turns()

    def submitted(self, ticket_id: int, ticket: Ticket, now: float) -> None:
        """A ticket waits here, if any worker known could take it."""
        if self.is_on(now):
            self._add(ticket_id, ticket, now, is_first=ticket.is_returned)

    def left(self, ticket_id: int) -> None:
        """A ticket waits no more."""
        self._turns.remove(ticket_id)

    def decide(self, now: float) -> list[Grant]:
        """Grant while a ticket waits for which a worker has room; lanes and tenants in turn."""
        if now >= self._turn_ends:
            self._begin_turn(now)
        grants: list[Grant] = []
        passed: set[Lane] = set()
        while self.is_on(now) and (lane := self._turns.lane(but=passed)):
            standing = self._pick(self._turns.first(lane), now)
            if standing is None:
                passed.add(lane)
            else:
                grants.append(self._grant(self._turns.take(lane), standing, now))
        self.grants += len(grants)
        return grants

    def next_turn(self, now: float) -> float | None:
        """When to decide again though nothing happens; None: not at all."""
        if not self.is_on(now):
            return None
        return min(now + _TURN, self.ends_at) if self._turns else self.ends_at

    # How.

    def _pick(self, place: Place, now: float) -> Standing | None:
        """Of two that have room, and the home, the one with the fewest tokens before it.

        1. Two drawn from all, whichever of them has room.
        2. Where neither has: two of those where something has just ended.
        3. Where none of those has: two of all that have room, searched for once a turn.
        4. Who should hold how the prompt begins, if it has room, need not compute that.
        """
        lane, servers = place.lane, self._candidates.of(place.lane)
        # 1
        pair = [server for server in self._two_of(servers) if server.has_room(now)]
        # 2
        if not pair:
            freed = [server for server in self._freed if serves(server.view, lane)]
            pair = self._two_of([server for server in freed if server.has_room(now)])
        # 3
        if not pair and lane not in self._full:
            pair = self._two_of([server for server in servers if server.has_room(now)])
            if not pair:
                self._full.add(lane)
        # 4
        tokens = {server.view.worker_id: server.outstanding(now) for server in pair}
        home = self._homes.of(place.marks)
        at_home = self._book.get(home.worker_id) if home else None
        if home and at_home and serves(at_home.view, lane) and at_home.has_room(now):
            pair.append(at_home)
            saved = home.length / self._bytes_per_token
            tokens[home.worker_id] = at_home.outstanding(now) - saved
        return min(pair, key=lambda server: tokens[server.view.worker_id], default=None)

    def _begin_turn(self, now: float) -> None:
        self._full.clear()
        self._freed.clear()
        self._turn_ends = now + _TURN

    def _two_of(self, servers: Sequence[Standing]) -> list[Standing]:
        if len(servers) <= 1:
            return list(servers)
        first = self._rng.randrange(len(servers))
        second = self._rng.randrange(len(servers) - 1)
        return [servers[first], servers[second + (second >= first)]]

    def _grant(self, place: Place, standing: Standing, now: float) -> Grant:
        view, lease_id = standing.view, next(self._lease_ids)
        self._book.granted(lease_id, view.worker_id, place.tokens, now)
        self._homes.granted(place.marks, view.worker_id)
        return Grant(
            ticket_id=place.ticket_id,
            lease_id=lease_id,
            worker_id=view.worker_id,
            address=view.address,
            worker_epoch=0,  # any: nobody would tell that it has started anew
            model=view.model,
            model_revision=view.revision,
            queued=now - place.since,
            predicted_ttft=0.0,
            is_guess=True,
        )

    def _add(self, ticket_id: int, ticket: Ticket, now: float, *, is_first: bool) -> None:
        lane = self._candidates.lane(ticket, self._prompt_tokens(ticket))
        if lane is not None:
            tokens = self._tokens(ticket)
            place = Place(ticket_id, ticket.tenant, lane, tokens, now, ticket.marks)
            self._turns.add(place, is_first=is_first)

    def _reckon(self, now: float) -> None:
        self._book.reckon()
        self._candidates.changed()
        self._begin_turn(now)

    def _prompt_tokens(self, ticket: Ticket) -> int:
        return max(1, round(ticket.prompt_bytes / self._bytes_per_token))

    def _tokens(self, ticket: Ticket) -> int:
        return self._prompt_tokens(ticket) + ticket.max_tokens

    def __repr__(self) -> str:
        state = "off" if self.began_at is None else f"since {self.began_at:g}"
        return f"<Degraded {state}, {len(self._turns)} waiting, {self._book!r}>"
