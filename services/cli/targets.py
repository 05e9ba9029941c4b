"""Where to call: "host:port", checked before anything is dialled.

Pure. Decides what a target looks like and what is said of one that does not.
"""

import re

GATEWAY = "localhost:50051"
BALANCER = "localhost:50052"

_SHAPE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):(?P<port>[0-9]{1,5})")


class BadTarget(ValueError):
    """A target that names no host and port."""


def parse_target(text: str) -> str:
    """The target as it was given, or BadTarget saying what it lacks.

    >>> parse_target("localhost:50051")
    'localhost:50051'
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise BadTarget(f"{text!r} {_what_it_lacks(text)}")
    if not 1 <= int(match["port"]) <= 65535:
        raise BadTarget(f"{text!r} names port {match['port']}: ports are 1 to 65535")
    return text


def _what_it_lacks(text: str) -> str:
    """Why a text is no target, with the likeliest repair."""
    if "://" in text:
        bare = text.split("://", 1)[1].rstrip("/") or GATEWAY
        return f"is a URL: give host:port alone, such as {bare}"
    if text.count(":") > 1 and not text.startswith("["):
        return f"is an IPv6 address without brackets: give [{text}]:port"
    if text.rstrip(":") and " " not in text and not re.search(r":[^\]]+$", text):
        return f"has no port: give host:port, such as {text.rstrip(':')}:50051"
    return f"is not host:port, such as {GATEWAY}"
