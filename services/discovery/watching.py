"""The loop behind every registry that is asked: ask, believe, tell, wait.

Decides when the registry is asked again and what is logged about it: one line
when an outage begins, one when it ends. What is believed is `believing.py`'s
matter; how a registry is asked, its own file's.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import structlog

from services.discovery.believing import Believing
from services.discovery.endpoint import Endpoint
from services.discovery.errors import RegistryFault
from services.discovery.outage import Outage, Random

log = structlog.get_logger(__name__)

# A registry that changes all the time, or whose blocking query does not block,
# is asked ten times a second at most. Counted from question to question, so a
# change after a quiet time is still seen at once.
LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a registry said when it was asked for a service."""

    endpoints: tuple[Endpoint, ...]
    began_anew: bool = False
    """The registry lost its place since the last answer, so absences are in doubt."""
    fresh_seconds: float = 0.0
    """The time for which asking again would bring the same."""


Ask = Callable[[float], Awaitable[Answer]]
"""Ask once; may wait for a change for as long as the patience given, in seconds.

Raises:
    RegistryFault: no usable answer.
"""


class Trouble:
    """The outage of one registry, told to the log."""

    def __init__(self, service: str, registry: str, rng: Random) -> None:
        self._outage = Outage(rng)
        self._log = log.bind(service=service, kind=registry)

    def failed(self, fault: RegistryFault) -> float:
        """Tell the fault if it is news; the seconds to wait before trying again."""
        delay = self._outage.failed(asyncio.get_running_loop().time())
        if self._outage.is_news(type(fault).__name__):
            self._log.warning("registry failed, last known state stands", reason=str(fault))
        return delay

    def ended(self) -> None:
        """Tell of the recovery, if there was an outage."""
        seconds = self._outage.ended(asyncio.get_running_loop().time())
        if seconds is not None:
            self._log.info("registry recovered", seconds=round(seconds, 3))


async def fleets(
    ask: Ask, believing: Believing, trouble: Trouble
) -> AsyncGenerator[tuple[Endpoint, ...], None]:
    """Yield the believed fleet whenever it changes, for ever."""
    clock = asyncio.get_running_loop().time
    while True:
        asked = clock()
        try:
            answer = await ask(believing.patience(asked))
        except RegistryFault as fault:
            believing.doubted(clock())
            await asyncio.sleep(trouble.failed(fault))
            continue
        trouble.ended()
        now = clock()
        if answer.began_anew:
            believing.doubted(now)
        fleet = believing.answered(now, answer.endpoints)
        if fleet is not None:
            yield fleet
        rest = max(answer.fresh_seconds, asked + LEAST_SECONDS - clock())
        await asyncio.sleep(min(rest, max(LEAST_SECONDS, believing.patience(clock()))))
