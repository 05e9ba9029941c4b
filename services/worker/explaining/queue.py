"""Whose explanation runs, in which order the others follow, and who gives way.

Pure. Scopes have turns one after another (tenants, as gateways name them), and a scope's
explanations as they came: whoever asks for many leaves others their turn. Where there is
no place left, the scope with the most gives one up to a scope that has fewer, as tenants
do in a balancer's queue. Knows no limit, and no explanation.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One explanation's, from its arrival to its end."""

    scope: str


class Queue:
    """The places, and the line in which some of them stand. Who stands first runs."""

    def __init__(self) -> None:
        self._places: list[Place] = []  # as they came
        # Scopes as they have turns. The first has it now: it goes to the end when that is over.
        self._lines: OrderedDict[str, list[Place]] = OrderedDict()

    def __len__(self) -> int:
        """Places, in the line or not yet."""
        return len(self._places)

    def __repr__(self) -> str:
        told = (f" {scope}:{len(line)}" for scope, line in self._lines.items())
        return f"<Queue {len(self)}{''.join(told)}>"

    @property
    def first(self) -> Place | None:
        """Who runs."""
        return next((line[0] for line in self._lines.values()), None)

    def add(self, place: Place) -> None:
        """Somebody came."""
        self._places.append(place)

    def join(self, place: Place) -> None:
        """Have it stand in the line."""
        self._lines.setdefault(place.scope, []).append(place)

    def ahead(self, place: Place) -> int | None:
        """How many are before it, those who run included; None: it does not stand in the line."""
        line = self._lines.get(place.scope, [])
        if place not in line:
            return None
        own = line.index(place)
        scopes = list(self._lines)
        at = scopes.index(place.scope)
        # Of each scope as many as have had this one's number of turns, and one more of those ahead.
        counts = ((len(self._lines[scope]), own + (n < at)) for n, scope in enumerate(scopes))
        return sum(min(count) for count in counts)

    def remove(self, place: Place) -> None:
        """It has ended, or waits no more."""
        self._places.remove(place)
        line = self._lines.get(place.scope, [])
        if place not in line:
            return
        has_had_its_turn = place is self.first
        line.remove(place)
        if not line:
            del self._lines[place.scope]
        elif has_had_its_turn:
            self._lines.move_to_end(place.scope)

    def last_of_greediest(self, newcomer: str) -> Place | None:
        """Who gives way to one more of the scope `newcomer`.

        The last that came of the scope with the most; None where `newcomer` would then have
        no fewer.
        """
        counts = Counter(place.scope for place in self._places)
        greediest, most = counts.most_common(1)[0]
        if most <= counts[newcomer] + 1:
            return None
        first = self.first
        own = [one for one in self._places if one.scope == greediest and one is not first]
        return own[-1]
