"""nginx and HAProxy: which of Debian's packages they are, each with its sha256."""

from tests.tools.debian import Package

SUITE = "bookworm"


def _package(name: str, version: str, amd64: str, arm64: str) -> Package:
    return Package(name, version, {"amd64": amd64, "arm64": arm64})


NGINX = (
    _package(
        "nginx",
        "1.22.1-9+deb12u9",
        "4e7b52f8b31f26d77ffb5c427c41e36223e81b047242ecfa8dc1d7f939734885",
        "c50ba73501e353702a748a57aab4817bfe7d1e8d6cc7a2e24c97248bd91462de",
    ),
)
HAPROXY = (
    _package(
        "haproxy",
        "2.6.12-1+deb12u3",
        "c8fa07420a78bfc47544b2a46e97151a8a12c3b4db62de610b2e37e78506f465",
        "7635b443ca8cf8a4cd207e838d1800777a513fdf2db98e745c4fd43651d57a74",
    ),
    _package(
        "liblua5.3-0",
        "5.3.6-2",
        "576ad8ef2e9f6ad21f29f0c90dac17448deefee8f3912877c2a0911b77e5d3ca",
        "a6ced38c031a049097fef0acdf57cac7d16d7f642006e8a2c17358bb47caa318",
    ),
    _package(
        "libopentracing-c-wrapper0",
        "1.1.3-3+b1",
        "68013bf6296a776923622c871bed26bc7b6bfe5f84b0fa2707a06382d1db2692",
        "36751ed62c207843d9997e7984aec6cd7482fdd703f43849bc9e31e09c4c4d55",
    ),
    _package(
        "libopentracing1",
        "1.6.0-4",
        "af62b62a99979253a79e3443f7dabe13f1f33bc2fc024f99039e3868a67f26f4",
        "5fe103e1d8ab56f8ee381aa3cca9ec0e40e61ea24f25d0ac9933cf9c5820b3a4",
    ),
)
