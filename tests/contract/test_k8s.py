"""The kustomizations fit Kubernetes' schemas and the settings of the rooms they start.

No cluster is needed: kubectl renders, the schemas are offline, and each EVENFLOW_
variable is loaded by the settings class of the room that would read it.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry

from services.runtime.server import serving
from services.runtime.settings import ServerSettings, load
from services.runtime.transport import open_channel
from services.worker.engines.models.finding import PUBLISHED
from services.worker.settings import WorkerSettings
from tests.tools.manifests import ROOT, SETTINGS, only, pod, render, settings, variables, workloads

KUBERNETES = "1.37"
PORTS = {"gateway": 50051, "balancer": 50052, "worker": 50053}
# Between the end of a drain and SIGKILL: closing, deregistering, the last logs.
MARGIN_SECONDS = 5
DOCKERFILE = ROOT / "k8s" / "Dockerfile"


def validated(manifest: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "rendered.yaml"
    file.write_text(manifest)
    validate = Path(sys.executable).parent / "kubernetes-validate"
    return subprocess.run(
        [validate, "-k", KUBERNETES, "--strict", file],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_schemas_are_kept(overlay, objects, tmp_path):
    result = validated(render(overlay), tmp_path)
    assert result.returncode == 0, result.stdout
    assert result.stdout.count(" passed for resource ") == len(objects)


def test_a_field_that_does_not_exist_is_found(tmp_path):
    result = validated(render("base").replace("runAsNonRoot", "runAsNonRoute"), tmp_path)
    assert result.returncode != 0
    assert "runAsNonRoute" in result.stdout


def test_the_mesh_is_whole_and_in_one_namespace(pods, objects):
    assert pods.keys() == {"gateway", "balancer", "worker", "consul"}
    assert {each["metadata"].get("namespace", "evenflow") for each in objects} == {"evenflow"}


@pytest.mark.parametrize("room", SETTINGS)
def test_every_variable_is_a_setting_of_its_room(room, pods, tmp_path):
    names = {name for name in variables(pods[room]) if name.startswith("EVENFLOW_")}
    assert {name for name in names if not name.startswith(f"EVENFLOW_{room.upper()}_")} == set()

    loaded = settings(room, pods[room], tmp_path)

    assert loaded.listen == f"0.0.0.0:{PORTS[room]}"
    assert loaded.advertise == f"10.1.2.3:{PORTS[room]}"
    assert loaded.instance_id == "pod-7c9f"
    assert loaded.discovery == "consul"
    assert loaded.log_format == "json"


@pytest.mark.parametrize("room", SETTINGS)
def test_the_ports_are_those_that_the_settings_bind(room, pods, objects, tmp_path):
    loaded = settings(room, pods[room], tmp_path)
    container = only(pods[room])
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert loaded.listen == f"0.0.0.0:{ports['grpc']}"
    assert loaded.health_listen == f"0.0.0.0:{ports['health']}"
    assert loaded.metrics_listen == f"0.0.0.0:{ports['metrics']}"
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        assert container[probe]["grpc"]["port"] == ports["health"]
    services = {each["metadata"]["name"]: each for each in objects if each["kind"] == "Service"}
    service = services[f"evenflow-{room}"]["spec"]
    assert [(port["port"], port["targetPort"]) for port in service["ports"]] == [
        (ports["grpc"], "grpc")
    ]
    assert service["selector"] == {"app.kubernetes.io/name": room}


@pytest.mark.parametrize("room", SETTINGS)
def test_a_pod_has_time_to_drain(room, pods, tmp_path):
    hook = only(pods[room]).get("lifecycle", {}).get("preStop", {})
    before = hook.get("sleep", {}).get("seconds", 0)
    drain = settings(room, pods[room], tmp_path).drain_seconds
    assert pods[room]["terminationGracePeriodSeconds"] >= before + drain + MARGIN_SECONDS


def test_a_worker_computes_with_the_cpus_it_asks_for(pods, tmp_path):
    requested = only(pods["worker"])["resources"]["requests"]["cpu"]
    assert settings("worker", pods["worker"], tmp_path).threads == int(requested)


def test_a_pod_may_do_nothing_but_its_work(pods):
    for name, each in pods.items():
        assert each["automountServiceAccountToken"] is False, name
        assert each["enableServiceLinks"] is False, name
        assert each["securityContext"]["runAsNonRoot"] is True, name
        assert each["securityContext"]["runAsUser"] > 0, name
        assert each["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & each.keys(), name
        assert only(each)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name


def test_a_pod_says_what_it_needs_and_how_it_is(pods):
    for name, each in pods.items():
        container = only(each)
        assert container["resources"]["requests"].keys() >= {"cpu", "memory"}, name
        assert "memory" in container["resources"]["limits"], name
        assert container.keys() >= {"livenessProbe", "readinessProbe"}, name


def test_every_volume_that_is_mounted_is_there(objects):
    for name, workload in workloads(objects).items():
        claims = workload["spec"].get("volumeClaimTemplates", [])
        volumes = {each["name"] for each in pod(workload)["volumes"]}
        volumes |= {each["metadata"]["name"] for each in claims}
        assert {mount["name"] for mount in only(pod(workload))["volumeMounts"]} == volumes, name


def test_every_workload_has_a_disruption_budget_that_lets_nodes_drain(pods, objects):
    budgets = {
        each["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"]: each["spec"]
        for each in objects
        if each["kind"] == "PodDisruptionBudget"
    }
    assert budgets.keys() == pods.keys()
    assert {budget["maxUnavailable"] for budget in budgets.values()} == {1}


def test_of_several_balancers_the_lock_makes_one_active(objects):
    balancer = workloads(objects)["balancer"]["spec"]
    assert balancer["replicas"] in (1, 2)
    assert balancer["strategy"] == {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    told = variables(balancer["template"]["spec"])
    assert told["EVENFLOW_BALANCER_DISCOVERY"] == "consul"
    assert "EVENFLOW_BALANCER_LOCK_KEY" not in told


def test_production_is_closed_and_large(tmp_path):
    objects = list(yaml.safe_load_all(render("production")))
    running = workloads(objects)
    for room in SETTINGS:
        loaded = settings(room, pod(running[room]), tmp_path)
        assert loaded.reflection is False
        tls = (loaded.tls_cert, loaded.tls_key, loaded.tls_ca)
        assert [path.name for path in tls] == ["tls.crt", "tls.key", "ca.crt"]
        assert loaded.tls_server_name
    (scaler,) = (each["spec"] for each in objects if each["kind"] == "HorizontalPodAutoscaler")
    assert scaler["minReplicas"] >= 3
    assert scaler["scaleTargetRef"]["name"] == running["gateway"]["metadata"]["name"]
    assert "replicas" not in running["gateway"]["spec"], "the autoscaler's to say"
    assert running["consul"]["spec"]["replicas"] == 3
    assert variables(pod(running["consul"]))["SERVERS"] == "3"


def test_dev_is_small_and_open(tmp_path):
    running = workloads(list(yaml.safe_load_all(render("dev"))))
    assert {each["spec"]["replicas"] for each in running.values()} == {1}
    for room in SETTINGS:
        assert settings(room, pod(running[room]), tmp_path).reflection is True


def test_images_are_the_targets_of_the_dockerfile(overlay, pods):
    stages = re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE.read_text(), re.M)
    for room in SETTINGS:
        name, _, tag = only(pods[room])["image"].partition(":")
        assert name == f"evenflow-{room}"
        assert room in stages
        assert bool(tag) == (overlay != "base")


def test_the_worker_image_holds_the_model_that_workers_serve_by_default():
    text = DOCKERFILE.read_text()
    assert set(re.findall(r"^ARG MODEL=(\S+)$", text, re.M)) == {WorkerSettings().model}
    assert WorkerSettings().model in PUBLISHED
    (path,) = re.findall(r"^ENV EVENFLOW_WORKER_MODEL=(\S+)$", text, re.M)
    environ = {"EVENFLOW_WORKER_MODEL": path.replace("${MODEL}", WorkerSettings().model)}
    assert load(WorkerSettings, "worker", [], environ).model.endswith(".gguf")


def test_a_worker_takes_what_its_image_holds_and_writes_elsewhere(overlay, pods, tmp_path):
    text = DOCKERFILE.read_text()
    (made,) = re.findall(r"EVENFLOW_WORKER_CACHE_DIR=(\S+) \\\n", text)
    (taken,) = re.findall(r"^ENV EVENFLOW_WORKER_PREPARED_DIR=(\S+)$", text, re.M)
    assert made == taken
    written = str(settings("worker", pods["worker"], tmp_path).cache_dir)
    mounts = {each["mountPath"]: each["name"] for each in only(pods["worker"])["volumeMounts"]}
    volumes = {each["name"]: each for each in pods["worker"]["volumes"]}
    assert "emptyDir" in volumes[mounts[written]]


async def test_the_probes_ask_what_the_servers_answer():
    container = only(pod(workloads(list(yaml.safe_load_all(render("base"))))["worker"]))
    ready, started, alive = (
        container[probe]["grpc"].get("service", "")
        for probe in ("readinessProbe", "startupProbe", "livenessProbe")
    )
    states = health_pb2.HealthCheckResponse
    async with (
        serving(
            ServerSettings(health_listen="127.0.0.1:0"),
            [],
            public=False,
            registry=CollectorRegistry(),
        ) as server,
        open_channel(server.health_address, None) as channel,
    ):
        health = health_pb2_grpc.HealthStub(channel)

        async def told(service: str) -> int:
            request = health_pb2.HealthCheckRequest(service=service)
            return (await health.Check(request, timeout=10)).status

        assert started == alive
        assert await told(alive) == states.SERVING
        assert await told(ready) == states.NOT_SERVING
        await server.set_serving(True)
        assert await told(ready) == states.SERVING
        await server.set_serving(False)
        assert (await told(alive), await told(ready)) == (states.SERVING, states.NOT_SERVING)


async def test_discovery_is_told_addresses_that_others_can_reach():
    every_address = ServerSettings(
        listen="0.0.0.0:0", health_listen="0.0.0.0:0", advertise="10.1.2.3:50053"
    )
    async with serving(every_address, [], public=False, registry=CollectorRegistry()) as server:
        assert server.address == "10.1.2.3:50053"
        assert server.health_address.startswith("10.1.2.3:")
