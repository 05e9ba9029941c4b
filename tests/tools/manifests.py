"""The kustomizations as Kubernetes would get them, and what their pods would be told."""

import functools
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from services.runtime.settings import ServerSettings, load

ROOT = Path(__file__).resolve().parents[2]
OVERLAYS = {"base": "base", "dev": "overlays/dev", "production": "overlays/production"}
SETTINGS = {
    "gateway": ("gateway.settings", "GatewaySettings"),
    "balancer": ("loadbalancer.settings", "BalancerSettings"),
    "worker": ("services.worker.settings", "WorkerSettings"),
}


@functools.cache
def render(overlay: str) -> str:
    """Return the YAML that `kubectl kustomize` makes of an overlay."""
    kubectl = Path(sys.executable).parent / "kubectl"
    result = subprocess.run(
        [kubectl, "kustomize", ROOT / "k8s" / OVERLAYS[overlay]], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert "deprecated" not in result.stderr
    return result.stdout


def workloads(objects: list[dict]) -> dict[str, dict]:
    """What runs pods, by the name of what runs in them."""
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "Job")
    found = [each for each in objects if each["kind"] in kinds]
    return {
        each["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"]: each
        for each in found
    }


def pod(workload: dict) -> dict:
    return workload["spec"]["template"]["spec"]


def only(pod: dict) -> dict:
    """A pod's one container."""
    (container,) = pod["containers"]
    return container


def variables(pod: dict, *, ip: str = "10.1.2.3", name: str = "pod-7c9f") -> dict[str, str]:
    """The container's environment, with what Kubernetes would fill in."""
    fields = {"status.podIP": ip, "metadata.name": name}
    values: dict[str, str] = {}
    for variable in only(pod)["env"]:
        source = variable.get("valueFrom", {})
        if "fieldRef" in source:
            value = fields[source["fieldRef"]["fieldPath"]]
        elif "secretKeyRef" in source:
            value = "a-secret"
        else:
            # $(NAME) is filled in only where NAME stands before it, as here.
            value = re.sub(r"\$\((\w+)\)", lambda name: values[name[1]], variable["value"])
        assert variable["name"] not in values
        values[variable["name"]] = value
    return values


def settings(room: str, pod: dict, folder: Path) -> ServerSettings:
    """What the room would load; files that a Secret would bring stand in `folder`."""
    module, name = SETTINGS[room]
    environ = {key: value for key, value in variables(pod).items() if key.startswith("EVENFLOW_")}
    for key, value in environ.items():
        if "_TLS_" in key and value.startswith("/"):
            mounted = [mount["mountPath"] for mount in only(pod)["volumeMounts"]]
            assert str(Path(value).parent) in mounted
            file = folder / Path(value).name
            file.touch()
            environ[key] = str(file)
    return load(getattr(import_module(module), name), room, [], environ)
