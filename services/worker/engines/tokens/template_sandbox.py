"""A Jinja in which no template runs for ever.

Decides how much of a thread's time a rendering may take, and that it is looked at in
every turn of a loop and at every call, for nothing else in a template repeats itself,
and where numbers are multiplied, which may grow without end. A template comes with a
model's files, and who made them may have erred or meant harm.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.worker.engines.errors import TemplateError

SECONDS = 1.0  # of processor time; a thousand messages take a hundredth
_WATCHED = "watched"
_UNTIL = "until when"  # no name that a template could write or set
_LARGEST_EXPONENT = _MOST_BITS = 64


class Sandbox(ImmutableSandboxedEnvironment):
    """Compiles templates that `render` renders."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters[_WATCHED] = _watched

    def compiled(self, source: str) -> jinja2.Template:
        """Compile; all its loops are watched."""
        tree = self.parse(source)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(
                loop.iter, _WATCHED, [], [], None, None, lineno=loop.iter.lineno
            ).set_environment(self)
        return self.from_string(tree)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja names them
        """Call from within a template."""
        _look(__context)
        if isinstance(__obj, LoopContext):  # a recursive loop goes into the next
            args = tuple(_watched(__context, turns) for turns in args)
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply, or raise to a power: the one operation that by itself takes for ever."""
        _look(context)
        is_large = isinstance(left, int) and left.bit_length() > _MOST_BITS
        if operator == "**" and (is_large or right > _LARGEST_EXPONENT):
            raise TemplateError("the chat template raises a number to too high a power")
        return super().call_binop(context, operator, left, right)


def render(template: jinja2.Template, names: dict[str, Any]) -> str:
    """Render a template of a sandbox's.

    Raises:
        TemplateError: it takes too long.
    """
    return template.render({**names, _UNTIL: time.thread_time() + SECONDS})


@jinja2.pass_context
def _watched(context: Context, turns: Iterable[Any]) -> Iterator[Any]:
    for turn in turns:
        _look(context)
        yield turn


def _look(context: Context) -> None:
    if time.thread_time() > context[_UNTIL]:
        raise TemplateError(f"the chat template takes more than {SECONDS:g} s")
