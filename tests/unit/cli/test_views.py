"""What is shown while workers start and while answers stream."""

import io

import pytest
from rich.console import Console

from services.cli.answers import Answer, Began, Ended, Piece
from services.cli.mesh.demo_view import demo_view
from services.cli.mesh.fleet_events import Died, Said, Serving, Starting, cause
from services.cli.mesh.starting_view import starting_view
from services.cli.mesh.up import grpcurl_tls, reachable
from services.runtime.settings import TlsSettings
from services.runtime.text import Text

SERVING = Serving(0, "worker-1", "127.0.0.1:7", None, pid=1, seconds=2.5)


def console(is_terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=is_terminal, width=100, highlight=False)


def written(on: Console) -> str:
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


def test_elsewhere_than_on_a_terminal_each_stage_is_a_line_once() -> None:
    plain = console(is_terminal=False)
    with starting_view(plain, 1) as view:
        view.heard(Starting(0, "loading weights", 0.1))
        view.heard(Starting(0, "loading weights", 0.7))
        view.heard(Said(0, "[warning] hot"))
        view.heard(SERVING)
        view.heard(Died(0, -9, 0.5, ()))
        view.heard(Died(0, 3, None, ()))
    assert written(plain).splitlines() == [
        "worker 1: loading weights",
        "worker 1 | [warning] hot",
        "worker 1: serves at 127.0.0.1:7 after 2.5 s",
        "worker 1: killed by SIGKILL; out of the fleet, again in 0.5 s",
        "worker 1: exited with 3",
    ]


def test_on_a_terminal_bars_stand_until_all_have_started_and_lines_follow() -> None:
    terminal = console(is_terminal=True)
    with starting_view(terminal, 2) as view:
        view.heard(Starting(1, "loading weights", 0.5))
        view.heard(SERVING)
        view.started()
        shown = written(terminal)
        view.heard(Starting(0, "starting", 0.0))
    assert "worker 2" in shown
    assert "loading weights" in shown
    assert "serves at 127.0.0.1:7" in shown
    assert written(terminal).removeprefix(shown).strip() == "worker 1: starting"


@pytest.mark.parametrize(
    ("code", "told"),
    [(0, "exited with 0"), (-9, "killed by SIGKILL"), (-34, "killed by signal 34")],
)
def test_causes_have_words(code: int, told: str) -> None:
    assert cause(code) == told


def answer(*events: object) -> Answer:
    made = Answer(asked_at=0.0)
    for now, event in enumerate(events):
        made.heard(event, float(now))  # type: ignore[arg-type]
    return made


BEGAN = Began("r", "m", "v", "worker-2", 1, 0, 0)


def test_answers_are_written_in_order_however_they_come() -> None:
    plain = console(is_terminal=False)
    first = answer(BEGAN, Piece(Text("one "), (1,), 0))
    second = answer(BEGAN, Piece(Text("three\nfour"), (1,), 0), Ended("stop", 1, 1, 0))
    with demo_view(plain, [("question", "Why?"), ("summary", "of it")]) as view:
        view.heard(1, second)
        assert written(plain) == ""
        view.heard(0, first)
        assert written(plain) == "question: Why?\n  one "
        first.heard(Piece(Text("two"), (2,), 1), 2.0)
        view.heard(0, first)
        assert written(plain) == "question: Why?\n  one two"
        first.heard(Ended("stop", 1, 2, 0), 3.0)
        view.heard(0, first)
    assert written(plain) == (
        "question: Why?\n  one two\n"
        "  [worker worker-2 · TTFT 1000 ms · 2 tokens · 1.0 tokens/s · stop]\n\n"
        "summary: of it\n  three\n  four\n"
        "  [worker worker-2 · TTFT 1000 ms · 1 tokens · stop]\n\n"
    )


def test_on_a_terminal_every_answer_has_its_panel() -> None:
    terminal = console(is_terminal=True)
    with demo_view(terminal, [("question", "Why?"), ("summary", "of it")]) as view:
        view.heard(1, answer(BEGAN, Piece(Text("\x1b[2Jdone"), (1,), 0), Ended("stop", 1, 1, 0)))
    shown = written(terminal)
    assert "question" in shown
    assert "[2Jdone" in shown
    assert "\x1b[2Jdone" not in shown
    assert "worker worker-2" in shown


@pytest.mark.parametrize(
    ("address", "dialled"),
    [
        ("127.0.0.1:7", "localhost:7"),
        ("0.0.0.0:7", "localhost:7"),
        ("[::]:7", "localhost:7"),
        ("10.0.0.7:7", "10.0.0.7:7"),
    ],
)
def test_addresses_to_try_can_be_dialled_from_here(address: str, dialled: str) -> None:
    assert reachable(address) == dialled


def test_grpcurl_gets_no_tls_flags_without_tls() -> None:
    assert grpcurl_tls(TlsSettings()) == "-plaintext"
