"""Finished.route: who asks is told why the answer came from where it came."""

from collections.abc import AsyncIterator

import pytest
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

ON = {"cache_bytes": 1 << 20, "single_flight": True}


@pytest.fixture
async def mesh(start_mesh) -> AsyncIterator:
    async with start_mesh(**ON) as running:
        running.balancer.decide = lambda submitted: explained(running.balancer, submitted)
        yield running


def explained(balancer, submitted):
    """A grant as a balancer makes it where it was asked why."""
    decision = balancer.grant(submitted)
    granted = decision.granted
    granted.predicted_ttft_ms, granted.prompt_tokens, granted.held_tokens = 40.0, 12, 7
    if submitted.explain:
        granted.candidates.add(
            worker_id=granted.worker_id, predicted_ms=40.0, held_tokens=7, slots_free=3, chosen=True
        )
        granted.candidates.add(worker_id="other", predicted_ms=55.0)
    return decision


def prompt(text: str = "x", *, explain: bool = True, tokens: int = 3, **sampling):
    return i.GenerateRequest(
        prompt=i.PromptTask(text=text),
        sampling=g.Sampling(max_tokens=tokens, **sampling),
        explain_route=explain,
    )


async def finished_of(call) -> g.Finished:
    messages = [message async for message in call]
    return messages[-1].finished


async def test_the_route_tells_the_grant_and_the_candidates(mesh):
    finished = await finished_of(mesh.stub.Generate(prompt(), timeout=20))
    route = finished.route
    assert route.source == g.Route.SOURCE_GENERATED
    assert route.worker_id == mesh.balancer.leases.get(1, route.worker_id)
    assert (route.queue_ms, route.predicted_ttft_ms) == (1.5, 40.0)
    assert (route.prompt_tokens, route.held_tokens, route.attempts) == (12, 7, 1)
    assert not route.degraded
    assert [(c.worker_id, c.chosen) for c in route.candidates] == [
        (route.worker_id, True),
        ("other", False),
    ]


async def test_who_does_not_ask_is_told_nothing_and_the_balancer_not_asked(mesh):
    finished = await finished_of(mesh.stub.Generate(prompt(explain=False), timeout=20))
    assert not finished.HasField("route")
    assert not mesh.balancer.submitted[0].explain


async def test_a_kept_answer_says_so_and_bears_no_other_route(mesh):
    await finished_of(mesh.stub.Generate(prompt(), timeout=20))
    kept = await finished_of(mesh.stub.Generate(prompt(), timeout=20))
    assert kept.route == g.Route(source=g.Route.SOURCE_CACHED)
    silent = await finished_of(mesh.stub.Generate(prompt(explain=False), timeout=20))
    assert not silent.HasField("route")


async def test_who_joins_a_flight_is_told_the_leaders_route(mesh):
    balancer = mesh.balancer
    balancer.decide = balancer.hold
    leader = mesh.stub.Generate(prompt(explain=False), timeout=20)
    await balancer.until(lambda: bool(balancer.submitted))
    follower = mesh.stub.Generate(prompt(), timeout=20)
    # The next request's ticket is proof that the one before it has been taken in.
    other = mesh.stub.Generate(prompt("y"), timeout=20)
    await balancer.until(lambda: len(balancer.submitted) == 2)
    for submitted in balancer.submitted:
        balancer.say(explained(balancer, submitted))
    assert not (await finished_of(leader)).HasField("route")
    route = (await finished_of(follower)).route
    assert route.source == g.Route.SOURCE_JOINED
    assert (route.predicted_ttft_ms, len(route.candidates)) == (40.0, 0)
    assert (await finished_of(other)).route.source == g.Route.SOURCE_GENERATED


async def test_an_answer_that_a_second_worker_gave_counts_both_attempts(mesh):
    worker, other = mesh.workers
    first = []

    async def fail_once(request):
        if not first:
            first.append(request)
            raise RuntimeError
        async for message in worker.count_up(request):
            yield message

    worker.script = other.script = fail_once
    finished = await finished_of(mesh.stub.Generate(prompt(), timeout=20))
    assert finished.route.attempts == 2


async def test_balancer_and_worker_are_told_the_same_marks_and_what_the_prompt_cost(mesh):
    async def cached(request):
        async for message in mesh.workers[0].count_up(request):
            if message.HasField("started"):
                message.started.prompt_tokens, message.started.cached_tokens = 90, 60
            yield message

    for worker in mesh.workers:
        worker.script = cached
    await finished_of(mesh.stub.Generate(prompt("lorem ipsum " * 60), timeout=20))
    (request,) = [request for worker in mesh.workers for request in worker.requests]
    (submitted,) = mesh.balancer.submitted
    assert [mark.bytes for mark in submitted.prefix_marks] == [256, 512, 720]
    assert list(request.prefix_marks) == list(submitted.prefix_marks)
    await mesh.is_quiet()
    (first,) = [e.first_token for e in mesh.balancer.events if e.HasField("first_token")]
    assert (first.prompt_tokens, first.cached_tokens) == (90, 60)
