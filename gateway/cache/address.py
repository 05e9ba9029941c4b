"""What `EVENFLOW_GATEWAY_CACHE` says: in memory, nowhere, or in which Redis.

Pure. Reads the setting's words and says what is wrong with them, never quoting
them: they may hold a password. An address shows itself without it.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

MEMORY, OFF = "memory", "off"
_RULE = "must be memory, off, or redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE] (rediss: by TLS)"


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """Where a Redis is, and what to show it."""

    host: str
    port: int
    database: int
    is_tls: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rediss' if self.is_tls else 'redis'}://{host}:{self.port}/{self.database}"


def read_address(told: str) -> RedisAddress | None:
    """Read the setting; None: it names no Redis.

    Raises:
        ValueError: it cannot be read; the message says why.
    """
    if told in (MEMORY, OFF):
        return None
    try:
        parts = urlsplit(told)
        port, host = parts.port, parts.hostname
    except ValueError:  # a port that is none; its message quotes
        raise ValueError(_RULE) from None
    if parts.scheme not in ("redis", "rediss") or not host or parts.query or parts.fragment:
        raise ValueError(_RULE)
    database = parts.path.removeprefix("/") or "0"
    if not (database.isascii() and database.isdigit()):
        raise ValueError(f"{_RULE}; a database is a whole number from 0")
    return RedisAddress(
        host=host,
        port=6379 if port is None else port,
        database=int(database),
        is_tls=parts.scheme == "rediss",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
