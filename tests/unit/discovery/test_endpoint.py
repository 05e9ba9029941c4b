import pytest

from services.discovery.endpoint import (
    ZONE,
    Endpoint,
    join_address,
    parse_endpoint,
    snapshot,
)
from services.discovery.settings import DiscoverySettings, DnsSettings
from services.runtime.settings import SettingsError, load


def test_a_snapshot_is_sorted_by_id_and_the_last_of_an_id_stands() -> None:
    told = [Endpoint("b", "h:2"), Endpoint("a", "h:1"), Endpoint("b", "h:3")]
    assert snapshot(told) == (Endpoint("a", "h:1"), Endpoint("b", "h:3"))


def test_tags_are_read_by_name() -> None:
    endpoint = Endpoint("a", "h:1", ("zone", "zones=x", "zone=eu-1", "zone=eu-2", "note=a=b"))
    assert endpoint.tag(ZONE) == "eu-1"
    assert endpoint.tag("note") == "a=b"
    assert endpoint.tag("model") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.0.0.1:50053", Endpoint("10.0.0.1:50053", "10.0.0.1:50053")),
        ("w1=host:50053", Endpoint("w1", "host:50053")),
        ("w1=[::1]:50053", Endpoint("w1", "[::1]:50053")),
    ],
)
def test_an_endpoint_is_read(written: str, read: Endpoint) -> None:
    assert parse_endpoint(written) == read


@pytest.mark.parametrize("written", ["", "host", "host:", ":1", "=host:1", "host:70000", "host:0"])
def test_what_is_no_endpoint_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"host:port|no id|needs a port"):
        parse_endpoint(written)


def test_addresses_of_both_families_are_written() -> None:
    assert join_address("10.0.0.1", 7) == "10.0.0.1:7"
    assert join_address("::1", 7) == "[::1]:7"


def test_one_of_each_service_find_each_other_with_nothing_set() -> None:
    settings = load(DiscoverySettings, "gateway", [], {})
    assert settings.discovery == "static"
    assert {name: e[0].address for name, e in settings.static_endpoints().items()} == {
        "evenflow-gateway": "127.0.0.1:50051",
        "evenflow-balancer": "127.0.0.1:50052",
        "evenflow-worker": "127.0.0.1:50053",
    }


def test_every_fault_of_the_settings_is_told() -> None:
    given = {
        "discovery": "dns",
        "static-workers": "a=h:1,a=h:2,nowhere",
        "discovery-tags": "zone",
        "consul-address": "ftp://h:1",
        "consul-tls-cert": "/no/such/file",
        "dns-servers": "one",
        "discovery-grace-seconds": "0",
    }
    argv = [part for name, value in given.items() for part in (f"--{name}", value)]
    with pytest.raises(SettingsError) as caught:
        load(DiscoverySettings, "worker", argv, {})
    told = sorted(fault.split(":")[0] for fault in caught.value.faults)
    assert told == [
        "--discovery-grace-seconds '0'",
        "consul_address",
        "consul_tls_cert",
        "consul_tls_cert and consul_tls_key",
        "discovery_tags",
        "dns_domain",
        "dns_servers",
        "static_workers",
        "static_workers",
    ]


@pytest.mark.parametrize(
    ("server", "is_one"),
    [
        ("192.0.2.1:53", True),
        ("[2001:db8::1]:53", True),
        ("[fe80::1%eth0]:53", True),
        ("localhost:53", False),  # who would be asked where it is?
        ("192.0.2.1:0", False),
        ("192.0.2.1", False),
    ],
)
def test_a_name_server_is_an_address_and_no_name(server: str, is_one: bool) -> None:
    faults = list(DnsSettings(dns_servers=(server,)).check())
    assert bool(faults) is not is_one


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("h:8500", ("http", "h", 8500)),
        ("http://[::1]:8500/", ("http", "::1", 8500)),
        ("https://h:8501", ("https", "h", 8501)),
    ],
)
def test_consul_s_address_is_read(address: str, read: tuple[str, str, int]) -> None:
    assert DiscoverySettings(consul_address=address).consul_host() == read
