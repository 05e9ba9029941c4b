import io

from rich.console import Console

from services.cli.answers import Candidate
from services.cli.fleet.table import fleet_view
from services.cli.fleet.values import Fleet, Granted, Queue, Worker, rates


def worker(name: str, generated: int, epoch: int = 1, **fields: object) -> Worker:
    known = {"address": "127.0.0.1:1", "health": "ready", "has_report": True, **fields}
    return Worker(id=name, generated=generated, epoch=epoch, **known)  # type: ignore[arg-type]


def drawn(before: Fleet | None, now: Fleet, width: int = 140) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(fleet_view(now, rates(before, now), width))
    return console.export_text()


def test_rates_are_differences_over_time() -> None:
    before = Fleet(at=1.0, workers=(worker("a", 100), worker("b", 5)), grants=10, rejections=1)
    now = Fleet(at=3.0, workers=(worker("a", 140), worker("b", 5)), grants=16, rejections=1)
    found = rates(before, now)
    assert found.tokens == {"a": 20.0, "b": 0.0}
    assert (found.grants, found.rejections, found.tokens_total) == (3.0, 0.0, 20.0)


def test_the_first_snapshot_has_no_rates() -> None:
    found = rates(None, Fleet(at=1.0, workers=(worker("a", 100),)))
    assert found.tokens == {"a": None}
    assert found.tokens_total is None


def test_a_worker_that_began_anew_has_no_rate() -> None:
    before = Fleet(at=1.0, workers=(worker("a", 100),))
    now = Fleet(at=2.0, workers=(worker("a", 3, epoch=2), worker("new", 9)))
    assert rates(before, now).tokens == {"a": None, "new": None}


def test_a_balancer_that_began_anew_shows_no_negative_rate() -> None:
    found = rates(Fleet(at=1.0, grants=100), Fleet(at=2.0, grants=3))
    assert found.grants == 0.0


def test_the_table_shows_workers_queue_and_rates() -> None:
    before = Fleet(at=0.0, workers=(worker("w-1", 0),))
    now = Fleet(
        at=2.0,
        workers=(
            worker(
                "w-1",
                84,
                slots_used=3,
                slots_total=8,
                kv_used=512,
                kv_total=2048,
                leases=3,
                prefill_rate=900.0,
                learnt_prefill_rate=450.0,
                decode_step=0.02,
                prompt_tokens=1000,
                cached_tokens=700,
            ),
            Worker("w-2", "10.0.0.2:50053", "connecting"),
        ),
        queues=(Queue("alice", 4, 1000),),
        oldest_wait=1.5,
        grants=7,
    )
    text = drawn(before, now)
    first = next(line for line in text.splitlines() if line.startswith("w-1"))
    shown = "w-1 ready ███░░░░░ 3/8 25% 0 3 450 20.0 ms 70% 42.0 84 127.0.0.1:1"
    assert first.split() == shown.split()
    assert "w-2     connecting" in text
    assert "4 waiting, the oldest 1.5 s · 42.0 tokens/s · 7 granted (3.5/s) · 0 rejected" in text
    assert "alice         4           1000" in text


def test_the_newest_grants_are_told_with_their_reasons() -> None:
    grants = tuple(Granted(f"w-{n}", 12.0, 80.0, 500, 400) for n in range(1, 6))
    text = drawn(None, Fleet(at=0.0, recent_grants=grants))
    told = "→ w-1: waited 12 ms, first token predicted in 80 ms, 400 of 500 prompt tokens held"
    assert told in text
    assert text.count("→") == 3


def test_a_grant_tells_the_room_there_was_and_who_else_had_some() -> None:
    candidates = (
        Candidate("w-2", 80.0, 400, 5, 9216, chosen=True),
        Candidate("w-1", 131.0, 0, 7, 0, chosen=False),
        Candidate("w-3", 140.0, 0, 8, 0, chosen=False),
        Candidate("w-4", 150.0, 0, 8, 0, chosen=False),
    )
    grant = Granted("w-2", 12.0, 80.0, 500, 400, candidates)
    text = drawn(None, Fleet(at=0.0, recent_grants=(grant,)), width=160)
    assert "held · 5 slots, 9216 KV free · else w-1 131 ms, w-3 140 ms\n" in text
    alone = Granted("w-1", 0.0, 9.0, 5, 0, (Candidate("w-1", 9.0, 0, 7, 0, chosen=True),))
    assert "held · 7 slots free\n" in drawn(None, Fleet(at=0.0, recent_grants=(alone,)))


def test_a_balancer_says_whether_it_is_the_active_one() -> None:
    active = Fleet(at=0.0, balancer="b1", term=3)
    assert "b1 is active, term 3 · 0 waiting" in drawn(None, active)
    waiting = Fleet(at=0.0, balancer="b2", is_standby=True, active_address="10.0.0.1:50052")
    assert "b2 stands by, active is 10.0.0.1:50052 · 0 waiting" in drawn(None, waiting)
    alone = Fleet(at=0.0, balancer="b1")
    assert "b1 · 0 waiting" in drawn(None, alone)


def test_an_empty_fleet_says_so() -> None:
    assert "no workers" in drawn(None, Fleet(at=0.0))


def test_names_from_the_network_are_not_markup() -> None:
    text = drawn(None, Fleet(at=0.0, workers=(worker("[red]x", 1),), queues=(Queue("[b]y", 1, 1),)))
    assert "[red]x" in text
    assert "[b]y" in text


def test_a_narrow_terminal_gets_what_matters_most() -> None:
    fleet = Fleet(at=0.0, workers=(worker("worker-1", 84, slots_used=3, slots_total=8),))
    text = drawn(None, fleet, width=80)
    assert "worker-1  ready   ███░░░░░ 3/8" in text
    assert "address" not in text
    assert "…" not in text
