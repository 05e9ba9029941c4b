"""A balancer on a loopback port, in this process."""

from collections.abc import AsyncIterator

import pytest

from tests.rooms.loadbalancer.players import Stage, on_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A balancer with its defaults, alone at first."""
    async with on_stage() as stage:
        yield stage
