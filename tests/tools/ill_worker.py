"""A worker that an accident befalls when a prompt names one, for tests of what accidents write.

`python -m tests.tools.ill_worker` is `services.worker` with the scripted engine. Each
exception quotes the whole prompt, as a library's might.
"""

import os
from collections.abc import Sequence

from services.runtime.lifecycle import main
from services.worker.app import serve
from services.worker.engines import scripted
from services.worker.engines.engine import Logits, Row
from services.worker.settings import WorkerSettings

# The deadly ones come first: who has failed three times is passed over for a second, and another
# worker that is just back would die in its place.
ACCIDENTS = ENGINE, PROCESS, READING, PREFILL, STEP = "engine process reading prefill step".split()
DEADLY = (ENGINE, PROCESS)  # the worker ends


class Collapse(BaseException):
    """What no step survives."""


def befall(prompt: str, *accidents: str) -> None:
    """The accident that a prompt names, if it is one of these."""
    for accident in accidents:
        if f"<{accident}>" not in prompt:
            continue
        if accident == PROCESS:
            os.abort()
        raise (Collapse if accident == ENGINE else ValueError)(prompt)


class IllTokenizer(scripted.ScriptedTokenizer):
    """Fails at reading."""

    def encode(self, text: str) -> list[int]:
        befall(text, READING)
        return super().encode(text)


class IllModel(scripted.ScriptedModel):
    """Fails at its first chunk or at every step, and takes engine or process with it."""

    _prompt = ""

    def prefill(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        self._prompt = bytes(tokens).decode()
        befall(self._prompt, PREFILL, ENGINE, PROCESS)
        super().prefill(slot, start, tokens)

    def decode(self, rows: Sequence[Row]) -> Logits:
        befall(self._prompt, STEP)
        return super().decode(rows)


if __name__ == "__main__":
    from services.worker.engines import open as opening

    opening.ScriptedModel = IllModel  # type: ignore[misc]
    opening.ScriptedTokenizer = IllTokenizer  # type: ignore[misc]
    main("worker", WorkerSettings, serve)
