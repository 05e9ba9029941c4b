"""Whose turn it is among the tickets that wait in the gateway.

Pure. Decides the order while no balancer does: tenants in turn, each tenant's
tickets as they came, those sent back first. Tickets that ask for the same stand
in one lane, and no lane waits for another. Knows neither workers nor room.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from gateway.marks import Mark


class Lane(NamedTuple):
    """What a ticket asks of a worker; `context_tokens` 0: any context will do."""

    model: str
    revision: str
    excluded: frozenset[str]
    context_tokens: int


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket in its lane, there since `since`. `tokens`: its prompt and longest answer."""

    ticket_id: int
    tenant: str
    lane: Lane
    tokens: int
    since: float
    marks: tuple[Mark, ...] = ()


_Line: TypeAlias = "OrderedDict[int, Place]"  # one tenant's tickets


class Turns:
    """Tickets that wait."""

    def __init__(self) -> None:
        self._lanes: OrderedDict[Lane, OrderedDict[str, _Line]] = OrderedDict()
        self._places: dict[int, Place] = {}

    def __len__(self) -> int:
        """Tickets that wait."""
        return len(self._places)

    def __contains__(self, ticket_id: object) -> bool:
        """Whether this ticket waits."""
        return ticket_id in self._places

    def lane(self, *, but: set[Lane]) -> Lane | None:
        """The lane whose turn it is, some left out; None: no other has anybody waiting."""
        return next((lane for lane in self._lanes if lane not in but), None)

    def add(self, place: Place, *, is_first: bool) -> None:
        """Let a ticket wait; `is_first`: before its tenant's others."""
        line = self._lanes.setdefault(place.lane, OrderedDict()).setdefault(
            place.tenant, OrderedDict()
        )
        line[place.ticket_id] = self._places[place.ticket_id] = place
        line.move_to_end(place.ticket_id, last=not is_first)

    def first(self, lane: Lane) -> Place:
        """The ticket of a lane whose turn it is."""
        line = next(iter(self._lanes[lane].values()))
        return next(iter(line.values()))

    def take(self, lane: Lane) -> Place:
        """Take that one out; lane and tenant go to the end of theirs."""
        place = self.first(lane)
        self._lanes[lane].move_to_end(place.tenant)
        self._lanes.move_to_end(lane)
        self.remove(place.ticket_id)
        return place

    def remove(self, ticket_id: int) -> None:
        """Take a ticket out, if it waits."""
        place = self._places.pop(ticket_id, None)
        if place is None:
            return
        tenants = self._lanes[place.lane]
        line = tenants[place.tenant]
        del line[ticket_id]
        if not line:
            del tenants[place.tenant]
        if not tenants:
            del self._lanes[place.lane]

    def __repr__(self) -> str:
        return f"<Turns {len(self)} waiting in {len(self._lanes)} lanes>"
