import inspect
from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from services.cli.groups import with_groups


@dataclass(frozen=True, kw_only=True)
class Colour:
    red: Annotated[int, typer.Option(help="How red.")] = 1
    names: Annotated[list[str] | None, typer.Option("--name")] = None


def paint(wall: Annotated[str, typer.Argument()], colour: Colour) -> None:
    typer.echo(f"{wall} {colour.red} {colour.names}")


def test_a_group_becomes_flags_after_the_commands_own() -> None:
    spread = with_groups(paint)
    assert list(inspect.signature(spread).parameters) == ["wall", "red", "names"]


def test_values_come_back_as_the_group() -> None:
    app = typer.Typer()
    app.command()(with_groups(paint))
    result = CliRunner().invoke(app, ["north", "--red", "7", "--name", "a", "--name", "b"])
    assert result.output == "north 7 ['a', 'b']\n"
    assert "north 1 None" in CliRunner().invoke(app, ["north"]).output
