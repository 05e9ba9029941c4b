import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.admission import Admission, Pass
from gateway.errors import Quota, Refusal, Refused
from gateway.tenants.tenant import Limits, Tenant

A, B, C = Tenant("a"), Tenant("b"), Tenant("c")


def limited(**limits: int) -> Tenant:
    return Tenant("limited", limits=Limits(**limits))


def refused_by(admission: Admission, tenant: Tenant, tokens: int, now: float) -> Refused:
    with pytest.raises(Refused) as refused:
        admission.enter(tenant, tokens, now)
    return refused.value


def test_lets_in_up_to_the_gateways_limit():
    admission = Admission(limit=2, limit_per_tenant=2)
    admission.enter(A, 1, 0.0)
    admission.enter(B, 1, 0.0)
    error = refused_by(admission, C, 1, 0.0)
    assert str(error) == "the gateway has its limit of 2 requests in flight"
    assert (error.refusal, error.quota) == (Refusal.TOO_MANY_REQUESTS, None)
    assert repr(admission) == "<Admission 2 of 2 in flight (a: 1, b: 1)>"


def test_one_tenant_cannot_take_all():
    admission = Admission(limit=10, limit_per_tenant=1)
    admission.enter(A, 1, 0.0)
    error = refused_by(admission, A, 1, 0.0)
    assert str(error) == "this tenant has its limit of 1 requests in flight"
    assert error.quota == Quota("a", "in_flight")
    admission.enter(B, 1, 0.0)


def test_a_tenants_own_limit_goes_before_the_common_one():
    admission = Admission(limit=10, limit_per_tenant=1)
    tenant = limited(in_flight=2)
    admission.enter(tenant, 1, 0.0)
    admission.enter(tenant, 1, 0.0)
    assert "limit of 2" in str(refused_by(admission, tenant, 1, 0.0))


def test_who_came_in_before_there_was_a_limit_gives_nothing_back():
    admission = Admission(limit=9, limit_per_tenant=9)
    before, since = Tenant("limited"), limited(tokens_per_minute=100)
    entry = admission.enter(before, 100, 0.0)
    admission.enter(since, 100, 0.0)
    admission.leave(entry, 0, 0.0)
    assert refused_by(admission, since, 100, 0.0).refusal is Refusal.TOKENS_PER_MINUTE


def test_who_leaves_makes_room_and_a_tenant_that_left_is_forgotten():
    admission = Admission(limit=1, limit_per_tenant=1)
    entry = admission.enter(A, 1, 0.0)
    admission.leave(entry, 1, 1.0)
    assert repr(admission) == "<Admission 0 of 1 in flight ()>"
    admission.enter(A, 1, 1.0)


def test_says_when_to_come_back_from_how_long_requests_stay():
    admission = Admission(limit=4, limit_per_tenant=4)
    for at in range(200):
        admission.leave(admission.enter(A, 1, 8.0 * at), 1, 8.0 * at + 8.0)
    for _ in range(4):
        admission.enter(A, 1, 1600.0)
    # Four requests of 8 s each: one leaves every 2 s.
    assert refused_by(admission, A, 1, 1600.0).retry_after == pytest.approx(2.0, rel=0.01)


def test_requests_a_minute_come_back_steadily():
    admission, tenant = Admission(9, 9), limited(requests_per_minute=2)
    for _ in range(2):
        admission.leave(admission.enter(tenant, 1, 0.0), 1, 0.0)
    error = refused_by(admission, tenant, 1, 15.0)
    assert error.refusal is Refusal.REQUESTS_PER_MINUTE
    assert error.quota == Quota("limited", "requests_per_minute")
    assert error.retry_after == pytest.approx(15.0)
    assert str(error) == "this tenant has its limit of 2 requests per minute"
    admission.enter(tenant, 1, 30.0)


def test_tokens_are_reserved_and_those_not_needed_come_back():
    admission, tenant = Admission(9, 9), limited(tokens_per_minute=100)
    entry = admission.enter(tenant, 80, 0.0)
    error = refused_by(admission, tenant, 50, 0.0)
    assert (error.refusal, error.retry_after) == (Refusal.TOKENS_PER_MINUTE, pytest.approx(18.0))
    assert str(error).endswith("limit of 100 tokens per minute; this one may need 50")
    admission.leave(entry, 10, 0.0)
    admission.enter(tenant, 90, 0.0)


def test_a_prompt_longer_than_it_was_taken_for_is_charged_in_full():
    admission, tenant = Admission(9, 9), limited(tokens_per_minute=100)
    admission.leave(admission.enter(tenant, 50, 0.0), 100, 0.0)
    assert refused_by(admission, tenant, 1, 0.0).retry_after == pytest.approx(0.6)


def test_what_never_fits_is_not_told_to_come_back():
    error = refused_by(Admission(9, 9), limited(tokens_per_minute=100), 101, 0.0)
    assert (error.refusal, error.retry_after) == (Refusal.TOKENS_PER_MINUTE, None)


def test_a_refusal_by_one_bound_takes_nothing_from_another():
    admission = Admission(9, 9)
    tenant = limited(requests_per_minute=1, tokens_per_minute=100)
    refused_by(admission, tenant, 200, 0.0)
    admission.enter(tenant, 100, 0.0)


def test_a_changed_limit_counts_at_once_and_keeps_what_was_used():
    admission = Admission(9, 9)
    admission.leave(admission.enter(limited(tokens_per_minute=100), 60, 0.0), 60, 0.0)
    admission.enter(limited(tokens_per_minute=200), 140, 0.0)
    refused_by(admission, limited(tokens_per_minute=200), 1, 0.0)


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.booleans()), max_size=200))
def test_never_holds_more_than_its_limits(steps):
    admission = Admission(limit=5, limit_per_tenant=3)
    inside: list[Pass] = []
    for tenant, leaves in steps:
        if leaves and inside:
            admission.leave(inside.pop(), 1, 0.1)
            continue
        holds = sum(entry.tenant is tenant for entry in inside)
        try:
            inside.append(admission.enter(tenant, 1, 0.0))
        except Refused:
            assert len(inside) == 5 or holds == 3
        else:
            assert holds < 3
    assert admission.in_flight == len(inside) <= 5


@given(
    st.lists(
        st.tuples(st.floats(0, 30), st.integers(1, 150), st.floats(0, 1.5)), min_size=1, max_size=60
    )
)
def test_no_minute_serves_more_than_twice_its_tokens(steps):
    """A bucket holds a minute's worth, and gains another in a minute."""
    admission, tenant = Admission(99, 99), limited(tokens_per_minute=100)
    now, served = 0.0, []
    for pause, asked, part in steps:
        now += pause
        try:
            entry = admission.enter(tenant, asked, now)
        except Refused:
            continue
        used = int(asked * min(part, 1.0))
        admission.leave(entry, used, now)
        served.append((now, used))
    for at, _ in served:
        assert sum(used for then, used in served if at <= then <= at + 60) <= 200 + 1e-6
