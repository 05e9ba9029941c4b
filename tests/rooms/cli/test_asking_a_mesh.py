import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.worker.engines.scripted import chat_prompt, expected_answer
from tests.rooms.cli.conftest import EVENFLOW


def test_a_completion_is_the_exact_text(up: Any, run: Any) -> None:
    done = run("complete", "Once upon a time", "--max-tokens", "12", "--target", up.gateway)
    assert done.stdout == expected_answer("Once upon a time", 12) + "\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_stats_name_the_worker_and_the_speed(up: Any, run: Any) -> None:
    done = run("ask", "--question", "Why?", "--max-tokens", "5", "--stats", "--target", up.gateway)
    assert done.returncode == 0
    assert len(done.stdout.split()) == 5
    assert done.stderr.startswith("worker worker-")
    assert " · TTFT " in done.stderr
    assert done.stderr.endswith(" tokens/s · length\n")


def test_why_names_the_workers_that_had_room(up: Any, run: Any) -> None:
    done = run(
        "ask", "--question", "Why here?", "--max-tokens", "5", "--why", "--target", up.gateway
    )
    line, head, *rows = done.stderr.splitlines()
    assert line.startswith("waited ")
    assert head.split()[:2] == ["worker", "first"]
    assert sum(row.startswith("→") for row in rows) == 1
    again = run(
        "ask", "--question", "Why here?", "--max-tokens", "5", "--why", "--target", up.gateway
    )
    assert again.stderr == "kept from an equal request: no worker was asked\n"


def test_a_plan_is_shown_and_nothing_runs(up: Any, run: Any) -> None:
    text = "A sentence of some words. " * 400
    flags = ("--text", text, "--max-tokens", "16", "--target", up.gateway)
    planned = run("summarize", "--plan", *flags)
    assert (planned.returncode, planned.stderr) == (0, "")
    told, _, rows = planned.stdout.partition("level  part  characters  prompt  answer\n")
    assert " parts: of " in told
    assert " levels · " in told
    as_json = json.loads(run("summarize", "--plan", "--json", *flags).stdout)
    assert len(as_json["steps"]) == len(rows.splitlines())
    done = run("summarize", "--why", *flags)
    assert len(done.stdout.split()) == 16
    # By now the fleet may be another, and the plan told otherwise.
    assert "level  part  characters  prompt  answer" in done.stderr
    assert "worker-" in done.stderr.splitlines()[-1]


def test_json_is_one_event_a_line_and_the_text_is_whole(up: Any, run: Any) -> None:
    done = run("complete", "Tell", "--max-tokens", "7", "--json", "--target", up.gateway)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["started", "finished"]
    deltas = [event for event in events if event["event"] == "delta"]
    assert "".join(event["text"] for event in deltas) == expected_answer("Tell", 7)
    assert sum(len(event["token_ids"]) for event in deltas) == 7
    assert events[-1]["completion_tokens"] == 7


def test_text_comes_from_a_pipe_or_a_file(up: Any, run: Any, tmp_path: Path) -> None:
    flags = ("--max-tokens", "6", "--target", up.gateway)
    path = tmp_path / "story.txt"
    path.write_text("A story.")
    piped = run("complete", *flags, stdin="A story.")
    assert piped.stdout == expected_answer("A story.", 6) + "\n"
    assert run("complete", "--file", str(path), *flags).stdout == piped.stdout
    summary = run("summarize", str(path), *flags)
    assert (summary.returncode, len(summary.stdout.split())) == (0, 6)
    assert run("summarize", *flags, stdin="A story.").stdout == summary.stdout
    assert run("summarize", "--text", "A story.", *flags).stdout == summary.stdout
    translated = run("translate", "--to", "fr", "--from", "en", *flags, stdin="A story.")
    assert (translated.returncode, len(translated.stdout.split())) == (0, 6)
    assert translated.stdout != summary.stdout


def test_a_chat_goes_on_from_what_was_said(up: Any, run: Any) -> None:
    lines = "hello\n/help\nagain\n/clear\nhello\n/quit\nnever asked\n"
    done = run("chat", "--max-tokens", "4", "--target", up.gateway, stdin=lines)
    first = expected_answer(chat_prompt([("user", "hello")]), 4)
    turns = [("user", "hello"), ("assistant", first), ("user", "again")]
    second = expected_answer(chat_prompt(turns), 4)
    assert done.stdout.splitlines() == [first, second, first]
    assert "/quit ends" in done.stderr
    assert done.returncode == 0


def test_a_chat_survives_a_line_that_is_no_text(up: Any) -> None:
    words = (*EVENFLOW, "chat", "--max-tokens", "4", "--target", up.gateway)
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8:surrogateescape"}
    lines = b"hello\n\xe9\nhello\n"
    done = subprocess.run(words, input=lines, env=environ, capture_output=True, check=False)
    assert done.stderr == b"evenflow: this line: not UTF-8 text\n"
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)


