"""A lease: what a request holds while a worker runs it.

Decides how a lease that is taken back reaches what runs under it. Knows neither
who granted it nor who is told of it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from gateway.tickets import Grant, Outcome


class Lease:
    """A worker, granted. Ends once; leaving `Dispatch.lease` ends it as abandoned."""

    def __init__(
        self,
        grant: Grant,
        on_first_token: Callable[[Grant, int, int], None],
        on_end: Callable[[Grant, Outcome, int], None],
    ) -> None:
        self.grant = grant
        self.is_revoked = False
        self._on_first_token = on_first_token
        self._on_end = on_end
        self._scope: asyncio.Timeout | None = None

    def first_token(self, prompt_tokens: int, cached_tokens: int) -> None:
        """Tell that the worker has sent its first token, and what the prompt cost."""
        self._on_first_token(self.grant, prompt_tokens, cached_tokens)

    def end(self, outcome: Outcome, tokens: int) -> None:
        """Tell how it ended."""
        self._on_end(self.grant, outcome, tokens)

    def revoke(self) -> None:
        """Take it back: what runs under it is cancelled."""
        self.is_revoked = True
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def until_revoked(self) -> AsyncIterator[None]:
        """Cancel the block when the lease is revoked; TimeoutError comes out of it."""
        async with asyncio.timeout(None) as self._scope:
            try:
                if self.is_revoked:
                    self.revoke()
                yield
            finally:
                self._scope = None

    def __repr__(self) -> str:
        return f"<Lease {self.grant.lease_id} on {self.grant.worker_id}>"
