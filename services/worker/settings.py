"""The worker's settings: which engine, how large, and for `scripted` how fast."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.discovery.settings import DiscoverySettings
from services.runtime.settings import ServerSettings, setting
from services.worker.classifiers.wanted import BUNDLED_NAME, faults_of


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """What an engine is opened with."""

    engine: str = setting(
        "tensorflow",
        "the model in TensorFlow, or answers that follow by arithmetic (for tests and load)",
        choices=("tensorflow", "scripted"),
    )
    model: str = setting(
        "smollm2-135m-instruct",
        "published model's name, or path of a .gguf file or a safetensors folder (tensorflow)",
    )
    precision: str = setting(
        "int8",
        "int8 by LiteRT, fast on CPUs, converted once; or float32 by TensorFlow (tensorflow)",
        choices=("float32", "int8"),
    )
    cache_dir: Path | None = setting(
        None, "folder of fetched models (tensorflow; default: evenflow's in the user's cache)"
    )
    prepared_dir: Path | None = setting(
        None,
        "folder of int8 conversions made ahead, read before cache_dir and never written "
        "(tensorflow)",
    )
    slots: int = setting(8, "sequences that run at once", at_least=1, at_most=256)
    context: int = setting(
        2048, "tokens of prompt and answer together, for each slot", at_least=16, at_most=131_072
    )
    kv_tokens: int = setting(
        0,
        "tokens of cache held at once by all slots, kept beginnings included; 0: slots x context. "
        "Bounds memory in int8; float32 reserves slots x context at the start",
        at_least=0,
    )
    memory_mb: int = setting(
        0, "MB that the model may take; 0: what the machine has available (tensorflow)", at_least=0
    )
    xla: str = setting(
        "auto",
        "compile the float32 graph by XLA; auto: where TensorFlow has a GPU (tensorflow)",
        choices=("auto", "on", "off"),
    )
    threads: int = setting(
        0, "threads of an operation; 0: one a core (tensorflow)", at_least=0, at_most=1024
    )
    prefill_chunk: int = setting(
        128, "prompt tokens computed at once while nobody decodes", at_least=1, at_most=4096
    )
    prefill_beside: int = setting(
        128,
        "prompt tokens computed between two decode steps, or twice the sequences that decode "
        "if that is more; 0: prefill_chunk",
        at_least=0,
        at_most=4096,
    )
    prefix_reuse: bool = setting(
        True, "compute what prompts of one tenant share from the beginning only once"
    )
    scripted_step_ms: float = setting(
        10.0, "milliseconds of a decode step (scripted)", at_least=0, at_most=60_000
    )
    scripted_row_ms: float = setting(
        0.03, "milliseconds more for each sequence of the step (scripted)", at_least=0, at_most=1000
    )
    scripted_prefill_rate: float = setting(
        18_000.0, "prompt tokens computed a second; 0: at once (scripted)", at_least=0
    )


@dataclass(frozen=True, kw_only=True)
class WorkerSettings(EngineSettings, ServerSettings, DiscoverySettings):
    """All that a worker process can be told."""

    listen: str = setting(
        "127.0.0.1:50053", "host:port of the gRPC server; port 0 takes a free one"
    )
    metrics_listen: str | None = setting(
        "127.0.0.1:9103", "host:port of Prometheus metrics; empty for none"
    )
    classifiers: tuple[str, ...] = setting(
        (BUNDLED_NAME,),
        "classifiers served beside the model, each NAME=PATH or PATH of a trained folder or of a "
        ".keras file that takes text; task: evenflow's classifier of tasks; empty for none",
    )
    keras_memory_mb: int = setting(
        4096, "MB that the process of each .keras file may take", at_least=512
    )

    explanations: int = setting(
        4,
        "explanations that run or wait at once, in a process of their own that yields to "
        "generation; 0, or where TensorFlow is not installed: none is made",
        at_least=0,
        at_most=256,
    )
    explain_tokens: int = setting(
        512, "tokens of prompt and answer that are explained at most", at_least=16, at_most=4096
    )
    explain_answer_tokens: int = setting(
        64, "tokens of an answer that are explained at most", at_least=1, at_most=64
    )
    explain_threads: int = setting(1, "threads of the explaining process", at_least=1, at_most=64)
    explain_memory_mb: int = setting(
        0, "MB that the explaining process may take; 0: what the machine has available", at_least=0
    )
    explain_idle_seconds: float = setting(
        300.0, "seconds after which an unused explaining process is ended", at_least=0.0
    )
    explain_at_start: bool = setting(
        False, "start the explaining process with the worker, not with the first explanation"
    )

    def check(self) -> Iterator[str]:
        """Name entries that are no classifiers."""
        yield from faults_of(self.classifiers)
