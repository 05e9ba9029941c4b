"""What a worker's account comes to for the next ticket.

Pure. Decides the numbers that the policy compares: how long the work in hand takes,
what a prompt token costs beside the running batch, and whether the window has room.
Who has not measured its own rate yet is not trusted with a whole window: it begins
with one ticket, and each first token that comes opens the window further. Changes
nothing; knows one worker and no ticket.
"""

import math

from loadbalancer.account import Account
from loadbalancer.loads import Load
from loadbalancer.policy import Entry
from loadbalancer.rules import Rules

NOWHERE = Entry()


def entry(account: Account, rules: Rules) -> Entry:
    """What the policy shall know of a worker."""
    load = account.load
    if load is None or not account.has_room:
        return NOWHERE
    slots, backlog, model = account.slots, account.backlog, account.model
    rate = load.prefill_tokens_per_second or model.prefill_tokens_per_second
    factor = account.rates.prefill_factor(model)
    # One that has decoded nothing yet must not draw everything to it, nor away from it.
    decode = load.decode_step_seconds or model.decode_step_seconds
    # What was granted and has ended since the report changed the batch whose step it tells.
    step = decode * model.growth.factor(load.slots_used, slots)
    per_token, kv_free, in_hand = 1 / rate, math.inf, 0.0
    if slots:
        per_token += step / rules.prefill_chunk_tokens
        if load.kv_tokens_total > 0:
            kv_free = load.kv_tokens_total - account.kv
        trust = _trust(account, load, rules)
        in_hand = backlog / (rate / factor * rules.window_seconds * trust)
        if trust < 1 and in_hand >= 1:
            in_hand = math.inf  # a rate that is only assumed promises nobody a time
    ahead = factor * (backlog * per_token + step)
    answer = account.rates.decode_factor(model) * step * rules.answer_steps
    fill = slots / load.slots_total
    return Entry(ahead, factor * per_token, kv_free, fill, answer, in_hand)


def _trust(account: Account, load: Load, rules: Rules) -> float:
    """The part of the window that a worker is given."""
    if load.prefill_tokens_per_second > 0:
        return 1.0
    return min(1.0, (1 + account.first_tokens) / rules.opening_first_tokens)
