"""What leases cost: at the grant, at the first token, at the end; and who gains by it: nobody."""

from collections import Counter

import pytest

from loadbalancer.charges import Charges
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Ended,
    FirstTokenSent,
    Lane,
    Lease,
    Outcome,
    Sender,
    Ticket,
    TicketKey,
)
from tests.unit.loadbalancer.scene import Scene, submitted, told
from tests.unit.loadbalancer.test_desk_simulated import Simulation, jain


@pytest.fixture
def served():
    return Counter()


@pytest.fixture
def charges(served):
    return Charges(Rules(), lambda tenant, tokens: served.update({tenant: tokens}))


def lease(number, tenant="t", prompt=300, most=200, held=0):
    ticket = Ticket(
        TicketKey(1, number), Sender("g", 1), tenant, Lane("m"), prompt, most, 0.0, 60.0
    )
    return Lease(number, ticket, "w1", 1, 0.0, prompt + most, held)


def test_an_answer_is_charged_before_it_is_known_and_corrected_when_it_is(charges, served):
    charges.granted(lease(1, held=250))
    assert (repr(charges), served["t"]) == ("<Charges 1:50+100>", 150)
    charges.first_token(FirstTokenSent(1, 320, 300))
    assert served["t"] == 120
    charges.ended(Ended(1, 180))
    assert (repr(charges), served["t"]) == ("<Charges none>", 200)


def test_who_gets_long_answers_is_charged_for_long_ones(charges, served):
    for number in range(30):
        charges.granted(lease(number, "wordy", most=5000))
        charges.ended(Ended(number, 1000))
    served.clear()
    charges.granted(lease(99, "wordy", prompt=1, most=5000))
    assert served["wordy"] > 900
    charges.granted(lease(100, "wordy", prompt=1, most=7))
    assert served["wordy"] < 1100


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED])
def test_what_got_no_answer_costs_nothing_and_teaches_nothing(charges, served, outcome):
    charges.granted(lease(1))
    charges.first_token(FirstTokenSent(1, 320, 0))
    charges.ended(Ended(1, 50, outcome))
    charges.granted(lease(2))
    charges.taken_back([lease(2)])
    assert served["t"] == 0
    charges.granted(lease(3))
    assert repr(charges) == "<Charges 3:300+100>"


def test_what_is_told_twice_or_of_the_unknown_changes_nothing(charges, served):
    charges.granted(lease(1))
    charges.ended(Ended(1, 10))
    charges.ended(Ended(1, 10))
    charges.first_token(FirstTokenSent(1, 9, 0))
    charges.taken_back([lease(1)])
    assert served["t"] == 310
    charges.granted(lease(2))
    charges.forgotten([lease(2)])
    charges.ended(Ended(2, 10))
    assert served["t"] == 310 + 391  # the answer of 10 has taught something


@pytest.mark.parametrize(("factor", "greedy"), [(1.49, "heavy"), (1.5, ""), (0.99, "a heavy")])
def test_greedy_is_who_has_many_times_in_hand_what_others_have(factor, greedy):
    rules = Rules(tenant_weights={"heavy": 2.0}, greedy_factor=factor, greedy_window=0.5)
    charges = Charges(rules, lambda tenant, tokens: None)
    # Others than a have 5 on the mean, others than heavy 3: it may have twice as many.
    for number, tenant in enumerate(["a"] * 5 + ["heavy"] * 9 + ["b"]):
        charges.granted(lease(number, tenant))
    found = [t for t in ("a", "heavy", "b", "new") if charges.window(lease(0, t).ticket) == 0.5]
    assert found == greedy.split()
    assert charges.window(lease(0, "heavy").ticket._replace(returned=True)) == 1.0
    charges.taken_back([lease(number) for number in range(5, 10)])
    charges.ended(Ended(14, 10))
    charges.forgotten([lease(number) for number in range(10, 14)])
    assert charges.window(lease(0, "a").ticket) == 1.0, "it is alone now"


def test_a_greedy_tenant_leaves_room_in_the_windows_and_holds_up_nobody():
    scene = Scene(Rules(greedy_window=0.5))  # windows of 300 tokens
    scene.worker("w1", slots_total=64)
    scene.tell(submitted(1, tenant="small", prompt_bytes=40))
    for number in range(2, 9):
        scene.tell(submitted(number, tenant="greedy", prompt_bytes=40))
    assert told(scene.submit(10, tenant="greedy")) == "10->w1"  # 80 + 100 in hand
    assert told(scene.submit(11, tenant="greedy", prompt_bytes=40)) == "", "more than half"
    assert told(scene.submit(12, tenant="small", prompt_bytes=40)) == "12->w1"
    assert told(scene.submit(13, tenant="greedy", prompt_bytes=40, returned=True)) == "13->w1"


def test_a_tenant_that_is_alone_fills_the_window():
    scene = Scene(Rules(greedy_window=0.5))
    scene.worker("w1", slots_total=64)
    for number in range(1, 4):
        assert told(scene.submit(number, tenant="greedy")) == f"{number}->w1"


def test_more_tokens_than_can_be_cost_a_tenant_no_more_than_it_asked_for(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1, tenant="a")
    scene.tell(submitted(2, tenant="a"), submitted(3, tenant="b"))
    scene.tell(FirstTokenSent(1, prompt_tokens=(1 << 32) - 1))
    assert told(scene.tell(Ended(1, (1 << 32) - 1))) == "3->w1"
    shares = {queue.tenant: queue.served_tokens for queue in scene.desk.view(0.0).queues}
    assert shares["a"] == 2048 + 50, "the worker's context, and what it might generate"
    scene.tell(*(submitted(n, tenant="b") for n in range(4, 40)))
    turns = [told(scene.tell(Ended(lease, 10))) for lease in range(2, 30)]
    assert "2->w1" in turns


class Answers(Simulation):
    """Some ask for answers ten times as long."""

    def _answer(self, tenant: str) -> int:
        return self.rng.randint(300, 500) if tenant.startswith("wordy") else 40


def test_long_answers_gain_a_tenant_nothing():
    tenants = {"wordy-1": 120, "wordy-2": 60, "terse-1": 200, "terse-2": 120}
    simulation = Answers(workers=4, slots=8, outstanding=tenants, seed=4)
    simulation.run(12_000)
    assert jain(simulation.by_tenant) >= 0.99


def test_a_tenant_of_weight_two_gets_twice_as_many_turns():
    scene = Scene(Rules(tenant_weights={"a": 2.0}))
    scene.worker("w1", slots_total=1)
    scene.tell(*(submitted(n, tenant="ab"[n % 2]) for n in range(1, 61)))
    turns: Counter[str] = Counter()
    lease_id = 1
    while sum(turns.values()) < 30:
        (grant,) = scene.tell(Ended(lease_id, 50))
        lease_id = grant.lease.id
        turns[grant.lease.ticket.tenant] += 1
    assert abs(turns["a"] - 2 * turns["b"]) <= 2
