"""The kustomizations, rendered, for the tests that read them."""

import pytest
import yaml

from tests.tools.manifests import OVERLAYS, render, workloads


@pytest.fixture(params=OVERLAYS)
def overlay(request) -> str:
    return request.param


@pytest.fixture
def objects(overlay) -> list[dict]:
    return list(yaml.safe_load_all(render(overlay)))


@pytest.fixture
def pods(objects) -> dict[str, dict]:
    """Pods by the name of what runs in them."""
    return {name: each["spec"]["template"]["spec"] for name, each in workloads(objects).items()}
