"""`evenflow certs`: certificates for a mesh in development, made and renewed.

Decides which files there are and what they are called. Run again it renews the
certificates under the same authority; servers that run take them up.
"""

import datetime
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from services.cli.authority import Authority, Pair
from services.cli.faults import Complaint

ROOMS = ("gateway", "balancer", "worker")
NAMES = (*ROOMS, "caller")
DOMAIN = "evenflow"
_AUTHORITY_DAYS = 3650
_LOCAL = ("localhost", "127.0.0.1", "::1")


def identity(name: str) -> str:
    """The SPIFFE identity of a service."""
    return f"spiffe://{DOMAIN}/ns/default/sa/{name}"


def certs(folder: Path, hosts: Sequence[str], days: int) -> None:
    """Make or renew all of `folder`; raises Complaint."""
    now = datetime.datetime.now(datetime.UTC)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        authority, is_new = _authority(folder, now)
        for name in NAMES:
            names = [f"{name}.{DOMAIN}", *_LOCAL, *hosts]
            pair = authority.issue(f"evenflow {name}", names, [identity(name)], days, now)
            _write(folder, name, pair)
    except OSError as error:
        why = error.strerror or error
        raise Complaint(f"cannot keep certificates in {folder}: {why}") from None
    except ValueError as error:
        raise Complaint(f"{folder}: {error}") from None
    _tell(folder.resolve(), is_new=is_new, days=days)


def _authority(folder: Path, now: datetime.datetime) -> tuple[Authority, bool]:
    """The folder's authority, made if there is none; whether it is new."""
    certificate, key = folder / "ca.pem", folder / "ca.key"
    if certificate.exists() and key.exists():
        return Authority.of(Pair(certificate.read_bytes(), key.read_bytes())), False
    authority = Authority.new("evenflow development authority", _AUTHORITY_DAYS, now)
    _write(folder, "ca", authority.pair)
    return authority, True


def _write(folder: Path, name: str, pair: Pair) -> None:
    for suffix, content, mode in (("key", pair.key, 0o600), ("pem", pair.certificate, 0o644)):
        new = folder / f".{name}.{suffix}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
        new.replace(folder / f"{name}.{suffix}")  # whole or not at all: a server may be reading


def _tell(folder: Path, *, is_new: bool, days: int) -> None:
    """Say what to set, in a form that a shell takes as it stands."""
    console = Console(highlight=False, soft_wrap=True)
    whose = "a new authority" if is_new else "the same authority"
    console.out(f"# {whose}; certificates for {days} days")
    for room in ROOMS:
        files = {"CERT": f"{room}.pem", "KEY": f"{room}.key", "CA": "ca.pem"}
        for name, file in files.items():
            path = shlex.quote(str(folder / file))
            console.out(f"export EVENFLOW_{room.upper()}_TLS_{name}={path}")
    shown = {"ca": "ca.pem", "cert": "caller.pem", "key": "caller.key"}
    flags = [f"--{name} {shlex.quote(str(folder / file))}" for name, file in shown.items()]
    console.out(f"# evenflow ask {' '.join(flags)} …")
