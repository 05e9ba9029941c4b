"""A certificate authority for development: a key of its own in a folder, ECDSA P-256.

Decides what stands in a certificate: DNS names, because gRPC's clients check
nothing else; one SPIFFE identity, because servers authorize by exactly one; and
both uses, because each service is server and client.
"""

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_USES = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
_EARLIER = datetime.timedelta(minutes=5)  # clocks differ


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """Signs certificates."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key

    @classmethod
    def new(cls, name: str, days: int, now: datetime.datetime) -> Self:
        """Make one that signs itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_named(name), _named(name), key, days, now)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        signing = _key_usage(is_authority=True)
        builder = builder.add_extension(constraints, critical=True)
        builder = builder.add_extension(identifier, critical=False)
        builder = builder.add_extension(signing, critical=True)
        return cls(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def of(cls, pair: Pair) -> Self:
        """Read one that `pair` gave; ValueError where it is none."""
        key = serialization.load_pem_private_key(pair.key, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the authority's key is no elliptic curve's")  # noqa: TRY004
        return cls(x509.load_pem_x509_certificate(pair.certificate), key)

    @property
    def pair(self) -> Pair:
        """What it is made again from."""
        return _pair(self._certificate, self._key)

    def issue(
        self,
        name: str,
        hosts: Sequence[str],
        identities: Sequence[str],
        days: int,
        now: datetime.datetime,
    ) -> Pair:
        """Sign a certificate for these host names and addresses, and SPIFFE identities."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [_host(host) for host in hosts]
        names += [x509.UniformResourceIdentifier(identity) for identity in identities]
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.SubjectAlternativeName(names), False),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_key_usage(is_authority=False), True),
            (x509.ExtendedKeyUsage(_USES), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False),
        ]
        builder = _builder(_named(name), self._certificate.subject, key, days, now)
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, critical=is_critical)
        return _pair(builder.sign(self._key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    days: int,
    now: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Pair(certificate.public_bytes(serialization.Encoding.PEM), written)
