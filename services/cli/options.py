"""Groups of flags that several commands share, each declared once as a dataclass.

Decides names, defaults and help of the shared flags. A command takes a group as
one argument; see `groups`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Option

from services.cli import targets

TIMEOUT = "Give up after so many seconds."
# Of a timeout, in seconds: gRPC takes what is beyond its clock for no time at all.
LONGEST = 1e6


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where to call, and how."""

    target: Annotated[str, Option(help="The gateway, host:port.", metavar="HOST:PORT")] = (
        targets.GATEWAY
    )
    tls: Annotated[bool, Option("--tls", help="Use TLS; --ca and --cert imply it.")] = False
    ca: Annotated[
        Path | None, Option(help="PEM file of the authorities to trust.", dir_okay=False)
    ] = None
    cert: Annotated[Path | None, Option(help="PEM file of our certificate.", dir_okay=False)] = None
    key: Annotated[Path | None, Option(help="PEM file of its key.", dir_okay=False)] = None
    tenant: Annotated[str | None, Option(help="Whose fair share to use.")] = None
    api_key: Annotated[
        str | None,
        Option(
            envvar="EVENFLOW_CLI_API_KEY",
            help="The tenant's key; better by the variable: others see a command's flags.",
            metavar="KEY",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class BalancerConnection(Connection):
    """Where the balancer is, and how to call it."""

    target: Annotated[str, Option(help="The balancer, host:port.", metavar="HOST:PORT")] = (
        targets.BALANCER
    )


@dataclass(frozen=True, kw_only=True)
class SamplingFlags:
    """How tokens are chosen. What is not given is left to the gateway."""

    model: Annotated[str, Option(help="Model to ask; none: the one served.")] = ""
    max_tokens: Annotated[int | None, Option(help="Longest answer, in tokens.")] = None
    temperature: Annotated[float | None, Option(help="0 (greedy) to 2.")] = None
    top_p: Annotated[float | None, Option(help="Keep tokens up to this probability.")] = None
    top_k: Annotated[int | None, Option(help="Keep this many tokens.")] = None
    repetition_penalty: Annotated[float | None, Option(help="Above 0 to 2; 1 is off.")] = None
    presence_penalty: Annotated[float | None, Option(help="-2 to 2.")] = None
    frequency_penalty: Annotated[float | None, Option(help="-2 to 2.")] = None
    seed: Annotated[int | None, Option(help="Same seed, same answer.", min=0)] = None
    stop: Annotated[
        list[str] | None, Option(help="End before this text; may be repeated.", metavar="TEXT")
    ] = None


@dataclass(frozen=True, kw_only=True)
class ExplainFlags:
    """What is explained, and how. What is not given is left to the gateway."""

    model: Annotated[str, Option(help="Model, or classifier; none: the one served.")] = ""
    answer: Annotated[
        str | None, Option(help="The answer to explain; none: the model's own.", metavar="TEXT")
    ] = None
    context: Annotated[
        Path | None, Option(help="A file to answer from: the text is a question.", dir_okay=False)
    ] = None
    continues: Annotated[
        bool, Option("--complete", help="The text is gone on with, as it stands.")
    ] = False
    classifies: Annotated[
        bool, Option("--classify", help="Explain the text's label, the likeliest one.")
    ] = False
    label: Annotated[
        str | None, Option(help="Explain this label of a classifier.", metavar="LABEL")
    ] = None
    method: Annotated[
        str, Option(help="integrated-gradients, or gradient-x-input: one pass, and rougher.")
    ] = "integrated-gradients"
    max_answer_tokens: Annotated[
        int | None, Option(help="Longest answer, 1 to 64; none given: 16.")
    ] = None
    steps: Annotated[int | None, Option(help="Points of the line at most, 8 to 1024.")] = None
    tolerance: Annotated[
        float | None, Option(help="Gap that is good enough, 0 to 1; none given: 0.02.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Output:
    """How an answer is shown."""

    stats: Annotated[
        bool, Option("--stats", help="Then show worker, TTFT and tokens/s, on stderr.")
    ] = False
    why: Annotated[
        bool, Option("--why", help="Then show why it went to that worker, on stderr.")
    ] = False
    plan: Annotated[
        bool, Option("--plan", help="Show in which steps it would be done; run nothing.")
    ] = False
    as_json: Annotated[bool, Option("--json", help="One JSON object an event, a line each.")] = (
        False
    )
    timeout: Annotated[float | None, Option(help=TIMEOUT, min=0, max=LONGEST)] = None


@dataclass(frozen=True, kw_only=True)
class MeshFlags:
    """What `evenflow up` starts. All else is set by `EVENFLOW_<ROOM>_…`."""

    workers: Annotated[int, Option(help="How many workers.", min=1, max=256)] = 2
    engine: Annotated[str, Option(help="What they run: tensorflow or scripted.")] = "tensorflow"
    model: Annotated[str | None, Option(help="Which model; none: the default one.")] = None
    slots: Annotated[int | None, Option(help="Sequences at once, each worker.", min=1)] = None
    balancers: Annotated[
        int, Option(help="How many balancers, one of them active; needs Consul.", min=1, max=16)
    ] = 1
    listen: Annotated[
        str | None, Option(help="The gateway's host:port.", show_default="127.0.0.1:50051")
    ] = None
    balancer_listen: Annotated[
        str | None, Option(help="The balancer's host:port.", show_default="127.0.0.1:50052")
    ] = None
    metrics: Annotated[bool, Option(help="Serve Prometheus metrics.")] = True
    discovery: Annotated[str, Option(help="memory, or consul: a real agent.")] = "memory"
    consul_address: Annotated[
        str | None, Option(help="The agent's host:port.", show_default="127.0.0.1:8500")
    ] = None
    drain_seconds: Annotated[
        float, Option(help="How long running answers may take at the end.", min=0)
    ] = 5.0
    log_level: Annotated[str, Option(help="debug, info, warning or error.")] = "warning"


@dataclass(frozen=True, kw_only=True)
class BenchFlags:
    """What `evenflow bench` sends, and where figures go."""

    concurrency: Annotated[int, Option("--concurrency", "-c", help="Callers at once.", min=1)] = 8
    rate: Annotated[float | None, Option(help="Requests a second, instead.", min=0.001)] = None
    requests: Annotated[
        int | None,
        Option("--requests", "-n", help="How many; 64 where no --duration is given.", min=1),
    ] = None
    duration: Annotated[float | None, Option(help="Seconds in which to ask.", min=0.1)] = None
    prompt_tokens: Annotated[
        int, Option(help="Length of a prompt, about.", min=1, max=1_000_000)
    ] = 64
    bench_seed: Annotated[int, Option(help="Of prompts and arrivals.", min=0)] = 0
    timeout: Annotated[
        float | None, Option(help="Seconds for each request.", min=0, max=LONGEST)
    ] = None
    png: Annotated[
        Path, Option(help="Where to draw the picture (needs the plot extra).", dir_okay=False)
    ] = Path("bench.png")
    no_png: Annotated[bool, Option("--no-png", help="Draw no picture.")] = False
    as_json: Annotated[bool, Option("--json", help="Print the figures as JSON.")] = False
    embedded: Annotated[
        bool, Option("--embedded", help="Load a scripted mesh of two workers, started for it.")
    ] = False
