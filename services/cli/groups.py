"""Lets a command take a group of flags as one argument.

Decides how a dataclass of annotated fields becomes flags of typer's. Knows no
flag.
"""

import dataclasses
import functools
import inspect
import typing
from collections.abc import Callable
from typing import Any


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Spread each parameter whose type is a dataclass into that dataclass's fields.

    Typer reads the signature; when called, the values are gathered again.
    """
    hints = typing.get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {
        name: hint for name, hint in hints.items() if dataclasses.is_dataclass(hint)
    }
    own = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(command).parameters.items()
        if name not in groups
    ]
    parameters = own + [flag for group in groups.values() for flag in _flags_of(group)]

    @functools.wraps(command)
    def gathered(**values: Any) -> None:
        for name, group in groups.items():
            own = {field.name: values.pop(field.name) for field in dataclasses.fields(group)}
            values[name] = group(**own)
        command(**values)

    del gathered.__wrapped__  # typer would read through it
    gathered.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    gathered.__annotations__ = {p.name: p.annotation for p in parameters}
    return gathered


def _flags_of(group: Any) -> list[inspect.Parameter]:
    hints = typing.get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in dataclasses.fields(group)
    ]
