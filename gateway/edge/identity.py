"""Who a caller's certificate says it is, over HTTPS.

Pure. The rule is the one that gRPC's core keeps to: a certificate names an
identity only if it holds exactly one URI, and that is a SPIFFE id. What was
signed, and by whom, has been checked by then.
"""

from collections.abc import Mapping
from typing import Any

_MOST_CHARACTERS = 2048


def identities_of(certificate: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The identity in what `ssl` tells of a certificate; () where there is none."""
    names = (certificate or {}).get("subjectAltName", ())
    uris = [value for kind, value in names if kind == "URI"]
    if len(uris) != 1:
        return ()
    (uri,) = uris
    authority, _, path = uri.removeprefix("spiffe://").partition("/")
    is_one = uri.startswith("spiffe://") and authority and path and len(uri) <= _MOST_CHARACTERS
    return (uri,) if is_one else ()
