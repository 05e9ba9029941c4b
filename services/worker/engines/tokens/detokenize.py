"""When the bytes of tokens become text that a reader may see.

Pure. Holds back what is not yet a whole UTF-8 character, and what may yet
become a stop string. Whatever the borders between tokens, the text released is
the same: that of all bytes, cut before the stop string that is complete first
(of several complete at the same character, the longest). Bytes that can be no
UTF-8 become U+FFFD.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Released:
    """Text to show now. Once `stopped`, nothing follows."""

    text: str
    stopped: bool = False


class Detokenizer:
    """The text of one answer as it grows."""

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(stop)
        self._held = ""

    def push(self, data: bytes) -> Released:
        """Add one token's bytes."""
        return self._release(self._decoder.decode(data))

    def finish(self) -> Released:
        """Release what was held back: no more bytes will come."""
        released = self._release(self._decoder.decode(b"", final=True))
        if released.stopped:
            return released
        held, self._held = self._held, ""
        return Released(released.text + held)

    def _release(self, new: str) -> Released:
        text = self._held + new
        cut = first_stop(text, self._stop)
        if cut is not None:
            self._held = ""
            return Released(text[:cut], stopped=True)
        shown = len(text) - longest_start(text, self._stop)
        self._held = text[shown:]
        return Released(text[:shown])


def first_stop(text: str, stop: Sequence[str]) -> int | None:
    """Where the stop string that is complete first begins in `text`."""
    found = [(at + len(s), at) for s in stop if (at := text.find(s)) >= 0]
    return min(found)[1] if found else None


def longest_start(text: str, stop: Sequence[str]) -> int:
    """Characters at the end of `text` with which a stop string could begin."""
    return max((_start(text, s) for s in stop), default=0)


def _start(text: str, stop: str) -> int:
    lengths = range(min(len(stop) - 1, len(text)), 0, -1)
    return next((n for n in lengths if text.endswith(stop[:n])), 0)
