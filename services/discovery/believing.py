"""Which absences a registry is believed.

Pure. Decides, from answers and their times, the fleet to go on with. What an
answer *names* is believed at once; what it no longer names is another matter:
a registry that has just restarted answers "nobody" without an error, and then
names the instances one by one as they come back. Refuses to know the registry
and whether an endpoint is alive: the live streams tell that.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from services.discovery.endpoint import Endpoint, snapshot

CONFIRMATIONS = 3
SETTLE_SECONDS = 5.0
REMEMBER_SECONDS = 60.0


@dataclass(slots=True)
class _Doubt:
    since: float
    heard: int = 0


class Believing:
    """The fleet as far as it is believed, and the doubt about the last answers."""

    def __init__(self, grace: float) -> None:
        """An absence in doubt is believed after `grace` seconds and three answers in a row."""
        self._grace = grace
        self._fleet: dict[str, Endpoint] | None = None
        self._doubt: _Doubt | None = None
        self._left: dict[str, float] = {}
        self._returned: dict[str, float] = {}

    def __repr__(self) -> str:
        fleet = "nothing" if self._fleet is None else " ".join(sorted(self._fleet)) or "nobody"
        if self._doubt is None:
            return f"<Believing {fleet}>"
        return f"<Believing {fleet}, doubt since {self._doubt.since:g} heard {self._doubt.heard}>"

    def doubted(self, now: float) -> None:
        """The registry failed or lost its place: from now on its absences are in doubt."""
        self._doubt = _Doubt(now)

    def answered(self, now: float, answer: Iterable[Endpoint]) -> tuple[Endpoint, ...] | None:
        """Take a full answer in; the fleet if that changed it, else None.

        1. The first answer of all is believed as it is, an empty one too.
        2. What is named is believed at once, with the address and tags named now.
        3. An answer of nobody, where somebody was known, begins a doubt.
        4. In doubt nobody is missed: those no longer named stay, until the
           doubt ends. It ends when all are named again; or after the grace,
           when enough answers in a row have confirmed it.
        5. An instance that came back a moment ago stays for a settling time,
           so that a flapping registry does not flap our connections.
        6. Everybody else who is no longer named is gone.
        """
        named = {endpoint.id: endpoint for endpoint in answer}
        if self._fleet is None:  # 1
            self._fleet = named
            return snapshot(named.values())
        missing = self._fleet.keys() - named.keys()
        if missing and not named and self._doubt is None:  # 3
            self._doubt = _Doubt(now)
        if self._is_doubting(now, missing):  # 4
            kept = missing
        else:
            kept = {name for name in missing if self._is_settling(now, name)}  # 5
        fleet = named | {name: self._fleet[name] for name in kept}  # 2, 6
        self._remember(now, came=fleet.keys() - self._fleet.keys(), went=missing - kept)
        changed = fleet != self._fleet
        self._fleet = fleet
        return snapshot(fleet.values()) if changed else None

    def patience(self, now: float) -> float:
        """The seconds after which another answer is wanted, even if nothing happens."""
        if self._doubt is not None:
            return self._grace / CONFIRMATIONS
        held = [at + SETTLE_SECONDS - now for at in self._returned.values()]
        return min((seconds for seconds in held if seconds > 0), default=math.inf)

    def _is_doubting(self, now: float, missing: set[str]) -> bool:
        doubt = self._doubt
        if doubt is None:
            return False
        doubt.heard += 1
        confirmed = now - doubt.since >= self._grace and doubt.heard >= CONFIRMATIONS
        if confirmed or not missing:
            self._doubt = None
            return False
        return True

    def _is_settling(self, now: float, name: str) -> bool:
        return now - self._returned.get(name, -math.inf) < SETTLE_SECONDS

    def _remember(self, now: float, came: set[str], went: set[str]) -> None:
        for name in came:
            if self._left.pop(name, None) is not None:
                self._returned[name] = now
        for name in went:
            self._returned.pop(name, None)
            self._left[name] = now
        self._left = {i: at for i, at in self._left.items() if now - at < REMEMBER_SECONDS}
        self._returned = {i: at for i, at in self._returned.items() if now - at < SETTLE_SECONDS}


def onward(asked: int | None, told: int) -> int | None:
    """The index to ask a registry with next; None, from the start, where it went backwards.

    Indices only grow while a registry keeps its data; one that shrank, or is
    none at all, belongs to a registry that began anew.
    """
    if told < 1 or (asked is not None and told < asked):
        return None
    return told
