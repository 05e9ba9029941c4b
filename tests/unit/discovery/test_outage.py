from random import Random

from services.discovery.outage import MOST_SECONDS, Outage


class Whole:
    """No jitter: each delay is at its longest (but for the one that random() cannot give)."""

    def random(self) -> float:
        return 1.0


def test_delays_double_up_to_a_limit_and_begin_anew_after_a_success() -> None:
    outage = Outage(Whole())
    assert [outage.failed(float(now)) for now in range(7)] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]
    assert outage.ended(7.0) == 7.0
    assert outage.failed(8.0) == 0.1


def test_jitter_takes_up_to_half() -> None:
    outage = Outage(Random(1))
    for now in range(10):
        outage.failed(float(now))
    delays = [outage.failed(20.0) for _ in range(200)]
    assert min(delays) >= MOST_SECONDS / 2
    assert max(delays) < MOST_SECONDS
    assert max(delays) - min(delays) > MOST_SECONDS / 3


def test_each_kind_of_fault_is_news_once_an_outage() -> None:
    outage = Outage(Whole())
    told = []
    for now, kind in enumerate(["down", "down", "denied", "down", "denied"]):
        outage.failed(float(now))
        told.append(outage.is_news(kind))
    assert told == [True, False, True, False, False]
    outage.ended(6.0)
    assert outage.is_news("down")


def test_a_success_without_an_outage_tells_nothing() -> None:
    outage = Outage(Whole())
    assert outage.ended(1.0) is None
    assert repr(outage) == "<Outage none>"
    outage.failed(2.0)
    assert repr(outage) == "<Outage since 2, next delay 0.2>"
