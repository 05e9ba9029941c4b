"""Virtual token counters: who is next, who is lifted, who is forgotten."""

from loadbalancer.shares import Shares


def test_who_comes_back_is_lifted_to_the_least_that_wait():
    shares = Shares(10)
    for tenant in ("a", "b"):
        shares.came(tenant)
    shares.charge("a", 500)
    shares.charge("b", 300)
    shares.came("late")
    assert repr(shares) == "<Shares a:500 b:300 late:300>"


def test_who_comes_back_keeps_a_higher_counter_of_its_own():
    shares = Shares(10)
    shares.came("a")
    shares.charge("a", 500)
    shares.left("a")
    shares.came("b")
    shares.came("a")
    assert repr(shares) == "<Shares a:500 b:500>"  # b: lifted to the last that left


def test_what_was_served_counts_without_lifts():
    shares = Shares(10)
    shares.came("a")
    shares.charge("a", 500)
    shares.came("b")
    shares.charge("b", 20)
    shares.charge("b", -20)
    assert shares.served == {"a": 500, "b": 0}


def test_idle_tenants_are_forgotten_beyond_a_bound_the_oldest_first():
    shares = Shares(2)
    for tenant in ("waits", "a", "b", "c", "d"):
        shares.came(tenant)
        if tenant != "waits":
            shares.left(tenant)
    assert list(shares.served) == ["waits", "b", "c", "d"]
    shares.came("e")
    assert list(shares.served) == ["waits", "c", "d", "e"]
    shares.charge("a", 5)  # forgotten: its late answer is nobody's
    assert "a" not in shares.served


def test_a_tenant_of_weight_two_pays_half_and_what_it_was_served_is_told_as_it_is():
    shares = Shares(10, {"a": 2.0})
    for tenant in ("a", "b"):
        shares.came(tenant)
    for tenant in ("a", "b"):
        shares.charge(tenant, 500)
    assert repr(shares) == "<Shares a:250 b:500>"
    assert shares.served == {"a": 500, "b": 500}
