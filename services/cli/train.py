"""`evenflow train classifier`: a training as a program of its own, shown while it runs.

Decides what is told: how far it is, whether it went on after an interruption or
stopped early, and where the pictures lie. Knows nothing of Keras: the training
speaks JSON, a line each.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from typer import Argument, Option

app = typer.Typer(no_args_is_help=True, help="Train a model of your own.")


@app.callback()
def group() -> None:
    """Train a model of your own."""


@app.command()
def classifier(
    data: Annotated[Path, Argument(help='Texts, {"text": ..., "label": ...} a line.')],
    name: Annotated[str, Option(help="What it will be called.")],
    out: Annotated[Path, Option(help="Where its folder goes.")],
    fallback: Annotated[str, Option(help="The label where none is sure; none: no such.")] = "",
    threshold: Annotated[float, Option(min=0, max=1, help="How sure is sure.")] = 0.5,
    epochs: Annotated[int, Option(min=1, help="Epochs at most; it stops early.")] = 6,
    seed: Annotated[int, Option(min=0, help="The same seed, the same classifier.")] = 6,
) -> None:
    """Train a classifier of texts; begun again in the same way, it goes on."""
    from services.cli.faults import INTERRUPTED, Complaint, tell

    flags = ["--name", name, "--out", str(out), "--fallback", fallback]
    flags += ["--threshold", str(threshold), "--epochs", str(epochs), "--seed", str(seed)]
    try:
        with closing(events([str(data), *flags])) as told:
            folder, stopped = _shown(told, epochs)
    except Complaint as complaint:
        tell(complaint)
        raise typer.Exit(complaint.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("interrupted; the same command goes on from the last whole epoch", err=True)
        raise typer.Exit(INTERRUPTED) from None
    card = json.loads((folder / "card.json").read_text())
    if stopped:
        typer.echo(f"stopped early, after epoch {stopped}: validation no longer got better")
    test = card["metrics"]["test"]
    typer.echo(f"{folder}: version {card['version']}, {test['accuracy']:.1%} right on the test")
    typer.echo(f"to serve it: EVENFLOW_WORKER_CLASSIFIERS=task,{folder} evenflow up")
    if find_spec("matplotlib") is None:
        typer.echo('no pictures: they need matplotlib, pip install "evenflow-server[plot]"')
        return
    from services.cli.training_pictures import draw

    for path in draw(card, folder.parent):
        typer.echo(f"picture: {path}")


def events(arguments: Sequence[str]) -> Generator[dict[str, Any], None, None]:
    """What a training says; raises Complaint where it fails."""
    from services.cli.faults import FAILED, Complaint

    program = [sys.executable, "-m", "services.worker.training", *arguments]
    with (
        # A file, for nobody reads it before the end: a pipe would fill up.
        tempfile.TemporaryFile() as said,
        subprocess.Popen(program, stdout=subprocess.PIPE, stderr=said) as process,
    ):
        if process.stdout is None:
            raise Complaint("the training cannot be heard", exit_code=FAILED)
        try:
            for line in process.stdout:
                told = json.loads(line)
                if "error" in told:
                    raise Complaint(told["error"], exit_code=FAILED)
                yield told
        finally:
            if sys.exc_info()[0] is not None:
                process.terminate()
        if process.wait():
            raise Complaint(_death(process.returncode, said), exit_code=FAILED)


def _death(code: int, said: IO[bytes]) -> str:
    """Why a training has ended that did not say so."""
    if code < 0:
        return f"the training was ended by signal {-code} (is there memory enough?)"
    said.seek(0)
    last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
    return f"the training ended with {code}: {last:.300}"


def _shown(told: Iterator[dict[str, Any]], epochs: int) -> tuple[Path, int]:
    """Show a progress bar; the folder, and the epoch after which it stopped early or 0."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    folder, at, is_first = Path(), 0, True
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("reading", total=epochs)
        for event in told:
            if "epoch" in event:
                at = event["epoch"]
                if is_first and at:
                    typer.echo(f"goes on after epoch {at}")
                is_first = False
                bar.update(task, completed=at + event["part"], description=_figures(at, event))
            elif "says" in event:
                bar.update(task, description=event["says"])
            folder = Path(event.get("done", folder))
    return folder, at if at < epochs else 0


def _figures(epoch: int, event: dict[str, Any]) -> str:
    figures = event.get("figures")
    right = f", {figures['val_accuracy']:.1%} right on validation" if figures else ""
    return f"epoch {epoch if figures else epoch + 1}{right}"
