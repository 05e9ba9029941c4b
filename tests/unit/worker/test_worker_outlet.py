"""What a reader that is slow gets of what waits for it."""

import asyncio

from services.runtime.text import Text
from services.worker.engines.engine import Began, Ended, Event, Piece, Reason
from services.worker.engines.outlet import Outlet

BEGAN = Began(3, 0)
ENDED = Ended(Reason.STOP, 3, 2, 0, 0.0, 0.0, 0.0)


async def taken(*events: Event) -> list[Event]:
    outlet = Outlet()
    outlet.put(events)
    found = [await outlet.take()]
    while found[-1] is not ENDED:
        found.append(await outlet.take())
    return found


def test_pieces_that_wait_are_taken_as_one() -> None:
    one, two = Piece(Text("a"), (1,), 0), Piece(Text("b"), (2,), 1)
    found = asyncio.run(taken(BEGAN, one, two, ENDED))
    assert found == [BEGAN, Piece(Text("ab"), (1, 2), 0), ENDED]


def test_text_behind_the_last_token_stays_apart() -> None:
    """It comes again from who goes on behind that token: a gateway must know it from the rest."""
    one, two = Piece(Text("a"), (1,), 0), Piece(Text("b"), (2,), 1)
    tail = Piece(Text("c"), (), 2)
    found = asyncio.run(taken(BEGAN, one, two, tail, ENDED))
    assert found == [BEGAN, Piece(Text("ab"), (1, 2), 0), tail, ENDED]