def test_an_answer_that_cannot_be_written_is_told(up: Any) -> None:
    words = ("complete", "Go on", "--max-tokens", "4", "--target", up.gateway)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            (*EVENFLOW, *words), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "evenflow: No space left on device\n")


@pytest.mark.parametrize(("closed", "code"), [("<&-", 2), (">&-", 0)])
def test_closed_streams_are_empty_ones(up: Any, closed: str, code: int) -> None:
    text = "" if code else "x"
    command = shlex.join((*EVENFLOW, "complete", "--max-tokens", "4", "--target", up.gateway))
    shell = ("sh", "-c", f"{command} {text} {closed}")
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr == ("evenflow: the text is empty\n" if code else "")


def test_a_chat_survives_a_refusal(up: Any, run: Any) -> None:
    flags = ("--max-tokens", "4", "--model", "none", "--target", up.gateway)
    done = run("chat", *flags, stdin="hello\n/quit\n")
    assert done.stderr.startswith("evenflow: NOT_FOUND (UNKNOWN_MODEL)")
    assert done.returncode == 0


def test_an_answer_streams_and_ctrl_c_ends_it(up: Any, start: Any) -> None:
    words = ("complete", "Go on", "--max-tokens", "1500", "--json", "--target", up.gateway)
    with start(*words) as asking:
        assert json.loads(asking.stdout.readline())["event"] == "started"
        assert json.loads(asking.stdout.readline())["event"] == "delta"
        # 1,500 steps of 4 ms lie ahead: what is here came while the answer goes on.
        asking.send_signal(signal.SIGINT)
        rest, told = asking.communicate(timeout=30)
        assert asking.returncode == 130
    assert '"finished"' not in rest
    assert told == ""


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--temperature", "9"), "(INVALID_FIELD): sampling.temperature: 9;"),
        (("--max-tokens", "0"), "(INVALID_FIELD): sampling.max_tokens: 0;"),
        (("--model", "gpt"), "NOT_FOUND (UNKNOWN_MODEL)"),
        (("--tenant", "a b"), "INVALID_ARGUMENT"),
    ],
)
def test_a_refusal_is_told_with_its_field(up: Any, run: Any, flags: tuple, told: str) -> None:
    done = run("complete", "my secret", *flags, "--target", up.gateway)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    "words", [("ask", "Why?"), ("chat",), ("top", "--once"), ("bench", "--no-png")]
)
def test_nobody_there_is_told_at_once(run: Any, closed_port: str, words: tuple[str, ...]) -> None:
    done = run(*words, "--target", closed_port)
    assert done.returncode == 3
    assert done.stderr.startswith(f"evenflow: nothing answers at {closed_port}\nhint: start a mesh")


@contextlib.contextmanager
def hangs_up() -> Iterator[str]:
    """A port where somebody accepts and hangs up: no gRPC."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    listening.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_somebody_who_speaks_no_grpc_is_told_apart(run: Any) -> None:
    with hangs_up() as address:
        done = run("ask", "Why?", "--target", address)
    assert done.returncode == 3
    assert f"something listens at {address}, but does not speak gRPC" in done.stderr
    assert "--tls" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask", "Why?", "--target", "localhost"), "--target 'localhost' has no port"),
        (("ask", "Why?", "--ca", "/none.pem"), "tls_ca: no file at /none.pem"),
        (("translate", "Hello"), "--to"),
        (("chat", "--plan"), "--plan: a talk that has not begun is not planned"),
        (("summarize", "/none.txt"), "cannot read /none.txt: No such file or directory"),
        (("up", "--engine", "magic"), "--engine 'magic': must be tensorflow or scripted"),
        (("dance",), "No such command 'dance'"),
        (("ask", "caf\udce9"), "question: not UTF-8 text"),
        (("translate", "--to", "\udce9", "Hello"), "to: not UTF-8 text"),
        (("complete", "Go on", "--stop", "\udce9"), "stop: not UTF-8 text"),
        (("ask", "Why?", "--max-tokens", "99999999999"), "--max-tokens 99999999999: beyond all"),
        (("ask", "Why?", "--seed", "9" * 30), "--seed 999999999999999999999999999999: beyond all"),
        (("summarize", "--text", "x", "--words", "99999999999"), "--words 99999999999: beyond"),
        (("explain", "x", "--max-answer-tokens", "99999999999"), "--max-answer-tokens 99999"),
        (("bench", "--no-png", "--top-k", "99999999999"), "--top-k 99999999999: beyond all limits"),
        (("ask", "Why?", "--tenant", "ü"), "--tenant: has characters that no call can carry"),
        (("ask", "Why?", "--api-key", "ef-x\n"), "--api-key: has characters that no call"),
        (("ask", "Why?", "--timeout", "inf"), "'--timeout'"),
    ],
)
def test_wrong_usage_is_told_and_has_its_code(run: Any, words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert told in done.stderr
    assert done.returncode == 2
