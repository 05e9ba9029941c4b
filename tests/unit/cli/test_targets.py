import pytest

from services.cli.targets import BadTarget, parse_target


@pytest.mark.parametrize("target", ["localhost:50051", "10.0.0.7:1", "[::1]:65535", "a-b.c:80"])
def test_a_target_stays_as_it_was_given(target: str) -> None:
    assert parse_target(target) == target


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("localhost", "'localhost' has no port: give host:port, such as localhost:50051"),
        ("localhost:", "'localhost:' has no port: give host:port, such as localhost:50051"),
        ("http://localhost:50051/", "is a URL: give host:port alone, such as localhost:50051"),
        ("::1:50051", "is an IPv6 address without brackets"),
        ("localhost:65536", "names port 65536: ports are 1 to 65535"),
        ("localhost:0", "names port 0: ports are 1 to 65535"),
        ("localhost:http", "is not host:port"),
        ("", "is not host:port"),
    ],
)
def test_what_a_bad_target_lacks_is_told(target: str, told: str) -> None:
    with pytest.raises(BadTarget) as caught:
        parse_target(target)
    assert told in str(caught.value)
