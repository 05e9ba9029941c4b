"""Settings: one frozen dataclass a process, read from environment and flags.

Decides how a field becomes `EVENFLOW_<ROOM>_<FIELD>` and `--field`, and how a
faulty value is told: all faults at once, before any port is bound. Knows no
fields but those that every server has.
"""

import argparse
import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOMS = ("gateway", "balancer", "worker")
PREFIX = "EVENFLOW_"
TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

S = TypeVar("S")


class SettingsError(Exception):
    """Settings that cannot be used; `faults` names each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def setting(
    default: Any,
    help: str,  # noqa: A002 - the word that argparse uses
    *,
    choices: tuple[str, ...] | None = None,
    secret: bool = False,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Any:
    """Declare a field: its default, its help text with the unit, and its limits.

    Types: str, int, float, bool, Path, each `| None` too, and `tuple[str, ...]`
    (comma separated). `secret` values are shown by nothing, but for the default.
    """
    limits = {"choices": choices, "at_least": at_least, "at_most": at_most}
    metadata = {"help": help, "secret": secret, **limits}
    return dataclasses.field(default=default, repr=not secret, metadata=metadata)


def load(cls: type[S], room: str, argv: Sequence[str], environ: Mapping[str, str]) -> S:
    """Read `cls` for `room`; flags win over the environment, both over defaults.

    Raises:
        SettingsError: with every fault found, unknown names included.
    """
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(cls)
    faults = list(_unknown_names(fields, room, environ))
    values: dict[str, Any] = {}
    flags = _read_flags(cls, room, argv, faults)
    for name, field in fields.items():
        variable = f"{PREFIX}{room.upper()}_{name.upper()}"
        if name in flags:
            source, raw = _flag(name), flags[name]
        elif variable in environ:
            source, raw = variable, environ[variable]
        else:
            continue
        try:
            values[name] = _checked(_parse(hints[name], raw), field.metadata)
        except ValueError as error:
            shown = "" if field.metadata["secret"] else f" {raw!r}"
            faults.append(f"{source}{shown}: {error}")
    settings = cls(**values)  # what could not be read stands at its default
    faults.extend(_cross_checks(settings))
    if faults:
        raise SettingsError(faults)
    return settings


def table(settings: object, room: str) -> str:
    """Show every effective value with its variable and help, one a line."""
    fields = dataclasses.fields(settings)  # type: ignore[arg-type]
    rows = []
    for field in fields:
        value = getattr(settings, field.name)
        is_secret = field.metadata["secret"] and value != field.default
        shown = "<secret>" if is_secret else _shown(value)
        rows.append((f"{PREFIX}{room.upper()}_{field.name.upper()}", shown, field.metadata["help"]))
    names, shows = (max(len(row[i]) for row in rows) for i in (0, 1))
    return "\n".join(f"{name:{names}}  {shown:{shows}}  {text}" for name, shown, text in rows)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _unknown_names(
    fields: Mapping[str, object], room: str, environ: Mapping[str, str]
) -> Iterator[str]:
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        owner, _, name = variable.removeprefix(PREFIX).lower().partition("_")
        if owner == room and name not in fields:
            yield f"{variable}: unknown setting of {room}"
        elif owner not in ROOMS and owner not in ("cli", "tests"):
            yield f"{variable}: unknown room; known are {', '.join(ROOMS)}"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> typing.NoReturn:
        raise SettingsError([message])


def _read_flags(cls: type, room: str, argv: Sequence[str], faults: list[str]) -> dict[str, str]:
    parser = _Parser(
        prog=f"evenflow {room}",
        description=f"Every flag is also {PREFIX}{room.upper()}_<NAME> in the environment.",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    for field in dataclasses.fields(cls):
        default = _shown(field.default).replace("%", "%%")
        text = field.metadata["help"].replace("%", "%%")
        choices = field.metadata["choices"]
        among = f" [{'|'.join(choices)}]" if choices else ""
        # A boolean flag may stand alone.
        alone: dict[str, Any] = (
            {"nargs": "?", "const": "true"} if field.type in (bool, "bool") else {}
        )
        parser.add_argument(
            _flag(field.name), metavar="…", help=f"{text}{among} (default: {default})", **alone
        )
    parser.add_argument(
        "--print-settings", action="store_true", help="show the effective settings and exit"
    )
    try:
        known, unknown = parser.parse_known_args(list(argv))
    except SettingsError as error:
        faults.extend(error.faults)
        return {}
    if unknown:
        faults.append(f"unknown flags: {' '.join(unknown)}")
    flags = vars(known)
    flags.pop("print_settings", None)
    return flags


def _parse(kind: Any, raw: str) -> Any:
    arms = typing.get_args(kind)
    if isinstance(kind, types.UnionType) and type(None) in arms:
        if raw == "":
            return None
        (kind,) = (arm for arm in arms if arm is not type(None))
    if typing.get_origin(kind) is tuple:
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    if kind is bool:
        if raw.lower() not in TRUTHS:
            raise ValueError("must be true or false")
        return TRUTHS[raw.lower()]
    try:
        return kind(raw)
    except ValueError:
        raise ValueError(f"must be {'a whole number' if kind is int else 'a number'}") from None


def _checked(value: Any, limits: Mapping[str, Any]) -> Any:
    if value is None:
        return value
    if limits["choices"] and value not in limits["choices"]:
        raise ValueError(f"must be one of {', '.join(limits['choices'])}")
    if limits["at_least"] is not None and not value >= limits["at_least"]:
        raise ValueError(f"must be at least {limits['at_least']}")
    if limits["at_most"] is not None and not value <= limits["at_most"]:
        raise ValueError(f"must be at most {limits['at_most']}")
    return value


def _cross_checks(settings: object) -> Iterator[str]:
    """Call every `check` along the inheritance line, each once."""
    for cls in reversed(type(settings).__mro__):
        if "check" in vars(cls):
            yield from vars(cls)["check"](settings)


def split_address(address: str) -> tuple[str, int]:
    """Split "host:port" or "[v6]:port"; ValueError says what is wrong with it."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{address!r} is not host:port with a port of 0 to 65535")
    return host.removeprefix("[").removesuffix("]"), int(port)


