"""The numbers that decisions rest on.

Pure. Decides their defaults and what each means. Knows no setting's name and no
worker: `app.py` fills it from the settings, tests as they like.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits and rates; times in seconds."""

    queue_limit: int = 4096
    """Tickets that may wait at once; returned ones always may."""
    window_seconds: float = 0.3
    """Prefill work that a worker may have in hand and still be granted more. Less
    starves it between two grants, much more gives up the re-ordering."""
    greedy_factor: float = 4.0
    """Who has so many times the tokens in hand that other tenants have on the mean is greedy …"""
    greedy_window: float = 0.25
    """… and fills no more than this part of a window: the rest is for those who ask for less."""
    opening_first_tokens: int = 8
    """A worker that has not measured its own prefill rate has its whole window after so many
    first tokens, before that a part; the first ticket it gets in any case."""
    no_workers_seconds: float = 10.0
    """How long tickets wait for a worker that is not there, counted from when it left."""
    silent_seconds: float = 3.0
    """A worker whose reports stop for longer has stalled."""
    stall_seconds: float = 10.0
    """A worker whose steps stand still for longer, with work in hand, has stalled."""
    grace_seconds: float = 2.0
    """How long events and reports may disagree about a lease before the report is believed."""
    examine_seconds: float = 0.5
    """Workers are examined for silence this often."""
    answer_steps: float = 20.0
    """Decode steps that count in a pick beside the wait for the first token: a slow batch
    makes slow answers. Without, slow workers get too much; from 15 to 30 it is the same."""
    prefill_chunk_tokens: int = 128
    """Prompt tokens that a worker computes between two decode steps."""
    prefill_tokens_per_second: float = 1000.0
    """Assumed while no worker has measured its own."""
    bytes_per_token: float = 4.0
    """Assumed while no worker has measured its own."""
    patience: float = 10.0
    """A ticket lets shorter ones pass for this many times its own prefill …"""
    slack_share: float = 0.5
    """… but for no more than this part of the time until its deadline."""
    priority_seconds: float = 5.0
    """Head start of one priority over the next. Being bounded, it starves nobody."""
    tenants_remembered: int = 10_000
    """Tenants with nothing waiting whose counters are kept; the longest idle go first."""
    marks_remembered: int = 262_144
    """Beginnings of prompts that workers are known to hold, each counted once a worker; those
    not asked for longest go first. All together they take about 250 bytes each."""
    tenant_weights: Mapping[str, float] = field(default_factory=dict)
    """Tenants whose share is not 1: one of weight 2 is served twice as many tokens."""
