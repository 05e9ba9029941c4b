"""Which workers a ticket could go to, by the last fleet snapshot.

Pure. Decides what a ticket asks of a worker (its lane) and who offers that: the
model, the revision, a context that is long enough, and that it has not failed
this request before. Knows nothing of room and load.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from gateway.alone.outstanding import Outstanding, Standing
from gateway.alone.turns import Lane
from gateway.fleet import WorkerView
from gateway.tickets import Ticket


class _Servers(NamedTuple):
    """Those that serve a lane, and the least and greatest of their contexts."""

    standings: Sequence[Standing]
    least_context: int
    greatest_context: int


_NOBODY = _Servers((), 0, 0)


class Candidates:
    """The workers of a book, by lane; looked up anew when the book has `changed`."""

    def __init__(self, book: Outstanding) -> None:
        self._book = book
        self._servers: dict[Lane, _Servers] = {}
        self._models: frozenset[str] = frozenset()
        self._only_model = ""
        self.count = 0
        self.known_at = -math.inf  # when the latest of them was told of

    def changed(self) -> None:
        """A snapshot came, or counts begin to matter."""
        ready = [standing for standing in self._book if standing.view.is_ready]
        self._models = frozenset(standing.view.model for standing in ready)
        self._servers.clear()
        self._only_model = next(iter(self._models)) if len(self._models) == 1 else ""
        self.count = len(ready)
        self.known_at = max((standing.known_at for standing in ready), default=-math.inf)

    def of(self, lane: Lane) -> Sequence[Standing]:
        """Those that serve a lane."""
        return self._look_up(lane).standings

    def lane(self, ticket: Ticket, prompt_tokens: int) -> Lane | None:
        """What a ticket asks for; None where no worker known serves it."""
        model = ticket.model or self._only_model
        lane = Lane(model, ticket.model_revision, frozenset(ticket.excluded), 0)
        servers = self._look_up(lane)
        if not servers.standings:
            return None
        # A prompt too long for all of them is the worker's to refuse: it can count tokens.
        tokens = min(prompt_tokens, servers.greatest_context)
        return lane._replace(context_tokens=tokens) if tokens > servers.least_context else lane

    def _look_up(self, lane: Lane) -> _Servers:
        # Of a model that nobody serves nothing is kept: callers may name any number of those.
        if lane.model not in self._models:
            return _NOBODY
        servers = self._servers.get(lane)
        if servers is None:
            standings = [standing for standing in self._book if serves(standing.view, lane)]
            contexts = [standing.view.context_tokens for standing in standings]
            servers = _Servers(standings, min(contexts, default=0), max(contexts, default=0))
            self._servers[lane] = servers
        return servers

    def __repr__(self) -> str:
        return f"<Candidates {self.count} workers, {len(self._servers)} lanes looked up>"


def serves(view: WorkerView, lane: Lane) -> bool:
    """Whether a worker offers what a lane's tickets ask for."""
    return (
        view.is_ready
        and view.model == lane.model
        and lane.revision in ("", view.revision)
        and view.worker_id not in lane.excluded
        and view.context_tokens >= lane.context_tokens
    )
