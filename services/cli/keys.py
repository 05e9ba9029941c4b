"""`evenflow key`: a tenant's new key, and what of it goes into the gateway's file.

Decides that the key itself is told once and kept nowhere.
"""

import re
import secrets

from rich.console import Console

from gateway.tenants.keys import digest, key_from
from services.cli.faults import USAGE, Complaint


def new_key(tenant: str) -> None:
    """Tell a new key; raises Complaint."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", tenant, re.ASCII):
        raise Complaint("TENANT: must be 1 to 64 of [A-Za-z0-9._-]", exit_code=USAGE)
    key = key_from(secrets.token_bytes(32))
    Console(stderr=True, highlight=False).out(
        "The key, for the caller (EVENFLOW_CLI_API_KEY, or metadata `authorization: Bearer …`).\n"
        "It is kept nowhere. In the gateway's tenants file (EVENFLOW_GATEWAY_TENANTS):\n\n"
        f'[tenants."{tenant}"]\nkeys = ["{digest(key)}"]\n'
    )
    Console(highlight=False, soft_wrap=True).out(key)
