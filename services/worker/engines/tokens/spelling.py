"""How the names of tokens spell bytes, in the two ways that vocabularies have.

Pure. Byte-level: each letter of a name stands for one byte. SentencePiece: a name
is text in which a low line stands for a space, and `<0x0A>` for the byte 10.
"""

import re
from collections.abc import Mapping

from services.worker.engines.errors import ModelFileError

SPACE = "\u2581"
_BYTE = re.compile("<0x([0-9A-F]{2})>")


def byte_level(names: Mapping[str, int]) -> dict[int, bytes]:
    """What each token of a byte-level vocabulary stands for."""
    letters = _byte_of_letter()
    try:
        return {token: bytes([letters[letter] for letter in name]) for name, token in names.items()}
    except KeyError as error:
        raise ModelFileError("the vocabulary is not byte-level") from error


def pieces(names: Mapping[str, int]) -> dict[int, bytes]:
    """What each token of a SentencePiece vocabulary stands for; every byte must have one."""
    found, alone = {}, set()
    for name, token in names.items():
        byte = _BYTE.fullmatch(name)
        if byte is not None:
            alone.add(byte[1])
        found[token] = bytes.fromhex(byte[1]) if byte else name.replace(SPACE, " ").encode()
    if len(alone) < 256:
        raise ModelFileError(f"the vocabulary has {len(alone)} of the 256 single bytes")
    return found


def _byte_of_letter() -> Mapping[str, int]:
    """Which byte each letter of a byte-level vocabulary stands for.

    Bytes that print stand for themselves; the others, in order, for the
    characters from 256 on.
    """
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + n): byte for n, byte in enumerate(rest)}
