"""The `evenflow` command: what can be said to it.

A wiring diagram. Each command imports what it needs when it runs, so that help
and errors come at once. Exit codes: 0 done, 1 the mesh refused or failed or an
answer was wrong, 2 wrong usage, 3 nothing answers, 130 interrupted.
"""

import asyncio
import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from services.cli import streams
from services.cli.groups import with_groups
from services.cli.options import (
    LONGEST,
    TIMEOUT,
    BalancerConnection,
    BenchFlags,
    Connection,
    ExplainFlags,
    MeshFlags,
    Output,
    SamplingFlags,
)
from services.cli.train import app as train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A gRPC mesh that serves language models to many callers at once.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing answers, 130 interrupted.",
)

app.add_typer(train, name="train")

TextArgument = Annotated[str | None, Argument(metavar="TEXT", help='The text; "-" is stdin.')]
FileOption = Annotated[Path | None, Option("--file", "-f", help="Read the text from a file.")]


def command(run: Callable[..., None]) -> Callable[..., None]:
    """Register a command: flags from its groups, complaints told, exit codes kept."""

    @functools.wraps(run)
    def told(**values: Any) -> None:
        from services.cli.faults import FAILED, INTERRUPTED, Complaint, of_system, tell
        from services.cli.texts import check_words

        try:
            check_words(values)
            run(**values)
        except Complaint as complaint:
            tell(complaint)
            raise typer.Exit(complaint.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:  # BrokenPipeError: `evenflow … | head`, nobody reads on
            if not isinstance(error, BrokenPipeError):
                tell(of_system(error))
            streams.write_no_more()
            raise typer.Exit(FAILED) from None

    return app.command()(with_groups(told))


@command
def up(mesh: MeshFlags) -> None:
    """Run a whole mesh on this machine until Ctrl-C."""
    from services.cli.mesh.up import plan_of, up

    asyncio.run(up(plan_of(mesh)))


@command
def ask(
    connection: Connection,
    flags: SamplingFlags,
    output: Output,
    question: TextArgument = None,
    context: Annotated[Path | None, Option(help="A file to answer from.")] = None,
    as_question: Annotated[
        bool, Option("--question", help="It is a question; --context implies it.")
    ] = False,
) -> None:
    """Ask for anything; the answer streams.

    Whether it is a question, a translation, a summary, chat or a text to go on
    with is found out, and told on stderr.
    """
    from services.cli import asking, requests
    from services.cli.texts import read_file, read_text

    text = read_text(question, None, what="question")
    if context or as_question:
        request = requests.ask(text, read_file(context) if context else None, flags)
    else:
        request = requests.auto(text, flags)
    asyncio.run(asking.ask(request, connection, output))


@command
def classify(
    connection: Connection,
    text: TextArgument = None,
    file: FileOption = None,
    model: Annotated[str, Option(help="The classifier; none: that of tasks.")] = "",
    lines: Annotated[bool, Option("--lines", help="Each line is a text.")] = False,
    all_labels: Annotated[bool, Option("--all", help="All labels, not the first 3.")] = False,
    as_json: Annotated[bool, Option("--json", help="One JSON object a text, a line each.")] = False,
    timeout: Annotated[
        float | None, Option(help="Seconds for each call.", min=0, max=LONGEST)
    ] = None,
) -> None:
    """Say which label a text has, and how likely each is."""
    from services.cli import classify
    from services.cli.texts import read_text

    texts = classify.texts_of(read_text(text, file, what="text"), by_line=lines)
    shown = {"as_json": as_json, "shows_all": all_labels}
    asyncio.run(classify.classify(texts, connection, model, **shown, timeout=timeout))


@command
def explain(
    connection: Connection,
    flags: ExplainFlags,
    text: TextArgument = None,
    file: FileOption = None,
    html: Annotated[
        Path | None, Option(help="Write it as a page, too.", metavar="FILE", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, Option("--json", help="One JSON object an event, a line each.")] = (
        False
    ),
    timeout: Annotated[float | None, Option(help=TIMEOUT, min=0, max=LONGEST)] = None,
) -> None:
    """Show which words an answer, or a label, is owed to."""
    from services.cli import requests
    from services.cli.explain import explaining
    from services.cli.texts import read_file, read_text

    context = read_file(flags.context) if flags.context else None
    request = requests.explain(read_text(text, file, what="text"), context, flags)
    asyncio.run(
        explaining.explain(request, connection, page=html, as_json=as_json, timeout=timeout)
    )


@command
def complete(
    connection: Connection,
    flags: SamplingFlags,
    output: Output,
    text: TextArgument = None,
    file: FileOption = None,
) -> None:
    """Continue a text as it stands, without a chat template."""
    from services.cli import asking, requests
    from services.cli.texts import read_text

    request = requests.complete(read_text(text, file, what="text"), flags)
    asyncio.run(asking.ask(request, connection, output))


@command
def translate(
    connection: Connection,
    flags: SamplingFlags,
    output: Output,
    to: Annotated[str, Option(help='Target language, "fr" or "French".')],
    text: TextArgument = None,
    file: FileOption = None,
    source: Annotated[str, Option("--from", help="Source language; none: found out.")] = "",
) -> None:
    """Translate a text from argument, file or stdin."""
    from services.cli import asking, requests
    from services.cli.texts import read_text

    request = requests.translate(read_text(text, file, what="text"), to, source, flags)
    asyncio.run(asking.ask(request, connection, output))


@command
def summarize(
    connection: Connection,
    flags: SamplingFlags,
    output: Output,
    file: Annotated[Path | None, Argument(help='The file; "-" or none: stdin.')] = None,
    text: Annotated[str | None, Option(help="The text itself.")] = None,
    words: Annotated[int, Option(help="About how many words; 0: the model's choice.")] = 0,
) -> None:
    """Summarize a file, or what is piped in."""
    from services.cli import asking, requests
    from services.cli.texts import read_text

    piped = file == Path("-")
    told = read_text("-" if piped else text, None if piped else file, what="text")
    request = requests.summarize(told, words, flags)
    asyncio.run(asking.ask(request, connection, output))


@command
def chat(
    connection: Connection,
    flags: SamplingFlags,
    output: Output,
    system: Annotated[str | None, Option(help="Instructions to begin with.")] = None,
) -> None:
    """Talk with the model; /quit ends."""
    from services.cli import chat

    chat.chat(connection, flags, output, system)


@command
def top(
    connection: BalancerConnection,
    once: Annotated[bool, Option("--once", help="Print one table and exit.")] = False,
    interval: Annotated[float, Option(help="Seconds between pictures.", min=0.1, max=60)] = 1.0,
) -> None:
    """Watch workers, queue and rates, live. Asks the balancer, not the gateway."""
    from services.cli.fleet import top

    with contextlib.suppress(KeyboardInterrupt):  # the way to leave it
        asyncio.run(top.top(connection, once=once, interval=interval))


@command
def bench(connection: Connection, flags: SamplingFlags, asked: BenchFlags) -> None:
    """Load a mesh; show TTFT, throughput and errors.

    Without --rate, --concurrency callers ask again as soon as they are answered.
    With it, requests arrive by chance (Poisson), whether or not others are done.
    """
    from services.cli.bench.command import run

    asyncio.run(run(connection, flags, asked))


@command
def demo(
    engine: Annotated[str, Option(help="tensorflow, or scripted to see it run.")] = "tensorflow",
) -> None:
    """Start a mesh and give it four tasks at once."""
    from services.cli.mesh import demo

    asyncio.run(demo.demo(engine))


@command
def certs(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="Where they are kept.")],
    host: Annotated[
        list[str] | None, Option(help="One more host name or address of the servers.")
    ] = None,
    days: Annotated[int, Option(help="How long they hold.", min=1, max=3650)] = 30,
) -> None:
    """Make certificates for a mesh in development, or renew them."""
    from services.cli.certs import certs

    certs(folder, host or (), days)


@command
def key(tenant: Annotated[str, Argument(metavar="TENANT", help="Whose key it is to be.")]) -> None:
    """Make an API key, and say what the gateway's tenants file needs of it."""
    from services.cli.keys import new_key

    new_key(tenant)


@command
def fetch(
    model: Annotated[str | None, Argument(help="The model; none: the default one.")] = None,
    precision: Annotated[str | None, Option(help="int8 converts it ahead of its use.")] = None,
    slots: Annotated[int | None, Option(help="Slots that it is converted for.")] = None,
    context: Annotated[int | None, Option(help="Context that it is converted for.")] = None,
) -> None:
    """Download a model, or verify one that is here; convert it ahead of its use."""
    from services.cli import fetch

    fetch.fetch(model, precision, slots, context)


def main() -> None:
    """Run the command; the entry point."""
    streams.open_closed()
    app(prog_name="evenflow")
