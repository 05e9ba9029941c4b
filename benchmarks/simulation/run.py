"""One run: a scenario, a policy by name, a seed.

Pure. Names the policies that are compared.
"""

import math
from collections.abc import Callable

from benchmarks.simulation.oracle import Oracle
from benchmarks.simulation.our_desk import OurDesk
from benchmarks.simulation.policy import Policy
from benchmarks.simulation.rivals import (
    Chance,
    ClientWeighted,
    LeastPrefill,
    LeastRequest,
    LeastTokens,
    PowerOfTwo,
    RoundRobin,
)
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.scores import Scores, score
from benchmarks.simulation.shards import Shards
from benchmarks.simulation.world import Fleet, Reports, World

RIVALS: dict[str, Callable[[Fleet, int], Policy]] = {
    "round robin": lambda fleet, seed: RoundRobin(len(fleet.speeds), seed),
    "random": lambda fleet, seed: Chance(len(fleet.speeds), seed),
    "client WRR": lambda fleet, seed: ClientWeighted(len(fleet.speeds), seed, fleet.pace.kv_tokens),
    "power of two": lambda fleet, seed: PowerOfTwo(len(fleet.speeds), seed),
    "least request": lambda fleet, seed: LeastRequest(len(fleet.speeds), seed),
    "least tokens": lambda fleet, seed: LeastTokens(len(fleet.speeds), seed),
    "least prefill": lambda fleet, seed: LeastPrefill(len(fleet.speeds), seed),
}
OURS = "evenflow"
SHARDS = "evenflow in 4 shards"
ORACLE = "oracle"
NO_REPORTS = Reports(every=math.inf)
NAMES = (*RIVALS, OURS, ORACLE)
BLIND = frozenset(RIVALS) - {"client WRR"} | {ORACLE}
"""Policies that hear no reports: their figures do not depend on the reports' age."""
SHARD_COUNT = 4


def run(scenario: Scenario, name: str, seed: int) -> Scores:
    """Simulate."""
    fleet, requests = scenario.build(seed)
    if name == ORACLE:
        world = World(fleet, NO_REPORTS, seed, hop=0.0, tick=0.02)
        policy: Policy = Oracle(world.engines)
    else:
        world = World(fleet, NO_REPORTS if name in BLIND else scenario.reports, seed)
        policy = RIVALS[name](fleet, seed) if name in RIVALS else _ours(fleet, seed, name)
    return score(world.run(policy, requests), fleet, *scenario.span)


def _ours(fleet: Fleet, seed: int, name: str) -> Policy:
    if name == SHARDS:
        return Shards(SHARD_COUNT, len(fleet.speeds), fleet.pace, seed)
    return OurDesk(len(fleet.speeds), fleet.pace, seed)
