"""When two requests are the same: which answers may be shared, and under what key.

Pure. Only what the tokens follow from goes into a key: the model asked and its
revisions, the task, the sampling; and the tenant, so that no two tenants ever
have a key in common. A request's id and priority change no token. The key is
an HMAC: it tells nothing of the prompt, and nobody outside can make one.
"""

import hmac
import struct
from dataclasses import fields, is_dataclass
from typing import TypeAlias

from gateway.fleet import Fleet
from gateway.tasks.task import Sampling, Task
from services.runtime.text import Text

Key: TypeAlias = bytes
Revisions: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


class Keys:
    """Makes keys; those of two secrets have nothing to do with one another."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def key(self, task: Task, revisions: Revisions) -> Key:
        """Return the key of a task that `is_deterministic`, asked of these revisions."""
        asked = (task.tenant, task.model, revisions, task.sampling, task.work)
        return hmac.digest(self._secret, canonical(asked), "sha256")

    def __repr__(self) -> str:
        return "<Keys>"


def is_deterministic(sampling: Sampling) -> bool:
    """Whether the same request has the same answer: greedy, or with a seed of the caller's."""
    return sampling.temperature == 0 or sampling.seed is not None


def revisions_asked(fleet: Fleet, model: str) -> Revisions:
    """Which revisions may answer who asks for `model`; "" asks for the only model served.

    An answer is good for as long as these stay as they are.
    """
    return tuple((m.name, m.revisions) for m in fleet.models if model in ("", m.name))


def canonical(value: object) -> bytes:
    """Write a value down so that equal ones, and no others, are equal bytes.

    Every part says its kind and its length: no text can pass for two fields.
    """
    match value:
        case None:
            return b"n;"
        case Text():
            return _told(b"s", value.reveal.encode())
        case str():
            return _told(b"s", value.encode())
        case int():
            return _told(b"i", b"%d" % value)
        case float():
            return _told(b"f", struct.pack(">d", value + 0.0))  # -0.0 is 0
        case tuple():
            return _told(b"t", b"".join(canonical(part) for part in value))
        case _ if is_dataclass(value):
            parts = [canonical(getattr(value, field.name)) for field in fields(value)]
            return _told(b"d", canonical(type(value).__name__) + b"".join(parts))
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _told(kind: bytes, content: bytes) -> bytes:
    return b"%s%d:%s;" % (kind, len(content), content)
