"""Whose a call is, by what its caller shows.

Pure. With a roll, a caller shows a key (`authorization: Bearer …`) or a
certificate that names exactly one SPIFFE identity, and a key wins; a tenant's
name alone proves nothing and may only agree. Without a roll the name is taken
as told: the callers are then trusted with their own fairness. Knows no limits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.errors import FieldFault, InvalidTask, Refusal, Refused
from gateway.tenants.roll import Roll
from gateway.tenants.tenant import NAME_RULE, Tenant, is_name

TENANT_KEY = "evenflow-tenant"
DEFAULT_TENANT = "default"
_SCHEME = "bearer"


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What a call shows of its caller: metadata values, and identities of its certificate."""

    names: Sequence[str] = ()
    authorizations: Sequence[str] = ()
    identities: Sequence[str] = ()


class Door:
    """Asks the roll in force; `roll` gives None where there is none."""

    def __init__(self, roll: Callable[[], Roll | None]) -> None:
        self._roll = roll

    def tenant(self, shown: Shown) -> Tenant:
        """Whose call it is.

        Raises:
            Refused: nobody's, or not the tenant's that it names.
            InvalidTask: the name is none.
        """
        # A tenant that is told twice is no name, and refused as such.
        told = ",".join(shown.names) if shown.names else None
        roll = self._roll()
        if roll is None:
            return Tenant(DEFAULT_TENANT if told is None else _checked(told))
        tenant = _by_key(roll, shown) if shown.authorizations else _by_identity(roll, shown)
        if told is not None and told != tenant.name:
            raise Refused(Refusal.OTHER_TENANT, f"{TENANT_KEY}: names another tenant")
        return tenant


def _checked(name: str) -> str:
    """The name, which from here on may stand in logs."""
    if not is_name(name):
        fault = FieldFault(TENANT_KEY, f"this metadata must be {NAME_RULE}")
        raise InvalidTask("INVALID_FIELD", [fault])
    return name


def _by_key(roll: Roll, shown: Shown) -> Tenant:
    if len(shown.authorizations) > 1:
        raise Refused(Refusal.UNKNOWN_KEY, "authorization: given more than once")
    scheme, _, key = shown.authorizations[0].partition(" ")
    if scheme.lower() != _SCHEME or not key:
        raise Refused(Refusal.UNKNOWN_KEY, 'authorization: must be "Bearer" and a key')
    tenant = roll.of_key(key.strip())
    if tenant is None:
        raise Refused(Refusal.UNKNOWN_KEY, "authorization: this key is nobody's (any more)")
    return tenant


def _by_identity(roll: Roll, shown: Shown) -> Tenant:
    if not shown.identities:
        message = 'authorization: missing; call with the metadata "authorization: Bearer KEY"'
        raise Refused(Refusal.NO_KEY, message)
    # A certificate with several identities may be meant for another one's use: fail closed.
    found = roll.of_identity(shown.identities[0]) if len(shown.identities) == 1 else None
    if found is None:
        raise Refused(Refusal.NO_KEY, "the certificate's identity is no tenant's")
    return found
