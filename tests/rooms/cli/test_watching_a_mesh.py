import json
import re
import signal
from pathlib import Path
from typing import Any


def test_top_shows_every_worker_once(up: Any, run: Any) -> None:
    done = run("top", "--once", "--target", up.balancer)
    assert done.returncode == 0
    rows = re.findall(r"^(worker-\d) +(\w+) .* (\S+:\d+)$", done.stdout, re.MULTILINE)
    assert [(name, health) for name, health, _ in rows] == [
        ("worker-1", "ready"),
        ("worker-2", "ready"),
    ]
    assert "0 waiting" in done.stdout


def test_top_says_why_the_newest_requests_went_where_they_did(up: Any, run: Any) -> None:
    assert run("ask", "--question", "Why there?", "--target", up.gateway).returncode == 0
    done = run("top", "--once", "--target", up.balancer)
    why = r"^→ (worker-\d): waited \d+ ms, .* held · \d+ slots.* free · else (worker-\d) \d+ ms$"
    told = re.findall(why, done.stdout, re.MULTILINE)
    assert told
    assert all(chosen != other for chosen, other in told)


def test_top_in_a_pipe_shows_one_table_after_another(up: Any, start: Any) -> None:
    with start("top", "--interval", "0.1", "--target", up.balancer) as watching:
        heads = (line for line in watching.stdout if line.startswith("worker "))
        assert next(heads) == next(heads)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0


def test_bench_finds_every_answer_exact(up: Any, run: Any) -> None:
    flags = ("--requests", "48", "--concurrency", "12", "--max-tokens", "9", "--no-png", "--json")
    done = run("bench", *flags, "--target", up.gateway)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["requests"], figures["good"], figures["errors"]) == (48, 48, {})
    assert figures["is_checked"]
    assert figures["completion_tokens"] == 48 * 9
    assert figures["ttft"]["count"] == 48
    assert figures["itl"]["count"] == 48 * 8
    assert 0 < figures["ttft"]["p50"] <= figures["ttft"]["p99"] <= figures["ttft"]["most"]
    assert sum(figures["by_worker"].values()) == 48
    assert set(figures["by_worker"]) == {"worker-1", "worker-2"}


def test_an_open_loop_asks_at_its_rate_and_draws(up: Any, run: Any, tmp_path: Path) -> None:
    picture = tmp_path / "bench.png"
    flags = ("--rate", "40", "--requests", "20", "--max-tokens", "5", "--png", str(picture))
    done = run("bench", *flags, "--target", up.gateway)
    assert done.returncode == 0, done.stderr
    assert "scripted: 40 requests/s (Poisson), about 64 tokens in, 5 out, seed 0" in done.stdout
    assert "20 good of 20" in done.stdout
    assert "complete and exact, each" in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG\r\n")


def test_bench_fails_where_answers_fail(up: Any, run: Any) -> None:
    flags = ("--requests", "4", "--temperature", "9", "--no-png")
    done = run("bench", *flags, "--target", up.gateway)
    assert done.returncode == 1
    assert "4 x INVALID_ARGUMENT INVALID_FIELD" in done.stdout
    assert "4 of 4 failed" in done.stderr


def test_bench_brings_a_mesh_of_its_own(run: Any) -> None:
    done = run("bench", "--embedded", "--requests", "8", "--max-tokens", "4", "--no-png")
    assert done.returncode == 0, done.stderr
    assert "8 good of 8" in done.stdout


def test_the_demo_shows_four_tasks_and_both_workers(run: Any) -> None:
    done = run("demo", "--engine", "scripted")
    assert done.returncode == 0, done.stderr + done.stdout
    kinds = re.findall(r"^(question|translation|summary|dialogue): ", done.stdout, re.MULTILINE)
    assert kinds == ["question", "translation", "summary", "dialogue"]
    stats = r"\[worker (worker-\d) · TTFT \d+ ms · 96 tokens · [\d.]+ tokens/s · length\]"
    assert set(re.findall(stats, done.stdout)) == {"worker-1", "worker-2"}
    assert len(re.findall(stats, done.stdout)) == 4
    assert re.findall(r"^(worker-\d) +ready", done.stdout, re.MULTILINE) == ["worker-1", "worker-2"]
    assert "both workers served" in done.stdout
