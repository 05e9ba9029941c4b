"""Connections: the gRPC options that both ends agree on.

Decides keepalive, back-off, windows and limits; FACTS measured each of them
against grpcio 1.85. Knows no service.
"""

import grpc

from services.runtime.credentials import channel_credentials
from services.runtime.settings import TlsSettings

MIB = 1 << 20

# keepalive_timeout_ms alone does nothing in grpcio; http2.ping_timeout_ms is what
# counts. docs/decisions/0005 says why it is not shorter.
_PINGS = (
    ("grpc.keepalive_time_ms", 1_000),
    ("grpc.keepalive_timeout_ms", 2_500),
    ("grpc.http2.ping_timeout_ms", 2_500),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
)
# Without this, one reader that has stalled takes megabytes and its neighbours' turn.
_WINDOWS = (("grpc.http2.bdp_probe", 0),)
_QUICK_RECONNECT = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 1_000),
)
_PUBLIC_SERVER = (
    # A connection. C-core refuses streams while more than this many, ended ones not yet reaped
    # included, are allocated: at 100, one busy service on one channel would see refusals.
    ("grpc.max_concurrent_streams", 1_000),
    ("grpc.server_handshake_timeout_ms", 5_000),
    ("grpc.max_metadata_size", 8 << 10),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
)
_INTERNAL_SERVER = (
    *_PINGS,
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 300),
    ("grpc.http2.max_ping_strikes", 0),
)

Options = tuple[tuple[str, int | str], ...]


def server_options(*, public: bool, max_receive_bytes: int, connection_age: float = 0.0) -> Options:
    """Options of a server, public (callers) or internal (our own services).

    After `connection_age` seconds, unless 0, a connection takes no new calls; those that
    run on it end in their own time.
    """
    # Core spreads it by a tenth, so that callers of one moment do not all come back in one.
    age = (("grpc.max_connection_age_ms", round(connection_age * 1e3)),) if connection_age else ()
    return (
        *(_PUBLIC_SERVER if public else _INTERNAL_SERVER),
        *age,
        *_WINDOWS,
        ("grpc.max_receive_message_length", max_receive_bytes),
        # By default a burst of some thousand new calls is silently cancelled.
        ("grpc.server.max_pending_requests", 20_000),
        ("grpc.server.max_pending_requests_hard_limit", 30_000),
        ("grpc.so_reuseport", 0),  # a taken port is an error, not a share
    )


def open_channel(
    address: str, tls: TlsSettings | None, *, internal: bool = True
) -> grpc.aio.Channel:
    """Open a channel to "host:port"; `internal` peers are watched by PINGs every second.

    Use it in `async with`.
    """
    options: Options = (
        *(_PINGS + _QUICK_RECONNECT if internal else ()),
        *_WINDOWS,
        ("grpc.max_receive_message_length", 16 * MIB),
        (
            "grpc.use_local_subchannel_pool",
            1,
        ),  # one connection a channel: a worker's death is its own
    )
    if tls is None or (tls.tls_ca is None and tls.tls_cert is None):
        return grpc.aio.insecure_channel(address, options=options)
    if tls.tls_server_name is not None:
        options = (*options, ("grpc.ssl_target_name_override", tls.tls_server_name))
    return grpc.aio.secure_channel(address, channel_credentials(tls), options=options)
