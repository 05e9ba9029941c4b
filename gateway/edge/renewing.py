"""HTTPS with certificates and authorities that may change while the server runs.

Decides when changed files count: they are looked at before each handshake, as
gRPC's are, and while they cannot be used the server goes on with what it has.
Connections that are open stay as they are.
"""

import ssl

import structlog

from services.runtime.credentials import Files, Generation
from services.runtime.settings import ServerSettings

log = structlog.get_logger(__name__)


def renewed_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """What a server shows and trusts, file by file as it is at each handshake; None: no TLS.

    Raises:
        OSError: the files cannot be used.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    current = _Current(settings)
    outer = current.context
    # Called for each ClientHello, whether it names a server or not.
    outer.sni_callback = current.show
    return outer


class _Current:
    """The context that the files make; another one once they have changed."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._files = Files(settings)
        self._seen: Generation | None = self._files.look()
        self.context = _context(settings)

    def show(
        self, connection: ssl.SSLObject, _name: str | None, _outer: ssl.SSLContext
    ) -> int | None:
        """Have a connection that begins use what the files are now; None: it may go on."""
        generation = self._files.generation()
        if generation != self._seen:
            self._seen = generation
            try:
                self.context = _context(self._settings)
                log.info("certificate renewed")
            except OSError as error:  # in the middle of being changed
                log.warning("certificate unusable", reason=type(error).__name__)
        connection.context = self.context
        return None


def _context(settings: ServerSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(settings.tls_cert), settings.tls_key)
    if settings.asks_for_certificates:
        # One that resumes a session shows no certificate, whoever is trusted by then.
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.num_tickets = 0
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(settings.tls_ca)
    return context
