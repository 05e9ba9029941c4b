"""How fast workers are: what they say, corrected by how long their answers took.

Pure. Decides the rates that predictions rest on. A worker measures itself; but
what it tells may be old, or wrong. So every prediction is held against what then
happened, and a worker whose first tokens come later than was predicted, by more
than those of its model's other workers do, is taken to be that much slower than it
says; likewise its steps. What all are late by is nobody's fault: the way there, or
the prediction's own. What was learnt fades, so that a worker that gets nothing for
being slow is tried again. Knows neither tickets nor queue.
"""

import math
from dataclasses import dataclass, field

KEPT = 0.9
"""Part of what was learnt that one more comparison leaves: about the last ten count."""
PRIOR_SECONDS = 1.0
"""So much time in which all went as predicted is taken as seen: one short wait proves little."""
PRIOR_PART = PRIOR_SECONDS * (1 - KEPT)
"""The part of it that one comparison has in a worker's sums."""
RISE = 0.02
"""Part by which one comparison above a baseline raises it, the first ones by more; one below
lowers it by twice that."""
HALF_LIFE = 20.0
"""Seconds after which a comparison counts half, where none follows it."""
ALLOWED_SECONDS = 0.05
"""Lateness that says nothing: messages take their time, and are told together."""
TOLERATED, MOST_FACTOR = 1.5, 16.0
"""What is within half as much again is noise. Were it followed, equal workers would be given
unequal parts, for who gets more is late by less in proportion."""
LEARNING = 0.1
"""Part of a mean that each report sets anew."""
LEAST_BYTES, MOST_BYTES = 0.01, 100.0
"""Mean bytes of a token that can be: little where templates are most of a prompt. Others teach
nothing: a mean that one worker spoils would misjudge every prompt."""
MOST_GROWTH = 0.9
"""Part of a mean step that its sequences may take: no batch makes steps of no length."""
PRIOR_SQUARES, GROWTH_HALF_LIFE, MEANS_SECONDS = 50.0, 600.0, 20.0
"""Squares of a batch's changes (by seconds) taken as seen without effect; worker seconds after
which others count half; seconds over which a worker's means are taken."""


class Lateness:
    """Times predicted and seen, as decaying sums. `factor`: how many times as long it took."""

    def __init__(self) -> None:
        self._predicted = self._seen = PRIOR_SECONDS
        self.factor = 1.0

    def compared(self, predicted: float, seen: float) -> None:
        """One more prediction has come to its end, so late."""
        self._predicted = PRIOR_PART + self._predicted * KEPT + predicted
        self._seen = PRIOR_PART + self._seen * KEPT + seen
        self.factor = self._seen / self._predicted

    def fade(self, seconds: float) -> None:
        """Time has passed without anything to compare."""
        left = 0.5 ** (seconds / HALF_LIFE)
        self._predicted = PRIOR_SECONDS + (self._predicted - PRIOR_SECONDS) * left
        self._seen = PRIOR_SECONDS + (self._seen - PRIOR_SECONDS) * left
        self.factor = self._seen / self._predicted


class Baseline:
    """What a third of a model's comparisons stay below: the lateness that is nobody's fault.

    No mean: a few that are slow, or half of two, would pass for the rule.
    """

    def __init__(self) -> None:
        self.factor = 1.0
        self._comparisons = 0

    def compared(self, predicted: float, seen: float) -> None:
        """One more prediction has come to its end, anywhere."""
        self._comparisons += 1
        rise = 1 + max(RISE, 1 / (self._comparisons + 1))
        factor = (seen + PRIOR_PART) / (predicted + PRIOR_PART)
        self.factor *= rise if factor > self.factor else rise**-2
        self.factor = max(1.0, self.factor)


