"""What a planner remembers of the fleet."""

import random

import grpc

from gateway.counting import Counting
from gateway.fleet import Fleet, WorkerView
from gateway.planning import Planner
from gateway.relay.channels import Channels


async def test_room_is_looked_for_once_a_snapshot_and_kept_only_where_a_model_is_served():
    fleet = Fleet((WorkerView("w", "w:1", True, "small", "1", 2048, 4),))
    async with Channels(grpc.aio.insecure_channel, lambda: 0, patience=1.0, idle=1.0) as channels:
        planner = Planner(lambda: fleet, Counting(lambda: fleet, channels, random.Random(1)))
        assert planner.room_for("small") is planner.room_for("small")
        assert planner.room_for("other") == planner.room_for("other")
        assert planner.room_for("other") is not planner.room_for("other"), (
            "callers name what they like"
        )
        assert planner.room_for("small").slots == 4
        fleet = Fleet((WorkerView("w", "w:1", True, "small", "1", 2048, 7),))
        assert planner.room_for("small").slots == 7
