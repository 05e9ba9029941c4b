"""A free text through a whole mesh, poked by the real grpcurl."""

import json
import os
import signal

from evenflow.v1 import generation_pb2, inference_pb2

from services.worker.engines.scripted import expected_answer
from tests.mesh.test_grpcurl import SERVICE, grpcurl, objects
from tests.tools.tiny_classifier import expected, make_classifier


async def test_a_text_becomes_its_task_and_a_lost_worker_changes_nothing(open_mesh, tmp_path):
    folder = make_classifier(tmp_path / "tiny")
    settings = {"classifiers": f"task={folder}", "scripted_step_ms": 20}
    async with open_mesh(worker_settings=settings, restarts=False) as poker:
        address = poker.mesh.gateway.address
        request = {"auto": {"text": "once upon"}, "sampling": {"max_tokens": 5}}
        _, out, err = await grpcurl("-d", json.dumps(request), address, f"{SERVICE}/Generate")
        assert not err
        events = objects(out)
        told = events[0]["started"]["interpretation"]
        assert (told["kind"], told["reason"]) == ("KIND_PROMPT", "REASON_LABEL")
        texts = [event["delta"].get("text", "") for event in events if "delta" in event]
        assert "".join(texts) == expected_answer("once upon", 5)

        _, out, err = await grpcurl("-d", '{"texts": ["hello"]}', address, f"{SERVICE}/Classify")
        (answer,) = objects(out)
        first = answer["classifications"][0]["labels"][0]
        assert first["label"] == "chat"
        assert abs(first["probability"] - expected("hello")["chat"]) < 1e-5
        _, out, _ = await grpcurl(address, f"{SERVICE}/ListModels")
        kinds = {model["name"]: model["kind"] for model in objects(out)[0]["models"]}
        assert kinds == {"scripted": "KIND_LANGUAGE", "task": "KIND_CLASSIFIER"}

        task = inference_pb2.AutoTask(text="once upon a time")
        sampling = generation_pb2.Sampling(max_tokens=40)
        call = poker.inference.Generate(
            inference_pb2.GenerateRequest(auto=task, sampling=sampling), timeout=60
        )
        pieces, started = [], []
        async for response in call:
            if response.HasField("started"):
                started.append(response.started)
                (process,) = [w for w in poker.mesh.workers if w.id == response.started.worker_id]
                os.kill(process.pid, signal.SIGKILL)
            pieces.append(response.delta.text)
        assert "".join(pieces) == expected_answer("once upon a time", 40)
        assert [told.interpretation.kind for told in started] == [
            generation_pb2.Interpretation.KIND_PROMPT
        ]
