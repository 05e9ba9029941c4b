"""The roll: which tenants there are, and whose a key or a certificate is.

Pure. Reads the tenants file's text, all faults told at once by their place in
it. A key is found by comparing its digest with every tenant's, in a time that
does not depend on which one it is. Shares of a busy fleet are the balancer's matter.

    [tenants.search]
    keys = ["sha256:…"]               # `evenflow key` makes a key and its digest
    identities = ["spiffe://…"]       # or who the caller's certificate names
    requests_per_minute = 600
    tokens_per_minute = 200_000
    in_flight = 64
    models = ["smollm2-135m-instruct"]
    highest_priority = "normal"
"""

import hmac
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.tasks.task import Priority
from gateway.tenants.keys import digest, is_digest
from gateway.tenants.tenant import NAME_RULE, Limits, Tenant, is_name

_COUNTS = ("requests_per_minute", "tokens_per_minute", "in_flight")
_LISTS = ("keys", "identities", "models")
_FIELDS = (*_COUNTS, *_LISTS, "highest_priority")
_PRIORITIES = {priority.value: priority for priority in Priority}


class RollError(Exception):
    """A tenants file that cannot be used; `faults` names each fault and its place."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True, repr=False)
class Roll:
    """All tenants."""

    tenants: tuple[Tenant, ...]
    by_digest: tuple[tuple[str, Tenant], ...]
    by_identity: Mapping[str, Tenant]

    def of_key(self, key: str) -> Tenant | None:
        """Whose a key is."""
        asked, found = digest(key), None
        for known, tenant in self.by_digest:
            if hmac.compare_digest(asked, known):
                found = tenant
        return found

    def of_identity(self, identity: str) -> Tenant | None:
        """Whose a SPIFFE identity is."""
        return self.by_identity.get(identity)

    def __repr__(self) -> str:
        return f"<Roll {len(self.tenants)} tenants {len(self.by_digest)} keys>"


def read_roll(text: str) -> Roll:
    """Read a tenants file.

    Raises:
        RollError: with every fault found. No message holds a key's digest.
    """
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RollError([f"not TOML: {error}"]) from None
    except (ValueError, RecursionError) as error:  # a number, or a nest, that Python does not read
        raise RollError([f"not TOML that can be read: {type(error).__name__}"]) from None
    faults = [
        f"{name}: unknown; there is [tenants.NAME] alone" for name in entries.keys() - {"tenants"}
    ]
    tables = entries.get("tenants", {})
    if not isinstance(tables, dict) or not tables:
        raise RollError([*faults, "tenants: must hold a table for each tenant, [tenants.NAME]"])
    tenants: list[Tenant] = []
    by_digest: dict[str, Tenant] = {}
    by_identity: dict[str, Tenant] = {}
    for name, table in tables.items():
        place = f"tenants.{name:.64}"
        found = list(_faults(name, table, place))
        faults += found
        if found:
            continue
        tenant = _tenant(name, table)
        tenants.append(tenant)
        for kind, known in (("keys", by_digest), ("identities", by_identity)):
            for at, value in enumerate(table.get(kind, ())):
                if known.setdefault(value, tenant) is not tenant:
                    faults.append(f"{place}.{kind}[{at}]: is {known[value].name}'s too")
    if faults:
        raise RollError(faults)
    return Roll(tuple(tenants), tuple(by_digest.items()), by_identity)


def _faults(name: str, table: Any, place: str) -> Iterable[str]:
    if not is_name(name):
        yield f"{place}: a name must be {NAME_RULE}"
    if not isinstance(table, dict):
        yield f"{place}: must be a table"
        return
    for field, value in table.items():
        fault = _fault(field, value)
        if fault is not None:
            yield f"{place}.{field:.64}{fault}"
    if not table.get("keys") and not table.get("identities"):
        yield f"{place}: nobody can be this tenant; give it keys or identities"


def _fault(field: str, value: Any) -> str | None:
    """What is wrong with a field, beginning where its name ends."""
    if field not in _FIELDS:
        return f": unknown; there are {', '.join(_FIELDS)}"
    if field in _COUNTS and (type(value) is not int or value < 1):
        return ": must be a whole number from 1"
    if field == "highest_priority" and value not in tuple(_PRIORITIES):
        return f": must be one of {', '.join(_PRIORITIES)}"
    if field in _LISTS:
        return _list_fault(field, value)
    return None


def _list_fault(field: str, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return ": must be a list of strings"
    for at, each in enumerate(value):
        if field == "keys" and not is_digest(each):
            return f'[{at}]: must be "sha256:" and 64 hexadecimal digits, never a key itself'
        if field == "identities" and not each.startswith("spiffe://"):
            return f'[{at}]: must begin with "spiffe://"'
    return None


def _tenant(name: str, table: Mapping[str, Any]) -> Tenant:
    models = table.get("models")
    limits = Limits(
        **{field: table.get(field) for field in _COUNTS},
        models=None if models is None else frozenset(models),
        highest_priority=_PRIORITIES[table.get("highest_priority", "high")],
    )
    return Tenant(name, limits)
