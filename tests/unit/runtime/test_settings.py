from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.runtime.settings import (
    ServerSettings,
    SettingsError,
    load,
    setting,
    split_address,
    table,
)


@dataclass(frozen=True, kw_only=True)
class Kettle(ServerSettings):
    litres: float = setting(1.5, "how much fits, in litres", at_least=0.1, at_most=5)
    cups: int | None = setting(None, "cups to fill")
    colours: tuple[str, ...] = setting((), "paint")
    whistle: bool = setting(False, "be loud")
    key: str = setting("", "opens the lid", secret=True)

    def check(self) -> Iterator[str]:
        if self.whistle and self.litres > 4:
            yield "whistle: too large to whistle"


def test_flags_win_over_environment_over_defaults() -> None:
    environ = {"EVENFLOW_WORKER_LITRES": "2", "EVENFLOW_WORKER_CUPS": "3", "PATH": "x"}
    kettle = load(Kettle, "worker", ["--litres", "3", "--whistle", "--colours=red, blue"], environ)
    assert (kettle.litres, kettle.cups, kettle.colours, kettle.whistle) == (
        3.0,
        3,
        ("red", "blue"),
        True,
    )


def test_all_faults_come_in_one_message() -> None:
    environ = {
        "EVENFLOW_WORKER_LITRES": "9",
        "EVENFLOW_WORKER_CUPS": "many",
        "EVENFLOW_WORKER_SPOUT": "1",
        "EVENFLOW_KITCHEN_SINK": "1",
        "EVENFLOW_GATEWAY_ANYTHING": "another room's, which is not ours to judge",
        "EVENFLOW_WORKER_TLS_CERT": "/nowhere.pem",
        "EVENFLOW_WORKER_LISTEN": "localhost",
        "EVENFLOW_WORKER_LOG_LEVEL": "loud",
    }
    with pytest.raises(SettingsError) as caught:
        load(Kettle, "worker", [], environ)
    assert caught.value.faults == (
        "EVENFLOW_KITCHEN_SINK: unknown room; known are gateway, balancer, worker",
        "EVENFLOW_WORKER_SPOUT: unknown setting of worker",
        "EVENFLOW_WORKER_LOG_LEVEL 'loud': must be one of debug, info, warning, error",
        "EVENFLOW_WORKER_LITRES '9': must be at most 5",
        "EVENFLOW_WORKER_CUPS 'many': must be a whole number",
        "tls_cert and tls_key: give both or neither",
        "tls_cert: no file at /nowhere.pem",
        "listen: 'localhost' is not host:port with a port of 0 to 65535",
    )


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "0", "5.1", ""])
def test_limits_hold_for_odd_numbers(value: str) -> None:
    with pytest.raises(SettingsError):
        load(Kettle, "worker", ["--litres", value], {})


def test_cross_checks_run_on_what_could_be_read() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Kettle, "worker", ["--litres", "5", "--whistle", "--cups", "x"], {})
    assert caught.value.faults == (
        "--cups 'x': must be a whole number",
        "whistle: too large to whistle",
    )


def test_an_unknown_flag_is_a_fault_beside_others() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Kettle, "worker", ["--spout", "2", "--cups", "x"], {})
    assert caught.value.faults == ("unknown flags: --spout 2", "--cups 'x': must be a whole number")


def test_half_a_certificate_is_a_fault(tmp_path: Path) -> None:
    pem = tmp_path / "cert.pem"
    pem.write_text("x")
    with pytest.raises(SettingsError, match="give both or neither"):
        load(Kettle, "worker", ["--tls-cert", str(pem)], {})


def test_secrets_are_not_shown() -> None:
    kettle = load(Kettle, "worker", [], {"EVENFLOW_WORKER_KEY": "sesame"})
    shown = table(kettle, "worker")
    assert kettle.key == "sesame"
    assert "sesame" not in shown
    assert "EVENFLOW_WORKER_KEY" in shown
    assert "<secret>" in shown


def test_a_secret_that_is_wrong_is_not_quoted() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Safe:
        code: int = setting(0, "opens it", secret=True)

    with pytest.raises(SettingsError) as caught:
        load(Safe, "worker", [], {"EVENFLOW_WORKER_CODE": "hunter2"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "parts"),
    [("127.0.0.1:50", ("127.0.0.1", 50)), ("[::1]:0", ("::1", 0)), ("host:65535", ("host", 65535))],
)
def test_addresses_split(address: str, parts: tuple[str, int]) -> None:
    assert split_address(address) == parts


@pytest.mark.parametrize("address", ["", "host", ":50", "host:", "host:65536", "host:x", "host:-1"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ValueError, match="is not host:port"):
        split_address(address)
