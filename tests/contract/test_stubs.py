"""The committed stubs are what the protos generate, and their wheel serves others.

The tools, the oldest and the newest runtime that the stubs promise to run on are
each installed from a hashed lock into an environment of its own.
"""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from requirements.environment import environment

ROOT = Path(__file__).resolve().parents[2]
STUBS = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")

# Run where nothing but the wheel, grpcio and protobuf is installed.
A_SERVICE_OF_ANOTHER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
import google.protobuf, grpc
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc, generation_pb2, inference_pb2
from evenflow.v1 import inference_pb2_grpc, worker_pb2, worker_pb2_grpc

assert grpc.__version__ == sys.argv[1], grpc.__version__
assert google.protobuf.__version__ == sys.argv[2], google.protobuf.__version__
assert not {"gateway", "services", "numpy"} & sys.modules.keys()
assert version("evenflow-proto")

sampling = generation_pb2.Sampling(temperature=0, stop=["\\n"], seed=2**64 - 1)
task = inference_pb2.PromptTask(text="drei…")
sent = inference_pb2.GenerateRequest(prompt=task, sampling=sampling)
received = inference_pb2.GenerateRequest.FromString(sent.SerializeToString())
assert received == sent and received.sampling.HasField("temperature")
assert not received.sampling.HasField("top_p") and received.WhichOneof("task") == "prompt"

class Models(inference_pb2_grpc.InferenceServiceServicer):
    def ListModels(self, request, context):
        return inference_pb2.ListModelsResponse(models=[inference_pb2.Model(name="m", slots=8)])

server = grpc.server(ThreadPoolExecutor(1))
inference_pb2_grpc.add_InferenceServiceServicer_to_server(Models(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    stub = inference_pb2_grpc.InferenceServiceStub(channel)
    worker_pb2_grpc.WorkerServiceStub(channel), balancer_pb2_grpc.BalancerServiceStub(channel)
    answer = stub.ListModels(inference_pb2.ListModelsRequest(), wait_for_ready=True, timeout=20)
server.stop(None)
print(answer.models[0].name, answer.models[0].slots)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("stubs")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT / "proto", check=True, capture_output=True)
    return next(folder.glob("evenflow_proto-*.whl"))


def pinned(lock: str, package: str) -> str:
    return re.search(rf"^{package}==(\S+)", (ROOT / "requirements" / lock).read_text(), re.M)[1]


def test_the_stubs_are_what_the_protos_generate(tmp_path):
    tools = environment(ROOT / "requirements" / "proto.txt")
    subprocess.run(
        [tools, ROOT / "proto" / "generate.py", tmp_path], check=True, capture_output=True
    )

    committed = ROOT / "proto" / "evenflow" / "v1"
    generated = {path.name: path.read_bytes() for path in (tmp_path / "evenflow/v1").iterdir()}
    kept = {
        path.name: path.read_bytes() for path in committed.iterdir() if path.name.endswith(STUBS)
    }
    assert generated.keys() == kept.keys()
    assert len(generated) == 4 * len(list(committed.glob("*.proto")))
    assert [name for name in kept if kept[name] != generated[name]] == []


@pytest.mark.parametrize("lock", ["stubs-floor.txt", "stubs.txt"])
def test_the_wheel_serves_in_a_clean_environment(lock, wheel, tmp_path):
    python = environment(ROOT / "requirements" / lock)
    install = ["install", "-qq", "--no-deps", "--no-index", "--target", str(tmp_path), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True)

    versions = [pinned(lock, "grpcio"), pinned(lock, "protobuf")]
    result = subprocess.run(
        [python, "-W", "error", "-c", A_SERVICE_OF_ANOTHER, *versions],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert (result.returncode, result.stdout) == (0, "m 8\n"), result.stderr


def test_the_floor_lock_is_the_floor_that_the_wheel_declares():
    declared = (ROOT / "proto" / "pyproject.toml").read_text()
    assert f'"grpcio>={pinned("stubs-floor.txt", "grpcio").removesuffix(".0")},' in declared
    assert f'"protobuf>={pinned("stubs-floor.txt", "protobuf")},' in declared


def test_the_wheel_holds_the_stubs_their_types_and_the_protos(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    packages = {name.split("/")[0] for name in names}
    assert {name for name in packages if not name.endswith(".dist-info")} == {"evenflow"}
    assert "evenflow/py.typed" in names
    for room in ("balancer", "generation", "inference", "worker"):
        assert f"evenflow/v1/{room}.proto" in names
        assert {f"evenflow/v1/{room}{ending}" for ending in STUBS} <= set(names)
