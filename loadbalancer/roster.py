"""Who is in the fleet, and who may serve what.

Pure. Decides each worker's health, which workers a lane's tickets may go to, and
how long a lane that nobody serves may hope; keeps the policy's columns in step
with the accounts. Knows no lease and no queue.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from loadbalancer.account import NO_LIMIT, Account
from loadbalancer.loads import Health, Load, WorkerView
from loadbalancer.policy import Columns, Floats
from loadbalancer.prediction import entry
from loadbalancer.rates import ModelRates
from loadbalancer.rules import Rules
from loadbalancer.tickets import Lane, Ticket

LANES_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Servers:
    """The workers that may serve a lane, with room or not.

    `penalty` is what `policy.pick` wants; contexts are tokens. Where the count is
    0, `hope_ends` tells until when a ticket may wait for a worker to come.
    """

    penalty: Floats
    least_context: int
    greatest_context: int
    count: int
    hope_ends: float

    def booked(self, ticket: Ticket) -> int:
        """Prompt and longest answer: never more than a context holds."""
        return min(ticket.prompt_tokens + ticket.max_tokens, self.greatest_context)


class Roster:
    """All workers that discovery lists or whose streams live."""

    def __init__(self, rules: Rules, now: float) -> None:
        self.columns = Columns()
        self.ready = 0
        self.version = 0
        self._rules = rules
        self._accounts: dict[str, Account] = {}
        self._by_row: dict[int, Account] = {}
        self._servers: dict[Lane, Servers] = {}
        self._models: set[str] = set()
        self._rates: dict[str, ModelRates] = {}
        self._served_until: dict[tuple[str, str], float] = {}
        self._any_until = now
        self._changed: dict[int, Account] = {}

    def __len__(self) -> int:
        """Workers, whatever their health."""
        return len(self._accounts)

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def __repr__(self) -> str:
        return f"<Roster {' '.join(repr(self._accounts[key]) for key in sorted(self._accounts))}>"

    @property
    def paused(self) -> int:
        """Workers that get nothing because they failed what they got."""
        return sum(account.conduct.is_paused for account in self)

    def get(self, worker_id: str) -> Account | None:
        """The account of a worker."""
        return self._accounts.get(worker_id)

    def at(self, row: int) -> Account:
        """The account in a row of the columns."""
        return self._by_row[row]

    def admit(self, worker_id: str, address: str, now: float) -> Account:
        """The account of a worker that discovery lists, a new one at need."""
        account = self._accounts.get(worker_id)
        if account is None:
            row = self.columns.take_row()
            account = Account(worker_id, address, row, now, self._rules)
            self._accounts[worker_id] = self._by_row[row] = account
            self._fleet_changed()
        account.address = address
        account.is_leaving = False
        return account

    def dismiss(self, worker_id: str) -> None:
        """A worker is looked for no more."""
        account = self._accounts.pop(worker_id)
        del self._by_row[account.row]
        self._changed.pop(account.row, None)
        self.columns.free_row(account.row)
        self._fleet_changed()

    def settle(self, account: Account, now: float) -> None:
        """See how a worker fares now; what follows from a change of that."""
        account.conduct.passed(now)
        before, account.health = account.health, account.health_now(now)
        if before is not account.health:
            if before is Health.READY and account.serves is not None:
                self._served_until[account.serves] = now
            self.reckon(now)
        self.changed(account)

    def set_aside(self, account: Account, now: float) -> None:
        """A worker fails what it gets: it gets nothing for a while.

        But never more than half of those that serve the same: where most fail, it is
        not their doing, and to hold back the rest would only make requests wait.
        """
        alike = [a for a in self if a.health is Health.READY and a.serves == account.serves]
        paused = sum(a.conduct.is_paused for a in alike)
        if 2 * (paused + 1) > len(alike):
            account.conduct.excuse()
        else:
            account.conduct.pause(now)

    def reckon(self, now: float) -> None:
        """Who serves what has changed."""
        ready = [a.serves[0] for a in self if a.serves and a.health is Health.READY]
        if self.ready:
            self._any_until = now
        self.ready = len(ready)
        self._models = set(ready)
        self._fleet_changed()

    def changed(self, account: Account) -> None:
        """Something happened to a worker that the policy has not been told of."""
        self._changed[account.row] = account

    def post(self) -> None:
        """Tell the policy what is true now of the workers that have changed.

        Once before the picks of a step, for the events of one message are often many
        and of few workers.
        """
        while self._changed:
            row, account = self._changed.popitem()
            self.columns.put(row, entry(account, self._rules))

    def servers(self, lane: Lane) -> Servers:
        """The workers that may serve a lane; those that get no grants are not among them."""
        servers = self._servers.get(lane)
        if servers is None:
            if len(self._servers) >= LANES_REMEMBERED:
                self._servers.clear()
            servers = self._servers[lane] = self._find_servers(lane)
        return servers

    def incarnations(self, worker_ids: tuple[str, ...]) -> frozenset[tuple[str, int]]:
        """Whom these names mean now: a worker that starts anew is another."""
        known = (self._accounts.get(worker_id) for worker_id in worker_ids)
        return frozenset((account.id, account.epoch) for account in known if account)

    def rates(self, model: str) -> ModelRates:
        """How fast a model's workers are, as a mean; no name means the only model."""
        name = next(iter(self._models)) if not model and len(self._models) == 1 else model
        known = self._rates.get(name)
        if known is None:
            rules = self._rules
            known = ModelRates(rules.prefill_tokens_per_second, rules.bytes_per_token)
        return known

    def learn(self, account: Account, load: Load) -> None:
        """A worker has told its rates: they count towards its model's."""
        account.model = self._rates.setdefault(load.model, self.rates(load.model))
        account.model.reported(
            load.prefill_tokens_per_second, load.decode_step_seconds, load.bytes_per_token
        )

    def forget_models(self, now: float) -> None:
        """Models that nobody has served for longer than a ticket hopes are unknown again."""
        kept = now - self._rules.no_workers_seconds
        self._served_until = {p: t for p, t in self._served_until.items() if t >= kept}
        served = {model for model, _ in self._served_until}
        served.update(account.serves[0] for account in self if account.serves)
        self._rates = {model: r for model, r in self._rates.items() if model in served}

    def views(self, now: float) -> tuple[WorkerView, ...]:
        """All workers as an onlooker sees them, sorted by id."""
        return tuple(self._accounts[key].view(now) for key in sorted(self._accounts))

    def _fleet_changed(self) -> None:
        self._servers.clear()
        self.version += 1

    def _find_servers(self, lane: Lane) -> Servers:
        penalty = np.full(self.columns.reach, np.inf)
        contexts = []
        for account in self:
            if self._may_serve(account, lane):
                penalty[account.row] = 0.0
                contexts.append(account.context_tokens)
        return Servers(
            penalty=penalty,
            least_context=min(contexts, default=NO_LIMIT),
            greatest_context=max(contexts, default=NO_LIMIT),
            count=len(contexts),
            hope_ends=self._hope_ends(lane),
        )

    def _hope_ends(self, lane: Lane) -> float:
        """For so long after its last worker left, or one joined that has not told what it serves.

        Where no worker is ready at all, for so long after the last one was.
        """
        since = [t for pair, t in self._served_until.items() if _matches(lane, *pair)]
        since += [account.joined_at for account in self if account.serves is None]
        if not self.ready:
            since.append(self._any_until)
        return max(since, default=-math.inf) + self._rules.no_workers_seconds

    def _may_serve(self, account: Account, lane: Lane) -> bool:
        if account.health is not Health.READY or not account.serves or not account.load:
            return False
        if not lane.model and len(self._models) != 1:
            return False
        return (
            _matches(lane, *account.serves)
            and (account.id, account.epoch) not in lane.excluded
            and account.context_tokens >= lane.context_tokens
        )


def _matches(lane: Lane, model: str, revision: str) -> bool:
    """Whether this is what the lane asks for."""
    return lane.model in ("", model) and lane.revision in ("", revision)
