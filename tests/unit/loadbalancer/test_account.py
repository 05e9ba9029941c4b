"""One worker's account: what reports and events do to its sums."""

from dataclasses import replace

import pytest

from loadbalancer.account import Account
from loadbalancer.rules import Rules
from loadbalancer.tickets import Lane, Lease, Outcome, Sender, Ticket
from tests.unit.loadbalancer.scene import ROOMY


@pytest.fixture
def account():
    account = Account("w1", "host:w1", 0, 0.0, Rules())
    account.epoch = 1
    account.reported(replace(ROOMY, worker_id="w1", sequence=1), 0.0)
    return account


def lease(number, tokens=100, at=0.0):
    ticket = Ticket(number, Sender("g", 1), "t", Lane("m"), tokens, 50, at, at + 60)
    return Lease(number, ticket, "w1", 1, at, tokens + 50)


def report(account, now, **told):
    load = replace(account.load, sequence=account.load.sequence + 1, **told)
    return account.reported(load, now)


def test_a_grant_counts_until_a_report_holds_it_and_then_as_the_report_says(account):
    account.granted(lease(1))
    assert repr(account) == "<w1 CONNECTING 1/8 slots 1 leases 150 kv 100 to prefill>"
    report(account, 0.1)  # made before the grant arrived
    assert (account.slots, account.kv, account.backlog) == (1, 150, 100)
    told = {"slots_used": 1, "lease_ids": (1,), "kv_tokens_used": 140, "prefill_backlog_tokens": 30}
    report(account, 0.2, **told)
    assert (account.slots, account.kv, account.backlog) == (1, 140, 30)
    account.first_token(1, 0.15)
    assert account.backlog == 0


def test_what_has_ended_since_a_report_is_not_counted_by_a_late_one(account):
    account.granted(lease(1))
    told = {"slots_used": 1, "lease_ids": (1,), "kv_tokens_used": 150}
    report(account, 0.1, **told)
    account.ended(1, Outcome.COMPLETED, 0.2, tokens=50)
    report(account, 0.25, **told)  # made before the end
    assert (account.slots, account.kv) == (0, 0)


def test_an_end_gives_back_what_the_report_can_have_counted_and_not_what_was_booked(account):
    account.granted(lease(1))
    account.granted(lease(2))
    told = {"slots_used": 2, "lease_ids": (1, 2), "kv_tokens_used": 220}
    report(account, 0.1, **told)
    account.ended(1, Outcome.COMPLETED, 0.2, tokens=10)  # of at most 50
    assert account.kv == 110
    report(account, 0.25, **told)  # made before the end
    assert account.kv == 110
    account.granted(lease(3))
    account.ended(3, Outcome.COMPLETED, 0.3, tokens=10)  # no report has counted it
    assert account.kv == 110


def test_what_has_ended_before_any_report_held_it_is_not_counted_by_a_late_one(account):
    account.granted(lease(1))
    account.first_token(1, 0.15)
    account.ended(1, Outcome.COMPLETED, 0.2, tokens=50)
    told = {"slots_used": 1, "lease_ids": (1,), "kv_tokens_used": 150}
    report(account, 0.25, **told, prefill_backlog_tokens=100)  # made before the first token
    assert (account.slots, account.kv, account.backlog) == (0, 0, 0)


def test_an_end_that_the_worker_denies_is_not_believed_for_long(account):
    account.granted(lease(1))
    told = {"slots_used": 1, "lease_ids": (1,), "kv_tokens_used": 150}
    report(account, 0.1, **told)
    account.ended(1, Outcome.COMPLETED, 0.2)
    report(account, 2.3, **told)
    assert (account.slots, account.kv) == (1, 150)


def test_the_backlog_is_shared_among_the_leases_it_may_be_of(account):
    account.granted(lease(1, 100))
    account.granted(lease(2, 300))
    report(account, 0.1, slots_used=2, lease_ids=(1, 2), prefill_backlog_tokens=200)
    account.first_token(1, 0.15)
    assert account.backlog == 150
    account.granted(lease(3, 70))
    assert account.backlog == 220
    report(account, 0.2, slots_used=3, lease_ids=(1, 2), prefill_backlog_tokens=700)
    assert account.backlog == 400 + 150 + 70  # 400 of a stranger, the rest as known


def test_an_old_report_brings_no_backlog_back_that_is_computed(account):
    account.granted(lease(1, 100))
    account.granted(lease(2, 300))
    told = {"slots_used": 2, "lease_ids": (1, 2), "prefill_backlog_tokens": 400}
    report(account, 0.1, **told)
    account.first_token(2, 0.15)
    report(account, 0.2, **told)  # made before the first token
    assert account.backlog == 100
    account.ended(2, Outcome.COMPLETED, 0.3)
    report(account, 0.4, **told)
    assert account.backlog == 100


def test_late_and_doubled_reports_and_those_of_the_dead_are_no_news(account):
    load = account.load
    assert not account.is_news(load)
    assert not account.is_news(replace(load, sequence=0))
    assert not account.is_news(replace(load, epoch=0, sequence=9))
    assert account.is_news(replace(load, sequence=2))
    assert account.is_news(replace(load, epoch=2, sequence=0))
    account.lost()
    assert account.is_news(load)  # a new stream begins with the report that stands


def test_a_report_that_lists_more_than_it_counts_is_taken_at_its_worst(account):
    report(account, 0.1, slots_used=0, lease_ids=(7, 8))
    assert account.slots == 2
