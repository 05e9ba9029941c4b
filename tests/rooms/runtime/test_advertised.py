"""What discovery is told is what others can reach."""

from prometheus_client import CollectorRegistry

from services.runtime.server import serving
from services.runtime.settings import ServerSettings


async def test_the_health_port_is_told_at_the_advertised_host() -> None:
    settings = ServerSettings(
        listen="0.0.0.0:0",
        health_listen="0.0.0.0:0",
        advertise="worker-3.mesh:50053",
    )
    async with serving(settings, [], public=False, registry=CollectorRegistry()) as server:
        assert server.address == "worker-3.mesh:50053"
        host, port = server.health_address.split(":")
        assert host == "worker-3.mesh"
        assert 0 < int(port) < 65536
        assert int(port) != 50053


async def test_without_a_port_of_its_own_health_is_where_the_server_is() -> None:
    async with serving(ServerSettings(), [], public=False, registry=CollectorRegistry()) as server:
        assert server.health_address == server.address
