"""How far each precision is from float32: one text, the same places, one reference.

Decides the reference: llama.cpp's float32 logits, kept in its own file by
llama-perplexity, which then holds its other formats against them. Ours is held
against the same file here: of each chunk of the text the later half, token by
token, as that program does it.
"""

import asyncio
import re
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.engines import machine
from benchmarks.engines.llama_cpp import LlamaCpp, NoRivalError
from benchmarks.engines.logits_file import LogitsFile
from benchmarks.engines.sections import OURS, ROOM, Bench, Run
from services.worker.engines.engine import Row, StepModel
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained

PAGES = Path(__file__).parent.parent.parent / "docs" / "decisions"
CHUNK, CHUNKS = 128, 8
FLOOR = -16.0  # the file holds no lesser log probability, and that program counts none
IDLE = machine.Use(0.0, 0.0, 0.0)  # no time is told here


async def quality_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """KL, top-1 agreement and perplexity ratio of ours and of llama.cpp's formats."""
    if bench.program is None:
        raise NoRivalError("quality is held against llama.cpp's float32 logits")
    with tempfile.TemporaryDirectory() as folder:
        text, base = Path(folder) / "text", Path(folder) / "logits"
        text.write_text(prose())
        await _perplexity(bench, bench.program, "F32", text, base, [])
        for kind in bench.formats:
            said = await _perplexity(bench, bench.program, kind, text, base, ["--kl-divergence"])
            bench.keep("quality", "text", f"llama.cpp {kind}", 0, Run(figures(said), IDLE))
        found = await asyncio.to_thread(compared, bench, LogitsFile(base))
        bench.keep("quality", "text", OURS, 0, Run(found, IDLE))


def prose() -> str:
    """Plain English that does not change: the first decisions."""
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("000[1-5]*")))


async def _perplexity(
    bench: Bench, program: LlamaCpp, kind: str, text: Path, base: Path, more: list[str]
) -> str:
    flags = ["--model", str(bench.weights(kind)), "--threads", str(bench.threads)]
    flags += ["--kl-divergence-base", str(base), "--ctx-size", str(CHUNK), "--batch-size", "512"]
    flags += [*more] if more else ["--file", str(text), "--chunks", str(CHUNKS)]
    process = await asyncio.create_subprocess_exec(
        *program.command("llama-perplexity", flags),
        cwd=program.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise NoRivalError(f"llama-perplexity ended with exit code {process.returncode}")
    return output.decode(errors="replace")


def figures(said: str) -> dict[str, float]:
    """What llama-perplexity told: mean KL, top-1 agreement, ratio of perplexities."""

    def number(label: str) -> float:
        found = re.search(rf"{label}\s*:\s*(-?[\d.]+)", said)
        return float(found[1]) if found else float("nan")

    return {
        "kl": number("Mean +KLD"),
        "top1": number("Same top p") / 100,
        "ppl": number(r"Mean PPL\(Q\)/PPL\(base\)"),
    }


def compared(bench: Bench, base: LogitsFile) -> dict[str, float]:
    """Ours at the same places."""
    _, model, _ = open_pretrained(
        bench.name,
        default_cache_dir(),
        slots=16,
        context=ROOM,
        threads=bench.threads,
        precision=bench.precision,
    )
    divergence, agrees, ratios = [], [], []
    for chunk in range(base.chunks):
        for place, expected, following in base.places(chunk):
            found = log_likelihoods(model, base.tokens(chunk), place)
            seen = expected > FLOOR
            divergence.append(float(np.exp(expected[seen]) @ (expected - found)[seen]))
            agrees.append(bool(expected.argmax() == found.argmax()))
            ratios.append(float(expected[following] - found[following]))
    return {
        "kl": float(np.mean(divergence)),
        "top1": float(np.mean(agrees)),
        "ppl": float(np.exp(np.mean(ratios))),
    }


def log_likelihoods(model: StepModel, tokens: list[int], place: int) -> np.ndarray:
    """What ours says of the token after `place`; called for places in their order."""
    first = len(tokens) // 2
    if place == first:
        model.prefill(0, 0, tokens[:place])
    logits = model.decode([Row(0, place, tokens[place])])[0].astype(np.float64)
    logits -= logits.max()
    return np.asarray(logits - np.log(np.exp(logits).sum()))
