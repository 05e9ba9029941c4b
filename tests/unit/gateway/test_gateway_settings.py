import pytest

from gateway.settings import GatewaySettings
from services.runtime.settings import SettingsError, load


def test_defaults():
    settings = load(GatewaySettings, "gateway", [], {})
    assert settings.listen == "127.0.0.1:50051"
    assert settings.metrics_listen == "127.0.0.1:9101"
    assert settings.max_prompt_bytes == 1 << 20
    assert settings.max_receive_bytes == 8 << 20
    assert settings.default_deadline_seconds == 600


def test_faults_are_told_at_once():
    with pytest.raises(SettingsError) as error:
        load(
            GatewaySettings,
            "gateway",
            ["--balancer", "nowhere", "--batch-in-flight", "0"],
            {"EVENFLOW_GATEWAY_MAX_IN_FLIGHT": "many", "EVENFLOW_GATEWAY_NO_SUCH": "1"},
        )
    told = "\n".join(error.value.faults)
    assert "balancer: 'nowhere' is not host:port" in told
    assert "--batch-in-flight '0': must be at least 1" in told
    assert "EVENFLOW_GATEWAY_MAX_IN_FLIGHT 'many': must be a whole number" in told
    assert "EVENFLOW_GATEWAY_NO_SUCH: unknown setting of gateway" in told
