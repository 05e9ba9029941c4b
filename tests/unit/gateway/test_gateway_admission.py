import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.admission import Admission
from gateway.errors import Refusal, Refused


def test_lets_in_up_to_the_gateways_limit():
    admission = Admission(limit=2, limit_per_tenant=2)
    admission.enter("a")
    admission.enter("b")
    with pytest.raises(Refused, match="the gateway has its limit of 2") as refused:
        admission.enter("c")
    assert refused.value.refusal is Refusal.TOO_MANY_REQUESTS
    assert repr(admission) == "<Admission 2 of 2 in flight (a: 1, b: 1)>"


def test_one_tenant_cannot_take_all():
    admission = Admission(limit=10, limit_per_tenant=1)
    admission.enter("a")
    with pytest.raises(Refused, match="this tenant has its limit of 1"):
        admission.enter("a")
    admission.enter("b")


def test_who_leaves_makes_room_and_a_tenant_that_left_is_forgotten():
    admission = Admission(limit=1, limit_per_tenant=1)
    admission.enter("a")
    admission.leave("a", stay=1.0)
    assert repr(admission) == "<Admission 0 of 1 in flight ()>"
    admission.enter("a")


def test_says_when_to_come_back_from_how_long_requests_stay():
    admission = Admission(limit=4, limit_per_tenant=4)
    for _ in range(200):
        admission.enter("a")
        admission.leave("a", stay=8.0)
    for _ in range(4):
        admission.enter("a")
    with pytest.raises(Refused) as refused:
        admission.enter("a")
    # Four requests of 8 s each: one leaves every 2 s.
    assert refused.value.retry_after == pytest.approx(2.0, rel=0.01)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=200))
def test_never_holds_more_than_its_limits(steps):
    admission = Admission(limit=5, limit_per_tenant=3)
    inside: list[str] = []
    for tenant, leaves in steps:
        if leaves and inside:
            admission.leave(inside.pop(), stay=0.1)
            continue
        try:
            admission.enter(tenant)
        except Refused:
            assert len(inside) == 5 or inside.count(tenant) == 3
        else:
            inside.append(tenant)
    assert admission.in_flight == len(inside) <= 5
    assert all(inside.count(tenant) <= 3 for tenant in "abc")
