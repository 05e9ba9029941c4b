"""What a gateway grants by itself while no balancer is reachable.

Pure. Decides, from the last fleet snapshot and this gateway's own leases, which
worker a ticket goes to: of two drawn at random that have room, the one with fewer
tokens outstanding. It is a guess, made beside other gateways that guess too: a
worker that is full refuses, and is asked less. Knows neither the stream to the
balancer nor what runs under a lease.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple, Protocol

from gateway.fleet import Fleet, WorkerView
from gateway.outstanding import Outstanding, Standing
from gateway.tickets import Grant, Outcome, Ticket
from gateway.turns import Lane, Place, Turns

_BYTES_PER_TOKEN = 4.0  # assumed while no worker has measured its own
# Seconds until tickets that wait are looked at again though nothing has ended.
_TURN = 0.1


class Rng(Protocol):
    """A source of random numbers, `random.Random` for one."""

    def randrange(self, stop: int, /) -> int:
        """Return a whole number from 0 to below `stop`."""
        ...


class Servers(NamedTuple):
    """Workers that a lane's tickets may go to, and the least and greatest of their contexts."""

    standings: Sequence[Standing]
    least_context: int
    greatest_context: int


class Degraded:
    """Grants without a balancer, at most `longest` seconds after the last snapshot.

    `first_lease` is where the lease ids of this gateway begin: nobody else's meet them.
    """

    def __init__(self, rng: Rng, first_lease: int, longest: float) -> None:
        self._rng = rng
        self._lease_ids = count(first_lease)
        self._longest = longest
        self._book = Outstanding()
        self._turns = Turns()
        self._servers: dict[Lane, Servers] = {}
        self._only_model = ""
        self._bytes_per_token = _BYTES_PER_TOKEN
        self.began_at: float | None = None
        self.ends_at = -math.inf  # when the last snapshot will be too old
        self.grants = 0  # since it last began

    def is_on(self, now: float) -> bool:
        """Whether tickets get their grants here."""
        return self.began_at is not None and now < self.ends_at

    @property
    def workers(self) -> int:
        """Workers known to be of use."""
        return sum(standing.view.is_ready for standing in self._book)

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
            self._reckon()

    def granted(self, grant: Grant, ticket: Ticket, now: float) -> None:
        """The balancer has bound a ticket."""
        self._book.granted(grant.lease_id, grant.worker_id, self._tokens(ticket), now)

    def ended(self, lease_id: int, outcome: Outcome, now: float) -> None:
        """A lease is over, whoever granted it."""
        self._book.ended(lease_id, outcome, now)

    # What happens to the balancer, and to tickets while there is none.

    def began(self, waiting: Mapping[int, Ticket], now: float) -> None:
        """The balancer is gone; these tickets wait, oldest first."""
        if self.began_at is None:
            self.began_at, self.grants = now, 0
        self._reckon()
        self._turns = Turns()
        for ticket_id, ticket in sorted(waiting.items(), key=lambda item: not item[1].is_returned):
            self._add(ticket_id, ticket, now, is_first=False)

    def ceased(self) -> None:
        """A balancer is back, or the snapshot too old: tickets wait elsewhere."""
        self.began_at = None
        self._turns = Turns()
        self._servers.clear()

    def submitted(self, ticket_id: int, ticket: Ticket, now: float) -> None:
        """A ticket waits here, if any worker known could take it."""
        if self.is_on(now):
            self._add(ticket_id, ticket, now, is_first=ticket.is_returned)

    def left(self, ticket_id: int) -> None:
        """A ticket waits no more."""
        self._turns.remove(ticket_id)

    def decide(self, now: float) -> list[Grant]:
        """Grant while a ticket waits for which a worker has room; lanes and tenants in turn."""
        grants: list[Grant] = []
        shut: set[Lane] = set()
        while self.is_on(now) and (lane := self._turns.lane(but=shut)):
            standing = self._pick(self._servers_of(lane).standings, now)
            if standing is None:
                shut.add(lane)
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

    def _pick(self, servers: Sequence[Standing], now: float) -> Standing | None:
        """Of two drawn at random the one with fewer tokens before it.

        Only where neither of them has room are those looked for that have.
        """
        pair = [server for server in self._two_of(servers) if server.has_room(now)]
        if not pair:
            pair = self._two_of([server for server in servers if server.has_room(now)])
        return min(pair, key=lambda server: server.outstanding(now), default=None)

    def _two_of(self, servers: Sequence[Standing]) -> list[Standing]:
        if len(servers) <= 1:
            return list(servers)
        first = self._rng.randrange(len(servers))
        second = self._rng.randrange(len(servers) - 1)
        return [servers[first], servers[second + (second >= first)]]

    def _grant(self, place: Place, standing: Standing, now: float) -> Grant:
        view, lease_id = standing.view, next(self._lease_ids)
        self._book.granted(lease_id, view.worker_id, place.tokens, now)
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
        lane = self._lane_of(ticket)
        if lane is not None:
            place = Place(ticket_id, ticket.tenant, lane, self._tokens(ticket), now)
            self._turns.add(place, is_first=is_first)

    def _lane_of(self, ticket: Ticket) -> Lane | None:
        """What a ticket asks for; None where no worker known could take it."""
        lane = Lane(ticket.model, ticket.model_revision, frozenset(ticket.excluded), 0)
        if not lane.model:
            lane = lane._replace(model=self._only_model)
        servers = self._servers_of(lane)
        if not servers.standings:
            return None
        # A prompt too long for all of them is the worker's to refuse: it can count tokens.
        tokens = min(self._prompt_tokens(ticket), servers.greatest_context)
        return lane._replace(context_tokens=tokens) if tokens > servers.least_context else lane

    def _servers_of(self, lane: Lane) -> Servers:
        servers = self._servers.get(lane)
        if servers is None:
            standings = [standing for standing in self._book if _serves(standing.view, lane)]
            contexts = [standing.view.context_tokens for standing in standings]
            servers = Servers(standings, min(contexts, default=0), max(contexts, default=0))
            self._servers[lane] = servers
        return servers

    def _reckon(self) -> None:
        self._servers.clear()
        self._book.reckon()
        ready = [standing for standing in self._book if standing.view.is_ready]
        models = {standing.view.model for standing in ready}
        self._only_model = models.pop() if len(models) == 1 else ""
        known_at = max((standing.known_at for standing in ready), default=-math.inf)
        self.ends_at = known_at + self._longest

    def _prompt_tokens(self, ticket: Ticket) -> int:
        return max(1, round(ticket.prompt_bytes / self._bytes_per_token))

    def _tokens(self, ticket: Ticket) -> int:
        return self._prompt_tokens(ticket) + ticket.max_tokens

    def __repr__(self) -> str:
        state = "off" if self.began_at is None else f"since {self.began_at:g}"
        return f"<Degraded {state}, {len(self._turns)} waiting, {self._book!r}>"


def _serves(view: WorkerView, lane: Lane) -> bool:
    return (
        view.is_ready
        and view.model == lane.model
        and lane.revision in ("", view.revision)
        and view.worker_id not in lane.excluded
        and view.context_tokens >= lane.context_tokens
    )
