"""A long text translated by a whole mesh, in parts; a worker dies in the middle."""

import signal

from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

TEXT = "\n\n".join(f"Paragraph {n} " + "has words, " * 8 + "and ends." for n in range(12))


async def translated(poker, tenant: str, *, kill: bool) -> tuple[str, g.Finished]:
    task = i.TranslateTask(text=TEXT, target_language="de")
    request = i.GenerateRequest(translate=task, sampling=g.Sampling(max_tokens=60))
    text, finished = [], g.Finished()
    metadata = (("evenflow-tenant", tenant),)  # another would be answered from the cache
    async for message in poker.inference.Generate(request, timeout=60, metadata=metadata):
        text.append(message.delta.text)
        finished = message.finished if message.HasField("finished") else finished
        if kill and message.progress.steps_done == 1:
            kill = False
            poker.mesh.kill(0, signal.SIGKILL)
    return "".join(text), finished


async def test_a_worker_killed_in_the_middle_of_a_long_translation_changes_nothing(open_mesh):
    async with open_mesh(workers=3, worker_settings={"scripted_step_ms": 10}) as p:
        text, finished = await translated(p, "one", kill=False)
        again, redone = await translated(p, "two", kill=True)
        assert again == text
        assert text.count("\n\n") >= 11
        assert finished.plan.counted
        assert len({step.worker_id for step in finished.plan.steps}) > 1
        assert sum(step.attempts for step in redone.plan.steps) > len(redone.plan.steps)
        await p.until_idle()
