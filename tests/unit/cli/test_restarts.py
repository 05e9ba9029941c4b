from services.cli.mesh.restarts import FORGIVEN_AFTER, LONGEST_PAUSE, Restarts


def test_the_pause_doubles_up_to_the_longest() -> None:
    restarts = Restarts()
    pauses = [restarts.died(now=float(n)) for n in range(9)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert repr(restarts) == "<Restarts 9, 9 in a row>"


def test_a_worker_that_served_for_a_while_is_forgiven() -> None:
    restarts = Restarts()
    restarts.died(now=0.0)
    restarts.died(now=1.0)
    restarts.served(now=2.0)
    assert restarts.died(now=2.0 + FORGIVEN_AFTER) == 0.5
    assert repr(restarts) == "<Restarts 3, 1 in a row>"


def test_one_that_served_briefly_is_not() -> None:
    restarts = Restarts()
    restarts.died(now=0.0)
    restarts.served(now=1.0)
    assert restarts.died(now=1.0 + FORGIVEN_AFTER / 2) == 1.0


def test_a_thousand_deaths_do_not_overflow() -> None:
    restarts = Restarts()
    assert [restarts.died(now=0.0) for _ in range(2000)][-1] == LONGEST_PAUSE
