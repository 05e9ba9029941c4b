"""The Consul servers of the kustomizations: their configuration, their names, one another."""

import json
import subprocess

import pytest

from tests.tools.consul import consul
from tests.tools.manifests import ROOT, only, variables, workloads

CONFIGURATION = ROOT / "k8s" / "base" / "consul.json"


@pytest.mark.consul
def test_the_real_consul_takes_the_configuration(tmp_path):
    result = subprocess.run([consul(), "validate", CONFIGURATION], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr

    wrong = tmp_path / "consul.json"
    wrong.write_text(CONFIGURATION.read_text().replace("retry_join", "retry_joint"))
    result = subprocess.run([consul(), "validate", wrong], capture_output=True, text=True)
    assert result.returncode != 0


def test_the_servers_find_one_another(objects):
    server = workloads(objects)["consul"]
    configuration = json.loads(CONFIGURATION.read_text())
    service = server["spec"]["serviceName"]
    headless = next(each for each in objects if each["metadata"]["name"] == service)
    assert headless["spec"]["clusterIP"] == "None"
    assert headless["spec"]["publishNotReadyAddresses"] is True
    names = [f"{server['metadata']['name']}-{number}.{service}" for number in range(3)]
    assert configuration["retry_join"] == names
    replicas = server["spec"]["replicas"]
    assert variables(server["spec"]["template"]["spec"])["SERVERS"] == str(replicas)
    assert replicas <= len(names)


def test_the_data_lie_where_the_volume_is(pods):
    mounts = {each["mountPath"]: each["name"] for each in only(pods["consul"])["volumeMounts"]}
    assert mounts[json.loads(CONFIGURATION.read_text())["data_dir"]] == "data"


def test_rooms_ask_one_server_each(pods, objects):
    services = {
        each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == "Service"
    }
    for room in ("gateway", "balancer", "worker"):
        address = variables(pods[room])[f"EVENFLOW_{room.upper()}_CONSUL_ADDRESS"]
        name, port = address.split(":")
        assert [each["port"] for each in services[name]["ports"]] == [int(port)]
        assert services[name]["sessionAffinity"] == "ClientIP"
