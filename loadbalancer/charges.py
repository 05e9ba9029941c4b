"""What a lease costs its tenant, and when.

Pure. Decides the tokens that a tenant's counter is charged: the prompt, less what
its worker held of it, and the answer. An answer is charged before it is known,
as long as this tenant's answers mostly are, so that who asks for long ones pays
while they run and not when they are over; the bill is corrected when the worker
has counted the prompt, and when the answer has ended. A lease that got no answer
costs nothing. Knows neither queue nor worker.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from loadbalancer.rules import Rules
from loadbalancer.tickets import Ended, FirstTokenSent, Lease, Outcome, Ticket

LEARNING = 0.1
"""Part of a mean that each answer sets anew."""
UNKNOWN_ANSWER = 100.0
"""Tokens of an answer, assumed while none has ended."""


@dataclass(slots=True)
class _Bill:
    """What a lease was charged for so far; `in_hand`: the tokens that it was expected to take."""

    tenant: str
    prompt: int
    answer: int
    in_hand: int


class Charges:
    """Bills of the leases in force. `charge` takes a tenant and tokens, negative ones too."""

    def __init__(self, rules: Rules, charge: Callable[[str, int], None]) -> None:
        self._rules = rules
        self._in_hand: dict[str, int] = {}
        self._all_in_hand = 0
        self._charge = charge
        self._bills: dict[int, _Bill] = {}
        self._answers: OrderedDict[str, float] = OrderedDict()  # mean tokens, by tenant
        self._answer = UNKNOWN_ANSWER

    def __repr__(self) -> str:
        told = (f"{i}:{bill.prompt}+{bill.answer}" for i, bill in sorted(self._bills.items()))
        return f"<Charges {' '.join(told) or 'none'}>"

    @property
    def leases(self) -> Collection[int]:
        """Leases that have a bill."""
        return self._bills.keys()

    def granted(self, lease: Lease) -> None:
        """A lease is in force: its tenant pays for what it is expected to take."""
        prompt, answer = lease.prefill_tokens, self._expected(lease.ticket)
        bill = _Bill(lease.ticket.tenant, prompt, answer, prompt + answer)
        self._bills[lease.id] = bill
        self._charge(bill.tenant, bill.in_hand)
        self._in_hand[bill.tenant] = self._in_hand.get(bill.tenant, 0) + bill.in_hand
        self._all_in_hand += bill.in_hand

    def first_token(self, event: FirstTokenSent) -> None:
        """The worker has counted the prompt, and what it held of it."""
        bill = self._bills.get(event.lease_id)
        if bill is not None and event.prompt_tokens:
            self._correct(bill, max(0, event.prompt_tokens - event.cached_tokens), bill.answer)

    def ended(self, event: Ended) -> None:
        """A lease has ended: its tenant pays for the answer, or for nothing if it got none."""
        bill = self._settled(event.lease_id)
        if bill is None:
            return
        if event.outcome not in (Outcome.COMPLETED, Outcome.ABANDONED):
            self._correct(bill, 0, 0)
            return
        self._correct(bill, bill.prompt, event.completion_tokens)
        if event.outcome is Outcome.COMPLETED:
            self._learn(bill.tenant, event.completion_tokens)

    def taken_back(self, leases: Iterable[Lease]) -> None:
        """These leases came to nothing."""
        for lease in leases:
            if bill := self._settled(lease.id):
                self._correct(bill, 0, 0)

    def forgotten(self, leases: Iterable[Lease]) -> None:
        """Of these nothing more will be heard: what was charged stands."""
        for lease in leases:
            self._settled(lease.id)

    def window(self, ticket: Ticket) -> float:
        """The part of a worker's window that a ticket may find full and still be granted.

        A greedy tenant's is less than one, but for what held a place before.
        """
        rules, tenant = self._rules, ticket.tenant
        mine, others = self._in_hand.get(tenant, 0), len(self._in_hand) - 1
        if ticket.returned or not mine or not others:
            return 1.0
        most = rules.greedy_factor * rules.tenant_weights.get(tenant, 1.0)
        is_greedy = mine * others > most * (self._all_in_hand - mine)
        return rules.greedy_window if is_greedy else 1.0

    def _settled(self, lease_id: int) -> _Bill | None:
        """A lease is over: nothing of it is in hand any more."""
        bill = self._bills.pop(lease_id, None)
        if bill is not None:
            self._all_in_hand -= bill.in_hand
            self._in_hand[bill.tenant] -= bill.in_hand
            if not self._in_hand[bill.tenant]:
                del self._in_hand[bill.tenant]
        return bill

    def _expected(self, ticket: Ticket) -> int:
        """Tokens of an answer, before there is any."""
        return min(ticket.max_tokens, round(self._answers.get(ticket.tenant, self._answer)))

    def _correct(self, bill: _Bill, prompt: int, answer: int) -> None:
        self._charge(bill.tenant, prompt + answer - bill.prompt - bill.answer)
        bill.prompt, bill.answer = prompt, answer

    def _learn(self, tenant: str, tokens: int) -> None:
        mean = self._answers.pop(tenant, self._answer)
        self._answers[tenant] = mean + LEARNING * (tokens - mean)
        self._answer += LEARNING * (tokens - self._answer)
        if len(self._answers) > self._rules.tenants_remembered:
            self._answers.popitem(last=False)
