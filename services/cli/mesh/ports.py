"""Whether addresses can be bound, told before anything is started.

Decides the words for a port that is taken. A port that is free now may be taken
a moment later; the server that binds it then says so itself.
"""

import errno
import os
import socket

from services.cli.faults import USAGE, Complaint
from services.runtime.settings import split_address


def require_free(address: str, what: str, remedy: str) -> None:
    """Complain where `address` cannot be bound now; port 0 always can."""
    host, port = split_address(address)
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Complaint(
            f"{address} ({what}): {host} is no known host", hint=remedy, exit_code=USAGE
        ) from None
    with socket.socket(family, kind) as probe:
        # As servers do: connections that linger from an earlier run don't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            reason = _words(error)
            raise Complaint(
                f"{address} is taken: {what} cannot listen there"
                if reason is None
                else f"{address} ({what}): {reason}",
                hint=remedy,
                exit_code=USAGE,
            ) from None


def _words(error: OSError) -> str | None:
    """Why an address cannot be bound; None: it is taken."""
    if error.errno == errno.EADDRINUSE:
        return None
    if error.errno == errno.EADDRNOTAVAIL:
        return "not an address of this machine"
    if error.errno == errno.EACCES:
        return "this user may not bind that port"
    return os.strerror(error.errno) if error.errno else str(error)
