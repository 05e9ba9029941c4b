"""A tenant and what it may do, as values.

Pure. A limit that is None does not exist. Knows neither keys nor what is in use.
"""

import re
from dataclasses import dataclass, field

from gateway.tasks.task import Priority

# What a tenant is called: in the tenants file, or by its caller where there is none.
NAME_RULE = "1 to 64 of [A-Za-z0-9._-]"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def is_name(told: str) -> bool:
    """Whether a tenant can be called so."""
    return _NAME.fullmatch(told) is not None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tenant may use.

    Tokens are those of prompts and answers together. `models` None: all.
    """

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    in_flight: int | None = None
    models: frozenset[str] | None = None
    highest_priority: Priority = Priority.HIGH


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whose a request is."""

    name: str
    limits: Limits = field(default_factory=Limits)
