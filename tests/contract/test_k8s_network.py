"""The network policies let through what the mesh needs, and nothing else."""

from collections.abc import Iterator

import pytest
import yaml

from tests.tools.manifests import only, render

# Who calls whom, at which of the callee's ports: the whole of it.
CALLS = {
    ("gateway", "balancer", "grpc"),
    ("gateway", "worker", "grpc"),
    ("balancer", "worker", "grpc"),
    *((room, "consul", "http") for room in ("gateway", "balancer", "worker")),
    *(("consul", room, "health") for room in ("gateway", "balancer", "worker")),
    *(("consul", "consul", port) for port in ("server", "serf-tcp", "serf-udp")),
}


@pytest.fixture
def policies(objects) -> dict[str, dict]:
    return {
        each["metadata"]["name"]: each["spec"]
        for each in objects
        if each["kind"] == "NetworkPolicy"
    }


def selected(selector: dict, everyone: set[str]) -> set[str]:
    names = set(selector.get("matchLabels", {}).values())
    for expression in selector.get("matchExpressions", []):
        names |= set(expression["values"])
    return names or everyone


def port_name(pod: dict, wanted: dict) -> str:
    """The pod's own name for a port that a policy names or numbers."""
    protocol = wanted.get("protocol", "TCP")
    (name,) = (
        port["name"]
        for port in only(pod)["ports"]
        if wanted["port"] in (port["name"], port["containerPort"])
        and port.get("protocol", "TCP") == protocol
    )
    return name


def allowed(policies: dict, pods: dict, side: str, peers: str) -> Iterator[tuple[str, str, str]]:
    """(the policy's pod, its peer in this namespace, port) for each rule of one side."""
    for policy in policies.values():
        for rule in policy.get(side, []):
            for peer in rule[peers]:
                if "namespaceSelector" in peer:
                    continue
                for own in selected(policy["podSelector"], set(pods)):
                    for other in selected(peer["podSelector"], set(pods)):
                        callee = own if side == "ingress" else other
                        for port in rule["ports"]:
                            yield own, other, port_name(pods[callee], port)


def test_nothing_passes_but_by_a_policy(policies):
    assert policies["default-deny"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }


def test_callees_let_in_those_who_call_them(policies, pods):
    found = allowed(policies, pods, "ingress", "from")
    assert {(caller, callee, port) for callee, caller, port in found} == CALLS


def test_callers_are_let_out_to_those_they_call(policies, pods):
    assert set(allowed(policies, pods, "egress", "to")) == CALLS


def test_from_elsewhere_come_callers_and_prometheus_alone(policies, pods):
    foreign = {
        (own, port_name(pods[own], port))
        for policy in policies.values()
        for rule in policy.get("ingress", [])
        if any("namespaceSelector" in peer for peer in rule["from"])
        for own in selected(policy["podSelector"], set(pods))
        for port in rule["ports"]
    }
    rooms = ("gateway", "balancer", "worker")
    assert foreign == {("gateway", "grpc"), *((room, "metrics") for room in rooms)}


def test_to_elsewhere_goes_dns_alone(policies):
    foreign = {
        (port["port"], port["protocol"])
        for policy in policies.values()
        for rule in policy.get("egress", [])
        if any("namespaceSelector" in peer for peer in rule["to"])
        for port in rule["ports"]
    }
    assert foreign == {(53, "UDP"), (53, "TCP")}


def test_production_takes_callers_from_labelled_namespaces_alone():
    (gateway,) = (
        each["spec"]
        for each in yaml.safe_load_all(render("production"))
        if each["kind"] == "NetworkPolicy" and each["metadata"]["name"] == "gateway"
    )
    (rule,) = gateway["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"evenflow-callers": "true"}}}]
