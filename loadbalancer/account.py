"""One worker's account: what it has declared, and what was granted since.

Pure. Decides how much of a worker is taken: its last report, plus the leases that
this report does not hold yet, less those that have ended since. Every lease's
part goes when the lease goes, and each report sets the sums anew, so nothing that
is lost, late, doubled or wrong outlives the next report. Knows neither queue nor
fleet.
"""

from dataclasses import dataclass

from loadbalancer.conduct import Conduct
from loadbalancer.loads import Health, Load, WorkerView
from loadbalancer.rates import ModelRates, WorkerRates
from loadbalancer.rules import Rules
from loadbalancer.tickets import Lease, Outcome

NO_LIMIT = 1 << 62
LONGEST_GAP = 5.0
"""Seconds for which a report speaks at most."""


@dataclass(slots=True)
class Holding:
    """A lease in force. `listed`: the last report holds it; `pending`: prompt left to compute.

    `predicted`: seconds until its first token by what the worker itself tells.
    """

    lease: Lease
    pending: float
    known_at: float
    predicted: float
    listed: bool = False
    began_at: float | None = None


class Account:
    """What a worker has declared and holds.

    `slots`, `kv` and `backlog` are what is taken now, as far as we know; `serves`
    is the model and revision last told, None before the first report, and `model`
    what is known of all workers that serve it. Of the
    `prompt_tokens` of all leases so far `cached_tokens` needed no computation.
    """

    def __init__(self, worker_id: str, address: str, row: int, now: float, rules: Rules) -> None:
        self.id = worker_id
        self.address = address
        self.row = row
        self.joined_at = now
        self.is_leaving = False
        self.epoch = 0
        self.serves: tuple[str, str] | None = None
        self.load: Load | None = None
        self.health = Health.CONNECTING
        self.heard_at = now
        self.holdings: dict[int, Holding] = {}
        self.slots = 0
        self.kv = 0.0
        self.backlog = 0.0
        self.rates = WorkerRates()
        self.conduct = Conduct()
        self.model = ModelRates(rules.prefill_tokens_per_second, rules.bytes_per_token)
        self.first_tokens = 0
        self.prompt_tokens = 0
        self.cached_tokens = 0
        self._moved_at = now
        self._has_refused = False
        self._ended: dict[int, tuple[float, int]] = {}
        self._rules = rules

    def __repr__(self) -> str:
        total = 0 if self.load is None else self.load.slots_total
        return (
            f"<{self.id} {self.health.name} {self.slots}/{total} slots"
            f" {len(self.holdings)} leases {self.kv:.0f} kv {self.backlog:.0f} to prefill>"
        )

    @property
    def booked_tokens(self) -> int:
        """Tokens booked for the leases in force."""
        return sum(holding.lease.booked_tokens for holding in self.holdings.values())

    @property
    def slots_free(self) -> int:
        """Sequences that it has room for."""
        return 0 if self.load is None else max(0, self.load.slots_total - self.slots)

    @property
    def kv_free(self) -> int:
        """Tokens that its cache has room for; 0 where it has told no limit, too."""
        return 0 if self.load is None else max(0, self.load.kv_tokens_total - round(self.kv))

    @property
    def context_tokens(self) -> int:
        """Its longest prompt and answer; as good as endless where it has told none."""
        return (self.load and self.load.context_tokens) or NO_LIMIT

    @property
    def prefill_rate(self) -> float:
        """Prompt tokens a second, as learnt; 0: nothing is known."""
        told = 0.0 if self.load is None else self.load.prefill_tokens_per_second
        return told / self.rates.prefill_factor(self.model)

    @property
    def decode_step(self) -> float:
        """Seconds of a decode step, as learnt; 0: nothing is known."""
        told = 0.0 if self.load is None else self.load.decode_step_seconds
        return told * self.rates.decode_factor(self.model)

    def view(self, now: float) -> WorkerView:
        """What an onlooker is told."""
        age = 0.0 if self.load is None else now - self.heard_at
        return WorkerView(
            worker_id=self.id,
            address=self.address,
            health=self.health,
            load=self.load,
            report_age_seconds=age,
            leases=len(self.holdings),
            booked_tokens=self.booked_tokens,
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached_tokens,
            prefill_tokens_per_second=self.prefill_rate,
            decode_step_seconds=self.decode_step,
        )

    @property
    def has_room(self) -> bool:
        """Whether one more sequence may come, by health, slots, its own word and its conduct."""
        load, conduct = self.load, self.conduct
        if load is None or self.slots >= load.slots_total or self._has_refused:
            return False
        is_trusted = not conduct.is_paused and conduct.trial not in self.holdings
        return is_trusted and self.health is Health.READY

    def health_now(self, now: float) -> Health:
        """Whether it should get grants, and if not why."""
        if self.load is None:
            return Health.CONNECTING
        if now - self.heard_at > self._rules.silent_seconds:
            return Health.STALLED
        if now - self._moved_at > self._rules.stall_seconds:
            return Health.STALLED
        if self.is_leaving or self.load.draining:
            return Health.DRAINING
        return Health.READY

    def granted(self, lease: Lease, predicted: float = 0.0) -> None:
        """A lease is in force from now on; so many seconds were predicted to its first token."""
        tokens = lease.prefill_tokens
        # Held against what the worker tells, or what was learnt would unlearn itself.
        predicted /= self.rates.prefill_factor(self.model)
        self.holdings[lease.id] = Holding(lease, float(tokens), lease.granted_at, predicted)
        self.conduct.granted(lease.id)
        self.slots += 1
        self.kv += lease.booked_tokens
        self.backlog += tokens

    def first_token(self, lease_id: int, now: float) -> bool:
        """The lease's prompt is computed; whether that is news."""
        holding = self.holdings[lease_id]
        is_news = holding.began_at is None
        if is_news:
            holding.began_at = now
            self.first_tokens += 1
            self.conduct.began(lease_id)
            if holding.predicted > 0:
                seen = now - holding.lease.granted_at
                self.rates.first_token(holding.predicted, seen, self.model)
        self._computed(holding)
        return is_news

    def _computed(self, holding: Holding) -> None:
        self.backlog = max(0.0, self.backlog - holding.pending)
        holding.pending = 0.0

    def ended(self, lease_id: int, outcome: Outcome, now: float, tokens: int = 0) -> Lease:
        """The lease is in force no more; it brought so many tokens.

        Where the worker ended it, its room is free at once. Where the caller
        left, the worker may not have noticed: what its last report holds stays
        taken until a report says otherwise. Where the worker refused it, it
        knows better than we do: it gets nothing more until it has reported.
        """
        self._has_refused |= outcome is Outcome.REFUSED
        holding = self.holdings.pop(lease_id)
        self.conduct.ended(outcome, has_begun=holding.began_at is not None)
        self._computed(holding)
        if outcome is Outcome.COMPLETED and holding.began_at is not None and self.load:
            predicted = self.load.decode_step_seconds * (tokens - 1)
            if predicted > 0:
                self.rates.ended(predicted, now - holding.began_at, self.model)
        # What reports count of it: never more than it came to in the end.
        held = min(holding.lease.booked_tokens, holding.lease.ticket.prompt_tokens + tokens)
        if outcome is not Outcome.ABANDONED:
            # Listed or not: a report made before its end may still be on its way.
            self._ended[lease_id] = (now, held)
        elif holding.listed:
            return holding.lease
        self.slots -= 1
        taken = held if holding.listed else holding.lease.booked_tokens
        self.kv = max(0.0, self.kv - taken)
        return holding.lease

    def cleared(self) -> list[Lease]:
        """All leases end with the worker's word; what its last report holds stays taken."""
        leases = [holding.lease for holding in self.holdings.values()]
        for lease in leases:
            self.ended(lease.id, Outcome.ABANDONED, lease.granted_at)
        return leases

    def lost(self) -> list[Lease]:
        """Its stream of reports broke: nothing that it declared is known to hold."""
        leases = self.cleared()
        self.load = None
        self.first_tokens = 0
        self._ended.clear()
        self.slots, self.kv, self.backlog = 0, 0.0, 0.0
        return leases

    def excuse(self, seconds: float) -> None:
        """We were not there to listen: its silence meanwhile says nothing."""
        self.heard_at += seconds
        self._moved_at += seconds

    def is_news(self, load: Load) -> bool:
        """Whether a report is of this or a later incarnation, and not a late or doubled one.

        The first of a stream is, whatever its epoch: a worker whose clock was set back
        begins anew with a lesser one, and of the former one there is nothing in force.
        """
        if self.load is None:
            return True
        if load.epoch != self.epoch:
            return load.epoch >= self.epoch
        return load.sequence > self.load.sequence

    def reported(self, load: Load, now: float) -> list[Lease]:
        """A report of this incarnation came; returns the leases that it proves to be over.

        A lease is over where the reports have not held it for the grace: its end
        or its start was lost. Those unknown to us count as the worker says.
        """
        before, self.load = self.load, load
        if before is not None and load.step_count != before.step_count:
            seconds = min(now - self.heard_at, LONGEST_GAP)
            self.rates.stepped(load.slots_used, load.decode_step_seconds, seconds, self.model)
        self.serves = (load.model, load.model_revision)
        self.heard_at = now
        self.rates.passed(now)
        self._has_refused = False
        if before is None or load.step_count != before.step_count or load.slots_used == 0:
            self._moved_at = now
        listed = set(load.lease_ids)
        over = self._compare(listed, now)
        self._sum_up(load, listed, now)
        return over

    def _compare(self, listed: set[int], now: float) -> list[Lease]:
        """See which leases the report holds; take out those that are over."""
        over = []
        for lease_id, holding in list(self.holdings.items()):
            holding.listed = lease_id in listed
            if holding.listed:
                holding.known_at = now
            elif now - holding.known_at > self._rules.grace_seconds:
                over.append(self.holdings.pop(lease_id).lease)
        return over

    def _sum_up(self, load: Load, listed: set[int], now: float) -> None:
        """Set the sums anew: what the report says, corrected by what we know better."""
        grace = self._rules.grace_seconds
        self._ended = {i: e for i, e in self._ended.items() if now - e[0] <= grace}
        over = [self._ended[i][1] for i in listed if i in self._ended]
        since = [h for h in self.holdings.values() if not h.listed]
        held = [h for h in self.holdings.values() if h.listed]
        self.slots = max(load.slots_used, len(listed)) - len(over) + len(since)
        self.kv = max(0, load.kv_tokens_used - sum(over))
        self.kv += sum(h.lease.booked_tokens for h in since)
        # The backlog is one number for all: shared among the leases that it may be of.
        waiting = sum(h.lease.prefill_tokens for h in held if h.pending)
        part = min(1.0, load.prefill_backlog_tokens / waiting) if waiting else 0.0
        for holding in held:
            holding.pending = min(holding.pending, holding.lease.prefill_tokens * part)
        # Only sequences unknown to us bring a backlog of their own: one that exceeds what
        # we know of tells of prompts computed since, for a report is old when it comes.
        strangers = load.slots_used - len(held) - len(over)
        foreign = max(0, load.prefill_backlog_tokens - waiting) if strangers > 0 else 0
        self.backlog = foreign + sum(h.pending for h in self.holdings.values())
