"""API keys: how they are made, and what of them is written down.

Pure. A key is 256 random bits, so that a plain SHA-256 of it can stand in a
file: there is nothing to guess that a slow hash would protect.
"""

import base64
import hashlib
import re

PREFIX = "ef-"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def key_from(random_bytes: bytes) -> str:
    """The key that these 32 bytes make."""
    if len(random_bytes) != 32:
        raise ValueError(f"{len(random_bytes)} bytes; a key is made of 32")
    return PREFIX + base64.urlsafe_b64encode(random_bytes).decode().rstrip("=")


def digest(key: str) -> str:
    """What stands for a key in the tenants file."""
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def is_digest(text: str) -> bool:
    """Whether a text is what `digest` writes."""
    return _DIGEST.fullmatch(text) is not None
