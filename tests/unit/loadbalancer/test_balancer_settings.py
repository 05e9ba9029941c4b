"""The balancer's settings: what becomes a rule, and what is told as wrong."""

import pytest

from loadbalancer.settings import BalancerSettings
from services.runtime.settings import SettingsError, load


def read(**environ):
    return load(BalancerSettings, "balancer", [], environ)


def test_weights_become_rules():
    settings = read(EVENFLOW_BALANCER_TENANT_WEIGHTS="a=2,b=0.5")
    assert settings.rules().tenant_weights == {"a": 2.0, "b": 0.5}
    assert read().rules().tenant_weights == {}


@pytest.mark.parametrize("given", ["a", "a=", "=2", "a=x", "a=0", "a=-1", "a=nan", "a=1e9"])
def test_a_weight_that_is_none_is_told(given):
    with pytest.raises(SettingsError, match="tenant_weights"):
        read(EVENFLOW_BALANCER_TENANT_WEIGHTS=given)