@dataclass(frozen=True, kw_only=True)
class TlsSettings:
    """TLS on every connection, where the files are given."""

    tls_cert: Path | None = setting(
        None, "PEM file of this process's certificate chain; turns TLS on"
    )
    tls_key: Path | None = setting(None, "PEM file of the certificate's key")
    tls_ca: Path | None = setting(
        None, "PEM file of the authorities that peers must be signed by (mTLS)"
    )
    tls_server_name: str | None = setting(None, "DNS name to expect in servers' certificates")

    def check(self) -> Iterator[str]:
        """Name what is half set or not there."""
        if (self.tls_cert is None) != (self.tls_key is None):
            yield "tls_cert and tls_key: give both or neither"
        for name in ("tls_cert", "tls_key", "tls_ca"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                yield f"{name}: no file at {path}"


@dataclass(frozen=True, kw_only=True)
class ServerSettings(TlsSettings):
    """What every server has."""

    tls_clients: str = setting(
        "required",
        "with tls_ca: whether callers must show a certificate that it has signed",
        choices=("required", "none"),
    )
    tls_peers: tuple[str, ...] = setting(
        (),
        "SPIFFE identities that may call, health checks aside: exactly one of them must stand in a "
        "caller's certificate; none given: whoever comes in may call",
    )
    listen: str = setting("127.0.0.1:0", "host:port of the gRPC server; port 0 takes a free one")
    metrics_listen: str | None = setting(None, "host:port of Prometheus metrics; empty for none")
    health_listen: str | None = setting(
        None, "host:port of a second, plaintext server for health probes"
    )
    advertise: str | None = setting(None, "host:port told to discovery (default: the one bound)")
    instance_id: str | None = setting(
        None, "id in discovery and logs (default: made from host and process)"
    )
    reflection: bool = setting(True, "serve gRPC reflection, for grpcurl")
    log_level: str = setting(
        "info", "least level logged", choices=("debug", "info", "warning", "error")
    )
    log_format: str = setting("console", "how logs look", choices=("console", "json"))
    announce_fd: int | None = setting(
        None, "file descriptor on which to tell a parent process that all is ready", at_least=0
    )
    drain_seconds: float = setting(
        30.0, "seconds that running requests may take after SIGTERM", at_least=0.0
    )

    @property
    def asks_for_certificates(self) -> bool:
        """Whether callers must show a certificate."""
        return self.tls_ca is not None and self.tls_clients == "required"

    def check(self) -> Iterator[str]:
        """Name addresses that cannot be bound, and identities that nobody could show."""
        if self.tls_peers and not (self.tls_cert and self.asks_for_certificates):
            yield "tls_peers: needs tls_cert, tls_key and tls_ca, and tls_clients=required"
        for peer in self.tls_peers:
            if not peer.startswith("spiffe://"):
                yield f'tls_peers {peer!r}: must begin with "spiffe://"'
        for name in ("listen", "metrics_listen", "health_listen", "advertise"):
            address = getattr(self, name)
            if address is None:
                continue
            try:
                split_address(address)
            except ValueError as error:
                yield f"{name}: {error}"
