import io

from rich.console import Console

from services.cli.answers import Candidate, Route
from services.cli.route_view import route_view


def drawn(route: Route) -> list[str]:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(route_view(route))
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_a_route_is_a_line_and_a_row_for_each_worker_that_had_room() -> None:
    route = Route(
        source="generated",
        worker_id="worker-2",
        queue_ms=12.4,
        predicted_ttft_ms=81.6,
        prompt_tokens=512,
        held_tokens=400,
        attempts=1,
        candidates=(
            Candidate("worker-2", 81.6, 400, 3, 8192, True),
            Candidate("[red]w", 240.0, 0, 8, 0, False),
        ),
    )
    assert drawn(route) == [
        "waited 12 ms · first token predicted in 82 ms · 400 of about 512 tokens held",
        "   worker    first token in  held  slots free  KV free",
        "→  worker-2           82 ms   400           3     8192",
        "   [red]w            240 ms     0           8        -",
    ]


def test_a_kept_answer_has_no_worker_and_a_joined_one_another_requests_route() -> None:
    assert drawn(Route("cached")) == ["kept from an equal request: no worker was asked"]
    (line,) = drawn(Route("joined", "w", queue_ms=3.0, attempts=2))
    assert line.startswith("shared with an equal request · waited 3 ms")
    assert line.endswith("attempt 2")


def test_a_gateway_alone_says_that_it_chose_and_predicts_nothing() -> None:
    (line,) = drawn(Route("generated", "w", degraded=True, attempts=1))
    assert line == "waited 0 ms · chosen by the gateway, no balancer being there"
