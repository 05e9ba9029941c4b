"""What of an answer lies in a store that others can read and write.

Pure. A key's name there is its keyed hash and nothing else. An answer is sealed
(AES-256-GCM) under a key of its own, made from the fleet's secret and the
answer's key: what was changed, moved from another key, written by who lacks the
secret or by another version of this file does not open, and is no answer. Knows
no store.
"""

import hashlib
import hmac
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.cache.store import Messages

# The first byte of a sealed answer, and a part of its name: versions do not see one another.
FORMAT = 1
NONCE_BYTES = 12
_TAG_BYTES = 16
_LENGTH_BYTES = 4


def secret_for(purpose: str, secret: str) -> bytes:
    """A secret for one purpose alone, made from the one that the fleet is told."""
    return hmac.digest(secret.encode(), f"evenflow {purpose}".encode(), "sha256")


class Seals:
    """Seals answers and opens them; `nonce` gives `NONCE_BYTES` random bytes."""

    def __init__(self, secret: str, nonce: Callable[[], bytes]) -> None:
        self._secret = secret_for("sealed answers", secret)
        self._nonce = nonce

    def name(self, key: bytes) -> str:
        """What an answer is called in the store."""
        return f"evenflow:answer:{FORMAT}:{hashlib.sha256(key).hexdigest()}"

    def sealed(self, key: bytes, messages: Messages) -> bytes:
        """Seal an answer."""
        nonce = self._nonce()
        if len(nonce) != NONCE_BYTES:
            raise ValueError(f"a nonce of {len(nonce)} bytes; it must have {NONCE_BYTES}")
        parts = (len(m).to_bytes(_LENGTH_BYTES) + m for m in messages)
        head = bytes([FORMAT])
        return head + nonce + self._cipher(key).encrypt(nonce, b"".join(parts), head)

    def opened(self, key: bytes, value: bytes) -> Messages | None:
        """Open what `sealed` made; None: it did not make this, or not for this key."""
        head, nonce, content = value[:1], value[1 : 1 + NONCE_BYTES], value[1 + NONCE_BYTES :]
        if head != bytes([FORMAT]) or len(content) < _TAG_BYTES:
            return None
        try:
            plain = self._cipher(key).decrypt(nonce, content, head)
        except InvalidTag:
            return None
        return _parts(plain)

    def _cipher(self, key: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._secret, key, "sha256"))

    def __repr__(self) -> str:
        return "<Seals>"


def size_of(messages: Messages) -> int:
    """Bytes of a sealed answer."""
    content = sum(_LENGTH_BYTES + len(message) for message in messages)
    return 1 + NONCE_BYTES + content + _TAG_BYTES


def _parts(plain: bytes) -> Messages:
    found, at = [], 0
    while at < len(plain):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(plain[at:begin])
        found.append(plain[begin:at])
    return tuple(found)
