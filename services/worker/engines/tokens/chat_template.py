"""Renders a dialogue through a model's chat template.

Decides which control tokens a prompt holds: those that the template writes, and
none that a message contains. Messages never enter the template: it is rendered
with a placeholder for each, its text is cut at the control tokens, and only
then do the messages take their places. So a template that looks into a message
sees the placeholder. Knows no vocabulary but the control tokens' names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

import jinja2

from services.worker.engines.engine import Message
from services.worker.engines.errors import TemplateError
from services.worker.engines.tokens.template_sandbox import Sandbox, render

_OPEN, _CLOSE = "\ue000", "\ue001"  # for private use: they mean nothing in any text
_PLACEHOLDER = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


class ChatTemplate:
    """A compiled template. Thread-safe."""

    def __init__(self, source: str, controls: Mapping[str, int], words: Mapping[str, str]) -> None:
        """Compile.

        Args:
            source: the template, in Jinja as transformers and llama.cpp understand it.
            controls: the control tokens' ids by name.
            words: further names that the template may use, such as `bos_token`.
        """
        if _OPEN in source or _CLOSE in source:
            raise TemplateError("the chat template holds characters kept for placeholders")
        self._controls = controls
        longest_first = sorted(controls, key=len, reverse=True)
        self._cut = re.compile(f"({'|'.join(map(re.escape, longest_first))})")
        self._words = {**words, "raise_exception": _refuse}
        sandbox = Sandbox(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        try:
            self._template = sandbox.compiled(source)
        # It becomes Python, which has limits of its own to how deep things stand.
        except (jinja2.TemplateError, SyntaxError, RecursionError, MemoryError) as error:
            raise TemplateError(f"the chat template does not compile: {error}") from error

    def render(self, messages: Sequence[Message]) -> Iterator[int | str]:
        """The prompt in order: control tokens as ids, and the plain text between them."""
        rendered = self._rendered(messages)
        contents = [message.content.reveal for message in messages]
        # Split by one group: texts at even places, the control tokens between at odd ones.
        for index, part in enumerate(self._cut.split(rendered) if self._controls else [rendered]):
            if index % 2:
                yield self._controls[part]
            elif part:
                yield _filled(part, contents)

    def _rendered(self, messages: Sequence[Message]) -> str:
        placed = [
            {"role": message.role, "content": f"{_OPEN}{index}{_CLOSE}"}
            for index, message in enumerate(messages)
        ]
        try:
            names = {"messages": placed, "add_generation_prompt": True, **self._words}
            return render(self._template, names)
        except TemplateError:
            raise
        except Exception as error:  # a template can raise whatever Python can
            raise TemplateError(f"the chat template failed: {error}") from error


def _filled(text: str, contents: Sequence[str]) -> str:
    """Put the messages in their places."""
    pieces = _PLACEHOLDER.split(text)
    if any(_OPEN in piece or _CLOSE in piece for piece in pieces):
        raise TemplateError("the chat template changes the messages' text")
    return "".join(
        contents[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)
    )


def _refuse(reason: object) -> NoReturn:
    raise TemplateError(f"the chat template refuses these messages: {reason}")
