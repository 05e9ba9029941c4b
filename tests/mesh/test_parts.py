"""A long text translated or summarized by a whole mesh; a worker dies in the middle."""

import signal

from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

TEXT = "\n\n".join(f"Paragraph {n} " + "has words, " * 8 + "and ends." for n in range(12))


LONGER = "\n\n".join([TEXT] * 6)
SETTINGS = {"scripted_step_ms": 10}


def translation() -> i.GenerateRequest:
    task = i.TranslateTask(text=TEXT, target_language="de")
    return i.GenerateRequest(translate=task, sampling=g.Sampling(max_tokens=60))


def summary() -> i.GenerateRequest:
    task = i.SummarizeTask(text=LONGER)
    return i.GenerateRequest(summarize=task, sampling=g.Sampling(max_tokens=60))


async def answered(poker, request, tenant: str, *, kill: bool = False) -> tuple[str, g.Finished]:
    text, finished = [], g.Finished()
    metadata = (("evenflow-tenant", tenant),)  # another would be answered from the cache
    async for message in poker.inference.Generate(request, timeout=60, metadata=metadata):
        text.append(message.delta.text)
        finished = message.finished if message.HasField("finished") else finished
        if kill and message.HasField("started"):
            worker = int(message.started.worker_id.removeprefix("worker-"))
            poker.mesh.kill(worker - 1, signal.SIGKILL)
    return "".join(text), finished


async def test_a_worker_killed_in_the_middle_of_a_long_translation_changes_nothing(open_mesh):
    async with open_mesh(workers=3, worker_settings=SETTINGS) as p:
        text, finished = await answered(p, translation(), "one")
        again, redone = await answered(p, translation(), "two", kill=True)
        assert again == text
        assert text.count("\n\n") >= 11
        assert finished.plan.counted
        assert len({step.worker_id for step in finished.plan.steps}) > 1
        assert sum(step.attempts for step in redone.plan.steps) > len(redone.plan.steps)
        await p.until_idle()


async def test_a_worker_killed_in_the_middle_of_a_long_summary_changes_nothing(open_mesh):
    async with open_mesh(workers=3, worker_settings=SETTINGS) as p:
        text, finished = await answered(p, summary(), "one")
        again, redone = await answered(p, summary(), "two", kill=True)
        assert again == text
        plan = finished.plan
        below = [step for step in plan.steps if step.level == 0]
        assert plan.counted
        assert plan.levels == 2
        assert "".join(LONGER[step.begin : step.end] for step in below) == LONGER
        assert len({step.worker_id for step in below}) > 1
        assert all(step.completion_tokens == step.max_tokens for step in plan.steps)
        assert sum(step.attempts for step in redone.plan.steps) > len(redone.plan.steps)
        await p.until_idle()


async def test_a_question_about_a_long_text_is_asked_of_each_part(open_mesh):
    async with open_mesh(workers=2) as p:
        task = i.AnswerTask(question="Which paragraph is number seven?", context=LONGER)
        request = i.GenerateRequest(answer=task, sampling=g.Sampling(max_tokens=30))
        text, finished = await answered(p, request, "one")
        assert len(text.split()) == 30
        *parts, last = finished.plan.steps
        assert (last.level, last.completion_tokens) == (1, 30)
        assert sorted(step.evidence.rank for step in parts) == list(range(1, len(parts) + 1))
        assert 1 <= sum(step.evidence.used for step in parts) <= 4
        assert (parts[0].begin, parts[-1].end) == (0, len(LONGER))
        await p.until_idle()
