"""Which of several balancers to speak with.

Pure. Decides by what each says of itself: of those that say they are active the
one with the greatest term, for it became so last. Whoever was active before a
term that is known does not count, so that one that was stopped, and has not
noticed that another took over, is not listened to. Knows no connection.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What a balancer says of itself; `term` 0: there is no lock to be active by."""

    is_active: bool
    term: int


class Terms:
    """The balancers of one shard, by address.

    `memory`: seconds after its last word for which a term still outdates lesser
    ones. It ends, for a registry that has lost all it knew begins to count anew.
    """

    def __init__(self, memory: float) -> None:
        self._memory = memory
        self._claims: dict[str, Claim] = {}
        self._greatest = 0
        self._heard_at = -math.inf
        self.choice: str | None = None

    def told(self, address: str, claim: Claim, now: float) -> None:
        """A balancer has said what it is."""
        self._claims[address] = claim
        outdates = claim.term >= self._greatest or now - self._heard_at > self._memory
        if claim.is_active and outdates:
            self._greatest, self._heard_at = claim.term, now
        self._choose()

    def lost(self, address: str) -> None:
        """A balancer says nothing any more."""
        self._claims.pop(address, None)
        self._choose()

    def _choose(self) -> None:
        """The greatest term; among equals whom we speak with already, or who came first."""
        newest = [
            address
            for address, claim in self._claims.items()
            if claim.is_active and claim.term >= self._greatest
        ]
        if self.choice not in newest:
            self.choice = newest[0] if newest else None

    def __repr__(self) -> str:
        return (
            f"<Terms {self._greatest}, {len(self._claims)} known, {self.choice or 'none'} chosen>"
        )
