"""A desk to play with."""

import pytest

from tests.unit.loadbalancer.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()
