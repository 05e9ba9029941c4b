"""TLS: what both ends of a connection show and trust, from files that may change.

Decides when changed files count: a server looks before each handshake, and goes
on with what it has while the files cannot be used. A client cannot change what a
channel shows; `Files` says when a channel should be opened anew. Streams that run
stay on the connection that they have. Knows no service.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import grpc
import structlog

from services.runtime.settings import ServerSettings, TlsSettings

log = structlog.get_logger(__name__)

Generation: TypeAlias = tuple[tuple[int, int, int], ...]


class Files:
    """The files of a process's TLS."""

    def __init__(self, tls: TlsSettings) -> None:
        self._paths = [p for p in (tls.tls_cert, tls.tls_key, tls.tls_ca) if p is not None]
        self._generation: Generation = ()

    def look(self) -> Generation:
        """What they are now; another value means that they have changed.

        Raises:
            OSError: one of them is not there.
        """
        found = [path.stat() for path in self._paths]
        return tuple((status.st_ino, status.st_mtime_ns, status.st_size) for status in found)

    def generation(self) -> Generation:
        """What they were when all of them were last there."""
        with suppress(OSError):
            self._generation = self.look()
        return self._generation


def channel_credentials(tls: TlsSettings) -> grpc.ChannelCredentials:
    """Credentials of a client: trusts `tls_ca` (else the system's), shows the certificate."""
    return grpc.ssl_channel_credentials(
        root_certificates=tls.tls_ca.read_bytes() if tls.tls_ca else None,
        private_key=tls.tls_key.read_bytes() if tls.tls_key else None,
        certificate_chain=tls.tls_cert.read_bytes() if tls.tls_cert else None,
    )


def server_credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    """Credentials of a server, None for plaintext.

    Raises:
        OSError: the files cannot be used.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    fetch = _Fetch(settings, settings.tls_cert, settings.tls_key)
    return grpc.dynamic_ssl_server_credentials(
        fetch.first(),
        fetch,  # type: ignore[arg-type]  # None is allowed: see its documentation
        require_client_authentication=settings.asks_for_certificates,
    )


class _Fetch:
    """Called by gRPC before each handshake, on threads of its own."""

    def __init__(self, tls: TlsSettings, cert: Path, key: Path) -> None:
        self._tls, self._cert, self._key = tls, cert, key
        self._files = Files(tls)
        self._seen: Generation | None = None
        self._complained: Generation | None = None

    def first(self) -> grpc.ServerCertificateConfiguration:
        """What the server begins with."""
        self._seen = self._files.look()
        return self._configuration()

    def __call__(self) -> grpc.ServerCertificateConfiguration | None:
        """What the server shows from now on; None: what it shows already."""
        found: Generation | None = None
        try:
            found = self._files.look()
            if found == self._seen:
                return None
            configuration = self._configuration()
        except OSError as error:  # a file is not there, or in the middle of being changed
            if self._complained != found or found is None:
                log.warning("certificate unusable", reason=error.strerror or str(error))
            self._complained = found
            return None
        self._seen = found
        log.info("certificate renewed")
        return configuration

    def _configuration(self) -> grpc.ServerCertificateConfiguration:
        # gRPC would take a key that does not fit, or no authorities, and then fail every handshake.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with _naming(self._cert, self._key):
            context.load_cert_chain(self._cert, self._key)
        trusted = None
        if self._tls.tls_ca:
            with _naming(self._tls.tls_ca):
                context.load_verify_locations(self._tls.tls_ca)
            trusted = self._tls.tls_ca.read_bytes()
        pair = (self._key.read_bytes(), self._cert.read_bytes())
        return grpc.ssl_server_certificate_configuration([pair], trusted)


@contextmanager
def _naming(*paths: Path) -> Iterator[None]:
    """Name the files that cannot be used; OSError."""
    try:
        yield
    except ssl.SSLError as error:
        why = error.reason or "not what it should be, in PEM"
        raise OSError(f"{' and '.join(map(str, paths))}: {why}") from None