class Growth:
    """How much longer a step takes with each sequence more, as a part of a mean one.

    Learnt from how each worker's steps and batches went up and down together, so that
    a slow worker is held against itself alone.
    """

    def __init__(self) -> None:
        self._seconds = self._slots = self._together = 0.0
        self._squares = PRIOR_SQUARES
        self._mean = self._slope = 0.0

    def seen(self, slots: float, by_slots: float, by_step: float, seconds: float) -> None:
        """For so long a worker had `slots` on the mean, and differed from its means by these."""
        kept = 0.5 ** (seconds / GROWTH_HALF_LIFE)
        self._seconds = self._seconds * kept + seconds
        self._slots = self._slots * kept + slots * seconds
        self._together = self._together * kept + by_slots * by_step * seconds
        self._squares = self._squares * kept + by_slots * by_slots * seconds
        if self._slots:
            self._mean = self._slots / self._seconds
            slope = max(0.0, self._together / (self._squares + PRIOR_SQUARES))
            self._slope = min(slope, MOST_GROWTH / self._mean)

    def factor(self, before: int, after: int) -> float:
        """How many times as long a step takes when a batch of `before` has become `after`."""
        mean, slope = self._mean, self._slope
        return (1 + slope * (max(0, after) - mean)) / (1 + slope * (max(0, before) - mean))


@dataclass(slots=True)
class ModelRates:
    """What all workers of a model have in common; means of what they report."""

    prefill_tokens_per_second: float
    bytes_per_token: float
    decode_step_seconds: float = 0.0
    prefill: Baseline = field(default_factory=Baseline)
    decode: Baseline = field(default_factory=Baseline)
    growth: Growth = field(default_factory=Growth)

    def reported(
        self, prefill_tokens_per_second: float, decode_step_seconds: float, bytes_per_token: float
    ) -> None:
        """One of them has told its own; 0: not known."""
        if prefill_tokens_per_second > 0:
            change = prefill_tokens_per_second - self.prefill_tokens_per_second
            self.prefill_tokens_per_second += LEARNING * change
        if decode_step_seconds > 0:
            before = self.decode_step_seconds or decode_step_seconds
            self.decode_step_seconds = before + LEARNING * (decode_step_seconds - before)
        if LEAST_BYTES <= bytes_per_token <= MOST_BYTES:
            self.bytes_per_token += LEARNING * (bytes_per_token - self.bytes_per_token)


class WorkerRates:
    """How one worker compares with what was predicted of it."""

    def __init__(self) -> None:
        self._prefill = Lateness()
        self._decode = Lateness()
        self._faded_at = 0.0
        self._slots = self._step = 0.0

    def first_token(self, predicted: float, seen: float, model: ModelRates) -> None:
        """A first token came `seen` seconds after the grant."""
        seen = _late(predicted, seen)
        self._prefill.compared(predicted, seen)
        model.prefill.compared(predicted, seen)

    def ended(self, predicted: float, seen: float, model: ModelRates) -> None:
        """The rest of an answer took `seen` seconds."""
        seen = _late(predicted, seen)
        self._decode.compared(predicted, seen)
        model.decode.compared(predicted, seen)

    def stepped(self, slots: int, step: float, seconds: float, model: ModelRates) -> None:
        """For so long, since its last report, it has run steps; now it has so many sequences."""
        if not slots or step <= 0:
            return
        if not self._step:
            self._slots, self._step = slots, step
        by_slots, by_step = slots - self._slots, step / self._step - 1
        model.growth.seen(self._slots, by_slots, by_step, seconds)
        part = 1 - math.exp(-seconds / MEANS_SECONDS)
        self._slots += part * by_slots
        self._step += part * (step - self._step)

    def passed(self, now: float) -> None:
        """Time went on."""
        seconds, self._faded_at = now - self._faded_at, now
        self._prefill.fade(seconds)
        self._decode.fade(seconds)

    def prefill_factor(self, model: ModelRates) -> float:
        """How many times as long as it says its prefill takes."""
        return _within(self._prefill.factor / model.prefill.factor)

    def decode_factor(self, model: ModelRates) -> float:
        """How many times as long as it says its steps take."""
        return _within(self._decode.factor / model.decode.factor)


def _late(predicted: float, seen: float) -> float:
    """How long it took, but for what may pass unnoticed."""
    return predicted + max(0.0, seen - predicted - ALLOWED_SECONDS)


def _within(factor: float) -> float:
    return 1.0 if factor <= TOLERATED else min(MOST_FACTOR, factor / TOLERATED)
