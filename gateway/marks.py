"""Names of a prompt's beginnings, so that who has computed one can be found again.

Pure. Decides where a prompt is marked: at the end of each message, and inside
long ones at places that depend on nothing but how far it is from the start, so
that two prompts which begin alike share the marks of what they share. A mark is a
keyed hash: it tells nothing of the text, and those of two scopes never meet.
Knows neither tokens nor who holds what.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from gateway.tasks.prompts import Input
from services.runtime.text import Text

# Of marks that are too many those in the middle go: the first tell what many prompts have in
# common, the last how far a dialogue has come.
_FIRST, _LAST = 8, 24
# What a worker would not share anyway needs no name.
_LEAST_BYTES = 64
# Bytes between two marks inside a text, and the part of what lies before by which that grows:
# 1 MiB has no more than 36.
_STRIDE, _GROWTH = 256, 4
# Stands between messages, and nowhere in UTF-8.
_BOUNDARY = b"\xff"


class Mark(NamedTuple):
    """The beginning of a prompt: its name, and its length in UTF-8 bytes of text."""

    name: int
    length: int


class Marker:
    """Makes marks; those of two secrets have nothing to do with one another.

    All gateways of a fleet have the same, so that one finds what another began.
    """

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.blake2b(secret.encode()).digest()

    def marks(self, scope: str, model: str, prompt: Input) -> tuple[Mark, ...]:
        """The marks of a prompt, the shortest beginning first; at most 32."""
        key = hashlib.blake2b(key=self._secret, digest_size=32)
        for part in (scope, model):
            key.update(b"%d:%s;" % (len(part.encode()), part.encode()))
        found = list(_marks(key.digest(), prompt))
        if len(found) > _FIRST + _LAST:
            found[_FIRST:-_LAST] = []
        return tuple(found)

    def __repr__(self) -> str:
        return "<Marker>"


def _marks(key: bytes, prompt: Input) -> Iterator[Mark]:
    """Mark a prompt from its start to its end."""
    running = hashlib.blake2b(key=key, digest_size=8)
    begin, stop = 0, _STRIDE
    for head, text in _parts(prompt):
        running.update(head)
        content, done = memoryview(text.reveal.encode()), 0
        while done < len(content):
            cut = min(stop - begin, len(content))
            running.update(content[done:cut])
            done = cut
            if begin + done == stop:
                stop += max(_STRIDE, stop // _GROWTH)
            if begin + done >= _LEAST_BYTES:
                yield Mark(int.from_bytes(running.copy().digest()), begin + done)
        begin += len(content)


def _parts(prompt: Input) -> Iterator[tuple[bytes, Text]]:
    """The texts of a prompt, and what stands before each: who speaks, in a dialogue."""
    if isinstance(prompt, Text):
        yield b"", prompt
        return
    for message in prompt:
        yield _BOUNDARY + message.role.encode() + _BOUNDARY, message.content
