"""`evenflow up` with two balancers and the real Consul: one is killed, the mesh goes on."""

import asyncio
import os
import re
import signal
from typing import Any

import pytest

from services.worker.engines.scripted import expected_answer
from tests.tools.consul_agent import ConsulAgent


@pytest.mark.consul
async def test_the_active_of_two_is_killed_and_the_answers_go_on(
    consul_dev: ConsulAgent, start_up: Any, run: Any
) -> None:
    flags = ("--balancers", "2", "--discovery", "consul", "--consul-address", consul_dev.http)

    def ask(up: Any, prompt: str) -> str:
        return run("complete", prompt, "--max-tokens", "3", "--target", up.gateway).stdout

    def roles(up: Any, addresses: list[str]) -> list[str]:
        return [run("top", "--once", "--target", address).stdout for address in addresses]

    def play() -> None:
        with start_up(*flags) as up:
            balancers = up.said(r"^  balancer-\d +(\S+) .*pid (\d+)")
            assert len(balancers) == 2
            addresses = [address for address, _ in balancers]
            assert ask(up, "Before") == expected_answer("Before", 3) + "\n"
            told = roles(up, addresses)
            (active,) = [n for n, text in enumerate(told) if "is active, term 1" in text]
            assert f"stands by, active is {addresses[active]}" in told[1 - active]
            os.kill(int(balancers[active][1]), signal.SIGKILL)
            assert ask(up, "After") == expected_answer("After", 3) + "\n"
            while not re.search(r"is active, term \d+", *roles(up, [addresses[1 - active]])):
                continue
            assert up.stop() == 0

    await asyncio.to_thread(play)


def test_several_balancers_without_a_lock_are_refused(run: Any) -> None:
    done = run("up", "--engine", "scripted", "--balancers", "2")
    assert done.returncode == 2
    assert "--discovery consul" in done.stderr
